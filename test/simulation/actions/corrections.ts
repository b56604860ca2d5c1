/** Which trade operations takes back or tells anew, and how: mostly a late one that stands. */
import { PRICE_DECIMALS } from '../../../src/domain/index.ts'
import { parseScaled } from '../../../src/dropcopy/print-values.ts'
import type { TradeRow } from '../../../src/dropcopy/tables.ts'
import type { TradeAction } from '../../../src/wire/index.ts'
import type { Dice } from '../../support/dice.ts'
import type { World } from '../world.ts'

/** Trades of which mostly one is chosen: the latest. */
const LATEST_TRADES = 30
/** The chance that any trade is, of whatever day. */
const ANY_TRADE = 0.3
/** The chance that none is, and the number that none has. */
const UNKNOWN = 0.05
const NO_TRADE = 999_999_999
const TICK = 10 ** (PRICE_DECIMALS - 2)

/** Something has traded: at some time of the run, in whatever life. */
export const hasTraded = ({ history }: World): boolean => history.rows.trades.length > 0

export function someCorrection({ history }: World, dice: Dice): TradeAction {
  const { trades } = history.rows
  const trade = dice.pick(dice.chance(ANY_TRADE) ? trades : trades.slice(-LATEST_TRADES))!
  const common = {
    matchNumber: dice.chance(UNKNOWN) ? NO_TRADE : trade.match_number,
    restore: dice.pick(['none', 'none', 'buy', 'sell'] as const)!,
    reason: 'simulated',
  }
  if (dice.chance(0.5)) return { action: 'bust', ...common }
  return { action: 'correct', ...common, ...someLot(trade, dice) }
}

/** Near what it was; now and then the same, or more than there is for it. */
const someLot = ({ price, quantity }: TradeRow, dice: Dice) => ({
  price: parseScaled(price) + dice.between(-2, 2) * TICK,
  quantity: dice.chance(0.5) ? quantity : Math.max(1, quantity + dice.between(-50, 5)),
})
