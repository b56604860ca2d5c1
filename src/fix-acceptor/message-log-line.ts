/**
 * One line of the message log, written and read:
 *
 *   2026-11-23T14:30:00.123456789Z < 212 8=FIX.4.4^A9=190^A…10=123^A
 *
 * the exchange's time, what the line is, the bytes that follow, and those bytes as they are. The
 * count is what ends a line for a reader: a message may hold a line feed, and no escaping makes the
 * bytes differ from those on the wire.
 */
import { assert } from '../domain/index.ts'
import type { SequencedTime } from '../runtime/index.ts'

/** What a line is. A garbled message has its reason and its beginning. */
export const LineKind = { In: '<', Out: '>', Garbled: '!', Note: '#' } as const
export type LineKind = (typeof LineKind)[keyof typeof LineKind]

export interface LogLine {
  /** As it stands in the log; later lines of all sessions have later ones. */
  readonly time: string
  readonly kind: LineKind
  /** The message, or text. */
  readonly bytes: Uint8Array
}

/** Some of an array; callers reuse one object. */
export interface Slice {
  bytes: Uint8Array
  start: number
  end: number
}

const TIME_TEMPLATE = '2026-01-01T00:00:00.000000000Z '
const SECOND_CHARACTERS = '2026-01-01T00:00:00'.length
const LAST_NANOSECOND_AT = TIME_TEMPLATE.length - 3
const NANOSECONDS_PER_SECOND = 1_000_000_000
const LENGTH_DIGITS_MAX = 9
/** All of a line but its bytes: time, kind, count, blanks and line feed. */
export const LINE_EXTRA_BYTES = TIME_TEMPLATE.length + 2 + LENGTH_DIGITS_MAX + 2

const BLANK = 0x20
const LINE_FEED = 0x0a
const ZERO = 0x30

/** Writes lines, each with a later time than the one before: so the files of many sessions merge. */
export class LineWriter {
  private readonly clock: SequencedTime
  private readonly time = Uint8Array.from(Buffer.from(TIME_TEMPLATE, 'latin1'))
  private epochSeconds = -1
  private nanoseconds = 0

  /** @param clock read as it stands; its owner brings it up to date */
  constructor(clock: SequencedTime) {
    this.clock = clock
  }

  /** @returns where the line ends; the target has room for LINE_EXTRA_BYTES more than the bytes */
  write(target: Uint8Array, at: number, kind: LineKind, { bytes, start, end }: Slice): number {
    this.advance()
    target.set(this.time, at)
    let next = at + this.time.length
    target[next++] = kind.charCodeAt(0)
    target[next++] = BLANK
    next = writeCount(target, next, end - start)
    target[next++] = BLANK
    target.set(bytes.subarray(start, end), next)
    next += end - start
    target[next++] = LINE_FEED
    return next
  }

  private advance(): void {
    const { epochSeconds, nanoseconds } = this.clock
    const isLater =
      epochSeconds > this.epochSeconds ||
      (epochSeconds === this.epochSeconds && nanoseconds > this.nanoseconds)
    if (isLater) this.setTime(epochSeconds, nanoseconds)
    else if (this.nanoseconds + 1 < NANOSECONDS_PER_SECOND) {
      this.setTime(this.epochSeconds, this.nanoseconds + 1)
    } else this.setTime(this.epochSeconds + 1, 0)
  }

  private setTime(epochSeconds: number, nanoseconds: number): void {
    if (epochSeconds !== this.epochSeconds) {
      const text = new Date(epochSeconds * 1000).toISOString()
      for (let i = 0; i < SECOND_CHARACTERS; i++) this.time[i] = text.charCodeAt(i)
    }
    this.epochSeconds = epochSeconds
    this.nanoseconds = nanoseconds
    let rest = nanoseconds
    for (let i = 0; i < 9; i++) {
      const tenth = Math.floor(rest / 10)
      this.time[LAST_NANOSECOND_AT - i] = ZERO + rest - tenth * 10
      rest = tenth
    }
  }
}

function writeCount(target: Uint8Array, at: number, count: number): number {
  assert(count < 10 ** LENGTH_DIGITS_MAX, 'a line has its limit')
  let digits = 1
  for (let rest = count; rest >= 10; rest = Math.floor(rest / 10)) digits++
  let rest = count
  for (let i = digits - 1; i >= 0; i--) {
    const tenth = Math.floor(rest / 10)
    target[at + i] = ZERO + rest - tenth * 10
    rest = tenth
  }
  return at + digits
}

/** Nothing can be told yet: the line is not all there. */
export const INCOMPLETE = 'incomplete'

const HEAD = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z) ([<>!#]) (\d{1,9}) /

/**
 * Reads the line that starts at `at`. What is no line, as the torn end that a crash leaves, is passed
 * over up to the next line feed.
 * @param bytes of the file; `line.bytes` points into them
 * @returns where the next line starts, with the line if it is one; INCOMPLETE when it goes on
 *   behind `end`
 */
export function readLine(
  bytes: Buffer,
  at: number,
  end: number,
): { readonly next: number; readonly line?: LogLine } | typeof INCOMPLETE {
  const head = HEAD.exec(bytes.toString('latin1', at, Math.min(end, at + LINE_EXTRA_BYTES)))
  if (head !== null) {
    const start = at + head[0].length
    const lineEnd = start + Number(head[3])
    if (lineEnd >= end) return INCOMPLETE
    if (bytes[lineEnd] === LINE_FEED) {
      const line = {
        time: head[1]!,
        kind: head[2] as LineKind,
        bytes: bytes.subarray(start, lineEnd),
      }
      return { next: lineEnd + 1, line }
    }
  }
  const lineFeed = bytes.indexOf(LINE_FEED, at)
  return lineFeed < 0 || lineFeed >= end ? INCOMPLETE : { next: lineFeed + 1 }
}
