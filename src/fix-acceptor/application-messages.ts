/**
 * Which application message goes where, and what answers those that this session has no right to
 * send or that are for somebody else: BusinessMessageReject(j), FIX 4.4 volume 1, with
 * BusinessRejectReason(380).
 */
import type { BusinessReject, FixMessage } from '../fix/index.ts'
import { MsgType, Tag } from '../fix/index.ts'
import type { CommandQueue, VenueSession } from '../wire/index.ts'
import type { Origin, OrderIntake } from './order-intake.ts'

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

/** The session that is being answered. */
export interface Answers {
  businessReject(message: FixMessage, reject: BusinessReject): void
}

export class ApplicationMessages {
  private readonly intake: OrderIntake
  private readonly queue: CommandQueue

  constructor(intake: OrderIntake, queue: CommandQueue) {
    this.intake = intake
    this.queue = queue
  }

  /** A message of a type that is offered. */
  receive(message: FixMessage, origin: Origin, answers: Answers): void {
    if (message.msgType === MsgType.BusinessMessageReject) return
    if (origin.session.role !== 'order-entry') {
      return answers.businessReject(message, NOT_AUTHORIZED)
    }
    // An order that another firm was to have must not become one here.
    if (message.has(Tag.DeliverToCompID)) return answers.businessReject(message, DELIVER_TO)

    const reject = this.take(message, origin)
    if (reject !== undefined) answers.businessReject(message, reject)
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
}
