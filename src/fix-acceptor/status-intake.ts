/**
 * Questions about orders → command records. What a question cannot find is the engine's to say; the
 * fields of that answer go along, because only the message has them.
 */
import type { BusinessReject, FixMessage } from '../fix/index.ts'
import { FieldWriter, Tag } from '../fix/index.ts'
import type { CommandQueue } from '../wire/index.ts'
import { CommandType, reportStatus } from '../wire/index.ts'
import { echo } from './echo.ts'
import type { Origin } from './order-intake.ts'
import { copyId, isWellFormedId, orderIdOf } from './order-values.ts'
import { refusalOfId } from './request-id.ts'

/** OrdRejReason(103) */
const UNKNOWN_ORDER = 5

export class StatusIntake {
  private readonly one = reportStatus.flyweight()
  private readonly body = new FieldWriter(512)
  private readonly queue: CommandQueue

  constructor(queue: CommandQueue) {
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
}
