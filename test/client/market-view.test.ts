import { describe, expect, it } from 'vitest'
import { MarketView } from '../../src/client/market-view.ts'
import type { ItchMessage } from '../../src/wire/index.ts'

const header = { stockLocate: 1, trackingNumber: 0, timestampNs: 1 }
type Side = 'B' | 'S'

const add = (
  orderReferenceNumber: number,
  side: Side,
  shares: number,
  price: number,
): ItchMessage => ({
  type: 'A',
  ...header,
  orderReferenceNumber,
  side,
  shares,
  stock: 'AAPL',
  price,
})
const executed = (
  orderReferenceNumber: number,
  executedShares: number,
  matchNumber: number,
): ItchMessage => ({
  type: 'E',
  ...header,
  orderReferenceNumber,
  executedShares,
  matchNumber,
})
const canceled = (orderReferenceNumber: number, canceledShares: number): ItchMessage => ({
  type: 'X',
  ...header,
  orderReferenceNumber,
  canceledShares,
})
const deleted = (orderReferenceNumber: number): ItchMessage => ({
  type: 'D',
  ...header,
  orderReferenceNumber,
})
const replaced = (from: number, to: number, shares: number, price: number): ItchMessage => ({
  type: 'U',
  ...header,
  originalOrderReferenceNumber: from,
  newOrderReferenceNumber: to,
  shares,
  price,
})
/** One side of an auction: not printable. */
const withPrice = (
  orderReferenceNumber: number,
  executedShares: number,
  executionPrice: number,
): ItchMessage => ({
  type: 'C',
  ...header,
  orderReferenceNumber,
  executedShares,
  matchNumber: 3,
  printable: 'N',
  executionPrice,
})
const state = (tradingState: string): ItchMessage => ({
  type: 'H',
  ...header,
  stock: 'AAPL',
  tradingState,
  reserved: ' ',
  reason: '',
})

function marketAfter(...messages: ItchMessage[]): MarketView {
  const market = new MarketView()
  for (const message of messages) market.apply(message)
  return market
}

/** `#1 100 @ 10` for each order, best first. */
const orders = (market: MarketView, side: Side): string[] =>
  market
    .book('AAPL')!
    .orders(side)
    .map((o) => `#${o.orderReferenceNumber} ${o.shares} @ ${o.price}`)

const noProblems = { unknownReference: 0, reusedReference: 0, negativeRemaining: 0, crossed: 0 }

describe('a book rebuilt from the feed', () => {
  it('has the best price first and the oldest order first within a price', () => {
    const market = marketAfter(
      add(1, 'B', 100, 10),
      add(2, 'B', 100, 11),
      add(3, 'B', 50, 11),
      add(4, 'S', 100, 13),
      add(5, 'S', 100, 12),
    )

    expect(orders(market, 'B')).toEqual(['#2 100 @ 11', '#3 50 @ 11', '#1 100 @ 10'])
    expect(orders(market, 'S')).toEqual(['#5 100 @ 12', '#4 100 @ 13'])
    expect(market.book('AAPL')!.levels('B')).toEqual([
      { price: 11, shares: 150, orders: 2 },
      { price: 10, shares: 100, orders: 1 },
    ])
  })

  it('loses executed and canceled shares, and an order without Order Delete when it is filled', () => {
    const market = marketAfter(
      add(1, 'B', 100, 10),
      add(2, 'B', 100, 10),
      executed(1, 100, 1),
      canceled(2, 30),
      executed(2, 20, 2),
    )

    expect(orders(market, 'B')).toEqual(['#2 50 @ 10'])
    expect(
      market.book('AAPL')!.tape.map(({ shares, price, side }) => [shares, price, side]),
    ).toEqual([
      [100, 10, 'S'],
      [20, 10, 'S'],
    ])
  })

  it('puts a replacement behind the others of its price, on the original side', () => {
    const market = marketAfter(
      add(1, 'S', 100, 10),
      add(2, 'S', 100, 10),
      replaced(1, 3, 80, 10),
      replaced(3, 4, 70, 10),
    )

    expect(orders(market, 'S')).toEqual(['#2 100 @ 10', '#4 70 @ 10'])
    expect(
      marketAfter(add(1, 'B', 5, 10), deleted(1))
        .book('AAPL')!
        .levels('B'),
    ).toEqual([])
  })

  it('has off-book trades and crosses on the tape and never in the book', () => {
    const stock = 'AAPL'
    const market = marketAfter(
      add(1, 'B', 100, 10),
      {
        type: 'P',
        ...header,
        orderReferenceNumber: 1,
        side: 'B',
        shares: 7,
        stock,
        price: 10,
        matchNumber: 1,
      },
      { type: 'Q', ...header, shares: 9, stock, crossPrice: 11, matchNumber: 2, crossType: 'O' },
      { type: 'Q', ...header, shares: 0, stock, crossPrice: 0, matchNumber: 3, crossType: 'C' },
      {
        type: 'C',
        ...header,
        orderReferenceNumber: 1,
        executedShares: 40,
        matchNumber: 4,
        printable: 'N',
        executionPrice: 11,
      },
      { type: 'B', ...header, matchNumber: 1 },
    )

    expect(orders(market, 'B')).toEqual(['#1 60 @ 10'])
    expect(
      market.book('AAPL')!.tape.map(({ matchNumber, broken }) => [matchNumber, broken]),
    ).toEqual([
      [1, true],
      [2, false],
    ])
  })
})

describe('an auction on the feed', () => {
  const auction: ItchMessage[] = [
    state('Q'),
    add(1, 'B', 300, 12),
    add(2, 'S', 200, 10),
    withPrice(1, 200, 11),
    withPrice(2, 200, 11),
    {
      type: 'Q',
      ...header,
      shares: 200,
      stock: 'AAPL',
      crossPrice: 11,
      matchNumber: 4,
      crossType: 'H',
    },
  ]

  it('takes what is executed off the book, has one trade, and is no fault', () => {
    const market = marketAfter(...auction, state('T'))

    expect([orders(market, 'B'), orders(market, 'S')]).toEqual([['#1 100 @ 12'], []])
    expect(market.book('AAPL')!.tape).toEqual([
      { timestampNs: 1, price: 11, shares: 200, matchNumber: 4, side: undefined, broken: false },
    ])
    expect(market.problems).toEqual(noProblems)
  })

  it('is a fault when it leaves a book that is crossed', () => {
    const market = marketAfter(...auction.slice(0, 3), state('T'))

    expect(market.problems).toEqual({ ...noProblems, crossed: 1 })
  })

  it('is no trade without a price', () => {
    const market = marketAfter(state('Q'), {
      type: 'Q',
      ...header,
      shares: 1,
      stock: 'AAPL',
      crossPrice: 0,
      matchNumber: 4,
      crossType: 'H',
    })
    expect(market.book('AAPL')!.tape).toEqual([])
  })
})

describe('what never happens on a correct feed', () => {
  it.each([
    [
      'an unknown order',
      [deleted(9), executed(9, 1, 1), canceled(9, 1), replaced(9, 10, 1, 1)],
      { unknownReference: 4 },
    ],
    ['a reused reference', [add(1, 'B', 1, 10), add(1, 'B', 2, 11)], { reusedReference: 1 }],
    [
      'more shares executed than were left',
      [add(1, 'B', 1, 10), executed(1, 2, 1)],
      { negativeRemaining: 1 },
    ],
    [
      'a crossed book while trading',
      [state('T'), add(1, 'B', 1, 10), add(2, 'S', 1, 10)],
      { crossed: 1 },
    ],
    [
      'nothing, when it is crossed before trading',
      [state('H'), add(1, 'B', 1, 10), add(2, 'S', 1, 10)],
      {},
    ],
  ])('is counted: %s', (_, messages, problems) => {
    expect(marketAfter(...messages).problems).toEqual({ ...noProblems, ...problems })
  })

  it('is expected after a loss: books say that they are stale until a new session', () => {
    const market = marketAfter(add(1, 'B', 1, 10))
    market.markStale()
    market.apply(deleted(9))
    expect(market.book('AAPL')!.stale).toBe(true)
    expect(market.problems).toEqual(noProblems)

    market.reset()
    market.apply(add(1, 'B', 1, 10))
    expect(market.book('AAPL')!.stale).toBe(false)
  })
})
