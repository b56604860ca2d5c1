/**
 * `buttonwood audit export|verify`: a trading day out of the journal in the form that a regulator reads,
 * and whether such a file is as it was written. docs/operations/audit-trail.md.
 */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { JournalSource } from './journal-directory.ts'
import { addJournalSource, journalDirectory } from './journal-directory.ts'
import { progressLine } from './progress-line.ts'

interface ExportOptions extends JournalSource {
  /** yyyymmdd */
  readonly day: number
  readonly out?: string
  readonly secretFile?: string
}

export function registerAudit(program: Command): void {
  const audit = program
    .command('audit')
    .description('every order event of a trading day, for a regulator')
    .addHelpText(
      'after',
      '\nExample:\n  $ buttonwood audit export --day 2026-11-20 --secret-file audit.secret --out 2026-11-20.jsonl\n',
    )

  addJournalSource(audit.command('export'))
    .description('write the trading day as JSON lines')
    .requiredOption('--day <yyyy-mm-dd>', 'trading date', parseDay)
    .option('--out <file>', 'write there, whole or not at all (default: standard output)')
    .option('--secret-file <file>', 'what accounts are hashed with (or BUTTONWOOD_AUDIT_SECRET)')
    .addHelpText(
      'after',
      '\nExample:\n  $ buttonwood audit export --day 2026-11-20 --secret-file audit.secret | gzip > 2026-11-20.jsonl.gz\n',
    )
    .action(exportTrail)
  audit
    .command('verify')
    .description('check that every line parses and that none was changed')
    .argument('<FILE>', 'what `audit export` wrote')
    .addHelpText('after', '\nExample:\n  $ buttonwood audit verify 2026-11-20.jsonl\n')
    .action(verify)
}

async function exportTrail(options: ExportOptions): Promise<void> {
  const { AccountTokens, chunksOf, exportDay, writeTrail } = await import('../audit/index.ts')
  const { NodeDisk } = await import('../journal/index.ts')
  const { auditSecret } = await import('./audit-secret.ts')
  const { writeText } = await import('./print-line.ts')

  const tokens = new AccountTokens(auditSecret(options.secretFile, process.env))
  const progress = progressLine()
  const lines = exportDay({
    disk: new NodeDisk(),
    directory: await journalDirectory(options),
    tradingDate: options.day,
    tokens,
    onProgress: (position, count) =>
      progress.show(() => `${(position / 1e6).toFixed(1)} MB, ${count} lines`),
    onIncomplete: () => {
      progress.clear()
      process.stderr.write('the day has not ended: export it again once the next one has begun\n')
    },
  })
  try {
    if (options.out !== undefined) writeTrail(options.out, lines)
    else for (const chunk of chunksOf(lines)) await writeText(chunk)
  } finally {
    progress.clear()
  }
}

async function verify(file: string): Promise<void> {
  const { checkTrail, readLines } = await import('../audit/index.ts')
  const { tradingDate, lines, sha256, isComplete } = checkTrail(file, readLines(file))
  const part = isComplete ? '' : ', which had not ended'
  process.stdout.write(`${file}: ${lines} lines of ${tradingDate}${part}, sha256 ${sha256}\n`)
}

/** A calendar date. @returns yyyymmdd */
function parseDay(text: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : NaN
  const isDate = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
  if (!isDate) throw new InvalidArgumentError('use a date such as 2026-11-20.')
  return Number(text.replaceAll('-', ''))
}
