/**
 * What `buttonwood subscribe` does until it is stopped: one subscriber, and an output that shows
 * what it tells.
 */
import type { Command } from 'commander'
import type { FeedState, SnapshotUse } from '../client/index.ts'
import { FeedSubscriber } from '../client/index.ts'
import type { ExchangeConfig } from '../runtime/index.ts'
import { loadConfig } from '../runtime/index.ts'
import type { LineChoice } from './feed-lines.ts'
import { chooseLines } from './feed-lines.ts'
import type { FeedOutput, FeedOutputOptions } from './feed-output-options.ts'
import { feedOutput } from './feed-output.ts'
import { followStream } from './feed-stream.ts'
import { stopSignal } from './stop-signal.ts'

export interface SubscribeOptions extends FeedOutputOptions {
  readonly line: LineChoice
  readonly duration?: number
  readonly config?: string
}

/** Resolves when the duration is over or the process is asked to stop. */
export async function watchFeed(options: SubscribeOptions, command: Command): Promise<void> {
  const config = loadConfig({ file: options.config, env: process.env })
  checkSymbols(options, config, command)

  const output = feedOutput(options, () => Date.now())
  const feed = await follow(options, config, output, command)

  output.start(feed.state)
  await stopSignal({ seconds: options.duration })
  await feed.close()
  output.stop(feed.state)
}

interface FollowedFeed {
  readonly state: FeedState
  close(): Promise<void> | void
}

async function follow(
  { line }: SubscribeOptions,
  config: ExchangeConfig,
  output: FeedOutput,
  command: Command,
): Promise<FollowedFeed> {
  if (line === 'tcp') {
    const client = followStream(config, output.listener, command)
    return { state: client.feed, close: () => client.close() }
  }
  const { itch } = config
  const subscriber = await FeedSubscriber.open({
    lines: chooseLines(line, config, command),
    interface: itch.interface,
    retransmission: itch.retransmission,
    snapshot: snapshotUse(config, output),
    nowMs: () => performance.now(),
    listener: output.listener,
  })
  return { state: subscriber.arbiter, close: () => subscriber.close() }
}

/** Undefined where the output has no use for snapshots, or nobody may log in for one. */
function snapshotUse({ itch }: ExchangeConfig, { snapshot }: FeedOutput): SnapshotUse | undefined {
  const [user] = itch.subscribers
  return snapshot && user && { ...itch.snapshot, ...user, ...snapshot }
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
