/**
 * Whether a file of an audit trail is whole and as it was written: every line parses, and the summary is
 * the one that the lines before it give, byte for byte. So one byte that was changed anywhere is found.
 */
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import type { CountedLine } from './trail-summary.ts'
import { TrailSummary } from './trail-summary.ts'
import { isLineType } from './line-types.ts'

export interface CheckedTrail {
  /** yyyy-mm-dd */
  readonly tradingDate: string
  /** All, the first and the summary included. */
  readonly lines: number
  readonly sha256: string
  /** The next trading day had begun when it was written. */
  readonly isComplete: boolean
}

interface ParsedLine extends CountedLine {
  readonly [field: string]: unknown
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * @param file what messages call it
 * @param lines bytes of each, without its end; each is read before the next is asked for
 * @throws ExchangeError AuditTrail naming the first line that is not one, or the checksum that differs
 */
export function checkTrail(file: string, lines: Iterable<Uint8Array>): CheckedTrail {
  try {
    return check(lines)
  } catch (error) {
    if (!(error instanceof TrailProblem)) throw error
    const { message, cause } = error
    throw new ExchangeError(ErrorCode.AuditTrail, `${file}: ${message}`, { cause })
  }
}

function check(lines: Iterable<Uint8Array>): CheckedTrail {
  const summary = new TrailSummary()
  let tradingDate = ''
  let last: { readonly text: string; readonly line: ParsedLine } | undefined

  for (const bytes of lines) {
    const number = summary.lines + 1
    if (last !== undefined) throw problem(number + 1, 'stands behind the summary')
    const text = textOf(bytes, number)
    const line = parse(text, number)
    if ((number === 1) !== (line.type === 'Trail')) {
      throw problem(number, number === 1 ? 'is not the first of an audit trail' : 'is a first line')
    }
    if (number === 1) tradingDate = String(line['tradingDate'])
    if (line.type === 'Summary') last = { text, line }
    else summary.add(line, bytes)
  }

  if (last === undefined) {
    throw new TrailProblem(
      `the file ends behind line ${summary.lines} without its summary: it was cut short`,
    )
  }
  return compare(summary, tradingDate, last)
}

function compare(
  summary: TrailSummary,
  tradingDate: string,
  { text, line }: { readonly text: string; readonly line: ParsedLine },
): CheckedTrail {
  const expected = summary.line()
  const number = summary.lines + 1
  if (line['sha256'] !== expected['sha256']) {
    throw new TrailProblem(
      `the checksum does not fit: the SHA-256 of lines 1 to ${summary.lines} is ${String(expected['sha256'])}, ` +
        `the summary says ${String(line['sha256'])}`,
    )
  }
  if (text !== JSON.stringify(expected)) {
    throw problem(number, 'is a summary that does not say what the lines before it give')
  }
  return {
    tradingDate,
    lines: number,
    sha256: String(expected['sha256']),
    isComplete: expected['isComplete'] === true,
  }
}

function textOf(bytes: Uint8Array, number: number): string {
  try {
    return decoder.decode(bytes)
  } catch (error) {
    throw problem(number, 'does not parse: it is not UTF-8', error)
  }
}

function parse(text: string, number: number): ParsedLine {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw problem(number, 'does not parse: it is not JSON', error)
  }
  if (typeof value === 'object' && value !== null && 'type' in value && isLineType(value.type)) {
    return { ...value, type: value.type }
  }
  throw problem(number, 'does not parse: it has no type of an audit trail')
}

/** What is wrong with the lines, whatever file they are of. */
class TrailProblem extends Error {}

const problem = (number: number, what: string, cause?: unknown): TrailProblem =>
  new TrailProblem(`line ${number} ${what}`, { cause })
