/** Waiting times between attempts: doubling, with jitter so that many clients do not come at once. */
const FIRST_MS = 200
const LONGEST_MS = 10_000

export class Backoff {
  private attempts = 0
  private readonly random: () => number

  /** @param random 0 <= x < 1 */
  constructor(random: () => number = Math.random) {
    this.random = random
  }

  /** Milliseconds until the next attempt: half to all of 200 ms, 400 ms, … 10 s. */
  nextMs(): number {
    const full = Math.min(FIRST_MS * 2 ** this.attempts, LONGEST_MS)
    this.attempts = Math.min(this.attempts + 1, 20)
    return Math.round(full * (0.5 + this.random() / 2))
  }

  /** After a success. */
  reset(): void {
    this.attempts = 0
  }
}
