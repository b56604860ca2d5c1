/** A trading day of the journal as the lines of a file: the first says what it is, the last sums it up. */
import { assert } from '../domain/index.ts'
import type { Disk } from '../journal/index.ts'
import { JournalReader } from '../journal/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import type { VenueConfiguration } from '../wire/index.ts'
import type { AccountTokens } from './account-tokens.ts'
import { AuditTrail } from './audit-trail.ts'
import type { AuditLine } from './line-types.ts'
import { printDate } from './order-fields.ts'
import { TrailSummary } from './trail-summary.ts'

/** Of the form that these lines have. */
const FORMAT = 'buttonwood audit trail 1'

/**
 * No day opens earlier before the UTC midnight of its date: 14 hours are the zone, the rest is for a
 * session that begins on the evening before.
 */
const OPENS_BEFORE_SECONDS = 48 * 3600

export interface ExportOptions {
  readonly disk: Disk
  /** `dataDir/journal` */
  readonly directory: string
  /** yyyymmdd */
  readonly tradingDate: number
  readonly tokens: AccountTokens
  /** Called after every turn that was read. @param position in the journal, behind it */
  readonly onProgress?: (position: number, lines: number) => void
  /** The journal ends before the next day begins. */
  readonly onIncomplete?: () => void
}

/**
 * The lines, without their ends, one after the other: the same for the same journal and secret.
 * @throws ExchangeError AuditTrail when the journal has no such day, and the errors of its reader
 */
export function* exportDay(options: ExportOptions): Generator<string, void, undefined> {
  const { disk, directory, tradingDate } = options
  const sinceSeconds = midnightOf(tradingDate) - OPENS_BEFORE_SECONDS
  const reader = JournalReader.open({ disk, directory, sinceSeconds })
  try {
    yield* linesOf(reader, options)
  } finally {
    reader.close()
  }
}

function* linesOf(
  reader: JournalReader,
  { tradingDate, tokens, onProgress, onIncomplete }: ExportOptions,
): Generator<string, void, undefined> {
  const trail = new AuditTrail(tradingDate, tokens.tokenOf)
  const summary = new TrailSummary()
  const print = (line: AuditLine): string => {
    const text = JSON.stringify(line)
    summary.add(line, text)
    return text
  }

  for (const turn of reader.read()) {
    const { configuration, journalId } = reader
    for (const line of configuration ? trail.linesOf(turn, configuration) : []) {
      if (summary.lines === 0) {
        yield print(firstLine(tradingDate, journalId, tokens.secretId, configuration!))
      }
      yield print(line)
    }
    onProgress?.(reader.position, summary.lines)
    if (trail.isOver) break
  }
  if (!trail.isFound) throw noSuchDay(tradingDate, trail.tradingDate)
  if (!trail.isOver) onIncomplete?.()
  yield JSON.stringify(summary.line())
}

const firstLine = (
  tradingDate: number,
  journalId: string,
  secretId: string,
  { compId, mic }: VenueConfiguration,
): AuditLine => ({
  type: 'Trail',
  format: FORMAT,
  tradingDate: printDate(tradingDate),
  exchange: compId,
  mic,
  journalId,
  secretId,
})

/** UTC, seconds since 1970. */
function midnightOf(yyyymmdd: number): number {
  const ms = Date.parse(printDate(yyyymmdd))
  assert(!Number.isNaN(ms), `date ${yyyymmdd}`)
  return ms / 1000
}

/** @param found the last day that was read; 0 = none */
function noSuchDay(wanted: number, found: number): ExchangeError {
  const side = found > wanted ? 'the next one is' : 'the one before it is'
  const other = found === 0 ? '' : `; ${side} ${printDate(found)}`
  const message = `the journal has no trading day ${printDate(wanted)}${other}`
  return new ExchangeError(ErrorCode.AuditTrail, message)
}
