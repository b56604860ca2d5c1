/**
 * `buttonwood subscribe`: joins the feed's multicast groups, recovers gaps, and shows ladder and
 * tape, or with --json every message as one line.
 */
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { SubscribeOptions } from './watch-feed.ts'

const DEPTH_DEFAULT = 5
const DEPTH_MAX = 50
const EXAMPLES = `
Examples:
  $ buttonwood subscribe --symbol AAPL --depth 10
  $ buttonwood subscribe --json | jq 'select(.type == "E")'
`

export function registerSubscribe(program: Command): void {
  program
    .command('subscribe')
    .description('show the market data feed: ladder and tape, or JSON')
    .option('--symbol <symbol>', 'only this instrument; may be repeated', collect, [])
    .addOption(
      new Option('--line <line>', 'multicast lines to join')
        .choices(['a', 'b', 'both'])
        .default('both'),
    )
    .option('--json', 'one JSON object a line for each message, prices in 1/10,000')
    .option('--depth <levels>', 'price levels of each side', integer(1, DEPTH_MAX), DEPTH_DEFAULT)
    .option('--duration <seconds>', 'stop after this long', integer(1, 86_400))
    .option('--config <file>', 'exchange.yaml (default: config/exchange.yaml)')
    .addHelpText('after', EXAMPLES)
    .action(subscribe)
}

async function subscribe(options: SubscribeOptions, command: Command): Promise<void> {
  const { watchFeed } = await import('./watch-feed.ts')
  await watchFeed(options, command)
}

const collect = (value: string, previous: string[]): string[] => [...previous, value]

const integer = (min: number, max: number) => (text: string) => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new InvalidArgumentError(`use ${min} to ${max}.`)
}
