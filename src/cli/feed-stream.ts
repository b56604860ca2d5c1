/** The feed over TCP for the commands that follow it: where it is and who logs in say the files. */
import type { Command } from 'commander'
import type { StreamListener } from '../client/index.ts'
import { StreamClient } from '../client/index.ts'
import type { ChannelConfig, ExchangeConfig } from '../runtime/index.ts'
import { sayTryingAgain } from './feed-summary.ts'

/** Logs in as the first of `itch.subscribers`, again and again if need be. */
export function followStream(
  { file, itch }: ExchangeConfig,
  channel: ChannelConfig,
  listener: StreamListener,
  command: Command,
): StreamClient {
  const [user] = itch.subscribers
  if (user === undefined) {
    command.error(`error: --line tcp: ${file} has no itch.subscribers to log in as`)
  }
  return new StreamClient({
    server: { ...channel.stream, ...user },
    listener,
    failed: sayTryingAgain,
  })
}
