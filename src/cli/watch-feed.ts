/**
 * What `buttonwood subscribe` does until it is stopped: one subscriber, and an output that shows
 * what it tells.
 */
import type { Command } from 'commander'
import type { FeedState, SnapshotUse } from '../client/index.ts'
import { FeedSubscriber } from '../client/index.ts'
import type { ChannelConfig, ExchangeConfig } from '../runtime/index.ts'
import { loadConfig } from '../runtime/index.ts'
import type { ChannelChoice } from './feed-channel.ts'
import { chooseChannel } from './feed-channel.ts'
import type { LineChoice } from './feed-lines.ts'
import { chooseLines } from './feed-lines.ts'
import type { FeedOutput, FeedOutputOptions } from './feed-output-options.ts'
import { feedOutput } from './feed-output.ts'
import { followStream } from './feed-stream.ts'
import { stopSignal } from './stop-signal.ts'

export interface SubscribeOptions extends FeedOutputOptions, Omit<ChannelChoice, 'symbol'> {
  readonly line: LineChoice
  readonly duration?: number
  readonly config?: string
}

/** Resolves when the duration is over or the process is asked to stop. */
export async function watchFeed(options: SubscribeOptions, command: Command): Promise<void> {
  const config = loadConfig({ file: options.config, env: process.env })
  checkSymbols(options, config, command)

  const channel = chooseChannel(options, config, command)
  const output = feedOutput(options, () => Date.now())
  const feed = await follow(options.line, { config, channel, output, command })

  output.start(feed.state)
  await stopSignal({ seconds: options.duration })
  await feed.close()
  output.stop(feed.state)
}

interface FollowedFeed {
  readonly state: FeedState
  close(): Promise<void> | void
}

interface Following {
  readonly config: ExchangeConfig
  readonly channel: ChannelConfig
  readonly output: FeedOutput
  readonly command: Command
}

async function follow(
  line: LineChoice,
  { config, channel, output, command }: Following,
): Promise<FollowedFeed> {
  if (line === 'tcp') {
    const client = followStream(config, channel, output.listener, command)
    return { state: client.feed, close: () => client.close() }
  }
  const subscriber = await FeedSubscriber.open({
    lines: chooseLines(line, channel, command),
    interface: config.itch.interface,
    retransmission: channel.retransmission,
    snapshot: snapshotUse(config, channel, output),
    nowMs: () => performance.now(),
    listener: output.listener,
  })
  return { state: subscriber.arbiter, close: () => subscriber.close() }
}

/** Undefined where the output has no use for snapshots, or nobody may log in for one. */
function snapshotUse(
  { itch }: ExchangeConfig,
  channel: ChannelConfig,
  { snapshot }: FeedOutput,
): SnapshotUse | undefined {
  const [user] = itch.subscribers
  return snapshot && user && { ...channel.snapshot, ...user, ...snapshot }
}

function checkSymbols(
  { symbol }: SubscribeOptions,
  config: ExchangeConfig,
  command: Command,
): void {
  const known = config.instruments.map((instrument) => instrument.symbol)
  const unknown = symbol.find((each) => !known.includes(each))
  if (unknown !== undefined) {
    command.error(`error: --symbol ${unknown} is not listed; use one of ${known.join(', ')}`)
  }
}
