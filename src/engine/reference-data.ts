/**
 * What operations does to the list of instruments: the configuration after it, from the one before it and
 * nothing else. Who queues the command and who executes it come to the same. docs/operations/instruments.md
 */
import type { Instrument } from '../domain/index.ts'
import { floorDiv, formatPrice, PRICE_MAX } from '../domain/index.ts'
import type { InstrumentChange, ReferenceAction, VenueConfiguration } from '../wire/index.ts'
import { isSameTerms, termsOf } from '../wire/index.ts'
import type { SplitRatio } from './state.ts'

/** Stock locates are 16 bits, and 0 is none. */
const LOCATES_MAX = 65_535
export const SPLIT_PART_MAX = 1_000

/** Gives the channel of the feed of a symbol that is new. */
type ChannelOf = (symbol: string) => number

/** @returns the configuration, or why it cannot be done, in words */
export function configurationAfter(
  before: VenueConfiguration,
  action: ReferenceAction,
  channelOf: ChannelOf = () => 0,
): VenueConfiguration | string {
  const known = before.instruments.find(({ symbol }) => symbol === action.symbol)
  const after = instrumentAfter(before, known, action, channelOf)
  if (typeof after === 'string') return after
  const instruments =
    known === undefined
      ? [...before.instruments, after]
      : before.instruments.map((one) => (one === known ? after : one))
  const { changes = [], ...rest } = before
  const noted = noteChange(changes, known, after)
  return { ...rest, instruments, ...(noted.length === 0 ? {} : { changes: noted }) }
}

function instrumentAfter(
  { instruments }: VenueConfiguration,
  known: Instrument | undefined,
  action: ReferenceAction,
  channelOf: ChannelOf,
): Instrument | string {
  const { symbol } = action
  if (action.action === 'add-instrument') {
    if (known?.listed) return `${symbol} is listed already`
    if (known === undefined && instruments.length >= LOCATES_MAX) return 'too many instruments'
    const locate = known?.locate ?? instruments.length + 1
    const channel = known?.channel ?? channelOf(symbol)
    const added = { locate, symbol, ...action.terms, channel, listed: true }
    return refusalOfTerms(instruments, known, added) ?? added
  }
  if (!known?.listed) return `${symbol} is not listed`
  switch (action.action) {
    case 'change-instrument': {
      const changed = { ...known, ...action.terms }
      if (isSameTerms(termsOf(changed), termsOf(known))) return 'it is so already'
      return refusalOfTerms(instruments, known, changed) ?? changed
    }
    case 'delist-instrument':
      return { ...known, listed: false }
    case 'split':
      return splitInstrument(known, action)
  }
}

/** What the check of the file has against it, too. */
function refusalOfTerms(
  instruments: readonly Instrument[],
  known: Instrument | undefined,
  { symbol, tickSize, lotSize, maxOrderQty, group }: Instrument,
): string | undefined {
  if (known !== undefined && known.tickSize !== tickSize) {
    const change = `${formatPrice(known.tickSize)} to ${formatPrice(tickSize)}`
    return `${symbol}: tickSize cannot change from ${change}; list a new symbol`
  }
  if (maxOrderQty < lotSize) return `maxOrderQty is ${maxOrderQty}; use lotSize ${lotSize} or more`
  if (group === undefined || instruments.some((one) => one.group === group)) return undefined
  return `group is ${group}; use one that has instruments, or leave it out`
}

function splitInstrument(known: Instrument, ratio: SplitRatio): Instrument | string {
  const { symbol, referencePrice, tickSize } = known
  if (ratio.into === ratio.from) return `${symbol}: ${ratio.into}:${ratio.from} changes nothing`
  const price = splitPrice(referencePrice, ratio, tickSize)
  if (price <= PRICE_MAX) return { ...known, referencePrice: price }
  return `${symbol}: the reference price would be above ${formatPrice(PRICE_MAX)}`
}

/**
 * What a price of the old shares is for the new ones: to the nearest tick, half up, and at least one tick.
 * @param ratio each at most SPLIT_PART_MAX, so that nothing leaves 2^53
 */
export function splitPrice(price: number, { into, from }: SplitRatio, tickSize: number): number {
  const divisor = into * tickSize
  const ticks = floorDiv(2 * price * from + divisor, 2 * divisor)
  return Math.max(1, ticks) * tickSize
}

/** The changes of operations and this one; what is as the file says is none. */
function noteChange(
  changes: readonly InstrumentChange[],
  before: Instrument | undefined,
  after: Instrument,
): InstrumentChange[] {
  const { symbol } = after
  const known = changes.find((one) => one.symbol === symbol)
  const inFile = known === undefined ? (before?.listed ? termsOf(before) : null) : known.inFile
  const others = changes.filter((one) => one.symbol !== symbol)
  const isAsInFile =
    inFile === null ? !after.listed : after.listed && isSameTerms(inFile, termsOf(after))
  return isAsInFile ? others : [...others, { symbol, inFile }]
}
