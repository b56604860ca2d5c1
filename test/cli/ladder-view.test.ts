import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { drawBook, drawLadder, drawTrade, timeOfDay } from '../../src/cli/ladder-view.ts'
import { MarketView } from '../../src/client/index.ts'
import type { BookView } from '../../src/client/index.ts'

const header = { stockLocate: 1, trackingNumber: 0, timestampNs: 52_200_917_000_000 }
const plain = { depth: 3, color: false }

function bookOf(...orders: [side: 'B' | 'S', shares: number, price: number][]): BookView {
  const market = new MarketView()
  market.apply({
    type: 'H',
    ...header,
    stock: 'AAPL',
    tradingState: 'T',
    reserved: ' ',
    reason: '',
  })
  orders.forEach(([side, shares, price], i) => {
    const orderReferenceNumber = i + 1
    market.apply({ type: 'A', ...header, orderReferenceNumber, side, shares, stock: 'AAPL', price })
  })
  market.apply({
    type: 'E',
    ...header,
    orderReferenceNumber: 1,
    executedShares: 50,
    matchNumber: 1,
  })
  return market.book('AAPL')!
}

const book = bookOf(
  ['B', 450, 1_825_000],
  ['B', 100, 1_824_000],
  ['S', 100, 1_825_100],
  ['S', 5, 1_825_355],
)

describe('the ladder', () => {
  it('has asks above bids, best prices in the middle and bars as long as the level is deep', () => {
    expect(drawLadder(book, plain).map((line) => line.trimEnd())).toEqual([
      '                            │             │',
      '                            │    182.5355 │ 5 █',
      '                            │      182.51 │ 100 ████',
      '       ████████████████ 400 │      182.50 │',
      '                   ████ 100 │      182.40 │',
      '                            │             │',
    ])
  })

  it.each([
    ['H', 'T1', 'AAPL  halted T1'],
    ['Q', '', 'AAPL  collecting'],
    ['T', '', 'AAPL  trading'],
    ['P', 'LUDP', 'AAPL  paused LUDP'],
    ['', '', 'AAPL  no trading state yet'],
  ])('has the state %s %s above it as "%s"', (tradingState, reason, title) => {
    const market = new MarketView()
    market.apply({ type: 'H', ...header, stock: 'AAPL', tradingState, reserved: ' ', reason })

    expect(drawBook(market.book('AAPL')!, plain)[0]).toBe(title)
  })

  it('has the state above it and the tape beside it, newest first', () => {
    const lines = drawBook(book, plain)
    expect(lines).toHaveLength(7)
    const traded = 'open 182.5 high 182.5 low 182.5 last 182.5 vwap 182.5 volume 50'
    expect(lines[0]).toBe(`AAPL  trading  ${traded}`)
    expect(lines[1]).toContain('14:30:00.917         50 @      182.50 ▼')
    expect(lines.slice(2).join('')).not.toContain('@')
  })

  it('says when the book is stale, and when nobody said whether it trades', () => {
    const market = new MarketView()
    market.markStale()
    market.apply({ type: 'R', ...directory })
    expect(drawBook(market.book('IBM')!, plain)[0]).toBe(
      'IBM  no trading state yet  STALE: messages were lost',
    )
  })

  it('is as wide with colours as without', () => {
    const colored = drawLadder(book, { ...plain, color: true })
    expect(colored.join('')).toContain('\x1b[32m')
    expect(colored.map(stripVTControlCharacters)).toEqual(drawLadder(book, plain))
  })

  it('marks a broken trade and one whose incoming side is not known', () => {
    const trade = { timestampNs: 0, price: 10_000, shares: 1, matchNumber: 1, side: undefined }
    expect(drawTrade({ ...trade, broken: false }, plain)).toBe(
      '00:00:00.000          1 @        1.00',
    )
    expect(drawTrade({ ...trade, broken: true }, plain)).toMatch(/ broken$/)
    expect(timeOfDay(90_061_002_000_000)).toBe('25:01:01.002')
  })
})

const directory = {
  ...header,
  stock: 'IBM',
  marketCategory: ' ',
  financialStatusIndicator: 'N',
  roundLotSize: 1,
  roundLotsOnly: 'N',
  issueClassification: 'C',
  issueSubType: 'Z',
  authenticity: 'P',
  shortSaleThresholdIndicator: ' ',
  ipoFlag: ' ',
  luldReferencePriceTier: ' ',
  etpFlag: 'N',
  etpLeverageFactor: 0,
  inverseIndicator: 'N',
}
