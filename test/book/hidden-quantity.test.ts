/** Orders that show a part of what they have: the listener of a match says what they show next. */
import { describe, expect, it } from 'vitest'
import { LevelPool, OrderBook, OrderPool } from '../../src/book/index.ts'
import { Side } from '../../src/domain/index.ts'

const PRICE = 1_825_000

function aBook() {
  const levels = new LevelPool()
  const book = new OrderBook(new OrderPool(levels), levels, 100)
  /** Shows the next `part` of an order's hidden quantity, and tells what was executed. */
  const match = (quantity: number, hidden: Map<number, number>, part: number) => {
    const executed: [number, number][] = []
    const left = book.match(Side.Buy, PRICE, quantity, {
      onExecution(slot, _, executedQuantity, leavesQty) {
        executed.push([slot, executedQuantity])
        const more = leavesQty > 0 ? 0 : Math.min(part, hidden.get(slot) ?? 0)
        hidden.set(slot, (hidden.get(slot) ?? 0) - more)
        return more
      },
    })
    return { executed, left }
  }
  return { book, levels, match }
}

describe('an order that hides a part', () => {
  it('is available in full, and shows what it shows', () => {
    const { book, levels } = aBook()
    const slot = book.add(Side.Sell, PRICE, 20)
    book.hide(slot, 80)

    expect(book.availableQuantity(Side.Buy, PRICE, 1000)).toBe(100)
    expect(levels.quantity(book.bestLevel(Side.Sell))).toBe(20)
    book.hide(slot, -50)
    expect(book.availableQuantity(Side.Buy, PRICE, 1000)).toBe(50)
  })

  it('shows the next part at the end of its price, until nothing is hidden', () => {
    const { book, match } = aBook()
    const iceberg = book.add(Side.Sell, PRICE, 20)
    book.hide(iceberg, 30)
    const other = book.add(Side.Sell, PRICE, 25)
    const hidden = new Map([[iceberg, 30]])

    expect(match(50, hidden, 20)).toEqual({
      executed: [
        [iceberg, 20],
        [other, 25],
        [iceberg, 5],
      ],
      left: 0,
    })
    expect(book.availableQuantity(Side.Buy, PRICE, 1000)).toBe(25)
    expect(match(50, hidden, 20)).toEqual({
      executed: [
        [iceberg, 15],
        [iceberg, 10],
      ],
      left: 25,
    })
    expect(book.bestLevel(Side.Sell)).toBe(0)
  })

  it('leaves nothing hidden to those that come to its price later', () => {
    const { book, levels } = aBook()
    const slot = book.add(Side.Sell, PRICE, 20)
    book.hide(slot, 80)
    book.remove(slot)
    for (let i = 0; i < 200; i++) book.add(Side.Sell, PRICE + i * 100, 5)

    expect(book.availableQuantity(Side.Buy, 0, 10_000)).toBe(1000)
    expect(levels.hidden(book.bestLevel(Side.Sell))).toBe(0)
  })
})
