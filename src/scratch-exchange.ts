/** The assembled exchange with disk, lines and its one connection in memory: nothing of it stays. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { AssembledExchange } from './assemble.ts'
import { assembleExchange } from './assemble.ts'
import { QUANTITY_MAX } from './domain/index.ts'
import type { ByteSocket } from './fix-acceptor/index.ts'
import { MessageWriter } from './fix/index.ts'
import { FeedPublisher, MessageRing } from './itch-feed/index.ts'
import { Journal } from './journal/index.ts'
import type { ExchangeConfig, InstrumentConfig, SessionConfig } from './runtime/index.ts'
import { NodeClock, SequencedClock, silentLogger } from './runtime/index.ts'
import { ScratchDisk } from './scratch-disk.ts'

/** Of its one instrument. */
export const SCRATCH_SYMBOL = 'SCRATCH'
const COMP_ID = 'SCRATCH'
const SEGMENT_BYTES = 1 << 25
const NO_LIMIT = 10_000_000
/** More than there are: tables that grow cost more than the trading. */
const ORDERS_EXPECTED = 1 << 16

/** Prices in cents, any lot. */
const instrument: InstrumentConfig = {
  symbol: SCRATCH_SYMBOL,
  description: '',
  currency: 'USD',
  referencePrice: 1_000_000,
  tickSize: 100,
  lotSize: 1,
  priceBandPercent: 0,
  maxOrderQty: QUANTITY_MAX,
  matching: 'price-time',
}

/** The end of a connection that the exchange has: what it says is forgotten. */
class ScratchSocket implements ByteSocket {
  readonly writableLength = 0
  hear: (chunk: Uint8Array) => void = () => {}

  on(event: string, listener: (value: never) => void): void {
    if (event === 'data') this.hear = listener as (chunk: Uint8Array) => void
  }

  write(_bytes: Uint8Array, onWritten: () => void): void {
    onWritten()
  }

  end(): void {}
  destroy(): void {}
  pause(): void {}
  resume(): void {}
}

export class ScratchExchange {
  private readonly assembled: AssembledExchange
  private readonly journal: Journal
  private readonly socket = new ScratchSocket()
  private readonly clock = new SequencedClock(new NodeClock())
  private readonly writer: MessageWriter
  private due: (() => void)[] = []
  private msgSeqNum = 1
  private ids = 0
  /** When it was opened, as TransactTime(60) has it. */
  private readonly time = transactTime(new Date())

  /**
   * Opens one whose session is logged on, and reports as the first that is configured.
   * @returns undefined when none is
   */
  static async open(
    config: ExchangeConfig,
    ordersPerCommandMax: number,
  ): Promise<ScratchExchange | undefined> {
    const [template] = config.sessions
    if (template === undefined) return undefined
    const exchange = new ScratchExchange(config, template, ordersPerCommandMax)
    exchange.write('A', `98=0|108=${template.heartBtInt.max}|141=Y`)
    await exchange.settle()
    return exchange
  }

  private constructor(
    config: ExchangeConfig,
    template: SessionConfig,
    ordersPerCommandMax: number,
  ) {
    const { compId: targetCompId } = config.exchange
    this.writer = new MessageWriter({ senderCompId: COMP_ID, targetCompId })
    this.journal = Journal.open({
      disk: new ScratchDisk(SEGMENT_BYTES),
      directory: '/scratch',
      journalId: () => 'scratch',
      durability: 'fsync',
      segmentBytes: SEGMENT_BYTES,
    })
    const sender = { room: Infinity, send() {} }
    this.assembled = assembleExchange(scratchConfig(config, template, ordersPerCommandMax), {
      journal: this.journal,
      publisher: new FeedPublisher({
        sender,
        journal: this.journal,
        messages: new MessageRing(1 << 10),
      }),
      clock: new NodeClock(),
      logger: silentLogger,
      schedule: (run) => this.due.push(run),
      randomInt: () => 0,
      announce() {},
      ordersExpected: ORDERS_EXPECTED,
      onFatal(error) {
        throw error
      },
    })
    this.assembled.acceptor.accept(this.socket)
  }

  /** Executions so far. */
  get executions(): number {
    return this.assembled.engine.state.numbers.nextMatchNumber - 1
  }

  /**
   * Asks for something: `55=SCRATCH|54=1`, besides id and time. It is heard at `settle`.
   * @returns ClOrdID(11)
   */
  say(msgType: string, body: string): number {
    this.write(msgType, `11=${++this.ids}|60=${this.time}|${body}`)
    return this.ids
  }

  /** Hears what was asked for, and runs turns until nothing is left to do. */
  async settle(): Promise<void> {
    this.socket.hear(this.writer.bytes.slice(0, this.writer.length))
    this.writer.clear()
    do {
      // A password check ends in a promise.
      await nextTurn()
      const { due } = this
      this.due = []
      for (const run of due) run()
    } while (this.due.length > 0)
  }

  async close(): Promise<void> {
    this.assembled.end()
    await this.journal.close()
  }

  private write(msgType: string, body: string): void {
    const { clock, writer } = this
    clock.now()
    const { epochSeconds: sendingSeconds, nanoseconds: sendingNanoseconds } = clock
    const header = { msgType, msgSeqNum: this.msgSeqNum++, sendingSeconds, sendingNanoseconds }
    const bytes = Buffer.from(`${body}|`.replaceAll('|', '\u0001'), 'latin1')
    writer.begin(header).raw(bytes, 0, bytes.length)
    writer.end()
  }
}

const transactTime = (date: Date): string =>
  date.toISOString().replaceAll('-', '').replace('T', '-').replace('Z', '')

function scratchConfig(
  config: ExchangeConfig,
  template: SessionConfig,
  ordersPerCommandMax: number,
): ExchangeConfig {
  const { schedule: _schedule, clientCertificate: _certificate, ...settings } = template
  const { limits } = config.fix
  return {
    ...config,
    itch: { ...config.itch, channels: [{ ...config.itch.channels[0]!, symbols: undefined }] },
    fix: {
      ...config.fix,
      limits: { ...limits, messagesPerSecondMax: NO_LIMIT },
      messageLog: undefined,
    },
    market: { ...config.market, ordersPerDayMax: NO_LIMIT, ordersPerCommandMax },
    instruments: [instrument],
    sessions: [
      {
        ...settings,
        senderCompId: COMP_ID,
        role: 'order-entry',
        password: 'none',
        allow: [],
        selfTradePrevention: 'off',
        throttle: { messagesPerSecond: 0 },
      },
    ],
  }
}
