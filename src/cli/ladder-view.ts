/**
 * A book as a picture in text: asks above bids, depth bars outside, price in the middle, the tape
 * on the right. Pure: a book in, lines out; the screen and the demo decide where they go.
 *
 *   AAPL  trading
 *                    │    182.53 │ 300 ██████
 *                    │    182.51 │ 100 ██          14:30:01.200    100 @    182.51 ▲
 *        ████ 200    │    182.50 │                 14:30:00.917     50 @    182.50 ▼
 */
import type { BookView, TapeTrade, ViewLevel } from '../client/index.ts'
import { formatDecimal, formatPrice, VWAP_DECIMALS } from '../domain/index.ts'

export interface LadderOptions {
  /** Price levels of each side. */
  readonly depth: number
  /** Use ANSI colours. */
  readonly color: boolean
}

/** Characters of the longest depth bar. */
const BAR_WIDTH = 16
const SHARES_WIDTH = 10
const PRICE_WIDTH = 11
const SIDE_WIDTH = BAR_WIDTH + 1 + SHARES_WIDTH

const STATES: Readonly<Record<string, string>> = {
  T: 'trading',
  H: 'halted',
  P: 'paused',
  Q: 'collecting',
}

/** Title, `depth` asks, `depth` bids; always 2 × depth + 1 lines. */
export function drawBook(book: BookView, options: LadderOptions): string[] {
  const { depth } = options
  const paint = painter(options.color)
  const ladder = drawLadder(book, options)
  const tape = book.tape.slice(-2 * depth).toReversed()

  const stale = book.stale ? paint.warn('  STALE: messages were lost') : ''
  const lines = ladder.map((line, i) => {
    const trade = tape[i]
    return trade === undefined ? line.trimEnd() : `${line}  ${drawTrade(trade, options)}`
  })
  return [
    `${paint.strong(book.symbol)}  ${stateText(book)}${stale}${drawStatistics(book)}`,
    ...lines,
  ]
}

/** `trading`, `halted T1`: the state and its reason, if it has one. */
export function stateText({ tradingState, stateReason }: BookView): string {
  const state = STATES[tradingState] ?? 'no trading state yet'
  return stateReason === '' ? state : `${state} ${stateReason}`
}

/** One line a level, best prices in the middle; empty lines where a side has fewer levels. */
export function drawLadder(book: BookView, { depth, color }: LadderOptions): string[] {
  const paint = painter(color)
  const asks = book.levels('S').slice(0, depth)
  const bids = book.levels('B').slice(0, depth)
  const largest = Math.max(1, ...asks.map(sharesOf), ...bids.map(sharesOf))

  const askLines = padTo(asks.toReversed(), depth, 'start').map((level) => {
    const side = level === undefined ? '' : `${sharesText(level)} ${bar(level, largest)}`
    return `${' '.repeat(SIDE_WIDTH)} │ ${priceText(level)} │ ${paint.sell(side.padEnd(SIDE_WIDTH))}`
  })
  const bidLines = padTo(bids, depth, 'end').map((level) => {
    const side = level === undefined ? '' : `${bar(level, largest)} ${sharesText(level)}`
    return `${paint.buy(side.padStart(SIDE_WIDTH))} │ ${priceText(level)} │ ${' '.repeat(SIDE_WIDTH)}`
  })
  return [...askLines, ...bidLines]
}

/** `  open 182.5 high 182.6 low 182.41 last 182.5 vwap 182.4731 volume 12300`; empty without trades. */
function drawStatistics({ statistics }: BookView): string {
  const { trades, open, high, low, last, vwap, volume } = statistics
  if (trades === 0) return ''
  const prices = Object.entries({ open, high, low, last })
  const printed = prices.map(([name, price]) => `${name} ${formatPrice(price)}`).join(' ')
  return `  ${printed} vwap ${formatDecimal(vwap, VWAP_DECIMALS)} volume ${volume}`
}

/** `14:30:00.917     50 @    182.50 ▼`: the arrow is the incoming side, which an auction has not. */
export function drawTrade(trade: TapeTrade, { color }: Pick<LadderOptions, 'color'>): string {
  const paint = painter(color)
  const shares = String(trade.shares).padStart(SHARES_WIDTH)
  const text = `${timeOfDay(trade.timestampNs)} ${shares} @ ${alignedPrice(trade.price)}`
  if (trade.broken) return `${text} broken`
  if (trade.side === undefined) return text
  return trade.side === 'B' ? `${text} ${paint.buy('▲')}` : `${text} ${paint.sell('▼')}`
}

/** UTC hours, minutes, seconds and milliseconds of nanoseconds since midnight. */
export function timeOfDay(timestampNs: number): string {
  const ms = Math.floor(timestampNs / 1e6)
  const two = (value: number): string => String(value).padStart(2, '0')
  const clock = [ms / 3_600_000, (ms / 60_000) % 60, (ms / 1000) % 60].map((v) =>
    two(Math.floor(v)),
  )
  return `${clock.join(':')}.${String(ms % 1000).padStart(3, '0')}`
}

const sharesOf = ({ shares }: ViewLevel): number => shares
const sharesText = ({ shares }: ViewLevel): string => String(shares)
const priceText = (level: ViewLevel | undefined): string =>
  level === undefined ? ' '.repeat(PRICE_WIDTH) : alignedPrice(level.price)

/** At least two decimals, so that columns line up. */
function alignedPrice(price: number): string {
  const [whole, fraction = ''] = formatPrice(price).split('.')
  return `${whole}.${fraction.padEnd(2, '0')}`.padStart(PRICE_WIDTH)
}

/** At least one block, so that a small level is seen. */
function bar({ shares }: ViewLevel, largest: number): string {
  return '█'.repeat(Math.max(1, Math.round((shares / largest) * BAR_WIDTH)))
}

function padTo<T>(items: readonly T[], length: number, where: 'start' | 'end'): (T | undefined)[] {
  const empty = Array.from<undefined>({ length: length - items.length })
  return where === 'start' ? [...empty, ...items] : [...items, ...empty]
}

/** Wraps text in ANSI colours, or leaves it alone. */
function painter(color: boolean) {
  const wrap = (code: string) => (text: string) => (color ? `\x1b[${code}m${text}\x1b[0m` : text)
  return { buy: wrap('32'), sell: wrap('31'), strong: wrap('1'), warn: wrap('33') }
}
