/**
 * Questions about orders → command records. What a question cannot find is the engine's to say; the
 * fields of that answer go along, because only the message has them.
 */
import type { BusinessReject, FixMessage } from '../fix/index.ts'
import { FieldWriter, MsgType, Tag } from '../fix/index.ts'
import type { CommandQueue } from '../wire/index.ts'
import { CommandType, reportMassStatus, reportStatus } from '../wire/index.ts'
import type { Answers } from './answers.ts'
import { echo } from './echo.ts'
import type { Origin } from './order-intake.ts'
import type { Refusal } from './order-refusal.ts'
import { isScope, locateOfScope, OFFERED_SCOPES, Scope, scopeField } from './order-scope.ts'
import { accountOf, copyId, isWellFormedId, orderIdOf } from './order-values.ts'
import { refusalOfId } from './request-id.ts'
import type { SymbolIndex } from './symbol-index.ts'

/** OrdRejReason(103) */
const UNKNOWN_SYMBOL = 1
const UNKNOWN_ORDER = 5
const UNKNOWN_ACCOUNT = 15
const OTHER = 99

/** What an ExecutionReport(8) that is about no order says in fields that FIX wants of each. */
const NO_SYMBOL = '[N/A]'
const UNDISCLOSED = '7'

export class StatusIntake {
  private readonly one = reportStatus.flyweight()
  private readonly many = reportMassStatus.flyweight()
  private readonly body = new FieldWriter(512)
  private readonly symbols: SymbolIndex
  private readonly queue: CommandQueue

  constructor(symbols: SymbolIndex, queue: CommandQueue) {
    this.symbols = symbols
    this.queue = queue
  }

  /** OrderStatusRequest(H) */
  statusRequest(message: FixMessage, origin: Origin): BusinessReject | undefined {
    const hasId = message.has(Tag.OrdStatusReqID)
    const refusal = hasId ? refusalOfId(message, Tag.OrdStatusReqID) : undefined
    if (refusal !== undefined) return refusal

    const { body } = this
    body.clear()
    echo(body, message, Tag.OrdStatusReqID)
    const echoLength = body.length
    for (const tag of [Tag.ClOrdID, Tag.Symbol, Tag.Side]) echo(body, message, tag)
    body.int(Tag.OrderQty, 0)
    body.int(Tag.OrdRejReason, UNKNOWN_ORDER)
    body.string(Tag.Text, 'Unknown order')

    const commands = this.queue.buffer
    const { session, expectedMsgSeqNum } = origin
    const length = reportStatus.length + body.length
    const at = commands.append(CommandType.ReportStatus, session.index, length)
    const record = this.one
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = expectedMsgSeqNum
    record.echoLength = echoLength
    record.bodyLength = body.length
    record.orderId = orderIdOf(message)
    if (isWellFormedId(message, Tag.ClOrdID)) {
      copyId(message, Tag.ClOrdID, commands, at + reportStatus.offsets.clOrdId)
    }
    commands.bytes.set(body.bytes.subarray(0, body.length), at + reportStatus.length)
    return undefined
  }

  /** OrderMassStatusRequest(AF) */
  massStatusRequest(
    message: FixMessage,
    origin: Origin,
    answers: Answers,
  ): BusinessReject | undefined {
    const refusal = refusalOfId(message, Tag.MassStatusReqID)
    if (refusal !== undefined) return refusal
    const scope = message.string(Tag.MassStatusReqType)!
    if (!isScope(scope)) {
      const text = `Unsupported MassStatusReqType(585): ${OFFERED_SCOPES} are offered`
      return { reason: 0, text }
    }
    const locate = locateOfScope(message, scope, this.symbols)
    if (locate === 'missing') {
      const text = `Conditionally required field missing: ${scopeField(scope)}`
      return { reason: 5, text }
    }

    const account = message.has(Tag.Account) ? accountOf(message, origin.session) : 0
    const { body } = this
    body.clear()
    echo(body, message, Tag.MassStatusReqID)
    const echoLength = body.length
    this.writeNone(message, refusalOf(scope, locate, account) ?? NO_OPEN_ORDERS)
    if (locate === 'unknown' || account < 0) {
      answers.send(MsgType.ExecutionReport, body)
      return undefined
    }

    const commands = this.queue.buffer
    const { session, expectedMsgSeqNum } = origin
    const length = reportMassStatus.length + body.length
    const at = commands.append(CommandType.ReportMassStatus, session.index, length)
    const record = this.many
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = expectedMsgSeqNum
    record.echoLength = echoLength
    record.bodyLength = body.length
    record.locate = locate
    record.account = account
    record.side = message.has(Tag.Side) ? message.byte(Tag.Side) : 0
    commands.bytes.set(body.bytes.subarray(0, body.length), at + reportMassStatus.length)
    return undefined
  }

  /** The one answer that there is when there is no order to tell. */
  private writeNone(message: FixMessage, { fixCode, text }: Refusal): void {
    const { body } = this
    echo(body, message, Tag.Symbol, NO_SYMBOL)
    echo(body, message, Tag.Side, UNDISCLOSED)
    body.int(Tag.OrderQty, 0)
    body.int(Tag.OrdRejReason, fixCode)
    body.string(Tag.Text, text)
    body.int(Tag.TotNumReports, 0)
    body.boolean(Tag.LastRptRequested, true)
  }
}

const NO_OPEN_ORDERS: Refusal = { fixCode: UNKNOWN_ORDER, text: 'No open orders' }

function refusalOf(scope: Scope, locate: number | 'unknown', account: number): Refusal | undefined {
  if (account < 0) return { fixCode: UNKNOWN_ACCOUNT, text: 'Unknown account' }
  if (locate !== 'unknown') return undefined
  if (scope === Scope.Security) return { fixCode: UNKNOWN_SYMBOL, text: 'Unknown symbol' }
  return { fixCode: OTHER, text: `Unknown ${scopeField(scope)}` }
}
