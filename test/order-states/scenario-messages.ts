/**
 * The words of a scenario's table, as FIX. Received:
 *
 *   New Order(X) buy 10000 @ 100 GTC PossResend     D; `market` for a price, `IOC`, `FOK`, `OPEN`, `CLOSE`,
 *                                                   `152=…` as it is
 *   Replace Request(Y,X) buy 12000 @ 100            G, with OrigClOrdID(41) X
 *   Cancel Request(Y,X)                             F; symbol, side and quantity are those of X
 *   Status Request(X)                               H
 *   Mass Status Request(M) · Mass Cancel Request(M) AF · q, for all orders
 *
 * Sent: `Execution(Y,X)`, `Cancel Reject(Y,X)`, `Mass Cancel Report(M)`; the other cells are its fields,
 * those of `Also` by tag, Text(58) in quotes. An empty cell is a field that is not there.
 */
import { parseFields } from '../support/transcript.ts'
import type { Column, Row } from './scenario.ts'

const SYMBOL = 'NVDA'
const EXEC_TYPE: Record<string, string> = {
  New: '0',
  'Done for Day': '3',
  Canceled: '4',
  Replaced: '5',
  'Pending Cancel': '6',
  Rejected: '8',
  'Pending New': 'A',
  Expired: 'C',
  Restated: 'D',
  'Pending Replace': 'E',
  Trade: 'F',
  'Trade Correct': 'G',
  'Trade Cancel': 'H',
  'Order Status': 'I',
}
const ORD_STATUS: Record<string, string> = {
  New: '0',
  'Partially Filled': '1',
  Filled: '2',
  'Done for Day': '3',
  Canceled: '4',
  'Pending Cancel': '6',
  Rejected: '8',
  'Pending New': 'A',
  Expired: 'C',
  'Pending Replace': 'E',
}
const MSG_TYPE: Record<string, string> = {
  'New Order': 'D',
  'Replace Request': 'G',
  'Cancel Request': 'F',
  'Status Request': 'H',
  'Mass Status Request': 'AF',
  'Mass Cancel Request': 'q',
  Execution: '8',
  'Cancel Reject': '9',
  'Mass Cancel Report': 'r',
}
const UNKNOWN_ORDER = new Map([
  [55, SYMBOL],
  [54, '1'],
])
const SIDE: Record<string, string> = { buy: '1', sell: '2' }
const TIME_IN_FORCE: Record<string, string> = {
  GTC: '1',
  OPEN: '2',
  IOC: '3',
  FOK: '4',
  CLOSE: '7',
}
const QUANTITY_TAGS: readonly (readonly [Column, number])[] = [
  ['OrderQty', 38],
  ['CumQty', 14],
  ['LeavesQty', 151],
  ['LastQty', 32],
  ['LastPx', 31],
  ['AvgPx', 6],
]

export interface Said {
  readonly msgType: string
  readonly clOrdId: string
  /** As it is sent. */
  readonly text: string
  /** The order's fields that a report on it repeats. */
  readonly terms: ReadonlyMap<number, string>
}

/** Fields of the order that a request has, beside its ids. */
const SENT_TERMS: Record<string, readonly number[]> = {
  D: [55, 54, 38, 40, 44, 59],
  G: [55, 54, 38, 40, 44, 59],
  F: [55, 54, 38],
  H: [55, 54],
  AF: [],
  q: [],
}
const WITHOUT_TRANSACT_TIME = ['H', 'AF']

/** @param known what was said before, by ClOrdID */
export function requestOf(
  text: string,
  known: ReadonlyMap<string, Said>,
  transactTime: string,
): Said {
  const head = headOf(text)
  const { msgType, clOrdId, origClOrdId, rest } = head
  const wanted = SENT_TERMS[msgType]
  if (wanted === undefined) throw new Error(`cannot be received: ${text}`)

  const isOrder = msgType === 'D' || msgType === 'G'
  const about = known.get(origClOrdId || clOrdId)?.terms ?? UNKNOWN_ORDER
  const terms = isOrder ? termsOf(rest) : about
  const given = rest.match(/\b\d+=\S+/g) ?? []
  const own = wanted
    .filter((tag) => terms.has(tag) && !given.some((field) => field.startsWith(`${tag}=`)))
    .map((tag) => `${tag}=${terms.get(tag)}`)
  const time = WITHOUT_TRANSACT_TIME.includes(msgType) ? [] : [`60=${transactTime}`]
  const flag = rest.includes('PossResend') ? ['97=Y'] : []
  const fields = [`35=${msgType}`, ...flag, ...idsOf(head), ...own, ...given, ...time]
  return { msgType, clOrdId, text: fields.join('|'), terms }
}

function idsOf({ msgType, clOrdId, origClOrdId }: Head): string[] {
  if (msgType === 'AF') return [`584=${clOrdId}`, '585=7']
  if (msgType === 'q') return [`11=${clOrdId}`, '530=7']
  return origClOrdId === '' ? [`11=${clOrdId}`] : [`11=${clOrdId}`, `41=${origClOrdId}`]
}

/** `buy 10000 @ 100 GTC` in the order of the reports. */
function termsOf(rest: string): Map<number, string> {
  const [, side = '', quantity = '', price] =
    /^(buy|sell) (\d+) (?:@ ([\d.]+)|market)/.exec(rest) ?? []
  const timeInForce = Object.keys(TIME_IN_FORCE).find((word) => rest.split(' ').includes(word))
  if (side === '') throw new Error(`no side, quantity and price: ${rest}`)
  const terms = new Map([
    [55, SYMBOL],
    [54, SIDE[side]!],
    [38, quantity],
    [40, price === undefined ? '1' : '2'],
  ])
  if (price !== undefined) terms.set(44, price)
  return terms.set(59, timeInForce === undefined ? '0' : TIME_IN_FORCE[timeInForce]!)
}

interface Head {
  readonly msgType: string
  readonly clOrdId: string
  readonly origClOrdId: string
  readonly rest: string
}

function headOf(text: string): Head {
  const [, name = '', clOrdId = '', origClOrdId = '', rest = ''] =
    /^([A-Z][A-Za-z ]+)\((\w+)(?:,(\w+))?\) ?(.*)$/.exec(text) ?? []
  const msgType = MSG_TYPE[name]
  if (msgType === undefined) throw new Error(`not a message of a scenario: ${text}`)
  return { msgType, clOrdId, origClOrdId, rest }
}

/**
 * A row as the fields it names.
 * @param answers MsgType(35) of the latest request, by ClOrdID
 */
export function expectedOf(row: Row, answers: ReadonlyMap<string, string>): string {
  const { msgType, clOrdId, origClOrdId } = headOf(withoutSession(row.Sent))
  const fields = new Map<number, string>([
    [35, msgType],
    [11, clOrdId],
  ])
  if (origClOrdId !== '') fields.set(41, origClOrdId)
  if (row.ExecType !== '') fields.set(150, codeOf(EXEC_TYPE, row.ExecType))
  if (row.OrdStatus !== '') fields.set(39, codeOf(ORD_STATUS, row.OrdStatus))
  for (const [column, tag] of QUANTITY_TAGS) if (row[column] !== '') fields.set(tag, row[column])
  for (const [, tag, value] of row.Also.matchAll(/(\d+)=(\S+)/g)) fields.set(Number(tag), value!)
  const text = /"(.*)"/.exec(row.Also)?.[1]
  if (text !== undefined) fields.set(58, text)
  if (msgType === '9') fields.set(434, answers.get(clOrdId) === 'G' ? '2' : '1')
  return printed(fields)
}

const codeOf = (codes: Record<string, string>, word: string): string => {
  const code = codes[word]
  if (code === undefined) throw new Error(`no such state: ${word}`)
  return code
}

/**
 * What no scenario names of each message: numbers of the exchange's own, which the invariants follow
 * through an order's life, the time, and what an order repeats from its request.
 */
const UNNAMED = [37, 198, 17, 1, 55, 54, 40, 44, 59, 60, 30, 851, 527, 43, 122, 1003]

/** A message as a row would have it: the tags that it names, and all that no row leaves unnamed. */
export function actualOf(message: string, expected: string | undefined): string {
  const named = parseFields(expected ?? '')
  const fields = [...parseFields(message)].filter(
    ([tag]) => named.has(tag) || !UNNAMED.includes(tag),
  )
  return printed(new Map(fields.map(([tag, value]) => [tag, value ?? ''])))
}

const printed = (fields: ReadonlyMap<number, string>): string =>
  [...fields]
    .sort(([a], [b]) => orderOf(a) - orderOf(b))
    .map((field) => field.join('='))
    .join('|')

/** The columns first, in their order. */
const SEQUENCE = [35, 11, 41, 150, 39, 38, 14, 151, 32, 31, 6]
const orderOf = (tag: number): number =>
  SEQUENCE.includes(tag) ? SEQUENCE.indexOf(tag) : SEQUENCE.length + tag

/** The terms that a New or Replaced report must repeat, where it does not. */
export function forgottenTerms(message: string, said: ReadonlyMap<string, Said>): string[] {
  const report = parseFields(message)
  if (report.get(35) !== '8' || !['0', '5'].includes(report.get(150) ?? '')) return []
  const { terms } = said.get(report.get(11) ?? '') ?? { terms: new Map<number, string>() }
  return [...terms]
    .filter(([tag, value]) => tag !== 38 && report.get(tag) !== value)
    .map(([tag, value]) => `${tag}=${value} was asked, ${tag}=${report.get(tag)} reported`)
}

const SESSION = /^([A-Z]+): /

/** Whose row it is; ACME's where nobody is named. */
export const sessionOf = (cell: string): string => SESSION.exec(cell)?.[1] ?? 'ACME'
export const withoutSession = (cell: string): string => cell.replace(SESSION, '')
