/**
 * BinaryFILE: the messages of one session, each behind its length as u16 big-endian; a length of 0
 * marks the end of a complete session. Pure: bytes in, messages out, and the other way round.
 * docs/protocols/itch-feed.md#recordings
 */
import { assert } from '../domain/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'

const LENGTH_BYTES = 2

/** What stands behind the last message of a complete session. */
export const BINARY_FILE_END: Uint8Array = new Uint8Array(LENGTH_BYTES)

/** A message as the file holds it, with a `length` of 1 to 65,535: an empty one would say the end. */
export function binaryFileRecord(view: DataView, at: number, length: number): Uint8Array {
  assert(length > 0 && length <= 0xffff, 'length of a recorded message')
  const bytes = new Uint8Array(LENGTH_BYTES + length)
  new DataView(bytes.buffer).setUint16(0, length)
  bytes.set(new Uint8Array(view.buffer, view.byteOffset + at, length), LENGTH_BYTES)
  return bytes
}

/** A message where it lies; the bytes stay as they are. */
export interface RecordedMessage {
  /** From 1: a BinaryFILE has no numbers of its own. */
  readonly sequence: number
  readonly view: DataView
  readonly at: number
  readonly length: number
}

export class BinaryFileReader {
  /** Messages so far. */
  messages = 0
  /** The end of the session has been read. */
  complete = false
  private readonly file: string
  private rest: Uint8Array = new Uint8Array(0)
  /** Where `rest` begins in the file. */
  private offset = 0

  /** @param file what messages call it */
  constructor(file: string) {
    this.file = file
  }

  /**
   * The messages that end in the next bytes of the file, however it is cut; `chunk` belongs to the
   * reader from then on.
   * @throws ExchangeError EXC_RECORDING for bytes behind the end of the session
   */
  *read(chunk: Uint8Array): Generator<RecordedMessage> {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const start = this.offset
    let at = 0
    for (;;) {
      this.offset = start + at
      this.rest = bytes.subarray(at)
      if (this.complete && this.rest.length > 0) this.refuse('there are bytes behind the end')
      if (this.rest.length < LENGTH_BYTES) return

      const length = view.getUint16(at)
      if (this.rest.length < LENGTH_BYTES + length) return
      at += LENGTH_BYTES + length
      if (length === 0) this.complete = true
      else yield { sequence: ++this.messages, view, at: at - length, length }
    }
  }

  /**
   * There are no more bytes.
   * @throws ExchangeError EXC_RECORDING when the last message is cut off
   */
  end(): void {
    if (this.rest.length > 0) this.refuse(`message ${this.messages + 1} is cut off`)
  }

  private refuse(reason: string): never {
    throw new ExchangeError(ErrorCode.Recording, `${this.file}: ${reason}, offset ${this.offset}`)
  }
}
