/** As much at once as an exchange may meet: no command touches more orders than it may. */
import { describe, expect, it, vi } from 'vitest'
import { OrderBook } from '../../src/book/index.ts'
import { OrdType, RestateReason, Side, TimeInForce } from '../../src/domain/index.ts'
import type { EnterOrder } from '../support/engine-commands.ts'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'
import type { EngineEvent } from '../support/engine-events.ts'

const ORDERS_PER_COMMAND_MAX = 8000
const STOPS = 10_000
const AT_ONE_PRICE = 100_000
const FIRST_PRICE = 1_000_000
const TICK = 100
const [ACME, GLOBEX] = [1, 2]

const aMarket = (): EngineDriver =>
  anEngine({
    ordersPerCommandMax: ORDERS_PER_COMMAND_MAX,
    instruments: [{ symbol: 'AAPL', maxOrderQty: 10_000_000 }],
  })

interface Terms {
  readonly session: number
  readonly clOrdId: string
  readonly side: number
  readonly orderQty?: number
  readonly price?: number
  readonly stopPx?: number
  readonly maxFloor?: number
  readonly timeInForce?: number
  readonly expireSeconds?: number
}

/** An order of one share, unless said otherwise. */
function anOrder(terms: Terms): EnterOrder {
  const { price = 0, stopPx = 0, maxFloor = 0, expireSeconds = 0 } = terms
  return {
    kind: 'enter',
    possResend: false,
    locate: 1,
    account: 0,
    orderQty: 1,
    timeInForce: TimeInForce.Day,
    ordType: stopPx === 0 ? OrdType.Limit : OrdType.Stop,
    ...terms,
    price,
    conditions: { stopPx, maxFloor, expireSeconds },
  }
}

/** Orders that meet nobody, a thousand a turn. */
function enterAll(market: EngineDriver, count: number, termsOf: (i: number) => Terms): void {
  for (let from = 0; from < count; from += 1000) {
    const length = Math.min(1000, count - from)
    market.runTurn(Array.from({ length }, (_, i) => anOrder(termsOf(from + i))))
  }
}

const ids = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${letter}${i}`)

/** Orders that each turn of the last command ended, executed against or triggered. */
function touchedByTurn(market: EngineDriver, turnsBefore: number): number[] {
  return market.recorded.slice(turnsBefore).map(({ events }) => {
    const found = market.read(events)
    const executions = found.filter(({ event }) => event === 'OrderExecuted').length / 2
    const isTriggered = (event: EngineEvent): boolean =>
      'reason' in event && event.reason === RestateReason.Triggered.code
    const isEnded = ({ event }: EngineEvent): boolean => event === 'OrderExpired'
    return executions + found.filter(isTriggered).length + found.filter(isEnded).length
  })
}

describe(`${STOPS} stops that one trade sets off`, () => {
  it.each([
    ['each by what the one before it trades', (i: number) => FIRST_PRICE + i * TICK],
    ['all at one price', () => FIRST_PRICE],
  ])('are triggered one after the other, in several turns: %s', (_, stopPxOf) => {
    const market = aMarket()
    enterAll(market, STOPS, (i) => {
      return { session: ACME, clOrdId: `B${i}`, side: Side.Buy, stopPx: stopPxOf(i) }
    })
    enterAll(market, STOPS + 1, (i) => {
      const price = FIRST_PRICE + i * TICK
      return { session: GLOBEX, clOrdId: `S${i}`, side: Side.Sell, price }
    })

    const turns = market.recorded.length
    const buyer = { session: GLOBEX, clOrdId: 'B', side: Side.Buy, price: FIRST_PRICE }
    const events = market.run(anOrder(buyer))
    const fills = events.flatMap((event) =>
      event.event === 'OrderExecuted' && event.session === ACME
        ? [`${event.clOrdId} @ ${event.lastPx}`]
        : [],
    )
    expect(fills).toEqual(ids('B', STOPS).map((id, i) => `${id} @ ${FIRST_PRICE + (i + 1) * TICK}`))
    // One execution of the buyer, and of each stop that it is triggered and executed.
    expect(touchedByTurn(market, turns)).toEqual([8000, 8000, 4001])
    expect(market.bookOf('AAPL').asks).toEqual([])
  })
})

describe(`${AT_ONE_PRICE} orders at one price`, () => {
  /** The last of them is for two shares, and shows only one. */
  function aQueue(): EngineDriver {
    const market = aMarket()
    const seller = { session: GLOBEX, side: Side.Sell, price: FIRST_PRICE }
    enterAll(market, AT_ONE_PRICE - 1, (i) => ({ ...seller, clOrdId: `S${i}` }))
    market.run(anOrder({ ...seller, clOrdId: 'LAST', orderQty: 2, maxFloor: 1 }))
    return market
  }
  const buyer = { session: ACME, clOrdId: 'B', side: Side.Buy, price: FIRST_PRICE }

  it.each([TimeInForce.Day, TimeInForce.FillOrKill])(
    'are taken by one order, oldest first, in several turns: 59=%i',
    (timeInForce) => {
      const market = aQueue()
      const turns = market.recorded.length
      const events = market.run(anOrder({ ...buyer, orderQty: AT_ONE_PRICE + 1, timeInForce }))

      const sellers = events.flatMap((event) =>
        event.event === 'OrderExecuted' && event.session === GLOBEX ? [event.clOrdId] : [],
      )
      expect(sellers).toEqual([...ids('S', AT_ONE_PRICE - 1), 'LAST', 'LAST'])
      expect(touchedByTurn(market, turns)).toEqual([...Array<number>(12).fill(8000), 4001])
    },
  )

  it('are left alone by a fill or kill for one share more, which looks at none of them', () => {
    const { FillOrKill: timeInForce } = TimeInForce
    const market = aQueue()
    const looks = vi.spyOn(OrderBook.prototype, 'orderBehind')
    const events = market.run(anOrder({ ...buyer, orderQty: AT_ONE_PRICE + 2, timeInForce }))

    expect(events.map(({ event }) => event)).toEqual(['OrderAccepted', 'OrderCanceled'])
    expect(looks).not.toHaveBeenCalled()
    looks.mockRestore()
  })
})

it('the time of 20,000 orders comes in one second: they end in several turns, the oldest first', () => {
  const market = aMarket()
  const expireSeconds = market.now + 600
  const { GoodTillDate: timeInForce } = TimeInForce
  enterAll(market, 20_000, (i) => {
    const terms = { session: ACME, side: Side.Buy, price: FIRST_PRICE, expireSeconds, timeInForce }
    return { ...terms, clOrdId: `B${i}` }
  })
  const turns = market.recorded.length
  const events = market.run({ kind: 'wait', seconds: 600 })

  expect(events.map((event) => 'clOrdId' in event && event.clOrdId)).toEqual(ids('B', 20_000))
  expect(touchedByTurn(market, turns)).toEqual([8000, 8000, 4000])
})
