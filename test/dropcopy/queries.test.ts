/** The questions of operations over a small day. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExecType, OrdStatus } from '../../src/domain/index.ts'
import type { Listing, QueryFilter } from '../../src/dropcopy/index.ts'
import {
  answer,
  databaseStore,
  JournalCopier,
  printable,
  printRows,
  readApplied,
  readTradingDays,
  TradingDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import { EventType } from '../../src/wire/index.ts'
import type { ScratchDatabase } from './support/scratch.ts'
import { scratchDatabase } from './support/scratch.ts'
import { aConfiguration, anOrderEvent, aTurn, START_SECONDS, turnsFrom } from './support/turns.ts'

let database: ScratchDatabase

/** ACME buys 100 AAPL from GLOBEX, then bids for MSFT, replaces and cancels. */
beforeAll(async () => {
  database = await scratchDatabase()
  const later = { epochSeconds: START_SECONDS + 60, locate: 2, orderId: 3, orderReference: 3 }
  const turns = [
    aTurn().configure(aConfiguration()).openDay(20261121).message(1, 'A', '').message(2, 'A', ''),
    aTurn()
      .order(EventType.OrderAccepted, 1, anOrderEvent())
      .order(
        EventType.OrderAccepted,
        2,
        anOrderEvent({ execId: 2, orderId: 2, side: 0x32, clOrdId: 'S2' }),
      )
      .match({ matchNumber: 1, execId: 3, buyOrder: 1, sellOrder: 2 }),
    aTurn()
      .order(EventType.OrderAccepted, 1, anOrderEvent({ ...later, execId: 5, clOrdId: 'M1' }))
      .order(
        EventType.OrderReplaced,
        1,
        anOrderEvent({
          ...later,
          execId: 6,
          execType: ExecType.Replaced,
          clOrdId: 'M2',
          origClOrdId: 'M1',
        }),
      ),
    aTurn().order(
      EventType.OrderCanceled,
      1,
      anOrderEvent({
        ...later,
        execId: 7,
        execType: ExecType.Canceled,
        ordStatus: OrdStatus.Canceled,
        leavesQty: 0,
        clOrdId: 'C1',
        origClOrdId: 'M2',
      }),
    ),
  ].map((turn, i) => turn.build(i + 1))
  const start = { applied: undefined, venue: venueAfter(undefined, undefined, new TradingDays()) }
  await new JournalCopier(databaseStore(database.db), turnsFrom(turns), start).copyBatch()
})
afterAll(() => database.remove())

const ask = (listing: Listing, filter: Partial<QueryFilter> = {}) =>
  answer(database.db, { ask: 'list', listing, filter: { limit: 100, ...filter } })

const keys = async (listing: Listing, key: string, filter: Partial<QueryFilter>) =>
  (await ask(listing, filter)).map((row) => row[key])

describe('executions', () => {
  it.each<[string, Partial<QueryFilter>, number[]]>([
    ['all', {}, [1, 2, 3, 4, 5, 6, 7]],
    ['a firm', { firm: 'GLOBEX Ltd' }, [2, 4]],
    ['a session', { session: 'ACME' }, [1, 3, 5, 6, 7]],
    ['a symbol', { symbol: 'MSFT' }, [5, 6, 7]],
    ['an order', { orderId: 2 }, [2, 4]],
    ['one ExecID', { execId: 6 }, [6]],
    ['a ClOrdID, named as the original too', { clOrdId: 'M1' }, [5, 6]],
    ['a time', { since: '2026-11-21T14:31:00Z' }, [5, 6, 7]],
    ['a time in another zone', { until: '2026-11-21T09:31:00-05:00' }, [1, 2, 3, 4]],
    ['the newest', { limit: 2 }, [6, 7]],
    ['several at once', { symbol: 'AAPL', session: 'ACME' }, [1, 3]],
    ['hostile text', { session: `' or 1=1 --` }, []],
  ])('of %s', async (_name, filter, expected) => {
    expect(await keys('executions', 'exec_id', filter)).toEqual(expected)
  })
})

describe('orders', () => {
  it.each<[string, Partial<QueryFilter>, number[]]>([
    ['all', {}, [1, 2, 3]],
    ['a firm', { firm: 'ACME Ltd' }, [1, 3]],
    ['a session', { session: 'GLOBEX' }, [2]],
    ['a symbol', { symbol: 'MSFT' }, [3]],
    ['an earlier ClOrdID of the chain', { clOrdId: 'M1' }, [3]],
    ['the ClOrdID of a cancel request', { clOrdId: 'C1' }, [3]],
    ['one of its reports', { execId: 4 }, [2]],
    ['a time', { since: '2026-11-21T14:30:30Z' }, [3]],
  ])('of %s', async (_name, filter, expected) => {
    expect(await keys('orders', 'order_id', filter)).toEqual(expected)
  })

  it('show the state after the last report', async () => {
    const [order] = await ask('orders', { orderId: 3 })

    expect(order).toMatchObject({
      ord_status: '4',
      leaves_qty: 0,
      cl_ord_id: 'M2',
      last_exec_id: 7,
    })
  })
})

describe('trades', () => {
  it.each<[string, Partial<QueryFilter>, number]>([
    ['the buyer', { firm: 'ACME Ltd' }, 1],
    ['the seller', { session: 'GLOBEX' }, 1],
    ['a ClOrdID', { clOrdId: 'S2' }, 1],
    ['an order', { orderId: 1 }, 1],
    ['an ExecID of either side', { execId: 4 }, 1],
    ['another symbol', { symbol: 'MSFT' }, 0],
  ])('are found by %s', async (_name, filter, count) => {
    expect(await ask('trades', filter)).toHaveLength(count)
  })
})

it('lists what happened to a session', async () => {
  expect(await ask('sessions', { session: 'GLOBEX' })).toMatchObject([
    { session: 'GLOBEX', event: 'logon', sequence_reset: true },
  ])
})

it('nets positions from the fills', async () => {
  const bought = { bought: 100, sold: 0, net: 100, bought_value: '18250.0000', sold_value: '0' }
  const sold = { bought: 0, sold: 100, net: -100, bought_value: '0', sold_value: '18250.0000' }

  expect(await ask('positions')).toEqual([
    { firm: 'ACME Ltd', account: 'ACME-1', symbol: 'AAPL', ...bought },
    { firm: 'GLOBEX Ltd', account: 'GLOBEX-1', symbol: 'AAPL', ...sold },
  ])
  expect(await ask('positions', { symbol: 'MSFT' })).toEqual([])
})

describe('what is printed', () => {
  it('is an aligned table of words for people', async () => {
    const rows = await ask('trades')

    expect(printRows('trades', rows, 'table').join('\n')).toBe(
      `
time                            match_number  symbol  quantity     price  aggressor_side  buy_session  buy_order_id  sell_session  sell_order_id
2026-11-21T14:30:00.123456789Z             1  AAPL         100  182.5000  sell            ACME                    1  GLOBEX                    2
`.trim(),
    )
  })

  it('is a table with the conditions that some order of it has, in words, and with no others', () => {
    const stop = { order_id: 1, ord_type: '4', time_in_force: '6', stop_px: '183.0000' }
    const rows = [
      { ...stop, working: false, expire_time: '2026-11-30 14:30:00+00', min_qty: null },
      { order_id: 2, ord_type: 'K', time_in_force: '0', stop_px: null, working: null },
    ]

    expect(printRows('orders', rows, 'table')).toEqual([
      'order_id  ord_type         time_in_force   stop_px  working  expire_time',
      '       1  stop limit       gtd            183.0000  waits    2026-11-30T14:30:00Z',
      '       2  market to limit  day',
    ])
    expect(printRows('orders', [], 'table')[0]).not.toContain('stop_px')
  })

  it('is CSV in which no text becomes a formula, a new line or a command to the terminal', () => {
    const rows = [
      { cl_ord_id: '=cmd|"x"!A1', account: '-5', text: '-a,\u001bb', price: null, quantity: 7 },
    ]

    expect(printRows('orders', rows, 'csv')).toEqual([
      'cl_ord_id,account,text,price,quantity',
      `"'=cmd|""x""!A1",-5,"'-a,\ufffdb",,7`,
    ])
  })

  it('is JSON with all columns and times to the nanosecond', async () => {
    const lines = printRows('executions', await ask('executions', { execId: 1 }), 'json')

    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { exec_id: 1, time: '2026-11-21T14:30:00.123456789Z', price: '182.5000', text: null },
    ])
  })

  it('is JSON from which every text comes back exactly', () => {
    const rows = [{ cl_ord_id: '\u001b\u009b\u007f\r\n💥' }]
    const [line] = printRows('orders', rows, 'json')

    expect(printable(line!)).toBe(line)
    expect(JSON.parse(line!)).toEqual(rows[0])
  })

  it('never sends control characters to a terminal', () => {
    const rows = [{ cl_ord_id: '\u001b[2J\u009b', session: 'ACME' }]

    expect(printRows('orders', rows, 'table')).toEqual([
      'session  cl_ord_id',
      'ACME     \ufffd[2J\ufffd',
    ])
  })
})

describe('orders of a span of time', () => {
  it('are those that something happened to since then, newest entered last', async () => {
    const fourth = { locate: 2, orderId: 4, orderReference: 4, clOrdId: 'M4' }
    const fifth = { ...fourth, orderId: 5, orderReference: 5, clOrdId: 'M5' }
    const at = (minutes: number) => ({ epochSeconds: START_SECONDS + 60 * minutes })
    const canceled = {
      execId: 10,
      execType: ExecType.Canceled,
      ordStatus: OrdStatus.Canceled,
      leavesQty: 0,
    }
    const turns = [
      aTurn().order(EventType.OrderAccepted, 1, anOrderEvent({ ...fourth, ...at(2), execId: 8 })),
      aTurn().order(EventType.OrderAccepted, 1, anOrderEvent({ ...fifth, ...at(4), execId: 9 })),
      aTurn().order(EventType.OrderCanceled, 1, anOrderEvent({ ...fourth, ...at(5), ...canceled })),
    ].map((turn, i) => turn.build(i + 5))
    const applied = await readApplied(database.db)
    const venue = venueAfter(applied, aConfiguration(), await readTradingDays(database.db))
    await new JournalCopier(databaseStore(database.db), turnsFrom(turns), {
      applied,
      venue,
    }).copyBatch()

    const since = '2026-11-21T14:33:00Z'
    expect(await keys('orders', 'order_id', { since })).toEqual([4, 5])
    expect(await keys('orders', 'order_id', { since, limit: 1 })).toEqual([5])
    expect(await keys('orders', 'order_id', { since, open: true })).toEqual([5])
    expect(await keys('orders', 'order_id', { since, until: since })).toEqual([4])
    expect(await keys('orders', 'order_id', { until: since })).toEqual([1, 2, 3, 4])
    expect(await keys('orders', 'order_id', { since: '2026-11-21T14:36:00Z' })).toEqual([])
  })
})
