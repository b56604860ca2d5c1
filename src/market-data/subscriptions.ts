/**
 * What one session is subscribed to, and who of it is behind. What changes is told as it changes while the
 * client reads; a client that does not is told, once it does again, what everything has come to: a snapshot
 * for each instrument that has changed, however often it did.
 */
import { FieldWriter, MsgType } from '../fix/index.ts'
import type { InstrumentBook } from './instrument-book.ts'
import { printSnapshot, printUpdates, updatesOf } from './print-market-data.ts'
import type { RequestedData, RequestRefusal } from './read-request.ts'
import { RejectReason } from './read-request.ts'
import type { MarketDataRequest, Subscriber, Subscription } from './subscription.ts'

/** Instruments that one session is subscribed to, counted for each request. */
export const SUBSCRIPTIONS_MAX = 20_000
/** Entries of an X; what is more follows in another. */
export const ENTRIES_MAX = 200

/** Where messages go. */
export interface SubscriptionsPort {
  /** The client takes what it is sent, and there is room for more. */
  readonly hasRoom: boolean
  send(msgType: string, body: FieldWriter): void
  /** What was sent is on its way. */
  flush(): void
  /** Runs `pump` in the next turn of the event loop. */
  pumpSoon(): void
}

export class Subscriptions implements Subscriber {
  private readonly port: SubscriptionsPort
  private readonly body = new FieldWriter(4096)
  /** By MDReqID(262); snapshots without updates are in none. */
  private readonly requests = new Map<string, Subscription[]>()
  private total = 0
  /** Those that are to get a snapshot, the longest waiting first. */
  private readonly behind = new Set<Subscription>()
  /** Those that the round has something for, by request. */
  private readonly changed = new Map<MarketDataRequest, Subscription[]>()

  constructor(port: SubscriptionsPort) {
    this.port = port
  }

  /** Instruments of all requests, those of snapshots that wait included. */
  get count(): number {
    return this.total
  }

  has(id: string): boolean {
    return this.requests.has(id)
  }

  /** Takes a request whole, or refuses it. */
  add(
    id: string,
    { isSubscription, isIncremental, entryTypes, depth }: RequestedData,
    books: readonly InstrumentBook[],
  ): RequestRefusal | undefined {
    if (this.total + books.length > SUBSCRIPTIONS_MAX) {
      const text = `More than ${SUBSCRIPTIONS_MAX} instruments in all requests`
      return { reason: RejectReason.InsufficientBandwidth, text }
    }
    const request = { id, isSubscription, isIncremental, entryTypes }
    const subscriptions = books.map((book) => {
      const subscription = { request, view: book.view(depth), subscriber: this }
      subscription.view.add(subscription)
      this.behind.add(subscription)
      return subscription
    })
    this.total += subscriptions.length
    if (isSubscription) this.requests.set(id, subscriptions)
    this.port.pumpSoon()
    return undefined
  }

  remove(id: string): void {
    const subscriptions = this.requests.get(id) ?? []
    this.requests.delete(id)
    for (const subscription of subscriptions) this.forget(subscription)
  }

  clear(): void {
    for (const id of this.requests.keys()) this.remove(id)
    for (const subscription of this.behind) this.forget(subscription)
  }

  // Subscriber

  onChanged(subscription: Subscription): void {
    const { request, view } = subscription
    const isBehind = !request.isIncremental || view.book.isNew || !this.port.hasRoom
    if (isBehind) this.behind.add(subscription)
    if (this.behind.has(subscription)) return
    const changed = this.changed.get(request)
    if (changed === undefined) this.changed.set(request, [subscription])
    else changed.push(subscription)
  }

  publish(): void {
    for (const [{ id }, subscriptions] of this.changed) {
      if (this.port.hasRoom) this.sendUpdates(id, subscriptions)
      else for (const subscription of subscriptions) this.behind.add(subscription)
    }
    this.changed.clear()
    this.pump()
  }

  /** Sends snapshots to those that are behind: as many as there is room for, a piece in a turn. */
  pump(): void {
    for (const subscription of this.behind) {
      if (!this.port.hasRoom) break
      this.body.clear()
      printSnapshot(this.body, subscription)
      this.port.send(MsgType.MarketDataSnapshotFullRefresh, this.body)
      this.behind.delete(subscription)
      if (!subscription.request.isSubscription) this.forget(subscription)
    }
    this.port.flush()
    if (this.behind.size > 0 && this.port.hasRoom) this.port.pumpSoon()
  }

  private sendUpdates(id: string, subscriptions: readonly Subscription[]): void {
    const updates = subscriptions.flatMap(updatesOf)
    for (let at = 0; at < updates.length; at += ENTRIES_MAX) {
      this.body.clear()
      printUpdates(this.body, id, updates, { first: at, end: at + ENTRIES_MAX })
      this.port.send(MsgType.MarketDataIncrementalRefresh, this.body)
    }
  }

  private forget(subscription: Subscription): void {
    this.total--
    this.behind.delete(subscription)
    subscription.view.remove(subscription)
  }
}
