/**
 * Which event records give which line. Both executions of a match give one together; every other event
 * gives one or none. docs/protocols/audit-trail.md has the same table.
 */
import { assert, PRICE_DECIMALS, printScaled } from '../domain/index.ts'
import {
  CommandType,
  EventType,
  hasStatusTail,
  messageSent,
  orderEvent,
  systemEventSignaled,
} from '../wire/index.ts'
import { askedFields } from './asked-fields.ts'
import type { AuditLine, LineType } from './line-types.ts'
import { LiveOrders } from './live-orders.ts'
import { auctionFields, operationFields, stateFields } from './operation-fields.ts'
import type { AuditContext } from './order-fields.ts'
import { correctionFields, orderFields, printPrice } from './order-fields.ts'
import {
  massCancelFields,
  questionedTrade,
  refusedOrder,
  refusedRequest,
  rejectedMessage,
} from './refusal-fields.ts'

/** An event record and all that its line needs. */
export interface EventPlace {
  readonly view: DataView
  readonly at: number
  readonly position: number
  /** The command that it answers: its record type, and where it stands. */
  readonly commandType: number
  readonly commandAt: number
  readonly context: AuditContext
  /** What its line begins with. */
  readonly head: (type: LineType) => AuditLine
}

export type EventCode = (typeof EventType)[keyof typeof EventType]

/** One side of a match, until its other side is told by the next event. */
interface HalfTrade {
  readonly matchNumber: number
  readonly head: AuditLine
  readonly position: number
  readonly side: OrderSide
}

/** The fields of an order without its instrument. */
type OrderSide = Omit<ReturnType<typeof orderFields>, 'symbol'> & { readonly position?: number }

const EXECUTION_REPORT = 0x38 // 8
const BUY = '1'
const END_OF_MESSAGES = 0x43 // C

const codes: readonly number[] = Object.values(EventType)

/** False for the record types of a newer version. */
export const isEventCode = (type: number): type is EventCode => codes.includes(type)

export class LinesOfEvents {
  private readonly live = new LiveOrders()
  private half: HalfTrade | undefined

  /** @returns the line that is complete with this event, if one is */
  lineOf(type: EventCode, event: EventPlace): AuditLine | undefined {
    switch (type) {
      case EventType.OrderAccepted:
        return this.begun('OrderAccepted', event)
      case EventType.OrderCarried:
        return this.begun('OrderCarried', event)
      case EventType.OrderReplaced:
        return this.changed('OrderModified', event)
      case EventType.OrderRestated:
        return this.changed('OrderRestated', event)
      case EventType.OrderCanceled:
        return this.ended('OrderCanceled', event)
      case EventType.OrderExpired:
        return this.ended('OrderExpired', event)
      case EventType.OrderExecuted:
        return this.traded(event)
      case EventType.ExecutionBusted:
        return this.corrected('OrderTradeBusted', event)
      case EventType.ExecutionCorrected:
        return this.corrected('OrderTradeCorrected', event)
      case EventType.OrderPending:
        return told('OrderPending', event)
      case EventType.OrderRejected:
        return refused('OrderRejected', event, orderFields)
      case EventType.OrderDisplayed:
        return told('OrderDisplayed', event)
      case EventType.OrderStatusReported:
        // With a tail it answers a question.
        return hasStatusTail(event.view, event.at)
          ? undefined
          : refused('OrderRepeated', event, orderFields)
      case EventType.CancelRejected:
        return refused('RequestRejected', event, refusedRequest)
      case EventType.MassCancelReported:
        return line('MassCancel', event, massCancelFields)
      case EventType.DontKnowTradeReceived:
        return line('TradeQuestioned', event, questionedTrade)
      case EventType.MessageSent:
        return sent(event)
      case EventType.SystemEventSignaled:
        return signaled(event)
      case EventType.TradingDayOpened:
        return event.head('DayOpened')
      case EventType.SessionDisconnected:
      case EventType.SequenceReset:
      case EventType.InstrumentListed:
      case EventType.ImbalanceTold:
      case EventType.TradeBroken:
      case EventType.TradeTold:
      // Each instrument's halt has a line of its own, with the level as its reason.
      case EventType.AuctionCollarTold:
      case EventType.BreakerLevelsTold:
      case EventType.BreakerSignaled:
        return undefined
      case EventType.TradingStateChanged:
        return line('TradingStateChanged', event, stateFields)
      case EventType.CrossExecuted:
        return line('AuctionExecuted', event, auctionFields)
      case EventType.OperatorActed:
        return line('OperatorActed', event, operationFields)
    }
  }

  /** An order that the day did not know. */
  private begun(type: LineType, event: EventPlace): AuditLine {
    this.live.note(orderEvent.decode(event.view, event.at))
    return told(type, event)
  }

  private changed(type: LineType, event: EventPlace): AuditLine {
    const { view, at, context } = event
    const order = orderEvent.decode(view, at)
    const { price, leavesQty } = this.live.termsOf(order.orderId)
    this.live.note(order)
    const change = { priceBefore: printPrice(price), leavesQtyBefore: leavesQty }
    return { ...event.head(type), ...orderFields(view, at, context, change) }
  }

  private ended(type: LineType, event: EventPlace): AuditLine {
    const { view, at, context } = event
    const order = orderEvent.decode(view, at)
    this.live.note(order)
    const change = { leavesQtyBefore: order.orderQty - order.cumQty }
    return { ...event.head(type), ...orderFields(view, at, context, change) }
  }

  /** The resting side comes first, the incoming one behind it; in an auction both rest. */
  private traded(event: EventPlace): AuditLine | undefined {
    const { view, at, context } = event
    const order = orderEvent.decode(view, at)
    const { matchNumber, leavesQty, lastQty, lastPx } = order
    this.live.note(order)
    const change = { leavesQtyBefore: leavesQty + lastQty }
    const { symbol, ...side } = orderFields(view, at, context, change)
    const { half } = this
    const head = event.head('OrderTrade')
    if (half === undefined) {
      this.half = { matchNumber, head, position: event.position, side }
      return undefined
    }
    assert(half.matchNumber === matchNumber, 'the two sides of a match follow each other')
    this.half = undefined
    const match = { symbol, matchNumber, lastQty, lastPx: printScaled(lastPx, PRICE_DECIMALS) }
    return side.liquidity === undefined
      ? { ...head, ...match, ...auctionSides({ position: half.position, ...half.side }, side) }
      : {
          ...half.head,
          ...match,
          resting: half.side,
          incoming: { position: event.position, ...side },
        }
  }

  /** One side of a trade; its order may have ended, on an earlier day too. */
  private corrected(type: LineType, event: EventPlace): AuditLine {
    const { view, at, context } = event
    this.live.note(orderEvent.decode(view, at))
    return {
      ...event.head(type),
      ...orderFields(view, at, context),
      ...correctionFields(view, at),
    }
  }
}

/**
 * Nobody came to the other, so a side is called by what it did. What the first of them put on the feed may
 * stand between them: the line has the place of the second.
 */
const auctionSides = (first: OrderSide, second: OrderSide): object =>
  first.side === BUY ? { buy: first, sell: second } : { buy: second, sell: first }

/** A line that tells an order as its record has it. */
const told = (type: LineType, event: EventPlace): AuditLine => line(type, event, orderFields)

type FieldsOf = (view: DataView, at: number, context: AuditContext) => object

const line = (
  type: LineType,
  { view, at, head, context }: EventPlace,
  fieldsOf: FieldsOf,
): AuditLine => ({ ...head(type), ...fieldsOf(view, at, context) })

/** Nothing came of a command: its line says what it had asked for. */
function refused(type: LineType, event: EventPlace, fieldsOf: FieldsOf): AuditLine {
  const { view, commandAt, commandType, context } = event
  const asked = askedFields(view, commandAt, commandType, context)
  return { ...line(type, event, fieldsOf), asked }
}

/** What the acceptor answered: to an order or a request, or to something else, which gives none. */
function sent(event: EventPlace): AuditLine | undefined {
  const { view, at, context, commandType } = event
  const { msgType, execId } = messageSent.decode(view, at)
  if (msgType === EXECUTION_REPORT) {
    if (commandType !== CommandType.RefuseOrder) return undefined
    return line(execId === 0 ? 'OrderRepeated' : 'OrderRejected', event, refusedOrder)
  }
  const rejected = rejectedMessage(view, at, context)
  return rejected === undefined ? undefined : { ...event.head('MessageRejected'), ...rejected }
}

const signaled = ({ view, at, head }: EventPlace): AuditLine | undefined =>
  systemEventSignaled.decode(view, at).eventCode === END_OF_MESSAGES ? head('DayClosed') : undefined
