import { describe, expect, it } from 'vitest'
import { INDEX_BYTES, INDEX_STRIDE, SequenceIndex } from '../../src/itch-feed/index.ts'

/** An index of messages at these positions, numbered from 1. */
function indexOf(positions: readonly number[]): SequenceIndex {
  const index = new SequenceIndex()
  positions.forEach((position, i) => index.note(i + 1, position))
  return index
}

const every = (bytes: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => 96 + i * bytes)

describe('the index of a session', () => {
  it('knows where every 1,024th message has its event', () => {
    const positions = every(176, 3000)
    const index = indexOf(positions)
    for (const sequence of [1, 2, INDEX_STRIDE, INDEX_STRIDE + 1, 2500, 3000]) {
      const first = Math.floor((sequence - 1) / INDEX_STRIDE) * INDEX_STRIDE + 1
      expect(index.stretchOf(sequence)).toEqual({
        first,
        end: first + INDEX_STRIDE,
        position: positions[first - 1],
      })
    }
  })

  it('knows of a message less than a MiB before any other, however little the feed said', () => {
    const positions = every(INDEX_BYTES / 8, 100)
    positions.push(positions.at(-1)! + 50 * INDEX_BYTES)
    const index = indexOf(positions)
    positions.forEach((position, i) => {
      const stretch = index.stretchOf(i + 1)
      expect(stretch.first).toBeLessThanOrEqual(i + 1)
      expect(stretch.end).toBeGreaterThan(i + 1)
      expect(position - stretch.position).toBeLessThan(INDEX_BYTES)
    })
    expect(index.stretchOf(9)).toEqual({ first: 9, end: 17, position: positions[8] })
  })
})
