/** `buttonwood dropcopy executions|orders|…`: rows as a table, JSON or CSV. */
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { BarWidth } from '../domain/index.ts'
import { BAR_WIDTHS } from '../domain/index.ts'
import type {
  ExecIdRange,
  Format,
  Listing,
  QueryFilter,
  Questions,
  Row,
} from '../dropcopy/index.ts'
import type { FormatOptions, SourceOptions } from './dropcopy-source.ts'
import {
  addFormatOptions,
  addSourceOptions,
  formatOf,
  locate,
  note,
  noteStanding,
  wholeNumber,
} from './dropcopy-source.ts'
import { execIdRange } from './exec-id-range.ts'
import { instant } from './instant.ts'
import { printLine as print } from './print-line.ts'

interface ListOptions extends SourceOptions, FormatOptions {
  firm?: string
  session?: string
  symbol?: string
  clordid?: string
  orderId?: number
  /** A range of `executions`, one of the others. */
  execId?: number | ExecIdRange
  bars?: BarWidth
  day?: string
  since?: string
  until?: string
  limit?: number
}

const LISTINGS: readonly (readonly [Listing, string])[] = [
  ['executions', 'every ExecutionReport that was sent'],
  ['orders', 'the latest state of every order'],
  ['trades', 'every match with both of its sides'],
  ['sessions', 'logons, logouts, disconnects and resets'],
  ['positions', 'bought, sold and net per firm, account and symbol'],
]
const ROWS_DEFAULT = 100
/** An answer is held in memory; ask for a span of time to see the others. */
const ROWS_MAX = 100_000
/** A range of ExecIDs comes in pieces of so many. */
const EXEC_IDS_A_PIECE = 10_000

export function registerListings(dropcopy: Command): void {
  for (const [listing, description] of LISTINGS) registerListing(dropcopy, listing, description)
  registerBars(dropcopy)
  registerSummary(dropcopy)
}

function registerListing(dropcopy: Command, listing: Listing, description: string): void {
  const isExecutions = listing === 'executions'
  const command = addSourceOptions(dropcopy.command(listing))
    .description(description)
    .option('--firm <firm>')
    .option('--session <session>', 'SenderCompID(49) of the counterparty')
    .option('--symbol <symbol>')
    .option('--clordid <clOrdId>', 'ClOrdID(11), also an earlier one of the order')
    .option('--order-id <orderId>', 'OrderID(37)', wholeNumber)
  if (isExecutions) {
    command.option('--exec-id <ids>', 'ExecID(17), or all of a range: A..B, A..', execIdRange)
  } else command.option('--exec-id <execId>', 'ExecID(17)', wholeNumber)
  const filter = isExecutions ? '--exec-id 4711..4800' : '--symbol AAPL'
  addSpanOptions(command)
    .addHelpText('after', `\nExample:\n  $ buttonwood dropcopy ${listing} ${filter} --csv\n`)
    .action((options: ListOptions) => listCommand(listing, options))
}

function registerBars(dropcopy: Command): void {
  const command = addSourceOptions(dropcopy.command('bars'))
    .description('open, high, low, close, volume and VWAP of each second or minute with a trade')
    .requiredOption('--symbol <symbol>')
    .addOption(
      new Option('--bars <width>', 'of a second or a minute').choices(BAR_WIDTHS).default('1m'),
    )
  addSpanOptions(command)
    .addHelpText('after', '\nExample:\n  $ buttonwood dropcopy bars --symbol AAPL --since 1h\n')
    .action((options: ListOptions) => listCommand('bars', options))
}

function registerSummary(dropcopy: Command): void {
  const command = addSourceOptions(dropcopy.command('summary'))
    .description('what each instrument came to on a trading day: prices, auctions, volume, orders')
    .option('--day <date>', 'trading day, 2026-11-21 (default: the newest one)', tradingDay)
    .option('--symbol <symbol>')
  addFormatOptions(command)
    .addHelpText('after', '\nExample:\n  $ buttonwood dropcopy summary --day 2026-11-21 --csv\n')
    .action((options: ListOptions) => listCommand('summary', { ...options, limit: ROWS_MAX }))
}

function addSpanOptions(command: Command): Command {
  const limit = `the newest rows, at most ${ROWS_MAX} (default: ${ROWS_DEFAULT}, or a range's all)`
  return addFormatOptions(
    command
      .option(
        '--since <time>',
        'from: 2026-11-21, 2026-11-21T14:30:00Z, or 15m, 2h, 7d ago',
        instant,
      )
      .option('--until <time>', 'before, in the same forms', instant)
      .option('--limit <rows>', limit, rowLimit),
  )
}

async function listCommand(listing: Listing, options: ListOptions): Promise<void> {
  const { openQuestions } = await import('../dropcopy/index.ts')
  const questions = await openQuestions(await locate(options))
  try {
    const standing = await questions.standing()
    const filter = filterOf(options)
    if (filter.execIds && options.limit === undefined) {
      await listRange(questions, filter, filter.execIds, formatOf(options))
    } else await listNewest(questions, listing, filter, formatOf(options))
    await noteStanding(standing)
  } finally {
    await questions.close()
  }
}

async function listNewest(
  { ask }: Questions,
  listing: Listing,
  filter: QueryFilter,
  format: Format,
): Promise<void> {
  const rows = await ask({ ask: 'list', listing, filter })
  await printAll(listing, rows, format)

  if (rows.length === 0) note('no rows')
  if (rows.length === filter.limit) note(`the newest ${rows.length} rows; --limit shows more`)
}

/** All of it, oldest first: what a counterparty that lost its own record asks for. */
async function listRange(
  { ask }: Questions,
  filter: QueryFilter,
  { first, last }: ExecIdRange,
  format: Format,
): Promise<void> {
  const listing = 'executions'
  const [newest] = await ask({ ask: 'list', listing, filter: { limit: 1 } })
  const newestId = Number(newest?.['exec_id'] ?? 0)
  const end = Math.min(last, newestId)

  let printed = 0
  for (let start = first; start <= end; start += EXEC_IDS_A_PIECE) {
    const execIds = { first: start, last: Math.min(end, start + EXEC_IDS_A_PIECE - 1) }
    const piece = { ...filter, execIds, limit: EXEC_IDS_A_PIECE }
    const rows = await ask({ ask: 'list', listing, filter: piece })
    if (rows.length > 0) await printAll(listing, rows, format, printed > 0)
    printed += rows.length
  }
  if (printed === 0) await printAll(listing, [], format)
  if (printed === 0) note('no rows')
  if (last > newestId && last !== Number.MAX_SAFE_INTEGER) {
    note(`the newest ExecID in the database is ${newestId}`)
  }
}

async function printAll(
  listing: Listing,
  rows: readonly Row[],
  format: Format,
  isContinued = false,
): Promise<void> {
  const { printRows } = await import('../dropcopy/index.ts')
  for (const line of printRows(listing, rows, format, isContinued)) await print(line)
}

function filterOf(options: ListOptions): QueryFilter {
  const { firm, session, symbol, clordid: clOrdId, orderId } = options
  const { bars, day, since, until, limit = ROWS_DEFAULT } = options
  const ids = typeof options.execId === 'number' ? 'execId' : 'execIds'
  const given = { firm, session, symbol, clOrdId, orderId, [ids]: options.execId }
  const asked = Object.entries({ ...given, bars, day, since, until }).filter(
    ([, value]) => value !== undefined,
  )
  return { ...Object.fromEntries(asked), limit }
}

function tradingDay(text: string): string {
  const isDate = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
  if (isDate) return text
  throw new InvalidArgumentError('It must be a date such as 2026-11-21.')
}

function rowLimit(text: string): number {
  const rows = wholeNumber(text)
  if (rows >= 1 && rows <= ROWS_MAX) return rows
  throw new InvalidArgumentError(`It must be 1 to ${ROWS_MAX}.`)
}
