/**
 * Connects what stands between the edges: engine, turn, FIX acceptor and feed publisher around one
 * journal, with the journal executed again and what follows from the files made durable. Disk,
 * clock, sockets and randomness come in, so the simulation runs the same code as `serve`.
 */
import { join } from 'node:path'
import { OperatorDesk, TradeFinder } from './admin/index.ts'
import type { DropCopySettings } from './drop-copy-sessions/index.ts'
import { Engine } from './engine/index.ts'
import type { TurnFollower } from './exchange.ts'
import { Exchange, replayGroup } from './exchange.ts'
import type { MarketDataSettings } from './feed-reader.ts'
import type { FixAcceptorOptions, LogDisk, SessionSettings } from './fix-acceptor/index.ts'
import { FixAcceptor, MessageLog, SentLedger } from './fix-acceptor/index.ts'
import type { FeedTurns } from './itch-feed/index.ts'
import { FeedOutput } from './itch-feed/index.ts'
import type { Journal, Seals } from './journal/index.ts'
import { SealChain } from './journal/index.ts'
import {
  dayToOpen,
  feedSessionName,
  queueConfiguration,
  queueDisconnects,
  queuePlan,
  queueRiskLimits,
  queueTradingDay,
} from './opening.ts'
import { ReferenceDesk } from './reference-desk.ts'
import type { Clock, ExchangeConfig, Logger, SessionConfig } from './runtime/index.ts'
import { SequencedClock, toVenueConfiguration } from './runtime/index.ts'
import type { SnapshotPoint, SnapshotStore } from './snapshot/index.ts'
import { problemOf } from './snapshot/index.ts'
import type { TurnTimes } from './turn-times.ts'
import type { CommandQueue, RiskLimits, VenueConfiguration, VenueSession } from './wire/index.ts'
import {
  decimalsOf,
  dialectOf,
  encodeConfiguration,
  encodeRiskLimits,
  mayTrade,
  NO_RISK_LIMITS,
} from './wire/index.ts'

/** What the exchange needs of the world. */
export interface Edges {
  readonly journal: Journal
  readonly publisher: FeedTurns
  readonly clock: Clock
  readonly logger: Logger
  /** Runs a function once the callbacks of this event-loop turn are through: setImmediate. */
  readonly schedule: (run: () => void) => void
  /** 0 <= integer < max: for the name of a trading day's feed session, and the ends of its auctions. */
  readonly randomInt: (max: number) => number
  /** A turn is durable and published: the journal may be read up to this position. */
  readonly announce: (position: number) => void
  /** The exchange stopped by itself and says nothing more. */
  readonly onFatal: (error: unknown) => void
  /** Where a snapshot may shorten the replay. */
  readonly snapshots?: SnapshotStore | undefined
  /** What every group that is executed again must agree with, where it was sealed. */
  readonly seals?: Seals | undefined
  /** Replay of the journal: bytes done and in all. */
  readonly onProgress?: ((bytesDone: number, bytesTotal: number) => void) | undefined
  /** Orders of a day to make room for; see Engine. */
  readonly ordersExpected?: number | undefined
  /** Limits of pre-trade risk; left out = none. */
  readonly limits?: RiskLimits
  /** Where the message log goes, if there is one. */
  readonly logDisk?: LogDisk | undefined
  /** Who serves market-data and drop-copy sessions; left out: nobody. */
  readonly pass?: FixAcceptorOptions['pass']
}

export interface AssembledExchange {
  readonly engine: Engine
  readonly acceptor: FixAcceptor
  readonly clock: SequencedClock
  /** What waits for a turn. */
  readonly queue: CommandQueue
  /** How long turns take. */
  readonly times: TurnTimes
  /** In force. */
  readonly configuration: VenueConfiguration
  readonly messageLog: MessageLog | undefined
  /** Where operations asks. */
  readonly desk: OperatorDesk
  /** Puts limits of pre-trade risk in force by a command. @returns false when they are already */
  readonly setLimits: (limits: RiskLimits) => boolean
  /** Heartbeats, timeouts and the day roll. Call ten times a second. */
  readonly tick: () => void
  /** Makes durable what is queued, and ends: no turn runs any more. */
  readonly end: () => void
  /** Ends at once and says nothing more: something is wrong that nobody in here could see. */
  readonly fail: (error: unknown) => void
}

/** Columns of a snapshot that are not the engine's. */
const OF_FOLLOWERS = ['sent.', 'channel.']

/** @throws ExchangeError JournalDamaged, JournalAltered, JournalWrite, ReplayDiffers, ConfigValue */
export function assembleExchange(config: ExchangeConfig, edges: Edges): AssembledExchange {
  const { journal, publisher, logger, schedule } = edges
  const sent = new SentLedger(journal)
  const { engine, newest } = recover([sent, publisher], config, edges)

  const clock = new SequencedClock(edges.clock, {
    notBefore: newest,
    onStep: (step) => logger.error(step, 'the wall clock jumped and is not followed'),
  })
  const nowMs = () => edges.clock.monotonicMs()
  const exchange = new Exchange({ engine, journal, clock, nowMs, schedule, onFatal: fail })
  const { queue, submit, defer } = exchange
  const messageLog = openMessageLog(config, edges, clock)
  const acceptor = new FixAcceptor({
    ...config.fix,
    queue,
    submit,
    schedule,
    defer,
    sent,
    day: engine.state.day,
    stateOf: (locate) => engine.state.markets[locate],
    configuration: () => engine.configuration!,
    clock,
    logger,
    messageLog,
    pass: edges.pass,
  })
  const feed = new FeedOutput({ publisher, nowMs, schedule: defer, onFatal: fail })
  const announce = () => edges.announce(journal.nextPosition)
  /** Readers of the journal take processors too: while others wait they hear of nothing new. */
  const announceAfterWork = () => {
    if (!engine.hasWork) announce()
  }
  const rest = () => new Promise<void>(defer)
  const isOfDay = (orderId: number) => engine.state.orders.find(orderId) !== 0
  const isStopped = () => exchange.isStopped
  const trades = new TradeFinder({ journal, isOfDay, rest, isStopped })
  const desk = new OperatorDesk({
    findTrade: (matchNumber) => trades.find(matchNumber),
    ask: (command) => referenceDesk.ask(command),
    state: engine.state,
    rest,
  })
  exchange.connect([acceptor, feed, { publish: announce, postpone: announceAfterWork }, desk])

  const referenceDesk = new ReferenceDesk({ config, engine, queue, submit })
  /** The limits of the last SetRiskLimits, executed or not. */
  let limitsQueued: Uint8Array | undefined
  const configuration = toVenueConfiguration(config, engine.configuration)
  if (!isInForce(configuration, engine.configuration)) queueConfiguration(queue, configuration)
  for (const { compId } of sessionsClosed(configuration, engine.configuration)) {
    logger.warn({ session: compId }, 'the session may not trade any more: its orders are canceled')
  }
  tellOfChanges(configuration, engine.configuration, logger)
  setLimits(edges.limits ?? NO_RISK_LIMITS)
  queueDisconnects(queue, engine)
  /** End of the day whose roll is queued: behind a backlog it waits for many ticks. */
  let rolledSeconds = -1
  clock.now()
  rollTradingDay()
  planAgain()
  exchange.drain()
  acceptor.configure(configuration, settingsOf(config), engine.state.ledger.expectedMsgSeqNum)

  /** Limits differ from those in force, or from those that wait to be. */
  function setLimits(limits: RiskLimits): boolean {
    const wanted = encodeRiskLimits(limits)
    const last = limitsQueued ?? encodeRiskLimits(engine.riskLimits)
    if (Buffer.compare(wanted, last) === 0) return false
    limitsQueued = wanted
    queueRiskLimits(queue, limits)
    submit()
    return true
  }

  function fail(error: unknown): void {
    exchange.stop()
    feed.stop()
    desk.stop()
    acceptor.destroy()
    edges.onFatal(error)
  }

  /**
   * Ends the trading day whose time is over, and opens the next with its plan: once, however many ticks
   * pass until it is executed, and with nothing between them in the queue.
   */
  function rollTradingDay(): void {
    const { day } = engine.state
    if (day.isOpen && clock.epochSeconds < day.closeSeconds) return
    if (day.closeSeconds === rolledSeconds) return
    rolledSeconds = day.closeSeconds
    const next = dayToOpen(clock.epochSeconds, config, edges.randomInt)
    const { tradingDate } = next.instants
    const feedSession = feedSessionName(tradingDate, edges.randomInt, isSessionKnown)
    queueTradingDay(queue, { ...next, isOpen: day.isOpen, feedSession })
    submit()
  }

  /** A crash came between the opening of the day and its plan. */
  function planAgain(): void {
    const { day } = engine.state
    if (!day.isOpen || !day.isPhased || day.isPlanned || rolledSeconds !== -1) return
    const { plan = { phases: [] } } = dayToOpen(clock.epochSeconds, config, edges.randomInt)
    queuePlan(queue, plan)
    submit()
  }

  /** The day before may still wait for the lines, which know those before it. */
  function isSessionKnown(name: string): boolean {
    return name === engine.state.day.feedSession || publisher.knowsSession(name)
  }

  return {
    engine,
    acceptor,
    clock,
    queue,
    times: exchange.times,
    get configuration() {
      return engine.configuration!
    },
    messageLog,
    desk,
    setLimits,
    tick() {
      if (exchange.isStopped) return
      acceptor.tick()
      feed.tick()
      clock.now()
      rollTradingDay()
      if (engine.isDue(clock.epochSeconds, clock.nanoseconds)) submit()
    },
    end() {
      exchange.drain()
      exchange.stop()
      desk.stop()
    },
    fail,
  }
}

function openMessageLog(
  { fix: { messageLog } }: ExchangeConfig,
  { logDisk: disk, logger }: Edges,
  clock: SequencedClock,
): MessageLog | undefined {
  if (messageLog === undefined || disk === undefined) return undefined
  return new MessageLog({ ...messageLog, clock, logger, disk })
}

/**
 * Executes the journal again, from the newest snapshot on if there is one, and tells the followers what was
 * said. @returns the engine, and the newest time in the journal
 */
function recover(
  followers: readonly TurnFollower[],
  config: ExchangeConfig,
  edges: Edges,
): { engine: Engine; newest: { epochSeconds: number; nanoseconds: number } } {
  const { journal, onProgress, seals } = edges
  const newest = { epochSeconds: 0, nanoseconds: 0 }
  let from = 0
  let chain = SealChain.begin(journal.journalId)
  /** Where the first was not sealed, later ones continue what is not known. */
  let isSealed: boolean | undefined
  const { engine, point } = loadNewest(followers, config, edges)
  if (point !== undefined) {
    from = point.position
    chain = SealChain.after(point.seal)
    newest.epochSeconds = point.epochSeconds
    newest.nanoseconds = point.nanoseconds
  }
  for (const group of journal.groups({ from, ...(onProgress && { onProgress }) })) {
    isSealed ??= seals?.has(group.groupNumber) ?? false
    if (isSealed) seals!.compare(group.groupNumber, chain.follow(group))
    replayGroup(engine, group)
    newest.epochSeconds = group.epochSeconds
    newest.nanoseconds = group.nanoseconds
    for (const follower of followers) {
      follower.recover(group.view, group.eventsStart, group.eventsEnd, group.eventsPosition)
    }
  }
  seals?.close()
  return { engine, newest }
}

/** Engine and followers as the newest snapshot has them, and its point; without one as they began. */
function loadNewest(
  followers: readonly TurnFollower[],
  config: ExchangeConfig,
  { journal, snapshots, logger, ordersExpected }: Edges,
): { engine: Engine; point?: SnapshotPoint } {
  const { channels } = config.itch
  let engine: Engine | undefined
  const snapshot = snapshots?.newest(
    (point) => problemOf(point, channels.length, journal.nextPosition) ?? journal.problemOf(point),
    (reader) => {
      for (const part of OF_FOLLOWERS) reader.verify(part)
      // Most of a snapshot is the engine's: read once, and only a damaged one costs another engine.
      engine = new Engine(ordersExpected)
      engine.transfer(reader)
    },
  )
  if (snapshot === undefined || engine === undefined) return { engine: new Engine(ordersExpected) }
  for (const follower of followers) follower.transfer(snapshot)
  snapshot.close()
  const { point } = snapshot
  logger.info(
    { groupNumber: point.groupNumber, commands: point.commands },
    'starting from a snapshot',
  )
  return { engine, point }
}

function isInForce(wanted: VenueConfiguration, current: VenueConfiguration | undefined): boolean {
  return (
    current !== undefined &&
    Buffer.compare(encodeConfiguration(wanted), encodeConfiguration(current)) === 0
  )
}

/** Where the file of the instruments alone does not say what is in force, and where it does again. */
function tellOfChanges(
  { changes = [] }: VenueConfiguration,
  current: VenueConfiguration | undefined,
  logger: Logger,
): void {
  const held = new Set(changes.map(({ symbol }) => symbol))
  for (const { symbol } of current?.changes ?? []) {
    if (held.has(symbol))
      logger.info({ symbol }, 'as operations has changed it, not as its file says')
    else logger.warn({ symbol }, 'operations had changed it: the file counts again')
  }
}

function sessionsClosed(wanted: VenueConfiguration, current?: VenueConfiguration): VenueSession[] {
  const mayStillTrade = ({ index }: VenueSession) => mayTrade(wanted.sessions[index - 1]!)
  return current?.sessions.filter((one) => mayTrade(one) && !mayStillTrade(one)) ?? []
}

/** What each session's file says beyond the configuration in force, by CompID. */
const settingsOf = (config: ExchangeConfig): Map<string, SessionSettings> =>
  new Map(config.sessions.map((session) => [session.senderCompId, settingsFor(session, config)]))

function settingsFor(session: SessionConfig, { exchange }: ExchangeConfig): SessionSettings {
  const { schedule } = session
  const hours = schedule && { ...schedule, timeZone: schedule.timeZone ?? exchange.timeZone }
  return { ...session, schedule: hours }
}

/** The market-data sessions: who serves them knows the files only. */
export function marketDataSettingsOf(config: ExchangeConfig): MarketDataSettings {
  const logins = config.sessions
    .filter(({ role }) => role === 'market-data')
    .map((session) => ({
      ...settingsFor(session, config),
      compId: session.senderCompId,
      timestampDecimals: decimalsOf(dialectOf(session)),
    }))
  return { compId: config.exchange.compId, limits: config.fix.limits, logins }
}

/** The drop-copy sessions, likewise. */
export function dropCopySettingsOf(config: ExchangeConfig): DropCopySettings {
  const logins = config.sessions
    .filter(({ role }) => role === 'drop-copy')
    .map((session) => ({
      ...settingsFor(session, config),
      compId: session.senderCompId,
      dropCopyOf: session.dropCopyOf,
      dialect: dialectOf(session),
    }))
  return {
    compId: config.exchange.compId,
    limits: config.fix.limits,
    logins,
    directory: join(config.dataDir, 'drop-copy-sessions'),
    isSynced: config.journal.durability === 'fsync',
  }
}
