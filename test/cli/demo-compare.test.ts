/** The comparison at the end of the demo finds what differs: a test that cannot fail proves nothing. */
import { describe, expect, it } from 'vitest'
import { Checksums } from '../../src/cli/demo-checksums.ts'
import { compareRows } from '../../src/cli/demo-compare.ts'
import { factOfExecution, factOfReport } from '../../src/cli/demo-facts.ts'
import { agrees, finding, tableOf } from '../../src/cli/demo-findings.ts'
import type { ExecutionReport } from '../../src/client/index.ts'
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
}

describe('an execution', () => {
  it('is the same fact as a report and as a row', () => {
    expect(factOfExecution(execution)).toBe(factOfReport('ACME', fill))
  })

  const changes = Object.entries({
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
