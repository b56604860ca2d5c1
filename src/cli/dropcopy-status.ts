/** `buttonwood dropcopy status`: how far the database is, and how far behind the journal. */
import type { Command } from 'commander'
import type { FormatOptions, SourceOptions } from './dropcopy-source.ts'
import {
  addFormatOptions,
  addSourceOptions,
  formatOf,
  locate,
  noteStanding,
} from './dropcopy-source.ts'
import { printLine as print } from './print-line.ts'

export function registerStatus(dropcopy: Command): void {
  addFormatOptions(addSourceOptions(dropcopy.command('status')))
    .description('the last journal group in the database, and how far it is behind the journal')
    .addHelpText('after', '\nExample:\n  $ buttonwood dropcopy status --json\n')
    .action(statusCommand)
}

async function statusCommand(options: SourceOptions & FormatOptions): Promise<void> {
  const { openQuestions, printRows, statusRow } = await import('../dropcopy/index.ts')
  const questions = await openQuestions(await locate(options))
  try {
    const standing = await questions.standing()
    const [applied] = await questions.ask({ ask: 'applied' })
    const row = statusRow(applied, standing)
    for (const line of printRows('status', [row], formatOf(options))) await print(line)
    await noteStanding(standing)
  } finally {
    await questions.close()
  }
}
