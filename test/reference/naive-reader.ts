/**
 * FixReader in obvious form: the whole stream is one text, each character a byte, and every message
 * is found by regular expressions. src/fix/README.md, "Reading".
 */
import { dataTagOf } from '../../src/fix/index.ts'
import type { FixReaderLimits, GarbledReason } from '../../src/fix/index.ts'
import { fixPattern } from '../support/fix-frame.ts'
import type { Field } from '../support/transcript.ts'

/** What the handler of a reader hears. */
export type Heard =
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'garbled'; readonly reason: GarbledReason; readonly text: string }
  | { readonly kind: 'limit' }

type Verdict =
  | { readonly kind: 'message'; readonly end: number }
  | { readonly kind: 'incomplete'; readonly end: number }
  | { readonly kind: 'garbled'; readonly reason: GarbledReason; readonly end: number }

const BEGIN = '8=FIX'
const BEGIN_STRINGS = ['8=FIX.#.#\u0001', '8=FIXT.#.#\u0001']
const BEGIN_STRING = fixPattern(String.raw`^8=FIXT?\.\d\.\d|`)
const BODY_LENGTH = fixPattern(String.raw`^9=(\d{1,10})|`)
const MSG_TYPE = fixPattern('^35=[^|]')
const TRAILER = fixPattern(String.raw`|10=(\d{3})|$`)
const TRAILER_BYTES = 7
const EXCERPT_BYTES = 80

export function naiveRead(stream: string, limits: FixReaderLimits): Heard[] {
  const heard: Heard[] = []
  let skipped = 0
  let isInNoise = false

  for (let at = 0; at < stream.length;) {
    const verdict = judge(stream, at, limits.messageBytesMax)
    if (verdict.kind === 'incomplete') break
    const text = stream.slice(at, verdict.end)
    if (verdict.kind === 'message') {
      heard.push({ kind: 'message', text })
      skipped = 0
      isInNoise = false
    } else {
      const isMoreNoise = isInNoise && verdict.reason === 'BeginString(8) is not the first field'
      const { reason } = verdict
      if (!isMoreNoise) heard.push({ kind: 'garbled', reason, text: excerpt(text) })
      isInNoise = !/CheckSum\(10\) is|MsgType/.test(reason)
      skipped += text.length
      if (skipped > limits.garbageBytesMax) return [...heard, { kind: 'limit' }]
    }
    at = verdict.end
  }
  return heard
}

/** The beginning of what was skipped, as the log shows it. */
const excerpt = (text: string): string => text.slice(0, EXCERPT_BYTES).replaceAll('\u0001', '|')

function judge(stream: string, at: number, messageBytesMax: number): Verdict {
  const rest = stream.slice(at)
  const incomplete = { kind: 'incomplete', end: at } as const
  const skipTo = (reason: GarbledReason, end = nextBegin(stream, at + 1)): Verdict => ({
    kind: 'garbled',
    reason,
    end,
  })

  const begin = BEGIN_STRING.exec(rest)?.[0]
  if (begin === undefined) {
    return isStart(rest) ? incomplete : skipTo('BeginString(8) is not the first field')
  }
  const behind = rest.slice(begin.length)
  const length = BODY_LENGTH.exec(behind)
  if (length === null) {
    const isStarted = /^(9(=\d{0,10})?)?$/.test(behind)
    return isStarted ? incomplete : skipTo('BodyLength(9) is not the second field')
  }
  const bodyLength = Number(length[1])
  if (bodyLength < '35=0|'.length) return skipTo('BodyLength(9) too small')
  const headBytes = begin.length + length[0].length
  const bytes = headBytes + bodyLength + TRAILER_BYTES
  if (bytes > messageBytesMax) return skipTo('BodyLength(9) too large')
  if (bytes > rest.length) return incomplete

  const frame = rest.slice(0, bytes)
  const claimed = TRAILER.exec(frame)
  if (claimed === null) return skipTo('BodyLength(9) does not lead to CheckSum(10)')
  const end = at + bytes
  if (Number(claimed[1]) !== sumOf(frame.slice(0, -TRAILER_BYTES))) {
    return skipTo('CheckSum(10) is wrong', end)
  }
  const hasMsgType = MSG_TYPE.test(frame.slice(headBytes))
  return hasMsgType ? { kind: 'message', end } : skipTo('MsgType(35) is not the third field', end)
}

/** Whether more characters may make it a BeginString(8). */
const isStart = (rest: string): boolean =>
  BEGIN_STRINGS.some(
    (pattern) =>
      rest.length < pattern.length &&
      rest.split('').every((c, i) => (pattern[i] === '#' ? /\d/.test(c) : c === pattern[i])),
  )

/** Where the next message may begin, at the end also one that is cut off. */
function nextBegin(stream: string, from: number): number {
  const whole = stream.indexOf(BEGIN, from)
  if (whole >= 0) return whole
  for (let at = Math.max(from, stream.length - BEGIN.length + 1); at < stream.length; at++) {
    if (BEGIN.startsWith(stream.slice(at))) return at
  }
  return stream.length
}

function sumOf(text: string): number {
  let sum = 0
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i)
  return sum % 256
}

/**
 * The fields of a whole message. Tag 0: something else than a number stands before the `=`; -1:
 * there is no `=`; the value is then all of it.
 */
export function naiveFields(message: string): Field[] {
  const fields: Field[] = []
  for (let at = 0; at < message.length;) {
    let end = message.indexOf('\u0001', at)
    const written = message.slice(at, end)
    const equals = written.indexOf('=')
    const isNumber = equals > 0 && /^[1-9]\d{0,8}$/.test(written.slice(0, equals))
    if (!isNumber) {
      fields.push([equals < 0 ? -1 : 0, written])
    } else {
      const tag = Number(written.slice(0, equals))
      const start = at + equals + 1
      end = dataEnd(message, fields.at(-1), tag, start) ?? end
      fields.push([tag, message.slice(start, end)])
    }
    at = end + 1
  }
  return fields
}

/** Where a data field ends by the length in front of it; undefined when that cannot be. */
function dataEnd(
  message: string,
  before: Field | undefined,
  tag: number,
  start: number,
): number | undefined {
  if (before === undefined || dataTagOf(before[0]) !== tag) return undefined
  if (!/^\d+$/.test(before[1])) return undefined
  const end = start + Number(before[1])
  const isInside = end < message.length - TRAILER_BYTES
  return isInside && message[end] === '\u0001' ? end : undefined
}
