/** FIX messages as readable text for tests: `|` for the delimiter, frame and sum filled in. */
import fc from 'fast-check'
import { FixReader } from '../../src/fix/index.ts'
import type { FixMessage, FixReaderLimits } from '../../src/fix/index.ts'

/** `35=0|34=2|` with `8=FIX.4.4|9=…|` in front and `10=…|` behind. */
export function framed(body: string): Uint8Array {
  return closed(`8=FIX.4.4|9=${body.length}|${body}`)
}

/** Appends the right `10=…|`. */
export function closed(text: string): Uint8Array {
  const head = fixBytes(text)
  const sum = head.reduce((total, byte) => total + byte, 0) % 256
  return fixBytes(`${text}10=${String(sum).padStart(3, '0')}|`)
}

export const fixBytes = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => (character === '|' ? 1 : character.charCodeAt(0)))

/** A regular expression in which `|` is the delimiter. */
export const fixPattern = (source: string): RegExp => new RegExp(source.replaceAll('|', '\u0001'))

/** Text of any bytes from `lowest` on; from 2 on it has no delimiter. */
export const anyText = (lowest: 1 | 2, size: { minLength?: number; maxLength: number }) =>
  fc
    .array(fc.integer({ min: lowest, max: 255 }), size)
    .map((codes) => String.fromCharCode(...codes))

/** Everything that a reader hands out, as text. */
export class ReaderLog {
  readonly messages: string[] = []
  readonly garbled: string[] = []
  limits = 0

  onMessage(message: FixMessage): void {
    this.messages.push(message.toString())
  }

  onGarbled(reason: string): void {
    this.garbled.push(reason)
  }

  onGarbageLimit(): void {
    this.limits++
  }
}

const LIMITS: FixReaderLimits = { messageBytesMax: 65_536, garbageBytesMax: 65_536 }

/** Reads chunks with a fresh reader. */
export function readAll(chunks: readonly Uint8Array[], limits: Partial<FixReaderLimits> = {}) {
  const log = new ReaderLog()
  const reader = new FixReader(log, { ...LIMITS, ...limits })
  for (const chunk of chunks) reader.push(chunk)
  return log
}

/** The one message of these bytes, scanned; throws when there is none. */
export function withMessage<T>(bytes: Uint8Array, use: (message: FixMessage) => T): T {
  const results: T[] = []
  const reader = new FixReader(
    {
      onMessage: (message) => results.push(use(message)),
      onGarbled(reason) {
        throw new Error(reason)
      },
      onGarbageLimit() {},
    },
    LIMITS,
  )
  reader.push(bytes)
  if (results.length !== 1) throw new Error(`${results.length} messages`)
  return results[0]!
}
