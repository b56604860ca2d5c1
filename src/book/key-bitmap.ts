/**
 * A set of the indexes 0..size-1 that answers "highest member" and "next lower member" in a few
 * instructions, however far apart the members are: a bit per index, a bit per 32 bits that are
 * not all zero, and one word above those, searched with Math.clz32.
 */

/** Three layers of 32. */
export const BITMAP_SIZE_MAX = 32 ** 3

export class KeyBitmap {
  private readonly words: Int32Array<ArrayBuffer>
  /** Where the second layer begins; the first begins at 0. */
  private readonly middle: number
  /** Where the single word of the third layer is. */
  private readonly top: number

  /** @param size a power of two, 32..BITMAP_SIZE_MAX; 0 makes the empty set that takes no member */
  constructor(size: number) {
    this.middle = size >>> 5
    this.top = this.middle + ((this.middle + 31) >>> 5)
    this.words = new Int32Array(this.top + 1)
  }

  add(index: number): void {
    const words = this.words
    const low = index >>> 5
    words[low]! |= 1 << (index & 31)
    words[this.middle + (low >>> 5)]! |= 1 << (low & 31)
    words[this.top]! |= 1 << (low >>> 5)
  }

  delete(index: number): void {
    const words = this.words
    const low = index >>> 5
    if ((words[low]! &= ~(1 << (index & 31))) !== 0) return
    const middle = this.middle + (low >>> 5)
    if ((words[middle]! &= ~(1 << (low & 31))) !== 0) return
    words[this.top]! &= ~(1 << (low >>> 5))
  }

  /** The highest member, or -1. */
  highest(): number {
    const words = this.words
    const top = words[this.top]!
    if (top === 0) return -1
    const middle = 31 - Math.clz32(top)
    const low = (middle << 5) | (31 - Math.clz32(words[this.middle + middle]!))
    return (low << 5) | (31 - Math.clz32(words[low]!))
  }

  /** The highest member below an index, or -1. */
  below(index: number): number {
    const words = this.words
    const low = index >>> 5
    const inLow = words[low]! & lowerBits(index)
    if (inLow !== 0) return (low << 5) | (31 - Math.clz32(inLow))

    const middle = low >>> 5
    const inMiddle = words[this.middle + middle]! & lowerBits(low)
    if (inMiddle !== 0) return this.highestOf((middle << 5) | (31 - Math.clz32(inMiddle)))

    const inTop = words[this.top]! & lowerBits(middle)
    if (inTop === 0) return -1
    const nextMiddle = 31 - Math.clz32(inTop)
    return this.highestOf((nextMiddle << 5) | (31 - Math.clz32(words[this.middle + nextMiddle]!)))
  }

  private highestOf(low: number): number {
    return (low << 5) | (31 - Math.clz32(this.words[low]!))
  }
}

/** Ones in the places below index mod 32. */
const lowerBits = (index: number): number => (1 << (index & 31)) - 1
