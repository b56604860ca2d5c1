/** What the feed has come to for one instrument, and to which depths it is published. */
import { DepthView } from './depth-view.ts'
import { LevelSide } from './level-side.ts'

/** How far a channel of the feed has come. */
export interface FeedPosition {
  /** MoldUDP64 session. */
  readonly session: string
  /** Sequence number of the next message: all before it are in the books. */
  readonly sequence: number
  /** What the session's timestamps count from, in seconds since 1970. */
  readonly midnightSeconds: number
}

export interface BookTrade {
  /** 1/10,000 */
  readonly price: number
  readonly shares: number
  readonly matchNumber: number
  /** Since 1970. */
  readonly epochSeconds: number
  readonly nanoseconds: number
}

/** `depth` of a book with all its levels. */
export const FULL_BOOK = 0
/** Levels of each side that are all its levels: what lies behind is not told. */
export const BOOK_LEVELS_MAX = 10_000

export class InstrumentBook {
  readonly symbol: string
  readonly bids = new LevelSide('B')
  readonly asks = new LevelSide('S')
  /** Of this session; undefined before the first. */
  lastTrade: BookTrade | undefined
  /** Of the round. */
  readonly trades: BookTrade[] = []
  /** Another session has begun in this round: what was published before is of no use. */
  isNew = false
  /** In the directory of the running session. */
  isListed = true
  private positionOf: () => FeedPosition
  private readonly views = new Map<number, DepthView>()

  constructor(symbol: string, positionOf: () => FeedPosition) {
    this.symbol = symbol
    this.positionOf = positionOf
  }

  get position(): FeedPosition {
    return this.positionOf()
  }

  /** The book as it is published to a number of levels, or FULL_BOOK; up to date when it is made. */
  view(depth: number): DepthView {
    const known = this.views.get(depth)
    if (known !== undefined) return known
    const view = new DepthView(this, depth === FULL_BOOK ? BOOK_LEVELS_MAX : depth, () =>
      this.views.delete(depth),
    )
    this.views.set(depth, view)
    return view
  }

  publishedViews(): Iterable<DepthView> {
    return this.views.values()
  }

  /** The running session has it in its directory. @param positionOf of the channel that it is on today */
  list(positionOf: () => FeedPosition): void {
    this.isListed = true
    this.positionOf = positionOf
  }

  clear(): void {
    this.bids.clear()
    this.asks.clear()
    this.lastTrade = undefined
    this.trades.length = 0
    this.isNew = true
    this.isListed = false
  }

  endRound(): void {
    this.trades.length = 0
    this.isNew = false
  }
}
