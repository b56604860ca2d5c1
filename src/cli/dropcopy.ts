/**
 * `buttonwood dropcopy …`: what operations asks of the drop copy. While the server runs with the
 * embedded database its reader answers over `dataDir/dropcopy.sock`; otherwise the command opens
 * the database itself.
 */
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { BarWidth } from '../domain/index.ts'
import { BAR_WIDTHS } from '../domain/index.ts'
import type { Format, Listing, QueryFilter } from '../dropcopy/index.ts'
import { instant } from './instant.ts'
import { printLine as print } from './print-line.ts'

interface SourceOptions {
  config?: string
  dataDir?: string
  databaseUrl?: string
}

interface ListOptions extends SourceOptions {
  firm?: string
  session?: string
  symbol?: string
  clordid?: string
  orderId?: number
  execId?: number
  bars?: BarWidth
  since?: string
  until?: string
  limit: number
  json?: boolean
  csv?: boolean
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

export function registerDropcopy(program: Command): void {
  const dropcopy = program
    .command('dropcopy')
    .description('what the drop copy knows of orders, trades and sessions')
    .addHelpText(
      'after',
      '\nExample:\n  $ buttonwood dropcopy executions --session ACME --since 1h\n',
    )

  for (const [listing, description] of LISTINGS) registerListing(dropcopy, listing, description)
  registerBars(dropcopy)

  addSourceOptions(dropcopy.command('reconcile'))
    .description('compare the database with the journal, row for row; exit code 1 if they differ')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  $ buttonwood dropcopy reconcile\n')
    .action(reconcileCommand)

  addSourceOptions(dropcopy.command('rebuild'))
    .description('throw the copy away and make it again from the journal; the server must not run')
    .requiredOption('--yes', 'yes, drop schema buttonwood and copy everything again')
    .addHelpText('after', '\nExample:\n  $ buttonwood dropcopy rebuild --yes\n')
    .action(rebuildCommand)
}

function registerListing(dropcopy: Command, listing: Listing, description: string): void {
  const command = addSourceOptions(dropcopy.command(listing))
    .description(description)
    .option('--firm <firm>')
    .option('--session <session>', 'SenderCompID(49) of the counterparty')
    .option('--symbol <symbol>')
    .option('--clordid <clOrdId>', 'ClOrdID(11), also an earlier one of the order')
    .option('--order-id <orderId>', 'OrderID(37)', wholeNumber)
    .option('--exec-id <execId>', 'ExecID(17)', wholeNumber)
  addSpanOptions(command)
    .addHelpText('after', `\nExample:\n  $ buttonwood dropcopy ${listing} --symbol AAPL --csv\n`)
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

const addSpanOptions = (command: Command): Command =>
  command
    .option('--since <time>', 'from: 2026-11-21, 2026-11-21T14:30:00Z, or 15m, 2h, 7d ago', instant)
    .option('--until <time>', 'before, in the same forms', instant)
    .option('--limit <rows>', `the newest rows, at most ${ROWS_MAX}`, rowLimit, ROWS_DEFAULT)
    .addOption(new Option('--json', 'one JSON object a line').conflicts('csv'))
    .option('--csv', 'comma-separated values with a header')

const addSourceOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'exchange.yaml (default: config/exchange.yaml)')
    .option('--data-dir <dir>', 'where journal and embedded database are')
    .option('--database-url <url>', 'the PostgreSQL that holds the copy')

async function listCommand(listing: Listing, options: ListOptions): Promise<void> {
  const { openQuestions, printRows } = await import('../dropcopy/index.ts')
  const questions = await openQuestions(await locate(options))
  try {
    const filter = filterOf(options)
    const rows = await questions.ask({ ask: 'list', listing, filter })
    for (const line of printRows(listing, rows, formatOf(options))) await print(line)

    if (rows.length === 0) process.stderr.write('no rows\n')
    if (rows.length === options.limit) {
      process.stderr.write(`the newest ${rows.length} rows; --limit shows more\n`)
    }
  } finally {
    await questions.close()
  }
}

function filterOf(options: ListOptions): QueryFilter {
  const { firm, session, symbol, clordid: clOrdId, orderId, execId } = options
  const { bars, since, until, limit } = options
  const given = { firm, session, symbol, clOrdId, orderId, execId, bars, since, until }
  const asked = Object.entries(given).filter(([, value]) => value !== undefined)
  return { ...Object.fromEntries(asked), limit }
}

function formatOf({ json, csv }: ListOptions): Format {
  if (json) return 'json'
  return csv ? 'csv' : 'table'
}

async function reconcileCommand(options: SourceOptions & { json?: boolean }): Promise<void> {
  const { printable, reconcileWithJournal } = await import('../dropcopy/index.ts')
  const result = await reconcileWithJournal(await locate(options), note)
  if (result.differenceCount > 0) process.exitCode = 1
  if (options.json) return print(JSON.stringify(result))

  for (const [table, rows] of Object.entries(result.rows)) {
    await print(`${table.padEnd(14)}${String(rows).padStart(12)} rows in the journal`)
  }
  for (const { table, row, what } of result.differences) {
    await print(printable(`${table} ${row}: ${what}`))
  }
  const { differenceCount, groupNumber } = result
  await print(
    differenceCount === 0
      ? `journal and database agree up to group ${groupNumber}`
      : `${differenceCount} differences up to group ${groupNumber}`,
  )
}

async function rebuildCommand(options: SourceOptions): Promise<void> {
  const { rebuild } = await import('../dropcopy/index.ts')
  const groupNumber = await rebuild(await locate(options), note)
  await print(`rebuilt from the journal up to group ${groupNumber}`)
}

async function locate(options: SourceOptions): Promise<{ dataDir: string; database: string }> {
  const { loadConfig } = await import('../runtime/index.ts')
  const { config: file, dataDir, databaseUrl } = options
  const config = loadConfig({ file, env: process.env, overrides: { dataDir, databaseUrl } })
  return { dataDir: config.dataDir, database: config.dropcopy.database }
}

const note = (line: string): void => void process.stderr.write(`${line}\n`)

function wholeNumber(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('It must be a whole number.')
}

function rowLimit(text: string): number {
  const rows = wholeNumber(text)
  if (rows >= 1 && rows <= ROWS_MAX) return rows
  throw new InvalidArgumentError(`It must be 1 to ${ROWS_MAX}.`)
}
