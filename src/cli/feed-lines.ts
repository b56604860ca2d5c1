/** Which of a channel's multicast lines a command joins, or that it takes its stream over TCP. */
import type { Command } from 'commander'
import type { FeedLine } from '../client/index.ts'
import type { ChannelConfig } from '../runtime/index.ts'

export const LINE_CHOICES = ['a', 'b', 'both', 'tcp'] as const
export type LineChoice = (typeof LINE_CHOICES)[number]
export type MulticastChoice = Exclude<LineChoice, 'tcp'>

export function chooseLines(
  line: MulticastChoice,
  { lines, setting }: ChannelConfig,
  command: Command,
): readonly FeedLine[] {
  if (line === 'both') return lines
  const chosen = lines[line === 'a' ? 0 : 1]
  if (chosen === undefined) command.error(`error: --line b: ${setting} has only one line`)
  return [chosen]
}
