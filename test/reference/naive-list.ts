/** What operations does to the instruments of the naive engine. */
import type { Instrument } from '../../src/domain/index.ts'
import type { ReferenceAction, SplitAction } from '../../src/wire/index.ts'

/** Why it cannot be done, of what random operations ask for; undefined = it can. */
export function refusalOfList(
  known: Instrument | undefined,
  action: ReferenceAction,
): string | undefined {
  const isListed = known?.listed === true
  if (action.action === 'add-instrument') {
    return isListed ? `${action.symbol} is listed already` : undefined
  }
  if (!isListed) return `${action.symbol} is not listed`
  if (action.action !== 'change-instrument') return undefined
  const isNew = Object.entries(action.terms).some(
    ([term, value]) => value !== known[term as keyof Instrument],
  )
  return isNew ? undefined : 'it is so already'
}

export function afterList(known: Instrument, action: ReferenceAction): Instrument {
  switch (action.action) {
    case 'add-instrument':
      return { ...known, ...action.terms, listed: true }
    case 'change-instrument':
      return { ...known, ...action.terms }
    case 'delist-instrument':
      return { ...known, listed: false }
    case 'split':
      return { ...known, referencePrice: newPrice(known.referencePrice, known, action) }
  }
}

/** Of one of the new shares: the nearest price on the tick, the higher one of two. */
export function newPrice(
  price: number,
  { tickSize }: Instrument,
  { into, from }: SplitAction,
): number {
  const [numerator, denominator] = [price * from, into * tickSize]
  let ticks = Math.floor(numerator / denominator)
  if (2 * (numerator % denominator) >= denominator) ticks++
  return Math.max(1, ticks) * tickSize
}
