/**
 * Work per byte is bounded: 64 KiB of whatever kind are read and validated within 50 ms, as a whole
 * and in chunks. What is quadratic in anything does not pass.
 */
import { FixReader, validate } from '../../../src/fix/index.ts'
import { Finding } from './finding.ts'
import { repairFrames } from './frame.ts'
import type { Dice } from '../../support/dice.ts'

export const LARGE_BYTES = 64 * 1024
const MS_MAX = 50
/** Of the processor's time, which others use too: the best of so many counts. */
const TRIES = 20
const LIMITS = { messageBytesMax: LARGE_BYTES, garbageBytesMax: 2 * LARGE_BYTES }
const CHUNK_BYTES = [LARGE_BYTES, 1_460, 97, 1]

/** A large stream out of a small one: repeated as a whole, or a piece inside of it. */
export function enlarged(stream: string, dice: Dice): string {
  const start = dice.below(stream.length)
  const end = dice.between(start + 1, stream.length)
  const piece = stream.slice(start, end)
  const isInside = dice.chance(0.6)
  const unit = isInside ? piece : stream
  const room = LARGE_BYTES - (isInside ? stream.length + 16 : 0)
  const repeated = unit.repeat(Math.max(1, Math.floor(room / unit.length)))
  if (!isInside) return repeated
  return repairFrames(stream.slice(0, end) + repeated + stream.slice(end))
}

/** @throws Finding */
export function judgeWork(stream: string): void {
  const bytes = Buffer.from(stream, 'latin1')
  for (const chunkBytes of CHUNK_BYTES) {
    let best = Infinity
    for (let i = 0; i < TRIES && best > MS_MAX; i++) best = Math.min(best, msOf(bytes, chunkBytes))
    if (best <= MS_MAX) continue
    throw new Finding('work', `${bytes.length} bytes in chunks of ${chunkBytes} took ${best} ms`)
  }
}

function msOf(bytes: Uint8Array, chunkBytes: number): number {
  const reader = new FixReader(
    {
      onMessage: (message) => void validate(message, { strictUserTags: false }),
      onGarbled: () => undefined,
      onGarbageLimit: () => undefined,
    },
    LIMITS,
  )
  const before = process.cpuUsage()
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    reader.push(bytes.subarray(at, at + chunkBytes))
  }
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}
