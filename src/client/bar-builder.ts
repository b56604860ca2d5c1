/**
 * Bars of one width out of a feed's trades: `advance` to the time of a message, then `trade` what it tells.
 * A bar is said when its interval is over, and again if a trade comes that was later than the clock
 * allowed. Pure: times come in, bars go out.
 */
import type { BarWidth } from '../domain/index.ts'
import { barStart, TradeStatistics } from '../domain/index.ts'

/** What was traded of an instrument in one interval. */
export interface FeedBar {
  readonly symbol: string
  readonly width: BarWidth
  /** `2026-11-21T14:30:00Z` */
  readonly start: string
  readonly traded: TradeStatistics
  /** Messages of that time are missing: it may lack trades. */
  readonly isStale: boolean
  /** It has been said before, without a trade that came late. */
  readonly isRepeated: boolean
}

interface OpenBar {
  readonly traded: TradeStatistics
  timesSaid: number
  /** Nothing came since it was said. */
  isSaid: boolean
}

/** Until when messages are missing. */
type Hole = 'none' | 'until the next message' | 'until the next session'

export class BarBuilder {
  private readonly width: BarWidth
  private readonly say: (bar: FeedBar) => void
  /** Of the interval that the latest message falls in; empty before there is one. */
  private start = ''
  private readonly bars = new Map<string, OpenBar>()
  private isStale = false
  private hole: Hole = 'none'
  private second = -1
  /** A session's first message may be of an earlier time than the last one of the session before. */
  private mayGoBack = false

  /** @param say hears the bars of an interval together, by symbol */
  constructor(width: BarWidth, say: (bar: FeedBar) => void) {
    this.width = width
    this.say = say
  }

  /** A message of this second of UTC has come: what began before its interval is over. */
  advance(epochSeconds: number): void {
    if (epochSeconds !== this.second) {
      this.second = epochSeconds
      this.enter(this.startOf(epochSeconds))
    }
    if (this.hole === 'none') return
    this.isStale = true
    if (this.hole === 'until the next message') this.hole = 'none'
  }

  /** At the time of the latest message. @param price in 1/10,000 */
  trade(symbol: string, price: number, shares: number): void {
    let bar = this.bars.get(symbol)
    if (bar === undefined) {
      bar = { traded: new TradeStatistics(), timesSaid: 0, isSaid: false }
      this.bars.set(symbol, bar)
    }
    bar.traded.record(price, shares)
    bar.isSaid = false
  }

  /** Nothing will come that is of an earlier interval than this second of UTC. */
  over(epochSeconds: number): void {
    if (this.startOf(epochSeconds) > this.start) this.finish()
  }

  /** Messages are missing behind the latest one. */
  miss(hole: Exclude<Hole, 'none'>): void {
    this.hole = hole
    if (this.isStale) return
    this.isStale = true
    for (const bar of this.bars.values()) bar.isSaid = false
  }

  /** Nothing is missing of what comes from here on. */
  sessionStarted(): void {
    this.mayGoBack = true
    this.second = -1
    if (this.hole === 'until the next session') this.hole = 'until the next message'
  }

  /** Nothing more comes. @param isComplete nothing was to come of the latest interval */
  end(isComplete: boolean): void {
    if (!isComplete) this.isStale = true
    this.finish()
  }

  private enter(start: string): void {
    const isBack = this.mayGoBack && start < this.start
    this.mayGoBack = false
    if (start <= this.start && !isBack) return
    this.finish()
    this.bars.clear()
    this.start = start
    this.isStale = false
  }

  private startOf(epochSeconds: number): string {
    return barStart(new Date(epochSeconds * 1000).toISOString(), this.width)
  }

  private finish(): void {
    const { width, isStale } = this
    const start = `${this.start}Z`
    const unsaid = [...this.bars].filter(([, { isSaid }]) => !isSaid)
    for (const [symbol, bar] of unsaid.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      bar.isSaid = true
      const isRepeated = bar.timesSaid++ > 0
      this.say({ symbol, width, start, traded: bar.traded, isStale, isRepeated })
    }
  }
}
