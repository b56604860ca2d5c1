/**
 * Which application message goes where: one table, so that what is offered is what has a handler. It
 * also answers those that this session has no right to send or that are for somebody else.
 */
import type { BusinessReject, FixMessage } from '../fix/index.ts'
import { MsgType, Tag } from '../fix/index.ts'
import type { CommandQueue, VenueSession } from '../wire/index.ts'
import type { Answers } from './answers.ts'
import type { DontKnowTradeIntake } from './dont-know-trade-intake.ts'
import type { LongAnswers } from './long-answers.ts'
import type { MassCancelIntake } from './mass-cancel-intake.ts'
import type { Origin, OrderIntake } from './order-intake.ts'
import type { ReferenceData } from './reference-data.ts'
import type { StatusIntake } from './status-intake.ts'

const NOT_AUTHORIZED: BusinessReject = { reason: 6, text: 'Not authorized' }
/** A message with DeliverToCompID(128): nobody is behind this venue. */
export const DELIVER_TO: BusinessReject = {
  reason: 7,
  text: 'DeliverTo firm not available at this time',
}

/** Judges a message of its type and queues the command that it becomes, or answers it. */
type Handler = (message: FixMessage, origin: Origin, answers: Answers) => BusinessReject | undefined

/** Those who judge messages and make commands of them. */
export interface Intakes {
  readonly orders: OrderIntake
  readonly status: StatusIntake
  readonly massCancels: MassCancelIntake
  readonly doubts: DontKnowTradeIntake
  readonly reference: ReferenceData
  readonly longAnswers: LongAnswers
}

export class ApplicationMessages {
  private readonly handlers: ReadonlyMap<string, Handler>

  constructor(
    { orders, status, massCancels, doubts, reference, longAnswers }: Intakes,
    queue: CommandQueue,
  ) {
    const paced =
      (answer: Handler): Handler =>
      (message, origin, answers) =>
        longAnswers.refusal(origin.session.index) ?? answer(message, origin, answers)
    this.handlers = new Map<string, Handler>([
      [MsgType.NewOrderSingle, (message, origin) => orders.newOrder(message, origin, queue.buffer)],
      [
        MsgType.OrderCancelRequest,
        (message, origin) => orders.cancelRequest(message, origin, queue.buffer),
      ],
      [
        MsgType.OrderCancelReplaceRequest,
        (message, origin) => orders.replaceRequest(message, origin, queue.buffer),
      ],
      [
        MsgType.OrderMassCancelRequest,
        (message, origin) => massCancels.massCancelRequest(message, origin),
      ],
      [MsgType.DontKnowTrade, (message, origin) => doubts.dontKnowTrade(message, origin)],
      [
        MsgType.SecurityListRequest,
        paced((...received) => reference.securityListRequest(...received)),
      ],
      [
        MsgType.SecurityStatusRequest,
        (...received) => reference.securityStatusRequest(...received),
      ],
      [
        MsgType.TradingSessionStatusRequest,
        (...received) => reference.tradingSessionStatusRequest(...received),
      ],
      [MsgType.OrderStatusRequest, (message, origin) => status.statusRequest(message, origin)],
      [
        MsgType.OrderMassStatusRequest,
        paced((...received) => status.massStatusRequest(...received)),
      ],
    ])
  }

  /** Whether a message type is taken from a session; a drop copy is to be told that it has no right. */
  offers(msgType: string, role: VenueSession['role']): boolean {
    if (role === 'drop-copy' || msgType === MsgType.BusinessMessageReject) return true
    return this.handlers.has(msgType)
  }

  /** A message of a type that is offered. */
  receive(message: FixMessage, origin: Origin, answers: Answers): void {
    if (message.msgType === MsgType.BusinessMessageReject) return
    const reject = this.take(message, origin, answers)
    if (reject !== undefined) answers.businessReject(message, reject)
  }

  private take(message: FixMessage, origin: Origin, answers: Answers): BusinessReject | undefined {
    if (origin.session.role !== 'order-entry') return NOT_AUTHORIZED
    // An order that another firm was to have must not become one here.
    if (message.has(Tag.DeliverToCompID)) return DELIVER_TO
    return this.handlers.get(message.msgType)!(message, origin, answers)
  }
}
