/** One line of `buttonwood client` as a value. */
import type { OrderConditions } from '../client/index.ts'
import {
  impliedTimeInForce,
  isSymbol,
  orderTypes,
  parseExpiry,
  parsePrice,
  parseQuantity,
  POST_ONLY,
  sides,
  timesInForce,
} from './order-words.ts'

/** What stands behind the price: `gtc stop 182 show 100`. */
type Extras = OrderConditions & { readonly timeInForce?: number }

export type ClientCommand =
  | ({
      kind: 'order'
      side: number
      symbol: string
      orderQty: number
      price: number | undefined
      timeInForce: number
    } & OrderConditions)
  | { kind: 'cancel'; id: string }
  | ({ kind: 'replace'; id: string; orderQty: number; price: number | undefined } & Extras)
  | { kind: 'orders' }
  | { kind: 'help' }
  | { kind: 'quit' }
  | { kind: 'nothing' }
  | { kind: 'problem'; text: string }

export const CLIENT_HELP = `buy SYMBOL QTY PRICE|mkt [DAY|IOC|FOK|GTC|OPEN|CLOSE] [MORE]
sell SYMBOL QTY PRICE|mkt [DAY|IOC|FOK|GTC|OPEN|CLOSE] [MORE]
cancel ID
replace ID QTY PRICE|mkt [DAY|GTC] [MORE]
                          QTY is the total, executed shares included; the rest stays as it was
orders                    live orders and their IDs
help
quit                      log out; orders stay live

MORE, in any order:
stop PRICE                wait until a trade is at PRICE or beyond
show QTY                  an iceberg: the market sees so much at a time
min QTY                   at least so much at once, or nothing: with IOC
post-only                 never trade with what waits already
gtd DATE|INSTANT          good till 2026-12-31, or till 2026-12-31T14:30:00Z
type TYPE                 market-to-limit; the other types follow from PRICE and stop

sell AAPL 100 mkt stop 180
buy AAPL 1000 182.50 gtc show 100 post-only`

export function parseClientCommand(line: string): ClientCommand {
  const [word = '', ...args] = line.trim().split(/\s+/)
  switch (word.toLowerCase()) {
    case '':
      return { kind: 'nothing' }
    case 'buy':
    case 'sell':
      return parseOrder(word.toLowerCase(), args)
    case 'cancel':
      return args.length === 1 ? { kind: 'cancel', id: args[0]! } : problem('cancel ID')
    case 'replace':
      return parseReplace(args)
    case 'orders':
      return { kind: 'orders' }
    case 'help':
    case '?':
      return { kind: 'help' }
    case 'quit':
    case 'exit':
      return { kind: 'quit' }
    default:
      return { kind: 'problem', text: `no such command: ${word}; help lists them` }
  }
}

function parseOrder(side: string, args: string[]): ClientCommand {
  const [symbol = '', ...terms] = args
  const parsed = parseTerms(terms)
  if (!isSymbol(symbol) || parsed === undefined) {
    return problem(`${side} AAPL 100 182.50, or ${side} AAPL 100 mkt IOC; help has more`)
  }
  const timeInForce = impliedTimeInForce(parsed)
  return { kind: 'order', side: sides[side]!, symbol, timeInForce, ...parsed }
}

function parseReplace(args: string[]): ClientCommand {
  const [id = '', ...terms] = args
  const parsed = parseTerms(terms)
  if (parsed === undefined) return problem('replace ID 200 182.75; help has more')
  return { kind: 'replace', id, ...parsed }
}

/** @returns undefined when a word is none, or a value no such value */
function parseTerms(
  words: readonly string[],
): ({ orderQty: number; price: number | undefined } & Extras) | undefined {
  const [quantity = '', price = '', ...rest] = words
  const orderQty = parseQuantity(quantity)
  const limit = price.toLowerCase() === 'mkt' ? 'market' : parsePrice(price)
  const extras = parseExtras(rest)
  if (orderQty === undefined || limit === undefined || extras === undefined) return undefined
  return { orderQty, price: limit === 'market' ? undefined : limit, ...extras }
}

function parseExtras(words: readonly string[]): Extras | undefined {
  const rest = [...words]
  let extras: Extras = {}
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const extra = parseExtra(word, rest)
    if (extra === undefined) return undefined
    extras = { ...extras, ...extra }
  }
  return extras
}

/** @param rest the words behind it, from which it takes its value */
function parseExtra(word: string, rest: string[]): Extras | undefined {
  const timeInForce = timesInForce[word.toUpperCase()]
  if (timeInForce !== undefined) return { timeInForce }
  const name = word.toLowerCase()
  if (name === 'post-only') return { execInst: POST_ONLY }
  return VALUES[name]?.(rest.shift() ?? '')
}

const VALUES: Readonly<Record<string, (value: string) => Extras | undefined>> = {
  stop: (value) => given(parsePrice(value), (stopPx) => ({ stopPx })),
  show: (value) => given(parseQuantity(value), (maxFloor) => ({ maxFloor })),
  min: (value) => given(parseQuantity(value), (minQty) => ({ minQty })),
  type: (value) => given(orderTypes[value.toLowerCase()], (ordType) => ({ ordType })),
  gtd: parseExpiry,
}

function given<T>(value: T | undefined, extra: (value: T) => Extras): Extras | undefined {
  return value === undefined ? undefined : extra(value)
}

const problem = (example: string): ClientCommand => ({ kind: 'problem', text: `use: ${example}` })
