/**
 * The exchange's answers as plain objects: ExecutionReport(8), OrderCancelReject(9) and
 * BusinessMessageReject(j). Enumerations are FIX's own characters, prices and quantities scaled
 * integers, and `fields` is everything as it came.
 */
import { PRICE_DECIMALS } from '../domain/index.ts'
import type { Price, Quantity } from '../domain/index.ts'
import type { FixMessage } from '../fix/index.ts'

/** Implied decimals of AvgPx(6) here. */
export const AVG_PX_DECIMALS = 6

const SCALED_MAX = Number.MAX_SAFE_INTEGER / 16

interface Report {
  readonly msgSeqNum: number
  /** PossDupFlag(43)=Y: it was sent before; its ExecID(17) tells whether you have it. */
  readonly possDup: boolean
  /** Text(58) */
  readonly text: string | undefined
  readonly fields: readonly (readonly [tag: number, value: string])[]
}

export interface ExecutionReport extends Report {
  readonly execType: string
  readonly ordStatus: string
  readonly clOrdId: string
  readonly origClOrdId: string | undefined
  /** OrderID(37), `NONE` when there is no order. */
  readonly orderId: string
  /** SecondaryOrderID(198): the order's present reference on the feed. */
  readonly secondaryOrderId: string | undefined
  readonly execId: string
  /** SecondaryExecID(527) of a fill: the feed's match number. */
  readonly secondaryExecId: string | undefined
  readonly symbol: string
  readonly side: string
  readonly account: string | undefined
  readonly ordType: string | undefined
  readonly timeInForce: string | undefined
  readonly orderQty: Quantity
  /** 0 = none. */
  readonly price: Price
  /** 0 = none; so are the two quantities below it. */
  readonly stopPx: Price
  readonly minQty: Quantity
  readonly maxFloor: Quantity
  readonly execInst: string | undefined
  readonly expireDate: string | undefined
  readonly expireTime: string | undefined
  /** WorkingIndicator(636): false while a stop waits; undefined when the report does not say. */
  readonly working: boolean | undefined
  readonly lastQty: Quantity
  readonly lastPx: Price
  readonly cumQty: Quantity
  readonly leavesQty: Quantity
  /** 1/1,000,000 of the currency. */
  readonly avgPx: number
  readonly lastLiquidityInd: string | undefined
  readonly ordRejReason: number | undefined
  readonly execRestatementReason: number | undefined
  readonly transactTime: string | undefined
}

export interface OrderCancelReject extends Report {
  readonly clOrdId: string
  readonly origClOrdId: string
  readonly orderId: string
  readonly ordStatus: string
  /** CxlRejResponseTo(434): 1 = cancel, 2 = replace. */
  readonly cxlRejResponseTo: string
  readonly cxlRejReason: number | undefined
}

export interface BusinessMessageReject extends Report {
  readonly refMsgType: string
  readonly refSeqNum: number | undefined
  readonly businessRejectReason: number | undefined
  /** BusinessRejectRefID(379): the ClOrdID of the message refused, if it had one. */
  readonly businessRejectRefId: string | undefined
}

export function decodeExecutionReport(message: FixMessage): ExecutionReport {
  return {
    ...report(message),
    execType: message.string(150) ?? '',
    ordStatus: message.string(39) ?? '',
    clOrdId: message.string(11) ?? '',
    origClOrdId: message.string(41),
    orderId: message.string(37) ?? '',
    secondaryOrderId: message.string(198),
    execId: message.string(17) ?? '',
    secondaryExecId: message.string(527),
    symbol: message.string(55) ?? '',
    side: message.string(54) ?? '',
    account: message.string(1),
    ordType: message.string(40),
    timeInForce: message.string(59),
    orderQty: quantity(message, 38),
    price: price(message, 44),
    stopPx: price(message, 99),
    minQty: quantity(message, 110),
    maxFloor: quantity(message, 111),
    execInst: message.string(18),
    expireDate: message.string(432),
    expireTime: message.string(126),
    working: message.has(636) ? message.flag(636) : undefined,
    lastQty: quantity(message, 32),
    lastPx: price(message, 31),
    cumQty: quantity(message, 14),
    leavesQty: quantity(message, 151),
    avgPx: scaled(message, 6, AVG_PX_DECIMALS),
    lastLiquidityInd: message.string(851),
    ordRejReason: message.int(103),
    execRestatementReason: message.int(378),
    transactTime: message.string(60),
  }
}

export function decodeOrderCancelReject(message: FixMessage): OrderCancelReject {
  return {
    ...report(message),
    clOrdId: message.string(11) ?? '',
    origClOrdId: message.string(41) ?? '',
    orderId: message.string(37) ?? '',
    ordStatus: message.string(39) ?? '',
    cxlRejResponseTo: message.string(434) ?? '',
    cxlRejReason: message.int(102),
  }
}

export function decodeBusinessMessageReject(message: FixMessage): BusinessMessageReject {
  return {
    ...report(message),
    refMsgType: message.string(372) ?? '',
    refSeqNum: message.int(45),
    businessRejectReason: message.int(380),
    businessRejectRefId: message.string(379),
  }
}

function report(message: FixMessage): Report {
  return {
    msgSeqNum: message.msgSeqNum,
    possDup: message.flag(43),
    text: message.string(58),
    fields: message.toFields(),
  }
}

const price = (message: FixMessage, tag: number): Price => scaled(message, tag, PRICE_DECIMALS)
const quantity = (message: FixMessage, tag: number): Quantity => scaled(message, tag, 0)

/** 0 when the tag is absent or no number: a client shows what it gets and does not judge it. */
function scaled(message: FixMessage, tag: number, decimals: number): number {
  return Math.max(0, message.decimal(tag, decimals, SCALED_MAX))
}
