/**
 * `dropcopy positions` with a span of time: reading every report and looking up only what the answer
 * needs give the same, which is what a sum over the fills by hand gives.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ExecType, OrdStatus, printScaled, Side } from '../../src/domain/index.ts'
import type { QueryFilter, Row } from '../../src/dropcopy/index.ts'
import {
  answer,
  databaseStore,
  JournalCopier,
  TradingDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import { listPositions } from '../../src/dropcopy/positions.ts'
import type { VenueConfiguration } from '../../src/wire/index.ts'
import { EventType } from '../../src/wire/index.ts'
import { Dice } from '../support/dice.ts'
import { KINDS, scratchDatabaseIn } from './support/both.ts'
import type { ScratchDatabase } from './support/scratch.ts'
import { aConfiguration, anOrderEvent, aTurn, turnsFrom } from './support/turns.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const SYMBOLS = ['AAPL', 'MSFT', 'NVDA']
/** Firm and accounts of each session; two sessions of one firm share an account. */
const SESSIONS = [
  { compId: 'ACME', firm: 'ACME Ltd', accounts: ['A-1', 'A-2'] },
  { compId: 'ACME-B', firm: 'ACME Ltd', accounts: ['A-2', 'A-3'] },
  { compId: 'GLOBEX', firm: 'GLOBEX Ltd', accounts: ['G-1'] },
  { compId: 'ZENITH', firm: 'ZENITH Ltd', accounts: [] },
]
/** The second one opens again behind the third: somebody set the clock back. 0 is before the first day. */
const DAYS = [0, 20261119, 20261120, 20261121, 20261120, 20261122]
const MATCHES_A_DAY = 40
/** 2026-11-18 22:00:00 UTC: a trading day is not a calendar day. */
const START_SECONDS = Date.UTC(2026, 10, 18, 22) / 1_000

interface Fill {
  readonly execId: number
  readonly epochSeconds: number
  readonly day: number
  readonly session: string
  readonly firm: string
  readonly account: string | null
  readonly symbol: string
  readonly side: number
  readonly quantity: number
  /** In 1/10,000. */
  readonly price: number
  readonly orderId: number
  readonly clOrdId: string
}

const configuration = (): VenueConfiguration => {
  const { instruments, sessions, ...venue } = aConfiguration()
  return {
    ...venue,
    instruments: SYMBOLS.map((symbol, i) => ({ ...instruments[0]!, symbol, locate: i + 1 })),
    sessions: SESSIONS.map((session, i) => ({ ...sessions[0]!, ...session, index: i + 1 })),
  }
}

/** Matches at random, some seconds or none from one to the next. */
function aWeek(dice: Dice) {
  const fills: Fill[] = []
  const turns = [aTurn().configure(configuration())]
  let epochSeconds = START_SECONDS
  for (const day of DAYS) {
    if (day > 0) turns.push(aTurn().openDay(day))
    for (let i = 0; i < MATCHES_A_DAY; i++) {
      epochSeconds += dice.between(0, 900)
      const locate = dice.between(1, SYMBOLS.length)
      const [quantity, price] = [dice.between(1, 500), dice.between(1, 3_000_000)]
      const matchNumber = fills.length / 2 + 1
      const turn = aTurn()
      for (const side of [Side.Buy, Side.Sell]) {
        const session = dice.between(1, SESSIONS.length)
        const { compId, firm, accounts } = SESSIONS[session - 1]!
        const account = dice.between(0, accounts.length)
        const execId = 2 * fills.length + 1
        const clOrdId = `${compId}-${dice.below(40)}`
        const order = { execId, orderId: execId, orderReference: execId, side, locate, account }
        const times = { epochSeconds, nanoseconds: 0 }
        const filled = { lastQty: quantity, lastPx: price, cumQty: quantity, orderQty: quantity }
        const done = { execType: ExecType.Trade, ordStatus: OrdStatus.Filled, leavesQty: 0 }
        const event = { ...order, ...times, ...filled, ...done, matchNumber, clOrdId }
        turn.order(EventType.OrderExecuted, session, anOrderEvent(event))
        fills.push({
          execId,
          epochSeconds,
          day,
          session: compId,
          firm,
          account: accounts[account - 1] ?? null,
          symbol: SYMBOLS[locate - 1]!,
          side,
          quantity,
          price,
          orderId: execId,
          clOrdId,
        })
        const entered = { ...times, locate, orderId: execId + 1, orderReference: execId + 1 }
        const accepted = anOrderEvent({ ...entered, execId: execId + 1 })
        turn.order(EventType.OrderAccepted, session, accepted)
      }
      turns.push(turn)
    }
  }
  return { fills, turns: turns.map((turn, i) => turn.build(i + 1)) }
}

/** Added up by hand. */
function positionsOf(fills: readonly Fill[], filter: QueryFilter): Row[] {
  const { firm, session, symbol, clOrdId, orderId, execId, since, until, limit } = filter
  const asked = Object.entries({ firm, session, symbol, clOrdId, orderId, execId }).filter(
    ([, value]) => value !== undefined,
  ) as [keyof Fill, unknown][]
  const sums = new Map<string, Fill[]>()
  for (const fill of fills) {
    const at = fill.epochSeconds * 1_000
    if (since !== undefined && at < Date.parse(since)) continue
    if (until !== undefined && at >= Date.parse(until)) continue
    if (asked.some(([name, value]) => fill[name] !== value)) continue
    // An account that is not there comes behind all others.
    const key = [fill.firm, fill.account ?? '~', fill.symbol].join('\t')
    sums.set(key, [...(sums.get(key) ?? []), fill])
  }
  const keys = [...sums.keys()].toSorted((a, b) => (a < b ? -1 : 1)).slice(0, limit)
  return keys.map((key) => rowOf(sums.get(key)!))
}

function rowOf(fills: readonly Fill[]): Row {
  const of = (side: number) => fills.filter((fill) => fill.side === side)
  const quantity = (some: readonly Fill[]) => some.reduce((sum, fill) => sum + fill.quantity, 0)
  const value = (some: readonly Fill[]) =>
    some.length === 0
      ? '0'
      : printScaled(
          some.reduce((sum, fill) => sum + fill.quantity * fill.price, 0),
          4,
        )
  const [bought, sold] = [of(Side.Buy), of(Side.Sell)]
  const { firm, account, symbol } = fills[0]!
  return {
    firm,
    account,
    symbol,
    bought: quantity(bought),
    sold: quantity(sold),
    net: quantity(bought) - quantity(sold),
    bought_value: value(bought),
    sold_value: value(sold),
  }
}

/** Spans that begin and end within days, at a fill of theirs or beside it, and all that a clerk may add. */
function someQuestion(dice: Dice, fills: readonly Fill[]): QueryFilter {
  const time = () => {
    const seconds = dice.pick(fills)!.epochSeconds + dice.between(-1, 1)
    return new Date(seconds * 1_000).toISOString()
  }
  const [first, second] = [time(), time()].toSorted()
  const fill = dice.pick(fills)!
  const ends = dice.pick([{ since: first! }, { until: second! }, { since: first!, until: second! }])
  return {
    ...ends,
    ...(dice.chance(0.25) && { firm: fill.firm }),
    ...(dice.chance(0.25) && { session: fill.session }),
    ...(dice.chance(0.25) && { symbol: fill.symbol }),
    ...(dice.chance(0.1) && { clOrdId: fill.clOrdId }),
    ...(dice.chance(0.05) && { orderId: fill.orderId }),
    ...(dice.chance(0.05) && { execId: fill.execId }),
    limit: dice.pick([1, 2, 5, 10, 100, 1_000_000])!,
  }
}

describe.each(KINDS)('positions of a span in %s', (kind) => {
  const { fills, turns } = aWeek(new Dice(20261121))
  let database: ScratchDatabase

  beforeAll(async () => {
    database = await scratchDatabaseIn(kind)
    const start = { applied: undefined, venue: venueAfter(undefined, undefined, new TradingDays()) }
    const copier = new JournalCopier(databaseStore(database.db), turnsFrom(turns), start)
    while ((await copier.copyBatch()) !== undefined);
  })
  afterAll(() => database.remove())

  /** Every report read, positions looked up, and with a first look at too few; and as the command asks. */
  async function inAllWays(filter: QueryFilter): Promise<Row[][]> {
    const ways = [
      { reports: Infinity, sums: 1 },
      { reports: 0, sums: 20 * filter.limit },
      { reports: 0, sums: 1 },
    ]
    const answers: Row[][] = []
    for (const limits of ways) answers.push(await listPositions(database.db, filter, limits))
    return [...answers, await asked(filter)]
  }
  const asked = (filter: QueryFilter) =>
    answer(database.db, { ask: 'list', listing: 'positions', filter })
  const fourTimes = (rows: Row[]) => [rows, rows, rows, rows]

  it('are the sums of its fills, read one by one or looked up', async () => {
    const dice = new Dice(1)
    for (let i = 0; i < 150; i++) {
      const filter = someQuestion(dice, fills)
      const expected = fourTimes(positionsOf(fills, filter))
      expect({ filter, answers: await inAllWays(filter) }).toEqual({ filter, answers: expected })
    }
  })

  it('are nothing before the first fill and behind the last', async () => {
    for (const span of [
      { until: '2026-11-18T22:00:00Z' },
      { since: '2027-01-01T00:00:00Z' },
      { since: '2026-11-20T12:00:00Z', until: '2026-11-20T12:00:00Z' },
    ]) {
      expect(await inAllWays({ ...span, limit: 100 })).toEqual(fourTimes([]))
    }
  })

  it('leave out days that are archived', async () => {
    const day = '2026-11-21'
    const [facts] = await answer(database.db, { ask: 'factsOfDay', day })
    const counted = { trading_date: day, table_name: 'executions', directory: '' }
    const sums = { row_count: Number(facts!['executions']), sha256: '', manifest_sha256: '' }
    await answer(database.db, { ask: 'removeDay', day, records: [{ ...counted, ...sums }] })
    const others = fills.filter((fill) => fill.day !== 20261121)
    expect(others).toHaveLength(fills.length - 2 * MATCHES_A_DAY)

    const dice = new Dice(2)
    const since = '2026-11-18T22:00:00Z'
    const questions = [
      { since, limit: 100 },
      ...Array.from({ length: 30 }, () => someQuestion(dice, fills)),
    ]
    for (const filter of questions) {
      const expected = fourTimes(positionsOf(others, filter))
      expect({ filter, answers: await inAllWays(filter) }).toEqual({ filter, answers: expected })
    }
    expect(await asked({ limit: 100 })).toEqual(positionsOf(fills, { limit: 100 }))
  })
})
