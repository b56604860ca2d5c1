/**
 * What is known of each order of the day, a record of 64 bytes one behind the other: however many there
 * are, an order costs the processor one line of its cache. Numbers are 1..count, below 2^25 (a day's and those
 * that were carried into it are fewer); row 0 is all zero.
 *
 *   bytes  0 orderId · 8 reference · 16 notional, high and low · 24 price · 28 orderQty · 32 cumQty
 *         36 clOrdId · 40 condition · 44 session · 46 account · 48 locate
 *         50 side · 51 ordType · 52 timeInForce · 53 ordStatus · 56 carried
 */
import type { StateTransfer } from '../domain/index.ts'
import { enlarged } from '../domain/index.ts'

/** From an order's number to its first byte; the size of all of them may be beyond a shift. */
const ROW = 6
export const ROW_BYTES = 1 << ROW

export class OrderRows {
  /** All records: for whoever compares them. */
  bytes!: Uint8Array
  private halves!: Uint16Array
  private words!: Int32Array
  private numbers!: Float64Array

  /** @param capacity orders to make room for at first */
  constructor(capacity: number) {
    this.hold(new Uint8Array((capacity + 1) * ROW_BYTES))
  }

  /** Orders that there is room for. */
  get capacity(): number {
    return this.bytes.length / ROW_BYTES - 1
  }

  /** OrderID(37): the first ITCH order reference. */
  orderId(order: number): number {
    return this.numbers[order << 3]!
  }

  setOrderId(order: number, orderId: number): void {
    this.numbers[order << 3] = orderId
  }

  /** Current ITCH order reference. */
  reference(order: number): number {
    return this.numbers[(order << 3) + 1]!
  }

  setReference(order: number, reference: number): void {
    this.numbers[(order << 3) + 1] = reference
  }

  /** Sum of price times quantity of its executions, upper 32 bits; see Notional. */
  notionalHigh(order: number): number {
    return this.words[(order << 4) + 4]! >>> 0
  }

  notionalLow(order: number): number {
    return this.words[(order << 4) + 5]! >>> 0
  }

  setNotional(order: number, high: number, low: number): void {
    this.words[(order << 4) + 4] = high
    this.words[(order << 4) + 5] = low
  }

  /** Price(44) in 1/10,000; 0 without a limit. */
  price(order: number): number {
    return this.words[(order << 4) + 6]!
  }

  setPrice(order: number, price: number): void {
    this.words[(order << 4) + 6] = price
  }

  orderQty(order: number): number {
    return this.words[(order << 4) + 7]!
  }

  setOrderQty(order: number, orderQty: number): void {
    this.words[(order << 4) + 7] = orderQty
  }

  cumQty(order: number): number {
    return this.words[(order << 4) + 8]!
  }

  setCumQty(order: number, cumQty: number): void {
    this.words[(order << 4) + 8] = cumQty
  }

  /** Entry of the last accepted ClOrdID(11). */
  clOrdId(order: number): number {
    return this.words[(order << 4) + 9]!
  }

  setClOrdId(order: number, entry: number): void {
    this.words[(order << 4) + 9] = entry
  }

  /** Row of its conditions; 0 = it has none. */
  condition(order: number): number {
    return this.words[(order << 4) + 10]!
  }

  setCondition(order: number, row: number): void {
    this.words[(order << 4) + 10] = row
  }

  session(order: number): number {
    return this.halves[(order << 5) + 22]!
  }

  setSession(order: number, session: number): void {
    this.halves[(order << 5) + 22] = session
  }

  /** Index + 1 in the session's account list; 0 = none. */
  account(order: number): number {
    return this.halves[(order << 5) + 23]!
  }

  setAccount(order: number, account: number): void {
    this.halves[(order << 5) + 23] = account
  }

  locate(order: number): number {
    return this.halves[(order << 5) + 24]!
  }

  setLocate(order: number, locate: number): void {
    this.halves[(order << 5) + 24] = locate
  }

  side(order: number): number {
    return this.bytes[(order << ROW) + 50]!
  }

  setSide(order: number, side: number): void {
    this.bytes[(order << ROW) + 50] = side
  }

  ordType(order: number): number {
    return this.bytes[(order << ROW) + 51]!
  }

  setOrdType(order: number, ordType: number): void {
    this.bytes[(order << ROW) + 51] = ordType
  }

  timeInForce(order: number): number {
    return this.bytes[(order << ROW) + 52]!
  }

  setTimeInForce(order: number, timeInForce: number): void {
    this.bytes[(order << ROW) + 52] = timeInForce
  }

  ordStatus(order: number): number {
    return this.bytes[(order << ROW) + 53]!
  }

  setOrdStatus(order: number, ordStatus: number): void {
    this.bytes[(order << ROW) + 53] = ordStatus
  }

  /** Row of what it had done before the day; 0 = it was entered today. */
  carried(order: number): number {
    return this.words[(order << 4) + 14]!
  }

  setCarried(order: number, row: number): void {
    this.words[(order << 4) + 14] = row
  }

  /** Makes a row what a row of another day's was. */
  protected copyFrom(other: OrderRows, from: number, to: number): void {
    const row = other.bytes.subarray(from << ROW, (from + 1) << ROW)
    this.bytes.set(row, to << ROW)
  }

  /** Makes room for twice as many. */
  protected growRows(): void {
    this.hold(enlarged(this.bytes, (this.capacity * 2 + 1) * ROW_BYTES))
  }

  /** @param count orders in use */
  protected transferRows(transfer: StateTransfer, count: number): void {
    this.hold(transfer.column('orders.rows', this.bytes, (count + 1) * ROW_BYTES))
  }

  private hold(bytes: Uint8Array): void {
    this.bytes = bytes
    this.halves = new Uint16Array(bytes.buffer)
    this.words = new Int32Array(bytes.buffer)
    this.numbers = new Float64Array(bytes.buffer)
  }
}

/** All fields of a row but `carried`, for hashing. */
export const FIELDS = [
  'orderId',
  'reference',
  'notionalHigh',
  'notionalLow',
  'price',
  'orderQty',
  'cumQty',
  'clOrdId',
  'condition',
  'session',
  'account',
  'locate',
  'side',
  'ordType',
  'timeInForce',
  'ordStatus',
] as const
