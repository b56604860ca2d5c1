/** The exchange's answers as a line for people, or as JSON with prices in 1/10,000. */
import type { BusinessMessageReject, ExecutionReport, OrderCancelReject } from '../client/index.ts'
import { AVG_PX_DECIMALS } from '../client/index.ts'
import { ExecType, formatDecimal, formatPrice, OrdStatus, OrdType, Side } from '../domain/index.ts'
import type { FixMessage } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'
import { printable } from './printable.ts'

const execTypeNames: Record<number, string> = {
  [ExecType.New]: 'New',
  [ExecType.DoneForDay]: 'Done for Day',
  [ExecType.Canceled]: 'Canceled',
  [ExecType.Replaced]: 'Replaced',
  [ExecType.PendingNew]: 'Pending New',
  [ExecType.PendingCancel]: 'Pending Cancel',
  [ExecType.PendingReplace]: 'Pending Replace',
  [ExecType.Rejected]: 'Rejected',
  [ExecType.Expired]: 'Expired',
  [ExecType.Restated]: 'Restated',
  [ExecType.Trade]: 'Trade',
  [ExecType.TradeCorrect]: 'Corrected',
  [ExecType.TradeCancel]: 'Busted',
  [ExecType.OrderStatus]: 'Status',
  [ExecType.Triggered]: 'Triggered',
}
const finalStatuses = new Set<number>([
  OrdStatus.Filled,
  OrdStatus.DoneForDay,
  OrdStatus.Canceled,
  OrdStatus.Rejected,
  OrdStatus.Expired,
])

/** Nothing more will come for the order. */
export const isFinal = ({ ordStatus }: ExecutionReport): boolean =>
  finalStatuses.has(ordStatus.charCodeAt(0))

export const isRejected = ({ execType }: ExecutionReport): boolean =>
  execType.charCodeAt(0) === ExecType.Rejected

/**
 * `New       ab12-1 buy 100 AAPL @ 182.5 | done 0, open 100`. What a restatement is about comes before
 * the quantities: `Restated ab12-1 sell 100 AAPL @ market stop 180 | Triggered | …`.
 */
export function describeReport(report: ExecutionReport): string {
  const { execType, clOrdId, symbol, orderQty, cumQty, leavesQty } = report
  const isRestated = execType.charCodeAt(0) === ExecType.Restated
  const text = report.text ?? ''
  const name = execTypeNames[execType.charCodeAt(0)] ?? `ExecType ${execType}`
  const what = `${sideName(report.side)} ${orderQty} ${symbol} @ ${priceOf(report)}`
  const parts = [
    `${name.padEnd(8)} ${clOrdId} ${what}`,
    conditionsOf(report),
    isRestated ? text : execution(report),
    `done ${cumQty}, open ${leavesQty}`,
    average(report),
    isRestated ? '' : text,
    report.possDup ? 'sent again' : '',
  ]
  return printable(parts.filter((part) => part !== '').join(' | '))
}

/** `ab12-1  buy 60 AAPL @ 182.5 | shows 20` */
export function describeOpenOrder(report: ExecutionReport): string {
  const { clOrdId, side, leavesQty, symbol } = report
  const what = `${clOrdId}  ${sideName(side)} ${leavesQty} ${symbol} @ ${priceOf(report)}`
  return printable([what, conditionsOf(report)].filter((part) => part !== '').join(' | '))
}

export function describeCancelReject(reject: OrderCancelReject): string {
  const request = reject.cxlRejResponseTo === '2' ? 'Replace' : 'Cancel'
  const { clOrdId, origClOrdId, text } = reject
  return printable(`${request} ${clOrdId} of ${origClOrdId} refused | ${text ?? 'no reason given'}`)
}

export function describeBusinessReject(reject: BusinessMessageReject): string {
  const about = reject.businessRejectRefId ?? `message ${reject.refSeqNum ?? '?'}`
  return printable(`Refused  ${about} | ${reject.text ?? 'no reason given'}`)
}

export function describeReject(message: FixMessage): string {
  const refSeqNum = message.string(Tag.RefSeqNum) ?? '?'
  return printable(`Refused  message ${refSeqNum} | ${message.string(Tag.Text) ?? 'malformed'}`)
}

/** One object; `fields` is left out because everything in it has a name here. */
export function reportJson(
  type: string,
  answer: ExecutionReport | OrderCancelReject | BusinessMessageReject,
): string {
  return JSON.stringify({ type, ...answer, fields: undefined })
}

const sideName = (side: string): string => (side.charCodeAt(0) === Side.Buy ? 'buy' : 'sell')

/** `182.5`, `market`, `182.5 stop 182`. */
function priceOf({ ordType, price, stopPx }: ExecutionReport): string {
  const isMarket = ordType?.charCodeAt(0) === OrdType.Market || price === 0
  const limit = isMarket ? 'market' : formatPrice(price)
  return stopPx === 0 ? limit : `${limit} stop ${formatPrice(stopPx)}`
}

const instructionNames: Record<string, string> = {
  '6': 'post only',
  G: 'all or none',
  Q: 'canceled with the connection',
  K: 'canceled by a halt',
  J: 'kept over a halt',
}

/** `waits, post only, shows 20, until 20261231`; empty for most orders. */
function conditionsOf(report: ExecutionReport): string {
  const { working, execInst = '', minQty, maxFloor, expireDate, expireTime } = report
  const until = expireDate ?? expireTime
  const conditions = [
    working === false ? 'waits' : '',
    ...execInst.split(' ').map((value) => instructionNames[value] ?? value),
    minQty === 0 ? '' : `at least ${minQty}`,
    maxFloor === 0 ? '' : `shows ${maxFloor}`,
    until === undefined ? '' : `until ${until}`,
  ]
  return conditions.filter((condition) => condition !== '').join(', ')
}

function execution({ execType, lastQty, lastPx }: ExecutionReport): string {
  const executions: readonly number[] = [ExecType.Trade, ExecType.TradeCorrect]
  if (!executions.includes(execType.charCodeAt(0))) return ''
  return `${lastQty} at ${formatPrice(lastPx)}`
}

const average = ({ cumQty, avgPx }: ExecutionReport): string =>
  cumQty === 0 ? '' : `average ${formatDecimal(avgPx, AVG_PX_DECIMALS)}`
