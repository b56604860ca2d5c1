/**
 * BinaryFILE: the messages of one session, each behind its length as u16 big-endian; a length of 0
 * marks the end of a complete session. Pure: bytes in, messages out, and the other way round.
 * docs/protocols/itch-feed.md#recordings
 */
import { assert } from '../domain/index.ts'
import { FileCursor } from './file-cursor.ts'

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
  private readonly cursor: FileCursor

  /** @param file what messages call it */
  constructor(file: string) {
    this.cursor = new FileCursor(file)
  }

  /**
   * The messages that end in the next bytes of the file, however it is cut; `chunk` belongs to the
   * reader from then on.
   * @throws ExchangeError EXC_RECORDING for bytes behind the end of the session
   */
  *read(chunk: Uint8Array): Generator<RecordedMessage> {
    const { cursor } = this
    cursor.take(chunk)
    for (;;) {
      if (this.complete && cursor.left > 0) cursor.refuse('there are bytes behind the end')
      if (cursor.left < LENGTH_BYTES) return

      const { view } = cursor
      const length = view.getUint16(cursor.at)
      if (cursor.left < LENGTH_BYTES + length) return
      const at = cursor.at + LENGTH_BYTES
      cursor.at = at + length
      if (length === 0) this.complete = true
      else yield { sequence: ++this.messages, view, at, length }
    }
  }

  /**
   * There are no more bytes.
   * @throws ExchangeError EXC_RECORDING when the last message is cut off
   */
  end(): void {
    if (this.cursor.left > 0) this.cursor.refuse(`message ${this.messages + 1} is cut off`)
  }
}
