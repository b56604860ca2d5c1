/**
 * Event records as plain objects, and as one line each:
 *
 *   ACME 8 Trade B1 buy 100@182.5000 last 40@182.5000 leaves 60 cum 40 avg 182.5 | feed E #1 40 match 1
 */
import {
  CxlRejResponseTo,
  ExecType,
  formatDecimal,
  OrdStatus,
  OrdType,
  reasonOf,
  Side,
  TimeInForce,
} from '../../src/domain/index.ts'
import type { MessageOf, OperatorRecord, RecordBuffer } from '../../src/wire/index.ts'
import {
  auctionCollarTold,
  breakerLevelsTold,
  breakerSignaled,
  cancelRejected,
  CONDITIONS_BIT,
  crossExecuted,
  DAY_BIT,
  dayQuantities,
  dayQuantitiesAt,
  dontKnowTradeReceived,
  eventConditionsAt,
  EventType,
  ExecInstBit,
  executionRef,
  hasExecutionRef,
  hasStatusTail,
  imbalanceTold,
  instrumentListed,
  isOrderEvent,
  massCancelReported,
  messageSent,
  operatorActed,
  orderConditions,
  orderEvent,
  recordFeed,
  recordLength,
  recordSession,
  recordType,
  sequenceReset,
  sessionDisconnected,
  statusTail,
  orderTailAt,
  systemEventSignaled,
  textBehind,
  tradeBroken,
  tradeTold,
  tradingDayOpened,
  tradingStateChanged,
} from '../../src/wire/index.ts'

export type EventName = keyof typeof EventType

interface Common<Name extends EventName> {
  readonly event: Name
  /** 0 = none. */
  readonly session: number
  /** ITCH type character; '' = no feed message. */
  readonly feed: string
  /** What a message's fixed part is followed by. */
  readonly body: string
  /** Text(58) that stands behind the record; '' = none does. */
  readonly textBehind: string
  /** Offset of the record in the turn's events. */
  readonly at: number
}

const OTHER = {
  CancelRejected: cancelRejected,
  MassCancelReported: massCancelReported,
  DontKnowTradeReceived: dontKnowTradeReceived,
  MessageSent: messageSent,
  SessionDisconnected: sessionDisconnected,
  SequenceReset: sequenceReset,
  TradingDayOpened: tradingDayOpened,
  SystemEventSignaled: systemEventSignaled,
  InstrumentListed: instrumentListed,
  TradingStateChanged: tradingStateChanged,
  CrossExecuted: crossExecuted,
  OperatorActed: operatorActed,
  ImbalanceTold: imbalanceTold,
  TradeBroken: tradeBroken,
  TradeTold: tradeTold,
  AuctionCollarTold: auctionCollarTold,
  BreakerLevelsTold: breakerLevelsTold,
  BreakerSignaled: breakerSignaled,
} as const
type OtherName = keyof typeof OTHER

export type OrderEvent = Common<Exclude<EventName, OtherName>> &
  MessageOf<typeof orderEvent.layout> &
  MessageOf<typeof orderConditions.layout> &
  Partial<MessageOf<typeof statusTail.layout>> &
  Partial<MessageOf<typeof dayQuantities.layout>> &
  Partial<MessageOf<typeof executionRef.layout>>
type OtherEvent = {
  [Name in OtherName]: Common<Name> & MessageOf<(typeof OTHER)[Name]['layout']>
}[OtherName]
export type EngineEvent = OrderEvent | OtherEvent

interface Decoder {
  readonly length: number
  decode(view: DataView, at: number): object
}

const WITHOUT_CONDITIONS = orderConditions.decode(
  new DataView(new ArrayBuffer(orderConditions.length)),
  0,
)

/** What stands behind an order event, zeros when nothing does; that it does is not told by `dialect` too. */
function conditionsOf(view: DataView, at: number): object {
  const dialect = view.getUint8(at + orderEvent.offsets.dialect) & ~(CONDITIONS_BIT | DAY_BIT)
  const conditions = eventConditionsAt(view, at)
  const dayAt = dayQuantitiesAt(view, at)
  const isReferring = hasExecutionRef(recordType(view, at))
  return {
    ...(conditions < 0 ? WITHOUT_CONDITIONS : orderConditions.decode(view, conditions)),
    ...(dayAt < 0 ? {} : dayQuantities.decode(view, dayAt)),
    ...(isReferring ? executionRef.decode(view, orderTailAt(view, at)) : {}),
    dialect,
  }
}

const bodyLengthOf = (fields: object): number =>
  'bodyLength' in fields ? Number(fields.bodyLength) : 0

const nameOf = (table: Readonly<Record<string, number>>, code: number): string =>
  Object.keys(table).find((name) => table[name] === code) ?? `?${code}`

type Records = Pick<RecordBuffer, 'view' | 'bytes' | 'length'>

/** Every record of a turn, in order. */
export function readEvents(records: Records): EngineEvent[] {
  const { view, bytes, length } = records
  const events: EngineEvent[] = []
  for (let at = 0; at < length; at += recordLength(view, at)) {
    const type = recordType(view, at)
    const name = nameOf(EventType, type)
    const codec = codecOf(view, at, name)
    const feed = recordFeed(view, at)
    const fields: object = codec.decode(view, at)
    const from = at + codec.length
    events.push({
      event: name,
      session: recordSession(view, at),
      feed: feed === 0 ? '' : String.fromCharCode(feed),
      at,
      body: String.fromCharCode(...bytes.subarray(from, from + bodyLengthOf(fields))),
      textBehind: textOf(fields, view, at),
      ...fields,
      ...(isOrderEvent(type) && conditionsOf(view, at)),
    } as unknown as EngineEvent)
  }
  return events
}

function codecOf(view: DataView, at: number, name: string): Decoder {
  if (hasStatusTail(view, at)) return statusWithTail(view, at)
  return isOrderEvent(recordType(view, at)) ? orderEvent : OTHER[name as OtherName]
}

function statusWithTail(view: DataView, at: number): Decoder {
  const tailAt = orderTailAt(view, at)
  return {
    length: tailAt - at + statusTail.length,
    decode: () => ({ ...orderEvent.decode(view, at), ...statusTail.decode(view, tailAt) }),
  }
}

function textOf(fields: object, view: DataView, at: number): string {
  if (hasExecutionRef(recordType(view, at))) return textBehind(view, at)
  const reason = 'reason' in fields ? reasonOf(Number(fields.reason)) : undefined
  return reason?.values === 'behind' ? textBehind(view, at) : ''
}

export const isOrder = (event: EngineEvent): event is OrderEvent => !(event.event in OTHER)

/** @param compIds names of the sessions by index */
export function lineOf(event: EngineEvent, compIds: readonly string[]): string {
  const what = isOrder(event) ? describeOrder(event) : describeOther(event)
  const who = event.session === 0 ? [] : [compIds[event.session]]
  const feed = event.feed === '' ? [] : ['| feed', event.feed, ...describeFeed(event)]
  return [...who, ...what, ...feed].join(' ').trim()
}

function describeOrder(event: OrderEvent): (string | number)[] {
  const isTrade = event.event === 'OrderExecuted'
  const tells = event.event === 'OrderReplaced' || event.event === 'OrderStatusReported'
  const untold = event.event === 'OrderCarried' ? 'carried' : 'displayed'
  return [
    event.msgSeqNum === 0 ? untold : `8 ${nameOf(ExecType, event.execType)}`,
    event.origClOrdId === '' ? event.clOrdId : `${event.clOrdId} of ${event.origClOrdId}`,
    event.side === Side.Buy ? 'buy' : 'sell',
    `${event.orderQty}@${describePrice(event)}`,
    ...(event.timeInForce === TimeInForce.Day ? [] : [TIF[event.timeInForce]!]),
    ...describeConditions(event),
    ...(isTrade ? [`last ${event.lastQty}@${price(event.lastPx)}`] : []),
    ...describeCorrection(event),
    `leaves ${event.leavesQty} cum ${event.cumQty}`,
    ...(event.avgPx === 0 ? [] : [`avg ${formatDecimal(event.avgPx, 6)}`]),
    ...(tells || event.reason !== 0 ? [nameOf(OrdStatus, event.ordStatus)] : []),
    ...describeReason(event),
    ...describeDay(event),
    ...describeTail(event),
  ]
}

/** What an execution was, and is now. */
function describeCorrection(event: OrderEvent): string[] {
  const { execRefId, priorQty = 0, priorPx = 0, lastQty, lastPx, ordStatus } = event
  if (execRefId === undefined) return []
  const now = lastQty === 0 ? 'none' : `${lastQty}@${price(lastPx)}`
  return [
    `exec ${execRefId} of ${priorQty}@${price(priorPx)} is ${now}`,
    nameOf(OrdStatus, ordStatus),
  ]
}

/** 425 and 424 from the second day on. */
const describeDay = ({ dayCumQty, dayOrderQty, dayAvgPx = 0 }: OrderEvent): string[] =>
  dayCumQty === undefined
    ? []
    : [
        `day ${dayCumQty} of ${dayOrderQty}`,
        ...(dayAvgPx === 0 ? [] : [formatDecimal(dayAvgPx, 6)]),
      ]

function describePrice({ ordType, price: limit, stopPx }: OrderEvent): string {
  const stop = stopPx === 0 ? [] : [`stop ${price(stopPx)}`]
  if (ordType === OrdType.Market) return 'market'
  if (limit !== 0) return [price(limit), ...stop].join(' ')
  return ordType === OrdType.MarketWithLeftOverAsLimit ? 'market or limit' : stop.join('')
}

function describeConditions(event: OrderEvent): (string | number)[] {
  const until = new Date(event.expireSeconds * 1000).toISOString().slice(11, 19)
  return [
    ...(event.expireDate === 0 ? [] : [event.expireDate]),
    ...(event.expireSeconds === 0 ? [] : [until]),
    ...(event.minQty === 0 ? [] : ['min', event.minQty]),
    ...(event.maxFloor === 0 ? [] : ['show', event.maxFloor]),
    ...((event.execInst & ExecInstBit.PostOnly) === 0 ? [] : ['post only']),
    ...((event.execInst & ExecInstBit.AllOrNone) === 0 ? [] : ['all or none']),
    ...((event.execInst & ExecInstBit.CancelOnFailure) === 0 ? [] : ['while connected']),
    ...((event.execInst & ExecInstBit.CancelOnHalt) === 0 ? [] : ['cancel on halt']),
    ...(event.isWaiting === 0 ? [] : ['waiting']),
  ]
}

/** What the request asked by, and which of how many answers it is. */
function describeTail({ body, totNumReports = 0, lastRptRequested }: OrderEvent): string[] {
  const place = totNumReports === 0 ? [] : [`of ${totNumReports} reports`]
  const last = lastRptRequested === 1 ? ['the last'] : []
  const echo = body === '' ? [] : [body.replaceAll('\x01', '|')]
  const words = [...echo, ...place, ...last]
  return words.length === 0 ? [] : ['|', ...words]
}

function describeOther(event: OtherEvent): string[] {
  switch (event.event) {
    case 'CancelRejected': {
      const request = nameOf(CxlRejResponseTo, event.cxlRejResponseTo).toLowerCase()
      const status = nameOf(OrdStatus, event.ordStatus)
      return ['9', request, `${event.clOrdId} of ${event.origClOrdId}`, status].concat(
        event.reason === 0 ? event.body : describeReason(event),
      )
    }
    case 'MassCancelReported': {
      const { clOrdId, totalAffectedOrders: total, reason, body } = event
      const values = { reason, textValueA: 0, textValueB: 0, textBehind: '' }
      const response = reason === 0 ? [`of ${total} orders`] : describeReason(values)
      const echo = body === '' ? [] : ['|', body.replaceAll('\x01', '|')]
      return ['r', clOrdId, ...response, ...echo]
    }
    case 'DontKnowTradeReceived': {
      const { execId, orderId, dkReason, body } = event
      return ['doubts', `${execId} of ${orderId}:`, String.fromCharCode(dkReason), body]
    }
    case 'MessageSent':
      return [String.fromCharCode(event.msgType), event.body]
    case 'SessionDisconnected':
      return ['disconnected']
    case 'SequenceReset':
      return ['sequence reset']
    case 'TradingDayOpened':
      return [`day ${event.tradingDate} ${event.feedSession}`]
    case 'OperatorActed': {
      const { action, refused, isRepeated } = JSON.parse(event.body) as OperatorRecord
      const outcome = refused === undefined ? [] : [`refused: ${refused}`]
      return ['operator', action, ...outcome, ...(isRepeated ? ['again'] : [])]
    }
    case 'BreakerSignaled':
      return event.level === 0 ? [`market resumed, index ${index(event.index)}`] : []
    case 'TradeBroken':
    case 'TradeTold':
    case 'AuctionCollarTold':
    case 'BreakerLevelsTold':
    case 'CrossExecuted':
    case 'ImbalanceTold':
    case 'SystemEventSignaled':
    case 'InstrumentListed':
    case 'TradingStateChanged':
      return []
  }
}

function describeFeed(event: EngineEvent): (string | number)[] {
  if (event.event === 'SystemEventSignaled') return [String.fromCharCode(event.eventCode)]
  if (event.event === 'InstrumentListed') return [event.symbol]
  if (event.event === 'TradingStateChanged') {
    const reason = event.reason === '' ? [] : [event.reason]
    return [event.symbol, String.fromCharCode(event.tradingState), ...reason]
  }
  if (event.event === 'CrossExecuted') {
    return [`${event.shares}@${price(event.price)} match ${event.matchNumber}`]
  }
  if (event.event === 'TradeBroken') return [`match ${event.matchNumber}`]
  if (event.event === 'TradeTold') {
    return [`${event.shares}@${price(event.price)} match ${event.matchNumber}`]
  }
  if (event.event === 'ImbalanceTold') {
    const [direction, crossType, variation] = [
      event.direction,
      event.crossType,
      event.priceVariation,
    ].map((code) => String.fromCharCode(code))
    const paired = `${event.pairedShares}@${price(event.price)}`
    const left = `${direction} ${event.imbalanceShares}`
    return [`${crossType} ${paired} ${left} ${variation} of ${price(event.referencePrice)}`]
  }
  if (event.event === 'AuctionCollarTold') {
    const [low, high] = [event.low, event.high].map(price)
    return [`${low} to ${high} of ${price(event.referencePrice)}, extended ${event.extensions}`]
  }
  if (event.event === 'BreakerLevelsTold') {
    const levels = [event.level1, event.level2, event.level3].map(index)
    return [levels.join(' '), `of ${index(event.index)}`]
  }
  if (event.event === 'BreakerSignaled')
    return [`level ${event.level}, index ${index(event.index)}`]
  if (!isOrder(event)) return []

  const left = event.originalReference === 0 ? event.orderReference : event.originalReference
  switch (event.feed) {
    case 'C':
    case 'E':
      return [`#${event.orderReference} ${event.feedShares} match ${event.matchNumber}`]
    case 'U':
      return [`#${left} to #${event.orderReference} ${event.feedShares}`]
    case 'D':
      return [`#${left}`]
    default:
      return [`#${event.orderReference} ${event.feedShares}`]
  }
}

/** Text(58) of a reason with its values. */
function describeReason(event: {
  textBehind: string
  reason: number
  textValueA: number
  textValueB: number
}): string[] {
  const reason = reasonOf(event.reason)
  if (reason === undefined) return []
  if (event.textBehind !== '') return [`"${event.textBehind}"`]
  const value = (of: number) => (reason.values === 'price' ? formatDecimal(of, 4) : String(of))
  const text = reason.text
    .replace('{a}', value(event.textValueA))
    .replace('{b}', value(event.textValueB))
  return [`"${text}"`]
}

const TIF: Readonly<Record<number, string>> = {
  [TimeInForce.GoodTillCancel]: 'GTC',
  [TimeInForce.ImmediateOrCancel]: 'IOC',
  [TimeInForce.FillOrKill]: 'FOK',
  [TimeInForce.GoodTillDate]: 'GTD',
  [TimeInForce.AtTheOpening]: 'OPEN',
  [TimeInForce.AtTheClose]: 'CLOSE',
}

/** Of the breaker: at most eight decimals. */
const index = (value: number): string => formatDecimal(value, 8)
/** Always four decimals, so that columns of lines stay in line. */
const price = (value: number): string => `${Math.floor(value / 10_000)}.${fraction(value)}`
const fraction = (value: number): string => String(value % 10_000).padStart(4, '0')
