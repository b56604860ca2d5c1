/**
 * Every order of the trading day, live or closed: what reports, too-late cancels and duplicate answers
 * need. A live order's place in the book is its slot; LeavesQty while live is
 * OrderQty - CumQty, as certifiers check it. Order numbers are 1..count and end with the day.
 */
import type { Lot, StateTransfer } from '../domain/index.ts'
import {
  assert,
  averagePrice,
  enlarged,
  isForAuction,
  Notional,
  OrdStatus,
  OrdType,
  TimeInForce,
} from '../domain/index.ts'
import type { DayQuantitiesRecord } from '../wire/index.ts'
import { CarriedQuantities } from './carried-quantities.ts'
import { ConditionsTable } from './conditions-table.ts'
import { OrderIdIndex } from './order-id-index.ts'
import { OrderRows } from './order-rows.ts'
import type { StpGroups } from './stp-groups.ts'

const notional = new Notional()

export class OrderTable extends OrderRows {
  count = 0
  /** Rows are named by `condition`. */
  readonly conditions: ConditionsTable
  /** Rows are named by `carried`. */
  readonly before = new CarriedQuantities()
  /** Slot in the order pool; 0 = not on a book. */
  slot: Int32Array
  /** Rows that came from yesterday's table. */
  private readonly carriedIds = new OrderIdIndex()

  constructor(stpGroups: StpGroups, capacity = 1024) {
    super(capacity)
    this.conditions = new ConditionsTable(stpGroups)
    this.slot = new Int32Array(capacity + 1)
  }

  /** Number of a new row, all zero. */
  append(): number {
    if (this.count === this.capacity) {
      this.growRows()
      this.slot = enlarged(this.slot, this.capacity + 1)
    }
    return ++this.count
  }

  /**
   * Copies a row of yesterday's table; the slot stays valid, the ClOrdID entry is the caller's.
   * @param tellsDay whether its reports say what it does in the day
   */
  appendFrom(other: OrderTable, order: number, clOrdId: number, tellsDay: boolean): number {
    const row = this.append()
    this.copyFrom(other, order, row)
    this.slot[row] = other.slot[order]!
    this.setClOrdId(row, clOrdId)
    const condition = other.condition(order)
    if (condition !== 0)
      this.setCondition(row, this.conditions.appendFrom(other.conditions, condition))
    const { before } = this
    const [high, low] = [this.notionalHigh(row), this.notionalLow(row)]
    this.setCarried(row, tellsDay ? before.append(this.cumQty(row), high, low) : 0)
    this.carriedIds.add(this.orderId(row), row)
    return row
  }

  /** Whether it was entered on an earlier day, and its reports say so. */
  isCarried(order: number): boolean {
    return this.carried(order) !== 0
  }

  /** What a carried order has done since the day opened. */
  describeDay(order: number, day: DayQuantitiesRecord): void {
    const { before } = this
    const row = this.carried(order)
    day.dayCumQty = this.cumQty(order) - before.cumQty[row]!
    day.dayOrderQty = this.orderQty(order) - before.cumQty[row]!
    if (day.dayCumQty <= 0) return
    notional.set(this.notionalHigh(order), this.notionalLow(order))
    notional.reduce(before.notionalHigh[row]!, before.notionalLow[row]!)
    day.dayAvgPx = averagePrice(notional.high, notional.low, day.dayCumQty)
  }

  isConditional(order: number): boolean {
    return this.condition(order) !== 0
  }

  /** Whether it is a stop that is not triggered, or an order at the close before the closing auction. */
  isWaiting(order: number): boolean {
    return this.conditions.isWaiting[this.condition(order)] === 1
  }

  /** StopPx(99); 0 = it is no stop. */
  stopPx(order: number): number {
    return this.conditions.stopPx[this.condition(order)]!
  }

  /** MinQty(110); 0 = none. */
  minQty(order: number): number {
    return this.conditions.minQty[this.condition(order)]!
  }

  /** ExpireDate(432) yyyymmdd; 0 = none. */
  expireDate(order: number): number {
    return this.conditions.expireDate[this.condition(order)]!
  }

  /** ExpireTime(126) in seconds since 1970; 0 = none. */
  expireSeconds(order: number): number {
    return this.conditions.expireSeconds[this.condition(order)]!
  }

  /** Number of the self-trade prevention group that it names; 0 = none. */
  stpGroup(order: number): number {
    return this.conditions.stpGroup[this.condition(order)]!
  }

  /** StpInstruction that it names; 0 = none. */
  stpInstruction(order: number): number {
    return this.conditions.stpInstruction[this.condition(order)]!
  }

  /** MaxFloor(111); 0 = all of it is shown. */
  maxFloor(order: number): number {
    return this.conditions.maxFloor[this.condition(order)]!
  }

  /** @param bit of ExecInstBit */
  hasInstruction(order: number, bit: number): boolean {
    return (this.conditions.execInst[this.condition(order)]! & bit) !== 0
  }

  /** Whether it trades at any price: what it could not trade does not rest. */
  isMarket(order: number): boolean {
    const ordType = this.ordType(order)
    return ordType === OrdType.Market || ordType === OrdType.Stop
  }

  /** Whether the feed has it while it is live: neither one in line nor a market order that waits. */
  isDisplayed(order: number): boolean {
    return this.price(order) !== 0 && !this.isWaiting(order)
  }

  /** Whether it stays when the trading day ends; a stop with IOC or FOK waits no longer than that. */
  isGoodTill(order: number): boolean {
    const timeInForce = this.timeInForce(order)
    return timeInForce === TimeInForce.GoodTillCancel || timeInForce === TimeInForce.GoodTillDate
  }

  /** Whether it is at the opening or at the close: what its auction leaves of it does not rest. */
  isForAuction(order: number): boolean {
    return isForAuction(this.timeInForce(order))
  }

  /** Puts an order at the close in line for the closing auction, with a row that says so. */
  awaitClose(order: number): void {
    if (this.condition(order) === 0) this.setCondition(order, this.conditions.appendEmpty())
    this.conditions.isWaiting[this.condition(order)] = 1
  }

  /**
   * The order of an OrderID(37), 0 when none of the day has it. New orders stand in the order of their
   * ids, behind those that were carried over: these stand in the order of their queues, and have an index.
   */
  find(orderId: number): number {
    let low = 1
    let high = this.count
    while (low <= high) {
      const row = (low + high) >>> 1
      if (this.orderId(row) === orderId) return row
      if (this.orderId(row) < orderId) low = row + 1
      else high = row - 1
    }
    return this.carriedIds.find(orderId)
  }

  isLive(order: number): boolean {
    const status = this.ordStatus(order)
    return status === OrdStatus.New || status === OrdStatus.PartiallyFilled
  }

  /** LeavesQty(151): zero unless live. */
  leavesQty(order: number): number {
    return this.isLive(order) ? this.orderQty(order) - this.cumQty(order) : 0
  }

  /** Books an execution: CumQty, the sum behind AvgPx, and OrdStatus. */
  fill(order: number, price: number, quantity: number): void {
    const cumQty = this.cumQty(order) + quantity
    const orderQty = this.orderQty(order)
    assert(cumQty <= orderQty, 'CumQty <= OrderQty')
    this.setCumQty(order, cumQty)
    notional.set(this.notionalHigh(order), this.notionalLow(order))
    notional.add(price, quantity)
    this.setNotional(order, notional.high, notional.low)
    this.setOrdStatus(order, cumQty === orderQty ? OrdStatus.Filled : OrdStatus.PartiallyFilled)
  }

  /**
   * Books that an execution was another one, or none.
   * @param isEarlier whether it was executed before the day: what the order has done today stays
   */
  correct(order: number, from: Lot, to: Lot, isEarlier: boolean): void {
    const cumQty = this.cumQty(order) - from.quantity + to.quantity
    assert(cumQty >= 0 && cumQty <= this.orderQty(order), '0 <= CumQty <= OrderQty')
    this.setCumQty(order, cumQty)
    notional.set(this.notionalHigh(order), this.notionalLow(order))
    notional.replace(from, to)
    this.setNotional(order, notional.high, notional.low)
    const row = this.carried(order)
    if (!isEarlier || row === 0) return

    const { before } = this
    notional.set(before.notionalHigh[row]!, before.notionalLow[row]!)
    notional.replace(from, to)
    const beforeQty = before.cumQty[row]! - from.quantity + to.quantity
    before.set(row, beforeQty, notional.high, notional.low)
  }

  /** Slots are places in memory: who loads a snapshot gives live orders others. */
  transfer(transfer: StateTransfer): void {
    this.count = transfer.value('orders.count', this.count)
    this.transferRows(transfer, this.count)
    if (this.slot.length <= this.capacity) this.slot = enlarged(this.slot, this.capacity + 1)
    this.conditions.transfer(transfer)
    this.carriedIds.transfer('carried', transfer)
    this.before.transfer(transfer)
  }
}
