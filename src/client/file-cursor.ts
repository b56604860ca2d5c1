/** Goes through a file that is read piece by piece, from record to record, however it is cut. */
import { ErrorCode, ExchangeError } from '../runtime/index.ts'

export class FileCursor {
  /** The bytes at hand; replaced by `take`. */
  view = new DataView(new ArrayBuffer(0))
  /** Where in `view` the next record begins. */
  at = 0
  private readonly file: string
  /** Where `view` begins in the file. */
  private start = 0

  /** @param file what messages call it */
  constructor(file: string) {
    this.file = file
  }

  /** Bytes at hand from the next record on. */
  get left(): number {
    return this.view.byteLength - this.at
  }

  /** Puts the next bytes of the file behind those that are left; they belong to the cursor from then on. */
  take(chunk: Uint8Array): void {
    const { buffer, byteOffset } = this.view
    const rest = new Uint8Array(buffer, byteOffset + this.at, this.left)
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    this.start += this.at
    this.at = 0
    this.view = new DataView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength)
  }

  /** @throws ExchangeError EXC_RECORDING always, naming the place of the next record */
  refuse(reason: string): never {
    const offset = this.start + this.at
    throw new ExchangeError(ErrorCode.Recording, `${this.file}: ${reason}, offset ${offset}`)
  }
}
