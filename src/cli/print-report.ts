/** The exchange's answers as a line for people, or as JSON with prices in 1/10,000. */
import type { BusinessMessageReject, ExecutionReport, OrderCancelReject } from '../client/index.ts'
import { AVG_PX_DECIMALS } from '../client/index.ts'
import { ExecType, formatDecimal, formatPrice, OrdStatus, OrdType, Side } from '../domain/index.ts'
import type { FixMessage } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'
import { printable } from './printable.ts'

const execTypeNames: Record<number, string> = {
  [ExecType.New]: 'New',
  [ExecType.Canceled]: 'Canceled',
  [ExecType.Replaced]: 'Replaced',
  [ExecType.Rejected]: 'Rejected',
  [ExecType.Expired]: 'Expired',
  [ExecType.Restated]: 'Restated',
  [ExecType.Trade]: 'Trade',
  [ExecType.OrderStatus]: 'Status',
}
const finalStatuses = new Set<number>([
  OrdStatus.Filled,
  OrdStatus.Canceled,
  OrdStatus.Rejected,
  OrdStatus.Expired,
])

/** Nothing more will come for the order. */
export const isFinal = ({ ordStatus }: ExecutionReport): boolean =>
  finalStatuses.has(ordStatus.charCodeAt(0))

export const isRejected = ({ execType }: ExecutionReport): boolean =>
  execType.charCodeAt(0) === ExecType.Rejected

/** `New       ab12-1 buy 100 AAPL @ 182.5 | done 0, open 100` */
export function describeReport(report: ExecutionReport): string {
  const { execType, clOrdId, symbol, orderQty, cumQty, leavesQty } = report
  const name = execTypeNames[execType.charCodeAt(0)] ?? `ExecType ${execType}`
  const what = `${sideName(report.side)} ${orderQty} ${symbol} @ ${priceOf(report)}`
  const parts = [
    `${name.padEnd(8)} ${clOrdId} ${what}`,
    execution(report),
    `done ${cumQty}, open ${leavesQty}`,
    average(report),
    report.text ?? '',
    report.possDup ? 'sent again' : '',
  ]
  return printable(parts.filter((part) => part !== '').join(' | '))
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

const priceOf = ({ ordType, price }: ExecutionReport): string =>
  ordType?.charCodeAt(0) === OrdType.Market || price === 0 ? 'market' : formatPrice(price)

function execution({ execType, lastQty, lastPx }: ExecutionReport): string {
  if (execType.charCodeAt(0) !== ExecType.Trade) return ''
  return `${lastQty} at ${formatPrice(lastPx)}`
}

const average = ({ cumQty, avgPx }: ExecutionReport): string =>
  cumQty === 0 ? '' : `average ${formatDecimal(avgPx, AVG_PX_DECIMALS)}`
