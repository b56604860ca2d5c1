/**
 * Why an order or a request was refused or ended: business answers are values, never exceptions.
 * One row each: what goes into OrdRejReason(103) or CxlRejReason(102), and the Text(58).
 * `{a}` and `{b}` stand for the record's two values, printed as the row says.
 * Codes are stored in the journal: append rows, never renumber.
 */
import { riskCancelRejectReasons, riskRejectReasons } from './risk-reasons.ts'

export interface Reason {
  readonly code: number
  /** OrdRejReason(103), CxlRejReason(102), MassCancelRejectReason(532) or ExecRestatementReason(378), by where it is used; -1 = the field is left out. */
  readonly fixCode: number
  readonly text: string
  /** ExecRestatementReason(378) for sessions with extended codes: values that FIX 4.4 does not know. */
  readonly extendedCode?: number
  /** How `{a}` and `{b}` print; `behind`: the Text stands behind the record in full. */
  readonly values?: 'price' | 'quantity' | 'behind'
}

// prettier-ignore
export const RejectReason = {
  UnknownSymbol:        { code: 1,  fixCode: 1,  text: 'Unknown symbol' },
  ExchangeClosed:       { code: 2,  fixCode: 2,  text: 'Exchange closed' },
  DuplicateClOrdId:     { code: 3,  fixCode: 6,  text: 'Duplicate ClOrdID(11)' },
  QuantityNotLot:       { code: 4,  fixCode: 13, text: 'Incorrect quantity: must be a multiple of {a}', values: 'quantity' },
  QuantityTooLarge:     { code: 5,  fixCode: 3,  text: 'Order exceeds limit: OrderQty(38) above {a}', values: 'quantity' },
  QuantityNotPositive:  { code: 6,  fixCode: 13, text: 'Incorrect quantity: must be positive' },
  PriceNotTick:         { code: 7,  fixCode: 99, text: 'Price(44) not a multiple of tick {a}', values: 'price' },
  PriceOutsideBand:     { code: 8,  fixCode: 99, text: 'Price(44) outside band [{a},{b}]', values: 'price' },
  PriceNotPositive:     { code: 9,  fixCode: 99, text: 'Price(44) must be positive' },
  OrdersPerDayReached:  { code: 10, fixCode: 0,  text: 'Orders per day limit reached' },
  LiveOrdersReached:    { code: 11, fixCode: 0,  text: 'Live orders limit reached' },
  PriceTooLarge:        { code: 12, fixCode: 99, text: 'Price(44) above {a}', values: 'price' },
  PostOnlyWouldTrade:   { code: 14, fixCode: 99, text: 'Post only order would trade' },
  StopPxNotPositive:    { code: 15, fixCode: 99, text: 'StopPx(99) must be positive' },
  StopPxNotTick:        { code: 16, fixCode: 99, text: 'StopPx(99) not a multiple of tick {a}', values: 'price' },
  StopPxTooLarge:       { code: 17, fixCode: 99, text: 'StopPx(99) above {a}', values: 'price' },
  MinQtyNotPositive:    { code: 18, fixCode: 13, text: 'Incorrect quantity: MinQty(110) must be positive' },
  MinQtyNotLot:         { code: 19, fixCode: 13, text: 'Incorrect quantity: MinQty(110) must be a multiple of {a}', values: 'quantity' },
  MinQtyTooLarge:       { code: 20, fixCode: 13, text: 'Incorrect quantity: MinQty(110) above OrderQty(38)' },
  MaxFloorNotPositive:  { code: 21, fixCode: 13, text: 'Incorrect quantity: MaxFloor(111) must be positive' },
  MaxFloorNotLot:       { code: 22, fixCode: 13, text: 'Incorrect quantity: MaxFloor(111) must be a multiple of {a}', values: 'quantity' },
  MaxFloorTooLarge:     { code: 23, fixCode: 13, text: 'Incorrect quantity: MaxFloor(111) must be below OrderQty(38)' },
  ExpireTimePast:       { code: 24, fixCode: 99, text: 'ExpireTime(126) in the past' },
  ExpireDatePast:       { code: 25, fixCode: 99, text: 'ExpireDate(432) in the past' },
  MessageRate:          { code: 27, fixCode: 99, text: 'Message rate exceeded: {a} per s', values: 'quantity' },
  StpGroupsReached:     { code: 26, fixCode: 0,  text: 'Self-match prevention groups limit reached' },
  Halted:               { code: 28, fixCode: 2,  text: 'Trading in the symbol is halted' },
  NotCollected:         { code: 29, fixCode: 11, text: 'Unsupported order characteristic: the order needs continuous trading, and orders are collected for an auction' },
  NoDayAuctions:        { code: 90, fixCode: 11, text: 'Unsupported order characteristic: the market has no opening and no closing auction' },
  OpeningOver:          { code: 91, fixCode: 4,  text: 'Too late to enter: no opening auction is to come today' },
  ClosingOver:          { code: 92, fixCode: 4,  text: 'Too late to enter: no closing auction is to come today' },
  RejectedBefore:       { code: 13, fixCode: -1, text: 'The order was rejected' },
  ...riskRejectReasons, // 100 to 127
} as const satisfies Record<string, Reason>

// prettier-ignore
export const CancelRejectReason = {
  TooLate:              { code: 32, fixCode: 0,  text: 'Too late: the order is no longer live' },
  UnknownOrder:         { code: 33, fixCode: 1,  text: 'Unknown order' },
  DuplicateClOrdId:     { code: 34, fixCode: 6,  text: 'Duplicate ClOrdID(11)' },
  SideMismatch:         { code: 35, fixCode: 99, text: 'Side(54) does not match order' },
  SymbolMismatch:       { code: 36, fixCode: 99, text: 'Symbol(55) does not match order' },
  OrderIdMismatch:      { code: 37, fixCode: 1,  text: 'OrderID(37) does not match OrigClOrdID(41)' },
  SymbolUnchangeable:   { code: 38, fixCode: 2,  text: 'Symbol(55) cannot be changed' },
  SideUnchangeable:     { code: 39, fixCode: 2,  text: 'Side(54) cannot be changed' },
  AccountUnchangeable:  { code: 40, fixCode: 2,  text: 'Account(1) cannot be changed' },
  OrdTypeUnchangeable:  { code: 41, fixCode: 2,  text: 'OrdType(40) cannot be changed' },
  TimeInForceUnchangeable: { code: 42, fixCode: 2, text: 'TimeInForce(59) cannot be changed to {a}', values: 'quantity' },
  QuantityNotLot:       { code: 43, fixCode: 99, text: 'Incorrect quantity: must be a multiple of {a}', values: 'quantity' },
  QuantityTooLarge:     { code: 44, fixCode: 99, text: 'Order exceeds limit: OrderQty(38) above {a}', values: 'quantity' },
  QuantityNotPositive:  { code: 45, fixCode: 99, text: 'Incorrect quantity: must be positive' },
  PriceNotTick:         { code: 46, fixCode: 99, text: 'Price(44) not a multiple of tick {a}', values: 'price' },
  PriceOutsideBand:     { code: 47, fixCode: 99, text: 'Price(44) outside band [{a},{b}]', values: 'price' },
  PriceNotPositive:     { code: 48, fixCode: 99, text: 'Price(44) must be positive' },
  OrdersPerDayReached:  { code: 49, fixCode: 0,  text: 'Orders per day limit reached' },
  ExchangeClosed:       { code: 50, fixCode: 2,  text: 'Exchange closed' },
  PriceTooLarge:        { code: 51, fixCode: 99, text: 'Price(44) above {a}', values: 'price' },
  PostOnlyWouldTrade:   { code: 52, fixCode: 99, text: 'Post only order would trade' },
  StopPxUnchangeable:   { code: 53, fixCode: 2,  text: 'StopPx(99) cannot be changed: the stop was triggered' },
  StopPxNotPositive:    { code: 54, fixCode: 99, text: 'StopPx(99) must be positive' },
  StopPxNotTick:        { code: 55, fixCode: 99, text: 'StopPx(99) not a multiple of tick {a}', values: 'price' },
  StopPxTooLarge:       { code: 56, fixCode: 99, text: 'StopPx(99) above {a}', values: 'price' },
  MinQtyNotPositive:    { code: 57, fixCode: 99, text: 'Incorrect quantity: MinQty(110) must be positive' },
  MinQtyNotLot:         { code: 58, fixCode: 99, text: 'Incorrect quantity: MinQty(110) must be a multiple of {a}', values: 'quantity' },
  MinQtyTooLarge:       { code: 59, fixCode: 99, text: 'Incorrect quantity: MinQty(110) above OrderQty(38)' },
  MaxFloorNotPositive:  { code: 60, fixCode: 99, text: 'Incorrect quantity: MaxFloor(111) must be positive' },
  MaxFloorNotLot:       { code: 61, fixCode: 99, text: 'Incorrect quantity: MaxFloor(111) must be a multiple of {a}', values: 'quantity' },
  MaxFloorTooLarge:     { code: 62, fixCode: 99, text: 'Incorrect quantity: MaxFloor(111) must be below OrderQty(38)' },
  ExpireTimePast:       { code: 63, fixCode: 99, text: 'ExpireTime(126) in the past' },
  ExpireDatePast:       { code: 80, fixCode: 99, text: 'ExpireDate(432) in the past' },
  MessageRate:          { code: 82, fixCode: 99, text: 'Message rate exceeded: {a} per s', values: 'quantity' },
  StpGroupsReached:     { code: 81, fixCode: 0,  text: 'Self-match prevention groups limit reached' },
  Halted:               { code: 83, fixCode: 2,  text: 'Trading in the symbol is halted' },
  NotCollected:         { code: 84, fixCode: 2,  text: 'The order would need continuous trading, and orders are collected for an auction' },
  ...riskCancelRejectReasons, // 128 to 159
} as const satisfies Record<string, Reason>

/**
 * Why a mass cancel is refused; fixCode is MassCancelRejectReason(532). Never 99: FIX 4.4 says that the
 * field is one character, and QuickFIX refuses the whole message over it.
 */
// prettier-ignore
export const MassCancelRejectReason = {
  NotSupported:         { code: 208,  fixCode: 0,  text: 'Unsupported MassCancelRequestType(530): 1, 3, 5, 6 or 7 are offered' },
  UnknownSymbol:        { code: 209,  fixCode: 1,  text: 'Unknown symbol' },
  UnknownProduct:       { code: 210,  fixCode: 3,  text: 'Unknown Product(460)' },
  UnknownSecurityType:  { code: 211,  fixCode: 5,  text: 'Unknown SecurityType(167)' },
  UnknownSession:       { code: 212, fixCode: 6,  text: 'Unknown TradingSessionID(336)' },
  SymbolMissing:        { code: 213, fixCode: 1,  text: 'Conditionally required field missing: Symbol(55)' },
  ProductMissing:       { code: 214, fixCode: 3,  text: 'Conditionally required field missing: Product(460)' },
  SecurityTypeMissing:  { code: 215, fixCode: 5,  text: 'Conditionally required field missing: SecurityType(167)' },
  SessionMissing:       { code: 216, fixCode: 6,  text: 'Conditionally required field missing: TradingSessionID(336)' },
  BadClOrdId:           { code: 217, fixCode: 0,  text: 'ClOrdID(11) too long' },
  DuplicateClOrdId:     { code: 218, fixCode: 0,  text: 'Duplicate ClOrdID(11)' },
} as const satisfies Record<string, Reason>

/** Why a live order ended without its owner asking; fixCode is ExecRestatementReason(378). */
// prettier-ignore
export const CancelReason = {
  ImmediateRemainder:   { code: 64, fixCode: -1, text: 'Unfilled remainder canceled' },
  FillOrKillUnfilled:   { code: 65, fixCode: -1, text: 'Fill or kill: not enough quantity' },
  MarketRemainder:      { code: 66, fixCode: -1, text: 'No more quantity to match a market order' },
  Disconnected:         { code: 67, fixCode: 99, text: 'Cancel on disconnect', extendedCode: 100 },
  InstrumentDelisted:   { code: 68, fixCode: 99, text: 'Instrument delisted' },
  SessionClosed:        { code: 69, fixCode: 99, text: 'Session may not trade any more' },
  SelfMatchNewest:      { code: 71, fixCode: 99, text: 'Self-match prevention', extendedCode: 107 },
  SelfMatchOldest:      { code: 72, fixCode: 99, text: 'Self-match prevention', extendedCode: 103 },
  MinQtyUnavailable:    { code: 70, fixCode: -1, text: 'Less than MinQty(110) available' },
  TradingHalted:        { code: 73, fixCode: 6,  text: 'Cancel on trading halt' },
  KillSwitch:           { code: 74, fixCode: 99, text: 'Kill switch' },
  CorporateAction:      { code: 75, fixCode: 99, text: 'Corporate action' },
  Killed:               { code: 160, fixCode: 99, text: 'Trading is blocked by pre-trade risk' },
  OutsideCollar:        { code: 161, fixCode: -1, text: 'No more quantity inside the price collar' },
  OpeningRemainder:     { code: 170, fixCode: -1, text: 'Left over from the opening auction' },
  ClosingRemainder:     { code: 171, fixCode: -1, text: 'Left over from the closing auction' },
  OpeningMissed:        { code: 172, fixCode: -1, text: 'No opening auction took place' },
} as const satisfies Record<string, Reason>

/** What changed in a live order without its owner's request; fixCode is ExecRestatementReason(378). */
// prettier-ignore
export const RestateReason = {
  Triggered:            { code: 200, fixCode: 99, text: 'Triggered' },
  LeftOverAsLimit:      { code: 201, fixCode: 3,  text: 'Left over as limit' },
  SelfMatchDecrement:   { code: 203, fixCode: 99, text: 'Self-match prevention' },
  GoodTillRenewed:      { code: 204, fixCode: 1,  text: 'Good till order goes on' },
  ClosingBegun:         { code: 206, fixCode: 99, text: 'Collected for the closing auction' },
  PriceSlid:            { code: 202, fixCode: 3,  text: 'Post only: price moved so that it does not trade' },
} as const satisfies Record<string, Reason>

const rows = [
  RejectReason,
  CancelRejectReason,
  MassCancelRejectReason,
  CancelReason,
  RestateReason,
].flatMap((table) => Object.entries<Reason>(table))

const byCode = new Map(rows.map(([, reason]) => [reason.code, reason]))
const nameByCode = new Map(rows.map(([name, reason]) => [reason.code, name]))

/** The row of a code found in a record; undefined for 0 and for codes of a newer version. */
export const reasonOf = (code: number): Reason | undefined => byCode.get(code)

/** What its table calls it, for people and metrics. */
export const reasonNameOf = (code: number): string => nameByCode.get(code) ?? 'Unknown'

/** ExecRestatementReason(378) of an order that ended unasked; undefined = the field is left out. */
export function restatementReasonOf(reason: Reason, isExtended: boolean): number | undefined {
  const code = (isExtended ? reason.extendedCode : undefined) ?? reason.fixCode
  return code < 0 ? undefined : code
}
