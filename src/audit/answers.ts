/**
 * Which commands an event may be the first answer to. Events that only go on with an answer (a trade, what
 * ends or restates an order unasked) are none's.
 */
import { CancelReason, ExecType } from '../domain/index.ts'
import {
  cancelOrder,
  CommandType,
  EventType,
  hasStatusTail,
  isOrderEvent,
  operationOfConfiguration,
  orderEvent,
  recordSession,
  recordType,
  riskLimitsAt,
  statusTail,
  orderTailAt,
} from '../wire/index.ts'

type Commands = readonly number[]

const NONE: Commands = []
const CONFIGURE = [CommandType.ApplyConfiguration]
const SET_LIMITS = [CommandType.SetRiskLimits, CommandType.ApplyConfiguration]
const ID_BYTES = 20

/** Of the events that need no second look. */
const BEGINS: ReadonlyMap<number, Commands> = new Map<number, Commands>([
  [EventType.OrderAccepted, [CommandType.EnterOrder]],
  [EventType.OrderRejected, [CommandType.EnterOrder, CommandType.RefuseOrder]],
  [EventType.OrderReplaced, [CommandType.ReplaceOrder]],
  [
    EventType.CancelRejected,
    [CommandType.CancelOrder, CommandType.ReplaceOrder, CommandType.RefuseRequest],
  ],
  [
    EventType.MessageSent,
    [
      CommandType.LogOn,
      CommandType.SendMessage,
      CommandType.RefuseOrder,
      CommandType.ReportStatus,
      CommandType.ReportMassStatus,
      CommandType.NoteDontKnowTrade,
    ],
  ],
  [EventType.MassCancelReported, [CommandType.MassCancel]],
  [EventType.DontKnowTradeReceived, [CommandType.NoteDontKnowTrade]],
  [EventType.SessionDisconnected, [CommandType.Disconnect]],
  [EventType.SequenceReset, [CommandType.ResetSequence]],
  [EventType.TradingDayOpened, [CommandType.OpenTradingDay]],
  // It stands before all that it caused.
  [EventType.OperatorActed, [CommandType.Operate, CommandType.ApplyConfiguration]],
  [EventType.SystemEventSignaled, [CommandType.CloseTradingDay]],
  [EventType.InstrumentListed, CONFIGURE],
])

const PENDING: ReadonlyMap<number, Commands> = new Map([
  [ExecType.PendingNew, [CommandType.EnterOrder]],
  [ExecType.PendingCancel, [CommandType.CancelOrder]],
  [ExecType.PendingReplace, [CommandType.ReplaceOrder]],
])

/** What the exchange's own commands cancel. */
const CANCELED_FOR: ReadonlyMap<number, Commands> = new Map<number, Commands>([
  [CancelReason.InstrumentDelisted.code, CONFIGURE],
  [CancelReason.SessionClosed.code, CONFIGURE],
  [CancelReason.Killed.code, SET_LIMITS],
])

/** Whether the event at `event` is the first answer to the command at `command` of the same turn. */
export function answers(view: DataView, event: number, command: number): boolean {
  const type = recordType(view, command)
  if (!begins(view, event).includes(type)) return false
  const session = recordSession(view, command)
  if (session !== 0 && session !== recordSession(view, event)) return false
  if (type === CommandType.ApplyConfiguration)
    return isAskedFor(view, command) === isActed(view, event)
  if (type === CommandType.SetRiskLimits) return killsSomebody(view, command)
  // A mass cancel reports the cancels of its orders as if each had been asked for.
  const isCancel = type === CommandType.CancelOrder && isOrderEvent(recordType(view, event))
  return !isCancel || hasId(view, event, command + cancelOrder.offsets.clOrdId)
}

/** A configuration that operations asked for is answered by that; all that it causes goes on with it. */
const isAskedFor = (view: DataView, command: number): boolean =>
  operationOfConfiguration(view, command) !== undefined

const isActed = (view: DataView, event: number): boolean =>
  recordType(view, event) === EventType.OperatorActed

/** Limits that kill nobody cancel nothing: what is canceled goes on with the limits before them. */
const killsSomebody = (view: DataView, command: number): boolean =>
  riskLimitsAt(view, command).scopes.some(({ limits }) => limits.killed === true)

/** Whether it is what an auction begins with: an execution between two orders that waited, or that there is none. */
export function isOfAuction(view: DataView, at: number): boolean {
  const type = recordType(view, at)
  if (type === EventType.CrossExecuted) return true
  const { lastLiquidityInd } = orderEvent.offsets
  return type === EventType.OrderExecuted && view.getUint8(at + lastLiquidityInd) === 0
}

function begins(view: DataView, at: number): Commands {
  const type = recordType(view, at)
  const { execType, reason, origClOrdId } = orderEvent.offsets
  switch (type) {
    case EventType.OrderPending:
      return PENDING.get(view.getUint8(at + execType)) ?? NONE
    case EventType.OrderStatusReported:
      return beginsStatus(view, at)
    case EventType.OrderCanceled:
      if (view.getUint8(at + origClOrdId) !== 0) return [CommandType.CancelOrder]
      return CANCELED_FOR.get(view.getUint8(at + reason)) ?? NONE
    case EventType.OrderExpired:
      return view.getUint8(at + reason) === 0 ? [CommandType.CloseTradingDay] : NONE
    default:
      // A day that ends before an auction has taken place begins its end with it.
      if (isOfAuction(view, at)) return [CommandType.CloseTradingDay]
      return BEGINS.get(type) ?? NONE
  }
}

/** Without a tail it says that a message with PossResend(97) was here before. */
function beginsStatus(view: DataView, at: number): Commands {
  if (!hasStatusTail(view, at)) {
    const { EnterOrder, RefuseOrder, CancelOrder, ReplaceOrder } = CommandType
    return [EnterOrder, RefuseOrder, CancelOrder, ReplaceOrder]
  }
  const { totNumReports } = statusTail.decode(view, orderTailAt(view, at))
  return [totNumReports === 0 ? CommandType.ReportStatus : CommandType.ReportMassStatus]
}

function hasId(view: DataView, event: number, idAt: number): boolean {
  const eventIdAt = event + orderEvent.offsets.clOrdId
  for (let i = 0; i < ID_BYTES; i++) {
    if (view.getUint8(eventIdAt + i) !== view.getUint8(idAt + i)) return false
  }
  return true
}
