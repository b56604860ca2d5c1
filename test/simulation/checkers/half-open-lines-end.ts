/**
 * S8: a client that is gone without a word is let go after 2.4 times its HeartBtInt(108). Where its kernel's
 * buffer is full before that it is not listened to any more, and is let go as one that does not read.
 */
import type { MemoryLine } from '../../support/memory-line.ts'
import type { Checker } from '../checker.ts'
import { HEART_BT_INT_SECONDS } from '../client.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'half-open-lines-end'
/**
 * A Heartbeat late, then a TestRequest unanswered, or not taken for `fix.limits.slowReaderMs`; and what the
 * exchange allows for when it has not looked at the clock for a second.
 */
const SLOW_READER_MS = 10_000
const SILENCE_MS_MAX = 2.4 * HEART_BT_INT_SECONDS * 1000 + SLOW_READER_MS + 5_000

export function halfOpenLinesEnd(world: World): Checker {
  const since = new WeakMap<MemoryLine, number>()

  return {
    afterStep() {
      const { process, nowMs } = world
      if (process?.state !== 'running') return
      for (const line of process.lines) {
        if (!line.isSilent || line.isClosed) continue
        const silentMs = nowMs - (since.get(line) ?? nowMs)
        if (silentMs === 0) since.set(line, nowMs)
        if (silentMs <= SILENCE_MS_MAX) continue
        throw new Violation(NAME, `${line.client} is silent for ${silentMs} ms and still there`)
      }
    },
  }
}
