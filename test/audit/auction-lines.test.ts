/** The lines of a halt, an auction and what operations asked for. */
import { beforeAll, expect, it } from 'vitest'
import type { Line } from './a-trading-day.ts'
import { linesOfDay, parsed } from './a-trading-day.ts'
import { anAuctionDay, AUCTION_DAY } from './an-auction-day.ts'

let lines: Line[]
beforeAll(async () => {
  lines = parsed(linesOfDay(await anAuctionDay(), AUCTION_DAY))
})

const token = expect.stringMatching(/^[0-9a-f]{64}$/) as string

it('stand in the order in which it came about, and name what operations asked for', () => {
  expect(
    lines.slice(1, -1).map(({ type, commandType }) => `${String(type)} of ${String(commandType)}`),
  ).toEqual([
    'DayOpened of OpenTradingDay',
    'TradingStateChanged of OpenTradingDay',
    'OperatorActed of Operate',
    'TradingStateChanged of Operate',
    'OrderAccepted of EnterOrder',
    'OrderAccepted of EnterOrder',
    'OperatorActed of Operate',
    'OrderDisplayed of Operate',
    'OrderTrade of Operate',
    'AuctionExecuted of Operate',
    'TradingStateChanged of Operate',
    'OperatorActed of Operate',
    'OrderTradeCorrected of Operate',
    'OrderTradeCorrected of Operate',
    'OperatorActed of Operate',
    'OrderTradeBusted of Operate',
    'OrderTradeBusted of Operate',
    'OperatorActed of Operate',
  ])
  const positions = lines.slice(1, -1).map(({ position }) => Number(position))
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
})

it('say who asked for what and why, and what became of it', () => {
  const acted = lines.filter(({ type }) => type === 'OperatorActed')

  expect(acted).toMatchObject([
    {
      requestId: 'alice/1',
      by: 'alice',
      why: 'news is pending',
      operation: { action: 'halt', symbol: 'AAPL', reason: 'T1', orders: 'accept' },
    },
    { requestId: 'alice/2', operation: { action: 'resume', symbol: 'AAPL' } },
    { requestId: 'alice/3', operation: { action: 'correct', matchNumber: 1, quantity: 60 } },
    { requestId: 'alice/4', operation: { action: 'bust', matchNumber: 3 } },
    {
      requestId: 'bob/1',
      operation: { action: 'kill', kind: 'account', firm: 'ACME Ltd', name: token },
      refused: 'it is killed already',
      isRepeated: true,
    },
  ])
  expect(acted[0]).not.toHaveProperty('refused')
  expect(JSON.stringify(lines)).not.toContain('ACME-1')
})

it('have each side of a trade that is busted or corrected, as it is and as it was', () => {
  const sides = lines.filter(({ type }) => /^OrderTrade(Busted|Corrected)$/.test(String(type)))
  const was = { execRefId: 3, lastQtyBefore: 100, lastPxBefore: '182.5500' }

  expect(sides).toMatchObject([
    {
      ...was,
      type: 'OrderTradeCorrected',
      session: 'ACME',
      matchNumber: 3,
      matchNumberBefore: 1,
      lastQty: 60,
      lastPx: '182.5000',
      text: 'clearly erroneous',
    },
    { ...was, session: 'GLOBEX', execRefId: 4, lastQty: 60 },
    { type: 'OrderTradeBusted', session: 'ACME', matchNumber: 3, execRefId: 5, lastQty: 0 },
    { type: 'OrderTradeBusted', session: 'GLOBEX', execRefId: 6, lastQty: 0 },
  ])
  expect(sides[2]).not.toHaveProperty('matchNumberBefore')
})

it('say the state of an instrument and why', () => {
  const states = lines.filter(({ type }) => type === 'TradingStateChanged')

  expect(states.map((line) => [line['symbol'], line['tradingState'], line['stateReason']])).toEqual(
    [
      ['AAPL', 'T', undefined],
      ['AAPL', 'H', 'T1'],
      ['AAPL', 'T', undefined],
    ],
  )
})

it('have both sides of an execution, of which neither came to the other, and the whole auction', () => {
  const trade = lines.find(({ type }) => type === 'OrderTrade') as Line & { buy: Line; sell: Line }
  const auction = lines.find(({ type }) => type === 'AuctionExecuted')

  expect(trade).toMatchObject({
    symbol: 'AAPL',
    matchNumber: 1,
    lastQty: 100,
    lastPx: '182.5500',
    buy: { session: 'ACME', orderId: 1, side: '1', leavesQtyBefore: 100, leavesQty: 0 },
    sell: { session: 'GLOBEX', orderId: 2, side: '2', leavesQtyBefore: 100, leavesQty: 0 },
  })
  const [buyAt, sellAt] = [trade.buy['position'], trade.sell['position']]
  expect(buyAt).toBeLessThan(Number(trade['position']))
  expect(sellAt).toBeUndefined()
  expect(Object.keys(trade)).not.toContain('resting')
  expect([trade.buy, trade.sell].filter((side) => 'liquidity' in side)).toEqual([])
  expect(auction).toMatchObject({
    symbol: 'AAPL',
    crossType: 'H',
    matchNumber: 2,
    lastQty: 100,
    lastPx: '182.5500',
  })
})
