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
  RestateReason,
  Side,
  TimeInForce,
} from '../../src/domain/index.ts'
import type { HaltPolicy, Reason, TradingPhase } from '../../src/domain/index.ts'
import type {
  OperatorCommand,
  OperatorRecord,
  PhaseInstant,
  ReferenceAction,
  ReportOptions,
  KillScope,
  TradeAction,
  VenueConfiguration,
} from '../../src/wire/index.ts'
import { ExecInstBit, isReferenceAction } from '../../src/wire/index.ts'
import type {
  CancelOrder,
  Conditions,
  EngineCommand,
  EnterOrder,
  MassCancel,
  NoteDontKnowTrade,
  OpenDay,
  Operate,
  OrderCommand,
  ReplaceOrder,
  ReportMassStatus,
  ReportStatus,
} from '../support/engine-commands.ts'
import { conditionsOf } from '../support/engine-commands.ts'
import type { Cross } from '../../src/book/index.ts'
import { collarAround, naiveCross } from './naive-auction.ts'
import { NaiveBreaker } from './naive-breaker.ts'
import type { Floor, NaiveTrade } from './naive-corrections.ts'
import { refusalOfCorrection } from './naive-corrections.ts'
import { afterList, newPrice } from './naive-list.ts'
import type { NaiveMarket, NaiveState, PutOff } from './naive-market.ts'
import {
  endOfWait,
  isClosed,
  isClosing,
  isTrading,
  phaseOf,
  stateOf as tradingStateOf,
} from './naive-market.ts'
import {
  isNewTo,
  isOfScope,
  killedScopeOf,
  isSameScope,
  marketsOf,
  refusalOfOperation,
  sizesAfter,
} from './naive-operations.ts'
import type { OrderSize } from './naive-operations.ts'
import {
  dayOf,
  groupOf,
  idOf,
  instructionOf,
  isGoodTill,
  isLive,
  isMarket,
  isPostOnly,
  isStopInLine,
  isUnpriced,
  isWhileConnected,
  keepsPlace,
  open,
  shownOf,
  stateOf,
} from './naive-order.ts'
import type { NaiveEvent, NaiveOrder } from './naive-order.ts'
import {
  bandOf,
  priceAsked,
  refusalOfChange,
  refusalOfEntry,
  refusalByScope,
  textOf,
} from './naive-refusal.ts'
import type { Refusal } from './naive-refusal.ts'
import { sharesOf } from './naive-sharing.ts'

/** Which orders of a lost session go. */
interface Loss {
  /** Those that its file says. */
  readonly isSwept: boolean
  /** Those with ExecInst(18)=Q. */
  readonly isWithoutLogout: boolean
}

/** Requests of operations that are not done again. */
const OPERATIONS_KNOWN = 1024

export class NaiveEngine {
  /** Orders of the day, in order of entry. */
  orders: NaiveOrder[] = []
  /** Orders that wait, stops included, in the order in which they came to rest. */
  resting: NaiveOrder[] = []
  /** By `session clOrdId`: the order that it belongs to, or null for none. */
  ids = new Map<string, NaiveOrder | null>()
  nextMsgSeqNum: number[]
  nextReference = 1
  nextExecId = 1
  nextMatchNumber = 1
  ordersToday = 0
  isOpen = false
  tradingDate = 0
  /** Since 1970. */
  private nowMs = 0
  /** By session: when its bucket of messages was looked at, and what was in it then, in thousandths. */
  readonly buckets = new Map<number, { atMs: number; level: number }>()
  /** Sessions that were lost and may still come back. */
  readonly graces = new Map<number, Loss & { readonly untilMs: number }>()
  /** Names of self-trade prevention groups that have come up. */
  readonly groups = new Set<string>()
  /** What the part of the command at hand may still execute, trigger or prevent. */
  private left = 0
  /** Of the last execution, by locate. */
  readonly lastPrices: number[] = []
  /** Times that an order joined a queue. */
  private joined = 0
  readonly loggedOn = new Set<number>()
  /** By locate, the first one in front. */
  readonly markets: readonly NaiveMarket[]
  /** What operations asked for, oldest first. */
  readonly operations: OperatorRecord[] = []
  kills: KillScope[] = []
  /** Ever made, by match number. */
  readonly trades = new Map<number, NaiveTrade>()
  /** Every order that was ever accepted, by OrderID(37). */
  readonly known = new Map<number, NaiveOrder>()
  /** Trades with lower numbers are of days before. */
  private firstMatchNumber = 1
  private readonly splits: { readonly locate: number; readonly firstMatchNumber: number }[] = []
  sizes: OrderSize[] = []
  /** Seconds at which auctions are told of next; 0 = nobody collects. */
  private nextTold = 0
  /** Phases to come. */
  plan: readonly PhaseInstant[] = []
  /** Whether the day has phases. */
  isPhased = false
  /** Between ITCH S Q and M. */
  private isInMarketHours = false
  /** Of the day. */
  breaker: NaiveBreaker | undefined
  private events: NaiveEvent[] = []
  venue: VenueConfiguration

  constructor(venue: VenueConfiguration) {
    this.venue = venue
    this.nextMsgSeqNum = [0, ...venue.sessions.map(() => 1)]
    this.markets = venue.instruments.map((instrument) => ({
      instrument,
      phase: 'continuous',
      held: undefined,
      broken: undefined,
    }))
    for (const { selfTrade } of venue.sessions) {
      if (selfTrade.prevention !== 'off') this.noteGroup(selfTrade.group)
    }
  }

  /** Seconds since 1970. */
  get now(): number {
    return Math.floor(this.nowMs / 1000)
  }

  /** @param nowMs milliseconds since 1970 */
  execute(command: EngineCommand, nowMs: number): NaiveEvent[] {
    this.events = []
    this.nowMs = nowMs
    this.left = this.venue.ordersPerCommandMax
    this.expire()
    this.endGraces()
    this.enterPhases()
    this.endWaits()
    this.tellIndicative()
    if (command.kind === 'enter') this.enter(command)
    if (command.kind === 'cancel' || command.kind === 'replace') this.change(command)
    if (command.kind === 'status') this.status(command)
    if (command.kind === 'massStatus') this.massStatus(command)
    if (command.kind === 'massCancel') this.massCancel(command)
    if (command.kind === 'dontKnow') this.dontKnow(command)
    if (command.kind === 'logOn') this.logOn(command.session)
    if (command.kind === 'disconnect') this.disconnect(command.session, command.graceful)
    if (command.kind === 'closeDay') this.closeDay()
    if (command.kind === 'openDay') this.openDay(command)
    if (command.kind === 'planDay') this.plan = command.plan.phases
    if (command.kind === 'operate') this.operate(command)
    return this.events
  }

  /** Best price first, and at one price the order that joined first. */
  queue(locate: number, side: number): NaiveOrder[] {
    return this.resting
      .filter((order) => order.locate === locate && order.side === side)
      .filter((order) => !order.isWaiting && !isUnpriced(order))
      .sort((a, b) => (side === Side.Buy ? b.price - a.price : a.price - b.price) || byPlace(a, b))
  }

  /** Market orders that wait for an auction, the one that joined first in front. */
  unpriced(locate: number, side: number): NaiveOrder[] {
    return this.resting
      .filter((order) => order.locate === locate && order.side === side && isUnpriced(order))
      .sort(byPlace)
  }

  /** Stops in the order in which they are triggered: buys first, and what is reached first. */
  line(locate: number): NaiveOrder[] {
    const stops = this.resting.filter((order) => order.locate === locate && isStopInLine(order))
    const of = (wanted: number) => stops.filter(({ side }) => side === wanted)
    const stopPx = (order: NaiveOrder): number => order.conditions.stopPx
    return [
      ...of(Side.Buy).sort((a, b) => stopPx(a) - stopPx(b) || byPlace(a, b)),
      ...of(Side.Sell).sort((a, b) => stopPx(b) - stopPx(a) || byPlace(a, b)),
    ]
  }

  /** Orders at the close that wait for the closing auction to begin, the one that came first in front. */
  atClose(locate: number, side: number): NaiveOrder[] {
    const waits = this.resting.filter((order) => order.isWaiting && !isStopInLine(order))
    return waits.filter((order) => order.locate === locate && order.side === side).sort(byPlace)
  }

  private enter(command: EnterOrder): void {
    const isTooMuch = this.isOneTooMany(command.session)
    const known = this.ids.get(idOf(command))
    if (known) return this.answerKnown(command, known)

    const isStatus = known === null && command.possResend
    const before = isStatus ? RejectReason.RejectedBefore : RejectReason.DuplicateClOrdId
    const duplicate = known === null && { reason: before }
    const conditions = conditionsOf(command)
    const refusal =
      duplicate ||
      (isTooMuch && this.rateExceeded(command.session, RejectReason)) ||
      refusalOfEntry(this, command) ||
      (this.isPostOnlyRefused(command, command.price, conditions) && {
        reason: RejectReason.PostOnlyWouldTrade,
      }) ||
      refusalByScope(this, command)
    if (refusal) {
      this.useUpId(command, null)
      const { clOrdId, session, locate, account, side, ordType, timeInForce } = command
      const terms = { clOrdId, locate, account, side, ordType, timeInForce }
      const numbers = { orderQty: Math.max(0, command.orderQty), price: Math.max(0, command.price) }
      const execType = isStatus ? ExecType.OrderStatus : ExecType.Rejected
      const state = { execType, ordStatus: OrdStatus.Rejected, ...textOf(refusal) }
      const event = isStatus ? 'OrderStatusReported' : 'OrderRejected'
      this.tell(event, session, { ...terms, ...numbers, ...positive(conditions), ...state })
      return
    }

    const order: NaiveOrder = {
      ...command,
      orderId: this.nextReference,
      reference: this.nextReference++,
      cumQty: 0,
      notional: 0n,
      ordStatus: OrdStatus.New,
      conditions,
      isWaiting: conditions.stopPx > 0 || this.comesBeforeClosing(command),
      isReached: false,
      shown: 0,
      place: 0,
    }
    this.ordersToday++
    this.orders.push(order)
    this.noteGroup(conditions.stpGroup)
    this.ids.set(idOf(command), order)
    this.pending(order, ExecType.PendingNew, OrdStatus.PendingNew)
    this.comeIn(order, this.report('OrderAccepted', ExecType.New, order))
    this.triggerStops(order.locate)
  }

  /** A day remembers only so many ids besides those of orders. */
  private useUpId(command: { session: number; clOrdId: string }, order: NaiveOrder | null): void {
    if (this.ids.size >= this.venue.ordersPerDayMax * 3) return
    this.ids.set(idOf(command), order)
  }

  private change(command: CancelOrder | ReplaceOrder): void {
    const isTooMuch = command.kind === 'replace' && this.isOneTooMany(command.session)
    const known = this.ids.get(idOf(command))
    if (known && command.possResend) return this.answerKnown(command, known)
    if (known === null && command.possResend) {
      return this.rejectChange(command, null, { reason: CancelRejectReason.UnknownOrder })
    }

    const order = this.ids.get(`${command.session} ${command.origClOrdId}`) ?? null
    if (known === undefined) this.useUpId(command, order)
    const refusal =
      (isTooMuch && known === undefined
        ? this.rateExceeded(command.session, CancelRejectReason)
        : undefined) ??
      refusalOfChange(this, command, known !== undefined, order) ??
      this.postOnlyRefusalOf(command, order) ??
      (command.kind === 'replace' ? refusalByScope(this, command) : undefined)
    if (refusal || order === null) return this.rejectChange(command, order, refusal!)

    this.ids.set(idOf(command), order)
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

  /** Whether a session has sent more than it may; counts the message. */
  private isOneTooMany(session: number): boolean {
    const rate = this.venue.sessions[session - 1]!.throttle.messagesPerSecond
    if (rate === 0) return false
    const { atMs, level } = this.buckets.get(session) ?? { atMs: 0, level: 0 }
    const filled = Math.min(rate * 1000, level + (this.nowMs - atMs) * rate)
    const isTooMuch = filled < 1000
    this.buckets.set(session, { atMs: this.nowMs, level: isTooMuch ? filled : filled - 1000 })
    return isTooMuch
  }

  private rateExceeded(
    session: number,
    { MessageRate }: { readonly MessageRate: Reason },
  ): Refusal {
    const textValueA = this.venue.sessions[session - 1]!.throttle.messagesPerSecond
    return { reason: MessageRate, textValueA }
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
    const before = { ...order }
    const { reference: originalReference } = order
    this.ordersToday++
    order.price = priceAsked(command, order)
    order.timeInForce = command.timeInForce
    order.orderQty = Math.max(command.orderQty, order.cumQty)
    order.conditions = conditionsOf(command)
    this.noteGroup(order.conditions.stpGroup)
    const feedShares = before.shown

    const tell = (more: NaiveEvent): NaiveEvent =>
      this.report('OrderReplaced', ExecType.Replaced, order, {
        origClOrdId,
        originalReference,
        ...more,
      })
    if (order.orderQty === order.cumQty) {
      this.leave(order)
      order.ordStatus = OrdStatus.Filled
      tell(isUnpriced(before) ? {} : { feed: 'D', feedShares })
    } else if (keepsPlace(before, order)) {
      order.shown = Math.min(before.shown, open(order))
      const less = before.shown - order.shown
      tell(less > 0 ? { feed: 'X', feedShares: less } : {})
    } else if (order.isWaiting) {
      this.leave(order)
      this.comeIn(order, tell({}))
    } else {
      this.leave(order)
      order.reference = this.nextReference++
      if (this.isTrading(order.locate) && this.tradable(order).length > 0) {
        tell({ feed: 'D', feedShares })
        this.comeIn(order, undefined)
      } else {
        this.rest(order)
        const { shown } = order
        // A market order that gets a price comes to the feed by it.
        if (isUnpriced(order)) tell({})
        else tell({ feed: isUnpriced(before) ? 'A' : 'U', feedShares: shown })
      }
    }
    this.triggerStops(order.locate)
  }

  /** Brings in an order that is in no queue. @param announced the event that may put it on the feed */
  private comeIn(order: NaiveOrder, announced: NaiveEvent | undefined): void {
    if (order.isWaiting) this.hold(order)
    else if (!this.isTrading(order.locate)) this.collect(order, announced)
    else this.match(order, this.slide(order) ?? announced)
  }

  /** Whether it is at the close, and nothing is collected for the closing auction yet. */
  private comesBeforeClosing({ timeInForce, locate }: EnterOrder): boolean {
    return timeInForce === TimeInForce.AtTheClose && !isClosing(this.markets[locate - 1]!)
  }

  private isTrading(locate: number): boolean {
    return isTrading(this.markets[locate - 1]!)
  }

  /** It waits for the auction, whatever it could trade with. */
  private collect(order: NaiveOrder, announced: NaiveEvent | undefined): void {
    this.rest(order)
    if (isUnpriced(order) || announced === undefined) return
    Object.assign(announced, { feed: 'A', feedShares: order.shown })
  }

  /** A stop waits in line; the last execution may have reached it already. */
  private hold(order: NaiveOrder): void {
    this.rest(order)
    order.shown = 0
    if (!isStopInLine(order)) return
    const lastPrice = this.lastPrices[order.locate]
    const isReached = lastPrice !== undefined && reaches(lastPrice, order)
    order.isReached = isReached && this.isTrading(order.locate)
  }

  /** The stops that are reached, one after the other, with what they trade and reach in turn. */
  private triggerStops(locate: number): void {
    this.triggerEach(locate)
    this.breakOthers()
  }

  private triggerEach(locate: number): void {
    for (;;) {
      if (!this.isTrading(locate)) return
      if (!this.resting.some(({ isReached }) => isReached)) return
      const stop = this.line(locate).find(({ isReached }) => isReached)!
      this.takeStep()
      stop.isReached = false
      this.workFromNowOn(stop, RestateReason.Triggered)
    }
  }

  /** An order in line comes in like a new one. */
  private workFromNowOn(order: NaiveOrder, reason: Reason): void {
    this.leave(order)
    order.isWaiting = false
    const { extendedCodes } = this.reportsTo(order.session)
    const execType = extendedCodes ? ExecType.Triggered : ExecType.Restated
    this.comeIn(order, this.restate(order, reason, execType))
  }

  private restate(order: NaiveOrder, { code }: Reason, execType: number = ExecType.Restated) {
    return this.report('OrderRestated', execType, order, { reason: code })
  }

  /** Moves a post-only order that would trade. */
  private slide(order: NaiveOrder): NaiveEvent | undefined {
    if (!isPostOnly(order.conditions) || this.tradable(order).length === 0) return undefined
    order.price = this.slidPrice(order, order.price)
    return this.restate(order, RestateReason.PriceSlid)
  }

  /** The nearest price at which an order does not trade. */
  private slidPrice(terms: { locate: number; side: number }, asked: number): number {
    const { tickSize } = this.venue.instruments[terms.locate - 1]!
    const isBuy = terms.side === Side.Buy
    const best = this.queue(terms.locate, isBuy ? Side.Sell : Side.Buy)[0]!.price
    let price: number = asked
    while (isBuy ? price >= best : price <= best) price += (isBuy ? -1 : 1) * tickSize
    return price
  }

  private isPostOnlyRefused(
    terms: { session: number; locate: number; side: number; ordType: number },
    price: number,
    conditions: Conditions,
  ): boolean {
    if (!isPostOnly(conditions) || !this.isTrading(terms.locate)) return false
    if (this.tradable({ ...terms, price }).length === 0) return false
    const { low, high } = bandOf(this.venue.instruments[terms.locate - 1]!)
    const slid = this.slidPrice(terms, price)
    return (
      this.venue.sessions[terms.session - 1]!.postOnly === 'reject' || slid < low || slid > high
    )
  }

  private postOnlyRefusalOf(command: CancelOrder | ReplaceOrder, order: NaiveOrder | null) {
    if (command.kind === 'cancel' || order === null) return undefined
    const conditions = conditionsOf(command)
    const isRefused = this.isPostOnlyRefused(command, priceAsked(command, order), conditions)
    return isRefused ? { reason: CancelRejectReason.PostOnlyWouldTrade } : undefined
  }

  /** Trades an order that comes in, and rests or cancels what is left. */
  private match(incoming: NaiveOrder, announced: NaiveEvent | undefined): void {
    const isAll = incoming.timeInForce === TimeInForce.FillOrKill
    const least = isAll ? open(incoming) : incoming.conditions.minQty
    if (least > 0 && this.availableTo(incoming) < least) {
      const { FillOrKillUnfilled, MinQtyUnavailable } = CancelReason
      return this.endUnfilled(incoming, isAll ? FillOrKillUnfilled : MinQtyUnavailable)
    }

    const instrument = this.venue.instruments[incoming.locate - 1]!
    let last = announced
    const isStopped = (): boolean => this.breaker?.isBreached === true && least === 0
    while (open(incoming) > 0 && !isStopped()) {
      const queue = atBestPrice(this.tradable(incoming))
      if (queue.length === 0) break
      const own = this.ownOf(incoming, queue)
      const shares = own === undefined ? sharesOf(queue, open(incoming), instrument) : []
      // The journal has what an earlier part of the command told.
      if (own !== undefined) {
        this.takeStep()
        // Told of by an earlier event, it would cross on the feed what leaves it by this one.
        last = this.prevent(incoming, own)
      }
      for (const { order, quantity } of shares) {
        if (isStopped()) break
        this.takeStep()
        last = this.trade(order, incoming, quantity)
      }
    }
    if (this.breaker?.isBreached) return this.breakBy(incoming)
    if (open(incoming) > 0) this.leaveOver(incoming, last)
  }

  /** The market is halted by what an order has traded: its own instrument first, before the rest of it waits. */
  private breakBy(incoming: NaiveOrder): void {
    this.tellBreach()
    this.breakMarket(this.markets[incoming.locate - 1]!)
    if (open(incoming) === 0) return
    if (incoming.timeInForce === TimeInForce.ImmediateOrCancel) {
      return this.endUnfilled(incoming, CancelReason.ImmediateRemainder)
    }
    this.rest(incoming)
    if (!isUnpriced(incoming)) this.display('OrderDisplayed', incoming)
  }

  private tellBreach(): void {
    const breaker = this.breaker!
    breaker.begin(this.now)
    const told = { level: breaker.reached, index: breaker.index }
    this.events.push({ event: 'BreakerSignaled', feed: 'W', ...told })
  }

  private breakMarket(market: NaiveMarket): void {
    const { halt, endsAt } = this.breaker!
    const reason = `MWC${halt}`
    if (market.broken?.reason === reason) return
    market.putOff = undefined
    market.broken = { reason, until: endsAt }
    // What is reached is looked at anew when there is trading again.
    for (const stop of this.line(market.instrument.locate)) stop.isReached = false
    this.tellState(market)
  }

  /** Everything that operations does not hold and that is not closed. */
  private breakOthers(): void {
    const { breaker } = this
    if (breaker === undefined) return
    if (breaker.isBreached) this.tellBreach()
    if (breaker.heeded === breaker.told) return
    breaker.heeded = breaker.told
    for (const market of this.markets) {
      if (!market.instrument.listed || market.held !== undefined || isClosed(market)) continue
      this.breakMarket(market)
      this.cancelOnHalt(market)
    }
  }

  /** One that comes to trade in a halt of the whole market is halted as well. */
  private joinBreak(market: NaiveMarket): void {
    if (!this.isBroken() || market.broken !== undefined) return
    if (market.instrument.listed && market.held === undefined && !isClosed(market)) {
      this.breakMarket(market)
    }
  }

  /** Whether a halt of the whole market is in force. */
  private isBroken(): boolean {
    return this.breaker !== undefined && this.breaker.halt > 0 && this.now < this.breaker.endsAt
  }

  private endBreak(): void {
    const { breaker } = this
    if (breaker === undefined || breaker.halt === 0) return
    breaker.halt = 0
    this.events.push({ event: 'BreakerSignaled', level: 0, index: breaker.index })
  }

  /** The order of its own group that is next to be dealt with: pro rata all of a price are next. */
  private ownOf(incoming: NaiveOrder, queue: readonly NaiveOrder[]): NaiveOrder | undefined {
    const { matching } = this.venue.instruments[incoming.locate - 1]!
    const next = matching === 'price-time' ? queue.slice(0, 1) : queue
    return next.find((order) => this.areOfOneGroup(incoming, order))
  }

  /** Counts an execution, a trigger or a prevented trade. @returns whether it is in another part */
  private takeStep(): boolean {
    const isNextPart = this.left === 0
    if (isNextPart) this.left = this.venue.ordersPerCommandMax
    this.left--
    return isNextPart
  }

  private noteGroup(name: string): void {
    if (name !== '') this.groups.add(name)
  }

  private areOfOneGroup(one: NaiveOrder, other: NaiveOrder): boolean {
    const groups = [one, other].map((of) => groupOf(of, this.venue.sessions[of.session - 1]!))
    return groups[0] !== '' && groups[0] === groups[1]
  }

  private instructionOf(incoming: NaiveOrder): string {
    return instructionOf(incoming, this.venue.sessions[incoming.session - 1]!)
  }

  /** What an order could trade, by trading it on paper. */
  private availableTo(incoming: NaiveOrder): number {
    const queue = this.tradable(incoming).map((order) => ({ order, left: open(order) }))
    const shown = new Map(queue.map((one) => [one, one.order.shown]))
    const goesOn = this.instructionOf(incoming) === 'O'
    let available = 0
    for (;;) {
      const rest = atBestPrice(queue.map(({ order }) => order))
      const own = this.ownOf(incoming, rest)
      if (own !== undefined && !goesOn) break
      const [next] = queue.splice(0, 1)
      if (next === undefined) break
      if (this.areOfOneGroup(incoming, next.order)) continue
      const part = shown.get(next)!
      available += part
      next.left -= part
      if (next.left === 0) continue
      shown.set(next, Math.min(next.order.conditions.maxFloor, next.left))
      const behind = queue.findLastIndex(({ order }) => order.price === next.order.price)
      queue.splice(behind + 1, 0, next)
    }
    return available
  }

  /** Of two orders of one group. @returns the incoming order's last event, if it goes on with another */
  private prevent(incoming: NaiveOrder, resting: NaiveOrder): NaiveEvent | undefined {
    const { SelfMatchOldest, SelfMatchNewest } = CancelReason
    const instruction = this.instructionOf(incoming)
    const quantity = Math.min(open(incoming), open(resting))
    const isWhole = (order: NaiveOrder): boolean => open(order) === quantity
    const endsResting = 'OB'.includes(instruction) || (instruction === 'D' && isWhole(resting))
    const endsIncoming = 'NB'.includes(instruction) || (instruction === 'D' && isWhole(incoming))
    if (endsResting) this.cancel(resting, SelfMatchOldest)
    else if (instruction === 'D') this.decrement(resting, quantity)
    if (endsIncoming) this.cancel(incoming, SelfMatchNewest)
    else if (instruction === 'D') return this.decrement(incoming, quantity)
    return undefined
  }

  private decrement(order: NaiveOrder, quantity: number): NaiveEvent {
    order.orderQty -= quantity
    const feedShares = Math.max(0, order.shown - open(order))
    order.shown -= feedShares
    const told = this.restate(order, RestateReason.SelfMatchDecrement)
    return feedShares > 0 ? Object.assign(told, { feed: 'X', feedShares }) : told
  }

  /** What an order that came in could not trade. */
  private leaveOver(order: NaiveOrder, last: NaiveEvent | undefined): void {
    const isToGetItsLimit = order.ordType === OrdType.MarketWithLeftOverAsLimit && order.price === 0
    if (isMarket(order)) return this.endUnfilled(order, CancelReason.MarketRemainder)
    if (order.timeInForce === TimeInForce.ImmediateOrCancel) {
      return this.endUnfilled(order, CancelReason.ImmediateRemainder)
    }
    if (isToGetItsLimit && order.cumQty === 0) {
      return this.endUnfilled(order, CancelReason.MarketRemainder)
    }
    let announced = last
    if (isToGetItsLimit) {
      order.price = this.lastPrices[order.locate]!
      announced = this.restate(order, RestateReason.LeftOverAsLimit)
    }
    this.rest(order)
    if (announced === undefined) this.display('OrderDisplayed', order)
    else Object.assign(announced, { feed: 'A', feedShares: order.shown })
  }

  /** To the end of its price. */
  private rest(order: NaiveOrder): void {
    order.shown = shownOf(order)
    order.place = ++this.joined
    this.resting.push(order)
  }

  private tradable(incoming: {
    readonly locate: number
    readonly side: number
    readonly price: number
  }): NaiveOrder[] {
    const isBuy = incoming.side === Side.Buy
    return this.queue(incoming.locate, isBuy ? Side.Sell : Side.Buy).filter(
      ({ price }) =>
        incoming.price === 0 || (isBuy ? price <= incoming.price : price >= incoming.price),
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
    resting.shown -= quantity
    if (open(resting) === quantity) this.leave(resting)
    fill(resting, { lastLiquidityInd: Added, feed: 'E', feedShares: quantity })
    const told = fill(incoming, { lastLiquidityInd: Removed })
    if (open(resting) > 0 && resting.shown === 0) this.showNext(resting)

    this.notePrice(resting.locate, resting.price)
    for (const stop of this.resting) {
      if (!isStopInLine(stop) || stop.locate !== resting.locate) continue
      stop.isReached ||= reaches(resting.price, stop)
    }
    return told
  }

  private notePrice(locate: number, price: number): void {
    this.lastPrices[locate] = price
    this.breaker?.note(locate, price)
  }

  /** The next part of an iceberg, at the end of its price; its seniority in its session stays. */
  private showNext(order: NaiveOrder): void {
    order.reference = this.nextReference++
    order.shown = shownOf(order)
    order.place = ++this.joined
    this.display('OrderDisplayed', order)
  }

  /** An order put on the feed without a report; what the market does not see is not. */
  private display(event: string, order: NaiveOrder): void {
    const { session, isWaiting } = order
    const feed = isWaiting || isUnpriced(order) ? {} : { feed: 'A', feedShares: order.shown }
    const told = { ...stateOf(order), ...dayOf(order), ...feed }
    this.events.push({ event, session, execType: ExecType.Restated, ...told })
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

    this.useUpId(command, null)
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
    this.graces.delete(session)
    this.send(session, 'A')
  }

  private disconnect(session: number, graceful: boolean): void {
    this.events.push({ event: 'SessionDisconnected', session, graceful: graceful ? 1 : 0 })
    if (!this.loggedOn.delete(session)) return
    const { cancelOnDisconnect, cancelOnDisconnectGraceMs } = this.venue.sessions[session - 1]!
    const isAsked = { off: false, disconnect: !graceful, 'disconnect-or-logout': true }
    const loss = { isSwept: isAsked[cancelOnDisconnect], isWithoutLogout: !graceful }
    const untilMs = this.nowMs + cancelOnDisconnectGraceMs
    if (cancelOnDisconnectGraceMs === 0) this.sweep(session, loss)
    else this.graces.set(session, { ...loss, untilMs })
  }

  /** Lost sessions that did not come back in time: the earliest first, of two the one of lower number. */
  private endGraces(): void {
    const due = [...this.graces].filter(([, { untilMs }]) => untilMs <= this.nowMs)
    due.sort(([a, one], [b, other]) => one.untilMs - other.untilMs || a - b)
    for (const [session, loss] of due) {
      this.graces.delete(session)
      this.sweep(session, loss)
    }
  }

  private sweep(session: number, { isSwept, isWithoutLogout }: Loss): void {
    const { cancelGoodTill } = this.venue.sessions[session - 1]!
    for (const order of this.resting.filter((one) => one.session === session)) {
      const goes = isSwept && (!isGoodTill(order) || cancelGoodTill)
      const isCanceled = goes || (isWithoutLogout && isWhileConnected(order))
      if (isCanceled) this.cancel(order, CancelReason.Disconnected)
    }
  }

  /** Ends the orders whose ExpireTime(126) has come, the earliest first. */
  private expire(): void {
    const isDue = (order: NaiveOrder): boolean => {
      const { expireSeconds } = order.conditions
      return expireSeconds !== 0 && expireSeconds <= this.now
    }
    if (!this.resting.some(isDue)) return
    const due = this.orders.filter((order) => isLive(order) && isDue(order))
    due.sort((a, b) => a.conditions.expireSeconds - b.conditions.expireSeconds)
    for (const order of due) this.endExpired(order)
  }

  private closeDay(): void {
    if (!this.isOpen) return
    for (const market of this.markets) {
      if (market.putOff !== undefined) this.enterPhase(market, 'closed')
    }
    for (const { locate } of this.venue.instruments) this.expireDayOrders(locate)
    if (this.isInMarketHours) this.signal('M')
    for (const code of 'EC') this.signal(code)
    this.isInMarketHours = false
    this.isOpen = false
    this.nextTold = 0
  }

  private openDay({ tradingDate, isPhased = false }: OpenDay): void {
    this.tradingDate = tradingDate
    this.isPhased = isPhased
    this.plan = []
    this.nextTold = 0
    this.isInMarketHours = !isPhased
    this.ordersToday = 0
    this.firstMatchNumber = this.nextMatchNumber
    this.orders = this.inPriorityOrder()
    for (const order of this.orders) {
      const { dayQuantities = false } = this.reportsTo(order.session)
      const done = { cumQty: order.cumQty, notional: order.notional }
      order.before = dayQuantities ? done : undefined
    }
    this.ids = new Map(this.orders.map((order) => [idOf(order), order]))
    this.events.push({ event: 'TradingDayOpened' })
    this.signal('O')
    for (const market of this.markets) {
      market.phase = isPhased ? 'closed' : 'continuous'
      this.tellListed(market)
      if (market.broken !== undefined) market.broken = { reason: 'MWC0', until: Infinity }
      this.tellState(market)
    }
    this.signal('S')
    this.openBreaker()
    if (!isPhased) this.signal('Q')
    for (const order of this.orders) {
      const { expireDate } = order.conditions
      // Its last day was no trading day: it is not put on this day's feed.
      if (expireDate !== 0 && expireDate < tradingDate) this.endExpired(order)
      else {
        this.display('OrderCarried', order)
        const { restateGoodTill = false } = this.reportsTo(order.session)
        if (restateGoodTill) this.restate(order, RestateReason.GoodTillRenewed)
      }
    }
    this.isOpen = true
    for (const market of this.markets) {
      if (market.broken === undefined || isClosed(market) || this.isBroken()) continue
      this.goOn(market, tradingStateOf(market), { crossType: 'H', times: 0 })
    }
    for (const market of this.markets) {
      if (isTrading(market)) this.triggerReached(market.instrument.locate)
    }
  }

  private openBreaker(): void {
    const rule = this.venue.breaker
    if (rule === undefined) return
    const members = this.venue.instruments.filter(
      ({ listed, symbol }) => listed && (rule.index === undefined || rule.index.includes(symbol)),
    )
    const prices = members.map(
      ({ locate, referencePrice }) => [locate, this.lastPrices[locate] ?? referencePrice] as const,
    )
    this.breaker = new NaiveBreaker(rule, new Map(prices))
    this.events.push({ event: 'BreakerLevelsTold', feed: 'V', ...this.breaker.levels })
  }

  private signal(eventCode: string): void {
    const code = eventCode.charCodeAt(0)
    this.events.push({ event: 'SystemEventSignaled', feed: 'S', eventCode: code })
  }

  private expireDayOrders(locate: number): void {
    for (const order of this.ordersOn(locate)) {
      const { expireDate } = order.conditions
      const isLastDay = expireDate !== 0 && expireDate <= this.tradingDate
      const { doneForDay = false } = this.reportsTo(order.session)
      if (isLastDay || (!isGoodTill(order) && !doneForDay)) this.endExpired(order)
      else if (!isGoodTill(order)) {
        this.end(order, 'OrderExpired', ExecType.DoneForDay, OrdStatus.DoneForDay)
      }
    }
  }

  private inPriorityOrder(): NaiveOrder[] {
    return this.venue.instruments.flatMap(({ locate }) => this.ordersOn(locate))
  }

  /** Of one instrument: market orders, the book, those that wait for the close, and the stops. */
  private ordersOn(locate: number): NaiveOrder[] {
    return [
      ...this.unpriced(locate, Side.Buy),
      ...this.unpriced(locate, Side.Sell),
      ...this.queue(locate, Side.Buy),
      ...this.queue(locate, Side.Sell),
      ...this.atClose(locate, Side.Buy),
      ...this.atClose(locate, Side.Sell),
      ...this.line(locate),
    ]
  }

  /** A request that is known is answered with what became of it, and not done again. */
  private operate({ operation }: Operate): void {
    const { requestId } = operation
    const known = this.operations
      .slice(-OPERATIONS_KNOWN)
      .find((one) => one.requestId === requestId)
    if (known !== undefined) return this.tellOperation({ ...known, isRepeated: true })

    const refused = isOfTrade(operation)
      ? refusalOfCorrection(this.floor(), operation, this.trades.get(operation.matchNumber))
      : refusalOfOperation(this, operation)
    const record = refused === undefined ? operation : { ...operation, refused }
    this.operations.push(record)
    this.tellOperation(record)
    if (refused !== undefined) return
    if (operation.action === 'kill') this.kill(operation)
    if (operation.action === 'unkill') {
      this.kills = this.kills.filter((one) => !isSameScope(one, operation))
    }
    if (isOfTrade(operation)) this.correct(operation)
    if (operation.action === 'set-limits') this.sizes = sizesAfter(this, operation)
    if (isReferenceAction(operation)) return this.list(operation)
    if (!('symbol' in operation)) return
    const reached = this.breaker?.reached
    for (const market of marketsOf(this, operation.symbol)) {
      // Its auctions have broken the market again.
      if (this.breaker?.reached !== reached) return
      if (!isNewTo(market, operation.action)) continue
      if (operation.action === 'halt') this.halt(market, operation)
      if (operation.action === 'collect') this.collectAll(market)
      if (operation.action === 'resume') this.resume(market)
    }
    const isAll = operation.action === 'resume' && operation.symbol === '*'
    if (isAll && this.breaker?.reached === reached) this.endBreak()
  }

  private floor(): Floor {
    return {
      isOpen: this.isOpen,
      now: this.now,
      orders: this.orders,
      known: this.known,
      instrumentOf: (locate) => this.markets[locate - 1]!.instrument,
      wasSplitSince: (locate, first) =>
        this.splits.some((split) => split.locate === locate && first < split.firstMatchNumber),
      isClosed: (locate) => isClosed(this.markets[locate - 1]!),
      killedScopeOf: (order) => killedScopeOf(this, order),
      wouldTrade: (order) => this.isTrading(order.locate) && this.tradable(order).length > 0,
    }
  }

  /** Both sides of a trade are told what it is now, and then the tape. */
  private correct(action: TradeAction): void {
    const trade = this.trades.get(action.matchNumber)!
    const isBust = action.action === 'bust'
    const { price, quantity } = isBust ? { price: 0, quantity: 0 } : action
    const matchNumber = isBust ? trade.matchNumber : this.nextMatchNumber++
    trade.becomes = isBust ? 0 : matchNumber
    const change = { trade, price, quantity, matchNumber, isBust, textBehind: action.reason }
    const sides = { buy: Side.Buy, sell: Side.Sell, none: 0 }
    const told = [Side.Buy, Side.Sell].map((side) =>
      this.correctSide(side, change, side === sides[action.restore]),
    )
    if (trade.first >= this.firstMatchNumber) {
      const { locate } = trade
      this.events.push({ event: 'TradeBroken', feed: 'B', locate, matchNumber: trade.matchNumber })
      const corrected = { locate, shares: quantity, price, matchNumber }
      if (!isBust) this.events.push({ event: 'TradeTold', feed: 'P', ...corrected })
    }
    for (const { order, event, comesBack } of told) {
      if (!comesBack) continue
      this.comeIn(order, event)
      this.triggerStops(order.locate)
    }
  }

  private correctSide(side: number, change: TradeChange, mayComeBack: boolean) {
    const { trade, price, quantity, matchNumber, isBust, textBehind } = change
    const { orderId, execId } = trade.sides.get(side)!
    const order = this.thawed(this.known.get(orderId)!)
    const given = trade.quantity - quantity
    const value = BigInt(price) * BigInt(quantity) - BigInt(trade.price) * BigInt(trade.quantity)
    const wasLive = isLive(order)
    const { reference: originalReference, shown } = order
    const moves = wasLive && (given > 0 || open(order) + given === 0)
    if (moves) this.leave(order)

    const ofDay = this.orders.includes(order)
    order.cumQty -= given
    order.notional += value
    if (order.before !== undefined && trade.first < this.firstMatchNumber && ofDay) {
      const { cumQty, notional } = order.before
      order.before = { cumQty: cumQty - given, notional: notional + value }
    }
    const wasFilled = order.ordStatus === OrdStatus.Filled
    const comesBack = wasFilled && given > 0 && mayComeBack
    if (wasLive || comesBack) {
      order.ordStatus = order.cumQty === 0 ? OrdStatus.New : OrdStatus.PartiallyFilled
      if (order.cumQty === order.orderQty) order.ordStatus = OrdStatus.Filled
    } else if (wasFilled && given > 0) order.ordStatus = OrdStatus.Canceled

    const isBack = wasLive && moves && open(order) > 0
    if (isBack || comesBack) order.reference = this.nextReference++
    if (isBack) this.rest(order)
    if (wasLive && !moves) order.shown = Math.min(shown, open(order))
    const less = shown - order.shown
    const isSeen = wasLive && !isUnpriced(order)
    const feed: NaiveEvent = !isSeen
      ? {}
      : isBack
        ? { feed: 'U', feedShares: order.shown, originalReference }
        : moves
          ? { feed: 'D', feedShares: shown }
          : less > 0
            ? { feed: 'X', feedShares: less }
            : {}
    const event = this.tell(isBust ? 'ExecutionBusted' : 'ExecutionCorrected', order.session, {
      execType: isBust ? ExecType.TradeCancel : ExecType.TradeCorrect,
      ...stateOf(order),
      ...(ofDay ? dayOf(order) : {}),
      ...feed,
      lastQty: quantity,
      lastPx: price,
      matchNumber,
      execRefId: execId,
      originalMatch: trade.matchNumber,
      priorQty: trade.quantity,
      priorPx: trade.price,
      textBehind,
    })
    if (!isBust) this.noteTrade(order, event, trade.first)
    if (!isLive(order)) Object.freeze(order)
    return { order, event, comesBack }
  }

  /** One that is closed never changes, but for this: another one takes its place. */
  private thawed(order: NaiveOrder): NaiveOrder {
    if (!Object.isFrozen(order)) return order
    const copy = { ...order }
    this.known.set(order.orderId, copy)
    const at = this.orders.indexOf(order)
    if (at < 0) return copy
    this.orders[at] = copy
    for (const [id, owner] of this.ids) if (owner === order) this.ids.set(id, copy)
    return copy
  }

  private noteTrade(order: NaiveOrder, event: NaiveEvent, first?: number): void {
    const matchNumber = Number(event['matchNumber'])
    const { sides } = this.trades.get(matchNumber) ?? { sides: new Map() as NaiveTrade['sides'] }
    sides.set(order.side, { orderId: order.orderId, execId: Number(event['execId']) })
    this.trades.set(matchNumber, {
      matchNumber,
      first: first ?? matchNumber,
      locate: order.locate,
      price: Number(event['lastPx']),
      quantity: Number(event['lastQty']),
      sides,
    })
  }

  private list(action: ReferenceAction): void {
    const market = this.markets.find(({ instrument }) => instrument.symbol === action.symbol)!
    const { locate } = market.instrument
    if (action.action === 'split') {
      market.held = { reason: 'M1', orders: 'reject' }
      market.putOff = undefined
      market.broken = undefined
      this.breaker?.freeze(locate)
      this.splits.push({ locate, firstMatchNumber: this.nextMatchNumber })
      if (this.isOpen) this.tellState(market)
      for (const order of this.ordersOn(locate)) this.cancel(order, CancelReason.CorporateAction)
      const last = this.lastPrices[locate]
      if (last !== undefined) this.lastPrices[locate] = newPrice(last, market.instrument, action)
    }
    market.instrument = afterList(market.instrument, action)
    this.venue = { ...this.venue, instruments: this.markets.map(({ instrument }) => instrument) }
    if (this.isOpen) {
      this.tellListed(market)
      this.tellState(market)
    }
    if (action.action === 'add-instrument') this.joinBreak(market)
    if (market.instrument.listed) return
    for (const order of this.ordersOn(locate)) this.cancel(order, CancelReason.InstrumentDelisted)
  }

  private tellListed({ instrument: { symbol, locate, lotSize } }: NaiveMarket): void {
    this.events.push({ event: 'InstrumentListed', feed: 'R', symbol, locate, lotSize })
  }

  private tellOperation(record: OperatorRecord): void {
    this.events.push({ event: 'OperatorActed', body: JSON.stringify(record) })
  }

  /** Its orders go, session by session. */
  private kill({ kind, firm, name }: KillScope): void {
    const scope = { kind, firm, name }
    this.kills = [...this.kills, scope]
    if (kind === 'symbol') {
      const { locate } = this.markets.find(
        ({ instrument }) => instrument.symbol === name,
      )!.instrument
      for (const order of this.ordersOn(locate)) this.cancel(order, CancelReason.KillSwitch)
      return
    }
    for (const { index } of this.venue.sessions) {
      for (const order of this.resting.filter(({ session }) => session === index)) {
        if (isOfScope(scope, order, this.venue)) this.cancel(order, CancelReason.KillSwitch)
      }
    }
  }

  private halt(
    market: NaiveMarket,
    { reason, orders }: { readonly reason: string; readonly orders: HaltPolicy },
  ): void {
    market.putOff = undefined
    market.held = { reason, orders }
    market.broken = undefined
    if (this.isOpen) this.tellState(market)
    this.cancelOnHalt(market)
  }

  private cancelOnHalt(market: NaiveMarket): void {
    for (const order of this.ordersOn(market.instrument.locate)) {
      const isToGo = (order.conditions.execInst & ExecInstBit.CancelOnHalt) !== 0
      if (isToGo) this.cancel(order, CancelReason.TradingHalted)
    }
  }

  private collectAll(market: NaiveMarket): void {
    market.held = 'collected'
    market.broken = undefined
    if (this.isOpen) this.tellState(market)
  }

  /** Back to its phase; what was collected is executed first, unless it goes on being collected. */
  private resume(market: NaiveMarket): void {
    const before = tradingStateOf(market)
    const { putOff } = market
    market.held = undefined
    market.putOff = undefined
    if (putOff === undefined) this.goOn(market, before, { crossType: 'H', times: 0 })
    else this.goOn(market, before, { ...putOff, times: Infinity })
    if (putOff !== undefined) this.endMarketHours()
  }

  /** Extensions, and halts of the breaker, whose time is over: auctions end them, the earliest first. */
  private endWaits(): void {
    while (this.isOpen) {
      const due = this.markets.filter((market) => endOfWait(market) <= this.now)
      const [market] = due.sort((a, b) => endOfWait(a) - endOfWait(b))
      if (market === undefined) break
      const before = tradingStateOf(market)
      const { putOff } = market
      market.putOff = undefined
      this.goOn(market, before, putOff ?? { crossType: 'H', times: 0 })
      if (putOff !== undefined) this.endMarketHours()
    }
    if (this.isOpen && !this.isBroken()) this.endBreak()
  }

  /** What the plan of the day says by now. */
  private enterPhases(): void {
    for (;;) {
      const [next, ...later] = this.plan
      if (next === undefined || next.seconds > this.now) return
      this.plan = later
      if (next.phase === 'continuous' && !this.isInMarketHours) {
        this.isInMarketHours = true
        this.signal('Q')
      }
      for (const market of this.markets) {
        if ((market.instrument.group ?? '') === next.group) this.enterPhase(market, next.phase)
      }
      this.endMarketHours()
    }
  }

  private endMarketHours(): void {
    if (!this.isPhased || !this.isInMarketHours || this.hasTradingToCome()) return
    this.isInMarketHours = false
    this.signal('M')
  }

  private hasTradingToCome(): boolean {
    if (this.markets.some(({ putOff }) => putOff !== undefined)) return true
    const phases = [...this.markets, ...this.plan].map(({ phase }) => phase)
    return phases.some((phase) => phase !== 'closed' && phase !== 'post-close')
  }

  /** What operations holds goes on being held. */
  private enterPhase(market: NaiveMarket, phase: TradingPhase): void {
    const before = tradingStateOf(market)
    const due = { crossType: phase === 'continuous' ? 'O' : 'C', times: 0, ...market.putOff }
    const collectedIn = phaseOf(market)
    const wasClosed = isClosed(market)
    market.phase = phase
    market.putOff = undefined
    const isCollected = before.letter === 'Q' || market.broken !== undefined
    const auction = isCollected ? { ...due, collectedIn } : undefined
    const isToStay = this.isBroken() && (market.broken !== undefined || wasClosed)
    if (isToStay) this.joinBreak(market)
    if (!isToStay && market.held === undefined) this.goOn(market, before, auction)
    if (phase === 'closed') this.expireDayOrders(market.instrument.locate)
  }

  /** @param auction of what was collected; undefined: nothing was */
  private goOn(
    market: NaiveMarket,
    before: NaiveState,
    auction: (Partial<PutOff> & Pick<PutOff, 'crossType' | 'times'>) | undefined,
  ): void {
    const { locate } = market.instrument
    const wasBroken = market.broken !== undefined
    market.broken = undefined
    const { letter, reason } = tradingStateOf(market)
    if (auction !== undefined && letter !== 'Q') {
      const { crossType, times, collectedIn = market.phase } = auction
      if (this.isPutOff(market, crossType, times)) {
        const until = this.now + market.instrument.auction!.extensionSeconds
        market.putOff = { crossType, collectedIn, times: times + 1, until }
        this.tellState(market)
        return this.tellCollar(market, times + 1)
      }
      this.uncross(market, crossType)
    }
    this.breakOthers()
    if (market.broken !== undefined) return
    const told = wasBroken && letter !== 'H' ? 'MWCQ' : ''
    if (letter !== before.letter || reason !== before.reason) this.tellState(market, told)
    if (letter === 'T') this.triggerReached(locate)
    if (isClosing(market)) this.beginClosing(locate)
  }

  /** Whether an auction waits for better orders: its price would be too far away, and trading can wait. */
  private isPutOff(market: NaiveMarket, crossType: string, times: number): boolean {
    const { auction } = market.instrument
    if (auction === undefined || times >= auction.extensionsMax) return false
    if (market.phase === 'closed' || (market.phase === 'post-close' && crossType === 'H'))
      return false
    return this.isTooFar(market)
  }

  private isTooFar(market: NaiveMarket): boolean {
    const collar = this.collarOf(market)
    const found = this.crossOf(market)
    if (collar === undefined || found === undefined) return false
    return found.price < collar.low || found.price > collar.high
  }

  private tellCollar(market: NaiveMarket, extensions: number): void {
    const { locate, referencePrice } = market.instrument
    const around = { locate, referencePrice: this.lastPrices[locate] ?? referencePrice }
    const told = { ...around, ...this.collarOf(market), extensions }
    this.events.push({ event: 'AuctionCollarTold', feed: 'J', ...told })
  }

  private collarOf({ instrument }: NaiveMarket): { low: number; high: number } | undefined {
    const { auction, locate, tickSize, referencePrice } = instrument
    if (auction === undefined) return undefined
    const around = this.lastPrices[locate] ?? referencePrice
    return collarAround(around, tickSize, auction.collarPercent)
  }

  /** Nobody waits for the opening any more; who waited for the close comes in. */
  private beginClosing(locate: number): void {
    for (const order of this.ordersOn(locate)) {
      const isLate = order.timeInForce === TimeInForce.AtTheOpening
      if (isLate) this.endUnfilled(order, CancelReason.OpeningMissed)
    }
    const waiting = [Side.Buy, Side.Sell].flatMap((side) => this.atClose(locate, side))
    for (const order of waiting) this.workFromNowOn(order, RestateReason.ClosingBegun)
  }

  /** What was for this auction alone. */
  private endLeftOver(locate: number): void {
    const { OpeningRemainder, ClosingRemainder } = CancelReason
    for (const order of this.ordersOn(locate)) {
      if (order.timeInForce === TimeInForce.AtTheOpening) this.endUnfilled(order, OpeningRemainder)
      const isCollected = order.timeInForce === TimeInForce.AtTheClose && !order.isWaiting
      if (isCollected) this.endUnfilled(order, ClosingRemainder)
    }
  }

  /** There is trading again: what has been reached meanwhile waits no longer. */
  private triggerReached(locate: number): void {
    const lastPrice = this.lastPrices[locate]
    for (const stop of this.line(locate)) {
      stop.isReached = lastPrice !== undefined && reaches(lastPrice, stop)
    }
    this.triggerStops(locate)
  }

  private tellState(market: NaiveMarket, instead = ''): void {
    const { symbol, locate, listed } = market.instrument
    const own = tradingStateOf(market)
    const { letter, reason } = listed
      ? { ...own, reason: instead || own.reason }
      : { letter: 'H', reason: '' }
    const tradingState = letter.charCodeAt(0)
    const told = { symbol, locate, tradingState, reason }
    this.events.push({ event: 'TradingStateChanged', feed: 'H', ...told })
    if (letter === 'Q' && this.nextTold === 0) this.nextTold = this.now + 1
  }

  /** What auctions would give, each second. */
  private tellIndicative(): void {
    if (this.nextTold === 0 || this.now < this.nextTold) return
    const collecting = this.markets.filter(
      (market) => market.instrument.listed && tradingStateOf(market).letter === 'Q',
    )
    this.nextTold = collecting.length === 0 ? 0 : this.now + 1
    for (const market of collecting) this.tellImbalance(market)
  }

  private tellImbalance(market: NaiveMarket): void {
    const { instrument, held, phase, putOff } = market
    const { locate } = instrument
    const referencePrice = this.lastPrices[locate] ?? instrument.referencePrice
    const found = this.crossOf(market)
    const ofPhase = phase === 'pre-open' ? 'O' : 'C'
    const crossType = putOff?.crossType ?? (held !== undefined ? 'H' : ofPhase)
    const away =
      found && Math.floor((Math.abs(found.price - referencePrice) * 100) / referencePrice)
    const direction = found === undefined ? 'O' : 'SNB'[1 + Math.sign(found.imbalance)]!
    this.events.push({
      event: 'ImbalanceTold',
      feed: 'I',
      locate,
      pairedShares: found?.volume ?? 0,
      imbalanceShares: Math.abs(found?.imbalance ?? 0),
      price: found?.price ?? 0,
      referencePrice,
      direction: direction.charCodeAt(0),
      crossType: crossType.charCodeAt(0),
      priceVariation: variationOf(away).charCodeAt(0),
    })
  }

  private crossOf(
    { instrument }: NaiveMarket,
    { low, high } = { low: 0, high: 0 },
  ): Cross | undefined {
    const { locate, tickSize } = instrument
    const collected = [Side.Buy, Side.Sell].flatMap((side) => this.collected(locate, side))
    return naiveCross(
      collected.map((order) => ({ ...order, id: order.orderId, quantity: open(order) })),
      {
        tickSize,
        referencePrice: this.lastPrices[locate] ?? instrument.referencePrice,
        low,
        high,
      },
    )
  }

  /** The auction: at one price the first buy trades with the first sell, again and again. */
  private uncross(market: NaiveMarket, crossType: string): void {
    const { locate } = market.instrument
    const collar = this.isTooFar(market) ? this.collarOf(market) : undefined
    const { price, volume } = this.crossOf(market, collar) ?? { price: 0, volume: 0 }

    for (let left = volume; left > 0;) {
      const buy = this.collected(locate, Side.Buy)[0]!
      const sell = this.collected(locate, Side.Sell)[0]!
      const quantity = Math.min(offered(buy), offered(sell), left)
      const matchNumber = this.nextMatchNumber++
      for (const order of [buy, sell]) this.tradeCollected(order, price, quantity, matchNumber)
      left -= quantity
    }
    if (volume > 0) this.notePrice(locate, price)
    const numbers = { shares: volume, price, matchNumber: this.nextMatchNumber++ }
    const told = { locate, crossType: crossType.charCodeAt(0), ...numbers }
    this.events.push({ event: 'CrossExecuted', feed: 'Q', ...told })

    this.endLeftOver(locate)
    for (const side of [Side.Buy, Side.Sell]) {
      for (const order of this.unpriced(locate, side)) {
        this.leave(order)
        this.leaveOver(order, undefined)
      }
    }
    if (collar !== undefined) this.endCrossing(locate, collar.high)
  }

  /** What meets outside of the collar alone: who would buy above it, or sell below it, is canceled. */
  private endCrossing(locate: number, high: number): void {
    for (;;) {
      const [bid] = this.queue(locate, Side.Buy)
      const [ask] = this.queue(locate, Side.Sell)
      if (bid === undefined || ask === undefined || bid.price < ask.price) return
      this.cancel(ask.price > high ? bid : ask, CancelReason.OutsideCollar)
    }
  }

  /** By priority: market orders, then the book. */
  private collected(locate: number, side: number): NaiveOrder[] {
    return [...this.unpriced(locate, side), ...this.queue(locate, side)]
  }

  private tradeCollected(
    order: NaiveOrder,
    price: number,
    quantity: number,
    matchNumber: number,
  ): void {
    const isSeen = !isUnpriced(order)
    if (isSeen) order.shown -= quantity
    if (open(order) === quantity) this.leave(order)
    order.cumQty += quantity
    order.notional += BigInt(price) * BigInt(quantity)
    order.ordStatus = open(order) === 0 ? OrdStatus.Filled : OrdStatus.PartiallyFilled
    const trade = { lastQty: quantity, lastPx: price, matchNumber }
    const feed = isSeen && { feed: 'C', feedShares: quantity }
    this.report('OrderExecuted', ExecType.Trade, order, { ...trade, ...feed })
    if (isSeen && open(order) > 0 && order.shown === 0) this.showNext(order)
  }

  /** Of an order that may not wait. */
  private endUnfilled(order: NaiveOrder, reason: Reason): void {
    if (this.reportsTo(order.session).expiredAs === 'canceled') return this.cancel(order, reason)
    this.endExpired(order, { reason: reason.code })
  }

  private endExpired(order: NaiveOrder, more: NaiveEvent = {}): void {
    this.end(order, 'OrderExpired', ExecType.Expired, OrdStatus.Expired, more)
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
    const feed = order.shown > 0 && this.isOpen && { feed: 'D', feedShares: order.shown }
    this.leave(order)
    order.ordStatus = ordStatus
    this.report(event, execType, order, { ...more, ...feed })
  }

  private leave(order: NaiveOrder): void {
    this.resting = this.resting.filter((other) => other !== order)
    order.shown = 0
  }

  private report(event: string, execType: number, order: NaiveOrder, more: NaiveEvent = {}) {
    // An order that is closed never changes again.
    if (!isLive(order)) Object.freeze(order)
    this.known.set(order.orderId, order)
    const told = { execType, ...stateOf(order), ...dayOf(order), ...more }
    const tells = this.tell(event, order.session, told)
    if (event === 'OrderExecuted') this.noteTrade(order, tells)
    return tells
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

const isOfTrade = (operation: OperatorCommand): operation is OperatorCommand & TradeAction =>
  operation.action === 'bust' || operation.action === 'correct'

/** What a trade is from now on. */
interface TradeChange {
  readonly trade: NaiveTrade
  readonly price: number
  readonly quantity: number
  readonly matchNumber: number
  readonly isBust: boolean
  readonly textBehind: string
}

const byPlace = (a: NaiveOrder, b: NaiveOrder): number => a.place - b.place

/** What an order brings to a pair of an auction: an iceberg the slice that it shows. */
const offered = (order: NaiveOrder): number => (isUnpriced(order) ? open(order) : order.shown)

/** Of orders in the order of priority, those at the first one's price. */
const atBestPrice = (queue: readonly NaiveOrder[]): NaiveOrder[] =>
  queue.filter(({ price }) => price === queue[0]!.price)

/** Whether an execution at a price triggers a stop. */
function reaches(price: number, { side, conditions }: NaiveOrder): boolean {
  return side === Side.Buy ? price >= conditions.stopPx : price <= conditions.stopPx
}

/** Numbers without a representation are not told. */
const positive = (conditions: Conditions): NaiveEvent =>
  Object.fromEntries(
    Object.entries(conditions).map(([name, value]: [string, number | string]) => [
      name,
      typeof value === 'number' ? Math.max(0, value) : value,
    ]),
  )

/** @param percents whole ones; undefined: there is no price */
function variationOf(percents: number | undefined): string {
  if (percents === undefined) return ' '
  if (percents < 1) return 'L'
  if (percents < 10) return String(percents)
  if (percents < 20) return 'A'
  return percents < 30 ? 'B' : 'C'
}
