/**
 * Symbols by stock locate, encoded once as the eight space-padded bytes that ITCH messages carry,
 * so that printing an A is two stores instead of a string.
 */
const LOCATES = 65_536
const SYMBOL_BYTES = 8
const SPACE = 0x20

export class SymbolTable {
  private readonly bytes = new DataView(new ArrayBuffer(LOCATES * SYMBOL_BYTES))

  constructor() {
    new Uint8Array(this.bytes.buffer).fill(SPACE)
  }

  /** Learns a symbol from a record's NUL-padded text(8). */
  learn(locate: number, view: DataView, at: number): void {
    for (let i = 0; i < SYMBOL_BYTES; i++) {
      this.bytes.setUint8(locate * SYMBOL_BYTES + i, view.getUint8(at + i) || SPACE)
    }
  }

  /** Writes the symbol as alpha(8); spaces for a locate that was never listed. */
  print(locate: number, out: DataView, at: number): void {
    out.setUint32(at, this.bytes.getUint32(locate * SYMBOL_BYTES))
    out.setUint32(at + 4, this.bytes.getUint32(locate * SYMBOL_BYTES + 4))
  }
}
