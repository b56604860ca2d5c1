/**
 * Order state scenarios: Markdown files, one for each matrix of FIX 4.4 volume 4. A heading begins a
 * scenario, `## A.1.a: Filled order`; the standard has its reference, and what is ours is named under
 * the one it belongs to, `## B.1.c/canceled: …`. Its first quoted line says what comes of it here:
 *
 *   > pass
 *   > not yet offered: OrderStatusRequest(H)
 *   > waits for market structure: trades can be busted by nobody yet
 *   > refused by design: nobody telephones an exchange of this kind
 *
 * and its table is the conversation, in the columns of the standard. The one word is the switch: what
 * is not yet offered has its table already, and has to fail until `pass` stands there.
 */
export const RESULTS = [
  'pass',
  'not yet offered',
  'waits for market structure',
  'refused by design',
] as const
export type Result = (typeof RESULTS)[number]

export const COLUMNS = [
  'Received',
  'Sent',
  'ExecType',
  'OrdStatus',
  'OrderQty',
  'CumQty',
  'LeavesQty',
  'LastQty',
  'LastPx',
  'AvgPx',
  'Also',
] as const
export type Column = (typeof COLUMNS)[number]

export type Row = Readonly<Record<Column, string>>

export interface Scenario {
  readonly file: string
  readonly reference: string
  readonly title: string
  readonly why: string
  readonly result: Result
  /** Why it is not `pass`; empty where it is. */
  readonly reason: string
  readonly rows: readonly Row[]
}

/** A matrix in the standard: its heading, and the scenarios with their references. */
export function parseScenarios(file: string, markdown: string): Scenario[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((section) => parseScenario(file, section))
}

function parseScenario(file: string, section: string): Scenario {
  const [heading = '', ...lines] = section.split('\n').map((line) => line.trim())
  const [, reference = '', title = ''] = /^([^:]+): (.+)$/.exec(heading) ?? []
  const quoted = lines.filter((line) => line.startsWith('> ')).map((line) => line.slice(2))
  const [, result = '', reason = ''] = /^([^:]+)(?:: (.+))?$/.exec(quoted.join(' ')) ?? []
  if (!isResult(result)) throw new Error(`${file}, ${reference}: no result: ${quoted.join(' ')}`)

  const cells = lines.filter((line) => line.startsWith('|')).map(cellsOf)
  const [header, , ...rows] = cells
  if (header !== undefined && header.join() !== COLUMNS.join()) {
    throw new Error(`${file}, ${reference}: columns ${header.join()}`)
  }
  const why = lines.filter((line) => line !== '' && !/^[|>#]/.test(line)).join(' ')
  return { file, reference, title, why, result, reason, rows: rows.map(rowOf) }
}

const isResult = (text: string): text is Result => (RESULTS as readonly string[]).includes(text)

const cellsOf = (line: string): string[] =>
  line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())

const rowOf = (cells: readonly string[]): Row =>
  Object.fromEntries(COLUMNS.map((column, index) => [column, cells[index] ?? ''])) as Row

/** What is said one after the other before anybody hears an answer, and what is answered then. */
export interface Step {
  readonly received: readonly string[]
  readonly sent: readonly Row[]
}

export function stepsOf({ rows }: Scenario): Step[] {
  const steps: { received: string[]; sent: Row[] }[] = []
  for (const row of rows) {
    const last = steps.at(-1)
    if (row.Received === '') {
      if (last === undefined) throw new Error('a report before anything was received')
      last.sent.push(row)
    } else if (last === undefined || last.sent.length > 0) {
      steps.push({ received: [row.Received], sent: [] })
    } else {
      last.received.push(row.Received)
    }
  }
  return steps
}
