/** `buttonwood order`: one order over FIX, and every report of it until it is done or time is up. */
import type { Command } from 'commander'
import { Argument, InvalidArgumentError, Option } from 'commander'
import { addFixLoginOptions } from './fix-login-options.ts'
import type { Expiry } from './order-words.ts'
import {
  isSymbol,
  orderTypes,
  parseExpiry,
  parsePrice,
  parseQuantity,
  sides,
  timesInForce,
} from './order-words.ts'
import type { OrderOptions } from './place-order.ts'

const WAIT_SECONDS = 3
const WAIT_SECONDS_MAX = 86_400
const EXAMPLES = `
Exit code: 0 accepted, 1 refused, 2 wrong usage. A resting order stays live after the command.

The kind of order follows from what is given: PRICE a limit, --stop a stop, both a stop limit,
neither a market order. What goes together is the exchange's to say.

Examples:
  $ buttonwood order buy AAPL 100 182.50 --session ACME
  $ buttonwood order sell AAPL 100 --session GLOBEX --tif IOC --json
  $ buttonwood order sell AAPL 100 --stop 180 --session ACME
  $ buttonwood order buy AAPL 1000 182.50 --show 100 --session ACME
  $ buttonwood order buy AAPL 100 182.50 --post-only --gtd 2026-12-31 --session ACME
  $ buttonwood order buy AAPL 100 --type market-to-limit --session ACME
`

export function registerOrder(program: Command): void {
  const command = program
    .command('order')
    .description('send one order over FIX and print every report of it')
    .addArgument(new Argument('<side>', 'what to do').choices(Object.keys(sides)))
    .argument('<symbol>', 'instrument', symbol)
    .argument('<quantity>', 'shares', quantity)
    .argument('[price]', 'limit price', price)
  addFixLoginOptions(command)
    .addOption(
      new Option('--tif <time>', 'time in force (default: DAY, or that of --gtd)').choices(
        Object.keys(timesInForce),
      ),
    )
    .option('--gtd <until>', 'good till the end of a day, or till an instant', expiry)
    .addOption(
      new Option('--type <type>', 'kind of order, if not the one that follows').choices(
        Object.keys(orderTypes),
      ),
    )
    .option('--stop <price>', 'wait until a trade is at this price or beyond', price)
    .option('--show <quantity>', 'show so much at a time', quantity)
    .option('--min <quantity>', 'at least so much at once, or nothing', quantity)
    .option('--post-only', 'never trade with what waits already')
    .option('--account <account>', 'account of the session')
    .option('--wait <seconds>', 'how long to wait for reports', waitSeconds, WAIT_SECONDS)
    .option('--json', 'one JSON object a line, prices in 1/10,000')
    .addHelpText('after', EXAMPLES)
    .action(order)
}

async function order(
  side: string,
  symbol: string,
  orderQty: number,
  price: number | undefined,
  options: OrderOptions,
): Promise<void> {
  const { placeOrder } = await import('./place-order.ts')
  await placeOrder({ side: sides[side]!, symbol, orderQty, price }, options)
}

function symbol(text: string): string {
  if (isSymbol(text)) return text
  throw new InvalidArgumentError('use up to 20 printable characters without space.')
}

function quantity(text: string): number {
  const value = parseQuantity(text)
  if (value !== undefined) return value
  throw new InvalidArgumentError('use a whole number of shares, 1 to 1000000000.')
}

function price(text: string): number {
  const value = parsePrice(text)
  if (value !== undefined) return value
  throw new InvalidArgumentError('use a price above 0 with at most 4 decimals, up to 200000.')
}

function expiry(text: string): Expiry {
  const value = parseExpiry(text)
  if (value !== undefined) return value
  throw new InvalidArgumentError('use a day, 2026-12-31, or an instant, 2026-12-31T14:30:00Z.')
}

function waitSeconds(text: string): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value <= WAIT_SECONDS_MAX) return value
  throw new InvalidArgumentError(`use 0 to ${WAIT_SECONDS_MAX}.`)
}
