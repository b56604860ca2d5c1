/**
 * What must hold after every command, whatever the commands are.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { OrdStatus, Side } from '../../src/domain/index.ts'
import type { Market } from '../../src/engine/state.ts'
import { isTrading } from '../../src/engine/trading-state.ts'
import { EngineDriver, FIRST_DAY } from '../support/engine-driver.ts'
import type { EngineEvent, OrderEvent } from '../support/engine-events.ts'
import { isOrder } from '../support/engine-events.ts'
import { FeedBook } from '../support/engine-feed-book.ts'
import type { Intent } from '../support/engine-intents.ts'
import { anyIntent, Desk, randomIntent, seeded } from '../support/engine-intents.ts'
import { VENUE } from './engine-pair.ts'

type State = EngineDriver['engine']['state']

/** Plays the same intents for every check, which looks at each turn. */
function watched(intents: Iterable<Intent>, look: (market: EngineDriver) => void): void {
  const market = new EngineDriver(VENUE, false)
  const desk = new Desk(VENUE, FIRST_DAY)
  market.run({ kind: 'configure', configuration: VENUE })
  market.run({ kind: 'openDay', tradingDate: FIRST_DAY })
  look(market)
  for (const intent of intents) {
    for (const command of desk.say(intent, market.now)) {
      market.run(command)
      look(market)
    }
  }
}

/** A long seeded market, and any short one. */
function play(aCheck: () => (market: EngineDriver) => void): void {
  const random = seeded(4)
  watched(
    Array.from({ length: 10_000 }, () => randomIntent(VENUE, random)),
    aCheck(),
  )
  fc.assert(
    fc.property(fc.array(anyIntent(VENUE), { maxLength: 60 }), (intents) =>
      watched(intents, aCheck()),
    ),
    { numRuns: 100 },
  )
}

const orderEvents = (events: readonly EngineEvent[]): OrderEvent[] =>
  events.filter(isOrder).filter(({ orderId }) => orderId !== 0)

const PENDING = [OrdStatus.PendingNew, OrdStatus.PendingCancel, OrdStatus.PendingReplace] as const
const LIVE: readonly number[] = [OrdStatus.New, OrdStatus.PartiallyFilled, ...PENDING]

it('OrderQty(38) = CumQty(14) + LeavesQty(151) while live, and LeavesQty is 0 at the end', () => {
  expect(() =>
    play(() => ({ events }) => {
      for (const event of orderEvents(events)) {
        const { ordStatus, orderQty, cumQty, leavesQty } = event
        const open = LIVE.includes(ordStatus) ? orderQty - cumQty : 0
        if (leavesQty !== open || cumQty > orderQty) throw new Error(JSON.stringify(event))
        const isRight =
          (ordStatus !== OrdStatus.New || cumQty === 0) &&
          (ordStatus !== OrdStatus.PartiallyFilled || (cumQty > 0 && leavesQty > 0)) &&
          (ordStatus !== OrdStatus.Filled || cumQty === orderQty)
        if (!isRight) throw new Error(`OrdStatus(39) of ${JSON.stringify(event)}`)
      }
    }),
  ).not.toThrow()
})

it('ExecID(17) rises strictly, and MsgSeqNum(34) of a session by one', () => {
  expect(() =>
    play(() => {
      let lastExecId = 0
      const lastMsgSeqNum = new Map<number, number>()
      return ({ events }) => {
        for (const event of events) {
          // Without a MsgSeqNum it is the doubt of an earlier report.
          if (event.msgSeqNum === 0) continue
          if ('execId' in event && event.execId !== 0) {
            if (event.execId <= lastExecId) throw new Error(`ExecID ${event.execId}`)
            lastExecId = event.execId
          }
          const expected = (lastMsgSeqNum.get(event.session) ?? 0) + 1
          if (event.msgSeqNum !== expected) throw new Error(`MsgSeqNum ${event.msgSeqNum}`)
          lastMsgSeqNum.set(event.session, expected)
        }
      }
    }),
  ).not.toThrow()
})

it('what one side buys the other sells: same shares, same price, one match number', () => {
  expect(() =>
    play(() => {
      let lastMatchNumber = 0
      return ({ events }) => {
        const matched = events.filter((event) => event.event === 'CrossExecuted' || isTrade(event))
        for (let i = 0; i < matched.length; i++) {
          lastMatchNumber++
          const first = matched[i]!
          const isNext = 'matchNumber' in first && first.matchNumber === lastMatchNumber
          if (!isNext) throw new Error(`match ${lastMatchNumber} is ${JSON.stringify(first)}`)
          if (!isTrade(first)) continue
          const second = matched[++i]
          if (second === undefined || !isTrade(second) || !isPair(first, second)) {
            throw new Error(JSON.stringify([first, second]))
          }
        }
      }
    }),
  ).not.toThrow()
})

const isTrade = (event: EngineEvent): event is OrderEvent => event.event === 'OrderExecuted'

/** Of an auction both have rested. */
const isOfAuction = ({ lastLiquidityInd }: OrderEvent): boolean => lastLiquidityInd === 0

/** The order that rests goes first and has its price; of an auction the buy goes first. */
function isPair(first: OrderEvent, second: OrderEvent): boolean {
  const isFirst = isOfAuction(first) ? first.side === Side.Buy : first.lastPx === first.price
  return (
    isFirst &&
    isOfAuction(first) === isOfAuction(second) &&
    first.matchNumber === second.matchNumber &&
    first.lastQty === second.lastQty &&
    first.lastPx === second.lastPx &&
    first.locate === second.locate &&
    first.side !== second.side
  )
}

it('nothing trades while the feed says so, but in an auction, whose end tells all of it', () => {
  expect(() =>
    play(() => {
      const states = new Map<number, string>()
      let isDay = false
      return ({ events }) => {
        const bought = new Map<number, number>()
        for (const event of events) {
          if (event.event === 'TradingDayOpened') isDay = true
          if (event.event === 'SystemEventSignaled') isDay &&= event.eventCode !== END_OF_MESSAGES
          if (event.event === 'TradingStateChanged') {
            states.set(event.locate, String.fromCharCode(event.tradingState))
          }
          if (event.event === 'CrossExecuted') {
            const { locate, shares } = event
            if (shares !== (bought.get(locate) ?? 0)) throw new Error(JSON.stringify(event))
            bought.delete(locate)
          }
          if (!isTrade(event)) continue
          const isOpen = states.get(event.locate) === 'T'
          if (!isDay || isOpen === isOfAuction(event)) throw new Error(JSON.stringify(event))
          if (!isOfAuction(event) || event.side === Side.Sell) continue
          bought.set(event.locate, (bought.get(event.locate) ?? 0) + event.lastQty)
        }
        if (bought.size > 0) throw new Error(`auctions without an end: ${bought.size}`)
      }
    }),
  ).not.toThrow()
})

/** Of ITCH S. */
const END_OF_MESSAGES = 'C'.charCodeAt(0)

it('CumQty(14) is the sum of an order’s executions, and nobody trades beyond his limit', () => {
  expect(() =>
    play(() => {
      const filled = new Map<number, number>()
      return ({ events }) => {
        for (const event of orderEvents(events)) {
          const before = filled.get(event.orderId) ?? 0
          const cumQty = before + event.lastQty
          if (event.cumQty !== cumQty) throw new Error(`CumQty of ${JSON.stringify(event)}`)
          filled.set(event.orderId, cumQty)
          if (event.lastQty === 0 || event.price === 0) continue
          const isWithin =
            event.side === Side.Buy ? event.lastPx <= event.price : event.lastPx >= event.price
          if (!isWithin) throw new Error(`limit of ${JSON.stringify(event)}`)
        }
      }
    }),
  ).not.toThrow()
})

it('while there is trading no book is crossed, and no market order waits', () => {
  expect(() =>
    play(() => ({ engine }) => {
      for (const market of trading(engine.state)) {
        const { bestBid, bestAsk } = market.book
        const unpriced = [Side.Buy, Side.Sell].filter((side) => market.unpriced?.firstOrder(side))
        if (unpriced.length > 0) throw new Error(`market orders of sides ${unpriced.join(' ')}`)
        if (bestBid !== 0 && bestAsk !== 0 && bestBid >= bestAsk) {
          throw new Error(`${bestBid} is bid and ${bestAsk} asked`)
        }
      }
    }),
  ).not.toThrow()
})

it('the market sees some of every order on a book, and never more than there is', () => {
  expect(() =>
    play(() => ({ engine }) => {
      for (const { order, market, slot } of resting(engine.state)) {
        const { orders, orderPool } = engine.state
        const shown = orderPool.leavesQty(slot)
        const leaves = orders.leavesQty(order)
        const isAllShown = orders.maxFloor(order) === 0
        if (shown > 0 && shown <= leaves && (!isAllShown || shown === leaves)) continue
        throw new Error(`${shown} of ${leaves} of order ${order} on ${market.instrument.symbol}`)
      }
    }),
  ).not.toThrow()
})

it('no stop waits whose price the last execution has passed, while there is trading', () => {
  expect(() =>
    play(() => ({ engine }) => {
      for (const market of trading(engine.state)) {
        if (market.stops === undefined || market.lastPrice === 0) continue
        // Stops wait with the sides exchanged: the lowest of the buys, the highest of the sells.
        const { bestAsk: buy, bestBid: sell } = market.stops
        const isPassed = (buy !== 0 && buy <= market.lastPrice) || sell >= market.lastPrice
        if (isPassed) throw new Error(`${buy} and ${sell} at ${market.lastPrice}`)
      }
    }),
  ).not.toThrow()
})

it('no order waits whose time has come', () => {
  expect(() =>
    play(() => (market) => {
      const { state } = market.engine
      for (const { order } of resting(state)) {
        const expireSeconds = state.orders.expireSeconds(order)
        if (expireSeconds !== 0 && expireSeconds <= market.now) throw new Error(`order ${order}`)
      }
    }),
  ).not.toThrow()
})

const trading = ({ markets }: State): Market[] =>
  markets.filter((market): market is Market => market !== undefined && isTrading(market))

/** Orders on the books. */
function* resting(state: State) {
  for (const market of state.markets) {
    if (market === undefined) continue
    for (const side of [Side.Buy, Side.Sell]) {
      const { book } = market
      for (let slot = book.firstOrder(side); slot !== 0; slot = book.orderBehind(slot)) {
        yield { order: state.orderOfSlot[slot]!, market, slot }
      }
    }
  }
}

it('the feed alone rebuilds every book, in priority order', () => {
  expect(() =>
    play(() => {
      const feed = new FeedBook()
      return ({ engine, events }) => {
        for (const event of events) feed.hear(event)
        if (feed.messages !== engine.feedCount) throw new Error(`${feed.messages} messages heard`)
        // At night the feed is over, and what is canceled then is not told.
        if (engine.state.day.isOpen) compareBooks(engine.state, feed)
      }
    }),
  ).not.toThrow()
})

function compareBooks(state: State, feed: FeedBook): void {
  const { orders, orderOfSlot, orderPool } = state
  for (const market of state.markets) {
    if (market === undefined) continue
    for (const side of [Side.Buy, Side.Sell]) {
      const expected = feed.queue(market.instrument.locate, side)
      const found: unknown[] = []
      market.book.forEachOrder(side, (slot) => {
        const reference = orders.reference(orderOfSlot[slot]!)
        const shares = orderPool.leavesQty(slot)
        found.push({ reference, shares, price: orderPool.price(slot) })
      })
      const heard = expected.map(({ reference, shares, price }) => ({ reference, shares, price }))
      if (JSON.stringify(found) !== JSON.stringify(heard)) {
        throw new Error(`book ${JSON.stringify(found)}, feed ${JSON.stringify(heard)}`)
      }
    }
  }
}
