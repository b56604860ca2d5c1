import { describe, expect, it } from 'vitest'
import { OrdType, Side, TimeInForce } from '../../src/domain/index.ts'
import { countJournal, describeRecord, recordName } from '../../src/journal/index.ts'
import {
  CommandType,
  CONDITIONS_BIT,
  EventType,
  ExecInstBit,
  RecordBuffer,
  applyConfiguration,
  encodeConfiguration,
  encodeDayPlan,
  enterOrder,
  orderConditions,
  orderEvent,
  planDay,
  recordLength,
  replaceOrder,
  setRecordFeed,
  statusTail,
  systemEventSignaled,
} from '../../src/wire/index.ts'
import type { DayPlan } from '../../src/wire/index.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { aJournal, openJournal, putCommand } from './turns.ts'
import { aTurn } from '../dropcopy/support/turns.ts'
import { anEngine } from '../support/engine-driver.ts'
import { limitsOf } from '../support/risk.ts'

const event = {
  msgSeqNum: 0,
  expectedMsgSeqNum: 0,
  previousPosition: 0,
  epochSeconds: 7,
  nanoseconds: 8,
}

describe('describeRecord', () => {
  it('prints an order as its fields', () => {
    const records = new RecordBuffer(64)
    const at = records.append(CommandType.EnterOrder, 3, enterOrder.length)
    const order = {
      orderQty: 100,
      price: 1_825_000,
      side: Side.Buy,
      ordType: OrdType.Limit,
      timeInForce: TimeInForce.Day,
    }
    const rest = { expectedMsgSeqNum: 9, locate: 1, account: 0, possResend: 0, clOrdId: 'A-1' }
    enterOrder.encode(records.view, at, { ...order, ...rest })
    expect(describeRecord(records.view, at)).toEqual({
      record: 'EnterOrder',
      session: 3,
      ...rest,
      orderQty: 100,
      price: 1_825_000,
      side: '1',
      ordType: '2',
      timeInForce: '0',
    })
  })

  it('prints what an order asks for beyond its own fields, where it does', () => {
    const length = orderEvent.length + orderConditions.length
    const records = new RecordBuffer(2 * length)
    const conditions = {
      stopPx: 1_830_000,
      minQty: 0,
      maxFloor: 20,
      expireDate: 20261130,
      expireSeconds: 0,
      execInst: ExecInstBit.PostOnly | ExecInstBit.AllOrNone,
      stpInstruction: 0,
      isWaiting: 1,
      stpGroup: '',
    }
    for (const [type, layout] of [
      [CommandType.EnterOrder, enterOrder],
      [CommandType.ReplaceOrder, replaceOrder],
      [EventType.OrderRestated, orderEvent],
    ] as const) {
      const plainAt = records.append(type, 1, layout.length)
      expect(describeRecord(records.view, plainAt)).not.toHaveProperty('conditions')

      const at = records.append(type, 1, layout.length + orderConditions.length)
      if (layout === orderEvent) {
        records.view.setUint8(at + orderEvent.offsets.dialect, CONDITIONS_BIT)
      }
      orderConditions.encode(records.view, at + layout.length, conditions)
      expect(describeRecord(records.view, at)).toMatchObject({
        conditions: { ...conditions, execInst: '6 G' },
      })
    }
  })

  it('prints the feed message of an event and leaves reserved fields out', () => {
    const records = new RecordBuffer(64)
    const at = records.append(EventType.SystemEventSignaled, 0, systemEventSignaled.length)
    const reserved = { reserved: 0, reserved2: 0, reserved3: 0 }
    systemEventSignaled.encode(records.view, at, { ...event, eventCode: 0x4f, ...reserved })
    setRecordFeed(records.view, at, 0x53)
    expect(describeRecord(records.view, at)).toEqual({
      record: 'SystemEventSignaled',
      session: 0,
      feed: 'S',
      eventCode: 'O',
      ...event,
    })
  })

  it('prints what operations asked for and what became of it, and what an auction came to', () => {
    const asked = {
      requestId: 'alice/1',
      by: 'alice',
      why: 'news',
      action: 'resume',
      symbol: 'AAPL',
    } as const
    const refused = { ...asked, refused: 'it trades already' }
    const { commands, events } = aTurn().operate(refused).cross(7, 300, 1_825_500)
    const crossAt = recordLength(events.view, 0)

    expect(describeRecord(commands.view, 0)).toEqual({
      record: 'Operate',
      session: 0,
      operation: asked,
    })
    expect(describeRecord(events.view, 0)).toMatchObject({
      record: 'OperatorActed',
      operation: refused,
    })
    expect(describeRecord(events.view, crossAt)).toMatchObject({
      record: 'CrossExecuted',
      feed: 'Q',
      shares: 300,
      matchNumber: 7,
      price: 1_825_500,
      locate: 1,
      crossType: 'H',
    })
  })

  it('prints a body with bars for SOH', () => {
    const records = new RecordBuffer(64)
    const at = putCommand(records, '58=no\x01')
    expect(describeRecord(records.view, at)).toEqual({
      record: 'SendMessage',
      session: 1,
      expectedMsgSeqNum: 0,
      msgType: '3',
      body: '58=no|',
    })
  })

  it('prints what a status repeats of its request', () => {
    const records = new RecordBuffer(256)
    const body = '584=M1\x01'
    const type = EventType.OrderStatusReported
    const at = records.append(type, 1, orderEvent.length + statusTail.length + body.length)
    const tailAt = at + orderEvent.length
    const place = { totNumReports: 3, lastRptRequested: 1, reserved: 0 }
    statusTail.encode(records.view, tailAt, { ...place, bodyLength: body.length })
    records.bytes.set(Buffer.from(body), tailAt + statusTail.length)
    expect(describeRecord(records.view, at)).toMatchObject({
      record: 'OrderStatusReported',
      leavesQty: 0,
      totNumReports: 3,
      lastRptRequested: 1,
      body: '584=M1|',
    })
  })

  it('prints a configuration as data', () => {
    const configuration = {
      compId: 'BUTTONWOOD',
      instruments: [],
      sessions: [],
      ordersPerDayMax: 1,
      ordersPerCommandMax: 1000,
    }
    const body = encodeConfiguration(configuration)
    const records = new RecordBuffer(64)
    const at = records.append(
      CommandType.ApplyConfiguration,
      0,
      applyConfiguration.length + body.length,
    )
    applyConfiguration.encode(records.view, at, { bodyLength: body.length, operationLength: 0 })
    records.bytes.set(body, at + applyConfiguration.length)
    expect(describeRecord(records.view, at)).toEqual({
      record: 'ApplyConfiguration',
      session: 0,
      configuration,
    })
  })

  it('prints what operations asked for with the configuration that does it', () => {
    const market = anEngine()
    const split = { action: 'split', symbol: 'AAPL', into: 2, from: 1 } as const
    market.operate(split, 'alice/1')
    const [turn] = market.recorded.slice(-1)
    const asked = { requestId: 'alice/1', by: 'ops', why: 'test', ...split }

    expect(describeRecord(new DataView(turn!.commands.buffer), 0)).toEqual({
      record: 'ApplyConfiguration',
      session: 0,
      configuration: market.engine.configuration,
      operation: asked,
    })
    expect(describeRecord(new DataView(turn!.events.buffer), 0)).toMatchObject({
      record: 'OperatorActed',
      operation: asked,
    })
  })

  it('prints risk limits, and the Text of a refusal by one', () => {
    const market = anEngine()
    const limits = limitsOf({ 'firm ACME': { maxOrderQty: 10 } })
    market.setLimits(limits)
    market.enter('ACME', 'B1', 'buy 11 @ 182.50')
    const [set, refused] = market.recorded.slice(-2)

    const viewOf = (bytes: Uint8Array<ArrayBuffer>): DataView => new DataView(bytes.buffer)
    expect(describeRecord(viewOf(set!.commands), 0)).toEqual({
      record: 'SetRiskLimits',
      session: 0,
      limits,
    })
    expect(describeRecord(viewOf(refused!.events), 0)).toMatchObject({
      record: 'OrderRejected',
      text: 'Order exceeds limit: order quantity 11 above 10 of firm ACME',
    })
  })

  it('prints the plan of a day as data', () => {
    const plan: DayPlan = { phases: [{ group: '', phase: 'continuous', seconds: 1_795_444_200 }] }
    const body = encodeDayPlan(plan)
    const records = new RecordBuffer(64)
    const at = records.append(CommandType.PlanDay, 0, planDay.length + body.length)
    planDay.encode(records.view, at, { bodyLength: body.length, reserved: 0 })
    records.bytes.set(body, at + planDay.length)

    expect(describeRecord(records.view, at)).toEqual({ record: 'PlanDay', session: 0, plan })
  })

  it('knows every type of command and event', () => {
    const { ApplyConfiguration, SetRiskLimits, Operate, PlanDay } = CommandType
    const withJson: readonly number[] = [
      ApplyConfiguration,
      SetRiskLimits,
      Operate,
      PlanDay,
      EventType.OperatorActed,
    ]
    for (const [name, type] of Object.entries({ ...CommandType, ...EventType })) {
      const records = new RecordBuffer(64)
      if (withJson.includes(type)) continue
      const at = records.append(type, 0, 256)
      expect(recordName(type)).toBe(name)
      expect(describeRecord(records.view, at)).not.toHaveProperty('bytes')
    }
  })

  it('prints the size of a record that a newer version wrote', () => {
    const records = new RecordBuffer(64)
    const at = records.append(200, 2, 24)
    expect(describeRecord(records.view, at)).toEqual({
      record: 'Unknown(200)',
      session: 2,
      bytes: 24,
    })
  })
})

describe('countJournal', () => {
  it('counts groups, records, bytes, and the time they span', () => {
    const { disk, journal } = aJournal(40)
    const sizes = Array.from(journal.groups(), (group) => group.length)
    expect(countJournal(openJournal(disk).groups())).toEqual({
      groups: 40,
      bytes: journal.nextPosition,
      commands: 40,
      events: 40,
      records: { SendMessage: 40, MessageSent: 40 },
      largestGroupBytes: Math.max(...sizes),
      run: 1,
      firstTime: '2027-01-15T08:00:01.000000001Z',
      lastTime: '2027-01-15T08:00:40.000000040Z',
    })
  })

  it('counts nothing in an empty journal', () => {
    expect(countJournal(openJournal(new MemoryDisk()).groups())).toMatchObject({
      groups: 0,
      records: {},
      firstTime: undefined,
    })
  })
})
