/**
 * Application messages → command records. The session layer has judged header, sequence and
 * structure; here FIX values become scaled integers and table numbers. What a record cannot hold is
 * refused with the answer that docs/protocols/order-entry.md names; numbers are the engine's to judge.
 */
import { assert, CxlRejResponseTo, TimeInForce } from '../domain/index.ts'
import type { BusinessReject, FixMessage } from '../fix/index.ts'
import { FieldWriter, legible, Tag } from '../fix/index.ts'
import type { RecordBuffer, VenueSession } from '../wire/index.ts'
import {
  BODY_BYTES_MAX,
  cancelOrder,
  CommandType,
  enterOrder,
  orderConditions,
  refuseOrder,
  refuseRequest,
  replaceOrder,
} from '../wire/index.ts'
import { echo, ECHO_CHARACTERS_MAX } from './echo.ts'
import { CONDITION_TAGS, STP_TAGS, writeConditions } from './order-conditions.ts'
import type { Refusal } from './order-refusal.ts'
import { OrderRefusals } from './order-refusal.ts'
import {
  accountOf,
  copyId,
  isWellFormedId,
  orderIdOf,
  priceOf,
  quantityOf,
  timeInForceOf,
} from './order-values.ts'
import type { SymbolIndex } from './symbol-index.ts'

/** Session 49 at inbound number n: where the command comes from. */
export interface Origin {
  readonly session: VenueSession
  /** MsgSeqNum(34) expected after this message. */
  readonly expectedMsgSeqNum: number
  /** How an order without a field that it needs is refused. */
  readonly conditionalRequired: 'report' | 'bmr'
}

/** BusinessRejectReason(380) */
const CONDITIONALLY_REQUIRED = 5

/**
 * What a refusal tells back of the order: it is all that the client has to find it by. Account and
 * TimeInForce are told as what they would have been when they were not sent.
 */
const ECHOED = [
  Tag.ClOrdID,
  Tag.Account,
  Tag.Symbol,
  Tag.Side,
  Tag.OrderQty,
  Tag.OrdType,
  Tag.Price,
  Tag.TimeInForce,
  ...CONDITION_TAGS,
  ...STP_TAGS,
]

export class OrderIntake {
  private readonly enter = enterOrder.flyweight()
  private readonly cancel = cancelOrder.flyweight()
  private readonly replace = replaceOrder.flyweight()
  private readonly refusedOrder = refuseOrder.flyweight()
  private readonly refusedRequest = refuseRequest.flyweight()
  private readonly body = new FieldWriter(512)
  private readonly symbols: SymbolIndex
  private readonly refusals: OrderRefusals

  constructor(symbols: SymbolIndex) {
    this.symbols = symbols
    this.refusals = new OrderRefusals(symbols)
  }

  /** NewOrderSingle(D) */
  newOrder(
    message: FixMessage,
    origin: Origin,
    commands: RecordBuffer,
  ): BusinessReject | undefined {
    const locate = this.symbols.find(message)
    const account = accountOf(message, origin.session)
    const refusal = this.refusals.ofNewOrder(message, locate, account)
    if (refusal !== undefined) return this.refuseNewOrder(message, origin, refusal, commands)

    const at = this.append(CommandType.EnterOrder, enterOrder.length, {
      message,
      origin,
      commands,
    })
    const record = this.enter
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = origin.expectedMsgSeqNum
    record.locate = locate
    record.account = account
    record.orderQty = quantityOf(message, Tag.OrderQty)
    record.price = priceOf(message, Tag.Price)
    record.side = message.byte(Tag.Side)
    record.ordType = message.byte(Tag.OrdType)
    record.timeInForce = timeInForceOf(message)
    record.possResend = message.flag(Tag.PossResend) ? 1 : 0
    copyId(message, Tag.ClOrdID, commands, at + enterOrder.offsets.clOrdId)
    return undefined
  }

  /** OrderCancelRequest(F) */
  cancelRequest(
    message: FixMessage,
    origin: Origin,
    commands: RecordBuffer,
  ): BusinessReject | undefined {
    const refusal = this.refusals.ofCancel(message)
    if (refusal !== undefined) {
      return this.refuseChange(message, origin, CxlRejResponseTo.Cancel, refusal, commands)
    }

    const at = commands.append(CommandType.CancelOrder, origin.session.index, cancelOrder.length)
    const record = this.cancel
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = origin.expectedMsgSeqNum
    record.locate = this.symbols.find(message)
    record.side = message.byte(Tag.Side)
    record.possResend = message.flag(Tag.PossResend) ? 1 : 0
    record.orderId = orderIdOf(message)
    copyId(message, Tag.ClOrdID, commands, at + cancelOrder.offsets.clOrdId)
    copyId(message, Tag.OrigClOrdID, commands, at + cancelOrder.offsets.origClOrdId)
    return undefined
  }

  /** OrderCancelReplaceRequest(G) */
  replaceRequest(
    message: FixMessage,
    origin: Origin,
    commands: RecordBuffer,
  ): BusinessReject | undefined {
    const account = accountOf(message, origin.session)
    const locate = this.symbols.find(message)
    const refusal = this.refusals.ofReplace(message, locate, account)
    if (refusal !== undefined) {
      return this.refuseChange(message, origin, CxlRejResponseTo.Replace, refusal, commands)
    }

    const at = this.append(CommandType.ReplaceOrder, replaceOrder.length, {
      message,
      origin,
      commands,
    })
    const record = this.replace
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = origin.expectedMsgSeqNum
    record.locate = locate
    record.account = account
    record.orderId = orderIdOf(message)
    record.orderQty = quantityOf(message, Tag.OrderQty)
    record.price = priceOf(message, Tag.Price)
    record.side = message.byte(Tag.Side)
    record.ordType = message.byte(Tag.OrdType)
    record.timeInForce = timeInForceOf(message)
    record.possResend = message.flag(Tag.PossResend) ? 1 : 0
    copyId(message, Tag.ClOrdID, commands, at + replaceOrder.offsets.clOrdId)
    copyId(message, Tag.OrigClOrdID, commands, at + replaceOrder.offsets.origClOrdId)
    return undefined
  }

  /** A record with the conditions of the order behind it, if it has any. */
  private append(
    type: number,
    length: number,
    { message, origin, commands }: { message: FixMessage; origin: Origin; commands: RecordBuffer },
  ): number {
    const { index } = origin.session
    if (!this.refusals.fields.hasConditions) return commands.append(type, index, length)
    const at = commands.append(type, index, length + orderConditions.length)
    writeConditions(message, commands, at + length)
    return at
  }

  private refuseNewOrder(
    message: FixMessage,
    origin: Origin,
    refusal: Refusal,
    commands: RecordBuffer,
  ): BusinessReject | undefined {
    const instead = rejectInstead(message, origin, refusal)
    if (instead !== undefined) return instead
    const { body } = this
    body.clear()
    for (const tag of ECHOED) echo(body, message, tag, defaultOf(tag, origin.session))
    body.int(Tag.OrdRejReason, refusal.fixCode)
    body.string(Tag.Text, refusal.text)

    assert(body.length <= BODY_BYTES_MAX, 'the body fits its record')
    const length = refuseOrder.length + body.length
    const at = commands.append(CommandType.RefuseOrder, origin.session.index, length)
    const record = this.refusedOrder
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = origin.expectedMsgSeqNum
    record.possResend = message.flag(Tag.PossResend) ? 1 : 0
    record.bodyLength = body.length
    if (isWellFormedId(message, Tag.ClOrdID)) {
      copyId(message, Tag.ClOrdID, commands, at + refuseOrder.offsets.clOrdId)
    }
    commands.bytes.set(body.bytes.subarray(0, body.length), at + refuseOrder.length)
    return undefined
  }

  private refuseChange(
    message: FixMessage,
    origin: Origin,
    responseTo: number,
    refusal: Refusal,
    commands: RecordBuffer,
  ): BusinessReject | undefined {
    const instead = rejectInstead(message, origin, refusal)
    if (instead !== undefined) return instead
    const { body } = this
    const { clOrdId, origClOrdId } = refuseRequest.offsets
    const idIsGood = isWellFormedId(message, Tag.ClOrdID)
    const origIsGood = isWellFormedId(message, Tag.OrigClOrdID)
    body.clear()
    if (!idIsGood) echo(body, message, Tag.ClOrdID)
    if (!origIsGood) echo(body, message, Tag.OrigClOrdID)
    body.int(Tag.CxlRejReason, refusal.fixCode)
    body.string(Tag.Text, refusal.text)

    assert(body.length <= BODY_BYTES_MAX, 'the body fits its record')
    const length = refuseRequest.length + body.length
    const at = commands.append(CommandType.RefuseRequest, origin.session.index, length)
    const record = this.refusedRequest
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = origin.expectedMsgSeqNum
    record.cxlRejResponseTo = responseTo
    record.bodyLength = body.length
    if (idIsGood) copyId(message, Tag.ClOrdID, commands, at + clOrdId)
    if (origIsGood) copyId(message, Tag.OrigClOrdID, commands, at + origClOrdId)
    commands.bytes.set(body.bytes.subarray(0, body.length), at + refuseRequest.length)
    return undefined
  }
}

/** What the session hears instead of a report, where it wants to. FIX 4.4 volume 2, case 14m. */
function rejectInstead(
  message: FixMessage,
  { conditionalRequired }: Origin,
  { isConditional, text }: Refusal,
): BusinessReject | undefined {
  if (isConditional !== true || conditionalRequired === 'report') return undefined
  const refId = legible(message.string(Tag.ClOrdID)!, ECHO_CHARACTERS_MAX)
  return { reason: CONDITIONALLY_REQUIRED, text, refId }
}

function defaultOf(tag: number, { accounts }: VenueSession): string | undefined {
  if (tag === Tag.Account) return accounts[0]
  return tag === Tag.TimeInForce ? String.fromCharCode(TimeInForce.Day) : undefined
}
