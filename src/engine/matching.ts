/**
 * What goes on while an order comes in: who it is, what it has traded, and the reports of both sides.
 * Part of the state only between the turns of one command; all zero otherwise.
 */
import type { MatchListener } from '../book/index.ts'
import { ExecType, LastLiquidityInd } from '../domain/index.ts'
import { EventType } from '../wire/index.ts'
import { FeedMessage } from './event-writer.ts'
import { displayNext, leaveBook } from './places.ts'
import type { EngineState } from './state.ts'

/** No event of the turn at hand. */
export const NO_EVENT = -1

/** Hears the book's executions on behalf of one incoming order at a time. */
export class Matching implements MatchListener {
  /** Order that is coming in; 0 = none. */
  incoming = 0
  /** Offset of the incoming order's last event in this turn: it announces the remainder on the feed. */
  incomingEventAt = NO_EVENT
  /** Executions and triggered stops that the command at hand may still cause. */
  left = 0
  /** Prices of all executions since the command began: what they reach is triggered. 0 = none. */
  highest = 0
  lowest = 0
  private readonly state: EngineState

  constructor(state: EngineState) {
    this.state = state
  }

  /** @param price that triggers from the beginning; 0 = none */
  begin(price: number): void {
    this.highest = price
    this.lowest = price
  }

  end(): void {
    this.incoming = 0
    this.highest = 0
    this.lowest = 0
  }

  onExecution(slot: number, price: number, quantity: number, restingLeavesQty: number): number {
    const { orders, orderOfSlot, numbers, events } = this.state
    const resting = orderOfSlot[slot]!
    const matchNumber = numbers.nextMatchNumber++
    this.left--
    this.notePrice(orders.locate(resting), price)

    orders.fill(resting, price, quantity)
    this.state.risk?.fill(resting, price, quantity)
    const isShownAgain = restingLeavesQty === 0 && orders.leavesQty(resting) > 0
    if (restingLeavesQty === 0 && !isShownAgain) leaveBook(this.state, resting)
    const { Added, Removed } = LastLiquidityInd
    const restingAt = this.reportTrade(resting, price, quantity, matchNumber, Added)
    events.feed(restingAt, FeedMessage.Executed)

    orders.fill(this.incoming, price, quantity)
    this.state.risk?.fill(this.incoming, price, quantity)
    this.incomingEventAt = this.reportTrade(this.incoming, price, quantity, matchNumber, Removed)
    return isShownAgain ? displayNext(this.state, resting) : 0
  }

  private notePrice(locate: number, price: number): void {
    this.state.markets[locate]!.lastPrice = price
    if (price > this.highest) this.highest = price
    if (price < this.lowest || this.lowest === 0) this.lowest = price
  }

  private reportTrade(
    order: number,
    price: number,
    quantity: number,
    matchNumber: number,
    lastLiquidityInd: number,
  ): number {
    const { events, orders, ids } = this.state
    const at = events.report(EventType.OrderExecuted, ExecType.Trade, order, orders, ids)
    const record = events.order
    record.lastQty = quantity
    record.lastPx = price
    record.feedShares = quantity
    record.matchNumber = matchNumber
    record.lastLiquidityInd = lastLiquidityInd
    return at
  }
}
