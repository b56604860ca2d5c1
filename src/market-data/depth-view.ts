/**
 * One instrument to one depth, as all who subscribed to it have it: the levels of the last round, and what
 * is different now. One comparison serves everybody, however many they are.
 */
import type { InstrumentBook } from './instrument-book.ts'
import type { PriceLevel } from './level-side.ts'
import type { Subscription } from './subscription.ts'

/** MDUpdateAction(279) */
export const UpdateAction = { New: 0, Change: 1, Delete: 2 } as const

export interface DepthChange extends PriceLevel {
  /** UpdateAction */
  readonly action: number
  readonly side: 'B' | 'S'
  /** From 1 for the best, as it is now; 0 for a level that is gone. */
  readonly position: number
}

export class DepthView {
  readonly book: InstrumentBook
  bids: readonly PriceLevel[]
  asks: readonly PriceLevel[]
  /** What the last round changed: first what is gone, then by position. */
  changes: readonly DepthChange[] = []
  readonly subscriptions = new Set<Subscription>()
  /** Levels of each side. */
  private readonly depth: number
  private readonly onUnused: () => void

  constructor(book: InstrumentBook, depth: number, onUnused: () => void) {
    this.book = book
    this.depth = depth
    this.onUnused = onUnused
    this.bids = book.bids.best(depth)
    this.asks = book.asks.best(depth)
  }

  add(subscription: Subscription): void {
    this.subscriptions.add(subscription)
  }

  remove(subscription: Subscription): void {
    this.subscriptions.delete(subscription)
    if (this.subscriptions.size === 0) this.onUnused()
  }

  /** A round: what is published becomes what is. */
  refresh(): void {
    const bids = this.book.bids.best(this.depth)
    const asks = this.book.asks.best(this.depth)
    this.changes = [...changesOf('B', this.bids, bids), ...changesOf('S', this.asks, asks)]
    this.bids = bids
    this.asks = asks
  }
}

function changesOf(
  side: 'B' | 'S',
  before: readonly PriceLevel[],
  now: readonly PriceLevel[],
): DepthChange[] {
  const sign = side === 'B' ? 1 : -1
  const gone: DepthChange[] = []
  const come: DepthChange[] = []
  let old = 0
  now.forEach((level, i) => {
    // Better prices than this one that are not there any more.
    while (old < before.length && (before[old]!.price - level.price) * sign > 0) {
      gone.push(goneChange(side, before[old++]!))
    }
    const same = before[old]
    if (same?.price !== level.price) {
      come.push({ ...level, side, action: UpdateAction.New, position: i + 1 })
      return
    }
    old++
    if (same.shares === level.shares && same.orders === level.orders) return
    come.push({ ...level, side, action: UpdateAction.Change, position: i + 1 })
  })
  for (; old < before.length; old++) gone.push(goneChange(side, before[old]!))
  return [...gone, ...come]
}

const goneChange = (side: 'B' | 'S', level: PriceLevel): DepthChange => ({
  ...level,
  side,
  action: UpdateAction.Delete,
  position: 0,
})
