/**
 * Bodies of the three order messages that a client sends, from scaled integers: D, F and G of
 * FIX 4.4 as docs/protocols/fix-order-entry.md restates them.
 */
import { OrdType, PRICE_DECIMALS } from '../domain/index.ts'
import type { Price, Quantity } from '../domain/index.ts'
import type { FieldWriter } from '../fix/index.ts'

/** An instant as SequencedTime has it. */
export interface Instant {
  readonly epochSeconds: number
  readonly nanoseconds: number
}

export interface NewOrder {
  /** 1..20 printable ASCII characters, unique per session and trading day. */
  readonly clOrdId: string
  readonly symbol: string
  /** Side(54) as a character code: Side.Buy, Side.Sell. */
  readonly side: number
  readonly orderQty: Quantity
  /** 1/10,000 of the currency; absent = a market order. */
  readonly price?: Price | undefined
  /** TimeInForce(59) as a character code; absent = day. */
  readonly timeInForce?: number | undefined
  readonly account?: string | undefined
  /** PossResend(97)=Y: this may be a copy of an order that was sent before. */
  readonly possResend?: boolean | undefined
}

export interface CancelOrder {
  readonly clOrdId: string
  /** The order's last ClOrdID(11) that was not rejected. */
  readonly origClOrdId: string
  readonly symbol: string
  readonly side: number
  readonly orderQty?: Quantity | undefined
  /** OrderID(37) */
  readonly orderId?: string | undefined
}

/** A full restatement: what is left out here does not stay as it was. */
export interface ReplaceOrder extends Omit<NewOrder, 'possResend'> {
  readonly origClOrdId: string
  readonly orderId?: string | undefined
}

export function writeNewOrder(body: FieldWriter, order: NewOrder, now: Instant): void {
  body.string(11, order.clOrdId)
  writeTerms(body, order, now)
}

export function writeReplaceOrder(body: FieldWriter, order: ReplaceOrder, now: Instant): void {
  if (order.orderId !== undefined) body.string(37, order.orderId)
  body.string(41, order.origClOrdId)
  body.string(11, order.clOrdId)
  writeTerms(body, order, now)
}

export function writeCancelOrder(body: FieldWriter, order: CancelOrder, now: Instant): void {
  body.string(41, order.origClOrdId)
  if (order.orderId !== undefined) body.string(37, order.orderId)
  body.string(11, order.clOrdId)
  body.string(55, order.symbol)
  body.char(54, order.side)
  body.utcTimestamp(60, now.epochSeconds, now.nanoseconds)
  if (order.orderQty !== undefined) body.int(38, order.orderQty)
}

function writeTerms(body: FieldWriter, order: Omit<NewOrder, 'possResend'>, now: Instant): void {
  const { account, price, timeInForce } = order
  if (account !== undefined) body.string(1, account)
  body.string(55, order.symbol)
  body.char(54, order.side)
  body.utcTimestamp(60, now.epochSeconds, now.nanoseconds)
  body.int(38, order.orderQty)
  body.char(40, price === undefined ? OrdType.Market : OrdType.Limit)
  if (price !== undefined) body.decimal(44, price, PRICE_DECIMALS)
  if (timeInForce !== undefined) body.char(59, timeInForce)
}
