/**
 * Bodies of the three order messages that a client sends, from scaled integers: D, F and G of
 * FIX 4.4 as docs/protocols/order-entry.md restates them.
 */
import { OrdType, PRICE_DECIMALS } from '../domain/index.ts'
import type { Price, Quantity } from '../domain/index.ts'
import type { FieldWriter } from '../fix/index.ts'

/** An instant as SequencedTime has it. */
export interface Instant {
  readonly epochSeconds: number
  readonly nanoseconds: number
}

/** What an order may ask for besides; the exchange judges what goes together. */
export interface OrderConditions {
  /** OrdType(40) as a character code; absent = what `price` and `stopPx` say. */
  readonly ordType?: number | undefined
  /** StopPx(99), 1/10,000 of the currency. */
  readonly stopPx?: Price | undefined
  /** MinQty(110) */
  readonly minQty?: Quantity | undefined
  /** MaxFloor(111): an iceberg shows so much. */
  readonly maxFloor?: Quantity | undefined
  /** Values of ExecInst(18), a space between them: `6` is post only. */
  readonly execInst?: string | undefined
  /** ExpireDate(432) as FIX writes it: `20261130`. */
  readonly expireDate?: string | undefined
  /** ExpireTime(126) as FIX writes it: `20261130-14:30:00`. */
  readonly expireTime?: string | undefined
}

export interface NewOrder extends OrderConditions {
  /** 1..20 printable ASCII characters, unique per session and trading day. */
  readonly clOrdId: string
  readonly symbol: string
  /** Side(54) as a character code: Side.Buy, Side.Sell. */
  readonly side: number
  readonly orderQty: Quantity
  /** 1/10,000 of the currency; absent = no limit. */
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
  body.char(40, order.ordType ?? ordTypeOf(order))
  if (price !== undefined) body.decimal(44, price, PRICE_DECIMALS)
  if (timeInForce !== undefined) body.char(59, timeInForce)
  writeConditions(body, order)
}

function ordTypeOf({ price, stopPx }: Pick<NewOrder, 'price' | 'stopPx'>): number {
  if (stopPx !== undefined) return price === undefined ? OrdType.Stop : OrdType.StopLimit
  return price === undefined ? OrdType.Market : OrdType.Limit
}

function writeConditions(body: FieldWriter, order: OrderConditions): void {
  const { stopPx, minQty, maxFloor, execInst, expireDate, expireTime } = order
  if (stopPx !== undefined) body.decimal(99, stopPx, PRICE_DECIMALS)
  if (execInst !== undefined) body.string(18, execInst)
  if (minQty !== undefined) body.int(110, minQty)
  if (maxFloor !== undefined) body.int(111, maxFloor)
  if (expireDate !== undefined) body.string(432, expireDate)
  if (expireTime !== undefined) body.string(126, expireTime)
}
