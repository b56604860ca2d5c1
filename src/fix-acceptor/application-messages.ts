/**
 * Which application message goes where, and what answers those that this session has no right to
 * send or that are for somebody else: BusinessMessageReject(j), FIX 4.4 volume 1, with
 * BusinessRejectReason(380).
 */
import type { FixMessage } from '../fix/index.ts'
import { FieldWriter, MsgType, Tag } from '../fix/index.ts'
import type { CommandQueue, VenueSession } from '../wire/index.ts'
import type { BusinessReject, Origin, OrderIntake } from './order-intake.ts'

const NOT_AUTHORIZED: BusinessReject = { reason: 6, text: 'Not authorized' }
const DELIVER_TO: BusinessReject = {
  reason: 7,
  text: 'DeliverTo firm not available at this time',
}
const OFFERED: ReadonlySet<string> = new Set<string>([
  MsgType.NewOrderSingle,
  MsgType.OrderCancelRequest,
  MsgType.OrderCancelReplaceRequest,
  MsgType.BusinessMessageReject,
])

/** Whether a message type is taken from a session; a drop copy is to be told that it has no right. */
export const isOffered = (msgType: string, role: VenueSession['role']): boolean =>
  role === 'drop-copy' || OFFERED.has(msgType)

/** Sends a message on the session that is being answered. */
export interface Answers {
  send(msgType: string, body: FieldWriter): void
}

export class ApplicationMessages {
  private readonly intake: OrderIntake
  private readonly queue: CommandQueue
  private readonly body = new FieldWriter(256)

  constructor(intake: OrderIntake, queue: CommandQueue) {
    this.intake = intake
    this.queue = queue
  }

  /** A message of a type that is offered. */
  receive(message: FixMessage, origin: Origin, answers: Answers): void {
    if (message.msgType === MsgType.BusinessMessageReject) return
    if (origin.session.role !== 'order-entry') {
      return this.refuse(message, NOT_AUTHORIZED, answers)
    }
    // An order that another firm was to have must not become one here.
    if (message.has(Tag.DeliverToCompID)) return this.refuse(message, DELIVER_TO, answers)

    const reject = this.take(message, origin)
    if (reject !== undefined) this.refuse(message, reject, answers)
  }

  private take(message: FixMessage, origin: Origin): BusinessReject | undefined {
    const commands = this.queue.buffer
    switch (message.msgType) {
      case MsgType.NewOrderSingle:
        return this.intake.newOrder(message, origin, commands)
      case MsgType.OrderCancelRequest:
        return this.intake.cancelRequest(message, origin, commands)
      case MsgType.OrderCancelReplaceRequest:
        return this.intake.replaceRequest(message, origin, commands)
      default:
        return undefined
    }
  }

  private refuse(
    message: FixMessage,
    { reason, text, refId }: BusinessReject,
    answers: Answers,
  ): void {
    const { body } = this
    body.clear()
    body.int(Tag.RefSeqNum, message.msgSeqNum)
    body.string(Tag.RefMsgType, message.msgType)
    if (refId !== undefined) body.string(Tag.BusinessRejectRefID, refId)
    body.int(Tag.BusinessRejectReason, reason)
    body.string(Tag.Text, text)
    answers.send(MsgType.BusinessMessageReject, body)
  }
}
