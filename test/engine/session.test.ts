/**
 * What the engine does for sessions: numbers, the way back through their messages, refusals that the
 * acceptor decided, cancel on disconnect.
 */
import { describe, expect, it } from 'vitest'
import type { EngineDriver } from '../support/engine-driver.ts'
import { anEngine } from '../support/engine-driver.ts'

describe('MsgSeqNum(34) of a session', () => {
  it('rises by one a message, by itself on each session', () => {
    const market = anEngine()
    const numbers: [number, number][] = []
    const note = (): void => {
      for (const { session, ...event } of market.events) {
        if ('msgSeqNum' in event) numbers.push([session, event.msgSeqNum])
      }
    }
    market.enter('GLOBEX', 'S1', 'sell 40 @ 182.50')
    note()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')
    note()
    market.cancel('ACME', 'C1', 'nothing')
    note()

    // 1 was the answer to each Logon.
    expect(numbers).toEqual([
      [2, 2],
      [1, 2],
      [2, 3],
      [1, 3],
      [1, 4],
    ])
  })

  it('starts again at 1 with a Logon that resets, and what was before is out of reach', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')

    expect(market.run({ kind: 'logOn', session: 1, resetSeqNum: true })).toMatchObject([
      { event: 'MessageSent', msgType: 0x41, reset: 1, msgSeqNum: 1, previousPosition: 0 },
    ])
    market.cancel('ACME', 'C1', 'B1')
    expect(market.events).toMatchObject([{ event: 'OrderCanceled', msgSeqNum: 2 }])
  })

  it('starts again at 1 after a reset in mid-session', () => {
    const market = anEngine()
    const reset = market.run({ kind: 'resetSequence', session: 1 }, 1)

    expect(reset).toMatchObject([{ event: 'SequenceReset', msgSeqNum: 0, expectedMsgSeqNum: 1 }])
    expect(market.run({ kind: 'send', session: 1, msgType: '0', body: '' })).toMatchObject([
      { event: 'MessageSent', msgType: 0x30, msgSeqNum: 1, previousPosition: 0 },
    ])
  })

  it('expected from the client is kept from its last command, and is in every event', () => {
    const market = anEngine()
    market.run({ kind: 'send', session: 1, msgType: '0', body: '' }, 7)
    expect(market.events).toMatchObject([{ expectedMsgSeqNum: 7 }])

    market.enter('ACME', 'B1', 'buy 100 @ 182.50')
    market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50')
    expect(market.events).toMatchObject([
      { session: 2, expectedMsgSeqNum: 1 },
      { session: 1, expectedMsgSeqNum: 7 },
      { session: 2, expectedMsgSeqNum: 1 },
    ])
  })
})

it('every message of a session points back to the one before it, down to the first', () => {
  const market = anEngine()
  for (let i = 0; i < 20; i++) {
    market.enter('GLOBEX', `S${i}`, 'sell 30 @ 182.50')
    market.enter('ACME', `B${i}`, 'buy 50 @ 182.50')
  }
  const at = new Map<number, { msgSeqNum: number; previousPosition: number }>()
  market.enter('ACME', 'LAST', 'buy 1 @ 1')
  for (const { turn, events } of market.recorded) {
    for (const event of market.read(events)) {
      if (event.session === 1 && 'msgSeqNum' in event && event.msgSeqNum > 0) {
        at.set(turn.eventsPosition + event.at, event)
      }
    }
  }

  const walked: number[] = []
  for (let position = [...at.keys()].at(-1)!; position !== 0;) {
    const message = at.get(position)!
    walked.push(message.msgSeqNum)
    position = message.previousPosition
  }
  expect(walked).toHaveLength(at.size)
  expect(walked).toEqual(walked.map((_, i) => at.size - i))
})

describe('what the acceptor refused', () => {
  const body = '103=1\x0158=Unknown symbol\x01'
  const refused = { kind: 'refuseOrder', session: 1, possResend: false, body } as const

  it('is answered with its own words, an ExecID, and its ClOrdID is used up', () => {
    const market = anEngine()

    expect(market.run({ ...refused, clOrdId: 'B1' })).toMatchObject([
      { event: 'MessageSent', msgType: 0x38, execId: 1, body },
    ])
    expect(market.enter('ACME', 'B1', 'buy 1 @ 1')[0]).toMatch('"Duplicate ClOrdID(11)"')
  })

  it('and has no ClOrdID that can be kept uses none up', () => {
    const market = anEngine()
    market.run({ ...refused, clOrdId: '' })

    expect(market.run({ ...refused, clOrdId: '' })).toMatchObject([{ execId: 2, body }])
  })

  it('is answered with its own words again, as a status, when PossResend(97) asks', () => {
    const market = anEngine()
    market.run({ ...refused, clOrdId: 'B1' })

    expect(market.run({ ...refused, clOrdId: 'B1', possResend: true })).toMatchObject([
      { event: 'MessageSent', msgType: 0x38, execId: 0, body },
    ])
    expect(market.run({ ...refused, clOrdId: 'B2', possResend: true })).toMatchObject([
      { event: 'MessageSent', msgType: 0x38, execId: 2, body },
    ])
    expect(market.enter('ACME', 'B1', 'buy 1 @ 1', { possResend: true })).toEqual([
      'ACME 8 OrderStatus B1 buy 1@1.0000 leaves 0 cum 0 Rejected "The order was rejected"',
    ])
  })

  it('answers for the order that lives under that ClOrdID first', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')

    expect(market.lines({ ...refused, clOrdId: 'B1' })).toEqual([
      'ACME 8 Rejected B1 buy 100@182.5000 leaves 100 cum 0 New "Duplicate ClOrdID(11)"',
    ])
    expect(market.lines({ ...refused, clOrdId: 'B1', possResend: true })).toEqual([
      'ACME 8 OrderStatus B1 buy 100@182.5000 leaves 100 cum 0 New',
    ])
  })

  it('about an order carries the state of that order', () => {
    const market = anEngine()
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')
    const request = { kind: 'refuseRequest', session: 1, possResend: false } as const

    expect([
      ...market.lines({ ...request, clOrdId: 'R1', origClOrdId: 'B1', responseTo: 0x32, body }),
      ...market.lines({ ...request, clOrdId: 'R2', origClOrdId: 'X', responseTo: 0x31, body }),
    ]).toEqual([`ACME 9 replace R1 of B1 New ${body}`, `ACME 9 cancel R2 of X Rejected ${body}`])
    expect(market.cancel('ACME', 'C1', 'R1')[0]).toMatch('8 Canceled C1 of B1')
  })
})

describe('a lost connection', () => {
  const canceled = [
    'ACME disconnected',
    'ACME 8 Canceled D1 buy 100@182.5000 leaves 0 cum 30 avg 182.5 Canceled "Cancel on disconnect" | feed D #1',
    'ACME 8 Canceled D3 sell 100@190.0000 leaves 0 cum 0 Canceled "Cancel on disconnect" | feed D #2',
    'ACME 8 Canceled D2 buy 100@180.0000 leaves 0 cum 0 Canceled "Cancel on disconnect" | feed D #3',
  ]

  function aMarketOf(
    cancelOnDisconnect: 'off' | 'disconnect' | 'disconnect-or-logout',
    cancelGoodTill = false,
  ): EngineDriver {
    const acme = { compId: 'ACME', cancelOnDisconnect, cancelGoodTill }
    const market = anEngine({ sessions: [acme, { compId: 'GLOBEX' }] })
    market.enter('ACME', 'D1', 'buy 100 @ 182.50')
    market.enter('ACME', 'D3', 'sell 100 @ 190')
    market.enter('ACME', 'D2', 'buy 100 @ 180')
    market.enter('ACME', 'G1', 'buy 100 @ 170 GTC')
    market.enter('GLOBEX', 'S1', 'sell 30 @ 182.50')
    market.enter('GLOBEX', 'B1', 'buy 100 @ 175')
    return market
  }

  it('cancels the session’s day orders where it asks for that, and nobody else’s', () => {
    const market = aMarketOf('disconnect')

    expect(market.disconnect('ACME')).toEqual(canceled)
    expect(market.bookOf('AAPL')).toEqual({
      bids: ['B1 100@175.0000', 'G1 100@170.0000'],
      asks: [],
    })
  })

  it('cancels good-till-cancel orders too where it asks for that', () => {
    const market = aMarketOf('disconnect', true)

    expect(market.disconnect('ACME')).toHaveLength(5)
    expect(market.bookOf('AAPL').bids).toEqual(['B1 100@175.0000'])
  })

  it('leaves orders alone after a Logout, unless the session wants them gone then as well', () => {
    expect(aMarketOf('disconnect').disconnect('ACME', true)).toEqual(['ACME disconnected'])
    expect(aMarketOf('disconnect-or-logout').disconnect('ACME', true)).toEqual(canceled)
  })

  it('that never got its Logon accepted leaves the orders of the session alone', () => {
    const market = aMarketOf('disconnect')
    market.disconnect('ACME', true)

    expect(market.disconnect('ACME')).toEqual(['ACME disconnected'])
    expect(market.bookOf('AAPL').bids).toHaveLength(4)
    market.run({ kind: 'logOn', session: 1, resetSeqNum: false })
    expect(market.disconnect('ACME')).toEqual(canceled)
  })

  it('leaves all orders alone where the session does not ask for anything', () => {
    const market = aMarketOf('off')

    expect(market.disconnect('ACME')).toEqual(['ACME disconnected'])
    expect(market.bookOf('AAPL').bids).toHaveLength(4)
  })
})
