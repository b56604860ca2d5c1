/**
 * Event records: what happened, with everything that a FIX report, a feed message and a database
 * row are printed from. Past-tense names. An event prints at most one FIX message (on its
 * session, if msgSeqNum > 0) and at most one ITCH message (if the record's feed byte is set).
 *
 * `previousPosition` is the journal position of the session's previous event with a msgSeqNum;
 * 0 at the session's first message since its last reset (position 0 never holds an event).
 */
import { RECORD } from './commands.ts'
import { compileCodec } from './compile-codec.ts'
import type { FieldType, FlyweightOf, Layout } from './layout.ts'
import { recordLength, recordType } from './record-buffer.ts'
import { i32, text, u16, u32, u64, u8 } from './layout.ts'
import { orderConditions } from './order-conditions.ts'
import { dayQuantities } from './order-tails.ts'
import { hasConditions, hasDayQuantities } from './report-options.ts'

export const EventType = {
  OrderAccepted: 64,
  OrderRejected: 65,
  OrderExecuted: 66,
  OrderCanceled: 67,
  OrderReplaced: 68,
  OrderExpired: 69,
  OrderRestated: 70,
  OrderStatusReported: 71,
  /** A good-till-cancel order put on the new day's feed: no FIX message. */
  OrderCarried: 72,
  /** ExecType(150) A, 6 or E, for sessions that want to hear of it: the answer is the next event. */
  OrderPending: 73,
  /** An order, or the next part of an iceberg, put on the feed: no FIX message. */
  OrderDisplayed: 74,
  /** Operations took a trade back, or told it anew: a report for each side. */
  ExecutionBusted: 75,
  ExecutionCorrected: 76,
  CancelRejected: 80,
  MessageSent: 81,
  SessionDisconnected: 82,
  SequenceReset: 83,
  MassCancelReported: 84,
  DontKnowTradeReceived: 85,
  TradingDayOpened: 96,
  SystemEventSignaled: 97,
  InstrumentListed: 98,
  TradingStateChanged: 99,
  CrossExecuted: 100,
  OperatorActed: 101,
  ImbalanceTold: 102,
  TradeBroken: 103,
  TradeTold: 104,
  BreakerLevelsTold: 110,
  BreakerSignaled: 111,
  AuctionCollarTold: 112,
} as const

// prettier-ignore
const header = [
  ['msgSeqNum',         u32],  // outbound MsgSeqNum(34); 0 = no message
  ['expectedMsgSeqNum', u32],  // inbound MsgSeqNum(34) expected after it
  ['previousPosition',  u64],
  ['epochSeconds',      u32],  // sequenced time: SendingTime(52), TransactTime(60), ITCH timestamp
  ['nanoseconds',       u32],
] as const satisfies readonly (readonly [string, FieldType])[]

/** What every event starts with: enough to walk a session's messages. */
export const eventHeader = compileCodec(
  { name: 'EventHeader', type: 0, fields: header } as const satisfies Layout,
  RECORD,
)

// One ExecutionReport(8). Order events share this layout; the record type and execType tell them apart.
// `orderConditions` follow if the order has any.
// prettier-ignore
export const orderEvent = compileCodec({
  name: 'OrderEvent', type: EventType.OrderAccepted,
  fields: [
    ...header,
    ['execId',            u64],  // ExecID(17); 0 for status answers and OrderCarried
    ['orderId',           u64],  // OrderID(37); 0 prints NONE
    ['orderReference',    u64],  // current ITCH order reference, SecondaryOrderID(198)
    ['originalReference', u64],  // OrderReplaced: the reference that left the feed (D, U)
    ['matchNumber',       u64],  // OrderExecuted: ITCH match number, SecondaryExecID(527)
    ['avgPx',             u64],  // 1/1,000,000
    ['price',             i32],  // 1/10,000; 0 = market
    ['orderQty',          i32],
    ['cumQty',            i32],
    ['leavesQty',         i32],
    ['lastQty',           i32],
    ['lastPx',            i32],
    ['feedShares',        i32],  // shares in the feed message: added, executed or taken off
    ['textValueA',        i32],  // {a} and {b} of the reason's Text(58)
    ['textValueB',        i32],
    ['locate',            u16],
    ['account',           u16],  // index + 1 in the session's account list; 0 = none
    ['side',              u8],
    ['ordType',           u8],
    ['timeInForce',       u8],
    ['execType',          u8],
    ['ordStatus',         u8],
    ['reason',            u8],   // code of domain/reasons.ts; 0 = none
    ['lastLiquidityInd',  u8],
    ['dialect',           u8],   // report-options.ts
    ['clOrdId',           text(20)],
    ['origClOrdId',       text(20)],
  ],
} as const satisfies Layout, RECORD)

// What an OrderStatusReported that answers a request has behind the order and its conditions.
// `body` holds the request's own id, 790 or 584, as it is printed.
export const statusTail = compileCodec(
  {
    name: 'StatusTail',
    type: EventType.OrderStatusReported,
    fields: [
      ['totNumReports', u32], // TotNumReports(911); 0 = the only one of its request
      ['lastRptRequested', u8], // 1 = LastRptRequested(912)=Y
      ['reserved', u8],
      ['bodyLength', u16],
    ],
  } as const satisfies Layout,
  { byteOrder: 'little', start: 0 },
)

// One OrderCancelReject(9).
// prettier-ignore
export const cancelRejected = compileCodec({
  name: 'CancelRejected', type: EventType.CancelRejected,
  fields: [
    ...header,
    ['orderId',           u64],  // 0 prints NONE
    ['textValueA',        i32],
    ['textValueB',        i32],
    ['account',           u16],
    ['ordStatus',         u8],   // the order's state after the reject
    ['reason',            u8],   // CancelRejectReason code
    ['cxlRejResponseTo',  u8],
    ['dialect',           u8],   // report-options.ts
    ['bodyLength',        u16],  // fields printed as they are, when the acceptor refused: 102, 58, bad 11 or 41
    ['clOrdId',           text(20)],
    ['origClOrdId',       text(20)],  // last accepted ClOrdID of the order; as sent when unknown
  ],
} as const satisfies Layout, RECORD)

// One OrderMassCancelReport(r); the reports of its orders follow.
// prettier-ignore
export const massCancelReported = compileCodec({
  name: 'MassCancelReported', type: EventType.MassCancelReported,
  fields: [
    ...header,
    ['orderId',               u64],  // of the request, from the numbers of orders; 0 prints NONE
    ['totalAffectedOrders',   u32],
    ['bodyLength',            u16],  // fields printed as they are
    ['massCancelRequestType', u8],
    ['reason',                u8],   // MassCancelRejectReason code; 0 = accepted
    ['dialect',               u8],   // report-options.ts
    ['reserved',              u8],
    ['reserved2',             u16],
    ['clOrdId',               text(20)],
  ],
} as const satisfies Layout, RECORD)

// A message whose fields after the header are stored as they are printed. An 8 (RefuseOrder) is
// printed as OrderID NONE, its ExecID, ExecType 8 (I without ExecID), OrdStatus 8, zero quantities,
// then the body.
// prettier-ignore
export const messageSent = compileCodec({
  name: 'MessageSent', type: EventType.MessageSent,
  fields: [
    ...header,
    ['execId',            u64],  // ExecID(17) of an 8, 0 for a status and for other messages
    ['msgType',           u8],
    ['reset',             u8],   // 1 = this Logon started the session's numbers again
    ['bodyLength',        u16],
    ['dialect',           u8],   // report-options.ts
    ['reserved',          u8],
    ['reserved2',         u16],
  ],
} as const satisfies Layout, RECORD)

// A counterparty does not know a trade that it was told: no message, and the trade stands.
// prettier-ignore
export const dontKnowTradeReceived = compileCodec({
  name: 'DontKnowTradeReceived', type: EventType.DontKnowTradeReceived,
  fields: [
    ...header,
    ['execId',            u64],
    ['orderId',           u64],
    ['dkReason',          u8],   // DKReason(127)
    ['reserved',          u8],
    ['bodyLength',        u16],  // Text(58) of the counterparty
    ['reserved2',         u32],
  ],
} as const satisfies Layout, RECORD)

// prettier-ignore
export const sessionDisconnected = compileCodec({
  name: 'SessionDisconnected', type: EventType.SessionDisconnected,
  fields: [
    ...header,
    ['graceful',          u8],
    ['reserved',          u8],
    ['bodyLength',        u16],  // reason, ASCII
    ['reserved2',         u32],
  ],
} as const satisfies Layout, RECORD)

// prettier-ignore
export const sequenceReset = compileCodec({
  name: 'SequenceReset', type: EventType.SequenceReset,
  fields: [...header],
} as const satisfies Layout, RECORD)

// A new MoldUDP64 session: the next feed message has sequence number 1.
// prettier-ignore
export const tradingDayOpened = compileCodec({
  name: 'TradingDayOpened', type: EventType.TradingDayOpened,
  fields: [
    ...header,
    ['tradingDate',       u32],
    ['midnightSeconds',   u32],  // ITCH timestamps count from here
    ['feedSession',       text(10)],
    ['reserved',          u16],
    ['reserved2',         u32],
  ],
} as const satisfies Layout, RECORD)

// ITCH S.
// prettier-ignore
export const systemEventSignaled = compileCodec({
  name: 'SystemEventSignaled', type: EventType.SystemEventSignaled,
  fields: [
    ...header,
    ['eventCode',         u8],   // O S Q M E C
    ['reserved',          u8],
    ['reserved2',         u16],
    ['reserved3',         u32],
  ],
} as const satisfies Layout, RECORD)

// ITCH R. The first of a trading day says on which channel of the feed the instrument is that day.
// prettier-ignore
export const instrumentListed = compileCodec({
  name: 'InstrumentListed', type: EventType.InstrumentListed,
  fields: [
    ...header,
    ['symbol',            text(8)],
    ['lotSize',           i32],
    ['locate',            u16],
    ['channel',           u16],  // 0..CHANNELS_MAX - 1
  ],
} as const satisfies Layout, RECORD)

// ITCH H.
// prettier-ignore
export const tradingStateChanged = compileCodec({
  name: 'TradingStateChanged', type: EventType.TradingStateChanged,
  fields: [
    ...header,
    ['symbol',            text(8)],
    ['reason',            text(4)],
    ['locate',            u16],
    ['tradingState',      u8],   // H P Q T
    ['reserved',          u8],
  ],
} as const satisfies Layout, RECORD)

// ITCH Q: behind the executions of an auction, also when nothing crossed.
// prettier-ignore
export const crossExecuted = compileCodec({
  name: 'CrossExecuted', type: EventType.CrossExecuted,
  fields: [
    ...header,
    ['shares',            u64],
    ['matchNumber',       u64],  // its own, from the numbers of executions
    ['price',             i32],  // 1/10,000; 0 when nothing crossed
    ['locate',            u16],
    ['crossType',         u8],   // O C H
    ['reserved',          u8],
  ],
} as const satisfies Layout, RECORD)

// ITCH I: what an auction would give if it were now.
// prettier-ignore
export const imbalanceTold = compileCodec({
  name: 'ImbalanceTold', type: EventType.ImbalanceTold,
  fields: [
    ...header,
    ['pairedShares',      u64],
    ['imbalanceShares',   u64],
    ['price',             i32],  // 1/10,000; 0 when nothing crosses
    ['referencePrice',    i32],
    ['locate',            u16],
    ['direction',         u8],   // B S N; O when nothing crosses
    ['crossType',         u8],   // O C H
    ['priceVariation',    u8],   // L, 1 to 9, A, B, C; a space when nothing crosses
    ['reserved',          u8],
    ['reserved2',         u16],
  ],
} as const satisfies Layout, RECORD)

// ITCH B: a trade of the day is taken off the tape.
// prettier-ignore
export const tradeBroken = compileCodec({
  name: 'TradeBroken', type: EventType.TradeBroken,
  fields: [
    ...header,
    ['matchNumber',       u64],
    ['locate',            u16],
    ['reserved',          u16],
    ['reserved2',         u32],
  ],
} as const satisfies Layout, RECORD)

// ITCH P: a corrected trade, behind the TradeBroken of what it was.
// prettier-ignore
export const tradeTold = compileCodec({
  name: 'TradeTold', type: EventType.TradeTold,
  fields: [
    ...header,
    ['matchNumber',       u64],
    ['shares',            i32],
    ['price',             i32],  // 1/10,000
    ['locate',            u16],
    ['reserved',          u16],
    ['reserved2',         u32],
  ],
} as const satisfies Layout, RECORD)

// ITCH J: between which prices the auction that is waited for executes in the end.
// prettier-ignore
export const auctionCollarTold = compileCodec({
  name: 'AuctionCollarTold', type: EventType.AuctionCollarTold,
  fields: [
    ...header,
    ['referencePrice',    i32],  // 1/10,000, and so are both ends, which are allowed
    ['low',               i32],
    ['high',              i32],
    ['extensions',        u32],  // so far
    ['locate',            u16],
    ['reserved',          u16],
    ['reserved2',         u32],
  ],
} as const satisfies Layout, RECORD)

// ITCH V: where the breaker's levels are on a trading day. Index values have eight implied decimals.
// prettier-ignore
export const breakerLevelsTold = compileCodec({
  name: 'BreakerLevelsTold', type: EventType.BreakerLevelsTold,
  fields: [
    ...header,
    ['index',             u64],  // when the day opened: the levels are so far below it
    ['level1',            u64],
    ['level2',            u64],
    ['level3',            u64],
  ],
} as const satisfies Layout, RECORD)

// ITCH W: the index has reached a level. Level 0 says that the halt of the market is over: no message.
// prettier-ignore
export const breakerSignaled = compileCodec({
  name: 'BreakerSignaled', type: EventType.BreakerSignaled,
  fields: [
    ...header,
    ['index',             u64],  // eight implied decimals
    ['level',             u8],   // 1 2 3
    ['reserved',          u8],
    ['reserved2',         u16],
    ['reserved3',         u32],
  ],
} as const satisfies Layout, RECORD)

// Operations did something, or was refused: JSON of OperatorRecord.
// prettier-ignore
export const operatorActed = compileCodec({
  name: 'OperatorActed', type: EventType.OperatorActed,
  fields: [
    ...header,
    ['bodyLength',        u32],
    ['reserved',          u32],
  ],
} as const satisfies Layout, RECORD)

export type OrderEventRecord = FlyweightOf<typeof orderEvent.layout>
export type CancelRejectedRecord = FlyweightOf<typeof cancelRejected.layout>
export type MessageSentRecord = FlyweightOf<typeof messageSent.layout>
export type EventHeaderRecord = FlyweightOf<typeof eventHeader.layout>

/** Where the conditions of an order event stand; -1 when its order has none. */
export const eventConditionsAt = (view: DataView, at: number): number =>
  hasConditions(view.getUint8(at + orderEvent.offsets.dialect)) ? at + orderEvent.length : -1

/** Where `dayQuantities` stand; -1 when there are none. */
export const dayQuantitiesAt = (view: DataView, at: number): number =>
  hasDayQuantities(view.getUint8(at + orderEvent.offsets.dialect)) ? behindConditions(view, at) : -1

/** Where `statusTail` or `executionRef` stands in an order event that has it. */
export const orderTailAt = (view: DataView, at: number): number => {
  const day = dayQuantitiesAt(view, at)
  return day < 0 ? behindConditions(view, at) : day + dayQuantities.length
}

const behindConditions = (view: DataView, at: number): number =>
  (eventConditionsAt(view, at) < 0 ? at : at + orderConditions.length) + orderEvent.length

/** Whether the event is of an execution that was busted or corrected: `executionRef` follows. */
export const hasExecutionRef = (type: number): boolean =>
  type === EventType.ExecutionBusted || type === EventType.ExecutionCorrected

/** Whether a status answers a request of its own, so that `statusTail` stands behind it. */
export const hasStatusTail = (view: DataView, at: number): boolean =>
  recordType(view, at) === EventType.OrderStatusReported &&
  at + recordLength(view, at) >= orderTailAt(view, at) + statusTail.length

const { locate: ORDER_LOCATE } = orderEvent.offsets
const { locate: LISTED_LOCATE } = instrumentListed.offsets
const { locate: STATE_LOCATE } = tradingStateChanged.offsets
const { locate: CROSS_LOCATE } = crossExecuted.offsets
const { locate: IMBALANCE_LOCATE } = imbalanceTold.offsets
const { locate: BROKEN_LOCATE } = tradeBroken.offsets
const { locate: TOLD_LOCATE } = tradeTold.offsets
const { locate: COLLAR_LOCATE } = auctionCollarTold.offsets

/** Stock locate of an event with a feed byte; 0 for what is about no instrument: system events and the breaker. */
export function feedLocate(view: DataView, at: number): number {
  const type = recordType(view, at)
  if (isOrderEvent(type)) return view.getUint16(at + ORDER_LOCATE, true)
  if (type === EventType.InstrumentListed) return view.getUint16(at + LISTED_LOCATE, true)
  if (type === EventType.CrossExecuted) return view.getUint16(at + CROSS_LOCATE, true)
  if (type === EventType.TradeBroken) return view.getUint16(at + BROKEN_LOCATE, true)
  if (type === EventType.TradeTold) return view.getUint16(at + TOLD_LOCATE, true)
  if (type === EventType.ImbalanceTold) return view.getUint16(at + IMBALANCE_LOCATE, true)
  if (type === EventType.AuctionCollarTold) return view.getUint16(at + COLLAR_LOCATE, true)
  return type === EventType.TradingStateChanged ? view.getUint16(at + STATE_LOCATE, true) : 0
}

/** True for the record types that hold an ExecutionReport in the orderEvent layout. */
export const isOrderEvent = (type: number): boolean =>
  type >= EventType.OrderAccepted && type <= EventType.ExecutionCorrected
