/**
 * OrderID(37) → order, for the orders that were carried into the day: open addressing over their
 * numbers, so that a venue with millions of them neither looks through all nor keeps an object for each.
 */
import type { StateTransfer } from '../domain/index.ts'

export class OrderIdIndex {
  private count = 0
  /** Pairs of the two are at one place; order 0 = vacant. */
  private ids = new Float64Array(16)
  private orders = new Int32Array(16)

  /** Order of an id, or 0. */
  find(orderId: number): number {
    return this.orders[this.placeOf(orderId)]!
  }

  add(orderId: number, order: number): void {
    if (++this.count * 2 > this.orders.length) this.grow()
    const place = this.placeOf(orderId)
    this.ids[place] = orderId
    this.orders[place] = order
  }

  /** @param name of the part in a snapshot */
  transfer(name: string, transfer: StateTransfer): void {
    this.count = transfer.value(`${name}.count`, this.count)
    const places = transfer.value(`${name}.places`, this.orders.length)
    this.ids = transfer.column(`${name}.ids`, this.ids, places)
    this.orders = transfer.column(`${name}.orders`, this.orders, places)
  }

  /** Where the id is, or would be. */
  private placeOf(orderId: number): number {
    const { ids, orders } = this
    const mask = orders.length - 1
    const mixed = Math.imul(orderId | 0, 0x9e3779b1) ^ ((orderId / 2 ** 32) | 0)
    let place = (mixed ^ (mixed >>> 15)) & mask
    while (orders[place] !== 0 && ids[place] !== orderId) place = (place + 1) & mask
    return place
  }

  private grow(): void {
    const { ids, orders } = this
    this.ids = new Float64Array(ids.length * 2)
    this.orders = new Int32Array(orders.length * 2)
    for (let from = 0; from < orders.length; from++) {
      if (orders[from] === 0) continue
      const place = this.placeOf(ids[from]!)
      this.ids[place] = ids[from]!
      this.orders[place] = orders[from]!
    }
  }
}
