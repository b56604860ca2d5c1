/**
 * What a line says of one order, from a record in the order event's layout: FIX names and FIX values, prices
 * as exact decimals, an account only as its token.
 */
import { PRICE_DECIMALS, printScaled, reasonOf } from '../domain/index.ts'
import { printTime } from '../journal/index.ts'
import type { MessageOf, VenueConfiguration, VenueSession } from '../wire/index.ts'
import {
  eventConditionsAt,
  execInstText,
  executionRef,
  orderConditions,
  orderEvent,
  orderTailAt,
  reasonText,
  recordFeed,
  recordSession,
  textBehind,
  Unrepresentable,
} from '../wire/index.ts'

/** In place of an account: the same for the same account of a firm, and for no other. */
export type TokenOf = (firm: string, account: string) => string

export interface AuditContext {
  readonly configuration: VenueConfiguration
  readonly tokenOf: TokenOf
}

export type OrderEvent = MessageOf<typeof orderEvent.layout>

/** @param change of the price and the open quantity, as far as the line is about one */
export function orderFields(
  view: DataView,
  at: number,
  context: AuditContext,
  change: { readonly priceBefore?: string | undefined; readonly leavesQtyBefore?: number } = {},
) {
  const event = orderEvent.decode(view, at)
  const { configuration } = context
  return {
    symbol: configuration.instruments[event.locate - 1]?.symbol,
    ...partyFields(view, at, event.account, context),
    orderId: event.orderId || undefined,
    orderReference: event.orderReference || undefined,
    clOrdId: event.clOrdId || undefined,
    origClOrdId: event.origClOrdId || undefined,
    side: printCode(event.side),
    ordType: printCode(event.ordType),
    timeInForce: printCode(event.timeInForce),
    priceBefore: change.priceBefore,
    price: printPrice(event.price),
    orderQty: printQuantity(event.orderQty),
    leavesQtyBefore: change.leavesQtyBefore,
    leavesQty: event.leavesQty,
    cumQty: event.cumQty,
    ...conditionFields(view, eventConditionsAt(view, at)),
    ordStatus: printCode(event.ordStatus),
    execId: event.execId || undefined,
    liquidity: printCode(event.lastLiquidityInd),
    ...feedFields(view, at, event),
    ...reasonFields(view, at, event, context),
  }
}

/** Who: the session that a record is of, its firm, and the account. @param account 0 = none */
export function partyFields(
  view: DataView,
  at: number,
  account: number,
  { configuration, tokenOf }: AuditContext,
) {
  const session = sessionOf(configuration, view, at)
  const name = session?.accounts[account - 1]
  return {
    firm: session?.firm,
    session: session?.compId,
    account: name === undefined ? undefined : tokenOf(session!.firm, name),
  }
}

export const sessionOf = (
  { sessions }: VenueConfiguration,
  view: DataView,
  at: number,
): VenueSession | undefined => sessions[recordSession(view, at) - 1]

interface ReasonValues {
  readonly reason: number
  readonly textValueA: number
  readonly textValueB: number
  readonly account: number
}

/** Our own code of a reason, FIX 4.4's, and the Text(58), in which an account is its token too. */
export function reasonFields(
  view: DataView,
  at: number,
  event: ReasonValues,
  { configuration, tokenOf }: AuditContext,
) {
  const reason = reasonOf(event.reason)
  if (reason === undefined) return {}
  const session = sessionOf(configuration, view, at)
  const name = session?.accounts[event.account - 1]
  const text = reasonText(view, at, reason, event)
  const isNamed = reason.values === 'behind' && name !== undefined
  return {
    reason: event.reason,
    fixReason: reason.fixCode < 0 ? undefined : reason.fixCode,
    text: isNamed
      ? text.replaceAll(`account ${name}`, () => `account ${tokenOf(session!.firm, name)}`)
      : text,
  }
}

/** The market's message that the record is on the feed as, and how many shares that is about. */
const feedFields = (view: DataView, at: number, { feedShares }: OrderEvent) => ({
  feed: printCode(recordFeed(view, at)),
  feedShares: feedShares || undefined,
})

/** What an execution that was busted or corrected is now, and what it was. */
export function correctionFields(view: DataView, at: number) {
  const { matchNumber, lastQty, lastPx } = orderEvent.decode(view, at)
  const ref = executionRef.decode(view, orderTailAt(view, at))
  return {
    matchNumber,
    matchNumberBefore: ref.originalMatch === matchNumber ? undefined : ref.originalMatch,
    execRefId: ref.execRefId,
    lastQty,
    lastPx: printPrice(lastPx),
    lastQtyBefore: ref.priorQty,
    lastPxBefore: printPrice(ref.priorPx),
    text: textBehind(view, at),
  }
}

/**
 * What an order asks for beyond side, quantity, price and time in force.
 * @param start where it stands; -1 = there is nothing of it
 */
export function conditionFields(view: DataView, start: number) {
  if (start < 0) return {}
  const conditions = orderConditions.decode(view, start)
  const { expireSeconds } = conditions
  return {
    stopPx: printPrice(conditions.stopPx),
    minQty: printQuantity(conditions.minQty),
    maxFloor: printQuantity(conditions.maxFloor),
    execInst: execInstText(conditions.execInst) || undefined,
    expireDate: conditions.expireDate === 0 ? undefined : printDate(conditions.expireDate),
    expireTime: expireSeconds === 0 ? undefined : printTime(expireSeconds, 0),
    stpGroup: conditions.stpGroup || undefined,
    stpInstruction: printCode(conditions.stpInstruction),
    isWaiting: conditions.isWaiting === 1 ? true : undefined,
  }
}

/** Numbers that a client may ask for and no order can have; the journal does not keep which they were. */
const NO_NUMBER = new Map<number, string>([
  [Unrepresentable.NotPositive, 'not positive'],
  [Unrepresentable.TooPrecise, 'too precise'],
  [Unrepresentable.TooLarge, 'too large'],
])

/** `182.5000`, or why it is no price; undefined where there is none. @param price 1/10,000, 0 = none */
export const printPrice = (price: number): string | undefined =>
  price === 0 ? undefined : (NO_NUMBER.get(price) ?? printScaled(price, PRICE_DECIMALS))

/** A count of shares, or why it is none; undefined for 0. */
export const printQuantity = (quantity: number): number | string | undefined =>
  quantity === 0 ? undefined : (NO_NUMBER.get(quantity) ?? quantity)

/** The character of a FIX value's code; undefined for 0. */
export const printCode = (code: number): string | undefined =>
  code === 0 ? undefined : String.fromCharCode(code)

/** `2026-11-21` for 20261121; a client may have written what is on no calendar. */
export const printDate = (yyyymmdd: number): string =>
  String(yyyymmdd)
    .padStart(8, '0')
    .replace(/(\d\d)(\d\d)$/, '-$1-$2')
