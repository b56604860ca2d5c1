/**
 * Application messages → command records. The session layer has judged header, sequence and
 * structure; here FIX values become scaled integers and table numbers. What a record cannot hold is
 * refused with the answer that docs/protocols/order-entry.md names; numbers are the engine's to judge.
 */
import {
  CL_ORD_ID_MAX,
  CxlRejResponseTo,
  DecimalProblem,
  OrdType,
  PRICE_DECIMALS,
  PRICE_MAX,
  QUANTITY_MAX,
  Side,
  TimeInForce,
} from '../domain/index.ts'
import type { FixMessage } from '../fix/index.ts'
import { FieldWriter, fieldOf, Tag } from '../fix/index.ts'
import type { RecordBuffer, VenueSession } from '../wire/index.ts'
import {
  cancelOrder,
  CommandType,
  enterOrder,
  refuseOrder,
  refuseRequest,
  replaceOrder,
  Unrepresentable,
} from '../wire/index.ts'
import type { SymbolIndex } from './symbol-index.ts'

/** Session 49 at inbound number n: where the command comes from. */
export interface Origin {
  readonly session: VenueSession
  /** MsgSeqNum(34) expected after this message. */
  readonly expectedMsgSeqNum: number
}

/** Fields that change what an order does and that this venue does not offer: refused, not ignored. */
const NOT_OFFERED = [
  Tag.ExecInst,
  Tag.MinQty,
  Tag.MaxFloor,
  Tag.StopPx,
  Tag.ExpireTime,
  Tag.ExpireDate,
  Tag.PegOffsetValue,
  Tag.DiscretionInst,
  Tag.CashOrderQty,
  Tag.OrderPercent,
]

/** A refusal: OrdRejReason(103) or CxlRejReason(102), and Text(58). */
interface Refusal {
  readonly fixCode: number
  readonly text: string
}
const CONDITIONAL_PRICE = 'Conditionally required field missing: Price(44)'
const UNSUPPORTED = 11
const OTHER = 99
const UNKNOWN_SYMBOL = 1
const UNKNOWN_ACCOUNT = 15

export class OrderIntake {
  private readonly enter = enterOrder.flyweight()
  private readonly cancel = cancelOrder.flyweight()
  private readonly replace = replaceOrder.flyweight()
  private readonly refusedOrder = refuseOrder.flyweight()
  private readonly refusedRequest = refuseRequest.flyweight()
  private readonly body = new FieldWriter(512)
  private readonly symbols: SymbolIndex

  constructor(symbols: SymbolIndex) {
    this.symbols = symbols
  }

  /** NewOrderSingle(D) */
  newOrder(message: FixMessage, origin: Origin, commands: RecordBuffer): void {
    const locate = this.symbols.find(message)
    const account = accountOf(message, origin.session)
    const refusal = refusalOfNewOrder(message, locate, account)
    if (refusal !== undefined) {
      this.refuseNewOrder(message, origin, refusal, commands)
      return
    }

    const at = commands.append(CommandType.EnterOrder, origin.session.index, enterOrder.length)
    const record = this.enter
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = origin.expectedMsgSeqNum
    record.locate = locate
    record.account = account
    record.orderQty = quantityOf(message)
    record.price = priceOf(message)
    record.side = message.byte(Tag.Side)
    record.ordType = message.byte(Tag.OrdType)
    record.timeInForce = timeInForceOf(message)
    record.possResend = message.flag(Tag.PossResend) ? 1 : 0
    copyId(message, Tag.ClOrdID, commands, at + enterOrder.offsets.clOrdId)
  }

  /** OrderCancelRequest(F) */
  cancelRequest(message: FixMessage, origin: Origin, commands: RecordBuffer): void {
    const refusal = refusalOfIds(message)
    if (refusal !== undefined) {
      this.refuseChange(message, origin, CxlRejResponseTo.Cancel, refusal, commands)
      return
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
  }

  /** OrderCancelReplaceRequest(G) */
  replaceRequest(message: FixMessage, origin: Origin, commands: RecordBuffer): void {
    const account = accountOf(message, origin.session)
    const refusal = refusalOfReplace(message, account)
    if (refusal !== undefined) {
      this.refuseChange(message, origin, CxlRejResponseTo.Replace, refusal, commands)
      return
    }

    const at = commands.append(CommandType.ReplaceOrder, origin.session.index, replaceOrder.length)
    const record = this.replace
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = origin.expectedMsgSeqNum
    record.locate = this.symbols.find(message)
    record.account = account
    record.orderId = orderIdOf(message)
    record.orderQty = quantityOf(message)
    record.price = priceOf(message)
    record.side = message.byte(Tag.Side)
    record.ordType = message.byte(Tag.OrdType)
    record.timeInForce = timeInForceOf(message)
    record.possResend = message.flag(Tag.PossResend) ? 1 : 0
    copyId(message, Tag.ClOrdID, commands, at + replaceOrder.offsets.clOrdId)
    copyId(message, Tag.OrigClOrdID, commands, at + replaceOrder.offsets.origClOrdId)
  }

  private refuseNewOrder(
    message: FixMessage,
    origin: Origin,
    refusal: Refusal,
    commands: RecordBuffer,
  ): void {
    const { body } = this
    body.clear()
    for (const tag of ECHOED) copyField(body, message, tag)
    body.int(Tag.OrdRejReason, refusal.fixCode)
    body.string(Tag.Text, refusal.text)

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
  }

  private refuseChange(
    message: FixMessage,
    origin: Origin,
    responseTo: number,
    refusal: Refusal,
    commands: RecordBuffer,
  ): void {
    const { body } = this
    const { clOrdId, origClOrdId } = refuseRequest.offsets
    const idIsGood = isWellFormedId(message, Tag.ClOrdID)
    const origIsGood = isWellFormedId(message, Tag.OrigClOrdID)
    body.clear()
    if (!idIsGood) copyField(body, message, Tag.ClOrdID)
    if (!origIsGood) copyField(body, message, Tag.OrigClOrdID)
    body.int(Tag.CxlRejReason, refusal.fixCode)
    body.string(Tag.Text, refusal.text)

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
  }
}

/** What a refusal tells back of the order: it is all that the client has to find it by. */
const ECHOED = [
  Tag.ClOrdID,
  Tag.Account,
  Tag.Symbol,
  Tag.Side,
  Tag.OrderQty,
  Tag.OrdType,
  Tag.Price,
  Tag.TimeInForce,
]
/** Longest value that a refusal echoes; longer ones are cut. */
const ECHO_BYTES_MAX = 64

function refusalOfNewOrder(
  message: FixMessage,
  locate: number,
  account: number,
): Refusal | undefined {
  if (!isWellFormedId(message, Tag.ClOrdID)) return badId(Tag.ClOrdID)
  if (locate === 0) return { fixCode: UNKNOWN_SYMBOL, text: 'Unknown symbol' }
  if (account < 0) return { fixCode: UNKNOWN_ACCOUNT, text: 'Unknown account' }
  return refusalOfTerms(message, UNSUPPORTED)
}

function refusalOfReplace(message: FixMessage, account: number): Refusal | undefined {
  const badIds = refusalOfIds(message)
  if (badIds !== undefined) return badIds
  if (account < 0) return { fixCode: OTHER, text: 'Unknown account' }
  return refusalOfTerms(message, OTHER)
}

/** @param unsupported the code that says so: 103=11 for orders, 102=99 for replacements */
function refusalOfTerms(message: FixMessage, unsupported: number): Refusal | undefined {
  const side = message.byte(Tag.Side)
  if (side !== Side.Buy && side !== Side.Sell) return notOffered(message, Tag.Side, unsupported)
  const ordType = message.byte(Tag.OrdType)
  if (ordType !== OrdType.Limit && ordType !== OrdType.Market) {
    return notOffered(message, Tag.OrdType, unsupported)
  }
  if (!isOfferedTimeInForce(timeInForceOf(message))) {
    return { fixCode: unsupported, text: 'Unsupported TimeInForce' }
  }
  for (const tag of NOT_OFFERED) {
    if (message.has(tag)) return notOffered(message, tag, unsupported)
  }
  if (!message.has(Tag.OrderQty)) {
    return { fixCode: OTHER, text: 'Conditionally required field missing: OrderQty(38)' }
  }
  const hasPrice = message.has(Tag.Price)
  if (ordType === OrdType.Limit && !hasPrice) return { fixCode: OTHER, text: CONDITIONAL_PRICE }
  if (ordType === OrdType.Market && hasPrice) return notOffered(message, Tag.Price, unsupported)
  return undefined
}

function refusalOfIds(message: FixMessage): Refusal | undefined {
  if (!isWellFormedId(message, Tag.ClOrdID)) return badId(Tag.ClOrdID)
  if (!isWellFormedId(message, Tag.OrigClOrdID)) return badId(Tag.OrigClOrdID)
  return undefined
}

const tagName = (tag: number): string => fieldOf(tag)?.name ?? 'Tag'

const badId = (tag: number): Refusal => ({
  fixCode: OTHER,
  text: `${tagName(tag)}(${tag}) too long`,
})

function notOffered(message: FixMessage, tag: number, fixCode: number): Refusal {
  const value = message.string(tag)!.slice(0, ECHO_BYTES_MAX)
  return { fixCode, text: `Unsupported order characteristic: ${tagName(tag)}(${tag})=${value}` }
}

function isOfferedTimeInForce(timeInForce: number): boolean {
  return (
    timeInForce === TimeInForce.Day ||
    timeInForce === TimeInForce.GoodTillCancel ||
    timeInForce === TimeInForce.ImmediateOrCancel ||
    timeInForce === TimeInForce.FillOrKill
  )
}

/** Day when absent. */
const timeInForceOf = (message: FixMessage): number =>
  message.has(Tag.TimeInForce) ? message.byte(Tag.TimeInForce) : TimeInForce.Day

/** 1..20 printable ASCII characters. */
function isWellFormedId(message: FixMessage, tag: number): boolean {
  const index = message.indexOf(tag)
  if (index < 0) return false
  const start = message.valueStarts[index]!
  const end = message.valueEnds[index]!
  if (end === start || end - start > CL_ORD_ID_MAX) return false
  for (let i = start; i < end; i++) {
    const byte = message.bytes[i]!
    if (byte < 0x20 || byte > 0x7e) return false
  }
  return true
}

function copyId(message: FixMessage, tag: number, commands: RecordBuffer, at: number): void {
  const index = message.indexOf(tag)
  const start = message.valueStarts[index]!
  const length = message.valueEnds[index]! - start
  for (let i = 0; i < length; i++) commands.bytes[at + i] = message.bytes[start + i]!
}

function copyField(body: FieldWriter, message: FixMessage, tag: number): void {
  const index = message.indexOf(tag)
  if (index < 0) return
  const start = message.valueStarts[index]!
  body.ascii(tag, message.bytes, start, Math.min(message.valueEnds[index]!, start + ECHO_BYTES_MAX))
}

/** Number in the session's account list; its first account when the field is absent; -1 = unknown. */
function accountOf(message: FixMessage, session: VenueSession): number {
  if (!message.has(Tag.Account)) return session.accounts.length > 0 ? 1 : 0
  const number = session.accounts.indexOf(message.string(Tag.Account)!) + 1
  return number === 0 ? -1 : number
}

function quantityOf(message: FixMessage): number {
  const quantity = message.decimal(Tag.OrderQty, 0, QUANTITY_MAX)
  return quantity > 0 ? quantity : unrepresentable(quantity)
}

function priceOf(message: FixMessage): number {
  if (!message.has(Tag.Price)) return 0
  const price = message.decimal(Tag.Price, PRICE_DECIMALS, PRICE_MAX)
  return price > 0 ? price : unrepresentable(price)
}

function unrepresentable(problem: number): number {
  if (problem === DecimalProblem.TooPrecise) return Unrepresentable.TooPrecise
  if (problem === DecimalProblem.TooLarge) return Unrepresentable.TooLarge
  return Unrepresentable.NotPositive
}

/** OrderID(37); 0 when absent, -1 … never an order's when it is no number of ours. */
function orderIdOf(message: FixMessage): number {
  if (!message.has(Tag.OrderID)) return 0
  return message.int(Tag.OrderID) ?? Number.MAX_SAFE_INTEGER
}
