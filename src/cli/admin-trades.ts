/** `buttonwood admin bust|correct`: a trade never was, or was another one. */
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { ActOptions } from './admin-options.ts'
import { act, acting, examples } from './admin-options.ts'

interface TradeOptions extends ActOptions {
  readonly reason: string
  readonly restore: string
}

interface CorrectOptions extends TradeOptions {
  readonly price: string
  readonly quantity: number
}

export function registerTrades(admin: Command): void {
  ofTrade(admin.command('bust'))
    .description('take a trade back')
    .addHelpText(
      'after',
      examples("buttonwood admin bust 4711 --reason 'clearly erroneous' --why 'case 17'"),
    )
    .action((matchNumber: number, { reason, restore, ...options }: TradeOptions) =>
      act('bust', options, { matchNumber, reason, restore }),
    )
  ofTrade(admin.command('correct'))
    .description('give a trade another price or quantity')
    .requiredOption('--price <price>', 'LastPx(31) that it should have had')
    .requiredOption('--quantity <shares>', 'LastQty(32) that it should have had', wholeNumber)
    .addHelpText(
      'after',
      examples(
        "buttonwood admin correct 4711 --price 182.50 --quantity 100 --reason 'price' --why 'case 17'",
      ),
    )
    .action((matchNumber: number, options: CorrectOptions) => {
      const { reason, restore, price, quantity, ...rest } = options
      return act('correct', rest, { matchNumber, reason, restore, price, quantity })
    })
}

const ofTrade = (command: Command): Command =>
  acting(command)
    .argument('<MATCH>', 'match number: SecondaryExecID(527)', wholeNumber)
    .requiredOption('--reason <text>', 'Text(58) for both sides, at most 64 characters')
    .addOption(
      new Option('--restore <side>', 'which order comes back, if it was filled')
        .choices(['none', 'buy', 'sell'])
        .default('none'),
    )

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('use a whole number above 0')
}
