/** Trades by hand: when, what, how many at which price. */
import type { CopiedTurn } from '../../../src/dropcopy/index.ts'
import { aConfiguration, aTurn, START_SECONDS } from './turns.ts'

/** As in `aConfiguration`: 1 is AAPL, 2 is MSFT. */
export const SYMBOLS = ['', 'AAPL', 'MSFT']

export interface Trade {
  /** Milliseconds after 14:30:00 of 2026-11-21. */
  readonly atMs: number
  readonly locate: number
  /** In 1/10,000. */
  readonly price: number
  readonly quantity: number
}

/**
 * Configuration and trading day, then a turn for each list of trades.
 * @param groups match numbers, ExecIDs and orders follow from the order of the trades
 */
export function turnsOf(groups: readonly (readonly Trade[])[]): CopiedTurn[] {
  const turns = [aTurn().configure(aConfiguration()).openDay(20261121)]
  let matchNumber = 0
  for (const group of groups) {
    const turn = aTurn()
    for (const { atMs, locate, price, quantity } of group) {
      matchNumber++
      const numbers = {
        matchNumber,
        execId: 2 * matchNumber - 1,
        buyOrder: 2 * matchNumber - 1,
        sellOrder: 2 * matchNumber,
      }
      turn.match(numbers, {
        epochSeconds: START_SECONDS + Math.floor(atMs / 1_000),
        nanoseconds: (atMs % 1_000) * 1_000_000 + 999_999,
        locate,
        price,
        orderQty: quantity,
        lastPx: price,
        lastQty: quantity,
        cumQty: quantity,
      })
    }
    turns.push(turn)
  }
  return turns.map((turn, i) => turn.build(i + 1))
}
