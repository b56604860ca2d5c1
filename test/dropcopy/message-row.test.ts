/** What the counterparty was told that is no execution, and what it refers to. */
import { describe, expect, it } from 'vitest'
import { CancelRejectReason, RejectReason } from '../../src/domain/index.ts'
import type { CopiedTurn } from '../../src/dropcopy/index.ts'
import { emptyVenue, RowBatch } from '../../src/dropcopy/index.ts'
import { anEngine } from '../support/engine-driver.ts'
import type { TurnBuilder } from './support/turns.ts'
import { aConfiguration, aTurn, START_SECONDS } from './support/turns.ts'

const venueOf = (configuration = aConfiguration()) => ({
  ...emptyVenue(),
  configuration,
  tradingDate: 20261121,
})

function messagesOf(turn: TurnBuilder) {
  const batch = new RowBatch()
  batch.add(turn.build(), venueOf())
  return batch.messages
}

const NOTHING_ELSE = {
  order_id: null,
  cl_ord_id: null,
  orig_cl_ord_id: null,
  ref_seq_num: null,
  ref_msg_type: null,
  request_id: null,
  reason: null,
  text: null,
}

type Market = ReturnType<typeof anEngine>

/** The messages that the market's last command gave. */
function lastMessages(market: Market) {
  const { events } = market.recorded.at(-1)!
  const turn: CopiedTurn = {
    groupNumber: 1,
    crc: 0,
    nextPosition: 0,
    epochSeconds: START_SECONDS,
    nanoseconds: 0,
    view: new DataView(events.buffer, events.byteOffset, events.byteLength),
    commandsStart: 0,
    eventsStart: 0,
    eventsEnd: events.byteLength,
  }
  const batch = new RowBatch()
  batch.add(turn, venueOf(market.configuration))
  return batch.messages
}

describe('a message that is kept as printed', () => {
  it('is a row with its place in the session and in the journal', () => {
    expect(messagesOf(aTurn().message(2, 'A', '98=0|108=30|'))).toEqual([
      {
        group_number: 1,
        event_index: 0,
        time: '2026-11-21 14:30:00+00',
        nanoseconds: 5,
        trading_date: '2026-11-21',
        session: 'GLOBEX',
        firm: 'GLOBEX Ltd',
        msg_seq_num: 7,
        msg_type: 'A',
        ...NOTHING_ELSE,
      },
    ])
  })

  it.each([
    [
      'a session reject',
      '3',
      '45=12|372=D|371=38|373=5|58=Value is incorrect|',
      { ref_seq_num: 12, ref_msg_type: 'D', reason: 5, text: 'Value is incorrect' },
    ],
    [
      'a business reject',
      'j',
      '45=13|372=AE|379=R1|380=3|58=Unsupported message type|',
      {
        ref_seq_num: 13,
        ref_msg_type: 'AE',
        request_id: 'R1',
        reason: 3,
        text: 'Unsupported message type',
      },
    ],
    ['the answer to a TestRequest', '0', '112=T1|', { request_id: 'T1' }],
    ['a Logout', '5', '58=End of day|', { text: 'End of day' }],
    ['hostile fields', '3', '45=x|373=99999999999999999999|58=a\0b|', { text: 'a␀b' }],
  ])('says what it refers to: %s', (_name, msgType, body, content) => {
    expect(messagesOf(aTurn().message(1, msgType, body))).toMatchObject([
      { msg_type: msgType, ...NOTHING_ELSE, ...content },
    ])
  })
})

describe('a message about orders', () => {
  it('names the order of a refused cancel, and why', () => {
    const market = anEngine()
    market.cancel('ACME', 'C1', 'A1')

    expect(lastMessages(market)).toMatchObject([
      {
        ...NOTHING_ELSE,
        session: 'ACME',
        msg_type: '9',
        cl_ord_id: 'C1',
        orig_cl_ord_id: 'A1',
        reason: CancelRejectReason.UnknownOrder.fixCode,
        text: 'Unknown order',
      },
    ])
  })

  it('names the request of a mass cancel, and what the exchange says of it', () => {
    const market = anEngine()
    market.massCancel('ACME', 'Q1', { reason: RejectReason.UnknownSymbol.code })

    expect(lastMessages(market)).toMatchObject([
      { msg_type: 'r', cl_ord_id: 'Q1', reason: 1, text: 'Unknown symbol' },
    ])
  })

  it('names the order and the request of a status', () => {
    const market = anEngine()
    market.enter('ACME', 'A1', 'buy 100 @ 182.50')
    market.status('ACME', 'A1', { echo: '790=S1\u0001' })

    expect(lastMessages(market)).toMatchObject([
      { ...NOTHING_ELSE, msg_type: '8', order_id: 1, cl_ord_id: 'A1', request_id: 'S1' },
    ])
  })

  it('is no row when the report is an execution, or nothing was said', () => {
    const market = anEngine()
    market.enter('ACME', 'A1', 'buy 100 @ 182.50')

    expect(lastMessages(market)).toEqual([])
    expect(messagesOf(aTurn().disconnect(1, 'connection closed').reset(1))).toEqual([])
  })
})
