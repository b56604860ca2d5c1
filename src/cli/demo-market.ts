/**
 * The market as the demo's subscriber sees it on the multicast lines: books rebuilt from the feed,
 * the tape of all instruments, and per instrument the day so far. The bots trade on the same sight;
 * only what an instrument is worth comes from the seed.
 */
import type { BotMarket, FairPrice, FeedListener, TapeTrade } from '../client/index.ts'
import { MarketView, Random, startFairPrice, stepFairPrice } from '../client/index.ts'
import type { Price } from '../domain/index.ts'
import { decodeItch } from '../wire/index.ts'
import type { TradedInstrument } from './demo-firms.ts'
import { LOT_SIZE } from './demo-firms.ts'

/** Executions kept for the tape. */
export const TAPE_MAX = 64
/** Prices that bots look back on, one per step. */
const HISTORY_MAX = 20
/** Prices of the little chart, one per CHART_STEPS. */
export const CHART_MAX = 60
const CHART_STEPS = 5

/** The day of one instrument. */
export interface InstrumentDay {
  readonly instrument: TradedInstrument
  readonly last: Price | undefined
  /** Of the last trade that changed the price: 1 up, -1 down, 0 before. */
  readonly direction: number
  readonly shares: number
  readonly trades: number
  /** Undefined while a side of the book is empty. */
  readonly spread: Price | undefined
  /** Last prices at equal distances, oldest first. */
  readonly chart: readonly Price[]
}

export interface TapeLine extends TapeTrade {
  readonly symbol: string
}

interface Tracked extends Omit<InstrumentDay, 'spread'> {
  last: Price | undefined
  direction: number
  shares: number
  trades: number
  fair: FairPrice
  readonly random: Random
  readonly history: Price[]
  readonly chart: Price[]
}

export class DemoMarket {
  readonly view = new MarketView()
  /** Oldest first. */
  readonly tape: TapeLine[] = []
  /** Order Executed messages. */
  trades = 0
  sharesTraded = 0
  private readonly bySymbol: ReadonlyMap<string, Tracked>
  private readonly onTrade: (trade: TapeLine) => void
  private steps = 0

  constructor(
    instruments: readonly TradedInstrument[],
    random: Random,
    onTrade: (trade: TapeLine) => void,
  ) {
    this.onTrade = onTrade
    this.bySymbol = new Map(instruments.map((one) => [one.symbol, track(one, random)]))
  }

  get days(): InstrumentDay[] {
    return [...this.bySymbol.values()].map((tracked) => {
      const { bid, ask } = this.botMarket(tracked.instrument.symbol)
      return { ...tracked, spread: bid === undefined || ask === undefined ? undefined : ask - bid }
    })
  }

  /** What a FeedSubscriber tells its listener. */
  readonly listener: Omit<FeedListener, 'request'> = {
    sessionStarted: () => this.view.reset(),
    message: (_, view, at, length) => this.apply(view, at, length),
    gapOpened: () => {},
    messagesLost: () => this.view.markStale(),
    sessionEnded: () => {},
  }

  /** A tenth of a second went by: what things are worth changes, and prices are written down. */
  step(): void {
    this.steps++
    for (const tracked of this.bySymbol.values()) {
      tracked.fair = stepFairPrice(tracked.fair, tracked.instrument, tracked.random)
      const now = middleOf(this.botMarket(tracked.instrument.symbol))
      if (now !== undefined) keep(tracked.history, now, HISTORY_MAX)
      if (this.steps % CHART_STEPS !== 0 || tracked.last === undefined) continue
      keep(tracked.chart, tracked.last, CHART_MAX)
    }
  }

  /** What a bot sees of an instrument. */
  botMarket(symbol: string): BotMarket {
    const { instrument, fair, history } = this.bySymbol.get(symbol)!
    const book = this.view.book(symbol)
    return {
      symbol,
      tickSize: instrument.tickSize,
      lotSize: LOT_SIZE,
      bid: book?.best('B'),
      ask: book?.best('S'),
      history,
      fair: fair.price,
    }
  }

  private apply(view: DataView, at: number, length: number): void {
    const message = decodeItch(view, at, length)
    if (message === undefined) return
    this.view.apply(message)
    if (message.type !== 'E') return

    const book = this.view.bookOf(message)
    const trade = book?.tape.at(-1)
    if (book === undefined || trade?.matchNumber !== message.matchNumber) return
    this.record({ ...trade, symbol: book.symbol })
  }

  private record(trade: TapeLine): void {
    this.trades++
    this.sharesTraded += trade.shares
    keep(this.tape, trade, TAPE_MAX)
    this.onTrade(trade)

    const day = this.bySymbol.get(trade.symbol)
    if (day === undefined) return
    const before = day.last ?? day.instrument.referencePrice
    if (trade.price !== before) day.direction = trade.price > before ? 1 : -1
    day.last = trade.price
    day.shares += trade.shares
    day.trades++
  }
}

const track = (instrument: TradedInstrument, random: Random): Tracked => ({
  instrument,
  last: undefined,
  direction: 0,
  shares: 0,
  trades: 0,
  chart: [],
  fair: startFairPrice(instrument),
  random: random.fork(instrument.symbol),
  history: [],
})

const middleOf = ({ bid, ask }: BotMarket): Price | undefined =>
  bid === undefined || ask === undefined ? undefined : (bid + ask) / 2

function keep<T>(items: T[], item: T, max: number): void {
  items.push(item)
  if (items.length > max) items.shift()
}
