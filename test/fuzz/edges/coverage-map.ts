/**
 * What the inputs of a fuzzer have reached so far. As in AFL, a branch counts anew when it is taken
 * twice, 4, 8, 16 … times as often as ever before: a second field is something else than a hundredth.
 */
import { COUNTERS_MAX } from './instrument.ts'

declare global {
  /** Written by instrumented modules. */
  var fuzzCounters: Int32Array
}

export class CoverageMap {
  private readonly counters = new Int32Array(COUNTERS_MAX)
  /** A bit for each order of magnitude. */
  private readonly seen = new Uint32Array(COUNTERS_MAX)

  /** Must be called before an instrumented module is loaded. */
  install(): void {
    globalThis.fuzzCounters = this.counters
  }

  /** Before an execution. */
  clear(): void {
    this.counters.fill(0)
  }

  /** Whether the execution went where none was before; remembers where it was. */
  takeNews(): boolean {
    const { counters, seen } = this
    let isNew = false
    for (let i = 0; i < COUNTERS_MAX; i++) {
      const count = counters[i]!
      if (count === 0) continue
      const magnitude = 1 << (31 - Math.clz32(count))
      if ((seen[i]! & magnitude) !== 0) continue
      seen[i]! |= magnitude
      isNew = true
    }
    return isNew
  }

  /** Branches taken in this execution: a measure of work that no other program disturbs. */
  get work(): number {
    return this.counters.reduce((sum, count) => sum + count, 0)
  }

  /** Branches reached at all. */
  get branches(): number {
    return this.seen.reduce((sum, bits) => sum + (bits === 0 ? 0 : 1), 0)
  }
}
