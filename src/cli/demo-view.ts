/**
 * One frame of the demo: what is known, in; lines for a terminal of any size, out. Pure, so that a
 * test can look at it. From the top: all instruments, the ladder of the chosen one beside the tape,
 * the firms beside the rates, the keys.
 */
import type { ViewLevel } from '../client/index.ts'
import { formatPrice } from '../domain/index.ts'
import type { InstrumentDay, TapeLine } from './demo-market.ts'
import { timeOfDay } from './ladder-view.ts'
import type { Span, Style } from './styled-line.ts'
import { fit, printSpans, widthOf } from './styled-line.ts'

export interface DemoState {
  readonly seed: number
  readonly elapsedMs: number
  /** Undefined = until somebody ends it. */
  readonly durationMs: number | undefined
  readonly days: readonly InstrumentDay[]
  readonly chosen: ChosenBook
  /** Oldest first. */
  readonly tape: readonly TapeLine[]
  readonly firms: readonly FirmState[]
  readonly counters: readonly Counter[]
  /** Where it can be reached, and how. */
  readonly place: string
}

export interface ChosenBook {
  readonly symbol: string
  /** Best first. */
  readonly bids: readonly ViewLevel[]
  readonly asks: readonly ViewLevel[]
}

export interface FirmState {
  readonly compId: string
  readonly strategyName: string
  readonly isLoggedOn: boolean
  readonly openOrders: number
  readonly fills: number
  /** Money and shares at their last prices, 1/10,000 of the currency. */
  readonly profit: number
}

export interface Counter {
  readonly name: string
  readonly perSecond: number
  readonly total: number
  readonly remark: string
}

export interface FrameSize {
  readonly columns: number
  readonly rows: number
  readonly color: boolean
}

const TAPE_WIDTH = 32
const LADDER_WIDTH_MIN = 28
const FIRMS_WIDTH = 43
/** All but ladder and tape: title, instruments and firms with their headings, keys. */
const rowsAround = ({ days, firms, counters }: DemoState): number =>
  1 + (1 + days.length) + (1 + Math.max(firms.length, counters.length)) + 1

export function drawDemo(state: DemoState, size: FrameSize): string[] {
  const { columns, rows, color } = size
  const middleRows = Math.max(4, rows - rowsAround(state))
  const ladderWidth = Math.max(LADDER_WIDTH_MIN, columns - TAPE_WIDTH - 1)
  const firmsWidth = Math.max(FIRMS_WIDTH, Math.ceil(columns / 2))
  const lines = [
    ...drawDays(state, columns),
    ...beside(
      drawLadder(state, { columns: ladderWidth, rows: middleRows }),
      drawTape(state, { columns: TAPE_WIDTH, rows: middleRows }),
      ladderWidth,
    ),
    ...beside(
      drawFirms(state, firmsWidth),
      drawCounters(state, columns - firmsWidth - 1),
      firmsWidth,
    ),
  ]
  const keys = ` 1–${state.days.length} ← → choose an instrument   q ends it and compares`
  return [
    printSpans([[title(state, columns), 'title']], { columns, color, fill: 'title' }),
    ...lines.map((line) => printSpans(line, { columns, color })),
    printSpans([[keys, 'dim']], { columns, color }),
  ].slice(0, rows)
}

function title({ elapsedMs, durationMs, seed, place }: DemoState, columns: number): string {
  const left = ` Buttonwood   ${place}`
  const of = durationMs === undefined ? '' : ` of ${minutes(durationMs)}`
  const right = `seed ${seed}   ${minutes(elapsedMs)}${of} `
  return left + right.padStart(Math.max(right.length + 1, columns - left.length))
}

// The instruments

function drawDays({ days, chosen }: DemoState, columns: number): Span[][] {
  const heading = '     symbol      last   change   spread      shares   trades  price so far'
  return [
    [[heading, 'dim']],
    ...days.map((day, i) =>
      drawDay(day, { key: i + 1, isChosen: day.instrument.symbol === chosen.symbol, columns }),
    ),
  ]
}

interface DayPlace {
  readonly key: number
  readonly isChosen: boolean
  readonly columns: number
}

function drawDay(day: InstrumentDay, { key, isChosen, columns }: DayPlace): Span[] {
  const { instrument, last = instrument.referencePrice, direction, shares, trades, spread } = day
  const change = ((last - instrument.referencePrice) / instrument.referencePrice) * 100
  const moved: Style = direction > 0 ? 'buy' : direction < 0 ? 'sell' : 'plain'
  const line: Span[] = [
    [isChosen ? ' ▶ ' : '   ', 'accent'],
    [`${key} `, 'dim'],
    [instrument.symbol.padEnd(7), isChosen ? 'strong' : 'plain'],
    [priceText(last).padStart(9), moved],
    [direction > 0 ? ' ▲' : direction < 0 ? ' ▼' : '  ', moved],
    [signed(change, 2).padStart(7) + '%', change < 0 ? 'sell' : 'buy'],
    [(spread === undefined ? '-' : priceText(spread)).padStart(8)],
    [grouped(shares).padStart(12)],
    [grouped(trades).padStart(9)],
    ['  '],
  ]
  return [...line, [chart(day.chart, columns - widthOf(line) - 1), change < 0 ? 'sell' : 'buy']]
}

const CHART_BARS = '▁▂▃▄▅▆▇█'

/** Prices as bars of eight heights between their lowest and highest. */
function chart(prices: readonly number[], width: number): string {
  const shown = prices.slice(-Math.max(0, width))
  const low = Math.min(...shown)
  const high = Math.max(...shown)
  return shown
    .map((price) => CHART_BARS[high === low ? 3 : Math.round(((price - low) / (high - low)) * 7)])
    .join('')
}

// The ladder

interface Area {
  readonly columns: number
  readonly rows: number
}

const PRICE_WIDTH = 10
const SHARES_WIDTH = 7

function drawLadder({ chosen, tape }: DemoState, { columns, rows }: Area): Span[][] {
  const { symbol, bids, asks } = chosen
  const depth = Math.max(1, Math.floor((rows - 2) / 2))
  const shownBids = bids.slice(0, depth)
  const shownAsks = asks.slice(0, depth)
  const largest = Math.max(1, ...[...shownBids, ...shownAsks].map(({ shares }) => shares))
  const lastPrice = tape.findLast((trade) => trade.symbol === symbol)?.price
  const place = { largest, lastPrice, width: Math.floor((columns - PRICE_WIDTH) / 2) }

  const blank = (levels: readonly ViewLevel[]): Span[][] =>
    Array.from({ length: depth - levels.length }, () => [])
  const lines = [
    rule(`  ${symbol}`, columns),
    ...blank(shownAsks),
    ...shownAsks.toReversed().map((level) => drawLevel(level, 'ask', place)),
    drawSpread(chosen, place.width),
    ...shownBids.map((level) => drawLevel(level, 'bid', place)),
    ...blank(shownBids),
  ]
  if (lines.length < rows) lines.push(drawTotals(chosen, place.width))
  return lines
}

interface LevelPlace {
  readonly largest: number
  readonly lastPrice: number | undefined
  /** Columns of each side. */
  readonly width: number
}

function drawLevel(
  { price, shares }: ViewLevel,
  side: 'bid' | 'ask',
  { largest, lastPrice, width }: LevelPlace,
): Span[] {
  const size = grouped(shares)
  const bar = halfBlocks(shares / largest, Math.max(1, width - SHARES_WIDTH), side)
  const middle: Span = [
    priceText(price)
      .padStart(PRICE_WIDTH - 2)
      .padEnd(PRICE_WIDTH),
    price === lastPrice ? 'bright' : 'plain',
  ]
  const empty: Span = [' '.repeat(width)]
  return side === 'bid'
    ? [[size.padStart(width - bar.length - 1)], [' '], [bar, 'buy'], middle, empty]
    : [empty, middle, [bar, 'sell'], [' '], [size]]
}

/** A bar of half columns, from the price outwards; at least a half, so that a small level is seen. */
function halfBlocks(part: number, columns: number, side: 'bid' | 'ask'): string {
  const halves = Math.max(1, Math.round(part * columns * 2))
  const full = '█'.repeat(Math.floor(halves / 2))
  if (halves % 2 === 0) return full
  return side === 'bid' ? `▐${full}` : `${full}▌`
}

function drawSpread({ bids, asks }: ChosenBook, width: number): Span[] {
  const bid = bids[0]?.price
  const ask = asks[0]?.price
  if (bid === undefined || ask === undefined) return []
  const left = ' '.repeat(Math.max(0, width - 'spread'.length))
  return [[`${left}spread${priceText(ask - bid).padStart(PRICE_WIDTH - 1)}`, 'dim']]
}

function drawTotals({ bids, asks }: ChosenBook, width: number): Span[] {
  const total = (levels: readonly ViewLevel[]): string =>
    grouped(levels.reduce((sum, { shares }) => sum + shares, 0))
  const bid = total(bids).padStart(width)
  return [[`${bid}${'total'.padStart(PRICE_WIDTH - 1).padEnd(PRICE_WIDTH)}${total(asks)}`, 'dim']]
}

// The tape

function drawTape({ tape, chosen }: DemoState, { columns, rows }: Area): Span[][] {
  const lines = tape
    .slice(-Math.max(1, rows - 1))
    .toReversed()
    .map((trade) => drawTrade(trade, trade.symbol === chosen.symbol))
  return [rule('  trades', columns), ...lines]
}

function drawTrade(
  { timestampNs, symbol, price, shares, side }: TapeLine,
  isChosen: boolean,
): Span[] {
  const style: Style = side === 'B' ? 'buy' : 'sell'
  return [
    [` ${timeOfDay(timestampNs).slice(0, 8)} `, 'dim'],
    [symbol.padEnd(5), isChosen ? 'strong' : 'plain'],
    [side === 'B' ? '▲' : '▼', style],
    [priceText(price).padStart(8), style],
    [grouped(shares).padStart(7)],
  ]
}

// Firms and counters

function drawFirms({ firms }: DemoState, columns: number): Span[][] {
  return [rule('   firm    strategy    open  fills  profit', columns), ...firms.map(drawFirm)]
}

function drawFirm(firm: FirmState): Span[] {
  return [
    [firm.isLoggedOn ? ' ● ' : ' ○ ', firm.isLoggedOn ? 'good' : 'bad'],
    [firm.compId.padEnd(8)],
    [firm.strategyName.padEnd(12), 'dim'],
    [grouped(firm.openOrders).padStart(4)],
    [grouped(firm.fills).padStart(7)],
    [signed(firm.profit / 10_000, 0).padStart(8), firm.profit < 0 ? 'sell' : 'buy'],
  ]
}

function drawCounters({ counters }: DemoState, columns: number): Span[][] {
  return [rule(' per second      total', columns), ...counters.map(drawCounter)]
}

const drawCounter = ({ name, perSecond, total, remark }: Counter): Span[] => [
  [` ${name.padEnd(7)}`],
  [grouped(perSecond).padStart(4), 'strong'],
  [grouped(total).padStart(11)],
  [remark === '' ? '' : `  ${remark}`, 'dim'],
]

// Small things

/** Two blocks side by side; the left one is `width` columns wide. */
function beside(left: readonly Span[][], right: readonly Span[][], width: number): Span[][] {
  const rows = Math.max(left.length, right.length)
  return Array.from({ length: rows }, (_, row) => [
    ...fit(left[row] ?? [], width),
    [' '] as const,
    ...(right[row] ?? []),
  ])
}

/** A heading in a line across: its gaps are drawn, so that its words stand over their columns. */
function rule(heading: string, columns: number): Span[] {
  const line = heading
    .slice(0, Math.max(0, columns - 1))
    .replace(/^ +/, (gap) => `${'─'.repeat(gap.length - 1)} `)
    .replaceAll(/(?<=\S) {3,}(?=\S)/g, (gap) => ` ${'─'.repeat(gap.length - 2)} `)
  return [[`${line} ${'─'.repeat(Math.max(0, columns - line.length - 1))}`, 'dim']]
}

/** At least two decimals, so that columns line up. */
export function priceText(price: number): string {
  const [whole, fraction = ''] = formatPrice(price).split('.')
  return `${whole}.${fraction.padEnd(2, '0')}`
}

/** `12,345`: written out, since a locale would decide otherwise. */
export const grouped = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')

function signed(value: number, decimals: number): string {
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split('.')
  const digits = fraction === undefined ? '' : `.${fraction}`
  return `${value < 0 ? '-' : '+'}${grouped(Number(whole))}${digits}`
}

/** `1:05` */
export function minutes(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
