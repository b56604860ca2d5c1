/**
 * The terms of an order as a trader says them, and the fields that they become:
 *
 *   buy 100 AAPL @ 182.50 stop 183 GTD 20261124 show 20
 *
 * Words behind the price: DAY, GTC, IOC, FOK, GTD with `20261124` (ExpireDate) or `14:31:00` (ExpireTime,
 * UTC, on the first day), OPEN, CLOSE, `min 50`, `show 20`, `post only`, `all or none`, `while connected`,
 * `cancel on halt`.
 */
import { OrdType, Side, TimeInForce } from '../../src/domain/index.ts'
import { ExecInstBit } from '../../src/wire/index.ts'
import type { Conditions } from './engine-commands.ts'

/** 1/10,000 of a decimal text; -1, -2 and -3 are values of Unrepresentable and stay as they are. */
const priceOf = (text: string): number =>
  text.startsWith('-') ? Number(text) : Math.round(Number(text) * 10_000)

const TIME_IN_FORCE: Readonly<Record<string, number>> = {
  DAY: TimeInForce.Day,
  GTC: TimeInForce.GoodTillCancel,
  IOC: TimeInForce.ImmediateOrCancel,
  FOK: TimeInForce.FillOrKill,
  GTD: TimeInForce.GoodTillDate,
  OPEN: TimeInForce.AtTheOpening,
  CLOSE: TimeInForce.AtTheClose,
}

const NUMBER = String.raw`-?[\d.]+`
const PRICE = `market or limit|market|stop ${NUMBER}|${NUMBER} stop ${NUMBER}|${NUMBER} or limit|${NUMBER}`
const TERMS = new RegExp(String.raw`^(buy|sell) (-?\d+)(?: ([A-Z]\w*))? @ (${PRICE})((?: .*)?)$`)

/** What a word behind the price asks for; `value` is what the pattern has in brackets. */
const WORDS: readonly (readonly [RegExp, (value: string) => Partial<Conditions>])[] = [
  [/^ (\d{8})\b/, (date) => ({ expireDate: Number(date) })],
  [/^ (\d\d:\d\d:\d\d)\b/, (time) => ({ expireSeconds: secondsOf(time) })],
  [/^ min (-?\d+)/, (quantity) => ({ minQty: Number(quantity) })],
  [/^ show (-?\d+)/, (quantity) => ({ maxFloor: Number(quantity) })],
  [/^ post only/, () => ({ execInst: ExecInstBit.PostOnly })],
  [/^ all or none/, () => ({ execInst: ExecInstBit.AllOrNone })],
  [/^ while connected/, () => ({ execInst: ExecInstBit.CancelOnFailure })],
  [/^ cancel on halt/, () => ({ execInst: ExecInstBit.CancelOnHalt })],
]

const secondsOf = (time: string): number => Date.parse(`2026-11-23T${time}Z`) / 1000

export function parseTerms(terms: string, locateOf: (symbol: string) => number) {
  const match = TERMS.exec(terms)
  if (match === null) throw new Error(`terms are not readable: ${terms}`)
  const [, side, quantity, symbol, price, words] = match
  const [, timeInForce, more] = /^(?: (DAY|GTC|IOC|FOK|GTD|OPEN|CLOSE)\b)?(.*)$/.exec(words!)!
  const { ordType, limit, stopPx } = pricesOf(price!)
  return {
    side: side === 'buy' ? Side.Buy : Side.Sell,
    orderQty: Number(quantity),
    locate: symbol === undefined ? 1 : locateOf(symbol),
    ordType,
    price: limit,
    timeInForce: TIME_IN_FORCE[timeInForce ?? 'DAY']!,
    conditions: { stopPx, ...conditionsOf(more!, terms) },
  }
}

function pricesOf(text: string): { ordType: number; limit: number; stopPx: number } {
  const none = { limit: 0, stopPx: 0 }
  if (text === 'market') return { ...none, ordType: OrdType.Market }
  const [limit, stop] = text.split('stop ')
  if (stop !== undefined) {
    const ordType = limit === '' ? OrdType.Stop : OrdType.StopLimit
    return { ordType, limit: priceOf(limit!.trim() || '0'), stopPx: priceOf(stop) }
  }
  const isLeftOver = text.endsWith(' or limit')
  const ordType = isLeftOver ? OrdType.MarketWithLeftOverAsLimit : OrdType.Limit
  return { ...none, ordType, limit: text === 'market or limit' ? 0 : priceOf(text.split(' ')[0]!) }
}

function conditionsOf(words: string, terms: string): Partial<Conditions> {
  let conditions: Partial<Conditions> = {}
  let rest = words
  while (rest !== '') {
    const word = WORDS.find(([pattern]) => pattern.test(rest))
    if (word === undefined) throw new Error(`words are not readable: ${rest} in ${terms}`)
    const [found, value = ''] = word[0].exec(rest)!
    const asked = word[1](value)
    const execInst = (conditions.execInst ?? 0) | (asked.execInst ?? 0)
    conditions = { ...conditions, ...asked, execInst }
    rest = rest.slice(found.length)
  }
  return conditions
}
