/** A subscriber of the feed: the real arbiter, and the books that it makes of what comes through. */
import type { GapRequest } from '../../src/client/index.ts'
import { FeedArbiter, MarketView } from '../../src/client/index.ts'
import { decodeItch } from '../../src/wire/index.ts'

const ignore = (): void => {}

export class Subscriber {
  readonly market = new MarketView()
  readonly arbiter: FeedArbiter

  /** @param ask the retransmission server; left out = there is none, what is missed is lost */
  constructor(ask?: (request: GapRequest) => void) {
    this.arbiter = new FeedArbiter(
      {
        sessionStarted: () => this.market.reset(),
        message: (_, view, at, length) => this.market.apply(decodeItch(view, at, length)!),
        gapOpened: ignore,
        messagesLost: () => this.market.markStale(),
        request: ask ?? ignore,
        sessionEnded: ignore,
      },
      // Who can ask does not give up: only a session that is over leaves a hole.
      { attemptsMax: ask === undefined ? 0 : Infinity },
    )
  }

  receive(packet: Uint8Array, nowMs: number): void {
    this.arbiter.receive(packet, nowMs)
  }

  receiveAnswer(packet: Uint8Array, nowMs: number): void {
    this.arbiter.receive(packet, nowMs, 'retransmission')
  }

  tick(nowMs: number): void {
    this.arbiter.tick(nowMs)
  }
}
