/** `buttonwood admin halt|collect|resume`: whether an instrument trades. */
import type { Command } from 'commander'
import { Option } from 'commander'
import { HALT_POLICIES } from '../domain/index.ts'
import type { ActOptions } from './admin-options.ts'
import { act, acting, examples } from './admin-options.ts'

interface OfInstruments extends ActOptions {
  readonly all?: boolean
}

interface HaltOptions extends OfInstruments {
  readonly reason: string
  readonly orders: string
}

export function registerHalts(admin: Command): void {
  ofInstruments(admin.command('halt'))
    .description('stop the trading of an instrument')
    .requiredOption('--reason <reason>', 'of the feed, at most 4 characters')
    .addOption(
      new Option('--orders <policy>', 'what is taken meanwhile')
        .choices(HALT_POLICIES)
        .default('accept'),
    )
    .addHelpText(
      'after',
      examples(
        "buttonwood admin halt AAPL --reason T1 --why 'news pending'",
        "buttonwood admin halt --all --reason M --orders cancel-only --why 'feed is late'",
      ),
    )
    .action(async (symbol: string | undefined, options: HaltOptions, command: Command) => {
      const { reason, orders } = options
      await act('halt', options, { symbol: symbolOf(symbol, options, command), reason, orders })
    })
  ofInstruments(admin.command('collect'))
    .description('collect orders for an auction')
    .addHelpText('after', examples("buttonwood admin collect AAPL --why 'reopening at 14:30'"))
    .action(collectOrResume('collect'))
  ofInstruments(admin.command('resume'))
    .description('hold the auction of what was collected, and trade')
    .addHelpText('after', examples("buttonwood admin resume AAPL --why 'news is out'"))
    .action(collectOrResume('resume'))
}

const collectOrResume =
  (name: 'collect' | 'resume') =>
  async (symbol: string | undefined, options: OfInstruments, command: Command): Promise<void> => {
    await act(name, options, { symbol: symbolOf(symbol, options, command) })
  }

const ofInstruments = (command: Command): Command =>
  acting(command).argument('[SYMBOL]', 'one instrument').option('--all', 'every listed instrument')

function symbolOf(
  symbol: string | undefined,
  { all = false }: OfInstruments,
  command: Command,
): string {
  if (all === (symbol === undefined)) return symbol ?? '*'
  return command.error("error: name a SYMBOL, or use '--all'")
}
