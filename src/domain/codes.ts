/**
 * Enumerations in FIX's own values, held as character codes so that a byte read from the wire
 * is the value in the record and the byte written back. Sources: FIX 4.4 volume 6.
 */
const code = <C extends string>(character: C) => character.charCodeAt(0)

/** Side(54) */
export const Side = { Buy: code('1'), Sell: code('2') } as const
/** The side that an order of a side trades with. */
export const oppositeSide = (side: number): number => (side === Side.Buy ? Side.Sell : Side.Buy)
/** OrdType(40) */
export const OrdType = {
  Market: code('1'),
  Limit: code('2'),
  Stop: code('3'),
  StopLimit: code('4'),
  MarketWithLeftOverAsLimit: code('K'),
} as const
/** TimeInForce(59) */
export const TimeInForce = {
  Day: code('0'),
  GoodTillCancel: code('1'),
  /** For the opening auction alone. */
  AtTheOpening: code('2'),
  ImmediateOrCancel: code('3'),
  FillOrKill: code('4'),
  GoodTillDate: code('6'),
  /** For the closing auction alone. */
  AtTheClose: code('7'),
} as const
/** Whether an order of this TimeInForce(59) is for one auction alone. */
export const isForAuction = (timeInForce: number): boolean =>
  timeInForce === TimeInForce.AtTheOpening || timeInForce === TimeInForce.AtTheClose
/** ExecType(150) */
export const ExecType = {
  New: code('0'),
  DoneForDay: code('3'),
  Canceled: code('4'),
  Replaced: code('5'),
  PendingCancel: code('6'),
  Rejected: code('8'),
  PendingNew: code('A'),
  Expired: code('C'),
  Restated: code('D'),
  PendingReplace: code('E'),
  Trade: code('F'),
  TradeCorrect: code('G'),
  TradeCancel: code('H'),
  OrderStatus: code('I'),
  /** Of later versions of FIX: for sessions with extended codes. */
  Triggered: code('L'),
} as const
/** OrdStatus(39) */
export const OrdStatus = {
  New: code('0'),
  PartiallyFilled: code('1'),
  Filled: code('2'),
  DoneForDay: code('3'),
  Canceled: code('4'),
  PendingCancel: code('6'),
  Rejected: code('8'),
  PendingNew: code('A'),
  Expired: code('C'),
  PendingReplace: code('E'),
} as const
/** What self-trade prevention does, as CME's tag 8000 says it. */
export const StpInstruction = {
  CancelNewest: code('N'),
  CancelOldest: code('O'),
  CancelBoth: code('B'),
  Decrement: code('D'),
} as const
/** LastLiquidityInd(851) */
export const LastLiquidityInd = { Added: code('1'), Removed: code('2') } as const
/** CxlRejResponseTo(434) */
export const CxlRejResponseTo = { Cancel: code('1'), Replace: code('2') } as const
