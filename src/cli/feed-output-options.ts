/** What the commands that show the feed are asked for, and what shows it. */
import type { FeedListener, FeedState, MarketView, SnapshotUse } from '../client/index.ts'
import type { BarWidth } from '../domain/index.ts'

export interface FeedOutputOptions {
  /** Only these instruments; empty: all. */
  readonly symbol: readonly string[]
  readonly json?: boolean
  /** Best bid and ask only. */
  readonly l1?: boolean
  /** What was traded in each interval of this width. */
  readonly bars?: BarWidth
  /** Price levels of each side. */
  readonly depth: number
}

export interface FeedOutput {
  readonly market: MarketView
  readonly listener: Omit<FeedListener, 'request'>
  /** What becomes of snapshots; who prints each message has no use for them. */
  readonly snapshot?: Pick<SnapshotUse, 'awaited' | 'taken' | 'failed'>
  start(feed: FeedState): void
  /** Shows the end, and sums it up on standard error. */
  stop(feed: FeedState): void
}
