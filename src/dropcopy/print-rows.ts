/**
 * Rows for the operator: an aligned table for people, one JSON object a line, or CSV for
 * spreadsheets. Clients choose their ClOrdIDs, so control characters never reach a terminal and no
 * cell starts a formula.
 */
import type { Cell, Listing, Row } from './queries.ts'
import type { Table } from './tables.ts'
import { tables } from './tables.ts'

/** What is printed: the rows of a question, or what the command itself found out. */
export type Printed = Listing | 'status' | 'differences' | 'days'

/** Few orders have any of these: the table has the columns where a row of it does. */
const CONDITIONS: readonly string[] = [
  'stop_px',
  'working',
  'exec_inst',
  'min_qty',
  'max_floor',
  'expire_date',
  'expire_time',
]

/** Columns of the table for people; JSON and CSV have all. */
// prettier-ignore
const SHOWN: Record<Printed, readonly string[]> = {
  executions: ['time', 'exec_id', 'session', 'symbol', 'side', 'exec_type', 'ord_status', 'order_qty', 'price', 'last_qty', 'last_px', 'cum_qty', 'leaves_qty', 'cl_ord_id', 'orig_cl_ord_id', 'order_id', 'match_number', 'exec_ref_id', 'text', ...CONDITIONS],
  orders:     ['last_time', 'order_id', 'session', 'symbol', 'side', 'ord_type', 'time_in_force', 'ord_status', 'order_qty', 'price', 'cum_qty', 'leaves_qty', 'avg_px', 'cl_ord_id', ...CONDITIONS],
  trades:     ['time', 'match_number', 'symbol', 'quantity', 'price', 'aggressor_side', 'buy_session', 'buy_order_id', 'sell_session', 'sell_order_id', 'state', 'becomes'],
  bars:       ['start', 'symbol', 'open', 'high', 'low', 'close', 'volume', 'trades', 'notional', 'vwap'],
  summary:    ['trading_date', 'symbol', 'open', 'high', 'low', 'close', 'opening_price', 'opening_volume', 'closing_price', 'closing_volume', 'volume', 'trades', 'turnover', 'orders_entered', 'orders_canceled', 'orders_expired', 'orders_carried', 'closed'],
  sessions:   ['time', 'session', 'firm', 'event', 'sequence_reset', 'graceful', 'msg_seq_num', 'expected_msg_seq_num', 'reason'],
  positions:  ['firm', 'account', 'symbol', 'bought', 'sold', 'net', 'bought_value', 'sold_value'],
  status:     ['group_number', 'position', 'time', 'trading_date', 'behind_groups', 'behind_bytes', 'behind_seconds'],
  differences: ['table', 'row', 'what'],
  days:       ['trading_date', 'rows', 'bytes', 'directory'],
}

// FIX 4.4 volume 6, the values that this exchange gives.
// prettier-ignore
const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  side:          { 1: 'buy', 2: 'sell' },
  aggressor_side: { 1: 'buy', 2: 'sell' },
  ord_type:      { 1: 'market', 2: 'limit', 3: 'stop', 4: 'stop limit', K: 'market to limit' },
  time_in_force: { 0: 'day', 1: 'gtc', 2: 'opening', 3: 'ioc', 4: 'fok', 6: 'gtd', 7: 'close' },
  exec_type:     { 0: 'new', 3: 'done for day', 4: 'canceled', 5: 'replaced', 6: 'pending cancel', 8: 'rejected', A: 'pending new', C: 'expired', D: 'restated', E: 'pending replace', F: 'trade', G: 'corrected', H: 'busted', L: 'triggered' },
  ord_status:    { 0: 'new', 1: 'partial', 2: 'filled', 3: 'done for day', 4: 'canceled', 6: 'pending cancel', 8: 'rejected', A: 'pending new', C: 'expired', E: 'pending replace' },
  working:       { true: 'yes', false: 'waits' },
  closed:        { true: 'yes', false: 'no' },
  // What most trades are needs no column.
  state:         { standing: '' },
}

export type Format = 'table' | 'json' | 'csv'

/**
 * @param isContinued rows of the same listing were printed before: CSV needs no second header
 * @returns lines without line ends
 */
export function printRows(
  listing: Printed,
  rows: readonly Row[],
  format: Format,
  isContinued = false,
): string[] {
  const exact = rows.map(withExactTimes)
  switch (format) {
    case 'json':
      return exact.map((row) => escapeControls(JSON.stringify(row)))
    case 'csv':
      return printCsv(exact, listing).slice(isContinued ? 1 : 0)
    case 'table':
      return printTable(SHOWN[listing], exact)
  }
}

const TIMES = [
  ['time', 'nanoseconds'],
  ['first_time', 'first_nanoseconds'],
  ['last_time', 'last_nanoseconds'],
] as const

/** `2026-11-21T14:30:00.000000042Z`: the two time columns as one, to the nanosecond. */
function withExactTimes(row: Row): Row {
  const exact: Record<string, Cell> = { ...row }
  for (const [time, nanoseconds] of TIMES) {
    if (typeof exact[time] !== 'string' || typeof exact[nanoseconds] !== 'number') continue
    const seconds = exact[time].slice(0, 19).replace(' ', 'T')
    exact[time] = `${seconds}.${String(exact[nanoseconds]).padStart(9, '0')}Z`
    delete exact[nanoseconds]
  }
  for (const instant of ['expire_time', 'start', 'time']) {
    if (typeof exact[instant] !== 'string' || exact[instant].endsWith('Z')) continue
    exact[instant] = exact[instant].replace(' ', 'T').replace('+00', 'Z')
  }
  return exact
}

function printTable(columns: readonly string[], rows: readonly Row[]): string[] {
  const cells = rows.map((row) => columns.map((column) => tableCell(column, row[column])))
  const used = columns.map((column, i) =>
    cells.length === 0 ? !CONDITIONS.includes(column) : cells.some((line) => line[i] !== ''),
  )
  const isNumber = columns.map((column) => rows.some((row) => isQuantity(column, row[column])))
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...cells.map((line) => line[i]!.length)),
  )

  return [[...columns], ...cells].map((line) =>
    line
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .filter((_, i) => used[i])
      .join('  ')
      .trimEnd(),
  )
}

/** Numbers stand at the right; a numeric comes as text. */
const isQuantity = (column: string, value: Cell | undefined): boolean =>
  typeof value === 'number' ||
  /(_px|price|_qty|_floor|_value|^(open|high|low|close|notional|turnover|vwap))$/.test(column)

function tableCell(column: string, value: Cell | undefined): string {
  if (value === null || value === undefined) return ''
  const text = String(value)
  return printable(WORDS[column]?.[text] ?? text)
}

/** Control characters (escape sequences among them) as U+FFFD. */
export const printable = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- these are what must not reach a terminal
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd')

/** JSON escapes the controls below U+0020 by itself. */
const escapeControls = (json: string): string =>
  json.replace(/[\u007f-\u009f]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)

function printCsv(rows: readonly Row[], listing: Printed): string[] {
  const columns = Object.keys(rows[0] ?? withoutRows(listing))
  return [columns.join(','), ...rows.map((row) => columns.map((c) => csvCell(row[c])).join(','))]
}

/** Columns of an answer that its table does not have. */
const COMPUTED: Partial<Record<Printed, readonly string[]>> = {
  bars: ['vwap'],
  trades: ['state', 'becomes'],
}

/** The columns where there is no row to show them. */
function withoutRows(listing: Printed): object {
  const name = listing === 'summary' ? 'day_summaries' : listing
  const table = (tables as Readonly<Record<string, Table>>)[name]
  if (!table) return Object.fromEntries(SHOWN[listing].map((name) => [name, null]))
  const hidden = TIMES.map(([, nanoseconds]) => nanoseconds as string)
  const names = Object.keys(table.columns).filter((name) => !hidden.includes(name))
  return Object.fromEntries([...names, ...(COMPUTED[listing] ?? [])].map((n) => [n, null]))
}

/**
 * RFC 4180. A text that a spreadsheet would run as a formula starts with an apostrophe; negative
 * numbers stay numbers.
 */
function csvCell(value: Cell | undefined): string {
  if (value === null || value === undefined) return ''
  let text = printable(String(value))
  const isNumber = /^-?\d+(\.\d+)?$/.test(text)
  if (!isNumber && /^[=+\-@\t\r]/.test(text)) text = `'${text}`
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
