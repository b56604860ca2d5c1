import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BITMAP_SIZE_MAX, KeyBitmap } from '../../src/book/key-bitmap.ts'

describe('the bitmap of used prices', () => {
  it('answers as a set of numbers does, at every size', () => {
    const size = fc.constantFrom(32, 128, 1024, 4096, BITMAP_SIZE_MAX)
    const indexes = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
    fc.assert(
      fc.property(size, indexes, indexes, (size, added, deleted) => {
        const bitmap = new KeyBitmap(size)
        const set = new Set(added.map((share) => Math.floor(share * size)))
        for (const index of set) bitmap.add(index)
        for (const share of [...deleted, ...added.slice(0, added.length / 2)]) {
          bitmap.delete(Math.floor(share * size))
          set.delete(Math.floor(share * size))
        }
        expect(membersOf(bitmap)).toEqual([...set].sort((one, other) => other - one))
      }),
    )
  })

  it('is empty after its last member left', () => {
    const bitmap = new KeyBitmap(BITMAP_SIZE_MAX)
    bitmap.add(BITMAP_SIZE_MAX - 1)
    bitmap.add(0)
    bitmap.delete(BITMAP_SIZE_MAX - 1)
    expect(bitmap.highest()).toBe(0)
    bitmap.delete(0)
    expect(bitmap.highest()).toBe(-1)
    expect(bitmap.below(BITMAP_SIZE_MAX - 1)).toBe(-1)
  })
})

function membersOf(bitmap: KeyBitmap): number[] {
  const members: number[] = []
  for (let index = bitmap.highest(); index >= 0; index = bitmap.below(index)) members.push(index)
  return members
}
