/**
 * Multicast that loses, repeats and reorders, the subscribers behind it, and the way to the
 * retransmission server. One queue a line: both carry the same packets.
 */
import { writeRequest } from '../../src/wire/index.ts'
import type { Dice } from '../support/dice.ts'
import { Subscriber } from './subscriber.ts'

const LINES = 2
/** Packets of a line that may overtake each other. */
const REORDER_PACKETS = 4
const LOST = 0.15
const REPEATED = 0.05
/** The hasty one has a better line: it is stale until the next day once something is lost. */
const HASTY_LOST = 0.01

export class FeedNetwork {
  /** Listens to all lines and asks until it is answered. */
  readonly patient = new Subscriber((request) => this.requests.push(writeRequest(request)))
  /** Listens to the first line and asks nobody: what it misses is lost. */
  readonly hasty = new Subscriber()
  private readonly lines: Uint8Array[][] = Array.from({ length: LINES }, () => [])
  private requests: Uint8Array[] = []
  private answers: Uint8Array[] = []

  send(packet: Uint8Array): void {
    for (const line of this.lines) line.push(packet)
  }

  get hasPackets(): boolean {
    return this.lines.some(({ length }) => length > 0)
  }

  get hasRequests(): boolean {
    return this.requests.length > 0
  }

  get hasAnswers(): boolean {
    return this.answers.length > 0
  }

  get isIdle(): boolean {
    return !this.hasPackets && !this.hasAnswers
  }

  /** One packet of a line arrives, twice, or never. */
  deliver(dice: Dice, nowMs: number): string {
    const index = this.someLine(dice)
    const line = this.lines[index]!
    const [packet] = line.splice(dice.below(Math.min(line.length, REORDER_PACKETS)), 1)
    if (index === 0 && !dice.chance(HASTY_LOST)) this.hasty.receive(packet!, nowMs)
    if (dice.chance(LOST)) return 'is lost'
    this.patient.receive(packet!, nowMs)
    if (!dice.chance(REPEATED)) return `on line ${index + 1}`
    this.patient.receive(packet!, nowMs)
    return `twice on line ${index + 1}`
  }

  /** Everything arrives. */
  deliverAll(nowMs: number): void {
    for (const [index, line] of this.lines.entries()) {
      for (const packet of line.splice(0)) {
        if (index === 0) this.hasty.receive(packet, nowMs)
        this.patient.receive(packet, nowMs)
      }
    }
    for (const answer of this.answers.splice(0)) this.patient.receiveAnswer(answer, nowMs)
  }

  /** Requests reach the server, unless they are lost. @returns how many were under way */
  deliverRequests(serve: (request: Uint8Array) => void, dice?: Dice): number {
    const requests = this.requests.splice(0)
    for (const request of requests) if (!dice?.chance(LOST)) serve(request)
    return requests.length
  }

  answered(packet: Uint8Array): void {
    this.answers.push(packet)
  }

  deliverAnswer(dice: Dice, nowMs: number): string {
    const answer = this.answers.shift()
    if (answer === undefined) return 'no answer'
    if (dice.chance(LOST)) return 'the answer is lost'
    this.patient.receiveAnswer(answer, nowMs)
    return 'an answer'
  }

  tick(nowMs: number): void {
    this.patient.tick(nowMs)
    this.hasty.tick(nowMs)
  }

  private someLine(dice: Dice): number {
    const index = dice.below(LINES)
    return this.lines[index]!.length > 0 ? index : this.lines.findIndex(({ length }) => length > 0)
  }
}
