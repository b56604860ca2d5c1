/**
 * The rows of a run of journal groups, collected until they are worth a transaction. Filling it is
 * a function of the groups and the venue alone; writing it is someone else's work.
 */
import { assert } from '../domain/index.ts'
import {
  applyConfiguration,
  CommandType,
  crossExecuted,
  decodeConfiguration,
  EventType,
  instrumentListed,
  isOrderEvent,
  messageSent,
  recordLength,
  recordType,
  systemEventSignaled,
  tradingDayOpened,
} from '../wire/index.ts'
import type { Bar } from './bar-row.ts'
import { barKey, barsOf, extendBar } from './bar-row.ts'
import { DaySummary, summaryKey } from './day-summary.ts'
import type { Venue } from './execution-row.ts'
import { executionRow } from './execution-row.ts'
import { messageRow } from './message-row.ts'
import { orderChainRow } from './order-chain-row.ts'
import { mergeOrder, orderRow } from './order-row.ts'
import { isFill, positionKey, PositionSum } from './position-sum.ts'
import { printDate, printTime } from './print-values.ts'
import { refusalRow } from './refusal-row.ts'
import { sessionRow } from './session-row.ts'
import type {
  ConfigurationRow,
  ExecutionRow,
  MessageRow,
  OrderChainRow,
  OrderRow,
  SessionRow,
  TradeCorrectionRow,
  TradeRow,
  TradingDayRow,
} from './tables.ts'
import type { TradingDays } from './trading-days.ts'
import { correctionRow, tradeRow } from './trade-row.ts'

const EXECUTION_REPORT = 0x38 // 8
/** CrossType of ITCH Q. */
const OPENING = 0x4f // O
const CLOSING = 0x43 // C
/** EventCode of ITCH S: nothing more is said of the day. */
const END_OF_DAY = 0x43 // C

/** What of a summary an event of an order counts in. */
const COUNTED: Readonly<Record<number, 'entered' | 'canceled' | 'expired' | 'carried'>> = {
  [EventType.OrderAccepted]: 'entered',
  [EventType.OrderCanceled]: 'canceled',
  [EventType.OrderExpired]: 'expired',
  [EventType.OrderCarried]: 'carried',
}

/** One turn of the exchange, as the journal keeps it: command records, then event records. */
export interface RecordedTurn {
  readonly groupNumber: number
  readonly epochSeconds: number
  readonly nanoseconds: number
  readonly view: DataView
  readonly commandsStart: number
  readonly eventsStart: number
  readonly eventsEnd: number
}

export class RowBatch {
  readonly executions: ExecutionRow[] = []
  /** By order_id. */
  readonly orders = new Map<number, OrderRow>()
  /** Those of them that were entered in these turns: the database cannot have them. */
  readonly entered = new Set<number>()
  readonly orderChain: OrderChainRow[] = []
  readonly trades: TradeRow[] = []
  readonly corrections: TradeCorrectionRow[] = []
  /** What these fills alone give, by `positionKey`. */
  readonly positions = new Map<string, PositionSum>()
  /** What these trades alone give, by `barKey`, in the order of time. */
  readonly bars = new Map<string, Bar>()
  /** What these turns alone give, by `summaryKey`. */
  readonly summaries = new Map<string, DaySummary>()
  readonly messages: MessageRow[] = []
  readonly sessions: SessionRow[] = []
  /** Days that opened. */
  readonly days: TradingDayRow[] = []
  readonly configurations: ConfigurationRow[] = []
  /** By match number: the first side, until the other one comes in the same turn. */
  private readonly halfTrades = new Map<number, ExecutionRow>()
  /** Of the turn that is added. */
  private groupNumber = 0

  /** Rows to write; an order, a bar or a summary counts once however often it changed. */
  get rowCount(): number {
    const { executions, orders, orderChain, trades, bars, messages, sessions, days } = this
    const { corrections, configurations } = this
    const all = [executions, orderChain, trades, corrections, messages, sessions, days]
    const lists = [...all, configurations]
    const rows = lists.reduce((sum, list) => sum + list.length, 0)
    return rows + orders.size + this.positions.size + bars.size + this.summaries.size
  }

  clear(): void {
    this.executions.length = 0
    this.orders.clear()
    this.entered.clear()
    this.orderChain.length = 0
    this.trades.length = 0
    this.corrections.length = 0
    this.positions.clear()
    this.bars.clear()
    this.summaries.clear()
    this.messages.length = 0
    this.sessions.length = 0
    this.days.length = 0
    this.configurations.length = 0
  }

  /** Adds the rows of a turn; `venue` moves on with its configurations and trading days. */
  add(turn: RecordedTurn, venue: Venue): void {
    for (let at = turn.commandsStart; at < turn.eventsStart; at += recordLength(turn.view, at)) {
      if (recordType(turn.view, at) === CommandType.ApplyConfiguration) {
        this.addConfiguration(turn, at, venue)
      }
    }

    this.groupNumber = turn.groupNumber
    let eventIndex = 0
    for (let at = turn.eventsStart; at < turn.eventsEnd; at += recordLength(turn.view, at)) {
      this.addEvent(turn, at, venue, eventIndex)
      eventIndex++
    }
    assert(this.halfTrades.size === 0, 'both sides of every match are in one turn')
  }

  private addConfiguration(turn: RecordedTurn, at: number, venue: Venue): void {
    const { view } = turn
    const { bodyLength } = applyConfiguration.decode(view, at)
    const start = view.byteOffset + at + applyConfiguration.length
    const bytes = new Uint8Array(view.buffer, start, bodyLength)

    venue.configuration = decodeConfiguration(bytes)
    const row = {
      group_number: turn.groupNumber,
      time: printTime(turn.epochSeconds, turn.nanoseconds),
      nanoseconds: turn.nanoseconds,
      configuration: new TextDecoder().decode(bytes),
    }
    // Two in one turn: the later one is in force after it.
    const last = this.configurations.at(-1)
    if (last?.group_number === row.group_number) this.configurations.pop()
    this.configurations.push(row)
  }

  private addEvent(turn: RecordedTurn, at: number, venue: Venue, eventIndex: number): void {
    const { view, groupNumber } = turn
    const type = recordType(view, at)

    const place = { groupNumber, eventIndex }
    if (isOrderEvent(type) && type !== EventType.OrderStatusReported) {
      this.addReport(executionRow(view, at, venue), type, venue.days)
      return
    }
    this.addToSummaries(view, at, venue)
    if (type === EventType.TradingDayOpened) {
      venue.tradingDate = tradingDayOpened.decode(view, at).tradingDate
      const day = venue.days.open(venue.tradingDate)
      if (day) this.days.push(day)
      return
    }
    if (type === EventType.MessageSent) {
      const { msgType, execId } = messageSent.decode(view, at)
      // ExecID 0: the status of an order that does not exist.
      if (msgType === EXECUTION_REPORT && execId > 0) {
        this.executions.push(refusalRow(view, at, venue))
        return
      }
    }
    const message = messageRow(view, at, venue, place)
    if (message) this.messages.push(message)
    const row = sessionRow(view, at, venue, place)
    if (row) this.sessions.push(row)
  }

  private addReport(report: ExecutionRow, type: number, days: TradingDays): void {
    if (report.exec_id > 0) this.executions.push(report)
    // It tells the order as it was before its answer, which is the next event.
    if (type === EventType.OrderPending) return

    this.countOrder(report, type)
    const taken = orderChainRow(report)
    if (taken) this.orderChain.push(taken)
    if (isFill(report)) this.addFill(report)
    const order = orderRow(report)
    if (order) {
      if (type === EventType.OrderAccepted) {
        days.accept(order.order_id)
        this.entered.add(order.order_id)
      }
      order.trading_date = days.dateOf(order.order_id) ?? order.trading_date
      this.orders.set(order.order_id, mergeOrder(this.orders.get(order.order_id), order))
    }
    if (report.match_number !== null) this.addSide(report, report.match_number)
  }

  private addFill(fill: ExecutionRow): void {
    const key = positionKey(fill)
    let sum = this.positions.get(key)
    if (!sum) this.positions.set(key, (sum = new PositionSum(fill)))
    sum.add(fill)
  }

  private addSide(report: ExecutionRow, matchNumber: number): void {
    const first = this.halfTrades.get(matchNumber)
    if (!first) {
      this.halfTrades.set(matchNumber, report)
      return
    }
    this.halfTrades.delete(matchNumber)
    if (report.prior_qty === null) this.addTrade(tradeRow(first, report))
    else this.addCorrection(first, report)
  }

  /** The bars stay what the tape was: who corrects them has the table of corrections. */
  private addCorrection(first: ExecutionRow, second: ExecutionRow): void {
    const isBusted = second.last_qty === null
    this.corrections.push(correctionRow(first, second))
    this.summaryOf(second.trading_date, second.symbol)?.correct(second)
    if (!isBusted) this.trades.push(tradeRow(first, second))
  }

  private addTrade(trade: TradeRow): void {
    this.trades.push(trade)
    this.summaryOf(trade.trading_date, trade.symbol)?.add(trade)
    for (const bar of barsOf(trade)) {
      const key = barKey(bar)
      const earlier = this.bars.get(key)
      if (earlier) extendBar(earlier, bar)
      else this.bars.set(key, bar)
    }
  }

  private countOrder({ trading_date, symbol }: ExecutionRow, type: number): void {
    const count = COUNTED[type]
    if (count === undefined) return
    const summary = this.summaryOf(trading_date, symbol)
    if (summary) summary[count]++
  }

  /** Of what is no report: instruments that are listed, auctions, the end of the day. */
  private addToSummaries(view: DataView, at: number, venue: Venue): void {
    const { instruments } = venue.configuration
    const date = printDate(venue.tradingDate)
    switch (recordType(view, at)) {
      case EventType.InstrumentListed:
        this.summaryOf(date, instrumentListed.decode(view, at).symbol)
        return
      case EventType.CrossExecuted: {
        const { locate, crossType, price, shares } = crossExecuted.decode(view, at)
        const summary = this.summaryOf(date, instruments[locate - 1]?.symbol ?? null)
        if (summary && crossType === OPENING) summary.opening = { price, shares }
        if (summary && crossType === CLOSING) summary.closing = { price, shares }
        return
      }
      case EventType.SystemEventSignaled: {
        if (systemEventSignaled.decode(view, at).eventCode !== END_OF_DAY) return
        for (const { symbol } of instruments) {
          const summary = this.summaryOf(date, symbol)
          if (summary) summary.isClosed = true
        }
      }
    }
  }

  /** @returns undefined before the first trading day, and for no instrument */
  private summaryOf(date: string | null, symbol: string | null): DaySummary | undefined {
    if (date === null || symbol === null) return undefined
    const key = summaryKey({ trading_date: date, symbol })
    let summary = this.summaries.get(key)
    if (!summary) this.summaries.set(key, (summary = new DaySummary(date, symbol)))
    summary.lastGroupNumber = this.groupNumber
    return summary
  }
}
