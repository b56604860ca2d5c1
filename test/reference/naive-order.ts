/**
 * An order of the naive engine, and what a report tells of it.
 */
import { OrdStatus } from '../../src/domain/index.ts'

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
}

/** An event's name, session, feed message and every field that is not zero or empty. */
export type NaiveEvent = Record<string, string | number>

export const idOf = ({ session, clOrdId }: { session: number; clOrdId: string }): string =>
  `${session} ${clOrdId}`

export const isLive = ({ ordStatus }: NaiveOrder): boolean =>
  ordStatus === OrdStatus.New || ordStatus === OrdStatus.PartiallyFilled

/** LeavesQty(151). */
export const open = (order: NaiveOrder): number =>
  isLive(order) ? order.orderQty - order.cumQty : 0

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
  }
}

/** 1/1,000,000, rounded half up. */
function averageOf(notional: bigint, cumQty: number): number {
  if (cumQty === 0) return 0
  const twice = 2n * BigInt(cumQty)
  return Number((notional * 200n + BigInt(cumQty)) / twice)
}
