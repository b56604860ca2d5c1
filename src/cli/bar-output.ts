/** What `--bars` prints: a line for each instrument and each second or minute in which it was traded. */
import type { FeedBar } from '../client/index.ts'
import { BarBuilder, feedMidnight, MarketView } from '../client/index.ts'
import type { BarWidth } from '../domain/index.ts'
import { PRICE_DECIMALS, printScaled, VWAP_DECIMALS } from '../domain/index.ts'
import { decodeItch } from '../wire/index.ts'
import type { FeedOutput, FeedOutputOptions } from './feed-output-options.ts'
import { sayTryingAgain, sumUp } from './feed-summary.ts'

/** An interval is over when our clock is so much past it: clocks differ, and messages take time. */
export const BAR_GRACE_MS = 1_000
const NS_PER_SECOND = 1e9
const DATE_COLUMNS = '2026-11-21T'.length
const SYMBOL_COLUMNS = 8
const PRICE_COLUMNS = 11
const VOLUME_COLUMNS = 10
const TRADES_COLUMNS = 6

/** @param nowMs milliseconds since 1970 */
export function barOutput(
  { symbol: symbols, json }: FeedOutputOptions,
  width: BarWidth,
  nowMs: () => number,
): FeedOutput {
  const draw = json ? jsonBar : drawBar
  let session = ''
  let hasEnded = true
  /** Of the session's timestamps; undefined before its first message, and where its name is no date. */
  let midnight: number | undefined
  let isTimed = false

  const builder = new BarBuilder(width, (bar) => {
    if (symbols.length > 0 && !symbols.includes(bar.symbol)) return
    const start = midnight === undefined ? bar.start.slice(DATE_COLUMNS) : bar.start
    if (bar.isRepeated) say(`${bar.symbol} ${start} comes again: more is known of it`)
    process.stdout.write(`${draw({ ...bar, start })}\n`)
  })
  const market = new MarketView((book, { price, shares }) => {
    builder.trade(book.symbol, price, shares)
  })

  function advance(timestampNs: number): void {
    if (!isTimed) midnight = feedMidnight({ session, timestampNs, nowSeconds: nowMs() / 1000 })
    isTimed = true
    builder.advance((midnight ?? 0) + Math.floor(timestampNs / NS_PER_SECOND))
  }

  return {
    market,
    listener: {
      sessionStarted(name) {
        if (!hasEnded) builder.miss('until the next message')
        builder.sessionStarted()
        market.reset()
        session = name
        hasEnded = isTimed = false
      },
      message(_, view, at, length) {
        const message = decodeItch(view, at, length)
        if (message === undefined) return
        advance(message.timestampNs)
        market.apply(message)
      },
      gapOpened() {},
      messagesLost({ first, last }) {
        market.markStale()
        builder.miss('until the next session')
        say(
          `messages ${first} to ${last} are not available: bars may lack trades until the next session`,
        )
      },
      sessionEnded: () => void (hasEnded = true),
      caughtUp() {
        if (midnight !== undefined) builder.over(Math.floor((nowMs() - BAR_GRACE_MS) / 1000))
      },
    },
    snapshot: {
      awaited() {
        market.markStale()
        builder.miss('until the next message')
      },
      taken({ sequence, messages }) {
        market.restore(messages)
        say(`a snapshot stands for messages before ${sequence}: bars of that time may lack trades`)
      },
      failed: sayTryingAgain,
    },
    start() {},
    stop(feed) {
      builder.end(hasEnded)
      sumUp(feed, market)
    },
  }
}

/** As `dropcopy bars --json` prints them. */
function jsonBar({ symbol, width, start, traded, isStale }: FeedBar): string {
  const { volume, trades } = traded
  const stale = isStale ? { stale: true } : {}
  return JSON.stringify({ symbol, width, start, ...prices(traded), volume, trades, ...stale })
}

function drawBar({ symbol, start, traded, isStale }: FeedBar): string {
  const { open, high, low, close, vwap } = prices(traded)
  const columns = [
    start,
    symbol.padEnd(SYMBOL_COLUMNS),
    ...[open, high, low, close].map((price) => price.padStart(PRICE_COLUMNS)),
    String(traded.volume).padStart(VOLUME_COLUMNS),
    vwap.padStart(PRICE_COLUMNS),
    String(traded.trades).padStart(TRADES_COLUMNS),
  ]
  return `${columns.join(' ')}${isStale ? ' ?' : ''}`
}

function prices({ open, high, low, last, vwap }: FeedBar['traded']) {
  return {
    open: printScaled(open, PRICE_DECIMALS),
    high: printScaled(high, PRICE_DECIMALS),
    low: printScaled(low, PRICE_DECIMALS),
    close: printScaled(last, PRICE_DECIMALS),
    vwap: printScaled(vwap, VWAP_DECIMALS),
  }
}

const say = (remark: string): void => void process.stderr.write(`${remark}\n`)
