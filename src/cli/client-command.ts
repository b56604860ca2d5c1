/** One line of `buttonwood client` as a value. */
import { isSymbol, parsePrice, parseQuantity, sides, timesInForce } from './order-words.ts'

export type ClientCommand =
  | {
      kind: 'order'
      side: number
      symbol: string
      orderQty: number
      price: number | undefined
      timeInForce: number
    }
  | { kind: 'cancel'; id: string }
  | { kind: 'replace'; id: string; orderQty: number; price: number }
  | { kind: 'orders' }
  | { kind: 'help' }
  | { kind: 'quit' }
  | { kind: 'nothing' }
  | { kind: 'problem'; text: string }

export const CLIENT_HELP = `buy SYMBOL QTY PRICE|mkt [DAY|IOC|FOK|GTC]
sell SYMBOL QTY PRICE|mkt [DAY|IOC|FOK|GTC]
cancel ID
replace ID QTY PRICE      QTY is the total, executed shares included
orders                    live orders and their IDs
help
quit                      log out; orders stay live`

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
  const [symbol = '', quantity = '', price = '', tif = 'DAY', ...rest] = args
  const orderQty = parseQuantity(quantity)
  const limit = price.toLowerCase() === 'mkt' ? 'market' : parsePrice(price)
  const timeInForce = timesInForce[tif.toUpperCase()]
  const complete = isSymbol(symbol) && rest.length === 0
  if (!complete || orderQty === undefined || limit === undefined || timeInForce === undefined) {
    return problem(`${side} AAPL 100 182.50, or ${side} AAPL 100 mkt IOC`)
  }
  return {
    kind: 'order',
    side: sides[side]!,
    symbol,
    orderQty,
    price: limit === 'market' ? undefined : limit,
    timeInForce,
  }
}

function parseReplace(args: string[]): ClientCommand {
  const [id = '', quantity = '', text = ''] = args
  const orderQty = parseQuantity(quantity)
  const price = parsePrice(text)
  if (args.length !== 3 || orderQty === undefined || price === undefined) {
    return problem('replace ID 200 182.75')
  }
  return { kind: 'replace', id, orderQty, price }
}

const problem = (example: string): ClientCommand => ({ kind: 'problem', text: `use: ${example}` })
