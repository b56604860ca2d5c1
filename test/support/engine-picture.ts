/** The engine's books, to be compared with those that a subscriber makes of the feed. */
import { Side } from '../../src/domain/index.ts'
import type { Engine } from '../../src/engine/index.ts'

const SIDES = [Side.Buy, Side.Sell] as const

/** The engine's book in the words of `bookPicture`. */
export function enginePicture({ state }: Engine, locate: number, symbol: string): string {
  const { markets, orders, orderOfSlot, orderPool } = state
  const sides = SIDES.map((side) => {
    let text = ''
    markets[locate]!.book.forEachOrder(side, (slot) => {
      const reference = orders.reference(orderOfSlot[slot]!)
      text += ` ${reference} ${orderPool.leavesQty(slot)}@${orderPool.price(slot)}`
    })
    return text
  })
  return `${symbol} B${sides[0]}\n${symbol} S${sides[1]}`
}
