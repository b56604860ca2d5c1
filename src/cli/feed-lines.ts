/** Which of the feed's multicast lines a command joins. */
import type { Command } from 'commander'
import type { FeedLine } from '../client/index.ts'
import type { ExchangeConfig } from '../runtime/index.ts'

export type LineChoice = 'a' | 'b' | 'both'

export function chooseLines(
  line: LineChoice,
  config: ExchangeConfig,
  command: Command,
): readonly FeedLine[] {
  const { lines } = config.itch
  if (line === 'both') return lines
  const chosen = lines[line === 'a' ? 0 : 1]
  if (chosen === undefined) command.error(`error: --line b: ${config.file} has only one line`)
  return [chosen]
}
