/**
 * The exchange as docs/protocols/order-entry.md explains it: plain objects in plain lists, searched
 * from the start. It is slow and obvious, and the real engine must say the same and keep the same.
 */
import {
  CancelReason,
  CancelRejectReason,
  CxlRejResponseTo,
  ExecType,
  LastLiquidityInd,
  MassCancelRejectReason,
  OrdStatus,
  OrdType,
  RejectReason,
  Side,
  TimeInForce,
} from '../../src/domain/index.ts'
import type { Reason } from '../../src/domain/index.ts'
import type { ReportOptions, VenueConfiguration } from '../../src/wire/index.ts'
import type {
  CancelOrder,
  EngineCommand,
  EnterOrder,
  MassCancel,
  NoteDontKnowTrade,
  OrderCommand,
  ReplaceOrder,
  ReportMassStatus,
  ReportStatus,
} from '../support/engine-commands.ts'
import { idOf, isLive, open, stateOf } from './naive-order.ts'
import type { NaiveEvent, NaiveOrder } from './naive-order.ts'
import { refusalOfChange, refusalOfEntry, textOf } from './naive-refusal.ts'
import type { Refusal } from './naive-refusal.ts'

export class NaiveEngine {
  /** Orders of the day, in order of entry. */
  orders: NaiveOrder[] = []
  /** Resting orders of the exchange, in the order in which they joined their queues. */
  resting: NaiveOrder[] = []
  /** By `session clOrdId`: the order that it belongs to, or null for none. */
  ids = new Map<string, NaiveOrder | null>()
  nextMsgSeqNum: number[]
  nextReference = 1
  nextExecId = 1
  nextMatchNumber = 1
  ordersToday = 0
  isOpen = false
  readonly loggedOn = new Set<number>()
  private events: NaiveEvent[] = []
  readonly venue: VenueConfiguration

  constructor(venue: VenueConfiguration) {
    this.venue = venue
    this.nextMsgSeqNum = [0, ...venue.sessions.map(() => 1)]
  }

  execute(command: EngineCommand): NaiveEvent[] {
    this.events = []
    if (command.kind === 'enter') this.enter(command)
    if (command.kind === 'cancel' || command.kind === 'replace') this.change(command)
    if (command.kind === 'status') this.status(command)
    if (command.kind === 'massStatus') this.massStatus(command)
    if (command.kind === 'massCancel') this.massCancel(command)
    if (command.kind === 'dontKnow') this.dontKnow(command)
    if (command.kind === 'logOn') this.logOn(command.session)
    if (command.kind === 'disconnect') this.disconnect(command.session, command.graceful)
    if (command.kind === 'closeDay') this.closeDay()
    if (command.kind === 'openDay') this.openDay()
    return this.events
  }

  /** Best price first, and at one price the order that joined first. */
  queue(locate: number, side: number): NaiveOrder[] {
    return this.resting
      .filter((order) => order.locate === locate && order.side === side)
      .sort((a, b) => (side === Side.Buy ? b.price - a.price : a.price - b.price))
  }

  private enter(command: EnterOrder): void {
    const known = this.ids.get(idOf(command))
    if (known) return this.answerKnown(command, known)

    const isStatus = known === null && command.possResend
    const before = isStatus ? RejectReason.RejectedBefore : RejectReason.DuplicateClOrdId
    const duplicate = known === null && { reason: before }
    const refusal = duplicate || refusalOfEntry(this, command)
    if (refusal) {
      this.ids.set(idOf(command), null)
      const { clOrdId, session, locate, account, side, ordType, timeInForce } = command
      const terms = { clOrdId, locate, account, side, ordType, timeInForce }
      const numbers = { orderQty: Math.max(0, command.orderQty), price: Math.max(0, command.price) }
      const execType = isStatus ? ExecType.OrderStatus : ExecType.Rejected
      const state = { execType, ordStatus: OrdStatus.Rejected, ...textOf(refusal) }
      const event = isStatus ? 'OrderStatusReported' : 'OrderRejected'
      this.tell(event, session, { ...terms, ...numbers, ...state })
      return
    }

    const order: NaiveOrder = {
      ...command,
      orderId: this.nextReference,
      reference: this.nextReference++,
      cumQty: 0,
      notional: 0n,
      ordStatus: OrdStatus.New,
    }
    this.ordersToday++
    this.orders.push(order)
    this.ids.set(idOf(command), order)
    this.pending(order, ExecType.PendingNew, OrdStatus.PendingNew)
    this.match(order, this.report('OrderAccepted', ExecType.New, order))
  }

  private change(command: CancelOrder | ReplaceOrder): void {
    const known = this.ids.get(idOf(command))
    if (known && command.possResend) return this.answerKnown(command, known)
    if (known === null && command.possResend) {
      return this.rejectChange(command, null, { reason: CancelRejectReason.UnknownOrder })
    }

    const order = this.ids.get(`${command.session} ${command.origClOrdId}`) ?? null
    if (known === undefined) this.ids.set(idOf(command), order)
    const refusal = refusalOfChange(this, command, known !== undefined, order)
    if (refusal || order === null) return this.rejectChange(command, order, refusal!)

    const origClOrdId = order.clOrdId
    const { PendingCancel, PendingReplace } = OrdStatus
    const ids = { clOrdId: command.clOrdId, origClOrdId }
    if (command.kind === 'cancel') this.pending(order, ExecType.PendingCancel, PendingCancel, ids)
    else this.pending(order, ExecType.PendingReplace, PendingReplace, ids)
    order.clOrdId = command.clOrdId
    if (command.kind === 'replace') this.replace(command, order, origClOrdId)
    else this.end(order, 'OrderCanceled', ExecType.Canceled, OrdStatus.Canceled, { origClOrdId })
  }

  /** F.1.a and F.1.b: the ClOrdID that was sent, in the state of the order that it belongs to. */
  private answerKnown({ clOrdId, possResend }: OrderCommand, order: NaiveOrder): void {
    const reason = RejectReason.DuplicateClOrdId.code
    if (possResend) this.report('OrderStatusReported', ExecType.OrderStatus, order, { clOrdId })
    else this.report('OrderRejected', ExecType.Rejected, order, { clOrdId, reason })
  }

  /** Told at once before the answer, to sessions that want to hear it. */
  private pending(
    order: NaiveOrder,
    execType: number,
    ordStatus: number,
    ids: NaiveEvent = {},
  ): void {
    if (!this.reportsTo(order.session).includePendings) return
    this.report('OrderPending', execType, order, { ...ids, ordStatus })
  }

  private reportsTo(session: number): ReportOptions {
    return this.venue.sessions[session - 1]!.reports
  }

  private dialectOf(session: number): number {
    const { timestampPrecision, extendedCodes } = this.reportsTo(session)
    const precision = { milliseconds: 0, seconds: 1, microseconds: 2, nanoseconds: 3 }
    return precision[timestampPrecision] + (extendedCodes ? 4 : 0)
  }

  private rejectChange(
    command: CancelOrder | ReplaceOrder,
    order: NaiveOrder | null,
    refusal: Refusal,
  ): void {
    const { Cancel, Replace } = CxlRejResponseTo
    this.events.push({
      event: 'CancelRejected',
      session: command.session,
      msgSeqNum: this.nextMsgSeqNum[command.session]!++,
      dialect: this.dialectOf(command.session),
      orderId: order?.orderId ?? 0,
      ordStatus: order?.ordStatus ?? OrdStatus.Rejected,
      account: order?.account ?? 0,
      clOrdId: command.clOrdId,
      origClOrdId: order?.clOrdId ?? command.origClOrdId,
      cxlRejResponseTo: command.kind === 'cancel' ? Cancel : Replace,
      ...textOf(refusal),
    })
  }

  private replace(command: ReplaceOrder, order: NaiveOrder, origClOrdId: string): void {
    const openBefore = order.orderQty - order.cumQty
    const priceBefore = order.price
    const originalReference = order.reference
    this.ordersToday++
    order.price = command.price
    order.timeInForce = command.timeInForce
    order.orderQty = Math.max(command.orderQty, order.cumQty)
    const open = order.orderQty - order.cumQty

    const tell = (more: NaiveEvent): NaiveEvent =>
      this.report('OrderReplaced', ExecType.Replaced, order, { origClOrdId, ...more })
    if (open === 0) {
      this.leave(order)
      order.ordStatus = OrdStatus.Filled
      tell({ originalReference, feed: 'D', feedShares: openBefore })
    } else if (order.price === priceBefore && open <= openBefore) {
      const feedShares = openBefore - open
      tell({ originalReference, ...(feedShares > 0 && { feed: 'X', feedShares }) })
    } else {
      this.leave(order)
      order.reference = this.nextReference++
      if (this.tradable(order).length > 0) {
        const event = tell({ originalReference, feed: 'D', feedShares: openBefore })
        this.match(order, event)
      } else {
        this.resting.push(order)
        tell({ originalReference, feed: 'U', feedShares: open })
      }
    }
  }

  /** Trades an order that comes in, and rests or cancels what is left. */
  private match(incoming: NaiveOrder, announced: NaiveEvent): void {
    const tradable = this.tradable(incoming)
    const available = tradable.reduce((sum, order) => sum + open(order), 0)
    if (incoming.timeInForce === TimeInForce.FillOrKill && available < open(incoming)) {
      return this.endUnfilled(incoming, CancelReason.FillOrKillUnfilled)
    }

    let last = announced
    for (const resting of tradable) {
      if (open(incoming) === 0) break
      last = this.trade(resting, incoming, Math.min(open(resting), open(incoming)))
    }
    if (open(incoming) === 0) return
    if (incoming.ordType === OrdType.Market) {
      this.endUnfilled(incoming, CancelReason.MarketRemainder)
    } else if (incoming.timeInForce === TimeInForce.ImmediateOrCancel) {
      this.endUnfilled(incoming, CancelReason.ImmediateRemainder)
    } else {
      this.resting.push(incoming)
      Object.assign(last, { feed: 'A', feedShares: open(incoming) })
    }
  }

  private tradable(incoming: NaiveOrder): NaiveOrder[] {
    const isBuy = incoming.side === Side.Buy
    return this.queue(incoming.locate, isBuy ? Side.Sell : Side.Buy).filter(
      ({ price }) =>
        incoming.ordType === OrdType.Market ||
        (isBuy ? price <= incoming.price : price >= incoming.price),
    )
  }

  private trade(resting: NaiveOrder, incoming: NaiveOrder, quantity: number): NaiveEvent {
    const trade = { lastQty: quantity, lastPx: resting.price, matchNumber: this.nextMatchNumber++ }
    const { Added, Removed } = LastLiquidityInd
    const fill = (order: NaiveOrder, more: NaiveEvent): NaiveEvent => {
      order.cumQty += quantity
      order.notional += BigInt(resting.price) * BigInt(quantity)
      order.ordStatus = open(order) === 0 ? OrdStatus.Filled : OrdStatus.PartiallyFilled
      return this.report('OrderExecuted', ExecType.Trade, order, { ...trade, ...more })
    }
    fill(resting, { lastLiquidityInd: Added, feed: 'E', feedShares: quantity })
    if (open(resting) === 0) this.leave(resting)
    return fill(incoming, { lastLiquidityInd: Removed })
  }

  private status({ session, clOrdId, orderId }: ReportStatus): void {
    const named = this.ids.get(`${session} ${clOrdId}`) ?? undefined
    const isIt = (order: NaiveOrder) => order.orderId === orderId && order.session === session
    const numbered = this.orders.find(isIt)
    const order = orderId === 0 ? named : numbered
    const isContradiction = named !== undefined && named !== order
    if (order === undefined || isContradiction) return this.send(session, '8')

    const isOld = named !== undefined && clOrdId !== order.clOrdId
    const origClOrdId = isOld ? { origClOrdId: clOrdId } : {}
    this.report('OrderStatusReported', ExecType.OrderStatus, order, origClOrdId)
  }

  private massStatus(command: ReportMassStatus): void {
    const meant = this.meant(command).filter(
      ({ account }) => command.account === 0 || account === command.account,
    )
    if (meant.length === 0) return this.send(command.session, '8')
    for (const order of meant) {
      const lastRptRequested = order === meant.at(-1) ? 1 : 0
      const place = { totNumReports: meant.length, lastRptRequested }
      this.report('OrderStatusReported', ExecType.OrderStatus, order, place)
    }
  }

  private massCancel(command: MassCancel): void {
    const { session, clOrdId } = command
    const type = (command.locate === 0 ? '7' : '1').charCodeAt(0)
    const dialect = this.dialectOf(session)
    const told = { session, clOrdId, massCancelRequestType: type, dialect }
    const tell = (more: NaiveEvent) => {
      const msgSeqNum = this.nextMsgSeqNum[session]!++
      this.events.push({ event: 'MassCancelReported', msgSeqNum, ...told, ...more })
    }
    if (this.ids.has(idOf(command))) {
      return tell({ reason: MassCancelRejectReason.DuplicateClOrdId.code })
    }

    this.ids.set(idOf(command), null)
    const meant = this.meant(command)
    tell({ orderId: this.nextReference++, totalAffectedOrders: meant.length })
    for (const order of meant) {
      const ids = { clOrdId, origClOrdId: order.clOrdId }
      this.pending(order, ExecType.PendingCancel, OrdStatus.PendingCancel, ids)
      this.end(order, 'OrderCanceled', ExecType.Canceled, OrdStatus.Canceled, ids)
    }
  }

  private dontKnow({ session, execId, orderId, dkReason }: NoteDontKnowTrade): void {
    const order = this.orders.find((one) => one.orderId === orderId)
    const isGiven = execId > 0 && execId < this.nextExecId
    const isOrder = orderId > 0 && orderId < this.nextReference
    const isForeign = order !== undefined && order.session !== session
    if (!isGiven || !isOrder || isForeign) return this.send(session, 'j')
    this.events.push({ event: 'DontKnowTradeReceived', session, execId, orderId, dkReason })
  }

  /** Live orders of a session that a request about many means. */
  private meant({ session, locate, side }: ReportMassStatus | MassCancel): NaiveOrder[] {
    return this.resting.filter(
      (order) =>
        order.session === session &&
        (locate === 0 || order.locate === locate) &&
        (side === 0 || order.side === side),
    )
  }

  /** A message that is stored as it is printed. */
  private send(session: number, msgType: string): void {
    const msgSeqNum = this.nextMsgSeqNum[session]!++
    const [code, dialect] = [msgType.charCodeAt(0), this.dialectOf(session)]
    this.events.push({ event: 'MessageSent', session, msgSeqNum, msgType: code, dialect })
  }

  private logOn(session: number): void {
    this.loggedOn.add(session)
    this.send(session, 'A')
  }

  private disconnect(session: number, graceful: boolean): void {
    this.events.push({ event: 'SessionDisconnected', session, graceful: graceful ? 1 : 0 })
    if (!this.loggedOn.delete(session)) return
    const { cancelOnDisconnect, cancelGoodTill } = this.venue.sessions[session - 1]!
    if (cancelOnDisconnect === 'off' || (cancelOnDisconnect === 'disconnect' && graceful)) return
    for (const order of this.resting) {
      if (order.session !== session) continue
      if (order.timeInForce === TimeInForce.GoodTillCancel && !cancelGoodTill) continue
      this.cancel(order, CancelReason.Disconnected)
    }
  }

  private closeDay(): void {
    if (!this.isOpen) return
    for (const order of this.inPriorityOrder()) {
      if (order.timeInForce !== TimeInForce.Day) continue
      this.end(order, 'OrderExpired', ExecType.Expired, OrdStatus.Expired)
    }
    this.isOpen = false
    for (const code of 'MEC') this.signal(code)
  }

  private openDay(): void {
    this.isOpen = true
    this.ordersToday = 0
    this.orders = this.inPriorityOrder()
    this.ids = new Map(this.orders.map((order) => [idOf(order), order]))
    this.events.push({ event: 'TradingDayOpened' })
    this.signal('O')
    for (const { symbol, locate, lotSize, listed } of this.venue.instruments) {
      const tradingState = (listed ? 'T' : 'H').charCodeAt(0)
      this.events.push({ event: 'InstrumentListed', feed: 'R', symbol, locate, lotSize })
      this.events.push({ event: 'TradingStateChanged', feed: 'H', symbol, locate, tradingState })
    }
    for (const code of 'SQ') this.signal(code)
    for (const order of this.orders) {
      const feed = { feed: 'A', feedShares: open(order) }
      const { session } = order
      this.events.push({
        event: 'OrderCarried',
        session,
        execType: ExecType.Restated,
        ...stateOf(order),
        ...feed,
      })
    }
  }

  private signal(eventCode: string): void {
    const code = eventCode.charCodeAt(0)
    this.events.push({ event: 'SystemEventSignaled', feed: 'S', eventCode: code })
  }

  private inPriorityOrder(): NaiveOrder[] {
    return this.venue.instruments.flatMap(({ locate }) => [
      ...this.queue(locate, Side.Buy),
      ...this.queue(locate, Side.Sell),
    ])
  }

  /** Of an order that may not wait. */
  private endUnfilled(order: NaiveOrder, reason: Reason): void {
    if (this.reportsTo(order.session).expiredAs === 'canceled') return this.cancel(order, reason)
    const { code } = reason
    this.end(order, 'OrderExpired', ExecType.Expired, OrdStatus.Expired, { reason: code })
  }

  private cancel(order: NaiveOrder, { code }: Reason): void {
    this.end(order, 'OrderCanceled', ExecType.Canceled, OrdStatus.Canceled, { reason: code })
  }

  private end(
    order: NaiveOrder,
    event: string,
    execType: number,
    ordStatus: number,
    more: NaiveEvent = {},
  ): void {
    const isShown = this.resting.includes(order) && this.isOpen
    const feed = isShown && { feed: 'D', feedShares: open(order) }
    this.leave(order)
    order.ordStatus = ordStatus
    this.report(event, execType, order, { ...more, ...feed })
  }

  private leave(order: NaiveOrder): void {
    this.resting = this.resting.filter((other) => other !== order)
  }

  private report(event: string, execType: number, order: NaiveOrder, more: NaiveEvent = {}) {
    // An order that is closed never changes again.
    if (!isLive(order)) Object.freeze(order)
    return this.tell(event, order.session, { execType, ...stateOf(order), ...more })
  }

  /** An ExecutionReport with the next numbers; a status answer has no ExecID. */
  private tell(event: string, session: number, fields: NaiveEvent): NaiveEvent {
    const execId = fields['execType'] === ExecType.OrderStatus ? 0 : this.nextExecId++
    const msgSeqNum = this.nextMsgSeqNum[session]!++
    const dialect = this.dialectOf(session)
    const told = { event, session, msgSeqNum, dialect, execId, ...fields }
    this.events.push(told)
    return told
  }
}
