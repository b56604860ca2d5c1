/**
 * `buttonwood demo`: an exchange of its own, bots that trade on it over FIX, a subscriber and the
 * drop copy; shown live, and compared with each other at the end.
 */
import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { DemoOptions } from './demo-run.ts'

const DURATION_MAX = 86_400
const SEED_MAX = 2 ** 32 - 1
const EXAMPLES = `
Examples:
  $ buttonwood demo
  $ buttonwood demo --duration 20 --plain --seed 1792

On the screen: 1 to 5 and the arrow keys choose the instrument, q ends it.
`

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('see it alive: an exchange, bots that trade on it, a subscriber, the drop copy')
    .option(
      '--duration <seconds>',
      'trade for this long (default: until Ctrl-C)',
      upTo(DURATION_MAX),
    )
    .option(
      '--seed <number>',
      "of the bots' random numbers (default: another each time)",
      upTo(SEED_MAX),
    )
    .option('--plain', 'print lines instead of drawing the terminal')
    .option('--keep', 'leave journal, database and log in place afterwards')
    .addHelpText('after', EXAMPLES)
    .action(demo)
}

async function demo(options: Partial<DemoOptions>): Promise<void> {
  const { runDemo } = await import('./demo-run.ts')
  const agrees = await runDemo(options)
  if (!agrees) process.exitCode = 1
}

const upTo = (max: number) => (text: string) => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= max) return value
  throw new InvalidArgumentError(`use 1 to ${max}.`)
}
