/**
 * The real book and the naive one side by side: every command goes to both, and answers,
 * executions and the whole state must be the same after each.
 */
import type { MatchListener } from '../../src/book/index.ts'
import { LevelPool, OrderBook, OrderPool } from '../../src/book/index.ts'
import { Side } from '../../src/domain/index.ts'
import { NaiveBook } from '../reference/naive-book.ts'
import type { NaiveExecution } from '../reference/naive-book.ts'

export type Command =
  | { readonly kind: 'limit' | 'fillOrKill'; side: number; price: number; quantity: number }
  | { readonly kind: 'market'; side: number; quantity: number }
  /** `pick` chooses among the live orders, whatever their number. */
  | { readonly kind: 'cancel'; pick: number }
  | { readonly kind: 'reduce'; pick: number; quantity: number }

/** Pools that several pairs may share, as the books of an exchange do. */
export class Pools {
  readonly levels = new LevelPool(1)
  readonly orders = new OrderPool(this.levels, 1)
  /** Order ids by slot: what the engine keeps beside the book. */
  readonly idOfSlot: number[] = []
  lastId = 0
}

export class BookPair {
  readonly real: OrderBook
  readonly naive = new NaiveBook()
  readonly pools: Pools
  /** Ids of resting orders, in no order. */
  private readonly live: number[] = []
  private readonly slotOfId = new Map<number, number>()

  constructor(tickSize: number, pools = new Pools()) {
    this.pools = pools
    this.real = new OrderBook(pools.orders, pools.levels, tickSize)
  }

  get liveCount(): number {
    return this.live.length
  }

  /** Applies the command to both books and compares what they answer. */
  apply(command: Command): void {
    switch (command.kind) {
      case 'limit':
        return this.enterLimit(command.side, command.price, command.quantity)
      case 'fillOrKill':
        return this.fillOrKill(command.side, command.price, command.quantity)
      case 'market':
        this.match(command.side, 0, command.quantity)
        return
      case 'cancel':
        return this.cancel(command.pick)
      case 'reduce':
        return this.reduce(command.pick, command.quantity)
    }
  }

  /** Compares orders in priority order, and levels, and the links of every queue. */
  compareState(): void {
    this.compareSide(Side.Buy, this.naive.bids, this.real.bestBid)
    this.compareSide(Side.Sell, this.naive.asks, this.real.bestAsk)
  }

  private enterLimit(side: number, price: number, quantity: number): void {
    const remaining = this.match(side, price, quantity)
    if (remaining === 0) return
    const { pools } = this
    const id = ++pools.lastId
    this.naive.add({ id, side, price, leavesQty: remaining })
    const slot = this.real.add(side, price, remaining)
    pools.idOfSlot[slot] = id
    this.slotOfId.set(id, slot)
    this.live.push(id)
  }

  private fillOrKill(side: number, price: number, quantity: number): void {
    const available = this.real.availableQuantity(side, price, quantity)
    same('availableQuantity', available, this.naive.availableQuantity(side, price, quantity))
    if (available === quantity) same('fill or kill remainder', this.match(side, price, quantity), 0)
  }

  private match(side: number, limitPrice: number, quantity: number): number {
    const { idOfSlot, orders } = this.pools
    const executions: NaiveExecution[] = []
    const crosses = this.real.crosses(side, limitPrice)
    const remaining = this.matchInParts(side, limitPrice, quantity, {
      onExecution(slot, price, executed, restingLeavesQty) {
        same('price still readable', orders.price(slot), price)
        same('leavesQty still readable', orders.leavesQty(slot), restingLeavesQty)
        const restingId = idOfSlot[slot]!
        executions.push({ restingId, price, quantity: executed, restingLeavesQty })
        return 0
      },
    })

    const expected = this.naive.match(side, limitPrice, quantity)
    same('executions', JSON.stringify(executions), JSON.stringify(expected))
    same('crosses', crosses, expected.length > 0)
    same(
      'remaining',
      remaining,
      expected.reduce((left, one) => left - one.quantity, quantity),
    )
    for (const { restingId, restingLeavesQty } of executions) {
      if (restingLeavesQty === 0) this.forget(this.live.indexOf(restingId))
    }
    return remaining
  }

  /** Whole, or so many executions at a time: that must not make a difference. */
  private matchInParts(side: number, price: number, quantity: number, to: MatchListener): number {
    const executionsMax = quantity % 4
    if (executionsMax === 0) return this.real.match(side, price, quantity, to)
    let remaining = quantity
    while (remaining > 0 && this.real.crosses(side, price)) {
      let executions = 0
      const listener: MatchListener = {
        onExecution(...execution) {
          executions++
          return to.onExecution(...execution)
        },
      }
      remaining = this.real.match(side, price, remaining, listener, executionsMax)
      const isMore = remaining > 0 && this.real.crosses(side, price)
      if (isMore) same('executions at a time', executions, executionsMax)
    }
    return remaining
  }

  private cancel(pick: number): void {
    if (this.live.length === 0) return
    const at = pick % this.live.length
    const id = this.live[at]!
    same('canceled quantity', this.real.remove(this.slotOfId.get(id)!), this.naive.remove(id))
    this.forget(at)
  }

  private reduce(pick: number, quantity: number): void {
    if (this.live.length === 0) return
    const id = this.live[pick % this.live.length]!
    const { leavesQty } = this.naive.find(id)
    if (leavesQty === 1) return
    const taken = 1 + (quantity % (leavesQty - 1))
    const left = this.real.reduce(this.slotOfId.get(id)!, taken)
    same('reduced quantity', left, this.naive.reduce(id, taken))
  }

  private forget(at: number): void {
    const id = this.live[at]!
    this.live[at] = this.live.at(-1)!
    this.live.pop()
    this.slotOfId.delete(id)
  }

  private compareSide(side: number, expected: NaiveBook['bids'], bestPrice: number): void {
    const { orders, levels, idOfSlot } = this.pools
    let at = 0
    same('best price', bestPrice, expected[0]?.price ?? 0)
    let walked = this.real.firstOrder(side)
    for (let level = this.real.bestLevel(side); level !== 0; level = this.real.worseLevel(level)) {
      let quantity = 0
      let count = 0
      let previous = 0
      for (let slot = levels.head(level); slot !== 0; slot = orders.next(slot)) {
        const order = expected[at++]
        same('order in the queue', idOfSlot[slot], order?.id)
        same('order on the way from the first to the last', walked, slot)
        walked = this.real.orderBehind(slot)
        same('leavesQty', orders.leavesQty(slot), order?.leavesQty)
        same('price of the order', orders.price(slot), order?.price)
        same('side', orders.side(slot), side)
        same('link back', orders.previous(slot), previous)
        quantity += orders.leavesQty(slot)
        count++
        previous = slot
      }
      same('tail of the level', levels.tail(level), previous)
      same('quantity of the level', levels.quantity(level), quantity)
      same('count of the level', levels.count(level), count)
    }
    same('orders on the side', at, expected.length)
    same('what is behind the last', walked, 0)
  }
}

/** Far cheaper than expect(): it runs some hundred million times. */
function same(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, not ${String(expected)}`)
}
