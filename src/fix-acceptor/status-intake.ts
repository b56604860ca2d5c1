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
import { readMassStatus, writeNone } from './mass-status-request.ts'
import type { Origin } from './order-intake.ts'
import { accountOf, copyId, isWellFormedId, orderIdOf } from './order-values.ts'
import { refusalOfId } from './request-id.ts'
import type { SymbolIndex } from './symbol-index.ts'

/** OrdRejReason(103) */
const UNKNOWN_ORDER = 5

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
    const request = readMassStatus(message, this.symbols)
    if ('reason' in request) return request
    const { locate } = request

    const account = message.has(Tag.Account) ? accountOf(message, origin.session) : 0
    const { body } = this
    body.clear()
    echo(body, message, Tag.MassStatusReqID)
    const echoLength = body.length
    writeNone(body, message, request, account >= 0)
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
}
