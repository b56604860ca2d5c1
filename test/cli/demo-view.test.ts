/** The demo's screen, as a person sees it. */
import { stripVTControlCharacters } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DemoState } from '../../src/cli/demo-view.ts'
import { drawDemo } from '../../src/cli/demo-view.ts'
import type { ViewLevel } from '../../src/client/index.ts'

const plain = { columns: 80, rows: 24, color: false }

const level = (price: number, shares: number): ViewLevel => ({ price, shares, orders: 1 })

const day = (symbol: string, referencePrice: number, last: number | undefined) => ({
  instrument: { symbol, description: '', referencePrice, tickSize: 100, volatility: 1 },
  last,
  direction: last === undefined ? 0 : Math.sign(last - referencePrice),
  shares: 12_340,
  trades: 56,
  spread: last === undefined ? undefined : 200,
  chart: last === undefined ? [] : [last - 200, last - 100, last],
})

const trade = (symbol: string, price: number, side: 'B' | 'S') => ({
  symbol,
  timestampNs: 52_202_117_000_000,
  price,
  shares: 1_500,
  matchNumber: 1,
  side,
  broken: false,
})

const state: DemoState = {
  seed: 7,
  elapsedMs: 65_400,
  durationMs: 120_000,
  days: [
    day('AAPL', 1_825_000, 1_826_000),
    day('AMZN', 1_782_000, 1_780_000),
    day('IBM', 1_917_500, undefined),
  ],
  chosen: {
    symbol: 'AAPL',
    bids: [level(1_825_900, 450), level(1_825_800, 900), level(1_825_700, 20)],
    asks: [level(1_826_000, 100), level(1_826_100, 1_800)],
  },
  tape: [trade('AMZN', 1_780_000, 'S'), trade('AAPL', 1_826_000, 'B')],
  firms: [
    {
      compId: 'ACME',
      strategyName: 'market maker',
      isLoggedOn: true,
      openOrders: 70,
      fills: 1_234,
      profit: 12_345_678,
    },
    {
      compId: 'HOOLI',
      strategyName: 'noise',
      isLoggedOn: false,
      openOrders: 0,
      fills: 9,
      profit: -12_345_678,
    },
  ],
  counters: [
    { name: 'orders', perSecond: 312.4, total: 6_240, remark: '' },
    { name: 'feed', perSecond: 600, total: 12_345, remark: 'none lost' },
  ],
  place: 'FIX 9880 · feed 239.192.44.1:26401',
}

describe('the screen', () => {
  it('has instruments, ladder, trades, firms and rates in 80 × 24', () => {
    expect(drawDemo(state, plain).map((line) => line.trimEnd())).toEqual([
      ' Buttonwood   FIX 9880 · feed 239.192.44.1:26401          seed 7   1:05 of 2:00',
      '     symbol      last   change   spread      shares   trades  price so far',
      ' ▶ 1 AAPL      182.60 ▲  +0.05%    0.02      12,340       56  ▁▅█',
      '   2 AMZN      178.00 ▼  -0.11%    0.02      12,340       56  ▁▅█',
      '   3 IBM       191.75    +0.00%       -      12,340       56',
      '─ AAPL ──────────────────────────────────────── ─ trades ───────────────────────',
      '                                                 14:30:02 AAPL ▲  182.60  1,500',
      '                                                 14:30:02 AMZN ▼  178.00  1,500',
      '',
      '',
      '                    182.61  ███████████ 1,800',
      '                    182.60  ▌ 100',
      '            spread     0.01',
      '           450 ███  182.59',
      '        900 ▐█████  182.58',
      '              20 ▐  182.57',
      '',
      '',
      '',
      '             1,370    total 1,900',
      '── firm ── strategy ── open  fills  profit   per second ──── total ─────────────',
      ' ● ACME    market maker  70  1,234  +1,235   orders  312      6,240',
      ' ○ HOOLI   noise          0      9  -1,235   feed    600     12,345  none lost',
      ' 1–3 ← → choose an instrument   q ends it and compares',
    ])
  })

  it('is as wide with colours as without', () => {
    const colored = drawDemo(state, { ...plain, color: true })

    expect(colored.join('')).toContain('\x1b[32m')
    expect(colored.map(stripVTControlCharacters)).toEqual(drawDemo(state, plain))
  })

  it('shows more levels on a taller screen and nothing before the first trade', () => {
    const asks = Array.from({ length: 20 }, (_, i) => level(1_826_000 + 100 * i, 100))
    const deep = { ...state, chosen: { ...state.chosen, asks } }
    const levels = (rows: number) =>
      drawDemo(deep, { ...plain, rows }).filter((line) => line.includes('█ 100')).length
    const empty = { ...state, tape: [], chosen: { symbol: 'IBM', bids: [], asks: [] } }

    expect([levels(24), levels(40)]).toEqual([6, 14])
    expect(drawDemo(empty, plain)).toHaveLength(24)
  })

  it('fits every terminal', () => {
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 250 }),
      rows: fc.integer({ min: 1, max: 100 }),
    })
    fc.assert(
      fc.property(size, ({ columns, rows }) => {
        const lines = drawDemo(state, { columns, rows, color: false })

        expect(lines.length).toBeLessThanOrEqual(rows)
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
      }),
    )
  })
})
