/**
 * MarketDataSnapshotFullRefresh(W), MarketDataIncrementalRefresh(X) and MarketDataRequestReject(Y): the
 * fields behind the header. The last entry of an instrument has the feed's session and the number of its
 * next message in Text(58), which a stock dictionary allows: all before it has been told now.
 */
import { PRICE_DECIMALS } from '../domain/index.ts'
import type { FieldWriter } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'
import type { DepthChange } from './depth-view.ts'
import { UpdateAction } from './depth-view.ts'
import type { BookTrade, FeedPosition } from './instrument-book.ts'
import type { PriceLevel } from './level-side.ts'
import type { RequestRefusal } from './read-request.ts'
import type { Subscription } from './subscription.ts'
import { EntryType } from './subscription.ts'

/** One entry of an X: a level or a trade. */
export type Update =
  | { readonly subscription: Subscription; readonly level: DepthChange }
  | { readonly subscription: Subscription; readonly trade: BookTrade }

/** What an entry says: its type, and what of it there is. */
interface Entry {
  readonly type: string
  readonly level?: PriceLevel
  /** From 1 for the best; a level without one is gone. */
  readonly position?: number
  readonly trade?: BookTrade
}

/** The body of a W. */
export function printSnapshot(body: FieldWriter, { request, view }: Subscription): void {
  const { book, bids, asks } = view
  const { entryTypes } = request
  const entries: Entry[] = [
    ...(entryTypes.has(EntryType.Bid) ? levelEntries(EntryType.Bid, bids) : []),
    ...(entryTypes.has(EntryType.Offer) ? levelEntries(EntryType.Offer, asks) : []),
    ...(entryTypes.has(EntryType.Trade) ? [tradeEntry(book.lastTrade)] : []),
  ]
  body.string(Tag.MDReqID, request.id)
  body.string(Tag.Symbol, book.symbol)
  body.int(Tag.NoMDEntries, entries.length)
  entries.forEach((entry, i) => {
    body.string(Tag.MDEntryType, entry.type)
    printEntry(body, entry)
    if (i === entries.length - 1) printPosition(body, book.position)
  })
}

/** What the round has changed for a subscription, as entries of an X. */
export function updatesOf(subscription: Subscription): Update[] {
  const { request, view } = subscription
  const typeOf = (side: 'B' | 'S') => (side === 'B' ? EntryType.Bid : EntryType.Offer)
  const levels = view.changes.filter(({ side }) => request.entryTypes.has(typeOf(side)))
  const trades = request.entryTypes.has(EntryType.Trade) ? view.book.trades : []
  return [
    ...trades.map((trade) => ({ subscription, trade })),
    ...levels.map((level) => ({ subscription, level })),
  ]
}

/** The body of an X: some of the updates of one request, in which those of an instrument are together. */
export function printUpdates(
  body: FieldWriter,
  id: string,
  updates: readonly Update[],
  { first, end }: { readonly first: number; readonly end: number },
): void {
  const printed = updates.slice(first, end)
  body.string(Tag.MDReqID, id)
  body.int(Tag.NoMDEntries, printed.length)
  printed.forEach((update, i) => {
    const { book } = update.subscription.view
    const entry = entryOf(update)
    body.int(Tag.MDUpdateAction, 'level' in update ? update.level.action : UpdateAction.New)
    body.string(Tag.MDEntryType, entry.type)
    body.string(Tag.MDEntryID, idOf(update))
    body.string(Tag.Symbol, book.symbol)
    printEntry(body, entry)
    const behind = updates[first + i + 1]
    if (behind?.subscription !== update.subscription) printPosition(body, book.position)
  })
}

/** The body of a Y. */
export function printRefusal(
  body: FieldWriter,
  id: string,
  { reason, text }: RequestRefusal,
): void {
  body.string(Tag.MDReqID, id)
  if (reason !== undefined) body.string(Tag.MDReqRejReason, reason)
  body.string(Tag.Text, text)
}

/** An empty side is one entry of size 0 without a price: a W has at least one. */
function levelEntries(type: string, levels: readonly PriceLevel[]): Entry[] {
  if (levels.length === 0) return [{ type }]
  return levels.map((level, i) => ({ type, level, position: i + 1 }))
}

const tradeEntry = (trade: BookTrade | undefined): Entry =>
  trade === undefined ? { type: EntryType.Trade } : { type: EntryType.Trade, trade }

function entryOf(update: Update): Entry {
  if ('trade' in update) return { type: EntryType.Trade, trade: update.trade }
  const { level } = update
  const type = level.side === 'B' ? EntryType.Bid : EntryType.Offer
  return level.position === 0 ? { type, level } : { type, level, position: level.position }
}

/** MDEntryID(278): unique among all that is there, and the same for as long as it is. */
function idOf(update: Update): string {
  if ('trade' in update) return String(update.trade.matchNumber)
  const { side, price } = update.level
  return `${update.subscription.view.book.symbol}-${side}-${price}`
}

function printEntry(body: FieldWriter, { level, position, trade }: Entry): void {
  const what = level ?? trade
  if (what !== undefined) body.decimal(Tag.MDEntryPx, what.price, PRICE_DECIMALS)
  if (level !== undefined && position === undefined) return
  body.int(Tag.MDEntrySize, what?.shares ?? 0)
  if (trade !== undefined) printTime(body, trade)
  if (level !== undefined) body.int(Tag.NumberOfOrders, level.orders)
  if (position !== undefined) body.int(Tag.MDEntryPositionNo, position)
}

/** UTC, to the millisecond. */
function printTime(body: FieldWriter, { epochSeconds, nanoseconds }: BookTrade): void {
  const milliseconds = epochSeconds * 1000 + Math.floor(nanoseconds / 1_000_000)
  const iso = new Date(milliseconds).toISOString()
  body.string(Tag.MDEntryDate, iso.slice(0, 10).replaceAll('-', ''))
  body.string(Tag.MDEntryTime, iso.slice(11, -1))
}

function printPosition(body: FieldWriter, { session, sequence }: FeedPosition): void {
  body.string(Tag.Text, `${session} ${sequence}`)
}
