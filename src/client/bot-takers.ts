/**
 * Those who take what the market makers show. The momentum trader runs after a price that moves
 * and gets out when it stands still; the noise trader does anything: immediate-or-cancel,
 * fill-or-kill and market orders, a limit order that it forgets, a change of mind.
 */
import type { Price } from '../domain/index.ts'
import { Side, TimeInForce } from '../domain/index.ts'
import type { BotAction, BotView, Strategy } from './bot-strategy.ts'
import type { Random } from './random.ts'

export interface MomentumOptions {
  /** Ticks of a move that counts as one. */
  readonly moveTicks: number
  readonly lotsMax: number
  /** Shares that it holds at most, long or short. */
  readonly positionMax: number
}

const GET_OUT_CHANCE = 0.3

export function momentumTrader({ moveTicks, lotsMax, positionMax }: MomentumOptions): Strategy {
  return (view, random) => {
    const orderQty = random.integer(1, lotsMax) * view.lotSize
    const move = moveOf(view)
    if (move >= moveTicks && view.position < positionMax) return take(view, Side.Buy, orderQty)
    if (move <= -moveTicks && view.position > -positionMax) return take(view, Side.Sell, orderQty)

    const held = Math.abs(view.position)
    if (held === 0 || Math.abs(move) >= moveTicks || !random.chance(GET_OUT_CHANCE)) return []
    return take(view, view.position > 0 ? Side.Sell : Side.Buy, Math.min(held, orderQty))
  }
}

/** Ticks from the average of the last seconds to now. */
function moveOf({ history, tickSize }: BotView): number {
  const now = history.at(-1)
  if (now === undefined) return 0
  const average = history.reduce((sum, price) => sum + price, 0) / history.length
  return (now - average) / tickSize
}

/** Immediate-or-cancel, up to one tick through the best price. */
function take(view: BotView, side: number, orderQty: number): BotAction[] {
  const price = opposite(view, side, 1)
  if (price === undefined) return []
  return [{ kind: 'enter', side, orderQty, price, timeInForce: TimeInForce.ImmediateOrCancel }]
}

export interface NoiseOptions {
  readonly lotsMax: number
  /** Limit orders that it has on the book at most, per instrument. */
  readonly ordersMax: number
}

export function noiseTrader(options: NoiseOptions): Strategy {
  return (view, random) => {
    if (view.bid === undefined || view.ask === undefined) return []
    const dice = random.next()
    if (dice < 0.35) return immediate(view, random, options)
    if (dice < 0.45) return market(view, random, options)
    if (dice < 0.55) return allOrNothing(view, random, options)
    if (dice < 0.8) return rest(view, random, options)
    return changeOfMind(view, random)
  }
}

const eitherSide = (random: Random): number => (random.chance(0.5) ? Side.Buy : Side.Sell)

function immediate(view: BotView, random: Random, { lotsMax }: NoiseOptions): BotAction[] {
  return take(view, eitherSide(random), random.integer(1, lotsMax) * view.lotSize)
}

function market({ lotSize }: BotView, random: Random, { lotsMax }: NoiseOptions): BotAction[] {
  const orderQty = random.integer(1, Math.ceil(lotsMax / 2)) * lotSize
  const side = eitherSide(random)
  return [{ kind: 'enter', side, orderQty, price: undefined, timeInForce: TimeInForce.Day }]
}

/** Larger than what is usually there: half of these are killed. */
function allOrNothing(view: BotView, random: Random, { lotsMax }: NoiseOptions): BotAction[] {
  const side = eitherSide(random)
  const orderQty = random.integer(lotsMax, 4 * lotsMax) * view.lotSize
  const price = opposite(view, side, 2)
  if (price === undefined) return []
  return [{ kind: 'enter', side, orderQty, price, timeInForce: TimeInForce.FillOrKill }]
}

/** A limit order up to four ticks behind the best price of its side. */
function rest(view: BotView, random: Random, { lotsMax, ordersMax }: NoiseOptions): BotAction[] {
  if (view.orders.length >= ordersMax) return changeOfMind(view, random)
  const side = eitherSide(random)
  const orderQty = random.integer(1, 2 * lotsMax) * view.lotSize
  const price = opposite(view, side, -random.integer(1, 5))
  if (price === undefined || price <= 0) return []
  return [{ kind: 'enter', side, orderQty, price, timeInForce: TimeInForce.Day }]
}

/** Cancels an order, or moves it one tick towards the other side. */
function changeOfMind({ orders, tickSize }: BotView, random: Random): BotAction[] {
  const order = random.pick(orders.filter(({ pending, price }) => pending === 0 && price > 0))
  if (order === undefined) return []
  if (random.chance(0.6)) return [{ kind: 'cancel', order }]

  const price = order.side === Side.Buy ? order.price + tickSize : order.price - tickSize
  return [{ kind: 'replace', order, orderQty: order.cumQty + order.leavesQty, price }]
}

/** The other side's best price, `ticks` beyond it (or before it, when negative). */
function opposite(view: BotView, side: number, ticks: number): Price | undefined {
  const best = side === Side.Buy ? view.ask : view.bid
  if (best === undefined) return undefined
  return best + ticks * view.tickSize * (side === Side.Buy ? 1 : -1)
}
