/**
 * The engine and the naive one side by side: every command goes to both, and the events, and what
 * both know afterwards, must be the same.
 */
import { Side } from '../../src/domain/index.ts'
import type { VenueConfiguration } from '../../src/wire/index.ts'
import { NaiveEngine } from '../reference/naive-engine.ts'
import type { NaiveEvent, NaiveOrder } from '../reference/naive-order.ts'
import type { EngineCommand } from '../support/engine-commands.ts'
import { aConfiguration, EngineDriver, FIRST_DAY } from '../support/engine-driver.ts'
import type { EngineEvent } from '../support/engine-events.ts'
import type { Intent } from '../support/engine-intents.ts'
import { Desk } from '../support/engine-intents.ts'

/**
 * Three sessions that differ in what a lost connection does, three instruments that differ in
 * everything, and so few orders a command that many leave work for ContinueWork.
 */
export const VENUE: VenueConfiguration = aConfiguration({
  sessions: [
    { compId: 'ACME', cancelOnDisconnect: 'disconnect' },
    { compId: 'GLOBEX', cancelOnDisconnect: 'disconnect-or-logout', cancelGoodTill: true },
    { compId: 'INITECH' },
  ],
  instruments: [
    { symbol: 'AAPL' },
    { symbol: 'MSFT', lotSize: 100, maxOrderQty: 5000, tickSize: 200, priceBandPercent: 10 },
    { symbol: 'GONE', listed: false },
  ],
  ordersPerDayMax: 1500,
  ordersPerCommandMax: 4,
})

/** Time, journal positions and what the commands themselves bring. */
const NOT_COMPARED = new Set([
  'at',
  'body',
  'bodyLength',
  'previousPosition',
  'expectedMsgSeqNum',
  'epochSeconds',
  'nanoseconds',
  'reserved',
  'reserved2',
  'reserved3',
  'tradingDate',
  'midnightSeconds',
  'feedSession',
])

export class EnginePair {
  readonly real = new EngineDriver(VENUE, false)
  readonly naive = new NaiveEngine(VENUE)
  /** What came up: a test that meets too little proves little. */
  readonly seen = { events: new Set<string>(), reasons: new Set<number>() }
  private readonly desk = new Desk(VENUE, FIRST_DAY)

  constructor() {
    this.real.run({ kind: 'configure', configuration: VENUE })
    this.apply({ kind: 'openDay', tradingDate: FIRST_DAY })
  }

  /** Says what is meant, to both. */
  act(intent: Intent): void {
    for (const command of this.desk.say(intent)) this.apply(command)
  }

  apply(command: EngineCommand): void {
    const events = this.real.run(command)
    compareEvents(events, this.naive.execute(command))
    this.note(events)
  }

  /** Compares books, orders of the day, ids and numbers. */
  compareState(): void {
    const { state } = this.real.engine
    const { naive } = this
    const { numbers, orders, ledger } = state
    same('next order reference', numbers.nextOrderReference, naive.nextReference)
    same('next ExecID', numbers.nextExecId, naive.nextExecId)
    same('next match number', numbers.nextMatchNumber, naive.nextMatchNumber)
    for (const { index } of VENUE.sessions) {
      same('next MsgSeqNum', ledger.nextMsgSeqNum[index], naive.nextMsgSeqNum[index])
      same('is logged on', ledger.loggedOn[index], naive.loggedOn.has(index) ? 1 : 0)
    }
    same('orders of the day', orders.count, naive.orders.length)
    naive.orders.forEach((expected, i) => this.compareOrder(i + 1, expected))
    same('ids of the day', state.ids.count, naive.ids.size)
    for (const { locate } of VENUE.instruments) {
      this.compareQueue(locate, Side.Buy)
      this.compareQueue(locate, Side.Sell)
    }
    same('live orders', state.orderPool.liveCount, naive.resting.length)
  }

  private compareOrder(order: number, expected: NaiveOrder): void {
    const { orders, ids } = this.real.engine.state
    for (const field of ORDER_FIELDS) same(field, orders[field][order], expected[field])
    const sum = (BigInt(orders.notionalHigh[order]!) << 32n) + BigInt(orders.notionalLow[order]!)
    same('notional', sum, expected.notional)
    same('owner of its id', ids.order[orders.clOrdId[order]!], order)
  }

  private compareQueue(locate: number, side: number): void {
    const { markets, orders, orderOfSlot, orderPool } = this.real.engine.state
    const expected = this.naive.queue(locate, side)
    let at = 0
    markets[locate]!.book.forEachOrder(side, (slot) => {
      const order = expected[at++]
      same('order in the queue', orders.orderId[orderOfSlot[slot]!], order?.orderId)
      same('open quantity', orderPool.leavesQty(slot), order && order.orderQty - order.cumQty)
      same('price in the queue', orderPool.price(slot), order?.price)
    })
    same('length of the queue', at, expected.length)
  }

  private note(events: readonly EngineEvent[]): void {
    for (const event of events) {
      this.seen.events.add(event.event)
      if ('reason' in event && typeof event.reason === 'number') this.seen.reasons.add(event.reason)
    }
  }
}

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

function compareEvents(events: readonly EngineEvent[], expected: readonly NaiveEvent[]): void {
  const names = (list: readonly { event?: string | number }[]) =>
    list.map(({ event }) => event).join(' ')
  same('events', names(events), names(expected))
  events.forEach((event, i) => compareEvent(event, expected[i]!))
}

function compareEvent(event: EngineEvent, expected: NaiveEvent): void {
  for (const [field, value] of Object.entries(event)) {
    if (NOT_COMPARED.has(field)) continue
    if (field === 'feedShares' && event.feed === '') continue
    const nothing = typeof value === 'string' ? '' : 0
    same(`${event.event} ${field}`, value, expected[field] ?? nothing)
  }
  for (const field of Object.keys(expected)) {
    if (!(field in event)) throw new Error(`${event.event} has no ${field}`)
  }
}

/** Far cheaper than expect(): it runs some ten million times. */
function same(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, not ${String(expected)}`)
}
