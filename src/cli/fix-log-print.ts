/** A line of the FIX log for people, as JSON, or as it stands in the file. */
import { LineKind } from '../fix-acceptor/index.ts'
import { MsgType, Tag } from '../fix/index.ts'
import type { NamedField } from './fix-log-message.ts'
import { nameFields, scanMessage } from './fix-log-message.ts'
import type { SessionLine } from './fix-log-reader.ts'
import { printable } from './printable.ts'
import type { Span, Style } from './styled-line.ts'
import { printSpans } from './styled-line.ts'

/** The same in every message of a session, or of the frame. */
const LEFT_OUT: readonly number[] = [
  Tag.BeginString,
  Tag.BodyLength,
  Tag.SenderCompID,
  Tag.TargetCompID,
  Tag.CheckSum,
]
/** What says no to somebody. */
const REFUSALS: readonly string[] = [
  MsgType.Reject,
  MsgType.BusinessMessageReject,
  MsgType.OrderCancelReject,
]

// prettier-ignore
const kindNames: Readonly<Record<LineKind, { short: string; json: string }>> = {
  [LineKind.In]:      { short: 'in ', json: 'in' },
  [LineKind.Out]:     { short: 'out', json: 'out' },
  [LineKind.Garbled]: { short: 'bad', json: 'garbled' },
  [LineKind.Note]:    { short: '-- ', json: 'note' },
}

export interface TextOptions {
  /** Columns of the session's name. */
  readonly sessionColumns: number
  readonly color: boolean
}

/**
 * `2026-11-23T14:30:00.123456789Z ACME  in  35=D NewOrderSingle | 34=2 MsgSeqNum | 54=1 Buy | …`, with
 * each entry of a repeating group on a line of its own.
 */
export function printText(line: SessionLine, { sessionColumns, color }: TextOptions): string {
  const rows = bodyOf(line)
  const head: Span[] = [
    [line.time, 'dim'],
    [` ${line.session.padEnd(sessionColumns)} `, 'accent'],
    [`${kindNames[line.kind].short} `, line.kind === LineKind.Garbled ? 'bad' : 'plain'],
  ]
  return [[...head, ...rows[0]!], ...rows.slice(1)]
    .map((spans) => printSpans(spans, { columns: Infinity, color }))
    .join('\n')
}

/** One object: time, session, kind and fields or text. */
export function printJson(line: SessionLine): string {
  const { time, session, kind } = line
  const about = { time, session, kind: kindNames[kind].json }
  const message = messageOf(line)
  if (message === undefined) return JSON.stringify({ ...about, text: textOf(line.bytes) })
  const fields = nameFields(message)
  const name = fields.find(({ tag }) => tag === Tag.MsgType)?.meaning
  return JSON.stringify({ ...about, message: name ?? message.msgType, fields })
}

/** The message in one line, `|` for the delimiter. */
export const printRaw = ({ time, session, kind, bytes }: SessionLine): string =>
  `${time} ${session} ${kind} ${printable(textOf(bytes).replaceAll('\u0001', '|'))}`

const messageOf = ({ kind, bytes }: SessionLine) =>
  kind === LineKind.In || kind === LineKind.Out ? scanMessage(bytes) : undefined

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

type Row = readonly Span[]

function bodyOf(line: SessionLine): Row[] {
  const message = messageOf(line)
  if (message === undefined) return [[[printable(textOf(line.bytes)), styleOfText(line.kind)]]]
  const fields = nameFields(message).filter(({ tag }) => !LEFT_OUT.includes(tag))
  return rowsOf(fields, 0, REFUSALS.includes(message.msgType) ? 'bad' : 'strong')
}

const styleOfText = (kind: LineKind): Style => (kind === LineKind.Note ? 'dim' : 'bad')

/** A group breaks the row; its entries are indented below it. */
function rowsOf(fields: readonly NamedField[], depth: number, msgTypeStyle: Style): Row[] {
  const rows: Span[][] = []
  let row: Span[] | undefined
  for (const field of fields) {
    if (row === undefined) {
      row = [['  '.repeat(rows.length === 0 ? depth : depth + 1)]]
      rows.push(row)
    } else row.push([' | ', 'dim'])
    row.push(...spansOf(field, field.tag === Tag.MsgType ? msgTypeStyle : 'dim'))
    if (field.entries === undefined) continue
    for (const entry of field.entries) {
      rows.push(...rowsOf(entry, depth + 2, msgTypeStyle).map((one) => [...one]))
    }
    row = undefined
  }
  return rows
}

function spansOf({ tag, value, name, meaning }: NamedField, style: Style): Span[] {
  const quoted = /[\s\p{Cc}]/u.test(value) ? JSON.stringify(value) : value
  const text: Span = [printable(tag > 0 ? `${tag}=${quoted}` : value)]
  const known = meaning ?? name
  return known === undefined ? [text] : [text, [` ${known}`, style]]
}
