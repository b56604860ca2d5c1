import { describe, expect, it } from 'vitest'
import { Side } from '../../src/domain/index.ts'
import { ItchPrinter, SymbolTable } from '../../src/itch-feed/index.ts'
import type { ItchMessage } from '../../src/wire/index.ts'
import { EventType, RecordBuffer, decodeItch, recordLength } from '../../src/wire/index.ts'
import {
  MIDNIGHT_SECONDS,
  auctionCollar,
  breakerLevels,
  breakerSignal,
  crossed,
  imbalance,
  dayOpened,
  listed,
  orderEventOf,
  systemEvent,
  tradingState,
} from './feed-events.ts'

/** Everything that the records print, in their order. */
function printed(record: (events: RecordBuffer) => void): (ItchMessage | undefined)[] {
  const events = new RecordBuffer(4096)
  dayOpened(events, '261120ab10')
  listed(events, 1, 'AAPL')
  listed(events, 2, 'BERKSHIR')
  const from = events.length
  record(events)

  const printer = new ItchPrinter(new SymbolTable())
  printer.midnightSeconds = MIDNIGHT_SECONDS
  const out = new DataView(new ArrayBuffer(64))
  const messages: (ItchMessage | undefined)[] = []
  for (let at = 0; at < events.length; at += recordLength(events.view, at)) {
    const length = printer.print(events.view, at, out, 7)
    if (at >= from && length > 0) messages.push(decodeItch(out, 7, length))
  }
  return messages
}

const header = { stockLocate: 1, trackingNumber: 0, timestampNs: 34_200_000_000_001 }

describe('the feed message of an event', () => {
  it('is Add Order with the shares that rest, whoever caused it', () => {
    const order = {
      orderReference: 7,
      side: Side.Sell,
      price: 1_002_500,
      orderQty: 900,
      feedShares: 100,
    }
    const add = {
      type: 'A',
      ...header,
      orderReferenceNumber: 7,
      side: 'S',
      shares: 100,
      stock: 'AAPL',
      price: 1_002_500,
    }

    expect(
      printed((events) => {
        orderEventOf(events, EventType.OrderAccepted, 'A', order)
        orderEventOf(events, EventType.OrderExecuted, 'A', { ...order, lastQty: 800 })
        orderEventOf(events, EventType.OrderCarried, 'A', { ...order, side: Side.Buy, locate: 2 })
      }),
    ).toEqual([add, add, { ...add, stockLocate: 2, side: 'B', stock: 'BERKSHIR' }])
  })

  it('is LULD Auction Collar for an auction that waits', () => {
    const collar = { referencePrice: 1_000_000, low: 900_000, high: 1_100_000 }
    expect(printed((events) => auctionCollar(events, { ...collar, extensions: 2 }))).toEqual([
      {
        type: 'J',
        ...header,
        stock: 'AAPL',
        auctionCollarReferencePrice: 1_000_000,
        upperAuctionCollarPrice: 1_100_000,
        lowerAuctionCollarPrice: 900_000,
        auctionCollarExtension: 2,
      },
    ])
  })

  it('is MWCB Decline Level for the levels of a day, and MWCB Status for each that is reached', () => {
    const market = { ...header, stockLocate: 0 }
    expect(
      printed((events) => {
        breakerLevels(events, [9_300_000_000, 8_700_000_000, 8_000_000_001])
        breakerSignal(events, 2)
        breakerSignal(events, 0)
      }),
    ).toEqual([
      { type: 'V', ...market, level1: 9_300_000_000, level2: 8_700_000_000, level3: 8_000_000_001 },
      { type: 'W', ...market, breachedLevel: '2' },
    ])
  })

  it('is Order Executed for the resting side', () => {
    expect(
      printed((events) => {
        orderEventOf(events, EventType.OrderExecuted, 'E', {
          orderReference: 7,
          lastQty: 25,
          matchNumber: 9,
          feedShares: 1,
        })
      }),
    ).toEqual([
      { type: 'E', ...header, orderReferenceNumber: 7, executedShares: 25, matchNumber: 9 },
    ])
  })

  it('is Order Executed With Price, which is not printable, for either side of an auction', () => {
    const auctioned = { lastQty: 250, feedShares: 250, lastPx: 1_825_500, matchNumber: 9 }
    const executed = {
      type: 'C',
      ...header,
      executedShares: 250,
      matchNumber: 9,
      printable: 'N',
      executionPrice: 1_825_500,
    }
    expect(
      printed((events) => {
        const buy = { orderReference: 7, side: Side.Buy, price: 1_826_000 }
        orderEventOf(events, EventType.OrderExecuted, 'C', { ...buy, ...auctioned })
        const sell = { orderReference: 8, side: Side.Sell, price: 1_825_000, locate: 2 }
        orderEventOf(events, EventType.OrderExecuted, 'C', { ...sell, ...auctioned })
        // A market order: nobody has seen it.
        orderEventOf(events, EventType.OrderExecuted, '', { orderReference: 9, ...auctioned })
      }),
    ).toEqual([
      { ...executed, orderReferenceNumber: 7 },
      { ...executed, orderReferenceNumber: 8, stockLocate: 2 },
    ])
  })

  it('is Cross Trade for what an auction came to, also when that is nothing', () => {
    expect(
      printed((events) => {
        crossed(events, { shares: 5_000_000_000, price: 1_825_500, matchNumber: 10 })
        crossed(events, { shares: 0, price: 0, matchNumber: 11, locate: 2 })
      }),
    ).toEqual([
      {
        type: 'Q',
        ...header,
        shares: 5_000_000_000,
        stock: 'AAPL',
        crossPrice: 1_825_500,
        matchNumber: 10,
        crossType: 'H',
      },
      {
        type: 'Q',
        ...header,
        stockLocate: 2,
        shares: 0,
        stock: 'BERKSHIR',
        crossPrice: 0,
        matchNumber: 11,
        crossType: 'H',
      },
    ])
  })

  it('is Net Order Imbalance for what an auction would give, with one price for near and far', () => {
    const codes = { direction: 'B'.charCodeAt(0), priceVariation: '3'.charCodeAt(0) }
    const fields = { pairedShares: 5_000_000_000, imbalanceShares: 7, price: 1_880_000 }
    expect(printed((events) => imbalance(events, { ...fields, ...codes }))).toEqual([
      {
        type: 'I',
        ...header,
        pairedShares: 5_000_000_000,
        imbalanceShares: 7,
        imbalanceDirection: 'B',
        stock: 'AAPL',
        farPrice: 1_880_000,
        nearPrice: 1_880_000,
        currentReferencePrice: 1_825_000,
        crossType: 'H',
        priceVariationIndicator: '3',
      },
    ])
  })

  it('is Order Replace under a new reference, or Order Cancel when the order keeps its place', () => {
    const fields = { originalReference: 7, orderReference: 8, feedShares: 50, price: 1_002_400 }
    expect(
      printed((events) => {
        orderEventOf(events, EventType.OrderReplaced, 'U', fields)
        orderEventOf(events, EventType.OrderReplaced, 'X', { ...fields, originalReference: 0 })
      }),
    ).toEqual([
      {
        type: 'U',
        ...header,
        originalOrderReferenceNumber: 7,
        newOrderReferenceNumber: 8,
        shares: 50,
        price: 1_002_400,
      },
      { type: 'X', ...header, orderReferenceNumber: 8, canceledShares: 50 },
    ])
  })

  it('is Order Delete of the reference that leaves the book', () => {
    const fields = { originalReference: 7, orderReference: 8 }
    expect(
      printed((events) => {
        orderEventOf(events, EventType.OrderCanceled, 'D', fields)
        orderEventOf(events, EventType.OrderExpired, 'D', fields)
        orderEventOf(events, EventType.OrderReplaced, 'D', fields)
      }),
    ).toEqual([
      { type: 'D', ...header, orderReferenceNumber: 8 },
      { type: 'D', ...header, orderReferenceNumber: 8 },
      { type: 'D', ...header, orderReferenceNumber: 7 },
    ])
  })

  it('is System Event, Stock Directory and Stock Trading Action for the day and its instruments', () => {
    expect(
      printed((events) => {
        systemEvent(events, 'Q')
        listed(events, 1, 'IBM')
        tradingState(events, 1, 'IBM', 'H', 'T12')
      }),
    ).toEqual([
      { type: 'S', ...header, stockLocate: 0, eventCode: 'Q' },
      {
        type: 'R',
        ...header,
        stock: 'IBM',
        marketCategory: ' ',
        financialStatusIndicator: 'N',
        roundLotSize: 100,
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
      },
      { type: 'H', ...header, stock: 'IBM', tradingState: 'H', reserved: ' ', reason: 'T12' },
    ])
  })

  it('is nothing where the record has no feed byte', () => {
    expect(printed((events) => orderEventOf(events, EventType.OrderRejected, '', {}))).toEqual([])
  })

  it('has a timestamp that counts on past midnight and stops at the last that 48 bits hold', () => {
    const timestamps = [86_400, 200_000, 300_000].map((seconds) =>
      printed((events) => {
        const epochSeconds = MIDNIGHT_SECONDS + seconds
        orderEventOf(events, EventType.OrderCanceled, 'D', { epochSeconds, nanoseconds: 5 })
      }).map((message) => message?.timestampNs),
    )
    expect(timestamps).toEqual([[86_400_000_000_005], [200_000_000_000_005], [2 ** 48 - 1]])
  })

  it('breaks an invariant when the feed byte is no type that the venue sends', () => {
    expect(() =>
      printed((events) => orderEventOf(events, EventType.OrderAccepted, 'N', {})),
    ).toThrow('feed byte')
  })
})
