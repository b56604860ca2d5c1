/** The lines of a file as bytes, a piece of it in memory at a time. */
import { closeSync, openSync, readSync } from 'node:fs'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { attempt } from './attempt-file.ts'

const CHUNK_BYTES = 1 << 18
/** No line that `export` writes is nearly as long. */
export const LINE_BYTES_MAX = 1 << 20
const NEWLINE = 0x0a
const UNREADABLE = 'cannot be read'

/**
 * Each line without its end, valid until the next is asked for.
 * @throws ExchangeError AuditTrail when the file cannot be read, when a line is longer than
 *   LINE_BYTES_MAX, and when the last one has no end
 */
export function* readLines(file: string): Generator<Uint8Array, void, undefined> {
  const fd = attempt(file, UNREADABLE, () => openSync(file, 'r'))
  try {
    let rest: Uint8Array = new Uint8Array(0)
    let number = 1
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      const got = attempt(file, UNREADABLE, () => readSync(fd, chunk))
      if (got === 0) break
      const bytes = Buffer.concat([rest, chunk.subarray(0, got)])
      let start = 0
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        yield bytes.subarray(start, end)
        start = end + 1
        number++
      }
      rest = bytes.subarray(start)
      if (rest.length > LINE_BYTES_MAX) {
        throw problem(file, `line ${number} does not parse: it is longer than any line of a trail`)
      }
    }
    if (rest.length > 0) throw problem(file, `line ${number} has no end: the file was cut short`)
  } finally {
    closeSync(fd)
  }
}

const problem = (file: string, what: string): ExchangeError =>
  new ExchangeError(ErrorCode.AuditTrail, `${file}: ${what}`)
