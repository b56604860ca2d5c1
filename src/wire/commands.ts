/**
 * Command records: the inputs of the exchange, what was asked, on which session. The engine
 * executes them in the order of the journal; nothing else changes its state. Imperative names.
 *
 * `expectedMsgSeqNum` is the inbound MsgSeqNum(34) that the session expects after this message,
 * so that a restart knows where the client stands; 0 leaves what is known unchanged.
 */
import { compileCodec } from './compile-codec.ts'
import type { Layout } from './layout.ts'
import { i32, text, u16, u32, u64, u8 } from './layout.ts'
import { RECORD_HEADER_BYTES } from './record-buffer.ts'

export const RECORD = { byteOrder: 'little', start: RECORD_HEADER_BYTES } as const

export const CommandType = {
  EnterOrder: 1,
  CancelOrder: 2,
  ReplaceOrder: 3,
  RefuseOrder: 4,
  RefuseRequest: 5,
  ReportStatus: 6,
  ReportMassStatus: 7,
  MassCancel: 8,
  NoteDontKnowTrade: 9,
  SetRiskLimits: 12,
  LogOn: 16,
  Disconnect: 17,
  SendMessage: 18,
  ResetSequence: 19,
  ApplyConfiguration: 32,
  OpenTradingDay: 33,
  CloseTradingDay: 34,
  ContinueWork: 35,
  PassTime: 36,
  Operate: 37,
  PlanDay: 38,
} as const

/**
 * Numbers that a client may send and an order may not have: the acceptor passes them on as these, so
 * that every refusal of a number is the engine's and names the instrument's own limits.
 */
export const Unrepresentable = {
  /** Zero or negative. */
  NotPositive: -1,
  /** Finer than 1/10,000, or a fraction of a share. */
  TooPrecise: -2,
  /** Above PRICE_MAX or QUANTITY_MAX. */
  TooLarge: -3,
} as const

// NewOrderSingle(D) on a listed symbol with well-formed values; `orderConditions` follow if it has any.
// prettier-ignore
export const enterOrder = compileCodec({
  name: 'EnterOrder', type: CommandType.EnterOrder,
  fields: [
    ['expectedMsgSeqNum', u32],
    ['locate',            u16],
    ['account',           u16],  // index + 1 in the session's account list; 0 = none
    ['orderQty',          i32],  // or a value of Unrepresentable
    ['price',             i32],  // 1/10,000; 0 without a limit; or a value of Unrepresentable
    ['side',              u8],
    ['ordType',           u8],
    ['timeInForce',       u8],
    ['possResend',        u8],   // 1 = PossResend(97)=Y
    ['clOrdId',           text(20)],
  ],
} as const satisfies Layout, RECORD)

// OrderCancelRequest(F)
// prettier-ignore
export const cancelOrder = compileCodec({
  name: 'CancelOrder', type: CommandType.CancelOrder,
  fields: [
    ['expectedMsgSeqNum', u32],
    ['locate',            u16],  // 0 = symbol not listed
    ['side',              u8],
    ['possResend',        u8],
    ['orderId',           u64],  // OrderID(37) if sent, else 0
    ['clOrdId',           text(20)],
    ['origClOrdId',       text(20)],
  ],
} as const satisfies Layout, RECORD)

// OrderCancelReplaceRequest(G): a full restatement of the order, `orderConditions` included.
// prettier-ignore
export const replaceOrder = compileCodec({
  name: 'ReplaceOrder', type: CommandType.ReplaceOrder,
  fields: [
    ['expectedMsgSeqNum', u32],
    ['locate',            u16],  // 0 = symbol not listed
    ['account',           u16],  // as in EnterOrder
    ['orderId',           u64],
    ['orderQty',          i32],  // the total, executed quantity included
    ['price',             i32],
    ['side',              u8],
    ['ordType',           u8],
    ['timeInForce',       u8],
    ['possResend',        u8],
    ['clOrdId',           text(20)],
    ['origClOrdId',       text(20)],
  ],
} as const satisfies Layout, RECORD)

// A NewOrderSingle(D) that the acceptor cannot express as EnterOrder (symbol not listed, OrdType not
// offered, …). `body` holds the fields of the ExecutionReport after ExecType and OrdStatus.
// prettier-ignore
export const refuseOrder = compileCodec({
  name: 'RefuseOrder', type: CommandType.RefuseOrder,
  fields: [
    ['expectedMsgSeqNum', u32],
    ['possResend',        u8],
    ['reserved',          u8],
    ['bodyLength',        u16],
    ['clOrdId',           text(20)],  // empty when it is itself at fault
  ],
} as const satisfies Layout, RECORD)

// The same for OrderCancelRequest(F) and OrderCancelReplaceRequest(G). `body` holds the fields of the
// OrderCancelReject(9) that do not come from the order: 102, 58, and 11 or 41 when not well formed.
// prettier-ignore
export const refuseRequest = compileCodec({
  name: 'RefuseRequest', type: CommandType.RefuseRequest,
  fields: [
    ['expectedMsgSeqNum', u32],
    ['cxlRejResponseTo',  u8],
    ['reserved',          u8],
    ['bodyLength',        u16],
    ['clOrdId',           text(20)],
    ['origClOrdId',       text(20)],
  ],
} as const satisfies Layout, RECORD)

// OrderStatusRequest(H). `body` holds fields of the answer: first those that every answer repeats, then
// those of the answer about an order that is not there.
// prettier-ignore
export const reportStatus = compileCodec({
  name: 'ReportStatus', type: CommandType.ReportStatus,
  fields: [
    ['expectedMsgSeqNum', u32],
    ['echoLength',        u16],  // bytes of the body that every answer repeats: 790
    ['bodyLength',        u16],
    ['orderId',           u64],  // OrderID(37) if sent, else 0
    ['clOrdId',           text(20)],  // empty when it is no id
  ],
} as const satisfies Layout, RECORD)

// OrderMassStatusRequest(AF). `body` as in ReportStatus: 584, then the answer of a session without such
// orders.
// prettier-ignore
export const reportMassStatus = compileCodec({
  name: 'ReportMassStatus', type: CommandType.ReportMassStatus,
  fields: [
    ['expectedMsgSeqNum', u32],
    ['echoLength',        u16],
    ['bodyLength',        u16],
    ['locate',            u16],  // 0 = of every instrument
    ['account',           u16],  // 0 = of every account
    ['side',              u8],   // 0 = of both
    ['reserved',          u8],
    ['reserved2',         u16],
  ],
} as const satisfies Layout, RECORD)

// OrderMassCancelRequest(q). `body` holds the fields that the OrderMassCancelReport(r) repeats: 55, 54, 336
// and an 11 that is no id.
// prettier-ignore
export const massCancel = compileCodec({
  name: 'MassCancel', type: CommandType.MassCancel,
  fields: [
    ['expectedMsgSeqNum',     u32],
    ['locate',                u16],  // 0 = of every instrument
    ['bodyLength',            u16],
    ['massCancelRequestType', u8],
    ['side',                  u8],   // 0 = of both
    ['reason',                u8],   // MassCancelRejectReason code of the acceptor; 0 = none
    ['reserved',              u8],
    ['clOrdId',               text(20)],  // empty when it is itself at fault
  ],
} as const satisfies Layout, RECORD)

// DontKnowTrade(Q). `body` holds the BusinessMessageReject(j) of an unknown trade, then the Text(58) of the
// counterparty.
// prettier-ignore
export const noteDontKnowTrade = compileCodec({
  name: 'NoteDontKnowTrade', type: CommandType.NoteDontKnowTrade,
  fields: [
    ['expectedMsgSeqNum', u32],
    ['rejectLength',      u16],  // bytes of the body that are the j
    ['bodyLength',        u16],
    ['execId',            u64],  // 0 = not a number of ours
    ['orderId',           u64],
    ['dkReason',          u8],   // DKReason(127)
    ['reserved',          u8],
    ['reserved2',         u16],
    ['reserved3',         u32],
  ],
} as const satisfies Layout, RECORD)

// An authenticated Logon(A); the answer's fields follow as `body`.
// prettier-ignore
export const logOn = compileCodec({
  name: 'LogOn', type: CommandType.LogOn,
  fields: [
    ['expectedMsgSeqNum', u32],
    ['resetSeqNum',       u8],   // 1 = both directions start again at 1 (ResetSeqNumFlag(141)=Y)
    ['reserved',          u8],
    ['bodyLength',        u16],  // FIX fields of the answer after the header, SOH-terminated
  ],
} as const satisfies Layout, RECORD)

// The connection is gone: Logout done, dropped, timed out, or found dead at start-up.
// prettier-ignore
export const disconnect = compileCodec({
  name: 'Disconnect', type: CommandType.Disconnect,
  fields: [
    ['expectedMsgSeqNum', u32],
    ['graceful',          u8],   // 1 = after a Logout handshake
    ['reserved',          u8],
    ['bodyLength',        u16],  // reason, ASCII
  ],
} as const satisfies Layout, RECORD)

// A message that the session layer or the acceptor decided: 0 1 2 3 5 j. `body` holds the fields
// after the header.
// prettier-ignore
export const sendMessage = compileCodec({
  name: 'SendMessage', type: CommandType.SendMessage,
  fields: [
    ['expectedMsgSeqNum', u32],
    ['msgType',           u8],   // character code
    ['reserved',          u8],
    ['bodyLength',        u16],
  ],
} as const satisfies Layout, RECORD)

// ResetSeqNumFlag in mid-session or a scheduled reset: the next outbound MsgSeqNum(34) is 1.
// prettier-ignore
export const resetSequence = compileCodec({
  name: 'ResetSequence', type: CommandType.ResetSequence,
  fields: [
    ['expectedMsgSeqNum', u32],
    ['reserved',          u32],
  ],
} as const satisfies Layout, RECORD)

// The configuration in force from here on: JSON of VenueConfiguration. Where operations has asked for it, JSON
// of its OperatorCommand follows.
// prettier-ignore
export const applyConfiguration = compileCodec({
  name: 'ApplyConfiguration', type: CommandType.ApplyConfiguration,
  fields: [
    ['bodyLength',        u32],
    ['operationLength',   u32],  // 0 = the files have changed
  ],
} as const satisfies Layout, RECORD)

// prettier-ignore
export const openTradingDay = compileCodec({
  name: 'OpenTradingDay', type: CommandType.OpenTradingDay,
  fields: [
    ['tradingDate',       u32],  // yyyymmdd
    ['midnightSeconds',   u32],  // UTC midnight of the trading date, seconds since 1970
    ['openSeconds',       u32],  // the day's phase instants, UTC seconds since 1970
    ['closeSeconds',      u32],
    ['feedSession',       text(10)],
    ['isPhased',          u16],  // 1 = every instrument is closed until PlanDay says otherwise; 0 = all trade
  ],
} as const satisfies Layout, RECORD)

// The phases of the day that is open: JSON of DayPlan. Those whose time has come are entered by PassTime.
// prettier-ignore
export const planDay = compileCodec({
  name: 'PlanDay', type: CommandType.PlanDay,
  fields: [
    ['bodyLength',        u32],
    ['reserved',          u32],
  ],
} as const satisfies Layout, RECORD)

// Ends the trading day: day orders expire, the feed's session ends.
// prettier-ignore
export const closeTradingDay = compileCodec({
  name: 'CloseTradingDay', type: CommandType.CloseTradingDay,
  fields: [['reserved', u64]],
} as const satisfies Layout, RECORD)

// More of the work that the command before it left: it stands directly behind that command.
// prettier-ignore
export const continueWork = compileCodec({
  name: 'ContinueWork', type: CommandType.ContinueWork,
  fields: [['reserved', u64]],
} as const satisfies Layout, RECORD)

// Does what is due by the time of the turn: ExpireTime(126) of orders, the grace of lost sessions.
// prettier-ignore
export const passTime = compileCodec({
  name: 'PassTime', type: CommandType.PassTime,
  fields: [['reserved', u64]],
} as const satisfies Layout, RECORD)

// The limits of pre-trade risk in force from here on: JSON of RiskLimits.
// prettier-ignore
export const setRiskLimits = compileCodec({
  name: 'SetRiskLimits', type: CommandType.SetRiskLimits,
  fields: [
    ['bodyLength',        u32],
    ['reserved',          u32],
  ],
} as const satisfies Layout, RECORD)

// What operations asks for: JSON of OperatorCommand.
// prettier-ignore
export const operate = compileCodec({
  name: 'Operate', type: CommandType.Operate,
  fields: [
    ['bodyLength',        u32],
    ['reserved',          u32],
  ],
} as const satisfies Layout, RECORD)
