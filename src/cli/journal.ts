/**
 * `buttonwood journal verify|dump|stat`: reads the journal of a server that may be running and proves
 * it, prints it, or counts it.
 */
import type { Command } from 'commander'
import type { JournalSource } from './journal-directory.ts'
import { addJournalSource, dataDirOf, journalDirectory } from './journal-directory.ts'
import { printLine as print } from './print-line.ts'
import { progressLine } from './progress-line.ts'

interface JournalOptions extends JournalSource {
  readonly json?: boolean
}

export function registerJournal(program: Command): void {
  const journal = program
    .command('journal')
    .description('prove, print or count the journal')
    .addHelpText('after', '\nExample:\n  $ buttonwood journal verify --data-dir ./data\n')

  addJournalSource(journal.command('verify'))
    .description('execute all commands again and compare with the recorded events')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  $ buttonwood journal verify\n')
    .action(verify)
  addJournalSource(journal.command('dump'))
    .description('print every record, one JSON object a line')
    .addHelpText('after', '\nExample:\n  $ buttonwood journal dump | grep OrderExecuted\n')
    .action(dump)
  addJournalSource(journal.command('stat'))
    .description('count groups, records and bytes')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  $ buttonwood journal stat\n')
    .action(stat)
}

async function verify(options: JournalOptions): Promise<void> {
  const { verifyJournal } = await import('../verify-journal.ts')
  const progress = progressLine()
  const result = verifyJournal(await dataDirOf(options), (position) =>
    progress.show(() => `${(position / 1e6).toFixed(1)} MB`),
  )
  progress.clear()
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return
  }
  process.stdout.write(
    `journal ${result.journalId}: ${result.groups} groups, ${result.commands} commands, ` +
      `${result.events} events, ${result.position} bytes\nstateHash ${result.stateHash}\n` +
      `seal ${result.seal}, ${result.sealed} of ${result.groups} groups sealed\n`,
  )
}

async function dump(options: JournalOptions): Promise<void> {
  const { describeRecord, printTime } = await import('../journal/index.ts')
  const { recordLength } = await import('../wire/index.ts')
  const reader = await openReader(options)
  for (const group of reader.read()) {
    const time = printTime(group.epochSeconds, group.nanoseconds)
    for (let at = group.commandsStart; at < group.eventsEnd; at += recordLength(group.view, at)) {
      const record = describeRecord(group.view, at)
      const line = { group: group.groupNumber, position: group.positionOf(at), time, ...record }
      await print(JSON.stringify(line))
    }
  }
  reader.close()
}

async function stat(options: JournalOptions): Promise<void> {
  const { countJournal } = await import('../journal/index.ts')
  const reader = await openReader(options)
  const { records, ...totals } = countJournal(reader.read())
  reader.close()
  if (options.json)
    return print(JSON.stringify({ journalId: reader.journalId, ...totals, records }))

  const rows = Object.entries({ journalId: reader.journalId, ...totals, ...records })
  for (const [name, value] of rows) await print(`${name.padEnd(22)}${String(value ?? '')}`)
}

async function openReader(options: JournalOptions) {
  const { JournalReader, NodeDisk } = await import('../journal/index.ts')
  return JournalReader.open({ disk: new NodeDisk(), directory: await journalDirectory(options) })
}
