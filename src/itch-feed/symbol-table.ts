/**
 * Symbols by stock locate, encoded once as the eight space-padded bytes that ITCH messages carry,
 * so that printing an A is two stores instead of a string. A locate has one symbol for the life of
 * the journal, so one table serves every session.
 */
import type { StateTransfer } from '../domain/index.ts'
import { instrumentListed } from '../wire/index.ts'

const LOCATES = 65_536
const SYMBOL_BYTES = 8
const SPACE = 0x20

export class SymbolTable {
  private readonly bytes = new DataView(new ArrayBuffer(LOCATES * SYMBOL_BYTES))
  private readonly listed = instrumentListed.flyweight()

  constructor() {
    new Uint8Array(this.bytes.buffer).fill(SPACE)
  }

  /** @param part its name in a snapshot */
  transfer(part: string, transfer: StateTransfer): void {
    const { buffer, byteLength } = this.bytes
    transfer.column(part, new Uint8Array(buffer), byteLength)
  }

  /** Learns the symbol of an InstrumentListed record. */
  learn(record: DataView, at: number): void {
    this.listed.wrap(record, at)
    const to = this.listed.locate * SYMBOL_BYTES
    const from = at + instrumentListed.offsets.symbol
    for (let i = 0; i < SYMBOL_BYTES; i++) {
      this.bytes.setUint8(to + i, record.getUint8(from + i) || SPACE)
    }
  }

  /** Writes the symbol as alpha(8); spaces for a locate that was never listed. */
  print(locate: number, out: DataView, at: number): void {
    out.setUint32(at, this.bytes.getUint32(locate * SYMBOL_BYTES))
    out.setUint32(at + 4, this.bytes.getUint32(locate * SYMBOL_BYTES + 4))
  }
}
