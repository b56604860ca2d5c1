/**
 * What many numbered messages said, small enough to keep all day: a CRC-32 of each, in an array by
 * number. Two sources that told the same about a number have the same checksum.
 */
import { crc32 } from 'node:zlib'

const NUMBERS_AT_FIRST = 1 << 16

export class Checksums {
  /** Different numbers so far. */
  count = 0
  /** Largest number so far. */
  last = 0
  /** 0 = nothing was said about this number. */
  private byNumber = new Uint32Array(NUMBERS_AT_FIRST)

  add(number: number, text: string): void {
    if (!this.has(number)) this.count++
    this.makeRoom(number)
    this.byNumber[number] = checksumOf(text)
    this.last = Math.max(this.last, number)
  }

  has(number: number): boolean {
    return (this.byNumber[number] ?? 0) !== 0
  }

  /** Whether exactly this was said about the number. */
  says(number: number, text: string): boolean {
    return this.byNumber[number] === checksumOf(text)
  }

  private makeRoom(number: number): void {
    if (number < this.byNumber.length) return
    const larger = new Uint32Array(Math.max(number + 1, this.byNumber.length * 2))
    larger.set(this.byNumber)
    this.byNumber = larger
  }
}

const checksumOf = (text: string): number => crc32(text) || 1
