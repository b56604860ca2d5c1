/**
 * The types of lines, in the words that the US Consolidated Audit Trail has for an exchange's events
 * where it has one. docs/protocols/audit-trail.md explains each.
 */
export const LINE_TYPES = [
  'Trail',
  'DayOpened',
  'TradingStateChanged',
  'OrderCarried',
  'OrderPending',
  'OrderAccepted',
  'OrderRejected',
  'OrderRepeated',
  'OrderModified',
  'OrderRestated',
  'OrderDisplayed',
  'OrderTrade',
  'AuctionExecuted',
  'OrderTradeBusted',
  'OrderTradeCorrected',
  'OrderCanceled',
  'OrderExpired',
  'RequestRejected',
  'MassCancel',
  'MessageRejected',
  'TradeQuestioned',
  'OperatorActed',
  'DayClosed',
  'NextDayOpened',
  'Summary',
] as const

export type LineType = (typeof LINE_TYPES)[number]

/** A line as it is printed: its keys in this order, those that are undefined left out. */
export interface AuditLine {
  readonly type: LineType
  readonly [field: string]: unknown
}

/** What `type` of a parsed line has to be. */
export const isLineType = (type: unknown): type is LineType =>
  (LINE_TYPES as readonly unknown[]).includes(type)
