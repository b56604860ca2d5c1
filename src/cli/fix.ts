/** `buttonwood fix …`: what is asked about FIX sessions. */
import type { Command } from 'commander'
import { Option } from 'commander'
import type { FixLogOptions } from './fix-log.ts'
import { instant } from './instant.ts'

const LOG_EXAMPLES = `
Examples:
  $ buttonwood fix log --session ACME --since 15m
  $ buttonwood fix log --order A17
  $ buttonwood fix log --follow
`

export function registerFix(program: Command): void {
  const fix = program
    .command('fix')
    .description('what passed on the FIX sessions')
    .addHelpText('after', '\nExample:\n  $ buttonwood fix log --order A17\n')

  fix
    .command('log')
    .description('print logged FIX messages with the names of tags and values')
    .option('--session <compId>', 'only this session; with --order: whose ClOrdID it is')
    .option(
      '--order <clOrdId>',
      'the story of one order: requests, reports, both sides of its trades',
    )
    .option('--since <time>', 'from: 2026-11-21, 2026-11-21T14:30:00Z, or 15m, 2h, 7d ago', logTime)
    .addOption(
      new Option('--until <time>', 'before, in the same forms')
        .argParser(logTime)
        .conflicts('follow'),
    )
    .option(
      '--follow',
      'go on with what comes, until Ctrl-C; what was before only with --since or --order',
    )
    .addOption(new Option('--raw', 'messages as they were, | for the delimiter').conflicts('json'))
    .option('--json', 'one JSON object a line')
    .option('--config <file>', 'exchange.yaml (default: config/exchange.yaml)')
    .option('--data-dir <dir>', 'where the log is unless the configuration says otherwise')
    .option('--directory <dir>', 'where the files of the log are')
    .addHelpText('after', LOG_EXAMPLES)
    .action(log)
}

async function log(options: FixLogOptions): Promise<void> {
  const { showFixLog } = await import('./fix-log.ts')
  await showFixLog(options)
}

/** As the log prints it: UTC with nine digits. */
function logTime(text: string): string {
  const iso = instant(text)
  const seconds = new Date(iso.replace(' ', 'T'))
    .toISOString()
    .slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)
  const fraction = /\.(\d+)/.exec(iso)?.[1] ?? ''
  return `${seconds}.${fraction.padEnd(9, '0')}Z`
}
