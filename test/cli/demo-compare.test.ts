/** The comparison at the end of the demo finds what differs: a test that cannot fail proves nothing. */
import { describe, expect, it } from 'vitest'
import { Checksums } from '../../src/cli/demo-checksums.ts'
import { compareRows, differencesOf } from '../../src/cli/demo-compare.ts'
import { factOfExecution, factOfReport } from '../../src/cli/demo-facts.ts'
import { agrees, finding, tableOf } from '../../src/cli/demo-findings.ts'
import type { BookView, ExecutionReport, OwnOrder, ViewOrder } from '../../src/client/index.ts'
import { Side } from '../../src/domain/index.ts'
import type { Question, Row } from '../../src/dropcopy/index.ts'

/** A table of `executions` that answers by pages. */
const databaseOf = (rows: readonly Row[]) => ({
  async ask(question: Question): Promise<Row[]> {
    if (question.ask !== 'page') throw new Error(question.ask)
    const after = question.after?.[0] ?? 0
    return rows.filter((row) => Number(row['exec_id']) > after).slice(0, question.limit)
  },
})

const factOf = (row: Row): string => String(row['fact'])
const row = (exec_id: number, fact = `fact ${exec_id}`): Row => ({ exec_id, fact })

async function compare(told: readonly number[], rows: readonly Row[]) {
  const checksums = new Checksums()
  for (const number of told) checksums.add(number, `fact ${number}`)
  return compareRows({
    table: 'executions',
    told: checksums,
    factOf,
    database: databaseOf(rows),
    onProgress: () => {},
  })
}

describe('rows against what was told', () => {
  it('agree when every number says the same, over many pages and beyond the first array', async () => {
    const numbers = Array.from({ length: 5_000 }, (_, i) => i + 64_000)

    expect(
      await compare(
        numbers,
        numbers.map((n) => row(n)),
      ),
    ).toEqual({
      rows: 5_000,
      differences: [],
    })
  })

  it('name the rows that are missing, other and too many', async () => {
    const { rows, differences } = await compare([1, 2, 3, 9], [row(2), row(3, 'other'), row(4)])

    expect(rows).toBe(3)
    expect(differences).toEqual([
      'exec_id 1: not in the database',
      'exec_id 3: the database has other content: other',
      'exec_id 4: the database has more: fact 4',
      'exec_id 9: not in the database',
    ])
  })
})

const fill: ExecutionReport = {
  msgSeqNum: 7,
  possDup: false,
  text: undefined,
  fields: [],
  execType: 'F',
  ordStatus: '1',
  clOrdId: 'ab-1',
  origClOrdId: undefined,
  orderId: '12',
  secondaryOrderId: '13',
  execId: '40',
  secondaryExecId: '9',
  symbol: 'AAPL',
  side: '1',
  account: undefined,
  ordType: '2',
  timeInForce: '0',
  orderQty: 100,
  price: 1_825_000,
  stopPx: 0,
  minQty: 0,
  maxFloor: 0,
  execInst: undefined,
  expireDate: undefined,
  expireTime: undefined,
  working: undefined,
  lastQty: 40,
  lastPx: 1_824_900,
  cumQty: 40,
  leavesQty: 60,
  avgPx: 182_490_000,
  lastLiquidityInd: '2',
  ordRejReason: undefined,
  execRestatementReason: undefined,
  transactTime: '20261120-14:30:00.120',
}

const execution: Row = {
  exec_id: 40,
  time: '2026-11-20 14:30:00.120999+00',
  nanoseconds: 120_999_999,
  session: 'ACME',
  msg_seq_num: 7,
  order_id: 12,
  order_reference: 13,
  symbol: 'AAPL',
  side: '1',
  ord_type: '2',
  time_in_force: '0',
  exec_type: 'F',
  ord_status: '1',
  order_qty: '100',
  price: '182.5000',
  last_qty: 40,
  last_px: '182.4900',
  cum_qty: 40,
  leaves_qty: 60,
  avg_px: '182.490000',
  cl_ord_id: 'ab-1',
  orig_cl_ord_id: null,
  account: null,
  match_number: 9,
  last_liquidity_ind: '2',
  ord_rej_reason: null,
  exec_restatement_reason: null,
  text: null,
  stop_px: null,
  exec_inst: null,
  min_qty: null,
  max_floor: null,
  expire_date: null,
  expire_time: null,
  working: null,
}

const conditions: Row = {
  stop_px: '183.0000',
  exec_inst: '6',
  min_qty: '50',
  max_floor: '20',
  expire_date: '2026-11-30',
  expire_time: '2026-11-30 14:30:00+00',
  working: false,
}

describe('an execution', () => {
  it('is the same fact as a report and as a row', () => {
    expect(factOfExecution(execution)).toBe(factOfReport('ACME', fill))
  })

  it('is the same fact with all that an order may ask for', () => {
    const report = {
      ...fill,
      stopPx: 1_830_000,
      execInst: '6',
      minQty: 50,
      maxFloor: 20,
      expireDate: '20261130',
      expireTime: '20261130-14:30:00.000',
      working: false,
    }

    expect(factOfExecution({ ...execution, ...conditions })).toBe(factOfReport('ACME', report))
    // A report says nothing of a stop that was triggered.
    expect(factOfExecution({ ...execution, working: true })).toBe(factOfReport('ACME', fill))
  })

  const changes = Object.entries({
    ...conditions,
    session: 'GLOBEX',
    msg_seq_num: 8,
    order_reference: 12,
    price: '182.5001',
    last_px: '182.4800',
    leaves_qty: 59,
    avg_px: '182.490001',
    cl_ord_id: 'ab-2',
    orig_cl_ord_id: 'ab-0',
    match_number: 10,
    text: 'late',
    nanoseconds: 121_000_000,
  })

  it.each(changes)('differs when %s differs', (column, value) => {
    expect(factOfExecution({ ...execution, [column]: value })).not.toBe(factOfReport('ACME', fill))
  })
})

describe('open orders', () => {
  const book = { symbol: 'AAPL' } as BookView
  const plain: OwnOrder = {
    clOrdId: 'A',
    orderId: '1',
    symbol: 'AAPL',
    side: Side.Buy,
    price: 1_825_000,
    cumQty: 0,
    leavesQty: 100,
    pending: 0,
    reference: '1',
    maxFloor: 0,
    isWaiting: false,
  }
  const iceberg: OwnOrder = { ...plain, orderId: '2', reference: '2', leavesQty: 60, maxFloor: 20 }
  const stop: OwnOrder = { ...plain, orderId: '3', reference: '3', price: 0, isWaiting: true }
  const shown = (orderReferenceNumber: number, shares: number): ViewOrder => {
    return { orderReferenceNumber, side: 'B', price: 1_825_000, shares, attribution: '', book }
  }
  const stored = { symbol: 'AAPL', side: '1', price: '182.5000', max_floor: null, working: null }
  const plainRow: Row = { ...stored, order_id: 1, order_reference: 1, leaves_qty: 100 }
  const icebergRow: Row = {
    ...stored,
    order_id: 2,
    order_reference: 9,
    leaves_qty: 60,
    max_floor: '20',
  }
  const stopRow: Row = {
    ...stored,
    order_id: 3,
    order_reference: 3,
    leaves_qty: 100,
    price: null,
    working: false,
  }
  const own = [plain, iceberg, stop]
  const rows = [plainRow, icebergRow, stopRow]

  it('agree when the feed shows a part of an iceberg in its new place, and no stop that waits', () => {
    expect(differencesOf(own, [shown(1, 100), shown(9, 20)], rows)).toEqual([])
    expect(differencesOf(own, [shown(1, 100), shown(9, 5)], rows)).toEqual([])
  })

  it.each([
    ['a missing order', own, [shown(1, 100)], rows],
    ['more of an iceberg than it shows', own, [shown(1, 100), shown(9, 30)], rows],
    ['an iceberg in its old place', own, [shown(1, 100), shown(2, 20)], rows],
    ['less of an order', own, [shown(1, 90), shown(9, 20)], rows],
    ['a stop on the book', own, [shown(1, 100), shown(9, 20), shown(3, 100)], rows],
    [
      'a stop that its owner knows nothing of',
      own.slice(0, 2),
      [shown(1, 100), shown(9, 20)],
      rows,
    ],
    [
      'a stop that works in the database',
      own,
      [shown(1, 100), shown(9, 20)],
      [plainRow, icebergRow, { ...stopRow, working: true }],
    ],
    [
      'an order in another place than its owner believes',
      [{ ...plain, reference: '8' }, iceberg, stop],
      [shown(1, 100), shown(9, 20)],
      rows,
    ],
  ])('differ by %s', (_, fix, feed, database) => {
    expect(differencesOf(fix, feed, database)).not.toEqual([])
  })
})

describe('the table', () => {
  it('shows each source, and under a row what differs', () => {
    const findings = [
      finding('trades', { fix: 1_250, feed: 1_250, journal: 1_250, database: 1_249 }),
      finding('cancel rejects', { fix: 3, journal: 3 }, { remark: 'as sent' }),
    ]

    expect(findings.map(agrees)).toEqual([false, true])
    expect(tableOf(findings).map((line) => line.map(([text]) => text).join(''))).toEqual([
      '                           FIX       feed    journal   database',
      ' trades                  1,250      1,250      1,250      1,249  ✗',
      '   FIX 1250, feed 1250, journal 1250, database 1249',
      ' cancel rejects              3          ·          3          ·  ✓ as sent',
      '',
      'FIX, feed, journal and database do not agree.',
    ])
  })
})
