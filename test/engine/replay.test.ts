/**
 * The same commands at the same times give the same event bytes and the same state hash, on any
 * engine; and two states that would act differently have different hashes.
 */
import { describe, expect, it } from 'vitest'
import { Engine } from '../../src/engine/index.ts'
import type { EngineState } from '../../src/engine/index.ts'
import { Side } from '../../src/domain/index.ts'
import type { ReportOptions, VenueConfiguration } from '../../src/wire/index.ts'
import { NO_RISK_LIMITS, REPORT_DEFAULTS } from '../../src/wire/index.ts'
import type { RecordedTurn } from '../support/engine-driver.ts'
import { anEngine, EngineDriver, FIRST_DAY } from '../support/engine-driver.ts'
import { limitsOf } from '../support/risk.ts'
import { Desk, randomIntent, seeded } from '../support/engine-intents.ts'
import { bytesOf, reload } from '../support/snapshots.ts'
import { VENUE } from './engine-pair.ts'

/** Row of the first of the two stops of `aState`. */
const FIRST_STOP = 5

/** Where all that happens in a second may as well happen at once. */
const VENUE_OF_SECONDS: VenueConfiguration = {
  ...VENUE,
  sessions: VENUE.sessions.map((session) => ({
    ...session,
    cancelOnDisconnectGraceMs: 0,
    throttle: { messagesPerSecond: 0 },
  })),
}

/** Limits that count everything there is to count. */
const LIMITS = limitsOf({
  venue: { maxOpenOrders: 2000, priceCollarPercent: 4000, duplicateWindowMs: 20 },
  'firm ACME': { maxGrossOpen: 10 ** 12, maxPosition: 1_000_000, buyingPower: 10 ** 15 },
  'session HOOLI': { maxNetOpenPerSymbol: 10 ** 12, allowShort: false },
})

function aRandomDay(
  seed: number,
  count: number,
  { venue = VENUE, limits = NO_RISK_LIMITS } = {},
): EngineDriver {
  const random = seeded(seed)
  const desk = new Desk(venue, FIRST_DAY)
  const market = new EngineDriver(venue, true)
  market.run({ kind: 'configure', configuration: venue })
  market.run({ kind: 'openDay', tradingDate: FIRST_DAY })
  market.run({ kind: 'setLimits', limits })
  for (let i = 0; i < count; i++) {
    for (const command of desk.say(randomIntent(venue, random), market.now)) market.run(command)
  }
  return market
}

function replay(engine: Engine, { turn, commands }: RecordedTurn): Uint8Array {
  engine.beginTurn(turn)
  engine.executeAll(new DataView(commands.buffer), 0, commands.length)
  return engine.events.bytes.subarray(0, engine.events.length)
}

const differs = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) !== 0

describe('a replay', () => {
  it('gives the same bytes and the same state', () => {
    const market = aRandomDay(1, 5000)
    const engine = new Engine()
    const different = market.recorded.filter((turn) => differs(replay(engine, turn), turn.events))

    expect(different).toEqual([])
    expect(engine.stateHash()).toBe(market.engine.stateHash())
  })

  it('is not disturbed by another engine that works in between', () => {
    const [one, other] = [aRandomDay(2, 3000), aRandomDay(3, 3000)]
    const [first, second] = [new Engine(), new Engine()]
    const isDifferent = (engine: Engine, turn: RecordedTurn): boolean =>
      differs(replay(engine, turn), turn.events)
    const different = one.recorded.filter((turn, i) => {
      const meanwhile = other.recorded[i]
      const isOtherDifferent = meanwhile !== undefined && isDifferent(second, meanwhile)
      return isDifferent(first, turn) || isOtherDifferent
    })

    expect(different).toEqual([])
  })

  it('ends in the same state when the commands of a second come in one turn', () => {
    const market = aRandomDay(4, 3000, { venue: VENUE_OF_SECONDS })
    const engine = new Engine()
    const seconds = inOneTurnASecond(market.recorded)
    for (const second of seconds) replay(engine, second)

    expect(seconds.length).toBeLessThan(market.recorded.length / 10)
    expect(engine.stateHash()).toBe(market.engine.stateHash())
  })
})

/** What orders live for is counted in seconds: without a grace or a message rate all may come at once. */
function inOneTurnASecond(recorded: readonly RecordedTurn[]): RecordedTurn[] {
  const seconds = new Map<number, RecordedTurn>()
  for (const one of recorded) {
    const { turn, commands } = seconds.get(one.turn.epochSeconds) ?? one
    const all = commands === one.commands ? commands : concatenated(commands, one.commands)
    seconds.set(turn.epochSeconds, { turn, commands: all, events: all })
  }
  return [...seconds.values()]
}

function concatenated(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

describe('an engine out of a snapshot', () => {
  it('goes on as the one that went into it, to the byte, whenever that was', () => {
    const market = aRandomDay(5, 12_000, { limits: LIMITS })
    let engine = new Engine()
    let loads = 0
    const different = market.recorded.filter((turn, i) => {
      if (i % 61 === 0 && !engine.hasWork) {
        const before = engine.stateHash()
        engine = reload(engine, new Engine())
        loads++
        if (engine.stateHash() !== before) return true
      }
      return differs(replay(engine, turn), turn.events)
    })

    expect(different).toEqual([])
    expect(engine.stateHash()).toBe(market.engine.stateHash())
    expect(loads).toBeGreaterThan(100)
  })

  it('has nothing left to do, or it is not taken', () => {
    const market = aRandomDay(6, 500)
    market.engine.state.work = { name: 'close', proceed: () => true }
    expect(() => bytesOf(market.engine)).toThrow('work has no place in a snapshot')
  })
})

describe('the state hash', () => {
  const aState = (): { engine: Engine; state: EngineState } => {
    const market = anEngine({ sessions: [{ compId: 'ACME' }, { compId: 'GLOBEX' }] })
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')
    market.enter('ACME', 'B2', 'buy 100 @ 182.50')
    market.enter('GLOBEX', 'S1', 'sell 30 @ 182.50')
    market.cancel('ACME', 'C1', 'B2')
    market.setLimits(limitsOf({ 'firm ACME': { maxGrossOpen: 100_000_0000, maxPosition: 1000 } }))
    market.enter('ACME', 'B3', 'buy 100 @ 182.50')
    market.enter('ACME', 'STOP1', 'buy 100 @ stop 190')
    market.enter('ACME', 'STOP2', 'buy 100 @ stop 190')
    return { engine: market.engine, state: market.engine.state }
  }
  const session = (state: EngineState, change: object): void => {
    state.venueSessions[1] = { ...state.venueSessions[1]!, ...change }
  }
  const reports = (state: EngineState, change: Partial<ReportOptions>): void =>
    session(state, { reports: { ...REPORT_DEFAULTS, ...change } })
  const instrument = (state: EngineState, change: object): void => {
    state.markets[1]!.instrument = { ...state.markets[1]!.instrument, ...change }
  }

  /** An order of the book has a part of what comes in. */
  const share = ({ markets, orders }: EngineState, order: number, quantity: number): void => {
    const { shares } = markets[1]!.book
    shares.clear()
    shares.add(orders.slot[order]!, 70)
    shares.divide(quantity, 70, { bySize: false, lotSize: 1, minimum: 1 })
  }

  const CHANGES: Readonly<Record<string, (state: EngineState) => void>> = {
    nothing: () => {},
    'the order of a queue': ({ markets, orders, orderOfSlot }) => {
      const first = orders.slot[1]!
      const { book } = markets[1]!
      const slot = book.add(Side.Buy, orders.price(1), book.remove(first))
      orders.slot[1] = slot
      orderOfSlot[slot] = 1
    },
    'open quantity of a resting order': ({ markets, orders }) => {
      markets[1]!.book.reduce(orders.slot[1]!, 1)
    },
    'the order of the stops': ({ markets, orders, orderOfSlot }) => {
      const { stops } = markets[1]!
      const [first, second] = [orders.slot[FIRST_STOP]!, orders.slot[FIRST_STOP + 1]!]
      expect(stops!.firstOrder(Side.Sell)).toBe(first)
      orderOfSlot[first] = FIRST_STOP + 1
      orderOfSlot[second] = FIRST_STOP
    },
    'open quantity of a stop': ({ markets, orders }) => {
      markets[1]!.stops!.reduce(orders.slot[FIRST_STOP]!, 1)
    },
    'one StopPx': ({ orders }) => orders.conditions.stopPx[1]!++,
    'one MinQty': ({ orders }) => orders.conditions.minQty[1]!++,
    'one MaxFloor': ({ orders }) => orders.conditions.maxFloor[1]!++,
    'one ExpireDate': ({ orders }) => orders.conditions.expireDate[1]!++,
    'one ExpireTime': ({ orders }) => orders.conditions.expireSeconds[1]!++,
    'one ExecInst': ({ orders }) => orders.conditions.execInst[1]!++,
    'whether a stop waits': ({ orders }) => (orders.conditions.isWaiting[1] = 0),
    'the conditions of an order': ({ orders }) => orders.setCondition(FIRST_STOP, 2),
    'the last price': ({ markets }) => markets[1]!.lastPrice++,
    'what becomes of a post-only order': (state) => session(state, { postOnly: 'slide' }),
    'which order is coming in': ({ matching }) => (matching.incoming = 1),
    'the highest price of the command at hand': ({ matching }) => matching.highest++,
    'the lowest price of the command at hand': ({ matching }) => matching.lowest++,
    'the self-trade group of an order': ({ orders }) => orders.conditions.stpGroup[1]!++,
    'what an order asks for against self-trades': ({ orders }) => {
      orders.conditions.stpInstruction[1]!++
    },
    'the names of self-trade groups': ({ stpGroups }) => stpGroups.numberOf('DESK'),
    'which self-trade group came up first': ({ stpGroups }) => {
      for (const name of ['FIRM', 'DESK']) stpGroups.numberOf(name)
    },
    'the self-trade group of a session': ({ stpGroups, sessionStpGroup }) => {
      sessionStpGroup[1] = stpGroups.numberOf('FIRM')
    },
    'what a session asks for against self-trades': ({ sessionStpInstruction }) => {
      sessionStpInstruction[1]!++
    },
    'the rate of a session': (state) => session(state, { throttle: { messagesPerSecond: 1 } }),
    'what is left of the rate': ({ ledger }) => ledger.throttleLevel[1]!++,
    'when the rate was counted': ({ ledger }) => ledger.throttledUs[1]!++,
    'the grace of a session': (state) => session(state, { cancelOnDisconnectGraceMs: 1 }),
    'when a grace ends': ({ ledger }) => ledger.graceUntilMs[1]!++,
    'what goes when a grace ends': ({ ledger }) => ledger.graceSweep[1]!++,
    'one CumQty': ({ orders }) => orders.setCumQty(1, orders.cumQty(1) + 1),
    'one OrderQty': ({ orders }) => orders.setOrderQty(1, orders.orderQty(1) + 1),
    'one average': ({ orders }) => orders.setNotional(1, 0, 1),
    'the status of a closed order': ({ orders }) => orders.setOrdStatus(2, 0x43),
    'one ClOrdID': ({ ids }) => ids.words[5]!++,
    'the order behind a ClOrdID': ({ ids }) => (ids.order[2] = 1),
    'the session of a ClOrdID': ({ ids }) => (ids.session[2] = 2),
    'the owner of an order': ({ orders }) => orders.setSession(1, 2),
    'the last accepted ClOrdID of an order': ({ orders }) => orders.setClOrdId(1, 2),
    'an outbound session number': ({ ledger }) => ledger.nextMsgSeqNum[1]!++,
    'an inbound session number': ({ ledger }) => ledger.expectedMsgSeqNum[2]!++,
    'who is logged on': ({ ledger }) => (ledger.loggedOn[2] = 0),
    'the next ExecID': ({ numbers }) => numbers.nextExecId++,
    'the next match number': ({ numbers }) => numbers.nextMatchNumber++,
    'the next order reference': ({ numbers }) => numbers.nextOrderReference++,
    'the number of feed messages': ({ events }) => events.feedCount++,
    'the trading date': ({ day }) => day.tradingDate++,
    'whether the day is open': ({ day }) => (day.isOpen = false),
    'the feed session': ({ day }) => (day.feedSession = 'X'),
    'the orders of the day': (state) => state.ordersToday++,
    'the limit of orders per day': (state) => state.ordersPerDayMax++,
    'the limit of orders per command': (state) => state.ordersPerCommandMax++,
    'work left to do': (state) => (state.work = { name: 'close', proceed: () => true }),
    'a lot size': (state) => instrument(state, { lotSize: 2 }),
    'an order size limit': (state) => instrument(state, { maxOrderQty: 2 }),
    'how quantity is shared': (state) => instrument(state, { matching: 'pro-rata' }),
    'who has what rounding leaves': (state) => instrument(state, { matching: 'size-pro-rata' }),
    'the least share': (state) => instrument(state, { proRataMinimum: 2 }),
    'a share that is still to be executed': (state) => share(state, 1, 10),
    'how much of a share is still to be executed': (state) => share(state, 1, 20),
    'whose share is still to be executed': (state) => share(state, 4, 10),
    'whether an instrument is listed': (state) => instrument(state, { listed: false }),
    'the channel of an instrument': (state) => instrument(state, { channel: 1 }),
    'a price band': ({ markets }) => (markets[1]!.bandHigh = 1),
    'a risk limit': ({ risk }) =>
      (risk!.limits = limitsOf({ 'firm ACME': { maxGrossOpen: 1, maxPosition: 1000 } })),
    'open orders under risk limits': ({ risk }) => risk!.scopes[0]!.exposure.openOrders++,
    'what open orders are worth': ({ risk }) => risk!.scopes[0]!.exposure.buyNotional++,
    'what open orders of a symbol are worth': ({ risk }) =>
      risk!.scopes[0]!.exposure.of(1).buyNotional++,
    'a position': ({ risk }) => risk!.scopes[0]!.exposure.of(1).position++,
    'used buying power': ({ risk }) => risk!.scopes[0]!.exposure.powerUsed++,
    'whether a scope counts its position': ({ risk }) => (risk!.scopes[0]!.countsPosition = false),
    'the bound of a market order': ({ risk }) => risk!.bounds.set(9, { limit: 1, value: 1 }),
    'an order of the last milliseconds': ({ risk }) => risk!.recent.times.set('B1', 1),
    'what a lost connection does': (state) => session(state, { cancelOnDisconnect: 'disconnect' }),
    'what a lost connection does to GTC': (state) => session(state, { cancelGoodTill: true }),
    'how an IOC remainder ends': (state) => reports(state, { expiredAs: 'expired' }),
    'how a day order ends': (state) => reports(state, { doneForDay: true }),
    'whether carried orders are restated': (state) => reports(state, { restateGoodTill: true }),
    'splits of an instrument': ({ markets }) => {
      markets[1]!.splits = [{ into: 2, from: 1, firstMatchNumber: 1 }]
    },
    'whether pendings are told': (state) => reports(state, { includePendings: true }),
    'the dialect of a session': ({ ledger }) => (ledger.dialect[1] = 2),
  }

  it('is another one for every single thing that differs', () => {
    const names = new Map<string, string>()
    for (const [name, change] of Object.entries(CHANGES)) {
      const { engine, state } = aState()
      change(state)
      const hash = engine.stateHash()
      expect(hash).toMatch(/^[0-9a-f]{16}$/)
      expect(names.get(hash), `hash without ${name}`).toBeUndefined()
      names.set(hash, name)
    }
  })

  it('is the same for the same state, whatever room its tables have', () => {
    const { engine } = aState()
    const roomy = aState()
    const grown = new Int32Array(5000)
    grown.set(roomy.state.orderOfSlot)
    roomy.state.orderOfSlot = grown

    expect(aState().engine.stateHash()).toBe(engine.stateHash())
    expect(roomy.engine.stateHash()).toBe(engine.stateHash())
  })
})
