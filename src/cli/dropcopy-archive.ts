/** `buttonwood dropcopy archive` and `restore`: days that are over in files, and back. */
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { DayInFiles } from '../dropcopy/index.ts'
import type { FormatOptions, SourceOptions } from './dropcopy-source.ts'
import { addFormatOptions, addSourceOptions, formatOf, locate, note } from './dropcopy-source.ts'
import { printLine as print } from './print-line.ts'
import { withProgress } from './progress-bar.ts'

type ArchiveOptions = SourceOptions & FormatOptions & { before: string; to?: string }

export function registerArchive(dropcopy: Command): void {
  addFormatOptions(addSourceOptions(dropcopy.command('archive')))
    .description('put days that are over into compressed files, and take them out of the database')
    .requiredOption('--before <date>', 'days before this one, such as 2026-11-21', tradingDay)
    .option('--to <dir>', 'gets a folder for each day (default: archive in the data directory)')
    .addHelpText(
      'after',
      '\nExample:\n  $ buttonwood dropcopy archive --before 2026-10-01 --to /srv/archive\n',
    )
    .action(archiveCommand)

  addFormatOptions(addSourceOptions(dropcopy.command('restore')))
    .description('check the files of archived days and put their rows back')
    .argument('<dir>', 'of one day, or with a folder for each day')
    .addHelpText('after', '\nExample:\n  $ buttonwood dropcopy restore /srv/archive/2026-09-30\n')
    .action(restoreCommand)
}

async function archiveCommand(options: ArchiveOptions): Promise<void> {
  const { archiveDays } = await import('../dropcopy/index.ts')
  const location = await locate(options)
  const { before } = options
  const directory = resolve(options.to ?? join(location.dataDir, 'archive'))
  const days = await withProgress((say, progress) =>
    archiveDays(location, { before, directory }, { note: say, progress }),
  )
  await printDays(days, options)
}

async function restoreCommand(
  directory: string,
  options: SourceOptions & FormatOptions,
): Promise<void> {
  const { restoreDays } = await import('../dropcopy/index.ts')
  const location = await locate(options)
  const days = await withProgress((say, progress) =>
    restoreDays(location, resolve(directory), { note: say, progress }),
  )
  await printDays(days, options)
}

async function printDays(days: readonly DayInFiles[], options: FormatOptions): Promise<void> {
  const { printRows } = await import('../dropcopy/index.ts')
  const rows = days.map(({ tradingDate, ...day }) => ({ trading_date: tradingDate, ...day }))
  for (const line of printRows('days', rows, formatOf(options))) await print(line)
  if (rows.length === 0) note('no days')
}

function tradingDay(text: string): string {
  const instant = new Date(`${text}T00:00:00Z`)
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(instant.getTime())
  if (isDay && instant.toISOString().startsWith(text)) return text
  throw new InvalidArgumentError('Use a day such as 2026-11-21.')
}
