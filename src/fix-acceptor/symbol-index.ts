/**
 * Symbol(55) → stock locate by the bytes of the message, without making a string: open addressing
 * over the two words that eight characters are.
 */
import type { Instrument } from '../domain/index.ts'
import { SYMBOL_MAX } from '../domain/index.ts'
import type { FixMessage } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'

export class SymbolIndex {
  /** Two words of each symbol by slot, and its locate; 0 = empty. */
  private low = new Int32Array(1)
  private high = new Int32Array(1)
  private locate = new Int32Array(1)
  private mask = 0
  /** By stock locate. */
  private currencies: string[] = []

  /** Called for every configuration that comes into force. */
  list(instruments: readonly Instrument[]): void {
    let size = 16
    while (size < instruments.length * 2) size *= 2
    this.low = new Int32Array(size)
    this.high = new Int32Array(size)
    this.locate = new Int32Array(size)
    this.mask = size - 1
    this.currencies = []
    for (const { symbol, locate, currency } of instruments) {
      this.currencies[locate] = currency
      const bytes = Uint8Array.from(symbol, (character) => character.charCodeAt(0))
      const low = word(bytes, 0, bytes.length)
      const high = word(bytes, 4, bytes.length)
      const slot = this.slotOf(low, high)
      this.low[slot] = low
      this.high[slot] = high
      this.locate[slot] = locate
    }
  }

  /** Stock locate of the message's Symbol(55); 0 = not listed. */
  find(message: FixMessage): number {
    const index = message.indexOf(Tag.Symbol)
    if (index < 0) return 0
    const start = message.valueStarts[index]!
    const end = message.valueEnds[index]!
    if (end - start > SYMBOL_MAX || message.bytes[end - 1] === 0) return 0
    const low = word(message.bytes, start, end)
    const high = word(message.bytes, start + 4, end)
    return this.locate[this.slotOf(low, high)]!
  }

  /** ISO 4217 code; undefined when nothing is listed there. */
  currencyOf(locate: number): string | undefined {
    return this.currencies[locate]
  }

  private slotOf(low: number, high: number): number {
    const mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1)
    let slot = (mixed >>> 15) & this.mask
    while (this.locate[slot] !== 0 && (this.low[slot] !== low || this.high[slot] !== high)) {
      slot = (slot + 1) & this.mask
    }
    return slot
  }
}

/** Up to four bytes from `at`, those at or after `end` as zero: no symbol ends in one. */
function word(bytes: Uint8Array, at: number, end: number): number {
  let value = 0
  for (let i = 0; i < 4; i++) if (at + i < end) value |= bytes[at + i]! << (i * 8)
  return value
}
