/**
 * Quantity and price of an order against its instrument: positive, representable, in lots and ticks,
 * inside limit and band. New orders and replacements share the judgement; their refusals differ in
 * the field that names the reason.
 */
import type { Reason } from '../domain/index.ts'
import { PRICE_MAX } from '../domain/index.ts'
import { Unrepresentable } from '../wire/index.ts'
import type { Market } from './state.ts'

/** What is wrong with an order's terms; keys of both RejectReason and CancelRejectReason. */
export type TermsProblem =
  | 'QuantityNotPositive'
  | 'QuantityNotLot'
  | 'QuantityTooLarge'
  | 'PriceNotPositive'
  | 'PriceNotTick'
  | 'PriceTooLarge'
  | 'PriceOutsideBand'

/** The values of a problem's Text: `{a}` and `{b}`. */
export const problemValues = { a: 0, b: 0 }

/** Whether its Text has `{a}` or `{b}`. */
export const hasValues = ({ values }: Reason): boolean =>
  values !== undefined && values !== 'behind'

/**
 * @param isLimited whether it has a limit price
 * @param price 1/10,000, ignored without a limit; or a value of Unrepresentable
 * @param orderQty total OrderQty(38); or a value of Unrepresentable
 * @returns the first problem, with its values in `problemValues`; undefined when the terms hold
 */
export function judgeTerms(
  market: Market,
  isLimited: boolean,
  price: number,
  orderQty: number,
): TermsProblem | undefined {
  const { instrument } = market

  if (orderQty === Unrepresentable.NotPositive || orderQty === 0)
    return problem('QuantityNotPositive')
  if (orderQty === Unrepresentable.TooLarge || orderQty > instrument.maxOrderQty) {
    return problem('QuantityTooLarge', instrument.maxOrderQty)
  }
  if (orderQty === Unrepresentable.TooPrecise || orderQty % instrument.lotSize !== 0) {
    return problem('QuantityNotLot', instrument.lotSize)
  }
  if (!isLimited) return undefined

  if (price === Unrepresentable.NotPositive || price === 0) return problem('PriceNotPositive')
  if (price === Unrepresentable.TooLarge) return problem('PriceTooLarge', PRICE_MAX)
  if (price === Unrepresentable.TooPrecise || price % instrument.tickSize !== 0) {
    return problem('PriceNotTick', instrument.tickSize)
  }
  if (market.bandHigh > 0 && (price < market.bandLow || price > market.bandHigh)) {
    return problem('PriceOutsideBand', market.bandLow, market.bandHigh)
  }
  return undefined
}

/** Names a problem, with the values of its Text. */
export function problem<Name extends string>(name: Name, a = 0, b = 0): Name {
  problemValues.a = a
  problemValues.b = b
  return name
}
