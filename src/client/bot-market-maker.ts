/**
 * A market maker: keeps several levels of orders on both sides of what it believes the instrument
 * to be worth, leans against its own position, and moves its quotes by cancel/replace. It waits for
 * no answer, and sometimes cancels an order whose replacement it has not heard of yet.
 */
import type { Price } from '../domain/index.ts'
import { Side, TimeInForce } from '../domain/index.ts'
import type { OwnOrder } from './bot-orders.ts'
import type { BotAction, BotView, Strategy } from './bot-strategy.ts'
import type { Random } from './random.ts'

export interface MarketMakerOptions {
  /** Price levels of each side. */
  readonly levels: number
  /** Ticks from what it believes to its best quote. */
  readonly halfSpreadTicks: number
  /** Ticks between its levels. */
  readonly stepTicks: number
  /** Lots of an order at the best level; deeper ones are larger. */
  readonly lots: number
  /** Shares at which it leans SKEW_TICKS away. */
  readonly positionMax: number
}

const SKEW_TICKS = 4
const TRIM_CHANCE = 0.06
const SECOND_THOUGHT_CHANCE = 0.04

export function marketMaker(options: MarketMakerOptions): Strategy {
  return (view, random) => {
    const { bid, ask } = quotesAround(view, options)
    const buys = quoteSide({ side: Side.Buy, best: bid, view, random, options })
    const sells = quoteSide({ side: Side.Sell, best: ask, view, random, options })
    // The side that the price moves away from goes first, so that it does not trade with itself.
    const ownBid = Math.max(...view.orders.filter(isBuy).map(({ price }) => price))
    const moves = bid > ownBid ? [...sells, ...buys] : [...buys, ...sells]
    return [...moves, ...whims(view, moves, random)]
  }
}

interface Quotes {
  readonly bid: Price
  readonly ask: Price
}

/** Best prices: around the fair price, lower when long and higher when short. */
function quotesAround({ fair, position, tickSize }: BotView, options: MarketMakerOptions): Quotes {
  const lean = Math.max(-1.5, Math.min(1.5, position / options.positionMax)) * SKEW_TICKS
  const center = fair / tickSize - lean
  const bid = Math.floor(center - options.halfSpreadTicks)
  const ask = Math.max(bid + 1, Math.ceil(center + options.halfSpreadTicks))
  return { bid: bid * tickSize, ask: ask * tickSize }
}

interface SideOfQuotes {
  readonly side: number
  readonly best: Price
  readonly view: BotView
  readonly random: Random
  readonly options: MarketMakerOptions
}

/** Orders at wanted prices stay, the others move to prices that have none. */
function quoteSide({ side, best, view, random, options }: SideOfQuotes): BotAction[] {
  const step = options.stepTicks * view.tickSize * (side === Side.Buy ? -1 : 1)
  const wanted = new Map(Array.from({ length: options.levels }, (_, i) => [best + i * step, i]))
  const strays: OwnOrder[] = []
  for (const order of view.orders) {
    if (order.side !== side) continue
    // One order a price; what is on its way counts for where it was.
    if (!wanted.delete(order.price) && order.pending === 0) strays.push(order)
  }

  const actions: BotAction[] = []
  for (const [price, depth] of wanted) {
    const leaves = sizeAt(depth, view, random, options)
    const order = strays.pop()
    actions.push(
      order === undefined
        ? { kind: 'enter', side, orderQty: leaves, price, timeInForce: TimeInForce.Day }
        : { kind: 'replace', order, orderQty: order.cumQty + leaves, price },
    )
  }
  for (const order of strays) actions.push({ kind: 'cancel', order })
  return actions
}

function sizeAt(
  depth: number,
  { lotSize }: BotView,
  random: Random,
  options: MarketMakerOptions,
): number {
  const lots = options.lots * (1 + depth * 0.4) * (0.4 + 1.2 * random.next())
  return Math.max(1, Math.round(lots)) * lotSize
}

/**
 * Now and then it shows less at a price, which keeps the order's place, or thinks again about what
 * it just sent: the cancel follows the replacement before that is answered.
 */
function whims({ orders, lotSize }: BotView, moves: readonly BotAction[], random: Random) {
  const whim: BotAction[] = []
  const order = random.pick(orders.filter(({ pending }) => pending === 0))
  const isMoved = moves.some((move) => move.kind !== 'enter' && move.order === order)
  if (order !== undefined && !isMoved && random.chance(TRIM_CHANCE)) {
    const less = Math.floor(order.leavesQty / lotSize / 2) * lotSize
    const orderQty = order.cumQty + less
    if (less > 0) whim.push({ kind: 'replace', order, orderQty, price: order.price })
  }
  for (const move of moves) {
    if (move.kind !== 'replace' || !random.chance(SECOND_THOUGHT_CHANCE)) continue
    whim.push({ kind: 'cancel', order: move.order })
  }
  return whim
}

const isBuy = ({ side }: OwnOrder): boolean => side === Side.Buy
