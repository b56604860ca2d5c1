/**
 * The one place that builds the exchange on the operating system: journal files, sockets, clocks,
 * drop copy. Start-up checks and re-executes the journal, makes what follows from the files
 * durable, and only then opens the doors.
 */
import { randomInt, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as setTimeoutPromise } from 'node:timers/promises'
import { AdminApi } from './admin/index.ts'
import type { AssembledExchange } from './assemble.ts'
import { assembleExchange, dropCopySettingsOf, marketDataSettingsOf } from './assemble.ts'
import { StatusServer } from './console/index.ts'
import { DropCopySupervisor } from './dropcopy/supervisor/index.ts'
import { FeedReaderProcess } from './feed-reader-process.ts'
import { NodeLogDisk } from './fix-acceptor/index.ts'
import type { ChannelFeeds } from './itch-feed/index.ts'
import { openChannels } from './itch-feed/index.ts'
import { DirectoryLock, Journal, NodeDisk, Seals } from './journal/index.ts'
import { measureExchange } from './measure.ts'
import type { ExchangeConfig, Logger } from './runtime/index.ts'
import { ErrorCode, ExchangeError, loadRiskLimits, NodeClock } from './runtime/index.ts'
import { ShadowProcess } from './shadow-process.ts'
import { SnapshotStore } from './snapshot/index.ts'
import { warmUp } from './warm-up.ts'
import type { RiskLimits } from './wire/index.ts'

/** Heartbeats, timeouts and the day roll are looked at this often. */
const TICK_MS = 100
/** Sessions get this long to answer our Logout. */
const LOGOUT_MS = 2000
/** The lines get this long to say what waits in the journal. */
const FEED_MS = 2000

export interface StartOptions {
  readonly logger: Logger
  /** The exchange stopped by itself and says nothing more: end the process. */
  readonly onFatal: (error: unknown) => void
  /** Replay of the journal: bytes done and in all. */
  readonly onProgress?: (bytesDone: number, bytesTotal: number) => void
  /** Folder of the programs of its readers; left out: where this one is. */
  readonly programs?: URL
}

/** Where a channel of the feed is served. */
export interface ChannelPorts {
  readonly retransmission: number
  readonly snapshot: number
  readonly stream: number
}

export interface RunningExchange {
  /** Bound ports, for the line that says ready; those of the feed are of channel 0. */
  readonly ports: ChannelPorts & {
    readonly fix: number
    /** Where FIX over TLS is configured. */
    readonly fixTls?: number
    readonly http: number
    /** Where there are several. */
    readonly channels?: readonly ChannelPorts[]
  }
  readonly stateHash: () => string
  /** Reads the limits file again; one that is wrong is logged and changes nothing. */
  readonly reloadLimits: () => void
  /** Logs clients out, makes the end durable and closes everything. */
  stop(): Promise<void>
}

/** @throws ExchangeError with one clear line for everything that can be wrong at a start */
export async function startExchange(
  config: ExchangeConfig,
  options: StartOptions,
): Promise<RunningExchange> {
  const { logger } = options
  const limits = loadRiskLimits(config.limitsFile, config)
  await checkDatabase(config.dropcopy.database)
  makeDataDir(config.dataDir)
  const lock = DirectoryLock.acquire(join(config.dataDir, 'lock'))
  const opened: (() => Promise<void> | void)[] = [() => lock.release()]
  const closeAll = async () => {
    for (const close of opened.reverse()) await close()
  }

  try {
    const disk = new NodeDisk()
    const journal = openJournal(config, disk, logger)
    opened.push(() => journal.close())
    checkEnd(journal, config, logger)
    const feed = await openChannels(config.itch, { journal, schedule: setImmediate })
    opened.push(() => feed.close())
    const closeLater = (close: () => Promise<void>) => void opened.push(close)
    const running = await openDoors(config, { journal, disk, feed, limits, closeLater }, options)
    return {
      ...running,
      async stop() {
        try {
          await running.stop()
        } finally {
          await closeAll()
        }
      },
    }
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** The embedded one needs no asking: it is opened in the reader's process, and no driver is loaded here. */
async function checkDatabase(database: string): Promise<void> {
  if (database === 'embedded') return
  const { checkPostgres } = await import('./dropcopy/index.ts')
  await checkPostgres(database)
}

function makeDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true })
  } catch (cause) {
    const { code = 'unknown reason' } = cause as NodeJS.ErrnoException
    const message = `dataDir is ${dataDir}; it cannot be made (${code}): choose another directory`
    throw new ExchangeError(ErrorCode.ConfigValue, message, { cause })
  }
}

const directoriesOf = ({ dataDir }: ExchangeConfig) => ({
  journalDirectory: join(dataDir, 'journal'),
  snapshotDirectory: join(dataDir, 'snapshots'),
  sealDirectory: join(dataDir, 'seals'),
})

function openJournal(config: ExchangeConfig, disk: NodeDisk, logger: Logger): Journal {
  const journal = Journal.open({
    disk,
    directory: directoriesOf(config).journalDirectory,
    journalId: () => randomUUID().replaceAll('-', ''),
    durability: config.journal.durability,
  })
  if (journal.cut !== undefined)
    logger.warn(journal.cut, 'a torn write at the end of the journal was cut')
  return journal
}

/**
 * Groups that were sealed must be there, unless the operating system may have lost them in a power cut.
 * @throws ExchangeError JournalAltered
 */
function checkEnd(journal: Journal, config: ExchangeConfig, logger: Logger): void {
  const { sealDirectory } = directoriesOf(config)
  const { groupNumber } = journal
  const seals = new Seals(new NodeDisk(), sealDirectory, 'read')
  const isShort = seals.has(groupNumber + 1)
  seals.close()
  if (!isShort) return

  if (config.journal.durability === 'fsync') {
    const message =
      `the journal ends with group ${groupNumber}, and later ones were sealed: ` +
      'restore the journal from a copy, or find out who cut it off'
    throw new ExchangeError(ErrorCode.JournalAltered, message)
  }
  logger.warn(
    { groupNumber },
    'sealed groups are not in the journal: the system had not written them',
  )
  const forgetting = new Seals(new NodeDisk(), sealDirectory, 'write')
  forgetting.forgetAfter(groupNumber)
  forgetting.close()
}

interface Parts {
  readonly journal: Journal
  /** The journal's own. */
  readonly disk: NodeDisk
  readonly feed: ChannelFeeds
  readonly limits: RiskLimits
  /** What is open from here on is closed at the end, also of a start that fails. */
  readonly closeLater: (close: () => Promise<void>) => void
}

async function openDoors(
  config: ExchangeConfig,
  { journal, disk, feed, limits, closeLater }: Parts,
  { logger, onFatal, onProgress, programs }: StartOptions,
): Promise<RunningExchange> {
  const dropCopy = new DropCopySupervisor({
    dataDir: config.dataDir,
    ...config.dropcopy,
    logger,
    programs,
  })
  const { channels, subscribers } = config.itch
  const directories = directoriesOf(config)
  const { journalDirectory, snapshotDirectory, sealDirectory } = directories
  const marketData = marketDataSettingsOf(config)
  const dropCopies = dropCopySettingsOf(config)
  const feedReader = new FeedReaderProcess(
    { journalDirectory, snapshotDirectory, channels, subscribers, marketData, dropCopies },
    logger,
    programs,
  )
  const snapshotCommands = config.snapshots.commands
  const hasShadow = snapshotCommands > 0
  const shadow = new ShadowProcess(
    {
      ...directories,
      channels: channels.length,
      snapshotCommands,
    },
    { logger, onFatal: (error) => exchange.fail(error), programs },
  )
  let ready = false
  /** What was on the lines before this start, or is to be asked for again. */
  const recovered = journal.nextPosition
  closeLater(() => feedReader.stop())
  // Beside the replay, which takes as long.
  feedReader.start(recovered)
  const exchange = assembleExchange(config, {
    journal,
    limits,
    publisher: feed.publisher,
    clock: new NodeClock(),
    logger,
    schedule: setImmediate,
    randomInt,
    announce,
    onFatal: fail,
    onProgress,
    seals: new Seals(new NodeDisk(), sealDirectory, 'read'),
    snapshots: new SnapshotStore({
      disk: new NodeDisk(),
      directory: snapshotDirectory,
      onPassedOver: (file, reason) => logger.warn({ file, reason }, 'a snapshot was passed over'),
    }),
    logDisk: new NodeLogDisk(),
    pass: (connection) => feedReader.take(connection),
    // Room for a whole day is there from the start: memory of pages that are not used costs nothing.
    ordersExpected: config.market.ordersPerDayMax,
  })

  warnOfSilence(feed, logger)
  const { engine, acceptor, messageLog, desk, tick, end } = exchange
  closeLater(async () => messageLog?.close())
  const [readerPorts] = await Promise.all([
    feedReader.open(feed.publisher.behindFrom === undefined ? journal.nextPosition : recovered),
    feed.start().then(() => (config.warmUp ? warmUp(config) : 0)),
  ])
  const admin = new AdminApi({
    config: config.admin,
    host: config.http.host,
    desk,
    logger,
    monotonicMs: () => performance.now(),
    newId: randomUUID,
    rest: () => new Promise((resolve) => setImmediate(resolve)),
  })
  const status = await StatusServer.open({
    ...config.http,
    metrics: measureExchange({
      exchange,
      journal,
      disk,
      feed,
      feedReader,
      dropCopy,
      shadow,
      admin,
    }),
    logger,
    admin,
    state: () => ({ ready, dropCopy: dropCopy.state, reason: dropCopy.reason }),
  })
  closeLater(() => status.close())
  await acceptor.listen()
  // Behind the line that says ready: to begin a process takes a large one tens of milliseconds.
  const beginning = setImmediate(() => {
    dropCopy.start(journal.nextPosition)
    if (hasShadow) shadow.start(journal.nextPosition)
  })
  const ticker = setInterval(() => {
    tick()
    announce(journal.nextPosition)
  }, TICK_MS)
  ready = true

  /** Nobody is told by TCP what has not been on the lines. */
  function announce(position: number): void {
    dropCopy.announce(position)
    if (hasShadow) shadow.announce(position)
    if (feed.publisher.behindFrom === undefined) feedReader.announce(position)
  }

  /** Retransmission ends too: nothing more is said, to nobody. */
  function fail(error: unknown): void {
    ready = false
    void feed.close()
    onFatal(error)
  }

  const channelPorts = feed.feeds.map(({ retransmission }, channel): ChannelPorts => {
    return { retransmission: retransmission?.port ?? 0, ...readerPorts[channel]! }
  })
  return {
    ports: {
      fix: acceptor.port,
      ...(config.fix.tls === undefined ? {} : { fixTls: acceptor.tlsPort }),
      ...channelPorts[0]!,
      http: status.port,
      ...(channelPorts.length === 1 ? {} : { channels: channelPorts }),
    },
    stateHash: () => engine.stateHash(),
    reloadLimits: () => reloadLimits(config, exchange, logger),
    async stop() {
      clearImmediate(beginning)
      clearInterval(ticker)
      ready = false
      acceptor.logOutAll('The exchange is closing')
      await settled(() => acceptor.sessionCount === 0, LOGOUT_MS)
      acceptor.destroy()
      end()
      await settled(() => feed.publisher.behindFrom === undefined, FEED_MS)
      announce(journal.nextPosition)
      await Promise.all([dropCopy.stop(), shadow.stop(), feedReader.stop()])
    },
  }
}

/** What the running day has on a channel that is gone is on no line until the next day begins. */
function warnOfSilence({ feeds }: ChannelFeeds, logger: Logger): void {
  const { lastChannel } = feeds[0]!.publisher.stream.running
  if (lastChannel < feeds.length) return
  const channels = { configured: feeds.length, ofTheDay: lastChannel + 1 }
  logger.warn(channels, 'instruments of channels that are gone are on no line until the next day')
}

function reloadLimits(config: ExchangeConfig, exchange: AssembledExchange, logger: Logger): void {
  const { path: file } = config.limitsFile
  try {
    const isNew = exchange.setLimits(loadRiskLimits(config.limitsFile, config))
    logger.info({ file }, isNew ? 'risk limits come into force' : 'risk limits are as they were')
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    logger.error({ reason: error.message }, 'risk limits are wrong and stay as they were')
  }
}

/** Waits until something holds, at most `timeoutMs`. */
async function settled(holds: () => boolean, timeoutMs: number): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs
  while (!holds() && performance.now() < deadlineMs) await setTimeoutPromise(10)
}
