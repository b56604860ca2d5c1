/**
 * What a FIX client knows of its own live orders, folded from what it sent and what came back.
 * Requests may overlap: a replacement can be on its way when the next one leaves, so each order has
 * the ClOrdID that the exchange confirmed last and the one that the next request refers to.
 * FIX 4.4 volume 4, appendix D: OrigClOrdID(41) is the last ClOrdID that was not rejected.
 */
import type { Price, Quantity } from '../domain/index.ts'
import { Side } from '../domain/index.ts'
import type { CancelOrder, NewOrder } from './fix-orders.ts'
import type { ExecutionReport, OrderCancelReject } from './fix-reports.ts'

export interface OwnOrder {
  /** What the next request refers to, OrigClOrdID(41). */
  readonly clOrdId: string
  readonly symbol: string
  /** Side(54) as a character code. */
  readonly side: number
  /** OrderID(37); empty before the first report. */
  readonly orderId: string
  /** As last asked for; 0 = without a limit. */
  readonly price: Price
  readonly cumQty: Quantity
  readonly leavesQty: Quantity
  /** Requests that the exchange has not answered yet. */
  readonly pending: number
  /**
   * SecondaryOrderID(198), the feed's reference; empty before the first report. The next part of an
   * iceberg gets a new one, of which the next report tells.
   */
  readonly reference: string
  /** MaxFloor(111) of an iceberg; 0 = all of it is shown. */
  readonly maxFloor: Quantity
  /** A stop that is not triggered: the market does not see it. */
  readonly isWaiting: boolean
}

interface LiveOrder extends OwnOrder {
  clOrdId: string
  price: Price
  cumQty: Quantity
  leavesQty: Quantity
  pending: number
  orderId: string
  reference: string
  maxFloor: Quantity
  isWaiting: boolean
  /** Last ClOrdID(11) that the exchange accepted, and the price that it has under it. */
  confirmed: string
  confirmedPrice: Price
}

/** Shares and money of one instrument since the start. */
export interface Holding {
  /** Bought less sold. */
  position: number
  /** Received less paid, in 1/10,000 of the currency. */
  cash: number
  /** Shares bought and sold. */
  volume: number
}

export class OwnOrders {
  readonly holdings = new Map<string, Holding>()
  private readonly live = new Set<LiveOrder>()
  /** An order is found by its confirmed ClOrdID and by those of its unanswered requests. */
  private readonly byClOrdId = new Map<string, LiveOrder>()
  private readonly unanswered = new Set<string>()

  /** Requests without an answer so far. */
  get unansweredCount(): number {
    return this.unanswered.size
  }

  get count(): number {
    return this.live.size
  }

  all(): OwnOrder[] {
    return [...this.live]
  }

  of(symbol: string): OwnOrder[] {
    return this.all().filter((order) => order.symbol === symbol)
  }

  /** A NewOrderSingle(D) leaves. */
  entered({ clOrdId, symbol, side, orderQty, price = 0, stopPx, maxFloor = 0 }: NewOrder): void {
    const order: LiveOrder = {
      clOrdId,
      symbol,
      side,
      price,
      cumQty: 0,
      leavesQty: orderQty,
      pending: 1,
      orderId: '',
      reference: '',
      maxFloor,
      isWaiting: stopPx !== undefined,
      confirmed: clOrdId,
      confirmedPrice: price,
    }
    this.live.add(order)
    this.byClOrdId.set(clOrdId, order)
    this.unanswered.add(clOrdId)
  }

  /** An OrderCancelRequest(F) or OrderCancelReplaceRequest(G) leaves. */
  requested({ clOrdId, origClOrdId, price }: CancelOrder & { price?: Price }): void {
    this.unanswered.add(clOrdId)
    const order = this.byClOrdId.get(origClOrdId)
    if (order === undefined) return
    order.pending++
    this.byClOrdId.set(clOrdId, order)
    // A replacement gives the order its new ClOrdID; a cancel ends it or changes nothing.
    if (price === undefined) return
    order.clOrdId = clOrdId
    order.price = price
  }

  onReport(report: ExecutionReport): void {
    const answers = this.unanswered.delete(report.clOrdId)
    if (report.execType === 'F') this.book(report)
    const order = this.byClOrdId.get(report.clOrdId)
    if (order === undefined) return

    if (answers) order.pending--
    order.confirmedPrice = report.price
    order.cumQty = report.cumQty
    order.leavesQty = report.leavesQty
    order.orderId = report.orderId
    order.reference = report.secondaryOrderId ?? ''
    order.maxFloor = report.maxFloor
    order.isWaiting = report.working === false
    if (report.execType === '5') this.confirm(order, report.clOrdId)
    settle(order)
    if (report.leavesQty === 0) this.end(order)
  }

  onCancelReject({ clOrdId }: OrderCancelReject): void {
    this.unanswered.delete(clOrdId)
    const order = this.byClOrdId.get(clOrdId)
    if (order === undefined) return

    this.byClOrdId.delete(clOrdId)
    order.pending--
    settle(order)
  }

  private confirm(order: LiveOrder, clOrdId: string): void {
    this.byClOrdId.delete(order.confirmed)
    order.confirmed = clOrdId
  }

  private end(order: LiveOrder): void {
    this.live.delete(order)
    for (const [clOrdId, found] of this.byClOrdId) {
      if (found === order) this.byClOrdId.delete(clOrdId)
    }
  }

  private book({ symbol, side, lastQty, lastPx }: ExecutionReport): void {
    const holding = this.holdings.get(symbol) ?? { position: 0, cash: 0, volume: 0 }
    const sign = side.charCodeAt(0) === Side.Buy ? 1 : -1
    holding.position += sign * lastQty
    holding.cash -= sign * lastQty * lastPx
    holding.volume += lastQty
    this.holdings.set(symbol, holding)
  }
}

/** With nothing on its way the order is what the exchange confirmed. */
function settle(order: LiveOrder): void {
  if (order.pending > 0) return
  order.clOrdId = order.confirmed
  order.price = order.confirmedPrice
}
