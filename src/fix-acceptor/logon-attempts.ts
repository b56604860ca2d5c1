/**
 * Slows down who guesses passwords: after some failures from an address the next check waits, twice
 * as long each time. Bounded: what is oldest is forgotten first.
 */
const FREE_FAILURES = 3
const DELAY_MS = 250
const DELAY_MS_MAX = 4_000
/** After so long without a failure an address is as good as new. */
const FORGET_MS = 60_000
export const ADDRESSES_MAX = 1_024

interface Failures {
  count: number
  lastMs: number
}

export class LogonAttempts {
  private readonly failures = new Map<string, Failures>()

  /** How long the next check of this address waits. */
  delayMs(address: string, nowMs: number): number {
    if (!this.isSuspect(address, nowMs)) return 0
    const known = this.failures.get(address)!
    const delay = Math.min(DELAY_MS * 2 ** (known.count - FREE_FAILURES), DELAY_MS_MAX)
    return Math.max(0, known.lastMs + delay - nowMs)
  }

  /** This address has failed too often of late. */
  isSuspect(address: string, nowMs: number): boolean {
    const known = this.failures.get(address)
    return known !== undefined && known.count >= FREE_FAILURES && nowMs - known.lastMs < FORGET_MS
  }

  failed(address: string, nowMs: number): void {
    const known = this.failures.get(address)
    const isOld = known === undefined || nowMs - known.lastMs >= FORGET_MS
    this.failures.delete(address)
    this.failures.set(address, { count: isOld ? 1 : known.count + 1, lastMs: nowMs })
    if (this.failures.size > ADDRESSES_MAX) {
      const [oldest] = this.failures.keys()
      this.failures.delete(oldest!)
    }
  }

  succeeded(address: string): void {
    this.failures.delete(address)
  }
}
