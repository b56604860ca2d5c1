/**
 * What the commands that show the feed print, live or from a recording: lines of JSON, bars, or the
 * books drawn again and again.
 */
import type { BookView, SequenceRange } from '../client/index.ts'
import { MarketView } from '../client/index.ts'
import { formatPrice } from '../domain/index.ts'
import type { ItchMessage } from '../wire/index.ts'
import { decodeItch } from '../wire/index.ts'
import { barOutput } from './bar-output.ts'
import type { FeedOutput, FeedOutputOptions } from './feed-output-options.ts'
import { sayTryingAgain, summary, sumUp } from './feed-summary.ts'
import { drawBook, stateText } from './ladder-view.ts'
import { Screen } from './screen.ts'

const FRAME_MS = 100
/** Where nobody redraws, a frame a second is enough. */
const PLAIN_FRAME_MS = 1000

/** @param nowMs milliseconds since 1970: of the clock, or of a recording's packets */
export function feedOutput(options: FeedOutputOptions, nowMs: () => number): FeedOutput {
  if (options.bars) return barOutput(options, options.bars, nowMs)
  if (options.l1) return topOutput(options)
  return options.json ? jsonOutput(options) : ladderOutput(options)
}

/** Each message with its sequence number and symbol; gaps, losses and sessions as events. */
function jsonOutput({ symbol: symbols }: FeedOutputOptions): FeedOutput {
  const market = new MarketView()
  const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
  const follow = followMarket(market, (sequence, message) => {
    const symbol = message && market.bookOf(message)?.symbol
    if (symbol !== undefined && symbols.length > 0 && !symbols.includes(symbol)) return
    print(message ? { sequence, symbol, ...message } : { sequence, event: 'unknown-message' })
  })
  return {
    market,
    listener: {
      ...follow,
      sessionStarted(session) {
        follow.sessionStarted()
        print({ event: 'session', session })
      },
      gapOpened: (gap) => print({ event: 'gap', ...gap }),
      messagesLost(lost) {
        follow.messagesLost(lost)
        print({ event: 'lost', ...lost })
      },
      sessionEnded: (session) => print({ event: 'end-of-session', session }),
    },
    start() {},
    stop: (feed) => sumUp(feed, market),
  }
}

/** The books and their tapes, drawn again and again. */
function ladderOutput(options: FeedOutputOptions): FeedOutput {
  const market = new MarketView()
  const screen = new Screen(process.stdout)
  const follow = followMarket(market)
  const view = { depth: options.depth, color: screen.color }
  const frameLines = 2 * options.depth + 2
  let timer: NodeJS.Timeout | undefined
  let draw = (): void => {}

  return {
    market,
    listener: { ...follow, gapOpened() {}, sessionEnded() {} },
    snapshot: snapshots(market),
    start(feed) {
      draw = () => {
        const books = market.books.filter(
          ({ symbol }) => options.symbol.length === 0 || options.symbol.includes(symbol),
        )
        const shown = books.slice(0, Math.max(1, Math.floor((screen.rows - 3) / frameLines)))
        const lines = shown.flatMap((book) => [...drawBook(book, view), ''])
        const more = books.length - shown.length
        if (more > 0) lines.push(`${more} more; choose with --symbol`)
        screen.draw([...lines, summary(feed, market)])
      }
      timer = setInterval(draw, screen.interactive ? FRAME_MS : PLAIN_FRAME_MS)
    },
    stop(feed) {
      clearInterval(timer)
      draw()
      screen.close()
      sumUp(feed, market)
    },
  }
}

/**
 * `AAPL  300 x 182.45 | 182.5 x 200`: best bid and ask of an instrument at each change of them, and its
 * state while it does not trade, when they may be crossed.
 */
function topOutput({ symbol: symbols, json }: FeedOutputOptions): FeedOutput {
  const market = new MarketView()
  const shown = new Map<string, string>()
  const show = (book: BookView): void => {
    if (symbols.length > 0 && !symbols.includes(book.symbol)) return
    const line = json ? JSON.stringify(topOf(book)) : drawTop(book)
    if (shown.get(book.symbol) === line) return
    shown.set(book.symbol, line)
    process.stdout.write(`${line}\n`)
  }
  const follow = followMarket(market, (_, message) => {
    const book = message && market.bookOf(message)
    if (book !== undefined) show(book)
  })
  return {
    market,
    listener: { ...follow, gapOpened() {}, sessionEnded() {} },
    snapshot: {
      ...snapshots(market),
      taken({ messages }) {
        market.restore(messages)
        for (const book of market.books) show(book)
      },
    },
    start() {},
    stop: (feed) => sumUp(feed, market),
  }
}

/** Prices in 1/10,000; null where a side is empty. */
function topOf(book: BookView): object {
  const side = (name: 'B' | 'S') => {
    const top = book.top(name)
    return top === undefined ? null : { price: top.price, shares: top.shares, orders: top.orders }
  }
  const { symbol, tradingState, stateReason } = book
  return { symbol, bid: side('B'), ask: side('S'), tradingState, stateReason }
}

function drawTop(book: BookView): string {
  const bid = book.top('B')
  const ask = book.top('S')
  const left = bid === undefined ? '-' : `${bid.shares} x ${formatPrice(bid.price)}`
  const right = ask === undefined ? '-' : `${formatPrice(ask.price)} x ${ask.shares}`
  const isTold = book.tradingState !== '' && book.tradingState !== 'T'
  const state = !isTold ? '' : `  ${stateText(book)}`
  return `${book.symbol}  ${left} | ${right}${state}`
}

const snapshots = (market: MarketView): NonNullable<FeedOutput['snapshot']> => ({
  awaited: () => market.markStale(),
  taken: ({ messages }) => market.restore(messages),
  failed: sayTryingAgain,
})

/** Keeps the market up to date; a loss is said plainly, once each. */
function followMarket(
  market: MarketView,
  seen: (sequence: number, message: ItchMessage | undefined) => void = () => {},
) {
  return {
    sessionStarted: () => market.reset(),
    message(sequence: number, view: DataView, at: number, length: number) {
      const message = decodeItch(view, at, length)
      if (message !== undefined) market.apply(message)
      seen(sequence, message)
    },
    messagesLost({ first, last }: SequenceRange) {
      market.markStale()
      process.stderr.write(
        `messages ${first} to ${last} are not available: books are stale until the next session\n`,
      )
    },
  }
}
