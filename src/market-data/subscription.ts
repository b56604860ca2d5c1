/** What a MarketDataRequest(V) has asked for, and one instrument of it. */
import type { DepthView } from './depth-view.ts'

/** MDEntryType(269) that are offered. */
export const EntryType = { Bid: '0', Offer: '1', Trade: '2' } as const

export interface MarketDataRequest {
  /** MDReqID(262) */
  readonly id: string
  /** SubscriptionRequestType(263)=1: updates follow the snapshot. */
  readonly isSubscription: boolean
  /** MDUpdateType(265)=1: updates say what has changed; otherwise each is a snapshot. */
  readonly isIncremental: boolean
  /** MDEntryType(269) */
  readonly entryTypes: ReadonlySet<string>
}

/** One instrument of a request. */
export interface Subscription {
  readonly request: MarketDataRequest
  readonly view: DepthView
  readonly subscriber: Subscriber
}

/** Whom a subscription belongs to. */
export interface Subscriber {
  /** Its instrument has changed in the round that ends. */
  onChanged(subscription: Subscription): void
  /** The round ends: its changes go out. */
  publish(): void
}

/** Whether the round has anything for it. */
export function concerns({ request, view }: Subscription): boolean {
  const { entryTypes } = request
  if (view.book.isNew) return true
  if (entryTypes.has(EntryType.Trade) && view.book.trades.length > 0) return true
  return view.changes.some(({ side }) =>
    entryTypes.has(side === 'B' ? EntryType.Bid : EntryType.Offer),
  )
}
