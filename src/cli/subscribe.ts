/**
 * `buttonwood subscribe`: joins the feed's multicast groups, recovers gaps, and shows ladder and
 * tape, or with --json every message as one line.
 */
import type { Command } from 'commander'
import {
  barsOption,
  channelOption,
  configOption,
  depthOption,
  durationOption,
  jsonOption,
  lineOption,
  symbolOption,
  topOption,
} from './feed-options.ts'
import type { SubscribeOptions } from './watch-feed.ts'

const EXAMPLES = `
Examples:
  $ buttonwood subscribe --symbol AAPL --depth 10
  $ buttonwood subscribe --bars 1m --line tcp
  $ buttonwood subscribe --json | jq 'select(.type == "E")'
`

export function registerSubscribe(program: Command): void {
  program
    .command('subscribe')
    .description('show the market data feed: ladder and tape, bars, or JSON')
    .addOption(symbolOption())
    .addOption(channelOption())
    .addOption(lineOption())
    .addOption(jsonOption())
    .addOption(topOption())
    .addOption(barsOption())
    .addOption(depthOption())
    .addOption(durationOption())
    .addOption(configOption())
    .addHelpText('after', EXAMPLES)
    .action(subscribe)
}

async function subscribe(options: SubscribeOptions, command: Command): Promise<void> {
  const { watchFeed } = await import('./watch-feed.ts')
  await watchFeed(options, command)
}
