/** What `buttonwood feed replay` does: plays a recording to the output that `subscribe` has. */
import { once } from 'node:events'
import { setTimeout as setTimeoutPromise } from 'node:timers/promises'
import type { MarketView } from '../client/index.ts'
import { RecordingPlayer } from '../client/index.ts'
import type { FeedOutputOptions } from './feed-output-options.ts'
import { feedOutput } from './feed-output.ts'
import { stopSignal } from './stop-signal.ts'

/** What a timer takes: 24 days. */
const WAIT_MS_MAX = 2 ** 31 - 1

export interface ReplayOptions extends FeedOutputOptions {
  /** Times as fast as it was recorded; undefined: as fast as possible. */
  readonly speed?: number
}

export async function replayFeed(file: string, options: ReplayOptions): Promise<void> {
  let recordedMs = 0
  const output = feedOutput(options, () => recordedMs)
  const player = await RecordingPlayer.open(file, output.listener)
  const over = new AbortController()
  const stopped = stopSignal({ signal: over.signal }).then(() => over.abort())

  output.start(player.feed)
  try {
    const hold = pacer(options.speed, over.signal)
    const pace = (timeMs: number): Promise<void> | undefined => {
      recordedMs = timeMs
      return hold(timeMs)
    }
    await player.play({ pace, signal: over.signal })
    if (!over.signal.aborted) remark(file, options.symbol, output.market, player)
  } finally {
    over.abort()
    await stopped
    output.stop(player.feed)
  }
}

function remark(
  file: string,
  symbols: readonly string[],
  market: MarketView,
  { complete }: RecordingPlayer,
): void {
  const missing = symbols.filter((symbol) => market.book(symbol) === undefined)
  if (missing.length > 0) process.stderr.write(`${file}: there is no ${missing.join(', ')} in it\n`)
  if (!complete) process.stderr.write(`${file} ends before the end of the session\n`)
}

/** Holds each message back until its time, and until a slow reader has taken what was printed. */
function pacer(speed: number | undefined, signal: AbortSignal) {
  let first: { readonly timeMs: number; readonly atMs: number } | undefined
  return (timeMs: number): Promise<void> | undefined => {
    if (process.stdout.writableNeedDrain) return drained(signal)
    if (speed === undefined) return undefined

    first ??= { timeMs, atMs: performance.now() }
    const waitMs = first.atMs + (timeMs - first.timeMs) / speed - performance.now()
    return waitMs < 1 ? undefined : pause(Math.min(waitMs, WAIT_MS_MAX), signal)
  }
}

/** An abort ends the wait, which is all that is asked of it. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeoutPromise(ms, undefined, { signal }).catch(() => undefined)

async function drained(signal: AbortSignal): Promise<void> {
  await once(process.stdout, 'drain', { signal }).catch(() => undefined)
}
