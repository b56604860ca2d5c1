/**
 * The publishers of all channels as one: every turn goes to each of them, and each takes what is on its
 * channel. What waits is caught up one channel an event-loop turn, so that it takes as long as with one.
 */
import type { StateTransfer } from '../domain/index.ts'
import type { RecordBuffer } from '../wire/index.ts'
import type { FeedTurns } from './feed-output.ts'
import type { FeedPublisher } from './feed-publisher.ts'

export class FeedChannels implements FeedTurns {
  private readonly publishers: readonly FeedPublisher[]

  /** @param publishers by channel, at least one */
  constructor(publishers: readonly FeedPublisher[]) {
    this.publishers = publishers
  }

  /** Of the channel that is furthest behind. */
  get behindFrom(): number | undefined {
    return furthestBehind(this.publishers)?.behindFrom
  }

  get canCatchUp(): boolean {
    return this.publishers.some(({ canCatchUp }) => canCatchUp)
  }

  publish(events: RecordBuffer, position: number, nowMs: number): void {
    for (const publisher of this.publishers) publisher.publish(events, position, nowMs)
  }

  postpone(events: RecordBuffer, position: number): void {
    for (const publisher of this.publishers) publisher.postpone(events, position)
  }

  /** @throws ExchangeError JournalDamaged, JournalUnreadable */
  catchUp(nowMs: number): void {
    furthestBehind(this.publishers.filter(({ canCatchUp }) => canCatchUp))?.catchUp(nowMs)
  }

  recover(view: DataView, start: number, end: number, position: number): void {
    for (const publisher of this.publishers) publisher.recover(view, start, end, position)
  }

  transfer(transfer: StateTransfer): void {
    for (const publisher of this.publishers) publisher.transfer(transfer)
  }

  tick(nowMs: number): void {
    for (const publisher of this.publishers) publisher.tick(nowMs)
  }

  knowsSession(name: string): boolean {
    return this.publishers[0]!.knowsSession(name)
  }
}

function furthestBehind(publishers: readonly FeedPublisher[]): FeedPublisher | undefined {
  let furthest: FeedPublisher | undefined
  for (const publisher of publishers) {
    const { behindFrom } = publisher
    if (behindFrom !== undefined && behindFrom < (furthest?.behindFrom ?? Infinity)) {
      furthest = publisher
    }
  }
  return furthest
}
