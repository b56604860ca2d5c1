/**
 * Prints any record as plain data, field by field from its layout: what `journal dump` shows.
 */
import { reasonOf } from '../domain/index.ts'
import {
  CommandType,
  EventType,
  applyConfiguration,
  auctionCollarTold,
  breakerLevelsTold,
  breakerSignaled,
  cancelOrder,
  cancelRejected,
  closeTradingDay,
  conditionsAt,
  commandAt,
  continueWork,
  crossExecuted,
  dayQuantities,
  dayQuantitiesAt,
  dayPlanAt,
  disconnect,
  dontKnowTradeReceived,
  enterOrder,
  eventConditionsAt,
  executionRef,
  hasExecutionRef,
  execInstText,
  hasStatusTail,
  imbalanceTold,
  instrumentListed,
  isOrderEvent,
  logOn,
  massCancel,
  massCancelReported,
  messageSent,
  noteDontKnowTrade,
  openTradingDay,
  operate,
  operationOf,
  operationOfConfiguration,
  operatorActed,
  orderConditions,
  passTime,
  planDay,
  orderEvent,
  recordFeed,
  recordLength,
  recordSession,
  recordType,
  refuseOrder,
  refuseRequest,
  reportMassStatus,
  reportStatus,
  replaceOrder,
  resetSequence,
  riskLimitsAt,
  sendMessage,
  sequenceReset,
  sessionDisconnected,
  setRiskLimits,
  statusTail,
  orderTailAt,
  systemEventSignaled,
  tradeBroken,
  tradeTold,
  textBehind,
  tradingDayOpened,
  tradingStateChanged,
} from '../wire/index.ts'
import type { DayPlan, OperatorRecord, RiskLimits, VenueConfiguration } from '../wire/index.ts'
import { configurationAt } from './find-configuration.ts'

type Fields = Record<string, number | string>

/** Of what is printed behind the fields. */
const LENGTHS = new Set(['bodyLength', 'operationLength'])

/** `record` is the type's name; then the fields in the order of the layout, reserved ones left out. */
export type RecordDescription = { readonly record: string; readonly [field: string]: unknown }

interface Decoder {
  /** Bytes before the body. */
  readonly length: number
  decode(view: DataView, at: number): Fields
}

// prettier-ignore
const codecs = [
  enterOrder, cancelOrder, replaceOrder, refuseOrder, refuseRequest,
  reportStatus, reportMassStatus, massCancel, noteDontKnowTrade,
  logOn, disconnect, sendMessage, resetSequence,
  applyConfiguration, openTradingDay, closeTradingDay, continueWork, passTime,
  setRiskLimits, operate, planDay,
  cancelRejected, massCancelReported, dontKnowTradeReceived, messageSent, sessionDisconnected, sequenceReset,
  tradingDayOpened, systemEventSignaled, instrumentListed, tradingStateChanged,
  crossExecuted, imbalanceTold, operatorActed, tradeBroken, tradeTold, breakerLevelsTold, breakerSignaled, auctionCollarTold,
]
const decoders = new Map<number, Decoder>(codecs.map((codec) => [codec.layout.type, codec]))

const names = new Map<number, string>(
  Object.entries({ ...CommandType, ...EventType }).map(([name, type]) => [type, name]),
)

/** Fields that hold a FIX or ITCH character as its code. */
const CHARACTERS = new Set(
  (
    'side ordType timeInForce execType ordStatus lastLiquidityInd ' +
    'cxlRejResponseTo massCancelRequestType dkReason msgType eventCode tradingState crossType'
  ).split(' '),
)

/** `OrderAccepted` for 64; `Unknown(200)` for a type of a newer version. */
export const recordName = (type: number): string => names.get(type) ?? `Unknown(${type})`

/** @param at offset of a whole record in `view` */
export function describeRecord(view: DataView, at: number): RecordDescription {
  const type = recordType(view, at)
  const feed = recordFeed(view, at)
  const decoder = decoderOf(view, at)
  const head = {
    record: recordName(type),
    session: recordSession(view, at),
    ...(feed === 0 ? {} : { feed: String.fromCharCode(feed) }),
  }
  if (decoder === undefined) return { ...head, bytes: recordLength(view, at) }

  const fields = decoder.decode(view, at)
  return {
    ...head,
    ...printFields(fields),
    ...printConditions(view, at, type, decoder.length),
    ...printTails(view, at, type),
    ...printBody(view, at, type, decoder.length, fields),
  }
}

/** Of an order that asks for more than side, quantity, price and time in force. */
function printConditions(
  view: DataView,
  at: number,
  type: number,
  start: number,
): { conditions?: Fields } {
  const conditionsStart = conditionsStartOf(view, at, type, start)
  if (conditionsStart < 0) return {}
  const conditions = orderConditions.decode(view, conditionsStart)
  return { conditions: { ...conditions, execInst: execInstText(conditions.execInst) } }
}

/** Of an order that was carried into its day, and of an execution that was busted or corrected. */
function printTails(view: DataView, at: number, type: number): { [name: string]: unknown } {
  if (!isOrderEvent(type)) return {}
  const dayAt = dayQuantitiesAt(view, at)
  const day = dayAt < 0 ? {} : { day: dayQuantities.decode(view, dayAt) }
  if (!hasExecutionRef(type)) return day
  const reference = executionRef.decode(view, orderTailAt(view, at))
  return { ...day, ...reference, text: textBehind(view, at) }
}

function conditionsStartOf(view: DataView, at: number, type: number, start: number): number {
  if (isOrderEvent(type)) return eventConditionsAt(view, at)
  const isOrder = type === CommandType.EnterOrder || type === CommandType.ReplaceOrder
  return isOrder ? conditionsAt(view, at, start) : -1
}

function decoderOf(view: DataView, at: number): Decoder | undefined {
  const type = recordType(view, at)
  if (hasStatusTail(view, at)) return statusWithTail(view, at)
  return isOrderEvent(type) ? orderEvent : decoders.get(type)
}

function statusWithTail(view: DataView, at: number): Decoder {
  const tailAt = orderTailAt(view, at)
  return {
    length: tailAt - at + statusTail.length,
    decode: () => ({ ...orderEvent.decode(view, at), ...statusTail.decode(view, tailAt) }),
  }
}

function printFields(fields: Fields): Fields {
  const printed: Fields = {}
  for (const [name, value] of Object.entries(fields)) {
    if (name.startsWith('reserved') || LENGTHS.has(name)) continue
    const isCharacter = CHARACTERS.has(name) && typeof value === 'number' && value > 0x20
    printed[name] = isCharacter ? String.fromCharCode(value) : value
  }
  return printed
}

function printBody(
  view: DataView,
  at: number,
  type: number,
  start: number,
  { bodyLength, reason = 0 }: Fields,
): {
  body?: string
  text?: string
  configuration?: VenueConfiguration
  limits?: RiskLimits
  operation?: OperatorRecord
  plan?: DayPlan
} {
  if (type === CommandType.ApplyConfiguration) {
    const operation = operationOfConfiguration(view, at)
    return { configuration: configurationAt(view, at), ...(operation && { operation }) }
  }
  if (type === CommandType.SetRiskLimits) return { limits: riskLimitsAt(view, at) }
  if (type === CommandType.PlanDay) return { plan: dayPlanAt(view, at) }
  if (type === CommandType.Operate) return { operation: commandAt(view, at) }
  if (type === EventType.OperatorActed) return { operation: operationOf(view, at) }
  if (reasonOf(Number(reason))?.values === 'behind') return { text: textBehind(view, at) }
  if (typeof bodyLength !== 'number') return {}
  let body = ''
  for (let i = 0; i < bodyLength; i++) body += String.fromCharCode(view.getUint8(at + start + i))
  return { body: body.replaceAll('\x01', '|') }
}
