/**
 * The assembled exchange of `serve` with everything around it in memory: a disk, a clock that stands
 * still until a test moves it, an event loop that a test runs, and FIX connections whose kernel
 * buffers are as small as a test wants. Nothing is random.
 */
import type { AssembledExchange } from '../../src/assemble.ts'
import { assembleExchange } from '../../src/assemble.ts'
import type { PacketSender } from '../../src/itch-feed/index.ts'
import { FeedChannels, FeedPublisher, MessageRing } from '../../src/itch-feed/index.ts'
import type { Group } from '../../src/journal/index.ts'
import { Journal } from '../../src/journal/index.ts'
import type { LogDisk } from '../../src/fix-acceptor/index.ts'
import type { ExchangeConfig, Logger, SessionConfig } from '../../src/runtime/index.ts'
import { loadConfig, silentLogger } from '../../src/runtime/index.ts'
import { NO_RISK_LIMITS } from '../../src/wire/index.ts'
import { FakeClock } from './fake-clock.ts'
import { MemoryDisk } from './memory-disk.ts'
import type { LineOwner } from './memory-line.ts'
import { MemoryLine } from './memory-line.ts'
import { encodeLine, parseFieldList, readable } from './transcript.ts'

const EXCHANGE = 'BUTTONWOOD'
/** One read of a socket. */
const READ_BYTES_MAX = 1 << 20
/** Small: a disk in memory keeps every byte twice. */
const SEGMENT_BYTES = 1 << 20
const HEADER_TAGS = new Set([8, 9, 34, 49, 52, 56, 10])
/** As shipped; read once, since reading it takes as long as the rest of a stage. */
const shipped = loadConfig({
  file: new URL('../../config/exchange.yaml', import.meta.url).pathname,
  env: {},
})

type StageChannels = readonly (readonly string[] | undefined)[]

export interface StageOptions {
  /** Instant of the wall clock, ISO 8601; a Monday morning in New York. */
  readonly start?: string
  readonly sessions?: readonly Partial<SessionConfig>[]
  readonly limits?: Partial<ExchangeConfig['fix']['limits']>
  readonly market?: Partial<ExchangeConfig['market']>
  readonly instruments?: ExchangeConfig['instruments']
  /** Symbols of each channel of the feed, undefined for the others; left out = one channel. */
  readonly channels?: StageChannels
  /** Where every message is logged; left out = nowhere. */
  readonly logDisk?: LogDisk
  readonly logger?: Logger
}

export class ExchangeStage implements LineOwner, PacketSender {
  readonly clock: FakeClock
  readonly disk = new MemoryDisk()
  readonly fatal: unknown[] = []
  /** Everything that was on the feed's lines, of all channels. */
  readonly packets: Uint8Array[] = []
  /** Packets that the lines take. */
  room = Infinity
  config: ExchangeConfig
  /** What the file says at the next start. */
  limits = NO_RISK_LIMITS
  exchange: AssembledExchange
  private readonly logger: Logger
  private journal: Journal
  private readonly logDisk: LogDisk | undefined
  private readonly lines: MemoryLine[] = []
  private immediates: (() => void)[] = []
  private deferred: (() => void)[] = []

  constructor(options: StageOptions = {}) {
    this.clock = new FakeClock(options.start)
    this.logger = options.logger ?? silentLogger
    this.config = stageConfig(options)
    this.logDisk = options.logDisk
    this.journal = this.openJournal()
    this.exchange = this.assemble()
  }

  /** A connection of a counterparty; nothing is said yet. */
  connect(compId: string, { kernelBytes = 1 << 30, from = '127.0.0.1' } = {}): StageClient {
    const line = new MemoryLine(compId, this, kernelBytes, from)
    this.lines.push(line)
    this.exchange.acceptor.accept(line)
    return new StageClient(line, compId, this.clock)
  }

  /** Runs the event loop until nothing is left to do without the clock or a counterparty. */
  async settle(): Promise<void> {
    for (;;) {
      // A password check ends in a promise.
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (!this.isBusy) return
      this.runLoopTurn()
    }
  }

  /**
   * Says a message; gives the answers, each as its fields behind the header.
   * @throws what stopped the exchange
   */
  async ask(client: StageClient, text: string): Promise<string[]> {
    client.say(text)
    await this.settle()
    if (this.fatal.length > 0) throw this.fatal[0]
    return client.hear().map((answer) => answer.replace(/^\d+: /, ''))
  }

  /** One turn of the event loop: what the sockets have, then what was scheduled. */
  runLoopTurn(): void {
    for (const line of this.lines) {
      line.poll(READ_BYTES_MAX)
      this.runDeferred()
    }
    const due = this.immediates
    this.immediates = []
    for (const run of due) {
      run()
      this.runDeferred()
    }
  }

  /** Time passes, a tick at a time. */
  async advance(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      this.clock.advance(100)
      this.exchange.tick()
      this.runDeferred()
      await this.settle()
    }
  }

  /** kill -9, and a new start on what is on the disk, with other session files if they are given. */
  restart(sessions?: StageOptions['sessions']): void {
    this.disk.kill()
    if (sessions !== undefined) this.config = { ...this.config, sessions: sessionsOf(sessions) }
    for (const line of this.lines) line.serverGone(1)
    this.lines.length = 0
    this.immediates = []
    this.deferred = []
    this.journal = this.openJournal()
    this.exchange = this.assemble()
  }

  /** What the file says of the channels at the next start. */
  configureChannels(channels: StageChannels): void {
    this.config = withChannels(this.config, channels)
  }

  /** The history as it is on the disk. */
  groups(): Iterable<Group> {
    return this.journal.groups()
  }

  // LineOwner

  sending(): void {}

  defer(run: () => void): void {
    this.deferred.push(run)
  }

  // PacketSender

  send(bytes: Uint8Array, length: number): void {
    this.packets.push(bytes.slice(0, length))
  }

  private get isBusy(): boolean {
    if (this.exchange.acceptor.passwordCheckCount > 0) return true
    return this.immediates.length > 0 || this.lines.some((line) => line.hasNews)
  }

  private runDeferred(): void {
    for (let run = this.deferred.shift(); run; run = this.deferred.shift()) run()
  }

  private openJournal(): Journal {
    return Journal.open({
      disk: this.disk,
      directory: '/data/journal',
      journalId: () => 'journal-of-the-stage',
      durability: 'fsync',
      segmentBytes: SEGMENT_BYTES,
    })
  }

  private assemble(): AssembledExchange {
    const { journal } = this
    const publishers = this.config.itch.channels.map((_, channel) => {
      const messages = new MessageRing(1 << 10)
      return new FeedPublisher({ sender: this, journal, channel, maxPayload: 1400, messages })
    })
    return assembleExchange(this.config, {
      journal: this.journal,
      limits: this.limits,
      publisher: new FeedChannels(publishers),
      clock: this.clock,
      logger: this.logger,
      schedule: (run) => this.immediates.push(run),
      randomInt: () => 7,
      announce: () => {},
      onFatal: (error) => this.fatal.push(error),
      logDisk: this.logDisk,
    })
  }
}

/** A counterparty that says what a test writes and keeps what it hears. */
export class StageClient {
  readonly line: MemoryLine
  /** MsgSeqNum(34) of our next message. */
  next = 1
  private readonly compId: string
  private readonly clock: FakeClock
  private received = ''

  constructor(line: MemoryLine, compId: string, clock: FakeClock) {
    this.line = line
    this.compId = compId
    this.clock = clock
  }

  /** Says messages in one piece: `35=0|112=x`; what is not given of the header is right. */
  say(...texts: string[]): void {
    this.line.send(Buffer.concat(texts.map((text) => this.encode(text))))
  }

  /**
   * Reads at most `max` bytes; gives the whole messages, `34:` and what is not header or trailer.
   */
  hear(max = Infinity): string[] {
    this.received += readable(this.line.receive(max))
    const messages = this.received.split(/(?<=\|10=\d{3}\|)/)
    const isWhole = /\|10=\d{3}\|$/.test(messages.at(-1) ?? '')
    this.received = isWhole ? '' : messages.pop()!
    return messages.filter((message) => message !== '').map(brief)
  }

  private encode(text: string): Buffer {
    const at = new Date(this.clock.epochMs()).toISOString()
    const given = /(?:^|\|)34=(\d+)/.exec(text)?.[1]
    const msgSeqNum = given === undefined ? this.next : Number(given)
    if (msgSeqNum >= this.next) this.next = msgSeqNum + 1
    return encodeLine(text, {
      senderCompId: this.compId,
      targetCompId: EXCHANGE,
      msgSeqNum,
      sendingTime: at.replaceAll('-', '').replace('T', '-').replace('Z', ''),
    })
  }
}

function brief(message: string): string {
  const fields = parseFieldList(message)
  const number = fields.find(([tag]) => tag === 34)?.[1]
  const rest = fields.filter(([tag]) => !HEADER_TAGS.has(tag))
  return `${number}: ${rest.map(([tag, value]) => `${tag}=${value}`).join('|')}`
}

function stageConfig({
  sessions = [{ senderCompId: 'ACME' }],
  limits = {},
  market = {},
  instruments = shipped.instruments,
  channels = [undefined],
  logDisk,
}: StageOptions): ExchangeConfig {
  return {
    ...withChannels(shipped, channels),
    fix: {
      ...shipped.fix,
      limits: { ...shipped.fix.limits, ...limits },
      messageLog: logDisk && { directory: '/fix-log', fileBytesMax: 1 << 20, oldFilesMax: 2 },
    },
    market: { ...shipped.market, ...market },
    instruments,
    sessions: sessionsOf(sessions),
  }
}

/** Lines and ports are those of the only channel: nothing is opened here. */
function withChannels(config: ExchangeConfig, channels: StageChannels): ExchangeConfig {
  const [template] = shipped.itch.channels
  const described = channels.map((symbols) => ({ ...template!, symbols }))
  return { ...config, itch: { ...config.itch, channels: described } }
}

function sessionsOf(given: readonly Partial<SessionConfig>[]): SessionConfig[] {
  const template = shipped.sessions.find(({ senderCompId }) => senderCompId === 'ACME')!
  return given.map((one) => ({ ...template, password: 'none', ...one }))
}
