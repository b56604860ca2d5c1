/**
 * Trades on a scratch exchange before the port opens: the first operations of a cold process cost a
 * hundred times the later ones, and no client should pay for them. Every part of an order's way is
 * walked, also those that are rarely: work for several turns, and what is sent out of the journal.
 */
import type { ExchangeConfig } from './runtime/index.ts'
import { SCRATCH_SYMBOL, ScratchExchange } from './scratch-exchange.ts'

const ROUNDS = 16
const ORDERS_PER_ROUND = 500
/** Orders that one message sets off, so few at a time that it takes many turns. */
const MANY = 2_000
const ORDERS_PER_COMMAND_MAX = 50

/** @returns executions that there were; 0 when no session is configured */
export async function warmUp(config: ExchangeConfig): Promise<number> {
  const exchange = await ScratchExchange.open(config, ORDERS_PER_COMMAND_MAX)
  if (exchange === undefined) return 0

  for (let round = 0; round < ROUNDS; round++) await tradeBackAndForth(exchange)
  await rest(exchange, '54=2|38=1|40=2|44=120')
  enter(exchange, `54=1|38=${MANY}|40=2|44=120`)
  await rest(exchange, '54=1|38=1|40=3|99=130')
  enter(exchange, `54=2|38=${2 * MANY}|40=2|44=130`)
  enter(exchange, `54=1|38=${MANY}|40=2|44=130`)
  await rest(exchange, '54=1|38=1|40=2|44=80')
  exchange.say('q', '530=7')
  await exchange.settle()

  const { executions } = exchange
  await exchange.close()
  return executions
}

/** Orders of both sides at a few prices; some are canceled, some replaced. */
async function tradeBackAndForth(exchange: ScratchExchange): Promise<void> {
  for (let i = 0; i < ORDERS_PER_ROUND; i++) {
    const side = 1 + (i % 2)
    const id = enter(exchange, `54=${side}|38=${1 + (i % 3)}|40=2|44=${100 + ((i >> 1) % 5)}`)
    const asked = `41=${id}|55=${SCRATCH_SYMBOL}|54=${side}`
    if (i % 5 === 0) exchange.say('F', asked)
    else if (i % 9 === 0) exchange.say('G', `${asked}|38=5|40=2|44=${100 + (i % 7)}`)
  }
  await exchange.settle()
}

/** Puts many orders of the same terms in line. */
async function rest(exchange: ScratchExchange, terms: string): Promise<void> {
  for (let i = 0; i < MANY; i++) enter(exchange, terms)
  await exchange.settle()
}

/** @returns the order's ClOrdID */
const enter = (exchange: ScratchExchange, terms: string): number =>
  exchange.say('D', `55=${SCRATCH_SYMBOL}|${terms}`)
