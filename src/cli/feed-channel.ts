/** Which channel of the feed a command is about. */
import type { Command } from 'commander'
import type { ChannelConfig, ExchangeConfig } from '../runtime/index.ts'
import { channelsBySymbol } from '../runtime/index.ts'

export interface ChannelChoice {
  readonly channel?: number
  /** Only these instruments; left out or empty: all. */
  readonly symbol?: readonly string[]
}

/** The channel that is asked for, or that of the instruments, or the first one. */
export function chooseChannel(
  { channel, symbol: symbols = [] }: ChannelChoice,
  config: ExchangeConfig,
  command: Command,
): ChannelConfig {
  const { channels } = config.itch
  const chosen = channels[channel ?? channelOf(symbols, channels, command)]
  if (chosen !== undefined) return chosen

  const has = channels.length === 1 ? 'only channel 0' : `channels 0 to ${channels.length - 1}`
  return command.error(`error: --channel ${channel}: ${config.file} has ${has}`)
}

function channelOf(
  symbols: readonly string[],
  channels: readonly ChannelConfig[],
  command: Command,
): number {
  const find = channelsBySymbol(channels)
  const found = new Set(symbols.map(find))
  if (found.size <= 1) return [...found][0] ?? 0

  const where = symbols.map((symbol) => `${symbol} on ${find(symbol)}`).join(', ')
  return command.error(`error: the symbols are on several channels, ${where}; choose one channel's`)
}
