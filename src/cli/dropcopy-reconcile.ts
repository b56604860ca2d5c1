/** `buttonwood dropcopy reconcile` and `rebuild`: the copy held against the journal, or made again. */
import type { Command } from 'commander'
import type { Reconciliation } from '../dropcopy/index.ts'
import type { FormatOptions, SourceOptions } from './dropcopy-source.ts'
import { addFormatOptions, addSourceOptions, formatOf, locate, note } from './dropcopy-source.ts'
import { printLine as print } from './print-line.ts'
import { withProgress } from './progress-bar.ts'

type ReconcileOptions = SourceOptions & FormatOptions

export function registerReconcile(dropcopy: Command): void {
  addFormatOptions(addSourceOptions(dropcopy.command('reconcile')))
    .description('compare the database with the journal, row for row; exit code 1 if they differ')
    .addHelpText('after', '\nExample:\n  $ buttonwood dropcopy reconcile\n')
    .action(reconcileCommand)

  addSourceOptions(dropcopy.command('rebuild'))
    .description('throw the copy away and make it again from the journal; the server must not run')
    .requiredOption('--yes', 'yes, drop schema buttonwood and copy everything again')
    .addHelpText('after', '\nExample:\n  $ buttonwood dropcopy rebuild --yes\n')
    .action(rebuildCommand)
}

async function reconcileCommand(options: ReconcileOptions): Promise<void> {
  const { reconcileWithJournal } = await import('../dropcopy/index.ts')
  const location = await locate(options)
  const result = await withProgress((note, progress) =>
    reconcileWithJournal(location, note, progress),
  )
  if (result.differenceCount > 0) process.exitCode = 1
  await printReconciliation(result, options)
}

async function printReconciliation(
  result: Reconciliation,
  options: ReconcileOptions,
): Promise<void> {
  const { printable, printRows } = await import('../dropcopy/index.ts')
  const format = formatOf(options)
  if (format === 'json') return print(JSON.stringify(result))

  const differences = result.differences.map((difference) => ({ ...difference }))
  if (format === 'csv') {
    for (const line of printRows('differences', differences, format)) await print(line)
    return note(verdict(result))
  }
  for (const [table, rows] of Object.entries(result.rows)) {
    const archived = result.archived[table]
    const where = archived === undefined ? '' : `, ${archived} of them archived`
    await print(`${table.padEnd(18)}${String(rows).padStart(8)} rows in the journal${where}`)
  }
  for (const { table, row, what } of differences) {
    await print(printable(`${table} ${row}: ${what}`))
  }
  return print(verdict(result))
}

const verdict = ({ differenceCount, groupNumber }: Reconciliation): string =>
  differenceCount === 0
    ? `journal and database agree up to group ${groupNumber}`
    : `${differenceCount} differences up to group ${groupNumber}`

async function rebuildCommand(options: SourceOptions): Promise<void> {
  const { rebuild } = await import('../dropcopy/index.ts')
  const location = await locate(options)
  const groupNumber = await withProgress((note, progress) => rebuild(location, note, progress))
  await print(`rebuilt from the journal up to group ${groupNumber}`)
}
