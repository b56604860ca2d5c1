/**
 * A trader that now and then asks for more than a price: an iceberg, a stop, an order that is not to
 * trade at once. It has few of them at a time, and cancels one when it has enough.
 */
import { Side, TimeInForce } from '../domain/index.ts'
import type { OwnOrder } from './bot-orders.ts'
import type { BotAction, BotView, Strategy } from './bot-strategy.ts'
import type { OrderConditions } from './fix-orders.ts'
import type { Random } from './random.ts'

export interface ConditionsOptions {
  /** Of a decision that is about such an order. */
  readonly chance: number
  /** Lots of a stop or a post-only order, and of what an iceberg shows. */
  readonly lotsMax: number
  /** Icebergs and waiting stops at most, per instrument. */
  readonly ordersMax: number
}

/** ExecInst(18): participate don't initiate. */
const POST_ONLY = '6'
/** An iceberg hides up to so many times what it shows. */
const PARTS_MAX = 8

/** Decides as `strategy` does, but for the orders of its own. */
export function withConditions(strategy: Strategy, options: ConditionsOptions): Strategy {
  return (view, random) => {
    const { bid, ask } = view
    if (bid === undefined || ask === undefined || !random.chance(options.chance)) {
      return strategy(view, random)
    }
    const held = view.orders.filter(isConditional)
    if (held.length >= options.ordersMax) return cancelOneOf(held, random)

    const side = random.chance(0.5) ? Side.Buy : Side.Sell
    const lots = random.integer(1, options.lotsMax) * view.lotSize
    const offer = { view, side, lots, best: side === Side.Buy ? ask : bid }
    return [random.pick([iceberg, stop, postOnly])!(offer, random)]
  }
}

const isConditional = ({ isWaiting, maxFloor }: OwnOrder): boolean => isWaiting || maxFloor > 0

function cancelOneOf(held: readonly OwnOrder[], random: Random): BotAction[] {
  const order = random.pick(held.filter(({ pending }) => pending === 0))
  return order === undefined ? [] : [{ kind: 'cancel', order }]
}

interface Offer {
  readonly view: BotView
  readonly side: number
  /** Shares of so many lots. */
  readonly lots: number
  /** Best price of the other side. */
  readonly best: number
}

/** Behind the best price of the other side, and much larger than it looks. */
function iceberg(offer: Offer, random: Random): BotAction {
  const orderQty = offer.lots * random.integer(2, PARTS_MAX)
  const price = beyond(offer, -random.integer(1, 2))
  return enter(offer, orderQty, price, { maxFloor: offer.lots })
}

/** Follows the market when it runs a few ticks through the best price. */
function stop(offer: Offer, random: Random): BotAction {
  return enter(offer, offer.lots, undefined, { stopPx: beyond(offer, random.integer(2, 5)) })
}

/** As near as it can be; when the market has moved it is refused. */
function postOnly(offer: Offer): BotAction {
  return enter(offer, offer.lots, beyond(offer, -1), { execInst: POST_ONLY })
}

/** `ticks` through the best price of the other side, or before it when negative. */
const beyond = ({ view, side, best }: Offer, ticks: number): number =>
  Math.max(view.tickSize, best + ticks * view.tickSize * (side === Side.Buy ? 1 : -1))

const enter = (
  { side }: Offer,
  orderQty: number,
  price: number | undefined,
  conditions: OrderConditions,
): BotAction => ({
  kind: 'enter',
  side,
  orderQty,
  price,
  timeInForce: TimeInForce.Day,
  conditions,
})
