/**
 * Market-data sessions in memory: a random day of the feed, the books that follow it, and brokers on lines
 * whose kernel holds little, who read when the test says so.
 */
import { FixReader, Tag } from '../../src/fix/index.ts'
import type { FixMessage } from '../../src/fix/index.ts'
import { FeedImage, FeedStream, MessageRing } from '../../src/itch-feed/index.ts'
import type { MarketDataLogin } from '../../src/market-data/index.ts'
import { MarketBooks, MarketDataAcceptor } from '../../src/market-data/index.ts'
import { loadConfig, SequencedClock, silentLogger } from '../../src/runtime/index.ts'
import { RecordBuffer, recordLength } from '../../src/wire/index.ts'
import { A_DESK_LOGIN } from '../support/desk-login.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { MemoryLine } from '../support/memory-line.ts'
import { encodeLine } from '../support/transcript.ts'
import { endOfDay, FeedDay, startOfDay } from '../itch-feed/feed-events.ts'

const EXCHANGE = 'BUTTONWOOD'

const LOGIN: Omit<MarketDataLogin, 'compId'> = {
  timestampDecimals: 3,
  ...A_DESK_LOGIN,
}

export class MarketDataStage {
  readonly clock = new FakeClock()
  readonly acceptor: MarketDataAcceptor
  day = new FeedDay()
  private readonly stream: FeedStream
  private readonly books = new MarketBooks()
  private deferred: (() => void)[] = []
  private immediates: (() => void)[] = []
  private readonly brokers: Broker[] = []

  constructor({ logins = ['BROKER'], more = {} as Partial<MarketDataLogin> } = {}) {
    const image = new FeedImage(
      this.books.follow(() => {
        const { name: session, next: sequence, midnightSeconds } = this.stream.running
        return { session, sequence, midnightSeconds }
      }),
    )
    this.stream = new FeedStream({
      sender: { room: Infinity, send() {} },
      maxPayload: 1400,
      messages: new MessageRing(64),
      image,
    })
    this.acceptor = new MarketDataAcceptor({
      compId: EXCHANGE,
      limits: loadConfig({ env: {} }).fix.limits,
      logins: logins.map((compId) => ({ ...LOGIN, compId, ...more })),
      books: this.books,
      clock: new SequencedClock(this.clock),
      logger: silentLogger,
      schedule: (run) => this.immediates.push(run),
    })
  }

  /** Session of the feed, and the number of its next message. */
  get position(): string {
    return `${this.stream.running.name} ${this.stream.running.next}`
  }

  /** Events of a turn of the exchange: a round. */
  turn(write: (events: RecordBuffer) => void): void {
    const events = new RecordBuffer(4096)
    write(events)
    for (let at = 0; at < events.length; at += recordLength(events.view, at)) {
      this.stream.take(events.view, at, at)
    }
    this.acceptor.publish()
    this.settle()
  }

  openDay(session: string): void {
    this.turn((events) => startOfDay(events, session))
  }

  closeDay(): void {
    this.turn(endOfDay)
    this.day = new FeedDay()
  }

  /** A connection whose kernel holds so many bytes. */
  connect(compId: string, kernelBytes = 1_000_000): Broker {
    const defer = (run: () => void): void => void this.deferred.push(run)
    const line = new MemoryLine(compId, { sending() {}, defer }, kernelBytes)
    const broker = new Broker(compId, line, this)
    this.brokers.push(broker)
    return broker
  }

  /** So much time, with everybody looking at the clock ten times a second. */
  pass(ms: number): void {
    for (let passed = 0; passed < ms; passed += 100) {
      this.clock.advance(100)
      this.acceptor.tick()
      this.settle()
    }
  }

  /** Everything that has been said is heard, and what follows from it has happened. */
  settle(): void {
    for (;;) {
      const due = [...this.deferred, ...this.immediates]
      this.deferred = []
      this.immediates = []
      const talking = this.brokers.filter(({ line }) => line.hasNews)
      if (due.length === 0 && talking.length === 0) return
      for (const run of due) run()
      for (const { line } of talking) line.poll(Infinity)
    }
  }
}

export class Broker {
  readonly compId: string
  readonly line: MemoryLine
  /** What came since it was looked at: fields behind the header, `|` for the delimiter. */
  readonly heard: string[] = []
  /** By MDReqID(262) and symbol. */
  readonly books = new Map<string, BrokerBook>()
  private readonly stage: MarketDataStage
  private readonly reader: FixReader
  private next = 1

  constructor(compId: string, line: MemoryLine, stage: MarketDataStage) {
    this.compId = compId
    this.line = line
    this.stage = stage
    const fail = (why: string): never => {
      throw new Error(why)
    }
    this.reader = new FixReader(
      {
        onMessage: (message) => this.hear(message),
        onGarbled: fail,
        onGarbageLimit: () => fail('garbage'),
      },
      { messageBytesMax: 10_000_000, garbageBytesMax: 0 },
    )
  }

  /** The first bytes of a connection come with it. */
  async logOn(more = ''): Promise<string[]> {
    const logon = this.encode(`35=A|98=0|108=30|${more}`)
    this.stage.acceptor.accept(this.line, logon, {})
    await untilAdmitted()
    return this.hearAll()
  }

  say(text: string): void {
    this.line.send(this.encode(text))
    this.stage.settle()
  }

  /** Reads at most so many bytes. */
  read(bytes: number): void {
    this.reader.push(this.line.receive(bytes))
    this.stage.settle()
  }

  /** Reads all that there is. @returns what was heard since the last time */
  hearAll(): string[] {
    this.stage.settle()
    while (this.line.toClientBytes > 0) this.read(Infinity)
    return this.heard.splice(0)
  }

  /** The other side's numbers begin again, and ours go on with `next`. */
  startAgain(next: number): void {
    this.next = next
  }

  encode(text: string): Uint8Array {
    return encodeLine(text, {
      senderCompId: this.compId,
      targetCompId: EXCHANGE,
      msgSeqNum: this.next++,
      sendingTime: new Date(this.stage.clock.epochMs())
        .toISOString()
        .replaceAll('-', '')
        .replace('T', '-')
        .replace('Z', ''),
    })
  }

  private hear(message: FixMessage): void {
    const fields = message.toFields()
    const body = fields.filter(([tag]) => ![8, 9, 34, 49, 52, 56, 10].includes(tag))
    this.heard.push(body.map(([tag, value]) => `${tag}=${value}`).join('|'))
    if (message.msgType === 'W') this.takeSnapshot(fields)
    if (message.msgType === 'X') this.takeUpdates(fields)
  }

  private takeSnapshot(fields: readonly Field[]): void {
    const valueOf = (tag: number) => fields.find(([each]) => each === tag)![1]
    const book = new BrokerBook()
    this.books.set(`${valueOf(Tag.MDReqID)} ${valueOf(Tag.Symbol)}`, book)
    for (const entry of entriesOf(fields, Tag.MDEntryType)) book.take(entry, false)
  }

  private takeUpdates(fields: readonly Field[]): void {
    const id = fields.find(([tag]) => tag === Tag.MDReqID)![1]
    for (const entry of entriesOf(fields, Tag.MDUpdateAction)) {
      this.books.get(`${id} ${entry.get(Tag.Symbol)}`)!.take(entry, true)
    }
  }
}

type Field = readonly [tag: number, value: string]
type Entry = ReadonlyMap<number, string>

/** The entries of a group whose first field is `first`. */
function entriesOf(fields: readonly Field[], first: number): Entry[] {
  const entries: Map<number, string>[] = []
  for (const [tag, value] of fields) {
    if (tag === first) entries.push(new Map())
    entries.at(-1)?.set(tag, value)
  }
  return entries
}

/** A book as a broker keeps it: strict about what an update may do. */
export class BrokerBook {
  readonly bids = new Map<string, string>()
  readonly offers = new Map<string, string>()
  /** MDEntryID(278) of trades in updates. */
  readonly trades: string[] = []
  /** How far the feed had come. */
  position = ''

  take(entry: Entry, isUpdate: boolean): void {
    const text = entry.get(Tag.Text)
    if (text !== undefined) this.position = text
    const type = entry.get(Tag.MDEntryType)
    if (type === '2') {
      if (isUpdate) this.trades.push(entry.get(Tag.MDEntryID)!)
      return
    }
    const price = entry.get(Tag.MDEntryPx)
    if (price === undefined) return
    const levels = type === '0' ? this.bids : this.offers
    const action = entry.get(Tag.MDUpdateAction) ?? '0'
    if (levels.has(price) !== (action !== '0')) {
      throw new Error(`action ${action} at ${price}, where ${levels.get(price) ?? 'nothing'} is`)
    }
    if (action === '2') levels.delete(price)
    else levels.set(price, `${entry.get(Tag.MDEntrySize)} x${entry.get(Tag.NumberOfOrders)}`)
  }
}

/** Passwords are checked by promises. */
async function untilAdmitted(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}
