/** Which rows the events of a turn give. */
import { describe, expect, it } from 'vitest'
import {
  CancelReason,
  ExecType,
  OrdStatus,
  OrdType,
  RejectReason,
  RestateReason,
  Side,
  TimeInForce,
  TradingState,
} from '../../src/domain/index.ts'
import { emptyVenue, RowBatch } from '../../src/dropcopy/index.ts'
import { EventType, ExecInstBit } from '../../src/wire/index.ts'
import type { TurnBuilder } from './support/turns.ts'
import { aConfiguration, anOrderEvent, aTurn, START_SECONDS } from './support/turns.ts'
import { barRow } from '../../src/dropcopy/bar-row.ts'
import { executionRow } from '../../src/dropcopy/execution-row.ts'
import { anEngine } from '../support/engine-driver.ts'
import { limitsOf } from '../support/risk.ts'

function rowsOf(turn: TurnBuilder): RowBatch {
  const batch = new RowBatch()
  const venue = { ...emptyVenue(), configuration: aConfiguration(), tradingDate: 20261121 }
  batch.add(turn.build(), venue)
  return batch
}

describe('the row of an ExecutionReport', () => {
  it('shows an accepted order with names in place of indexes', () => {
    const { executions } = rowsOf(aTurn().order(EventType.OrderAccepted, 1, anOrderEvent()))

    expect(executions).toEqual([
      {
        exec_id: 1,
        time: '2026-11-21 14:30:00.123456+00',
        nanoseconds: 123_456_789,
        trading_date: '2026-11-21',
        session: 'ACME',
        firm: 'ACME Ltd',
        account: 'ACME-1',
        msg_seq_num: 2,
        order_id: 1,
        order_reference: 1,
        symbol: 'AAPL',
        side: '1',
        ord_type: '2',
        time_in_force: '0',
        exec_type: '0',
        ord_status: '0',
        order_qty: '100',
        price: '182.5000',
        last_qty: null,
        last_px: null,
        cum_qty: 0,
        leaves_qty: 100,
        avg_px: '0.000000',
        cl_ord_id: 'A1',
        orig_cl_ord_id: null,
        match_number: null,
        last_liquidity_ind: null,
        reason: null,
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
        exec_ref_id: null,
        prior_qty: null,
        prior_px: null,
        prior_match: null,
      },
    ])
  })

  it('says why an order was refused, with the numbers of the rule', () => {
    const event = anOrderEvent({
      execType: ExecType.Rejected,
      ordStatus: OrdStatus.Rejected,
      orderId: 0,
      orderReference: 0,
      leavesQty: 0,
      reason: RejectReason.PriceOutsideBand.code,
      textValueA: 1_600_000,
      textValueB: 2_000_050,
    })
    const { executions, orders } = rowsOf(aTurn().order(EventType.OrderRejected, 1, event))

    expect(executions[0]).toMatchObject({
      order_id: null,
      ord_rej_reason: 99,
      exec_restatement_reason: null,
      text: 'Price(44) outside band [160,200.005]',
    })
    expect(orders.size).toBe(0)
  })

  it('has the Text of a risk limit as it stands behind the record', () => {
    const market = anEngine()
    market.setLimits(limitsOf({ venue: { maxOrderNotional: 100_0000 } }))
    market.enter('ACME', 'B1', 'buy 100 @ 182.50')
    const { events } = market.recorded.at(-1)!
    const view = new DataView(events.buffer)
    const row = executionRow(view, 0, {
      configuration: market.configuration,
      tradingDate: 20261123,
    })

    expect(row).toMatchObject({
      exec_type: '8',
      cl_ord_id: 'B1',
      reason: RejectReason.OrderNotionalLimit.code,
      ord_rej_reason: 3,
      text: 'Order exceeds limit: order notional 18250 above 100 of the venue',
    })
  })

  it('says why the exchange ended an order', () => {
    const event = anOrderEvent({
      execType: ExecType.Canceled,
      ordStatus: OrdStatus.Canceled,
      leavesQty: 0,
      reason: CancelReason.Disconnected.code,
    })
    const { executions } = rowsOf(aTurn().order(EventType.OrderCanceled, 1, event))

    expect(executions[0]).toMatchObject({
      ord_rej_reason: null,
      exec_restatement_reason: 99,
      text: 'Cancel on disconnect',
    })
  })

  it('is not made for the answer to a status request, which has no ExecID', () => {
    const event = anOrderEvent({ execId: 0, execType: ExecType.OrderStatus })
    const batch = rowsOf(aTurn().order(EventType.OrderStatusReported, 1, event))

    expect(batch.executions).toEqual([])
    expect(batch.orders.size).toBe(0)
    expect(batch.messages).toMatchObject([{ msg_type: '8', order_id: 1, cl_ord_id: 'A1' }])
  })
})

describe('what an order asks for beyond side, quantity, price and time in force', () => {
  it('stands in the rows of its reports', () => {
    const conditions = {
      minQty: 50,
      maxFloor: 20,
      execInst: ExecInstBit.PostOnly | ExecInstBit.CancelOnFailure,
      expireDate: 20261130,
      expireSeconds: START_SECONDS + 90,
    }
    const turn = aTurn().order(EventType.OrderAccepted, 1, anOrderEvent(), conditions)
    const columns = {
      stop_px: null,
      exec_inst: '6 Q',
      min_qty: '50',
      max_floor: '20',
      expire_date: '2026-11-30',
      expire_time: '2026-11-21 14:31:30+00',
      working: null,
    }

    expect(rowsOf(turn).executions).toMatchObject([columns])
    expect(rowsOf(turn).orders.get(1)).toMatchObject(columns)
  })

  it.each([
    ['an order with numbers that none can have', { stopPx: -2, minQty: -1, maxFloor: -3 }],
    ['a date that is on no calendar', { expireDate: 20260231 }],
    ['no day at all', { expireDate: 4_294_967_295 }],
  ])('leaves out of a refusal: %s', (_, conditions) => {
    const event = anOrderEvent({ execType: ExecType.Rejected, ordType: OrdType.StopLimit })
    const { executions } = rowsOf(aTurn().order(EventType.OrderRejected, 1, event, conditions))

    expect(executions).toMatchObject([
      { stop_px: null, min_qty: null, max_floor: null, expire_date: null, working: null },
    ])
  })
})

describe('the row of a refusal that is kept as printed', () => {
  const refused = (body: string | Uint8Array, execId = 9) =>
    rowsOf(aTurn().message(1, '8', body, execId))

  it('shows what was asked for, however little of it makes sense', () => {
    const body =
      '1=NOBODY|11=X|55=ENRON|54=1|38=100.5|40=K|44=-0090.123450|59=6|103=1|58=Unknown symbol|'
    const { executions } = refused(body)

    expect(executions[0]).toMatchObject({
      exec_id: 9,
      session: 'ACME',
      account: 'NOBODY',
      order_id: null,
      symbol: 'ENRON',
      side: '1',
      ord_type: 'K',
      time_in_force: '6',
      exec_type: '8',
      ord_status: '8',
      order_qty: '100.5',
      price: '-90.123450',
      cum_qty: 0,
      leaves_qty: 0,
      avg_px: '0.000000',
      cl_ord_id: 'X',
      ord_rej_reason: 1,
      text: 'Unknown symbol',
    })
  })

  it('shows the conditions that were asked for', () => {
    const body =
      '11=X|55=AAPL|40=3|99=0180.5|110=10.5|210=20|18=6 Q|432=20261130|126=20261121-14:31:30.250|103=11|'

    expect(refused(body).executions).toMatchObject([
      {
        stop_px: '180.5',
        exec_inst: '6 Q',
        min_qty: '10.5',
        max_floor: '20',
        expire_date: '2026-11-30',
        expire_time: '2026-11-21 14:31:30.25+00',
        working: null,
      },
    ])
  })

  it.each(['432=20260231|126=20261121-25:00:00|', '432=00000000|126=|', '432=9|126=1|'])(
    'keeps no date and no instant that are none: %s',
    (body) => {
      expect(refused(`11=X|${body}`).executions).toMatchObject([
        { expire_date: null, expire_time: null },
      ])
    },
  )

  it.each([
    ['1e9', null],
    ['.', null],
    ['-', null],
    ['', null],
    ['9'.repeat(61), null],
    ['.5', '0.5'],
    ['100.', '100'],
    ['-0.00', '0.00'],
    ['000', '0'],
  ])('keeps the price %j as %j', (price, kept) => {
    expect(refused(`11=X|44=${price}|`).executions[0]?.price).toBe(kept)
  })

  it('keeps text that is UTF-8, other bytes one character each, and NUL as its symbol', () => {
    expect(refused(`11=💥'--|`).executions[0]?.cl_ord_id).toBe("💥'--")
    expect(refused(Buffer.from('3131', 'hex')).executions[0]?.cl_ord_id).toBeNull()
    expect(refused(Buffer.from('31313dff000a01', 'hex')).executions[0]?.cl_ord_id).toBe('ÿ\u2400\n')
  })

  it('is not made for a message without ExecID', () => {
    expect(refused('11=X|', 0).executions).toEqual([])
    expect(refused('11=X|', 0).messages).toMatchObject([{ msg_type: '8', cl_ord_id: 'X' }])
  })
})

describe('the row of an order', () => {
  it('follows it through replacement, fill and cancel, under its current ClOrdID', () => {
    const replaced = {
      execId: 2,
      orderReference: 7,
      originalReference: 1,
      execType: ExecType.Replaced,
      orderQty: 300,
      leavesQty: 300,
      timeInForce: TimeInForce.GoodTillCancel,
      clOrdId: 'A2',
      origClOrdId: 'A1',
      nanoseconds: 200_000_000,
    }
    const canceled = {
      ...replaced,
      execId: 3,
      execType: ExecType.Canceled,
      ordStatus: OrdStatus.Canceled,
      leavesQty: 0,
      clOrdId: 'C1',
      origClOrdId: 'A2',
      nanoseconds: 300_000_000,
    }
    const { orders, orderChain } = rowsOf(
      aTurn()
        .order(EventType.OrderAccepted, 1, anOrderEvent())
        .order(EventType.OrderReplaced, 1, anOrderEvent(replaced))
        .order(EventType.OrderCanceled, 1, anOrderEvent(canceled)),
    )

    expect([...orders.values()]).toEqual([
      {
        order_id: 1,
        order_reference: 7,
        trading_date: '2026-11-21',
        session: 'ACME',
        firm: 'ACME Ltd',
        account: 'ACME-1',
        symbol: 'AAPL',
        side: '1',
        ord_type: '2',
        time_in_force: '1',
        ord_status: '4',
        order_qty: '300',
        price: '182.5000',
        cum_qty: 0,
        leaves_qty: 0,
        avg_px: '0.000000',
        cl_ord_id: 'A2',
        first_time: '2026-11-21 14:30:00.123456+00',
        first_nanoseconds: 123_456_789,
        last_time: '2026-11-21 14:30:00.3+00',
        last_nanoseconds: 300_000_000,
        last_exec_id: 3,
        stop_px: null,
        exec_inst: null,
        min_qty: null,
        max_floor: null,
        expire_date: null,
        expire_time: null,
        working: null,
      },
    ])
    const common = { order_id: 1, session: 'ACME', trading_date: '2026-11-21' }
    const second = '2026-11-21 14:30:00'
    expect(orderChain).toEqual([
      {
        ...common,
        exec_id: 1,
        cl_ord_id: 'A1',
        orig_cl_ord_id: null,
        time: `${second}.123456+00`,
        nanoseconds: 123_456_789,
      },
      {
        ...common,
        exec_id: 2,
        cl_ord_id: 'A2',
        orig_cl_ord_id: 'A1',
        time: `${second}.2+00`,
        nanoseconds: 200_000_000,
      },
      {
        ...common,
        exec_id: 3,
        cl_ord_id: 'C1',
        orig_cl_ord_id: 'A2',
        time: `${second}.3+00`,
        nanoseconds: 300_000_000,
      },
    ])
  })

  it('takes no further ClOrdID when it is canceled unasked or carried to a new day', () => {
    const { orderChain } = rowsOf(
      aTurn()
        .order(EventType.OrderAccepted, 1, anOrderEvent())
        .order(EventType.OrderCarried, 1, anOrderEvent({ execId: 0 }))
        .order(
          EventType.OrderCanceled,
          1,
          anOrderEvent({ execId: 2, execType: ExecType.Canceled, leavesQty: 0 }),
        ),
    )

    expect(orderChain.map((row) => row.exec_id)).toEqual([1])
  })

  it('keeps its last ExecID when it is carried to a new day without a report', () => {
    const { orders, executions } = rowsOf(
      aTurn()
        .order(EventType.OrderAccepted, 1, anOrderEvent())
        .order(EventType.OrderCarried, 1, anOrderEvent({ execId: 0, orderReference: 5 })),
    )

    expect(executions).toHaveLength(1)
    expect(orders.get(1)).toMatchObject({ order_reference: 5, last_exec_id: 1 })
  })
})

describe('the row of an order that waits for its price', () => {
  const stop = anOrderEvent({ ordType: OrdType.Stop, price: 0 })
  const triggered = anOrderEvent({
    ...stop,
    execId: 2,
    execType: ExecType.Restated,
    reason: RestateReason.Triggered.code,
  })
  const accepted = aTurn().order(EventType.OrderAccepted, 1, stop, {
    stopPx: 1_830_000,
    isWaiting: 1,
  })

  it('is not working before it is triggered', () => {
    const { executions, orders } = rowsOf(accepted)

    expect(executions).toMatchObject([{ ord_type: '3', stop_px: '183.0000', working: false }])
    expect(orders.get(1)).toMatchObject({ ord_type: '3', stop_px: '183.0000', working: false })
  })

  it('works from the report on that says so', () => {
    const { executions, orders } = rowsOf(
      aTurn()
        .order(EventType.OrderAccepted, 1, stop, { stopPx: 1_830_000, isWaiting: 1 })
        .order(EventType.OrderRestated, 1, triggered, { stopPx: 1_830_000 }),
    )

    expect(executions[1]).toMatchObject({
      exec_type: 'D',
      working: true,
      exec_restatement_reason: 99,
      text: 'Triggered',
    })
    expect(orders.get(1)).toMatchObject({ working: true, ord_status: '0', last_exec_id: 2 })
  })
})

describe('the row of an order that is only told about', () => {
  it('follows the next part of an iceberg to its place on the feed, without an execution', () => {
    const iceberg = { maxFloor: 20 }
    const { executions, orders } = rowsOf(
      aTurn()
        .order(EventType.OrderAccepted, 1, anOrderEvent(), iceberg)
        .order(
          EventType.OrderDisplayed,
          1,
          anOrderEvent({ execId: 0, orderReference: 8, execType: ExecType.Restated }),
          iceberg,
        ),
    )

    expect(executions.map(({ exec_id }) => exec_id)).toEqual([1])
    expect(orders.get(1)).toMatchObject({ order_reference: 8, last_exec_id: 1, max_floor: '20' })
  })

  it('is not what a pending report says, which has a row of its own', () => {
    const pending = {
      execId: 2,
      execType: ExecType.PendingReplace,
      ordStatus: OrdStatus.PendingReplace,
      clOrdId: 'A2',
      origClOrdId: 'A1',
    }
    const { executions, orders } = rowsOf(
      aTurn()
        .order(EventType.OrderAccepted, 1, anOrderEvent())
        .order(EventType.OrderPending, 1, anOrderEvent(pending)),
    )

    expect(executions.map(({ ord_status }) => ord_status)).toEqual(['0', 'E'])
    expect(orders.get(1)).toMatchObject({ ord_status: '0', cl_ord_id: 'A1', last_exec_id: 1 })
  })
})

describe('the row of a trade', () => {
  it('has both sides of the match and names the aggressor', () => {
    const turn = aTurn().match({ matchNumber: 4, execId: 10, buyOrder: 1, sellOrder: 2 })

    expect(rowsOf(turn).trades).toEqual([
      {
        match_number: 4,
        time: '2026-11-21 14:30:00.123456+00',
        nanoseconds: 123_456_789,
        trading_date: '2026-11-21',
        symbol: 'AAPL',
        price: '182.5000',
        quantity: 100,
        aggressor_side: '2',
        buy_order_id: 1,
        buy_exec_id: 10,
        buy_session: 'ACME',
        buy_firm: 'ACME Ltd',
        buy_account: 'ACME-1',
        buy_cl_ord_id: 'A1',
        sell_order_id: 2,
        sell_exec_id: 11,
        sell_session: 'GLOBEX',
        sell_firm: 'GLOBEX Ltd',
        sell_account: 'GLOBEX-1',
        sell_cl_ord_id: 'S2',
      },
    ])
  })

  it('of an auction has no aggressor, whose price and shares its bars have as of any trade', () => {
    const auction = { matchNumber: 4, execId: 10, buyOrder: 1, sellOrder: 2 }
    const by = { requestId: 'desk/1', by: 'desk', why: 'news is out' }
    const turn = aTurn()
      .operate({ ...by, action: 'resume', symbol: 'AAPL' })
      .auction(auction, 1_825_500)
      .cross(5, 100, 1_825_500)
      .state(TradingState.Trading)
    const { trades, bars, executions, messages, sessions } = rowsOf(turn)

    expect(trades).toMatchObject([
      {
        match_number: 4,
        price: '182.5500',
        quantity: 100,
        aggressor_side: null,
        buy_order_id: 1,
        sell_order_id: 2,
      },
    ])
    expect(executions.map((row) => [row.side, row.last_px, row.last_liquidity_ind])).toEqual([
      ['1', '182.5500', null],
      ['2', '182.5500', null],
    ])
    expect(Array.from(bars.values(), barRow)).toMatchObject([
      { width: '1s', open: '182.5500', close: '182.5500', volume: 100, trades: 1 },
      { width: '1m', open: '182.5500', close: '182.5500', volume: 100, trades: 1 },
    ])
    expect([messages, sessions]).toEqual([[], []])
  })

  it('cannot have one side only', () => {
    const half = anOrderEvent({ matchNumber: 4, execType: ExecType.Trade, side: Side.Sell })

    expect(() => rowsOf(aTurn().order(EventType.OrderExecuted, 1, half))).toThrow(
      'both sides of every match are in one turn',
    )
  })
})

describe('the rows of sessions, days and configurations', () => {
  it('shows logon, logout, disconnect and reset in order, with the reasons', () => {
    const { sessions } = rowsOf(
      aTurn()
        .message(1, 'A', '98=0|108=30|141=Y|')
        .message(1, '0', '')
        .message(1, '5', '58=MsgSeqNum too low|')
        .disconnect(1, 'connection closed')
        .reset(2),
    )

    const seen = sessions.map((row) => [row.event_index, row.session, row.event, row.reason])
    expect(seen).toEqual([
      [0, 'ACME', 'logon', null],
      [2, 'ACME', 'logout', 'MsgSeqNum too low'],
      [3, 'ACME', 'disconnect', 'connection closed'],
      [4, 'GLOBEX', 'reset', null],
    ])
    expect(sessions[0]).toMatchObject({
      group_number: 1,
      firm: 'ACME Ltd',
      sequence_reset: true,
      graceful: null,
      msg_seq_num: 7,
      expected_msg_seq_num: 9,
    })
    expect(sessions[2]).toMatchObject({ graceful: false, msg_seq_num: null })
  })

  it('takes names and dates from the configuration and the day of the journal itself', () => {
    const batch = new RowBatch()
    const venue = emptyVenue()
    const turn = aTurn()
      .configure(aConfiguration())
      .openDay(20261123)
      .order(EventType.OrderAccepted, 2, anOrderEvent({ locate: 2 }))
    batch.add(turn.build(), venue)

    expect(batch.executions[0]).toMatchObject({
      session: 'GLOBEX',
      symbol: 'MSFT',
      trading_date: '2026-11-23',
    })
    expect(JSON.parse(batch.configurations[0]!.configuration)).toEqual(aConfiguration())
    expect(venue).toMatchObject({ configuration: aConfiguration(), tradingDate: 20261123 })
  })
})
