/**
 * A trade that operations takes back (bust) or tells anew (correct): FIX 4.4 volume 4, matrices J. Both sides
 * are told, the tape of the feed too, and what a live order gets back goes to the end of its queue.
 * docs/operations/controls.md
 */
import type { Lot } from '../domain/index.ts'
import { ExecType, OrdStatus } from '../domain/index.ts'
import type { RecordedTrade, TradeAction, TradeSide } from '../wire/index.ts'
import { EventType, executionRef } from '../wire/index.ts'
import { correctEnded } from './correct-ended.ts'
import type { Correction } from './correction.ts'
import { correctPosition, describeExecution } from './correction.ts'
import { FeedMessage } from './event-writer.ts'
import { bringBack } from './match-order.ts'
import { rest, shrink, takeOff } from './places.ts'
import type { EngineState } from './state.ts'

const BUSTED: Lot = { price: 0, quantity: 0 }

/** What the feed hears of an order with the report. */
interface FeedChange {
  readonly message: number
  readonly shares: number
}
const UNCHANGED: FeedChange = { message: FeedMessage.None, shares: 0 }

/** @param action that nothing speaks against */
export function* correctTrade(
  state: EngineState,
  action: TradeAction,
): Generator<void, void, void> {
  const trade = action.trade!
  const correction = correctionOf(state, action, trade)
  note(state, correction)

  const buyAt = correctSide(state, trade.buy, correction, action.restore === 'buy')
  const sellAt = correctSide(state, trade.sell, correction, action.restore === 'sell')
  if (!correction.isEarlier) tellTape(state, trade.locate, correction)
  if (action.restore === 'buy') yield* comeBack(state, trade.buy, buyAt)
  if (action.restore === 'sell') yield* comeBack(state, trade.sell, sellAt)
}

function correctionOf(
  { numbers, day, corrections }: EngineState,
  action: TradeAction,
  { price, quantity }: RecordedTrade,
): Correction {
  const { matchNumber: originalMatch, reason } = action
  const { first } = corrections.get(originalMatch) ?? { first: originalMatch }
  const isEarlier = first < day.firstMatchNumber
  const from = { price, quantity }
  const common = { from, first, originalMatch, isEarlier, reason }
  if (action.action === 'bust') {
    const { ExecutionBusted: eventType } = EventType
    const { TradeCancel: execType } = ExecType
    return { ...common, eventType, execType, to: BUSTED, matchNumber: originalMatch }
  }
  const { ExecutionCorrected: eventType } = EventType
  const { TradeCorrect: execType } = ExecType
  const to = { price: action.price, quantity: action.quantity }
  return { ...common, eventType, execType, to, matchNumber: numbers.nextMatchNumber++ }
}

/** What the trade was, and is now. */
function note({ corrections }: EngineState, correction: Correction): void {
  const { first, originalMatch, matchNumber } = correction
  const isBusted = matchNumber === originalMatch
  corrections.set(originalMatch, { first, becomes: isBusted ? 0 : matchNumber, isBusted })
  if (!isBusted) corrections.set(matchNumber, { first, becomes: 0, isBusted })
}

/** @returns offset of its report */
function correctSide(
  state: EngineState,
  side: TradeSide,
  correction: Correction,
  comesBack: boolean,
): number {
  const { orders, events, ids } = state
  const order = orders.find(side.orderId)
  if (order === 0) return correctEnded(state, side, correction)

  const { eventType, execType, reason } = correction
  const referenceBefore = orders.reference(order)
  const feed = orders.isLive(order)
    ? correctLive(state, order, correction)
    : correctDone(state, order, correction, comesBack)
  const owner = {
    session: orders.session(order),
    account: orders.account(order),
    locate: orders.locate(order),
    side: orders.side(order),
  }
  correctPosition(state, owner, correction)

  const more = executionRef.length + reason.length
  const at = events.report(eventType, execType, order, orders, ids, more)
  describeExecution(state, at, side, correction)
  if (feed.message === FeedMessage.None) return at
  if (feed.message === FeedMessage.Replace) events.order.originalReference = referenceBefore
  events.order.feedShares = feed.shares
  events.feed(at, feed.message)
  return at
}

/** More to trade costs the place in the queue, as a replacement with more does; less does not. */
function correctLive(state: EngineState, order: number, correction: Correction): FeedChange {
  const { orders, numbers } = state
  const { from, to, isEarlier } = correction
  const given = from.quantity - to.quantity
  const leavesQty = orders.leavesQty(order) + given
  const leaves = given > 0 || leavesQty === 0
  // As it came to where it is.
  const shownBefore = leaves ? takeOff(state, order) : 0

  state.risk?.close(order)
  orders.correct(order, from, to, isEarlier)
  orders.setOrdStatus(order, leavesQty === 0 ? OrdStatus.Filled : liveStatus(state, order))
  state.risk?.open(order)

  if (leavesQty === 0) {
    return shownBefore > 0 ? { message: FeedMessage.Delete, shares: shownBefore } : UNCHANGED
  }
  if (given > 0) {
    orders.setReference(order, numbers.nextOrderReference++)
    const shares = rest(state, state.markets[orders.locate(order)]!, order)
    return shownBefore > 0 ? { message: FeedMessage.Replace, shares } : UNCHANGED
  }
  const less = given < 0 ? shrink(state, order, -given) : 0
  return less > 0 ? { message: FeedMessage.Cancel, shares: less } : UNCHANGED
}

/** A filled order that is not any more has ended, unless it comes back; others stay what they are. */
function correctDone(
  state: EngineState,
  order: number,
  { from, to, isEarlier }: Correction,
  comesBack: boolean,
): FeedChange {
  const { orders, numbers } = state
  orders.correct(order, from, to, isEarlier)
  const isFilled = orders.cumQty(order) === orders.orderQty(order)
  if (orders.ordStatus(order) !== OrdStatus.Filled || isFilled) return UNCHANGED

  orders.setOrdStatus(order, comesBack ? liveStatus(state, order) : OrdStatus.Canceled)
  if (!comesBack) return UNCHANGED
  // The feed has seen the end of the one before.
  orders.setReference(order, numbers.nextOrderReference++)
  state.risk?.open(order)
  return UNCHANGED
}

const liveStatus = ({ orders }: EngineState, order: number): number =>
  orders.cumQty(order) === 0 ? OrdStatus.New : OrdStatus.PartiallyFilled

function* comeBack(
  state: EngineState,
  { orderId }: TradeSide,
  announcedAt: number,
): Generator<void, void, void> {
  const { orders, markets } = state
  const order = orders.find(orderId)
  if (!orders.isLive(order) || orders.slot[order] !== 0) return
  yield* bringBack(state, markets[orders.locate(order)]!, order, announcedAt)
}

/** A trade of the day is taken off it, and a corrected one told. */
function tellTape(
  { events }: EngineState,
  locate: number,
  { originalMatch, matchNumber, to }: Correction,
): void {
  events.breakTrade(locate, originalMatch)
  if (to.quantity === 0) return
  events.tellTrade()
  events.told.locate = locate
  events.told.matchNumber = matchNumber
  events.told.shares = to.quantity
  events.told.price = to.price
}
