/** `buttonwood admin instrument` and `split`: what is listed, and on what terms. */
import type { Command } from 'commander'
import type { ActOptions } from './admin-options.ts'
import { act, acting, examples } from './admin-options.ts'

/** Options, and the keys of instruments.yaml that they stand for. */
const TERMS = [
  ['--reference <price>', 'referencePrice', 'reference price'],
  ['--tick <price>', 'tickSize', 'every price is a multiple of it'],
  ['--lot <shares>', 'lotSize', 'every quantity is a multiple of it'],
  ['--band <percent>', 'priceBandPercent', 'price band around the reference price; 0 = none'],
  ['--max-order-qty <shares>', 'maxOrderQty', 'largest order'],
  ['--description <text>', 'description', 'of SecurityList(y)'],
  ['--currency <code>', 'currency', 'ISO 4217'],
  ['--matching <policy>', 'matching', 'price-time, pro-rata or size-pro-rata'],
  ['--pro-rata-minimum <shares>', 'proRataMinimum', 'least share of an order'],
  ['--group <group>', 'group', 'whose phases it has'],
] as const
const VOLATILITY = [
  ['--static-percent <percent>', 'staticPercent', 'pause beyond it of the last auction'],
  ['--dynamic-percent <percent>', 'dynamicPercent', 'pause beyond it of the last price'],
  ['--pause-seconds <seconds>', 'pauseSeconds', 'how long a pause lasts'],
] as const
const AUCTION = [
  [
    '--collar-percent <percent>',
    'collarPercent',
    'auctions farther from the reference price go on',
  ],
  ['--extension-seconds <seconds>', 'extensionSeconds', 'how long an auction goes on, each time'],
  ['--extensions-max <times>', 'extensionsMax', 'how often, until it executes inside the collar'],
] as const

type TermsOptions = ActOptions & Readonly<Record<string, string | undefined>>

export function registerInstruments(admin: Command): void {
  const instrument = admin
    .command('instrument')
    .description('list, change or delist an instrument of the running exchange')
    .addHelpText('after', examples('buttonwood admin instrument add --help'))
  withTerms(instrument.command('add'))
    .description('list an instrument')
    .addHelpText(
      'after',
      examples(
        "buttonwood admin instrument add SHOP --reference 80 --tick 0.01 --lot 1 --why 'new listing'",
      ),
    )
    .action(actOnTerms('add-instrument'))
  withTerms(instrument.command('change'))
    .description('change what is said of an instrument; its tick stays')
    .addHelpText(
      'after',
      examples("buttonwood admin instrument change AAPL --band 10 --why 'quiet market'"),
    )
    .action(actOnTerms('change-instrument'))
  ofSymbol(instrument.command('delist'))
    .description('cancel the orders of an instrument, and take no more')
    .addHelpText('after', examples("buttonwood admin instrument delist SHOP --why 'merged'"))
    .action((symbol: string, options: ActOptions) => act('delist-instrument', options, { symbol }))
  registerSplit(admin)
}

function registerSplit(admin: Command): void {
  ofSymbol(admin.command('split'))
    .description('split shares: halt, cancel all orders, and go on at the prices of the new shares')
    .argument('<INTO:FROM>', 'new shares for old ones, such as 2:1')
    .addHelpText('after', examples("buttonwood admin split AAPL 2:1 --why 'two for one'"))
    .action(async (symbol: string, ratio: string, options: ActOptions, command: Command) => {
      const [, into, from] = /^(\d{1,4}):(\d{1,4})$/.exec(ratio) ?? []
      if (into === undefined)
        command.error(`error: ${ratio} is no ratio; use INTO:FROM, such as 2:1`)
      await act('split', options, { symbol, into: Number(into), from: Number(from) })
    })
}

const ofSymbol = (command: Command): Command => acting(command).argument('<SYMBOL>', 'Symbol(55)')

function withTerms(command: Command): Command {
  for (const [flags, , text] of [...TERMS, ...VOLATILITY, ...AUCTION])
    ofOption(command, flags, text)
  return ofSymbol(command)
}

const ofOption = (command: Command, flags: string, text: string): Command =>
  command.option(flags, text)

const actOnTerms =
  (name: 'add-instrument' | 'change-instrument') =>
  async (symbol: string, options: TermsOptions): Promise<void> => {
    const terms = {
      ...given(TERMS, options),
      ...section('volatility', given(VOLATILITY, options)),
      ...section('auction', given(AUCTION, options)),
    }
    await act(name, options, { symbol, terms })
  }

/** Left out where none of its options was typed. */
const section = (key: string, typed: Record<string, string>): object =>
  Object.keys(typed).length > 0 ? { [key]: typed } : {}

/** Those of the options that were typed, by their keys. */
function given(
  table: readonly (readonly [flags: string, key: string, text: string])[],
  options: TermsOptions,
): Record<string, string> {
  const typed = table.flatMap(([flags, key]): [string, string][] => {
    const value = options[optionName(flags)]
    return value === undefined ? [] : [[key, value]]
  })
  return Object.fromEntries(typed)
}

/** `--max-order-qty <shares>` is kept as `maxOrderQty`. */
const optionName = (flags: string): string =>
  flags.replace(/^--| <.*$/g, '').replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
