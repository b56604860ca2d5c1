/**
 * The engine and the naive one side by side: every command goes to both, and the events, and what
 * both know afterwards, must be the same.
 */
import { isForAuction, Side } from '../../src/domain/index.ts'
import type { OrderTable } from '../../src/engine/order-table.ts'
import { stopSideOf } from '../../src/engine/places.ts'
import type { ReportOptions, VenueConfiguration } from '../../src/wire/index.ts'
import { NaiveEngine } from '../reference/naive-engine.ts'
import { phaseOf, stateOf } from '../reference/naive-market.ts'
import type { NaiveOrder } from '../reference/naive-order.ts'
import { idOf, isUnpriced, open } from '../reference/naive-order.ts'
import type { Conditions, EngineCommand } from '../support/engine-commands.ts'
import { NO_CONDITIONS } from '../support/engine-commands.ts'
import { aConfiguration, EngineDriver, FIRST_DAY } from '../support/engine-driver.ts'
import type { EngineEvent } from '../support/engine-events.ts'
import type { Intent } from '../support/engine-intents.ts'
import { Desk } from '../support/engine-intents.ts'
import { aboutTrade } from '../support/operation-intents.ts'
import { compareEvents, same } from './compare-events.ts'
import { KnownRows } from './known-rows.ts'

const UNUSUAL_REPORTS: ReportOptions = {
  timestampPrecision: 'nanoseconds',
  extendedCodes: true,
  expiredAs: 'expired',
  includePendings: true,
  restateGoodTill: true,
  doneForDay: true,
}

/**
 * Five sessions that differ in what a lost connection does and when, in what becomes of a post-only order
 * and of orders of one group, in their message rate and in how they are told; a millisecond is a command,
 * so that a grace of a few ends as often as it is used. Four instruments that differ in everything, the
 * last one not listed, and so few orders a command that many leave work for ContinueWork.
 */
export const VENUE: VenueConfiguration = aConfiguration({
  sessions: [
    {
      compId: 'ACME',
      cancelOnDisconnect: 'disconnect',
      cancelOnDisconnectGraceMs: 3,
      selfTrade: { prevention: 'newest', group: 'ACME' },
      throttle: { messagesPerSecond: 20 },
      accounts: ['A', 'B'],
    },
    {
      compId: 'GLOBEX',
      cancelOnDisconnect: 'disconnect-or-logout',
      cancelGoodTill: true,
      postOnly: 'slide',
      selfTrade: { prevention: 'decrement', group: 'GLOBEX' },
      accounts: ['A', 'B'],
    },
    { compId: 'INITECH', reports: UNUSUAL_REPORTS, accounts: ['A', 'B'] },
    {
      compId: 'HOOLI',
      cancelOnDisconnectGraceMs: 5,
      selfTrade: { prevention: 'both', group: 'ACME' },
      throttle: { messagesPerSecond: 15 },
      accounts: ['B', 'A'],
    },
    {
      compId: 'UMBRELLA',
      firm: 'GLOBEX',
      selfTrade: { prevention: 'oldest', group: 'GLOBEX' },
      accounts: ['B', 'C'],
    },
  ],
  instruments: [
    {
      symbol: 'AAPL',
      auction: { collarPercent: 1, extensionSeconds: 2, extensionsMax: 2 },
    },
    {
      symbol: 'MSFT',
      lotSize: 100,
      maxOrderQty: 5000,
      tickSize: 200,
      priceBandPercent: 10,
      matching: 'size-pro-rata',
      proRataMinimum: 200,
      auction: { collarPercent: 2, extensionSeconds: 1, extensionsMax: 0 },
    },
    { symbol: 'IBM', lotSize: 10, matching: 'pro-rata', proRataMinimum: 10, group: 'LATE' },
    { symbol: 'GONE', listed: false, group: 'GONE' },
  ],
  ordersPerDayMax: 600,
  ordersPerCommandMax: 4,
  // Prices are a few ticks apart: levels are so near that they are reached.
  breaker: { levels: [2, 3, 4], pauseSeconds: 1, index: ['AAPL', 'MSFT'] },
})

const ID_BYTES = 20
const SIDES = [Side.Buy, Side.Sell]

export class EnginePair {
  readonly real = new EngineDriver(VENUE, false)
  readonly naive = new NaiveEngine(VENUE)
  /** What came up: a test that meets too little proves little. */
  readonly seen = {
    events: new Set<string>(),
    reasons: new Set<number>(),
    /** Types of auctions that have executed something. */
    crosses: new Set<string>(),
    /** How often an auction was extended. */
    extensions: new Set<number>(),
    /** Levels of the breaker. */
    levels: new Set<number>(),
  }
  /** What the tables of the day held at the last comparison. */
  private known = new KnownRows()
  private knownIds = 0
  /** Row of an order of the day by OrderID(37). */
  private readonly rows = new Map<number, number>()
  /** Rows that the commands since the last comparison were about. */
  private readonly touched = new Set<number>()
  private readonly desk = new Desk(VENUE, FIRST_DAY)

  constructor() {
    this.real.run({ kind: 'configure', configuration: VENUE })
    this.apply({ kind: 'openDay', tradingDate: FIRST_DAY })
  }

  /** Says what is meant, to both. */
  act(intent: Intent): void {
    for (const command of this.desk.say(intent, this.real.now)) this.apply(this.whole(command))
  }

  /** A bust or a correction comes with the trade that it is about. */
  private whole(command: EngineCommand): EngineCommand {
    if (command.kind !== 'operate') return command
    const { operation } = command
    if (operation.action !== 'bust' && operation.action !== 'correct') return command
    const { matchNumbers } = this.real.told
    const lotSizeOf = (locate: number) => VENUE.instruments[locate - 1]!.lotSize
    const tradeOf = (matchNumber: number) => this.real.tradeOf(matchNumber)
    return { ...command, operation: aboutTrade(operation, matchNumbers, tradeOf, lotSizeOf) }
  }

  /** One command to both; the events that it causes must be the same, and what both know then. */
  apply(command: EngineCommand): void {
    const events = this.real.run(command)
    compareEvents(events, this.naive.execute(command, this.real.nowMs))
    this.note(events)
    if (command.kind === 'openDay') this.forgetDay()
    this.compareState()
  }

  /**
   * Numbers, books, and the orders and ids of the day: field by field those that live, and those that
   * the command was about; the others must be what they were. The naive engine freezes what is closed.
   */
  private compareState(): void {
    const { state } = this.real.engine
    const { naive } = this
    const { numbers, orders, ledger } = state
    same('next order reference', numbers.nextOrderReference, naive.nextReference)
    same('next ExecID', numbers.nextExecId, naive.nextExecId)
    same('next match number', numbers.nextMatchNumber, naive.nextMatchNumber)
    for (const { index } of VENUE.sessions) {
      same('next MsgSeqNum', ledger.nextMsgSeqNum[index], naive.nextMsgSeqNum[index])
      same('is logged on', ledger.loggedOn[index], naive.loggedOn.has(index) ? 1 : 0)
      this.compareClocks(index)
    }
    same('groups', state.stpGroups.names.length - 1, naive.groups.size)
    same('the day is open', state.day.isOpen, naive.isOpen)
    same('orders and replacements', state.ordersToday, naive.ordersToday)
    same('orders of the day', orders.count, naive.orders.length)
    this.compareOrders()
    same('ids of the day', state.ids.count, naive.ids.size)
    this.compareIds()
    this.known.compare(state)
    this.compareSessions()
    this.compareBooks()
    this.compareStops()
    this.compareAtClose()
    this.compareMarkets()
    same('orders in the pool', state.orderPool.liveCount, naive.resting.length)
  }

  /** What is left of a session's message rate, and of its grace. */
  private compareClocks(session: number): void {
    const { throttleLevel, throttledUs, graceUntilMs } = this.real.engine.state.ledger
    const { level = 0, atMs = 0 } = this.naive.buckets.get(session) ?? {}
    same('message rate', throttleLevel[session], level * 1000)
    same('time of the message rate', throttledUs[session], atMs * 1000)
    const grace = this.naive.graces.get(session)
    // Where no order goes there is nothing to wait for.
    const isForNothing = graceUntilMs[session] === 0 && grace?.isSwept === false
    if (!isForNothing) same('grace', graceUntilMs[session], grace?.untilMs ?? 0)
  }

  private compareOrders(): void {
    const { naive, rows, touched } = this
    for (let row = rows.size + 1; row <= naive.orders.length; row++) {
      rows.set(naive.orders[row - 1]!.orderId, row)
      touched.add(row)
    }
    for (const row of touched) this.compareOrder(row, naive.orders[row - 1]!)
    this.known.noteOrders(this.real.engine.state, touched)
    touched.clear()
  }

  /** Ids are added and never change: those that are new. */
  private compareIds(): void {
    const { state } = this.real.engine
    const { ids, orders } = state
    for (let entry = this.knownIds + 1; entry <= ids.count; entry++) {
      const bytes = Buffer.from(ids.words.buffer, entry * ID_BYTES, ID_BYTES)
      const clOrdId = bytes.toString('latin1').replaceAll('\0', '')
      const expected = this.naive.ids.get(idOf({ session: ids.session[entry]!, clOrdId }))
      if (expected === undefined) throw new Error(`id ${clOrdId} is not known`)
      same('order of an id', orders.orderId(ids.order[entry]!), expected?.orderId ?? 0)
    }
    this.known.noteIds(state, this.knownIds + 1, ids.count)
    this.knownIds = ids.count
  }

  /** A day that opens has tables of its own. */
  private forgetDay(): void {
    this.known = new KnownRows()
    this.knownIds = 0
    this.rows.clear()
    this.touched.clear()
  }

  private compareOrder(order: number, expected: NaiveOrder): void {
    const { orders, ids } = this.real.engine.state
    if (!isAs(orders, order, expected)) {
      for (const field of ORDER_FIELDS) same(field, orders[field](order), expected[field])
    }
    this.compareConditions(order, expected)
    same('owner of its id', ids.order[orders.clOrdId(order)], order)
    if (expected.cumQty === 0) return
    const sum = (BigInt(orders.notionalHigh(order)) << 32n) + BigInt(orders.notionalLow(order))
    same('notional', sum, expected.notional)
  }

  private compareConditions(order: number, { conditions, isWaiting }: NaiveOrder): void {
    const { orders } = this.real.engine.state
    const row = orders.condition(order)
    if (row === 0 && conditions === NO_CONDITIONS && !isWaiting) return
    if (!isConditionedAs(orders, row, conditions)) {
      for (const field of CONDITIONS) {
        same(field, orders.conditions[field][row], conditions[field])
      }
    }
    const { stpGroups } = orders.conditions
    same('group', stpGroups.names[orders.conditions.stpGroup[row]!], conditions.stpGroup)
    same('waits for its StopPx', orders.isWaiting(order), isWaiting)
  }

  /** Each session's orders, those that came to rest first in front. */
  private compareSessions(): void {
    const { rows, naive } = this
    const { orderOfSlot, sessionOrders } = this.real.engine.state
    const slots = [0, ...VENUE.sessions.map(({ index }) => sessionOrders.first(index))]
    for (const { orderId, session } of naive.resting) {
      const row = rows.get(orderId)!
      same('order of the session', orderOfSlot[slots[session]!], row)
      slots[session] = sessionOrders.next(slots[session]!)
    }
    for (const slot of slots) same('what is behind the last order of the session', slot, 0)
  }

  /**
   * Every queue of the real book, in the order of the naive rule: the better price first, and at one
   * price who joined it first. All of them, and the stops, are the naive engine's resting orders.
   */
  private compareBooks(): void {
    const { naive } = this
    const { markets, orderOfSlot, orderPool, levelPool } = this.real.engine.state
    let count = 0
    for (const { locate } of VENUE.instruments) {
      const { book, lastPrice } = markets[locate]!
      same('last price', lastPrice, naive.lastPrices[locate] ?? 0)
      for (const side of SIDES) {
        let better = side === Side.Buy ? Infinity : -Infinity
        let earlier = 0
        let hidden = 0
        for (let slot = book.firstOrder(side); slot !== 0; slot = book.orderBehind(slot)) {
          const row = orderOfSlot[slot]!
          const expected = naive.orders[row - 1]!
          const { price } = expected
          if (price !== better) earlier = hidden = 0
          const isBehind = side === Side.Buy ? price <= better : price >= better
          if (!isBehind || expected.place <= earlier) same('place in the queue', row, expected)
          same('instrument and side', expected.locate * 256 + expected.side, locate * 256 + side)
          same('what is shown', orderPool.leavesQty(slot), expected.shown)
          hidden += open(expected) - expected.shown
          const isLast = orderPool.next(slot) === 0
          if (isLast) same('what is hidden', levelPool.hidden(orderPool.level(slot)), hidden)
          same('price in the queue', orderPool.price(slot), price)
          this.compareOrder(row, expected)
          better = price
          earlier = expected.place
          count++
        }
      }
    }
    const isOnBook = (one: NaiveOrder): boolean => !one.isWaiting && !isUnpriced(one)
    same('orders in the books', count, naive.resting.filter(isOnBook).length)
  }

  /** Market orders that wait for an auction, and what each instrument does. */
  private compareMarkets(): void {
    const { naive } = this
    const { markets, orderOfSlot, orderPool, risk } = this.real.engine.state
    for (const naiveMarket of naive.markets) {
      const { instrument, held, putOff, broken } = naiveMarket
      const { locate } = instrument
      const market = markets[locate]!
      const { letter, reason } = stateOf(naiveMarket)
      same('trading state', String.fromCharCode(market.tradingState), letter)
      same('reason of a halt', market.haltReason, reason)
      same('phase', market.phase, phaseOf(naiveMarket))
      same('reference price', market.instrument.referencePrice, instrument.referencePrice)
      same('extensions', market.extension?.count, putOff?.times)
      if (putOff !== undefined) this.seen.extensions.add(putOff.times)
      same('end of the extension', market.extension?.endsSeconds, putOff?.until)
      same('is held', market.isHeld, held !== undefined)
      same('is halted by the breaker', market.breakerLevel !== 0, broken !== undefined)
      for (const side of SIDES) {
        const expected = naive.unpriced(locate, side)
        let slot = market.unpriced?.firstOrder(side) ?? 0
        for (const order of expected) {
          const row = orderOfSlot[slot]!
          same('market order', this.naive.orders[row - 1]!.orderId, order.orderId)
          same('quantity of a market order', orderPool.leavesQty(slot), open(order))
          this.compareOrder(row, order)
          slot = market.unpriced!.orderBehind(slot)
        }
        same('what is behind the last market order', slot, 0)
      }
    }
    const { breaker } = this.real.engine.state.day
    same('level of the breaker', breaker?.reached, naive.breaker?.reached)
    same('halt of the market', breaker?.haltLevel, naive.breaker?.halt)
    same('kills', risk?.kills.length ?? 0, naive.kills.length)
    same('limits of operations', risk?.changes.length ?? 0, naive.sizes.length)
  }

  /** Every line of stops, in the order in which they are triggered. */
  private compareStops(): void {
    const { naive } = this
    const { markets, orderOfSlot, orderPool } = this.real.engine.state
    for (const { locate } of VENUE.instruments) {
      const line = naive.line(locate)
      const { stops } = markets[locate]!
      let at = 0
      for (const side of SIDES) {
        for (let slot = stops?.firstOrder(stopSideOf(side)) ?? 0; slot !== 0;) {
          const row = orderOfSlot[slot]!
          const expected = naive.orders[row - 1]!
          same('stop', expected.orderId, line[at++]?.orderId)
          same('quantity of a stop', orderPool.leavesQty(slot), open(expected))
          this.compareOrder(row, expected)
          slot = stops!.orderBehind(slot)
        }
      }
      same('stops', at, line.length)
    }
  }

  /** Orders at the close that wait for the closing auction, and how many of one auction alone are collected. */
  private compareAtClose(): void {
    const { naive } = this
    const { markets, orderOfSlot } = this.real.engine.state
    for (const { locate } of VENUE.instruments) {
      const { atClose, auctionOrders } = markets[locate]!
      for (const side of SIDES) {
        let slot = atClose?.firstOrder(side) ?? 0
        for (const order of naive.atClose(locate, side)) {
          const row = orderOfSlot[slot]!
          same('order at the close', naive.orders[row - 1]!.orderId, order.orderId)
          this.compareOrder(row, order)
          slot = atClose!.orderBehind(slot)
        }
        same('what is behind the last order at the close', slot, 0)
      }
      const collected = naive.resting.filter(
        (order) => order.locate === locate && !order.isWaiting && isForAuction(order.timeInForce),
      )
      same('orders for one auction', auctionOrders, collected.length)
    }
  }

  private note(events: readonly EngineEvent[]): void {
    for (const event of events) {
      this.seen.events.add(event.event)
      if (event.event === 'CrossExecuted' && event.shares > 0) {
        this.seen.crosses.add(String.fromCharCode(event.crossType))
      }
      if (event.event === 'BreakerSignaled') this.seen.levels.add(event.level)
      const row = 'orderId' in event ? this.rows.get(event.orderId) : undefined
      if (row !== undefined) this.touched.add(row)
      if ('reason' in event && typeof event.reason === 'number') this.seen.reasons.add(event.reason)
    }
  }
}

const CONDITIONS = [
  'stopPx',
  'minQty',
  'maxFloor',
  'expireDate',
  'expireSeconds',
  'execInst',
  'stpInstruction',
] as const

const ORDER_FIELDS = [
  'orderId',
  'reference',
  'price',
  'orderQty',
  'cumQty',
  'session',
  'account',
  'locate',
  'side',
  'ordType',
  'timeInForce',
  'ordStatus',
] as const

/** CONDITIONS again, as below. */
const isConditionedAs = (table: OrderTable, row: number, expected: Conditions): boolean =>
  table.conditions.stopPx[row] === expected.stopPx &&
  table.conditions.minQty[row] === expected.minQty &&
  table.conditions.maxFloor[row] === expected.maxFloor &&
  table.conditions.expireDate[row] === expected.expireDate &&
  table.conditions.expireSeconds[row] === expected.expireSeconds &&
  table.conditions.execInst[row] === expected.execInst &&
  table.conditions.stpInstruction[row] === expected.stpInstruction

/** ORDER_FIELDS again, field by field in code: ten times faster, and it runs for every live order. */
const isAs = (orders: OrderTable, row: number, expected: NaiveOrder): boolean =>
  orders.orderId(row) === expected.orderId &&
  orders.reference(row) === expected.reference &&
  orders.price(row) === expected.price &&
  orders.orderQty(row) === expected.orderQty &&
  orders.cumQty(row) === expected.cumQty &&
  orders.session(row) === expected.session &&
  orders.account(row) === expected.account &&
  orders.locate(row) === expected.locate &&
  orders.side(row) === expected.side &&
  orders.ordType(row) === expected.ordType &&
  orders.timeInForce(row) === expected.timeInForce &&
  orders.ordStatus(row) === expected.ordStatus
