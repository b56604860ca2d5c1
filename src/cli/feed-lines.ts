/** Which of the feed's multicast lines a command joins, or that it takes the stream over TCP. */
import type { Command } from 'commander'
import type { FeedLine } from '../client/index.ts'
import type { ExchangeConfig } from '../runtime/index.ts'

export const LINE_CHOICES = ['a', 'b', 'both', 'tcp'] as const
export type LineChoice = (typeof LINE_CHOICES)[number]
export type MulticastChoice = Exclude<LineChoice, 'tcp'>

export function chooseLines(
  line: MulticastChoice,
  config: ExchangeConfig,
  command: Command,
): readonly FeedLine[] {
  const { lines } = config.itch
  if (line === 'both') return lines
  const chosen = lines[line === 'a' ? 0 : 1]
  if (chosen === undefined) command.error(`error: --line b: ${config.file} has only one line`)
  return [chosen]
}
