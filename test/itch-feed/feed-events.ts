/**
 * Event records as the engine writes them, without the engine: enough to drive the feed. `FeedDay`
 * is also a model of the book, in the most obvious form, that a subscriber's book is compared with.
 */
import { Side } from '../../src/domain/index.ts'
import type { MessageOf } from '../../src/wire/index.ts'
import {
  EventType,
  RecordBuffer,
  auctionCollarTold,
  breakerLevelsTold,
  breakerSignaled,
  crossExecuted,
  imbalanceTold,
  instrumentListed,
  orderEvent,
  setRecordFeed,
  systemEventSignaled,
  tradingDayOpened,
  tradingStateChanged,
} from '../../src/wire/index.ts'

/** 2026-11-20 00:00:00 UTC. */
export const MIDNIGHT_SECONDS = 1_795_132_800
export const SYMBOLS = ['AAPL', 'BRK.B', 'X'] as const

type OrderFields = Partial<MessageOf<typeof orderEvent.layout>>

const time = { epochSeconds: MIDNIGHT_SECONDS + 34_200, nanoseconds: 1 }
const header = { msgSeqNum: 0, expectedMsgSeqNum: 0, previousPosition: 0, ...time }

const noOrder: MessageOf<typeof orderEvent.layout> = {
  ...header,
  execId: 0,
  orderId: 0,
  orderReference: 0,
  originalReference: 0,
  matchNumber: 0,
  avgPx: 0,
  price: 0,
  orderQty: 0,
  cumQty: 0,
  leavesQty: 0,
  lastQty: 0,
  lastPx: 0,
  feedShares: 0,
  textValueA: 0,
  textValueB: 0,
  locate: 1,
  account: 0,
  side: Side.Buy,
  ordType: 0,
  timeInForce: 0,
  execType: 0,
  ordStatus: 0,
  reason: 0,
  lastLiquidityInd: 0,
  dialect: 0,
  clOrdId: '',
  origClOrdId: '',
}

/** Appends an order event whose feed byte is `feed` ('' prints nothing). */
export function orderEventOf(
  events: RecordBuffer,
  type: number,
  feed: string,
  fields: OrderFields,
): void {
  const at = events.append(type, 0, orderEvent.length)
  orderEvent.encode(events.view, at, { ...noOrder, ...fields })
  if (feed !== '') setRecordFeed(events.view, at, feed.charCodeAt(0))
}

export function dayOpened(
  events: RecordBuffer,
  feedSession: string,
  midnightSeconds: number = MIDNIGHT_SECONDS,
): void {
  const at = events.append(EventType.TradingDayOpened, 0, tradingDayOpened.length)
  tradingDayOpened.encode(events.view, at, {
    ...header,
    tradingDate: 20261120,
    midnightSeconds,
    feedSession,
    reserved: 0,
    reserved2: 0,
  })
}

export function systemEvent(events: RecordBuffer, eventCode: string): void {
  const at = events.append(EventType.SystemEventSignaled, 0, systemEventSignaled.length)
  systemEventSignaled.encode(events.view, at, {
    ...header,
    eventCode: eventCode.charCodeAt(0),
    reserved: 0,
    reserved2: 0,
    reserved3: 0,
  })
  setRecordFeed(events.view, at, 'S'.charCodeAt(0))
}

export function listed(events: RecordBuffer, locate: number, symbol: string, channel = 0): void {
  const at = events.append(EventType.InstrumentListed, 0, instrumentListed.length)
  instrumentListed.encode(events.view, at, { ...header, symbol, lotSize: 100, locate, channel })
  setRecordFeed(events.view, at, 'R'.charCodeAt(0))
}

export function tradingState(
  events: RecordBuffer,
  locate: number,
  symbol: string,
  state: string,
  reason = '',
): void {
  const at = events.append(EventType.TradingStateChanged, 0, tradingStateChanged.length)
  tradingStateChanged.encode(events.view, at, {
    ...header,
    symbol,
    reason,
    locate,
    tradingState: state.charCodeAt(0),
    reserved: 0,
  })
  setRecordFeed(events.view, at, 'H'.charCodeAt(0))
}

/** What an auction came to: `feed` Q, behind its executions. */
export function crossed(
  events: RecordBuffer,
  fields: Pick<MessageOf<typeof crossExecuted.layout>, 'shares' | 'price' | 'matchNumber'> & {
    readonly locate?: number
  },
): void {
  const at = events.append(EventType.CrossExecuted, 0, crossExecuted.length)
  crossExecuted.encode(events.view, at, {
    ...header,
    locate: 1,
    ...fields,
    crossType: 'H'.charCodeAt(0),
    reserved: 0,
  })
  setRecordFeed(events.view, at, 'Q'.charCodeAt(0))
}

/** What the feed sends before trading: S O, R and H of every instrument, S S, S Q. */
export function startOfDay(events: RecordBuffer, feedSession: string): void {
  dayOpened(events, feedSession)
  systemEvent(events, 'O')
  SYMBOLS.forEach((symbol, i) => {
    listed(events, i + 1, symbol)
    tradingState(events, i + 1, symbol, 'T')
  })
  systemEvent(events, 'S')
  systemEvent(events, 'Q')
}

/** What the feed sends after trading: S M, S E, S C. */
export function endOfDay(events: RecordBuffer): void {
  for (const eventCode of ['M', 'E', 'C']) systemEvent(events, eventCode)
}

export interface ModelOrder {
  reference: number
  locate: number
  side: number
  price: number
  shares: number
}

/** Bids below it, asks above it: a model that never matches must never cross. */
const MIDDLE = 1_000_000
const TICK = 100
const LEVELS = 5

/** Random but valid feed events; `orders` holds what must be on the books, in priority order. */
export class FeedDay {
  readonly orders: ModelOrder[] = []
  private nextReference = 1
  private nextMatch = 1

  /** One step chosen by three random numbers in 0..2^31. */
  step(events: RecordBuffer, [kind, which, amount]: readonly [number, number, number]): void {
    const order = this.orders[which % Math.max(1, this.orders.length)]
    if (order === undefined || kind % 5 < 2) this.add(events, which, amount)
    else if (kind % 5 === 2) this.execute(events, order, amount)
    else if (kind % 5 === 3) this.replace(events, order, amount)
    else this.take(events, order, amount)
  }

  private add(events: RecordBuffer, which: number, amount: number): void {
    const side = which % 2 === 0 ? Side.Buy : Side.Sell
    const order = {
      reference: this.nextReference++,
      locate: 1 + (which % SYMBOLS.length),
      side,
      price: this.priceOf(side, amount),
      shares: 1 + (amount % 900),
    }
    this.orders.push(order)
    orderEventOf(events, EventType.OrderAccepted, 'A', {
      ...fieldsOf(order),
      feedShares: order.shares,
    })
  }

  private execute(events: RecordBuffer, order: ModelOrder, amount: number): void {
    const lastQty = 1 + (amount % order.shares)
    this.reduce(order, lastQty)
    const matchNumber = this.nextMatch++
    orderEventOf(events, EventType.OrderExecuted, 'E', { ...fieldsOf(order), lastQty, matchNumber })
    // The incoming side of the same match prints nothing on the feed.
    orderEventOf(events, EventType.OrderExecuted, '', {
      locate: order.locate,
      lastQty,
      matchNumber,
    })
  }

  private replace(events: RecordBuffer, order: ModelOrder, amount: number): void {
    const replaced = {
      ...order,
      reference: this.nextReference++,
      price: this.priceOf(order.side, amount),
      shares: 1 + (amount % 700),
    }
    this.orders.splice(this.orders.indexOf(order), 1)
    this.orders.push(replaced)
    orderEventOf(events, EventType.OrderReplaced, 'U', {
      ...fieldsOf(replaced),
      originalReference: order.reference,
      feedShares: replaced.shares,
    })
  }

  /** In part by a quantity-down replacement, as a whole by a cancel or a price that crosses. */
  private take(events: RecordBuffer, order: ModelOrder, amount: number): void {
    const shares = amount % (order.shares + 1)
    if (shares > 0 && shares < order.shares) {
      this.reduce(order, shares)
      const fields = { ...fieldsOf(order), feedShares: shares }
      orderEventOf(events, EventType.OrderReplaced, 'X', fields)
      return
    }

    this.reduce(order, order.shares)
    if (shares === 0) {
      orderEventOf(events, EventType.OrderCanceled, 'D', fieldsOf(order))
    } else {
      const orderReference = this.nextReference++
      const originalReference = order.reference
      const fields = { ...fieldsOf(order), orderReference, originalReference }
      orderEventOf(events, EventType.OrderReplaced, 'D', fields)
    }
  }

  private reduce(order: ModelOrder, shares: number): void {
    order.shares -= shares
    if (order.shares === 0) this.orders.splice(this.orders.indexOf(order), 1)
  }

  private priceOf(side: number, amount: number): number {
    const away = TICK * (1 + (amount % LEVELS))
    return side === Side.Buy ? MIDDLE - away : MIDDLE + away
  }

  /** The model's orders of a side as a subscriber should see them. */
  expected(locate: number, side: number): { reference: number; price: number; shares: number }[] {
    const better = side === Side.Buy ? -1 : 1
    return this.orders
      .filter((order) => order.locate === locate && order.side === side)
      .map(({ reference, price, shares }) => ({ reference, price, shares }))
      .toSorted((a, b) => better * (a.price - b.price))
  }
}

const fieldsOf = (order: ModelOrder): OrderFields => ({
  orderReference: order.reference,
  locate: order.locate,
  side: order.side,
  price: order.price,
})

/** What an auction would give. */
export function imbalance(
  events: RecordBuffer,
  fields: Partial<MessageOf<typeof imbalanceTold.layout>>,
): void {
  const at = events.append(EventType.ImbalanceTold, 0, imbalanceTold.length)
  imbalanceTold.encode(events.view, at, {
    ...header,
    pairedShares: 0,
    imbalanceShares: 0,
    price: 0,
    referencePrice: 1_825_000,
    locate: 1,
    direction: 'O'.charCodeAt(0),
    crossType: 'H'.charCodeAt(0),
    priceVariation: ' '.charCodeAt(0),
    reserved: 0,
    reserved2: 0,
    ...fields,
  })
  setRecordFeed(events.view, at, 'I'.charCodeAt(0))
}

/** Between which prices the auction of instrument 1 executes in the end. */
export function auctionCollar(
  events: RecordBuffer,
  collar: { referencePrice: number; low: number; high: number; extensions: number },
): void {
  const at = events.append(EventType.AuctionCollarTold, 0, auctionCollarTold.length)
  const rest = { locate: 1, reserved: 0, reserved2: 0 }
  auctionCollarTold.encode(events.view, at, { ...header, ...collar, ...rest })
  setRecordFeed(events.view, at, 'J'.charCodeAt(0))
}

/** Where the breaker's levels are; eight decimals. */
export function breakerLevels(
  events: RecordBuffer,
  levels: readonly [number, number, number],
): void {
  const at = events.append(EventType.BreakerLevelsTold, 0, breakerLevelsTold.length)
  const [level1, level2, level3] = levels
  breakerLevelsTold.encode(events.view, at, { ...header, index: 0, level1, level2, level3 })
  setRecordFeed(events.view, at, 'V'.charCodeAt(0))
}

/** A level is reached; 0: the halt of the market is over, which the feed does not say. */
export function breakerSignal(events: RecordBuffer, level: number): void {
  const at = events.append(EventType.BreakerSignaled, 0, breakerSignaled.length)
  const reserved = { reserved: 0, reserved2: 0, reserved3: 0 }
  breakerSignaled.encode(events.view, at, { ...header, index: 0, level, ...reserved })
  if (level !== 0) setRecordFeed(events.view, at, 'W'.charCodeAt(0))
}
