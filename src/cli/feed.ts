/**
 * `buttonwood feed record|replay|verify`: the market data feed in files, pcap with the datagrams of
 * the lines or BinaryFILE with the messages. docs/protocols/itch-feed.md#recordings
 */
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
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
import type { RecordOptions } from './record-feed.ts'
import type { ReplayOptions } from './replay-feed.ts'

const SPEED_MAX = 1_000_000
const RECORD_EXAMPLES = `
Examples:
  $ buttonwood feed record day.pcap                  # the datagrams of both lines, until Ctrl-C
  $ buttonwood feed record day.itch --duration 3600  # the messages, gaps filled
  $ buttonwood feed record day.itch --line tcp       # the same without multicast
`
const REPLAY_EXAMPLES = `
Examples:
  $ buttonwood feed replay day.pcap --symbol AAPL --speed 10
  $ buttonwood feed replay day.pcap --bars 1m
  $ buttonwood feed replay day.itch --json | jq 'select(.type == "E")'
`

export function registerFeed(program: Command): void {
  const feed = program
    .command('feed')
    .description('record the market data feed, replay and verify recordings')
    .addHelpText('after', '\nExample:\n  $ buttonwood feed record day.pcap\n')

  feed
    .command('record')
    .description('write the feed to a new file: NAME.pcap holds datagrams, any other name messages')
    .argument('<file>', 'a file that does not exist')
    .addOption(channelOption())
    .addOption(lineOption())
    .addOption(durationOption())
    .addOption(configOption())
    .addHelpText('after', RECORD_EXAMPLES)
    .action(record)

  feed
    .command('replay')
    .description('show a recording as subscribe shows the feed')
    .argument('<file>', 'NAME.pcap, or any other name for BinaryFILE')
    .addOption(speedOption())
    .addOption(symbolOption())
    .addOption(jsonOption())
    .addOption(topOption())
    .addOption(barsOption())
    .addOption(depthOption())
    .addHelpText('after', REPLAY_EXAMPLES)
    .action(replay)

  feed
    .command('verify')
    .description('read a recording to its end, rebuild the books and say whether it is sound')
    .argument('<file>', 'NAME.pcap, or any other name for BinaryFILE')
    .addHelpText('after', '\nExample:\n  $ buttonwood feed verify day.pcap\n')
    .action(verify)
}

const speedOption = (): Option =>
  new Option(
    '--speed <times>',
    '1: as it was recorded, 10: ten times as fast (default: as fast as possible)',
  ).argParser((text: string) => {
    const value = Number(text)
    if (/^\d*[.]?\d+$/.test(text) && value > 0 && value <= SPEED_MAX) return value
    throw new InvalidArgumentError(`use a number above 0, up to ${SPEED_MAX}.`)
  })

async function record(file: string, options: RecordOptions, command: Command): Promise<void> {
  const { recordFeed } = await import('./record-feed.ts')
  await recordFeed(file, options, command)
}

async function replay(file: string, options: ReplayOptions): Promise<void> {
  const { replayFeed } = await import('./replay-feed.ts')
  await replayFeed(file, options)
}

async function verify(file: string): Promise<void> {
  const { verifyFeed } = await import('./verify-feed.ts')
  await verifyFeed(file)
}
