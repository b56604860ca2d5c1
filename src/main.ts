/**
 * The one place that builds and connects the exchange: journal, engine, turn, FIX port, feed, drop
 * copy. Start-up checks and re-executes the journal, makes what follows from the files durable, and
 * only then opens the doors.
 */
import { randomInt, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as setTimeoutPromise } from 'node:timers/promises'
import { checkDatabase, DropCopySupervisor } from './dropcopy/index.ts'
import { Engine } from './engine/index.ts'
import type { TurnFollower } from './exchange.ts'
import { Exchange, replayGroup } from './exchange.ts'
import type { SessionSettings } from './fix-acceptor/index.ts'
import { FixAcceptor, SentLedger } from './fix-acceptor/index.ts'
import type { Feed } from './itch-feed/index.ts'
import { openFeed } from './itch-feed/index.ts'
import { DirectoryLock, Journal, NodeDisk } from './journal/index.ts'
import {
  feedSessionName,
  queueConfiguration,
  queueDisconnects,
  queueTradingDay,
} from './opening.ts'
import type { ExchangeConfig, Logger } from './runtime/index.ts'
import { NodeClock, SequencedClock, toVenueConfiguration, tradingDayAt } from './runtime/index.ts'
import type { VenueConfiguration } from './wire/index.ts'
import { encodeConfiguration } from './wire/index.ts'
import { warmUp } from './warm-up.ts'

/** Heartbeats, timeouts and the day roll are looked at this often. */
const TICK_MS = 100
/** Sessions get this long to answer our Logout. */
const LOGOUT_MS = 2000

export interface StartOptions {
  readonly logger: Logger
  /** The exchange stopped by itself and says nothing more: end the process. */
  readonly onFatal: (error: unknown) => void
  /** Replay of the journal: bytes done and in all. */
  readonly onProgress?: (bytesDone: number, bytesTotal: number) => void
}

export interface RunningExchange {
  /** Bound ports, for the line that says ready. */
  readonly ports: { readonly fix: number; readonly retransmission: number }
  readonly stateHash: () => string
  /** Logs clients out, makes the end durable and closes everything. */
  stop(): Promise<void>
}

/** @throws ExchangeError with one clear line for everything that can be wrong at a start */
export async function startExchange(
  config: ExchangeConfig,
  options: StartOptions,
): Promise<RunningExchange> {
  const { logger } = options
  if (config.dropcopy.database !== 'embedded') await checkDatabase(config.dropcopy.database)
  mkdirSync(config.dataDir, { recursive: true })
  const lock = DirectoryLock.acquire(join(config.dataDir, 'lock'))
  const opened: (() => Promise<void> | void)[] = [() => lock.release()]
  const closeAll = async () => {
    for (const close of opened.reverse()) await close()
  }

  try {
    const journal = openJournal(config, logger)
    opened.push(() => journal.close())
    const feed = await openFeed(config.itch)
    opened.push(() => feed.close())
    const running = await connect(config, { journal, feed }, options)
    return { ...running, stop: () => running.stop().finally(closeAll) }
  } catch (error) {
    await closeAll()
    throw error
  }
}

function openJournal(config: ExchangeConfig, logger: Logger): Journal {
  const journal = Journal.open({
    disk: new NodeDisk(),
    directory: join(config.dataDir, 'journal'),
    journalId: () => randomUUID().replaceAll('-', ''),
    durability: config.journal.durability,
  })
  if (journal.cut !== undefined)
    logger.warn(journal.cut, 'a torn write at the end of the journal was cut')
  return journal
}

interface Parts {
  readonly journal: Journal
  readonly feed: Feed
}

async function connect(
  config: ExchangeConfig,
  { journal, feed }: Parts,
  { logger, onFatal, onProgress }: StartOptions,
): Promise<RunningExchange> {
  const { publisher } = feed
  const engine = new Engine()
  const sent = new SentLedger(journal)
  const newest = recover(journal, { engine, followers: [sent, publisher], onProgress })

  const clock = new SequencedClock(new NodeClock(), {
    notBefore: newest,
    onStep: (step) => logger.error(step, 'the wall clock jumped and is not followed'),
  })
  const exchange = new Exchange({ engine, journal, clock, schedule: setImmediate, onFatal: fail })
  const acceptor = new FixAcceptor({
    ...config.fix,
    queue: exchange.queue,
    submit: exchange.submit,
    sent,
    clock,
    logger,
  })
  const dropCopy = new DropCopySupervisor({
    dataDir: config.dataDir,
    database: config.dropcopy.database,
    logger,
  })
  const monotonicMs = () => performance.now()
  exchange.connect([
    acceptor,
    { publish: (events, position) => publisher.publish(events, position, monotonicMs()) },
    { publish: () => dropCopy.announce(journal.nextPosition) },
  ])

  function fail(error: unknown): void {
    acceptor.destroy()
    onFatal(error)
  }

  const configuration = toVenueConfiguration(config, engine.configuration)
  if (!isInForce(configuration, engine.configuration))
    queueConfiguration(exchange.queue, configuration)
  queueDisconnects(exchange.queue, engine)
  clock.now()
  rollTradingDay()
  exchange.drain()

  warmUp(configuration)
  acceptor.configure(configuration, settingsOf(config), engine.state.ledger.expectedMsgSeqNum)
  await feed.start()
  await acceptor.listen()
  dropCopy.start(journal.nextPosition)
  const ticker = setInterval(() => {
    acceptor.tick()
    publisher.tick(monotonicMs())
    clock.now()
    rollTradingDay()
  }, TICK_MS)

  /** Ends the trading day whose time is over, and opens the next. */
  function rollTradingDay(): void {
    const { day } = engine.state
    if (day.isOpen && clock.epochSeconds < day.closeSeconds) return
    const instants = tradingDayAt(clock.epochSeconds, {
      timeZone: config.exchange.timeZone,
      dayRoll: config.market.dayRoll,
    })
    const feedSession = feedSessionName(instants.tradingDate, () => randomInt(36))
    queueTradingDay(exchange.queue, { isOpen: day.isOpen, instants, feedSession })
    exchange.submit()
  }

  return {
    ports: { fix: acceptor.port, retransmission: feed.retransmission?.port ?? 0 },
    stateHash: () => engine.stateHash(),
    async stop() {
      clearInterval(ticker)
      acceptor.logOutAll('The exchange is closing')
      await settled(() => acceptor.sessionCount === 0, LOGOUT_MS)
      acceptor.destroy()
      exchange.drain()
      exchange.stop()
      await dropCopy.stop()
    },
  }
}

/** Executes the journal again, tells the followers what was said, and gives the newest time in it. */
function recover(
  journal: Journal,
  {
    engine,
    followers,
    onProgress,
  }: {
    engine: Engine
    followers: readonly TurnFollower[]
    onProgress: StartOptions['onProgress']
  },
): { epochSeconds: number; nanoseconds: number } {
  const newest = { epochSeconds: 0, nanoseconds: 0 }
  for (const group of journal.groups(onProgress === undefined ? {} : { onProgress })) {
    replayGroup(engine, group)
    newest.epochSeconds = group.epochSeconds
    newest.nanoseconds = group.nanoseconds
    for (const follower of followers) {
      follower.recover(group.view, group.eventsStart, group.eventsEnd, group.eventsPosition)
    }
  }
  return newest
}

function isInForce(wanted: VenueConfiguration, current: VenueConfiguration | undefined): boolean {
  return (
    current !== undefined &&
    Buffer.compare(encodeConfiguration(wanted), encodeConfiguration(current)) === 0
  )
}

/** What each session's file says beyond the configuration in force, by CompID. */
function settingsOf(config: ExchangeConfig): Map<string, SessionSettings> {
  return new Map(config.sessions.map((session) => [session.senderCompId, session]))
}

/** Waits until something holds, at most `timeoutMs`. */
async function settled(holds: () => boolean, timeoutMs: number): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs
  while (!holds() && performance.now() < deadlineMs) await setTimeoutPromise(10)
}
