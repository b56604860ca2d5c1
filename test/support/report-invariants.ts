/**
 * What holds for every ExecutionReport(8) and OrderCancelReject(9), whatever their order goes through:
 * what a certifier looks at on each, and what follows from FIX 4.4 volume 4 for the next. A ReportWatch
 * sees all that an exchange says to its order-entry sessions, in the order of each, from the first
 * report on, and folds it into what the order must be by now.
 */
import type { Execution } from './average-px.ts'
import { averagePx, cumQtyOf, isSameAvgPx } from './average-px.ts'
import { parseFields } from './transcript.ts'

type Fields = ReadonlyMap<number, string | undefined>

/** An order as its reports have told it: what does not change but by 150=5 or D, and what does. */
interface Order {
  /** Whether we have heard of it from its beginning. */
  readonly isWhole: boolean
  readonly identity: string
  readonly executions: Map<string, Execution>
  terms: string
  /** The last accepted. */
  clOrdId: string | undefined
  ordStatus: string
}

type Rule = readonly [says: string, holds: (report: Fields, order: Order | undefined) => boolean]

const EXEC_TYPES = '03456789ABCDEFGHI'
const ORD_STATUSES = '012346789ABCDE'
const PENDING = '6AE'
const LIVE = `01679AE`
/** What the order is about, and what only a replacement or a restatement changes. */
const IDENTITY = [55, 54, 1, 40]
const TERMS = [38, 44, 59]

const isOneOf = (values: string, value: string | undefined): boolean =>
  value?.length === 1 && values.includes(value)
const number = (fields: Fields, tag: number): number => Number(fields.get(tag))
const pick = (fields: Fields, tags: readonly number[]): string =>
  tags.map((tag) => `${tag}=${fields.get(tag) ?? ''}`).join('|')

const RULES: readonly Rule[] = [
  ['ExecType(150) is one of FIX 4.4', (report) => isOneOf(EXEC_TYPES, report.get(150))],
  ['OrdStatus(39) is one of FIX 4.4', (report) => isOneOf(ORD_STATUSES, report.get(39))],
  [
    'OrderQty(38) = CumQty(14) + LeavesQty(151) while live, and LeavesQty is 0 at the end',
    (report) => number(report, 151) === openQty(report),
  ],
  ['OrdStatus(39) says what CumQty(14) says', saysWhatCumQtySays],
  [
    'LastQty(32) and LastPx(31) are on an execution, and on nothing else',
    (report) =>
      isOneOf('FG', report.get(150))
        ? number(report, 32) > 0 && report.has(31)
        : !report.has(32) && !report.has(31),
  ],
  [
    'CumQty(14) is the sum of the executions: none is hidden in another report',
    (report, order) => !order?.isWhole || number(report, 14) === cumQtyOf(executionsOf(order)),
  ],
  [
    'AvgPx(6) is exact over all executions',
    (report, order) =>
      !order?.isWhole || isSameAvgPx(report.get(6) ?? '', averagePx(executionsOf(order))),
  ],
  [
    'OrderID(37) is NONE for what is no order, which is Rejected with nothing done',
    (report) => report.get(37) !== 'NONE' || (report.get(39) === '8' && number(report, 14) === 0),
  ],
  [
    'OrderID(37) stands for one symbol, side, account and order type',
    (report, order) => order === undefined || pick(report, IDENTITY) === order.identity,
  ],
  [
    'OrderQty(38), Price(44) and TimeInForce(59) change with 150=5 or D only',
    (report, order) =>
      order === undefined || isOneOf('5D', report.get(150)) || pick(report, TERMS) === order.terms,
  ],
  [
    'OrigClOrdID(41) is on the answer to a request, and is the last accepted ClOrdID',
    (report, order) => {
      if (!report.has(41)) return !isOneOf('56E', report.get(150))
      // A status ties back to the ClOrdID that was asked for (G.1.c).
      if (report.get(150) === 'I') return true
      return isOneOf('456E', report.get(150)) && agrees(order?.clOrdId, report.get(41))
    },
  ],
  [
    'ClOrdID(11) of what nobody asked for is the last accepted',
    (report, order) =>
      !(isOneOf('3CDFGH', report.get(150)) || isUnsolicitedCancel(report)) ||
      agrees(order?.clOrdId, report.get(11)),
  ],
  [
    'OrdRejReason(103) and Text(58) are on a reject',
    (report) =>
      report.get(150) === '8'
        ? report.has(103) && report.has(58)
        : !report.has(103) || report.get(39) === '8',
  ],
  [
    'ExecRestatementReason(378) is on what nobody asked for',
    (report) => !report.has(378) || isUnsolicitedCancel(report) || report.get(150) === 'D',
  ],
  [
    'ExecRefID(19) is on a bust and a correction',
    (report) => isOneOf('GH', report.get(150)) === report.has(19),
  ],
]

const CANCEL_REJECT_RULES: readonly Rule[] = [
  ['CxlRejReason(102), CxlRejResponseTo(434) and Text(58) are there', hasItsReasons],
  [
    'an unknown order has OrderID(37) NONE and OrdStatus(39) Rejected',
    (reject) => reject.get(37) !== 'NONE' || reject.get(39) === '8',
  ],
  [
    'OrdStatus(39) is the order’s, which the reject does not change',
    (reject, order) => agrees(order?.ordStatus, reject.get(39)),
  ],
  [
    'OrigClOrdID(41) is the last accepted ClOrdID',
    (reject, order) => agrees(order?.clOrdId, reject.get(41)),
  ],
]

export class ReportWatch {
  readonly #orders = new Map<string, Order>()
  readonly #execIds = new Set<string>()
  /** ClOrdIDs of mass cancels, which no order takes over. */
  readonly #massCancels = new Set<string | undefined>()

  /**
   * @param text `35=8|37=1|11=X|…`, with or without its header
   * @returns the rules that it breaks; none for a message that is neither 8 nor 9, or was heard before
   */
  see(text: string): string[] {
    const fields = parseFields(text)
    const order = this.#orders.get(fields.get(37) ?? '')
    if (fields.get(35) === '9') return broken(CANCEL_REJECT_RULES, fields, order)
    if (fields.get(35) === 'r') this.#massCancels.add(fields.get(11))
    if (fields.get(35) !== '8' || this.#isHeardAgain(fields)) return []

    const execIdIsNew = this.#noteExecId(fields)
    const seen = order ?? this.#begin(fields)
    if (seen !== undefined) noteExecution(seen, fields)
    const problems = broken(RULES, fields, seen)
    if (seen !== undefined) this.#noteState(seen, fields)
    return execIdIsNew ? problems : ['ExecID(17) is new, or 0 on a status', ...problems]
  }

  #isHeardAgain(fields: Fields): boolean {
    return fields.get(43) === 'Y' && this.#execIds.has(fields.get(17) ?? '')
  }

  #noteExecId(fields: Fields): boolean {
    const execId = fields.get(17) ?? ''
    if (execId === '0') return fields.get(150) === 'I'
    const isNew = execId !== '' && !this.#execIds.has(execId)
    this.#execIds.add(execId)
    return isNew
  }

  #noteState(order: Order, report: Fields): void {
    const isAnswer = isOneOf('45', report.get(150)) && report.has(41)
    const isForOneOrder = isAnswer && !this.#massCancels.has(report.get(11))
    if (report.get(150) === '0' || isForOneOrder) order.clOrdId = report.get(11)
    if (!isOneOf(PENDING, report.get(150))) order.ordStatus = report.get(39) ?? ''
    order.terms = pick(report, TERMS)
  }

  #begin(report: Fields): Order | undefined {
    const orderId = report.get(37)
    if (orderId === undefined || orderId === 'NONE') return undefined
    const order: Order = {
      isWhole: isOneOf('0A', report.get(150)),
      identity: pick(report, IDENTITY),
      executions: new Map(),
      terms: pick(report, TERMS),
      clOrdId: undefined,
      ordStatus: report.get(39) ?? '',
    }
    this.#orders.set(orderId, order)
    return order
  }
}

const broken = (rules: readonly Rule[], fields: Fields, order: Order | undefined): string[] =>
  rules.filter(([, holds]) => !holds(fields, order)).map(([says]) => says)

/** A bust takes an execution away, a correction puts another in its place. */
function noteExecution({ executions }: Order, report: Fields): void {
  executions.delete(report.get(19) ?? '')
  if (!isOneOf('FG', report.get(150))) return
  executions.set(report.get(17) ?? '', {
    lastQty: number(report, 32),
    lastPx: report.get(31) ?? '',
  })
}

function openQty(report: Fields): number {
  const isLive = isOneOf(LIVE, report.get(39))
  // Done for day: an order that goes on tomorrow keeps what is open.
  const goesOn = report.get(39) === '3' && number(report, 151) > 0
  return isLive || goesOn ? number(report, 38) - number(report, 14) : 0
}

function saysWhatCumQtySays(report: Fields): boolean {
  const cumQty = number(report, 14)
  switch (report.get(39)) {
    case '0':
    case 'A':
    case '8':
      return cumQty === 0
    case '1':
      return cumQty > 0 && cumQty < number(report, 38)
    case '2':
      return cumQty === number(report, 38)
    default:
      return true
  }
}

function hasItsReasons(reject: Fields): boolean {
  return reject.has(102) && reject.has(58) && isOneOf('12', reject.get(434))
}

const isUnsolicitedCancel = (report: Fields): boolean => report.get(150) === '4' && !report.has(41)

/** Of an order that we have not heard from its beginning we may not know it. */
const agrees = (known: string | undefined, told: string | undefined): boolean =>
  known === undefined || known === told

const executionsOf = ({ executions }: Order): Execution[] => [...executions.values()]
