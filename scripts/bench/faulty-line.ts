/**
 * What a bad network does to the packets of one line: some come twice, some behind later ones, some late,
 * and now and then many in a row not at all. All of it by chance that repeats.
 */
import type { Random } from '../../src/client/index.ts'

/** Later packets behind which a late one comes, if it does not wait for a time. */
const BEHIND_PACKETS = { min: 1, max: 8 }
const LATE_MS = { min: 1, max: 20 }
const BURST_PACKETS = { min: 50, max: 500 }

/** Shares of a line's packets, 0 to 1. */
export interface LineFaults {
  /** Sent twice; a copy may be late too. */
  readonly doubled: number
  /** Sent late. */
  readonly late: number
  /** At which a burst of losses begins. */
  readonly bursts: number
  /** Whether the other lines lose as many packets at the same time. */
  readonly onAllLines: boolean
}

export const NO_FAULTS: LineFaults = { doubled: 0, late: 0, bursts: 0, onAllLines: false }

/** A packet that waits for so many later ones. */
interface Held {
  readonly packet: Uint8Array
  behind: number
}

export interface FaultyLineOptions {
  readonly random: Random
  readonly send: (packet: Uint8Array) => void
  /** setTimeout */
  readonly later: (run: () => void, ms: number) => void
  /** A burst begins that the other lines share. */
  readonly burst: (packets: number) => void
}

export class FaultyLine {
  readonly counters = { packets: 0, doubled: 0, late: 0, lost: 0 }
  private faults = NO_FAULTS
  private readonly options: FaultyLineOptions
  private held: Held[] = []
  private toLose = 0

  constructor(options: FaultyLineOptions) {
    this.options = options
  }

  /** From now on; what waits behind others is sent, and a burst is over. */
  behave(faults: LineFaults): void {
    this.faults = faults
    this.toLose = 0
    for (const { packet } of this.held.splice(0)) this.options.send(packet)
  }

  /** Loses so many packets from now on. */
  lose(packets: number): void {
    this.toLose = packets
  }

  take(packet: Uint8Array): void {
    const { faults, counters } = this
    const { random } = this.options
    counters.packets++
    if (random.chance(faults.bursts)) this.beginBurst()
    if (this.toLose > 0) {
      this.toLose--
      counters.lost++
      return
    }
    this.pass(packet)
    if (!random.chance(faults.doubled)) return
    counters.doubled++
    this.pass(packet)
  }

  private beginBurst(): void {
    const { random, burst } = this.options
    const packets = random.integer(BURST_PACKETS.min, BURST_PACKETS.max)
    if (this.faults.onAllLines) burst(packets)
    else this.lose(packets)
  }

  private pass(packet: Uint8Array): void {
    const { random, send, later } = this.options
    if (!random.chance(this.faults.late)) {
      send(packet)
      return this.release()
    }
    this.counters.late++
    const { min, max } = BEHIND_PACKETS
    if (random.chance(0.5)) this.held.push({ packet, behind: random.integer(min, max) })
    else later(() => send(packet), random.integer(LATE_MS.min, LATE_MS.max))
  }

  /** A packet was sent: those that have waited for enough of them follow. */
  private release(): void {
    const isDue = (one: Held): boolean => --one.behind === 0
    const due = this.held.filter(isDue)
    if (due.length === 0) return
    this.held = this.held.filter(({ behind }) => behind > 0)
    for (const { packet } of due) this.options.send(packet)
  }
}
