/**
 * What goes on while an order comes in: who it is, what it has traded, and the reports of both sides.
 * Part of the state only between the turns of one command; all zero otherwise.
 */
import type { MatchListener } from '../book/index.ts'
import { LastLiquidityInd, TimeInForce } from '../domain/index.ts'
import { noteLastPrice } from './breaker.ts'
import { FeedMessage } from './event-writer.ts'
import type { Execution } from './fill-resting.ts'
import { fillResting, reportExecution } from './fill-resting.ts'
import { displayNext } from './places.ts'
import type { EngineState, Market } from './state.ts'

/** No event of the turn at hand. */
export const NO_EVENT = -1

/** Hears the book's executions on behalf of one incoming order at a time. */
export class Matching implements MatchListener, Execution {
  /** Order that is coming in; 0 = none. */
  incoming = 0
  /** Offset of the incoming order's last event in this turn: it announces the remainder on the feed. */
  incomingEventAt = NO_EVENT
  /** Executions and triggered stops that the command at hand may still cause. */
  left = 0
  /** Prices of all executions since the command began: what they reach is triggered. 0 = none. */
  highest = 0
  lowest = 0
  /** Of the last execution. */
  price = 0
  matchNumber = 0
  readonly liquidity = LastLiquidityInd.Added
  readonly feedMessage = FeedMessage.Executed
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
    const { state } = this
    const { orders } = state
    const resting = state.orderOfSlot[slot]!
    this.price = price
    this.matchNumber = state.numbers.nextMatchNumber++
    this.left--
    const market = state.markets[orders.locate(resting)]!
    this.notePrice(price)
    if (noteLastPrice(state, market, price) && !this.isPromised(this.incoming)) this.stop(market)

    const isShownAgain = fillResting(state, slot, quantity, restingLeavesQty, this)
    orders.fill(this.incoming, price, quantity)
    state.risk?.fill(this.incoming, price, quantity)
    const { Removed } = LastLiquidityInd
    this.incomingEventAt = reportExecution(state, this.incoming, quantity, this, Removed)
    return isShownAgain ? displayNext(state, resting) : 0
  }

  /** Whether an order was taken because it gets all or much at once: then it does. */
  isPromised(order: number): boolean {
    const { orders } = this.state
    return orders.timeInForce(order) === TimeInForce.FillOrKill || orders.minQty(order) > 0
  }

  /** The market is to be halted: the incoming order trades no more. */
  private stop({ book }: Market): void {
    this.left = 0
    book.stop()
  }

  private notePrice(price: number): void {
    if (price > this.highest) this.highest = price
    if (price < this.lowest || this.lowest === 0) this.lowest = price
  }
}
