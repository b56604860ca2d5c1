/**
 * Multicast that loses, repeats and reorders, a subscriber behind it, and the way to the
 * retransmission server. One queue a line: both carry the same packets.
 */
import { FeedArbiter, MarketView } from '../../src/client/index.ts'
import type { GapRequest } from '../../src/client/index.ts'
import { decodeItch, writeRequest } from '../../src/wire/index.ts'
import type { Dice } from '../support/dice.ts'

const LINES = 2
/** Packets of a line that may overtake each other. */
const REORDER_PACKETS = 4
const LOST = 0.15
const REPEATED = 0.05

const ignore = (): void => {}

export class FeedNetwork {
  readonly market = new MarketView()
  readonly arbiter: FeedArbiter
  /** Sessions of which messages were given up. */
  readonly lossySessions = new Set<string>()
  private readonly lines: Uint8Array[][] = Array.from({ length: LINES }, () => [])
  private requests: Uint8Array[] = []
  private answers: Uint8Array[] = []

  constructor() {
    this.arbiter = new FeedArbiter(
      {
        sessionStarted: () => this.market.reset(),
        message: (_, view, at, length) => this.market.apply(decodeItch(view, at, length)!),
        gapOpened: ignore,
        // Only a session that is over is given up: attempts never run out.
        messagesLost: () => this.lossySessions.add(this.arbiter.session!),
        request: (request: GapRequest) => this.requests.push(writeRequest(request)),
        sessionEnded: ignore,
      },
      { attemptsMax: Infinity },
    )
  }

  send(packet: Uint8Array): void {
    for (const line of this.lines) line.push(packet)
  }

  get isIdle(): boolean {
    return this.lines.every(({ length }) => length === 0) && this.answers.length === 0
  }

  /** One packet of a line arrives, twice, or never. */
  deliver(dice: Dice, nowMs: number): void {
    const line = dice.pick(this.lines)!
    const [packet] = line.splice(dice.below(Math.min(line.length, REORDER_PACKETS)), 1)
    if (packet === undefined || dice.chance(LOST)) return
    this.arbiter.receive(packet, nowMs)
    if (dice.chance(REPEATED)) this.arbiter.receive(packet, nowMs)
  }

  /** Everything arrives. */
  deliverAll(nowMs: number): void {
    for (const line of this.lines) {
      for (const packet of line.splice(0)) this.arbiter.receive(packet, nowMs)
    }
    for (const answer of this.answers.splice(0)) {
      this.arbiter.receive(answer, nowMs, 'retransmission')
    }
  }

  /** Requests reach the server, unless they are lost. */
  deliverRequests(serve: (request: Uint8Array) => void, dice?: Dice): void {
    for (const request of this.requests.splice(0)) {
      if (!dice?.chance(LOST)) serve(request)
    }
  }

  answered(packet: Uint8Array): void {
    this.answers.push(packet)
  }

  deliverAnswer(dice: Dice, nowMs: number): void {
    const answer = this.answers.shift()
    if (answer === undefined || dice.chance(LOST)) return
    this.arbiter.receive(answer, nowMs, 'retransmission')
  }

  tick(nowMs: number): void {
    this.arbiter.tick(nowMs)
  }
}
