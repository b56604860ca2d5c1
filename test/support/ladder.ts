/**
 * A small language for order books: the book as a picture, commands as a trader would say them,
 * and what happened as short sentences.
 *
 *    bid            | price | ask                 buy 100 @ 10.00 #7        limit order, the rest stays
 *                   | 10.02 | 300 #4              sell 50 @ market #8       the rest is dropped
 *                   | 10.01 | 100 #2, 200 #3      buy 100 @ 10.01 fok #9    everything or nothing
 *    100 #1, 50 #5  | 10.00 |                     cancel #1 · reduce #5 by 20
 */
import { LevelPool, OrderBook, OrderPool } from '../../src/book/index.ts'
import { Side } from '../../src/domain/index.ts'

const ENTER = /^(buy|sell) (\d+) @ (market|[\d.]+)( fok)? #(\d+)$/
const CANCEL = /^cancel #(\d+)$/
const REDUCE = /^reduce #(\d+) by (\d+)$/

export class LadderMarket {
  readonly book: OrderBook
  private readonly levels = new LevelPool()
  private readonly orders = new OrderPool(this.levels)
  private readonly slotOf = new Map<number, number>()
  private readonly idOf = new Map<number, number>()

  /** @param tick in decimal text, `0.01` */
  constructor(tick = '0.01') {
    this.book = new OrderBook(this.orders, this.levels, parsePrice(tick))
  }

  /** Plays one command a line and tells what happened, one sentence each. */
  play(script: string): string[] {
    return linesOf(script).flatMap((line) => this.playLine(line))
  }

  /** The rows of the book, highest price first, as `parseLadder` reads them. */
  rows(): string[] {
    const asks = this.levelRows(Side.Sell, (price, orders) => `| ${price} | ${orders}`)
    const bids = this.levelRows(Side.Buy, (price, orders) => `${orders} | ${price} |`)
    return [...asks.reverse(), ...bids]
  }

  private playLine(line: string): string[] {
    const enter = ENTER.exec(line)
    if (enter !== null) {
      const [, side, quantity, price, fok, id] = enter
      return this.enter(
        { side: side === 'buy' ? Side.Buy : Side.Sell, id: Number(id), price: price! },
        Number(quantity),
        fok !== undefined,
      )
    }
    const cancel = CANCEL.exec(line)
    if (cancel !== null)
      return [`canceled ${this.book.remove(this.slot(cancel[1]!))} of #${cancel[1]}`]
    const reduce = REDUCE.exec(line)
    if (reduce === null) throw new Error(`ladder: cannot read "${line}"`)
    const [, id, quantity] = reduce
    return [`#${id} has ${this.book.reduce(this.slot(id!), Number(quantity))} left`]
  }

  private enter(
    order: { side: number; id: number; price: string },
    quantity: number,
    isFillOrKill: boolean,
  ): string[] {
    const { side, id } = order
    const limit = order.price === 'market' ? 0 : parsePrice(order.price)
    if (isFillOrKill) {
      const available = this.book.availableQuantity(side, limit, quantity)
      if (available < quantity) return [`killed #${id}: ${available} of ${quantity} available`]
    }

    const events: string[] = []
    const remaining = this.book.match(side, limit, quantity, {
      onExecution: (slot, price, executed, left) => {
        const rest = left > 0 ? `, ${left} left` : ''
        events.push(
          `#${id} trades ${executed} @ ${formatPrice(price)} with #${this.idOf.get(slot)}${rest}`,
        )
        return 0
      },
    })
    if (remaining === 0) return events
    if (limit === 0) return [...events, `${remaining} of #${id} unfilled`]
    const slot = this.book.add(side, limit, remaining)
    this.slotOf.set(id, slot)
    this.idOf.set(slot, id)
    return [...events, `${remaining} of #${id} rests`]
  }

  private slot(id: string): number {
    const slot = this.slotOf.get(Number(id))
    if (slot === undefined) throw new Error(`ladder: no order #${id}`)
    return slot
  }

  private levelRows(side: number, row: (price: string, orders: string) => string): string[] {
    const byPrice = new Map<number, string[]>()
    this.book.forEachOrder(side, (slot) => {
      const text = `${this.orders.leavesQty(slot)} #${this.idOf.get(slot)}`
      const price = this.orders.price(slot)
      byPrice.set(price, [...(byPrice.get(price) ?? []), text])
    })
    return [...byPrice].map(([price, texts]) => row(formatPrice(price), texts.join(', ')).trim())
  }
}

/** The rows of a picture, without its heading and its spacing. */
export function parseLadder(picture: string): string[] {
  return linesOf(picture)
    .filter((line) => !line.includes('price'))
    .map((line) => {
      const cells = line.split('|').map((cell) => cell.trim())
      return cells.join(' | ').trim()
    })
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

const parsePrice = (text: string): number => Math.round(Number(text) * 10_000)

const formatPrice = (price: number): string => (price / 10_000).toFixed(2)
