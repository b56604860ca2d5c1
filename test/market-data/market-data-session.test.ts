/** What a broker hears: docs/protocols/market-data.md, message by message. */
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { EventType } from '../../src/wire/index.ts'
import {
  BOOK_LEVELS_MAX,
  ENTRIES_MAX,
  MARKET_DEPTH_MAX,
  SUBSCRIPTIONS_MAX,
} from '../../src/market-data/index.ts'
import { Side } from '../../src/domain/index.ts'
import { orderEventOf } from '../itch-feed/feed-events.ts'
import type { Broker } from './market-data-stage.ts'
import { MarketDataStage } from './market-data-stage.ts'

let stage: MarketDataStage
let broker: Broker

beforeEach(async () => {
  stage = new MarketDataStage({ logins: ['BROKER', 'OTHER'] })
  stage.openDay('261120ab10')
  broker = stage.connect('BROKER')
  await broker.logOn()
})

const DOCUMENT = readFileSync('docs/protocols/market-data.md', 'utf8')
const ALL_TYPES = '267=3|269=0|269=1|269=2'

/** A new order on the book of AAPL. */
function rests(orderReference: number, side: number, price: number, shares: number): void {
  stage.turn((events) =>
    orderEventOf(events, EventType.OrderAccepted, 'A', {
      orderReference,
      locate: 1,
      side,
      price,
      feedShares: shares,
    }),
  )
}

/** So many orders of one share, one at each price from a tick below `price` down, in one round. */
function restBelow(price: number, count: number): void {
  stage.turn((events) => {
    for (let i = 1; i <= count; i++) {
      orderEventOf(events, EventType.OrderAccepted, 'A', {
        orderReference: i,
        locate: 1,
        side: Side.Buy,
        price: price - i * 100,
        feedShares: 1,
      })
    }
  })
}

/** The resting order trades, at 09:30:00.000000001. */
function trades(orderReference: number, shares: number, matchNumber: number): void {
  stage.turn((events) =>
    orderEventOf(events, EventType.OrderExecuted, 'E', {
      orderReference,
      locate: 1,
      lastQty: shares,
      matchNumber,
    }),
  )
}

function goes(orderReference: number): void {
  stage.turn((events) =>
    orderEventOf(events, EventType.OrderCanceled, 'D', { orderReference, locate: 1 }),
  )
}

describe('the Logon of a market-data session', () => {
  it('begins both counts at 1, whatever its number is', async () => {
    const other = stage.connect('OTHER')
    for (let i = 0; i < 6; i++) other.encode('35=0')
    expect(await other.logOn()).toEqual(['35=A|98=0|108=30|141=Y'])
    other.startAgain(2)
    other.say('35=1|112=there?')
    expect(other.hearAll()).toEqual(['35=0|112=there?'])
  })

  it('is refused without a word while the session is connected', async () => {
    const second = stage.connect('BROKER')
    expect(await second.logOn()).toEqual([])
    expect(second.line.isOver).toBe(true)
    broker.say('35=1|112=first')
    expect(broker.hearAll()).toEqual(['35=0|112=first'])
    expect(stage.acceptor.sessionCount).toBe(1)
  })

  it('is free again when the connection is lost, and its subscriptions are gone', async () => {
    broker.say(`35=V|262=A|263=1|264=1|265=1|${ALL_TYPES}|146=1|55=X`)
    broker.hearAll()
    expect(stage.acceptor.subscriptionCount).toBe(1)
    broker.line.break()
    stage.settle()
    expect([stage.acceptor.sessionCount, stage.acceptor.subscriptionCount]).toEqual([0, 0])

    const again = stage.connect('BROKER')
    expect(await again.logOn()).toEqual(['35=A|98=0|108=30|141=Y'])
  })
})

describe('a snapshot', () => {
  it('has the levels of both sides, best first, and the last trade', () => {
    rests(1, Side.Buy, 1_000_000, 100)
    rests(2, Side.Buy, 1_000_000, 50)
    rests(3, Side.Buy, 999_900, 7)
    rests(4, Side.Sell, 1_000_100, 20)
    trades(4, 5, 77)
    broker.say(`35=V|262=ONCE|263=0|264=0|${ALL_TYPES}|146=1|55=AAPL`)

    expect(broker.hearAll()).toEqual([
      '35=W|262=ONCE|55=AAPL|268=4|269=0|270=100|271=150|346=2|290=1' +
        '|269=0|270=99.99|271=7|346=1|290=2|269=1|270=100.01|271=15|346=1|290=1' +
        '|269=2|270=100.01|271=5|272=20261120|273=09:30:00.000|58=261120ab10 15',
    ])
    expect(stage.acceptor.subscriptionCount).toBe(0)
    rests(5, Side.Buy, 1_000_000, 100)
    expect(broker.hearAll()).toEqual([])
  })

  it('has of each side the levels that were asked for, and only the types', () => {
    rests(1, Side.Buy, 1_000_000, 100)
    rests(2, Side.Buy, 999_900, 100)
    rests(3, Side.Buy, 999_800, 100)
    broker.say('35=V|262=TWO|263=0|264=2|267=1|269=0|146=1|55=AAPL')
    expect(broker.hearAll()).toEqual([
      '35=W|262=TWO|55=AAPL|268=2|269=0|270=100|271=100|346=1|290=1' +
        '|269=0|270=99.99|271=100|346=1|290=2|58=261120ab10 13',
    ])
  })

  it('says by an entry of size 0 that there is nothing', () => {
    broker.say(`35=V|262=NONE|263=0|264=1|${ALL_TYPES}|146=1|55=X`)
    expect(broker.hearAll()).toEqual([
      '35=W|262=NONE|55=X|268=3|269=0|271=0|269=1|271=0|269=2|271=0|58=261120ab10 10',
    ])
  })

  it('comes for each symbol once, in the order of the request', () => {
    broker.say('35=V|262=ALL|263=0|264=1|267=1|269=0|146=4|55=X|55=AAPL|55=X|55=BRK.B')
    expect(broker.hearAll().map((text) => /55=([^|]+)/.exec(text)![1])).toEqual([
      'X',
      'AAPL',
      'BRK.B',
    ])
  })
})

describe('a subscription', () => {
  it('hears what changes: new, other and gone levels, and trades', () => {
    broker.say(`35=V|262=S|263=1|264=0|265=1|${ALL_TYPES}|146=1|55=AAPL`)
    broker.hearAll()

    rests(1, Side.Sell, 1_000_100, 20)
    rests(2, Side.Sell, 1_000_000, 30)
    trades(2, 10, 5)
    goes(2)
    expect(broker.hearAll()).toEqual([
      '35=X|262=S|268=1|279=0|269=1|278=AAPL-S-1000100|55=AAPL|270=100.01|271=20|346=1|290=1|58=261120ab10 11',
      '35=X|262=S|268=1|279=0|269=1|278=AAPL-S-1000000|55=AAPL|270=100|271=30|346=1|290=1|58=261120ab10 12',
      '35=X|262=S|268=2|279=0|269=2|278=5|55=AAPL|270=100|271=10|272=20261120|273=09:30:00.000' +
        '|279=1|269=1|278=AAPL-S-1000000|55=AAPL|270=100|271=20|346=1|290=1|58=261120ab10 13',
      '35=X|262=S|268=1|279=2|269=1|278=AAPL-S-1000000|55=AAPL|270=100|58=261120ab10 14',
    ])
  })

  it('to N levels hears what comes into them and leaves them, and nothing from below', () => {
    rests(1, Side.Buy, 1_000_000, 100)
    rests(2, Side.Buy, 999_900, 100)
    broker.say('35=V|262=TOP|263=1|264=1|265=1|267=1|269=0|146=1|55=AAPL')
    broker.hearAll()

    rests(3, Side.Buy, 999_800, 100)
    expect(broker.hearAll()).toEqual([])
    rests(4, Side.Buy, 1_000_100, 40)
    expect(broker.hearAll()).toEqual([
      '35=X|262=TOP|268=2|279=2|269=0|278=AAPL-B-1000000|55=AAPL|270=100' +
        '|279=0|269=0|278=AAPL-B-1000100|55=AAPL|270=100.01|271=40|346=1|290=1|58=261120ab10 14',
    ])
    goes(4)
    expect(broker.hearAll()).toEqual([
      '35=X|262=TOP|268=2|279=2|269=0|278=AAPL-B-1000100|55=AAPL|270=100.01' +
        '|279=0|269=0|278=AAPL-B-1000000|55=AAPL|270=100|271=100|346=1|290=1|58=261120ab10 15',
    ])
  })

  it('with full refreshes gets a snapshot at each change that concerns it', () => {
    broker.say('35=V|262=F|263=1|264=1|265=0|267=1|269=1|146=1|55=AAPL')
    broker.hearAll()
    rests(1, Side.Buy, 1_000_000, 100)
    expect(broker.hearAll()).toEqual([])
    rests(2, Side.Sell, 1_000_100, 20)
    expect(broker.hearAll()).toEqual([
      '35=W|262=F|55=AAPL|268=1|269=1|270=100.01|271=20|346=1|290=1|58=261120ab10 12',
    ])
  })

  it('ends with its request, and says nothing more', () => {
    broker.say(`35=V|262=S|263=1|264=0|265=1|${ALL_TYPES}|146=1|55=AAPL`)
    broker.hearAll()
    broker.say(`35=V|262=S|263=2|264=0|${ALL_TYPES}|146=1|55=AAPL`)
    rests(1, Side.Buy, 1_000_000, 100)
    expect(broker.hearAll()).toEqual([])
    expect(stage.acceptor.subscriptionCount).toBe(0)

    broker.say(`35=V|262=S|263=1|264=1|265=1|${ALL_TYPES}|146=1|55=X`)
    expect(broker.hearAll()).toHaveLength(1)
  })

  it('goes on with a snapshot of the next day', () => {
    rests(1, Side.Buy, 1_000_000, 100)
    broker.say('35=V|262=S|263=1|264=0|265=1|267=1|269=0|146=1|55=AAPL')
    broker.hearAll()
    stage.closeDay()
    stage.openDay('261121cd20')
    expect(broker.hearAll()).toEqual(['35=W|262=S|55=AAPL|268=1|269=0|271=0|58=261121cd20 10'])
  })

  it('has a round of many changes in several messages', () => {
    broker.say('35=V|262=S|263=1|264=0|265=1|267=1|269=0|146=1|55=AAPL')
    broker.hearAll()
    restBelow(1_000_000, ENTRIES_MAX + 1)
    const told = broker.hearAll()
    expect(told.map((text) => /268=(\d+)/.exec(text)![1])).toEqual([String(ENTRIES_MAX), '1'])
    // How far the feed has come is said once all of it is told.
    expect(told.map((text) => text.match(/58=[^|]+/g))).toEqual([null, ['58=261120ab10 211']])
  })
})

describe('a session that says goodbye', () => {
  it('is told nothing of the market behind its Logout', () => {
    broker.say('35=V|262=S|263=1|264=0|265=1|267=1|269=0|146=1|55=AAPL')
    broker.hearAll()
    broker.say('35=5')
    rests(1, Side.Buy, 1_000_000, 100)
    expect(broker.hearAll()).toEqual(['35=5'])
    expect(stage.acceptor.subscriptionCount).toBe(0)
  })

  it('has what it asks behind ours answered by nothing but its Logout', () => {
    stage.acceptor.logOutAll('The exchange is closing')
    broker.say('35=V|262=S|263=1|264=0|265=1|267=1|269=0|146=1|55=AAPL')
    rests(1, Side.Buy, 1_000_000, 100)
    expect(broker.hearAll()).toEqual(['35=5|58=The exchange is closing'])
    expect(stage.acceptor.subscriptionCount).toBe(0)
  })
})

describe('a book of very many prices', () => {
  it('is told to the levels that are all, best first', () => {
    restBelow(2_000_000, BOOK_LEVELS_MAX + 5)
    broker.say('35=V|262=S|263=0|264=0|267=1|269=0|146=1|55=AAPL')
    const [snapshot] = broker.hearAll()
    expect(snapshot).toMatch(new RegExp(`^35=W\\|262=S\\|55=AAPL\\|268=${BOOK_LEVELS_MAX}\\|`))
    expect(snapshot).toContain(`|270=100|271=1|346=1|290=${BOOK_LEVELS_MAX}|58=`)
  })
})

describe('a broker that does not read', () => {
  it('is told what everything has come to when it reads again, and not what happened', async () => {
    const other = stage.connect('OTHER', 500)
    await other.logOn()
    other.say(`35=V|262=S|263=1|264=1|265=1|${ALL_TYPES}|146=2|55=AAPL|55=X`)
    other.hearAll()
    for (let i = 1; i <= 1_000; i++) {
      rests(i, Side.Buy, 1_000_000, 1)
      if (i % 100 === 0) trades(i, 1, i)
    }
    expect(other.line.writableLength).toBeLessThan(500)

    const told = other.hearAll()
    expect(told.length).toBeLessThan(10)
    expect(told.at(-1)).toBe(
      '35=W|262=S|55=AAPL|268=3|269=0|270=100|271=990|346=990|290=1|269=1|271=0' +
        '|269=2|270=100|271=1|272=20261120|273=09:30:00.000|58=261120ab10 1020',
    )
  })

  it('is not heard either, so that its questions cannot fill our memory', async () => {
    const other = stage.connect('OTHER', 500)
    await other.logOn()
    for (let i = 0; i < 1_000; i++) other.say(`35=V|262=Q${i}|263=0|264=0|${ALL_TYPES}|146=1|55=X`)
    expect(other.line.writableLength).toBeLessThan(1_000)
    expect(other.line.toServerBytes).toBeGreaterThan(50_000)
    expect(other.hearAll()).toHaveLength(1_000)
  })

  it('is disconnected after ten seconds', async () => {
    const other = stage.connect('OTHER', 500)
    await other.logOn()
    for (let i = 0; i < 10; i++) other.say(`35=V|262=Q${i}|263=0|264=0|${ALL_TYPES}|146=1|55=X`)
    stage.pass(9_900)
    expect([other.line.isOver, stage.acceptor.counts.reached.slowReaderMs]).toEqual([false, 0])
    stage.pass(200)
    expect(stage.acceptor.counts.reached.slowReaderMs).toBe(1)
    other.hearAll()
    expect(other.line.isOver).toBe(true)
  })

  it('with thousands of requests is told as much as its connection may wait for, and the rest as snapshots', () => {
    for (let i = 0; i < 4_000; i++) {
      broker.say(`35=V|262=${i}|263=1|264=0|265=1|267=1|269=0|146=1|55=AAPL`)
    }
    broker.hearAll()
    restBelow(1_000_000, 20)
    const types = broker.hearAll().map((text) => text.slice(0, 4))
    expect(types).toHaveLength(4_000)
    expect(types.filter((type) => type === '35=X').length).toBeLessThan(1_000)
    expect(types.at(-1)).toBe('35=W')
  })
})

describe('a request is refused', () => {
  const v = (more: string) => `35=V|262=R|${more}`
  const terms = (more: string) => v(`263=1|264=0|265=1|${more}267=1|269=0|146=1|55=AAPL`)

  it.each([
    [
      'an unknown symbol',
      v('263=0|264=0|267=1|269=0|146=2|55=AAPL|55=NOPE'),
      '281=0|58=Unknown symbol',
    ],
    [
      'a depth below 0',
      v('263=0|264=-1|267=1|269=0|146=1|55=AAPL'),
      '281=5|58=Unsupported MarketDepth(264): 0, or 1 to 20, is offered',
    ],
    [
      'a depth above all',
      v(`263=0|264=${MARKET_DEPTH_MAX + 1}|267=1|269=0|146=1|55=AAPL`),
      '281=5|58=Unsupported MarketDepth(264): 0, or 1 to 20, is offered',
    ],
    [
      'a subscription without 265',
      v('263=1|264=0|267=1|269=0|146=1|55=AAPL'),
      '281=6|58=A subscription needs MDUpdateType(265)',
    ],
    [
      'orders one by one',
      terms('266=N|'),
      '281=7|58=AggregatedBook(266)=N is not offered: the feed has the orders',
    ],
    [
      'another type',
      v('263=0|264=0|267=2|269=0|269=4|146=1|55=AAPL'),
      '281=8|58=Unsupported MDEntryType(269)=4: 0, 1 and 2 are offered',
    ],
    ['OpenCloseSettlFlag', terms('286=0|'), '281=B|58=OpenCloseSettlFlag(286) is not offered'],
    ['Scope', terms('546=1|'), '281=A|58=Scope(546) is not offered'],
    ['implicit deletes', terms('547=Y|'), '281=C|58=MDImplicitDelete(547)=Y is not offered'],
    [
      'a trading session',
      v('263=0|264=0|267=1|269=0|146=1|55=AAPL|386=1|336=DAY'),
      '281=9|58=TradingSessionID(336) is not offered',
    ],
    [
      'the end of what is not there',
      v('263=2|264=0|267=1|269=0|146=1|55=AAPL'),
      '58=Unknown MDReqID(262)',
    ],
  ])('for %s', (_, request, answer) => {
    broker.say(request)
    expect(broker.hearAll()).toEqual([`35=Y|262=R|${answer}`])
    expect(DOCUMENT).toContain(`\`${answer.split('58=')[1]}\``)
    expect(stage.acceptor.subscriptionCount).toBe(0)
  })

  it('for an id that is in use', () => {
    broker.say(terms(''))
    broker.hearAll()
    broker.say(terms(''))
    expect(broker.hearAll()).toEqual(['35=Y|262=R|281=1|58=Duplicate MDReqID(262)'])
  })

  it('for more instruments than a session may have', () => {
    for (let i = 0; i < Math.floor(SUBSCRIPTIONS_MAX / 3); i++) {
      broker.say(`35=V|262=${i}|263=1|264=1|265=1|267=1|269=0|146=3|55=AAPL|55=X|55=BRK.B`)
    }
    broker.hearAll()
    broker.say('35=V|262=MORE|263=1|264=1|265=1|267=1|269=0|146=3|55=AAPL|55=X|55=BRK.B')
    expect(broker.hearAll()).toEqual([
      '35=Y|262=MORE|281=2|58=More than 20000 instruments in all requests',
    ])
  })

  it('by a Reject when the dictionary has something against it', () => {
    broker.say('35=V|262=R|263=7|264=0|267=1|269=0|146=1|55=AAPL')
    expect(broker.hearAll()).toEqual([
      expect.stringMatching(/^35=3\|45=2\|371=263\|372=V\|373=5\|/),
    ])
  })

  it('by a BusinessMessageReject when it is no request for market data', () => {
    broker.say('35=D|11=1|55=AAPL|54=1|38=100|40=2|44=100|60=20261123-14:30:00')
    expect(broker.hearAll()).toEqual([expect.stringMatching(/^35=j\|45=2\|372=D\|.*380=3/)])
  })
})

describe('docs/protocols/market-data.md', () => {
  it.each(Object.entries({ SUBSCRIPTIONS_MAX, MARKET_DEPTH_MAX, BOOK_LEVELS_MAX, ENTRIES_MAX }))(
    'tells %s as the code has it',
    (name, value) => {
      const row = new RegExp(`^\\| \`${name}\` +\\| ([\\d,]+) +\\|`, 'm').exec(DOCUMENT)
      expect(Number(row?.[1]?.replaceAll(',', ''))).toBe(value)
    },
  )
})

describe('what was said', () => {
  it('is gap-filled when it is asked for again', () => {
    broker.say('35=V|262=A|263=0|264=1|267=1|269=0|146=1|55=X')
    broker.hearAll()
    broker.say('35=2|7=1|16=0')
    expect(broker.hearAll()).toEqual([
      expect.stringMatching(/^35=4\|43=Y\|122=[^|]+\|123=Y\|36=3$/),
    ])
    broker.say('35=1|112=next')
    expect(broker.hearAll()).toEqual(['35=0|112=next'])
  })
})
