/**
 * An order of the naive engine, and what a report tells of it.
 */
import { OrdStatus, OrdType, TimeInForce } from '../../src/domain/index.ts'
import type { VenueSession } from '../../src/wire/index.ts'
import { ExecInstBit } from '../../src/wire/index.ts'
import type { Conditions } from '../support/engine-commands.ts'

export interface NaiveOrder {
  readonly session: number
  readonly locate: number
  readonly account: number
  readonly side: number
  readonly ordType: number
  readonly orderId: number
  timeInForce: number
  clOrdId: string
  reference: number
  price: number
  orderQty: number
  cumQty: number
  /** Sum of price × quantity of its executions. */
  notional: bigint
  ordStatus: number
  conditions: Conditions
  /** A stop that is not triggered, or an order at the close before the closing auction. */
  isWaiting: boolean
  /** A stop whose StopPx(99) an execution has reached. */
  isReached: boolean
  /** What the market sees of it. */
  shown: number
  /** When it joined its queue, or the line of stops. */
  place: number
  /** What it had done when the day opened; undefined when it came later. */
  before?: Done | undefined
}

/** Executions, in sum. */
export interface Done {
  readonly cumQty: number
  readonly notional: bigint
}

/** An event's name, session, feed message and every field that is not zero or empty. */
export type NaiveEvent = Record<string, string | number>

export const idOf = ({ session, clOrdId }: { session: number; clOrdId: string }): string =>
  `${session} ${clOrdId}`

export const isLive = ({ ordStatus }: NaiveOrder): boolean =>
  ordStatus === OrdStatus.New || ordStatus === OrdStatus.PartiallyFilled

/** Whether it is an order that stays when the day ends. */
export const isGoodTill = ({ timeInForce }: NaiveOrder): boolean =>
  timeInForce === TimeInForce.GoodTillCancel || timeInForce === TimeInForce.GoodTillDate

/** Whether it trades at any price, and what it could not trade does not wait. */
export const isMarket = ({ ordType }: NaiveOrder): boolean =>
  ordType === OrdType.Market || ordType === OrdType.Stop

export const isPostOnly = ({ execInst }: Conditions): boolean =>
  (execInst & ExecInstBit.PostOnly) !== 0

/** Whether it goes with the connection, whatever its session says. */
export const isWhileConnected = ({ conditions }: NaiveOrder): boolean =>
  (conditions.execInst & ExecInstBit.CancelOnFailure) !== 0

/** The letter of what a session's file asks for against self-trades. */
const PREVENTION = { off: 0, newest: 'N', oldest: 'O', both: 'B', decrement: 'D' } as const

/** The group that an order may not trade with; '' = none. */
export function groupOf(order: NaiveOrder, { selfTrade }: VenueSession): string {
  const { prevention, group } = selfTrade
  return order.conditions.stpGroup || (prevention === 'off' ? '' : group)
}

/** Tag 8000 that holds for an order that comes in. */
export function instructionOf({ conditions }: NaiveOrder, { selfTrade }: VenueSession): string {
  if (conditions.stpInstruction !== 0) return String.fromCharCode(conditions.stpInstruction)
  return PREVENTION[selfTrade.prevention] || 'N'
}

/** What the market sees of an order that comes to its place. */
export function shownOf(order: NaiveOrder): number {
  const { maxFloor } = order.conditions
  if (order.price === 0) return 0
  return maxFloor === 0 ? open(order) : Math.min(maxFloor, open(order))
}

/** LeavesQty(151). */
export const open = (order: NaiveOrder): number =>
  isLive(order) ? order.orderQty - order.cumQty : 0

/** Whether it takes any price: it is not on the feed, and rests while orders are collected only. */
export const isUnpriced = ({ price, isWaiting }: NaiveOrder): boolean => price === 0 && !isWaiting

/** Whether it is a stop that is not triggered. */
export const isStopInLine = ({ isWaiting, conditions }: NaiveOrder): boolean =>
  isWaiting && conditions.stopPx > 0

/** What the next replacement may change. */
type Terms = Pick<NaiveOrder, 'price' | 'orderQty' | 'conditions'>

/** Whether a replaced order stays where it is: the same prices, no more than before, and as visible. */
export function keepsPlace(before: Terms, after: Terms): boolean {
  return (
    after.price === before.price &&
    after.conditions.stopPx === before.conditions.stopPx &&
    after.orderQty <= before.orderQty &&
    after.conditions.maxFloor > 0 === before.conditions.maxFloor > 0
  )
}

/** What an ExecutionReport tells of an order. */
export function stateOf(order: NaiveOrder): NaiveEvent {
  return {
    orderId: order.orderId,
    orderReference: order.reference,
    clOrdId: order.clOrdId,
    locate: order.locate,
    account: order.account,
    side: order.side,
    ordType: order.ordType,
    timeInForce: order.timeInForce,
    ordStatus: order.ordStatus,
    price: order.price,
    orderQty: order.orderQty,
    cumQty: order.cumQty,
    leavesQty: open(order),
    avgPx: averageOf(order.notional, order.cumQty),
    ...order.conditions,
    isWaiting: order.isWaiting ? 1 : 0,
  }
}

/** What the reports of an order that was carried into the day tell besides. */
export function dayOf({ before, orderQty, cumQty, notional }: NaiveOrder): NaiveEvent {
  if (before === undefined) return {}
  const dayCumQty = cumQty - before.cumQty
  return {
    dayOrderQty: orderQty - before.cumQty,
    dayCumQty,
    dayAvgPx: averageOf(notional - before.notional, dayCumQty),
  }
}

/** 1/1,000,000, rounded half up. */
function averageOf(notional: bigint, cumQty: number): number {
  if (cumQty === 0) return 0
  const twice = 2n * BigInt(cumQty)
  return Number((notional * 200n + BigInt(cumQty)) / twice)
}
