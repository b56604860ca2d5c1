/**
 * Writes event records: gives outbound MsgSeqNum, ExecID and the back pointer to the session's
 * previous message, and counts the feed's messages. One record printed once is what report, feed,
 * resend and database all show.
 */
import type { Instrument } from '../domain/index.ts'
import { assert, averagePrice, ExecType } from '../domain/index.ts'
import type { EventHeaderRecord, OperatorRecord, OrderEventRecord } from '../wire/index.ts'
import {
  auctionCollarTold,
  breakerLevelsTold,
  breakerSignaled,
  cancelRejected,
  CONDITIONS_BIT,
  copyClOrdId,
  crossExecuted,
  DAY_BIT,
  dayQuantities,
  dayQuantitiesAt,
  dontKnowTradeReceived,
  encodeOperation,
  EventType,
  eventHeader,
  executionRef,
  imbalanceTold,
  instrumentListed,
  massCancelReported,
  messageSent,
  operatorActed,
  orderConditions,
  orderEvent,
  RecordBuffer,
  recordFeed,
  recordLength,
  sequenceReset,
  sessionDisconnected,
  setRecordFeed,
  statusTail,
  systemEventSignaled,
  orderTailAt,
  textBehindAt,
  tradeBroken,
  tradeTold,
  tradingDayOpened,
  tradingStateChanged,
} from '../wire/index.ts'
import type { ClOrdIdIndex } from './cl-ord-id-index.ts'
import type { OrderTable } from './order-table.ts'
import type { SessionLedger } from './session-ledger.ts'
import type { Numbers } from './state.ts'

const EVENT_BUFFER_BYTES = 1 << 20

/** The ITCH message that an event prints. */
export const FeedMessage = {
  None: 0,
  Add: 0x41, // A
  Executed: 0x45, // E
  ExecutedWithPrice: 0x43, // C
  Cancel: 0x58, // X
  Delete: 0x44, // D
  Replace: 0x55, // U
  SystemEvent: 0x53, // S
  StockDirectory: 0x52, // R
  TradingAction: 0x48, // H
  CrossTrade: 0x51, // Q
  Imbalance: 0x49, // I
  BrokenTrade: 0x42, // B
  Trade: 0x50, // P
  AuctionCollar: 0x4a, // J
  BreakerLevels: 0x56, // V
  BreakerStatus: 0x57, // W
} as const

export class EventWriter {
  readonly records = new RecordBuffer(EVENT_BUFFER_BYTES)
  readonly order: OrderEventRecord = orderEvent.flyweight()
  readonly statusTail = statusTail.flyweight()
  readonly cancelRejected = cancelRejected.flyweight()
  readonly massCancel = massCancelReported.flyweight()
  readonly dontKnowTrade = dontKnowTradeReceived.flyweight()
  readonly message = messageSent.flyweight()
  readonly disconnected = sessionDisconnected.flyweight()
  readonly dayOpened = tradingDayOpened.flyweight()
  readonly systemEvent = systemEventSignaled.flyweight()
  readonly listed = instrumentListed.flyweight()
  readonly tradingState = tradingStateChanged.flyweight()
  readonly cross = crossExecuted.flyweight()
  readonly imbalance = imbalanceTold.flyweight()
  readonly executionRef = executionRef.flyweight()
  readonly broken = tradeBroken.flyweight()
  readonly told = tradeTold.flyweight()
  readonly auctionCollar = auctionCollarTold.flyweight()
  readonly breakerLevels = breakerLevelsTold.flyweight()
  readonly breaker = breakerSignaled.flyweight()
  readonly operation = operatorActed.flyweight()
  epochSeconds = 0
  nanoseconds = 0
  /** Feed messages since the trading day opened. */
  feedCount = 0
  private readonly header: EventHeaderRecord = eventHeader.flyweight()
  private readonly day = dayQuantities.flyweight()
  private readonly ledger: SessionLedger
  private readonly numbers: Numbers
  /** Journal position of the turn's first event record. */
  private position = 0

  constructor(ledger: SessionLedger, numbers: Numbers) {
    this.ledger = ledger
    this.numbers = numbers
  }

  /** Starts a turn: every event of it carries this time. */
  begin(epochSeconds: number, nanoseconds: number, position: number): void {
    this.records.clear()
    this.epochSeconds = epochSeconds
    this.nanoseconds = nanoseconds
    this.position = position
  }

  /** The turn's events will stand so many bytes before the place that `begin` was told. */
  moveUp(bytes: number): void {
    const { records, header, ledger, position } = this
    for (let at = 0; at < records.length; at += recordLength(records.view, at)) {
      header.wrap(records.view, at)
      if (header.previousPosition >= position) header.previousPosition -= bytes
    }
    for (let session = 1; session <= ledger.count; session++) {
      if (ledger.lastPosition[session]! >= position) ledger.lastPosition[session]! -= bytes
    }
    this.position -= bytes
  }

  /** Says which ITCH message an event prints. */
  feed(at: number, itchType: number): void {
    assert(recordFeed(this.records.view, at) === 0, 'an event prints one feed message')
    setRecordFeed(this.records.view, at, itchType)
    this.feedCount++
  }

  /**
   * Appends an ExecutionReport in the state that the order is in now, and leaves `this.order` wrapped
   * on it for what the event adds (lastQty, reason, …). LeavesQty follows from OrdStatus.
   * @param more bytes that the caller fills behind all else
   * @returns offset of the record
   */
  report(
    type: number,
    execType: number,
    order: number,
    orders: OrderTable,
    ids: ClOrdIdIndex,
    more = 0,
  ): number {
    const blocks = blocksOf(orders, order)
    const at = this.appendReport(type, orders.session(order), execType, blocks, more)
    this.describe(order, orders, ids)
    return at
  }

  /**
   * Appends the answer to a status request, and leaves `this.order` and `this.statusTail` wrapped on it;
   * the caller writes the body.
   */
  status(order: number, orders: OrderTable, ids: ClOrdIdIndex, bodyLength: number): number {
    const { OrderStatusReported } = EventType
    const more = statusTail.length + bodyLength
    const at = this.report(OrderStatusReported, ExecType.OrderStatus, order, orders, ids, more)
    this.statusTail.wrap(this.records.view, orderTailAt(this.records.view, at))
    this.statusTail.bodyLength = bodyLength
    return at
  }

  /**
   * An ExecutionReport that refuses a new order: nothing of it is kept but its ClOrdID.
   * @param isConditional whether the caller copies conditions behind it
   * @param text of a reason whose Text(58) stands behind the record
   */
  reject(session: number, isConditional: boolean, text = ''): number {
    const { Rejected } = ExecType
    const { OrderRejected } = EventType
    const blocks = isConditional ? CONDITIONS_BIT : 0
    const at = this.appendReport(OrderRejected, session, Rejected, blocks, text.length)
    this.copyText(text, textBehindAt(this.records.view, at))
    return at
  }

  /** The status of a new order that was rejected before: there is none, and nothing new is told. */
  rejectedBefore(session: number, isConditional: boolean): number {
    const { OrderStatusReported } = EventType
    const blocks = isConditional ? CONDITIONS_BIT : 0
    return this.appendReport(OrderStatusReported, session, ExecType.OrderStatus, blocks)
  }

  /**
   * Appends the report of an order that the day does not know any more.
   * @param last its last report: the fields of an order event from the ExecID on, and what follows them
   * @param more bytes that the caller fills behind it
   */
  reportEnded(
    type: number,
    session: number,
    execType: number,
    last: Uint8Array,
    more: number,
  ): number {
    const { execId: from, dialect } = orderEvent.offsets
    const blocks = last[dialect - from]! & (CONDITIONS_BIT | DAY_BIT)
    const at = this.appendReport(type, session, execType, blocks, more)
    const { execId, dialect: spoken } = this.order
    this.records.bytes.set(last, at + from)
    this.order.execId = execId
    this.order.execType = execType
    this.order.dialect = spoken
    return at
  }

  /**
   * Fills what an event of a busted or corrected execution has behind all else.
   * @param text printable ASCII
   */
  refer(at: number, text: string): void {
    this.executionRef.wrap(this.records.view, orderTailAt(this.records.view, at))
    this.copyText(text, textBehindAt(this.records.view, at))
  }

  /** A trade of the day is taken off the feed's tape. */
  breakTrade(locate: number, matchNumber: number): void {
    const at = this.append(EventType.TradeBroken, 0, tradeBroken.length, false)
    this.broken.wrap(this.records.view, at)
    this.broken.locate = locate
    this.broken.matchNumber = matchNumber
    this.feed(at, FeedMessage.BrokenTrade)
  }

  /** A corrected trade, on the feed's tape; the caller fills `this.told`. */
  tellTrade(): void {
    const at = this.append(EventType.TradeTold, 0, tradeTold.length, false)
    this.told.wrap(this.records.view, at)
    this.feed(at, FeedMessage.Trade)
  }

  /** An order as it is, for the feed: no FIX message. @param type OrderCarried or OrderDisplayed */
  display(type: number, order: number, orders: OrderTable, ids: ClOrdIdIndex): number {
    const blocks = blocksOf(orders, order)
    const at = this.append(type, orders.session(order), orderEvent.length + lengthOf(blocks), false)
    this.order.wrap(this.records.view, at)
    this.order.dialect = blocks
    this.order.execType = ExecType.Restated
    this.describe(order, orders, ids)
    return at
  }

  /** Appends an OrderCancelReject; the caller fills `this.cancelRejected`. */
  rejectCancel(session: number, bodyLength: number): number {
    const length = cancelRejected.length + bodyLength
    const at = this.append(EventType.CancelRejected, session, length, true)
    this.cancelRejected.wrap(this.records.view, at)
    this.cancelRejected.bodyLength = bodyLength
    this.cancelRejected.dialect = this.ledger.dialect[session]!
    return at
  }

  /** Appends an OrderMassCancelReport; the caller fills `this.massCancel`. */
  reportMassCancel(session: number, body: DataView, bodyAt: number, bodyLength: number): number {
    const length = massCancelReported.length + bodyLength
    const at = this.append(EventType.MassCancelReported, session, length, true)
    this.massCancel.wrap(this.records.view, at)
    this.massCancel.bodyLength = bodyLength
    this.massCancel.dialect = this.ledger.dialect[session]!
    this.copyBody(body, bodyAt, bodyLength, at + massCancelReported.length)
    return at
  }

  /** Appends a DontKnowTradeReceived; the caller fills `this.dontKnowTrade`. */
  noteDontKnowTrade(session: number, body: DataView, bodyAt: number, bodyLength: number): void {
    const length = dontKnowTradeReceived.length + bodyLength
    const at = this.append(EventType.DontKnowTradeReceived, session, length, false)
    this.dontKnowTrade.wrap(this.records.view, at)
    this.dontKnowTrade.bodyLength = bodyLength
    this.copyBody(body, bodyAt, bodyLength, at + dontKnowTradeReceived.length)
  }

  /** Appends a message whose fields are stored as printed; an 8 gets an ExecID. */
  sendMessage(
    session: number,
    msgType: number,
    body: DataView,
    bodyAt: number,
    bodyLength: number,
  ): number {
    const at = this.append(EventType.MessageSent, session, messageSent.length + bodyLength, true)
    this.message.wrap(this.records.view, at)
    this.message.msgType = msgType
    this.message.bodyLength = bodyLength
    this.message.dialect = this.ledger.dialect[session]!
    this.copyBody(body, bodyAt, bodyLength, at + messageSent.length)
    return at
  }

  disconnect(session: number, body: DataView, bodyAt: number, bodyLength: number): void {
    const length = sessionDisconnected.length + bodyLength
    const at = this.append(EventType.SessionDisconnected, session, length, false)
    this.disconnected.wrap(this.records.view, at)
    this.disconnected.bodyLength = bodyLength
    this.copyBody(body, bodyAt, bodyLength, at + sessionDisconnected.length)
  }

  resetSequence(session: number): void {
    this.append(EventType.SequenceReset, session, sequenceReset.length, false)
  }

  openDay(): void {
    const at = this.append(EventType.TradingDayOpened, 0, tradingDayOpened.length, false)
    this.dayOpened.wrap(this.records.view, at)
    this.feedCount = 0
  }

  signalSystemEvent(eventCode: string): void {
    const at = this.append(EventType.SystemEventSignaled, 0, systemEventSignaled.length, false)
    this.systemEvent.wrap(this.records.view, at)
    this.systemEvent.eventCode = eventCode.charCodeAt(0)
    this.feed(at, FeedMessage.SystemEvent)
  }

  listInstrument({ locate, symbol, lotSize, channel }: Instrument): void {
    const at = this.append(EventType.InstrumentListed, 0, instrumentListed.length, false)
    this.listed.wrap(this.records.view, at)
    this.listed.locate = locate
    this.listed.symbol = symbol
    this.listed.lotSize = lotSize
    this.listed.channel = channel
    this.feed(at, FeedMessage.StockDirectory)
  }

  changeTradingState({ locate, symbol }: Instrument, tradingState: number, reason: string): void {
    const at = this.append(EventType.TradingStateChanged, 0, tradingStateChanged.length, false)
    this.tradingState.wrap(this.records.view, at)
    this.tradingState.locate = locate
    this.tradingState.symbol = symbol
    this.tradingState.tradingState = tradingState
    this.tradingState.reason = reason
    this.feed(at, FeedMessage.TradingAction)
  }

  /** Appends the end of an auction; the caller fills `this.cross`. */
  executeCross(): void {
    const at = this.append(EventType.CrossExecuted, 0, crossExecuted.length, false)
    this.cross.wrap(this.records.view, at)
    this.feed(at, FeedMessage.CrossTrade)
  }

  /** Appends what an auction would give; the caller fills `this.imbalance`. */
  tellImbalance(): void {
    const at = this.append(EventType.ImbalanceTold, 0, imbalanceTold.length, false)
    this.imbalance.wrap(this.records.view, at)
    this.feed(at, FeedMessage.Imbalance)
  }

  /** Appends where an auction will execute in the end; the caller fills what it gets. */
  tellAuctionCollar(): typeof this.auctionCollar {
    const at = this.append(EventType.AuctionCollarTold, 0, auctionCollarTold.length, false)
    this.auctionCollar.wrap(this.records.view, at)
    this.feed(at, FeedMessage.AuctionCollar)
    return this.auctionCollar
  }

  /** Appends the breaker's levels of the day; the caller fills what it gets. */
  tellBreakerLevels(): typeof this.breakerLevels {
    const at = this.append(EventType.BreakerLevelsTold, 0, breakerLevelsTold.length, false)
    this.breakerLevels.wrap(this.records.view, at)
    this.feed(at, FeedMessage.BreakerLevels)
    return this.breakerLevels
  }

  /** Appends a level that was reached, 0 when its halt is over; the caller fills what it gets. */
  signalBreaker(level: number): typeof this.breaker {
    const at = this.append(EventType.BreakerSignaled, 0, breakerSignaled.length, false)
    this.breaker.wrap(this.records.view, at)
    this.breaker.level = level
    if (level !== 0) this.feed(at, FeedMessage.BreakerStatus)
    return this.breaker
  }

  /** What operations did, or was refused. */
  tellOperation(operation: OperatorRecord): void {
    const body = encodeOperation(operation)
    const length = operatorActed.length + body.length
    const at = this.append(EventType.OperatorActed, 0, length, false)
    this.operation.wrap(this.records.view, at)
    this.operation.bodyLength = body.length
    this.records.bytes.set(body, at + operatorActed.length)
  }

  copyBody(from: DataView, fromAt: number, length: number, to: number): void {
    const source = new Uint8Array(from.buffer, from.byteOffset + fromAt, length)
    this.records.bytes.set(source, to)
  }

  /** @param text ASCII */
  copyText(text: string, to: number): void {
    const { bytes } = this.records
    for (let i = 0; i < text.length; i++) bytes[to + i] = text.charCodeAt(i)
  }

  copyClOrdId(from: DataView, fromAt: number, at: number, offset: number): void {
    copyClOrdId(from, fromAt, this.records.view, at + offset)
  }

  private describe(order: number, orders: OrderTable, ids: ClOrdIdIndex): void {
    const record = this.order
    const condition = orders.condition(order)
    if (condition !== 0) {
      orders.conditions.print(condition, record.view, record.at + orderEvent.length)
    }
    const cumQty = orders.cumQty(order)
    record.orderId = orders.orderId(order)
    record.orderReference = orders.reference(order)
    record.price = orders.price(order)
    record.orderQty = orders.orderQty(order)
    record.cumQty = cumQty
    record.leavesQty = orders.leavesQty(order)
    record.locate = orders.locate(order)
    record.account = orders.account(order)
    record.side = orders.side(order)
    record.ordType = orders.ordType(order)
    record.timeInForce = orders.timeInForce(order)
    record.ordStatus = orders.ordStatus(order)
    if (cumQty > 0) {
      record.avgPx = averagePrice(orders.notionalHigh(order), orders.notionalLow(order), cumQty)
    }
    this.describeDay(order, orders)
    ids.copyTo(orders.clOrdId(order), record.view, record.at + orderEvent.offsets.clOrdId)
  }

  /** Of an order that was carried into the day, in a record that has the place for it. */
  private describeDay(order: number, orders: OrderTable): void {
    const dayAt = dayQuantitiesAt(this.records.view, this.order.at)
    if (dayAt < 0) return
    this.day.wrap(this.records.view, dayAt)
    orders.describeDay(order, this.day)
  }

  /**
   * An ExecutionReport with an ExecID, unless it is the answer to a question.
   * @param blocks CONDITIONS_BIT and DAY_BIT: what follows the order
   */
  private appendReport(
    type: number,
    session: number,
    execType: number,
    blocks: number,
    more = 0,
  ): number {
    const length = orderEvent.length + lengthOf(blocks) + more
    const at = this.append(type, session, length, true)
    const record = this.order
    record.wrap(this.records.view, at)
    if (execType !== ExecType.OrderStatus) record.execId = this.numbers.nextExecId++
    record.execType = execType
    record.dialect = this.ledger.dialect[session]! | blocks
    return at
  }

  private append(type: number, session: number, length: number, isMessage: boolean): number {
    const at = this.records.append(type, session, length)
    const header = this.header
    header.wrap(this.records.view, at)
    header.epochSeconds = this.epochSeconds
    header.nanoseconds = this.nanoseconds
    if (session === 0) return at

    const ledger = this.ledger
    header.expectedMsgSeqNum = ledger.expectedMsgSeqNum[session]!
    if (!isMessage) return at

    header.msgSeqNum = ledger.nextMsgSeqNum[session]!++
    header.previousPosition = ledger.lastPosition[session]!
    ledger.lastPosition[session] = this.position + at
    return at
  }
}

const blocksOf = (orders: OrderTable, order: number): number =>
  (orders.isConditional(order) ? CONDITIONS_BIT : 0) | (orders.isCarried(order) ? DAY_BIT : 0)

const lengthOf = (blocks: number): number =>
  ((blocks & CONDITIONS_BIT) === 0 ? 0 : orderConditions.length) +
  ((blocks & DAY_BIT) === 0 ? 0 : dayQuantities.length)
