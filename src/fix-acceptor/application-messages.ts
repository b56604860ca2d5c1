/**
 * Which application message goes where, and what answers those that this venue or this session has
 * no use for: BusinessMessageReject(j), FIX 4.4 volume 1, with BusinessRejectReason(380).
 */
import type { FixMessage } from '../fix/index.ts'
import { FieldWriter, Tag } from '../fix/index.ts'
import type { CommandQueue } from '../wire/index.ts'
import type { Origin, OrderIntake } from './order-intake.ts'

const BusinessRejectReason = { UnsupportedMessageType: 3, NotAuthorized: 6 } as const

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

  receive(message: FixMessage, origin: Origin, answers: Answers): void {
    switch (message.msgType) {
      case 'j':
        return
      case 'D':
      case 'F':
      case 'G':
        if (origin.session.role !== 'order-entry') break
        return this.receiveOrder(message, origin)
      default:
        return this.refuse(message, answers, BusinessRejectReason.UnsupportedMessageType)
    }
    this.refuse(message, answers, BusinessRejectReason.NotAuthorized)
  }

  private receiveOrder(message: FixMessage, origin: Origin): void {
    const commands = this.queue.buffer
    if (message.msgType === 'D') this.intake.newOrder(message, origin, commands)
    else if (message.msgType === 'F') this.intake.cancelRequest(message, origin, commands)
    else this.intake.replaceRequest(message, origin, commands)
  }

  private refuse(message: FixMessage, answers: Answers, reason: number): void {
    const { body } = this
    body.clear()
    body.int(Tag.RefSeqNum, message.msgSeqNum)
    body.string(Tag.RefMsgType, message.msgType)
    body.int(Tag.BusinessRejectReason, reason)
    const isType = reason === BusinessRejectReason.UnsupportedMessageType
    body.string(Tag.Text, isType ? 'Unsupported Message Type' : 'Not authorized')
    answers.send('j', body)
  }
}
