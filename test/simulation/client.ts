/**
 * A counterparty that never loses its numbers: the session machine and the store of the real FIX
 * client, on a line in memory. It trades at random around one price.
 */
import { FixOutbound } from '../../src/client/fix-outbound.ts'
import { writeCancelOrder, writeNewOrder, writeReplaceOrder } from '../../src/client/fix-orders.ts'
import type { NewOrder, OrderConditions } from '../../src/client/index.ts'
import { Side, TimeInForce } from '../../src/domain/index.ts'
import type { FixMessage, SessionPort } from '../../src/fix/index.ts'
import { FieldWriter, FixReader, FixSession } from '../../src/fix/index.ts'
import type { Clock } from '../../src/runtime/index.ts'
import { SequencedClock } from '../../src/runtime/index.ts'
import type { Dice } from '../support/dice.ts'
import type { MemoryLine } from '../support/memory-line.ts'

export const COMP_ID = 'BUTTONWOOD'
export const HEART_BT_INT_SECONDS = 10
const LIMITS = { messageBytesMax: 64 * 1024, garbageBytesMax: 64 * 1024 }
const PRICES = { AAPL: 1_825_000, MSFT: 4_153_000 } as const
const TICK = 100
/** Orders that a client still thinks of. */
const REMEMBERED = 40
const CHOICES = [
  { weight: 14, timeInForce: undefined },
  { weight: 3, timeInForce: TimeInForce.GoodTillCancel },
  { weight: 2, timeInForce: TimeInForce.ImmediateOrCancel },
  { weight: 1, timeInForce: TimeInForce.FillOrKill },
]
/** How many orders ask for more than side, quantity, price and time in force. */
const CONDITIONAL = 0.25
/** Of these, how many end by themselves before long. */
const EXPIRING = 0.25
const EXPIRES_SECONDS_MAX = 5
/** MsgType(35), the only field, and the MsgType(35) of the answer. */
const MISFITS = [
  ['D', 11, '3'],
  ['F', 41, '3'],
  ['ZZ', 58, '3'],
  ['B', 148, 'j'],
] as const

const REQUESTS = [
  { weight: 4, msgType: 'H' },
  { weight: 2, msgType: 'AF' },
  { weight: 1, msgType: 'q' },
]

export interface ClientWatch {
  /** Every message as it arrives, before the session judges it. */
  arrived(client: Client, message: FixMessage): void
  /** An application message, in sequence, exactly once. */
  delivered(client: Client, message: FixMessage): void
  /** The exchange refused a message of ours with Reject(3). */
  refused(client: Client, message: FixMessage): void
}

export class Client {
  readonly compId: string
  readonly session: FixSession
  readonly resetsNumbers: boolean
  line: MemoryLine | undefined
  private readonly watch: ClientWatch
  private readonly time: SequencedClock
  private readonly outbound: FixOutbound
  private readonly body = new FieldWriter()
  private readonly reader: FixReader
  private readonly clock: Clock
  private deafUntilMs = 0
  private ids = 0
  /** MsgSeqNum(34) of messages that are wrong, and the MsgType(35) that must answer each. */
  readonly misfits = new Map<number, '3' | 'j'>()
  /** A byte of what is said next changes on the way. */
  private isDamaging = false
  /** What was said may not have arrived, and the exchange may not know yet. */
  private isInDoubt = false
  /** TestReqID(112) whose answer shows that everything has arrived. */
  private proof = ''
  /** The latest orders by ClOrdID(11), live or not. */
  private readonly orders = new Map<string, NewOrder>()

  /** @param resetsNumbers every Logon of it starts both counts again, 141=Y */
  constructor(compId: string, clock: Clock, watch: ClientWatch, resetsNumbers = false) {
    this.compId = compId
    this.resetsNumbers = resetsNumbers
    this.watch = watch
    this.clock = clock
    this.time = new SequencedClock(clock)
    this.outbound = new FixOutbound({ senderCompId: compId, targetCompId: COMP_ID }, this.time)
    this.reader = this.makeReader()
    this.session = new FixSession(
      {
        role: 'initiator',
        compId,
        counterpartyCompId: COMP_ID,
        heartBtInt: HEART_BT_INT_SECONDS,
        resetOnLogon: resetsNumbers,
      },
      this.port(),
    )
  }

  get isLoggedOn(): boolean {
    return this.session.state === 'logged-on'
  }

  /** Has heard everything that its session was sent, as far as it can know. */
  get isUpToDate(): boolean {
    return this.isLoggedOn && !this.session.hasGap && !this.isInDoubt
  }

  /** Remembers an order that it can ask to change. */
  get hasOrders(): boolean {
    return this.orders.size > 0
  }

  /** Something waits to be read, and it is reading. */
  get hasNews(): boolean {
    const { line } = this
    if (line === undefined || this.clock.monotonicMs() < this.deafUntilMs) return false
    return line.toClientBytes > 0 || line.isOver
  }

  connect(line: MemoryLine): void {
    this.line = line
    this.proof = ''
    this.reader.takeUnread()
    this.outbound.connected()
    this.session.connected(this.nowMs())
    this.flush()
  }

  /** Reads what arrived, at most `max` bytes. */
  read(max: number): void {
    const { line } = this
    if (line === undefined) return
    this.reader.push(line.receive(max))
    this.flush()
    if (this.line === line && line.isOver) this.lost()
  }

  /** The connection ends without a Logout. */
  lost(): void {
    this.line?.hangUp()
    this.line = undefined
    this.session.disconnected(this.nowMs())
  }

  /** The network fails: what was under way is lost too. */
  breakOff(): void {
    this.line?.break()
    this.lost()
  }

  /** Its machine is gone at once: the exchange does not hear of it. */
  fallSilent(): void {
    this.line?.fallSilent()
    this.lost()
  }

  /** Leaves what arrives where it is. */
  stopReading(ms: number): string {
    this.deafUntilMs = this.clock.monotonicMs() + ms
    return `does not read for ${ms} ms`
  }

  tick(): void {
    if (this.line === undefined) return
    this.session.tick(this.nowMs())
    this.flush()
  }

  logOut(): string {
    this.session.logout(this.nowMs())
    this.flush()
    return 'Logout'
  }

  order(dice: Dice): string {
    const symbol = dice.chance(0.7) ? 'AAPL' : 'MSFT'
    const isMarket = dice.chance(0.05)
    const order: NewOrder = {
      clOrdId: this.nextId(),
      symbol: dice.chance(0.02) ? 'NOPE' : symbol,
      side: dice.chance(0.5) ? Side.Buy : Side.Sell,
      orderQty: dice.between(1, 500),
      price: isMarket ? undefined : PRICES[symbol] + dice.between(-5, 5) * TICK,
      timeInForce: isMarket ? TimeInForce.ImmediateOrCancel : dice.weighted(CHOICES).timeInForce,
    }
    if (isMarket || !dice.chance(CONDITIONAL)) return this.enter(order)
    if (dice.chance(EXPIRING)) return this.enter({ ...order, ...this.someExpiry(dice) })
    return this.enter({ ...order, ...someConditions(dice, PRICES[symbol]) })
  }

  enter(order: NewOrder): string {
    this.remember(order)
    return this.say('D', () => writeNewOrder(this.body, order, this.time), order.clOrdId)
  }

  cancel(dice: Dice): string {
    const original = this.someOrder(dice)
    return original === undefined ? 'has nothing to cancel' : this.cancelOrder(original)
  }

  cancelOrder({ symbol, side, clOrdId: origClOrdId }: NewOrder): string {
    const clOrdId = this.nextId()
    const write = (): void =>
      writeCancelOrder(this.body, { clOrdId, origClOrdId, symbol, side }, this.time)
    return this.say('F', write, `${clOrdId} for ${origClOrdId}`)
  }

  replace(dice: Dice): string {
    const original = this.someOrder(dice)
    if (original === undefined) return 'has nothing to replace'
    const { price, clOrdId: origClOrdId } = original
    const order: NewOrder = {
      ...original,
      clOrdId: this.nextId(),
      orderQty: dice.between(1, 500),
      price: price === undefined ? undefined : price + dice.between(-2, 2) * TICK,
    }
    this.remember(order)
    const write = (): void => writeReplaceOrder(this.body, { ...order, origClOrdId }, this.time)
    return this.say('G', write, `${order.clOrdId} for ${origClOrdId}`)
  }

  /** Wants to know what it has on the books, or to have it off. */
  request(dice: Dice): string {
    const { body } = this
    const id = this.nextId()
    const [symbol, side] = [dice.pick(['AAPL', 'MSFT']), dice.pick([Side.Buy, Side.Sell])]
    const msgType = dice.weighted(REQUESTS).msgType
    const write = (): void => {
      if (msgType === 'H') writeAbout(body, this.someOrder(dice)?.clOrdId ?? id, symbol!, side!)
      else body.string(msgType === 'AF' ? 584 : 11, id)
      if (msgType === 'AF') body.int(585, 7)
      if (msgType !== 'q') return
      body.int(530, 1)
      writeAbout(body, undefined, symbol!, side!)
      body.utcTimestamp(60, this.time.epochSeconds, this.time.nanoseconds)
    }
    return this.say(msgType, write, id)
  }

  /** Asks again for some of what it has had. */
  askAgain(dice: Dice): string {
    const last = this.session.expectedMsgSeqNum - 1
    if (last < 1) return 'has had nothing yet'
    const begin = dice.between(Math.max(1, last - 300), last)
    const end = dice.chance(0.3) ? 0 : dice.between(begin, last)
    const write = (): void => {
      this.body.int(7, begin)
      this.body.int(16, end)
    }
    return this.say('2', write, `${begin} to ${end}`)
  }

  testRequest(): string {
    const id = this.nextId()
    return this.say('1', () => this.body.string(112, id), id)
  }

  /** A SequenceReset-GapFill over itself: what stands for a message that needs no resend. */
  gapFill(): string {
    const write = (): void => {
      this.body.boolean(123, true)
      this.body.int(36, this.outbound.nextMsgSeqNum + 1)
    }
    return this.say('4', write, 'over itself')
  }

  /** Says what is no order, no message of FIX, or nothing that is offered here. */
  misfit(dice: Dice): string {
    if (!this.isLoggedOn) return 'is not logged on'
    const [msgType, tag, answer] = dice.pick(MISFITS)!
    this.misfits.set(this.outbound.nextMsgSeqNum, answer)
    return this.say(msgType, () => this.body.string(tag, this.nextId()), `wants 35=${answer}`)
  }

  /** A byte of what it says next changes on the way. */
  damageNext(): string {
    this.isDamaging = true
    return 'will be misheard'
  }

  /** No faults any more. Where what was said may be lost: asks, so that the exchange notices. */
  prove(): void {
    this.isDamaging = false
    this.deafUntilMs = 0
    if (!this.isInDoubt || !this.isLoggedOn || this.proof !== '') return
    this.proof = this.nextId()
    this.say('1', () => this.body.string(112, this.proof), this.proof)
  }

  private say(msgType: string, write: () => void, about: string): string {
    if (!this.isLoggedOn) return 'is not logged on'
    this.time.now()
    this.body.clear()
    write()
    const number = this.outbound.nextMsgSeqNum
    this.outbound.send(msgType, this.body)
    this.flush()
    return `35=${msgType} 34=${number} ${about}`
  }

  private someExpiry(dice: Dice): Partial<NewOrder> {
    const atMs = this.clock.epochMs() + 1000 * dice.between(1, EXPIRES_SECONDS_MAX)
    const expireTime = new Date(atMs)
      .toISOString()
      .slice(0, 19)
      .replaceAll('-', '')
      .replace('T', '-')
    return { timeInForce: TimeInForce.GoodTillDate, expireTime }
  }

  private nextId(): string {
    return `${this.compId[0]}${++this.ids}`
  }

  private remember(order: NewOrder): void {
    this.orders.set(order.clOrdId, order)
    if (this.orders.size <= REMEMBERED) return
    for (const oldest of this.orders.keys()) return void this.orders.delete(oldest)
  }

  private someOrder(dice: Dice): NewOrder | undefined {
    return dice.pick([...this.orders.values()])
  }

  private flush(): void {
    if (this.outbound.length === 0) return
    const bytes = this.outbound.take()
    if (this.line === undefined) return
    if (this.isDamaging) this.damage(bytes)
    this.line.send(bytes)
    this.session.sent(this.nowMs())
  }

  /** With a new count what was said under the old one is over, misfits too. */
  private sayLogon(startsAgain: boolean, body: FieldWriter): void {
    if (startsAgain) {
      this.outbound.startAgain(1)
      this.misfits.clear()
    }
    this.outbound.send('A', body)
  }

  private damage(bytes: Uint8Array): void {
    bytes[Math.floor(bytes.length / 2)]! ^= 1
    this.isDamaging = false
    this.isInDoubt = true
  }

  /** The exchange has heard everything that was said before it was asked. */
  private noteProof(message: FixMessage): void {
    if (message.msgType !== '0' || message.string(112) !== this.proof) return
    this.proof = ''
    this.isInDoubt = false
  }

  private nowMs(): number {
    this.time.now()
    return this.time.epochSeconds * 1_000 + this.time.nanoseconds / 1e6
  }

  private makeReader(): FixReader {
    return new FixReader(
      {
        onMessage: (message) => {
          this.watch.arrived(this, message)
          this.noteProof(message)
          this.session.receive(message, this.nowMs())
        },
        onGarbled: (reason, text) => {
          throw new Error(`${this.compId} received garbage: ${reason} in ${text}`)
        },
        onGarbageLimit: () => undefined,
      },
      LIMITS,
    )
  }

  private port(): SessionPort {
    return {
      send: (msgType, body) => this.outbound.send(msgType, body),
      logOn: ({ resetSeqNum }, body) => this.sayLogon(resetSeqNum, body),
      resend: (begin, end) => {
        this.outbound.resend(begin, end)
        // A gap fill may have passed over our TestRequest: then nobody answers it, and we ask again.
        this.proof = ''
      },
      resetSequence: (next) => this.outbound.startAgain(next),
      deliver: (message) => this.watch.delivered(this, message),
      refused: (message) => this.watch.refused(this, message),
      disconnect: () => {
        this.flush()
        this.line?.hangUp()
        this.line = undefined
      },
      lastSentMsgSeqNum: () => this.outbound.nextMsgSeqNum - 1,
    }
  }
}

function writeAbout(
  body: FieldWriter,
  clOrdId: string | undefined,
  symbol: string,
  side: number,
): void {
  if (clOrdId !== undefined) body.string(11, clOrdId)
  body.string(55, symbol)
  body.char(54, side)
}

/** A stop, an iceberg, post only …; what does not go together is refused, which is an answer too. */
function someConditions(dice: Dice, around: number): OrderConditions {
  const conditions: readonly OrderConditions[] = [
    { stopPx: around + dice.between(-5, 5) * TICK },
    { maxFloor: dice.between(1, 100) },
    { execInst: dice.pick(['6', 'Q']) },
    { minQty: dice.between(1, 100) },
  ]
  return dice.pick(conditions)!
}
