/**
 * The trades that an engine has told of, and what each order was told last: what the exchange looks up in
 * its journal before it busts or corrects one.
 */
import { ExecType, Side } from '../../src/domain/index.ts'
import type { EndedOrder, RecordBuffer, RecordedTrade, TradeSide } from '../../src/wire/index.ts'
import {
  DAY_BIT,
  eventConditionsAt,
  EventType,
  executionRef,
  hasExecutionRef,
  isOrderEvent,
  orderConditions,
  orderEvent,
  orderTailAt,
  recordLength,
  recordSession,
  recordType,
} from '../../src/wire/index.ts'

interface ToldOrder {
  report: Buffer
  notional: bigint
}

type Half = Pick<RecordedTrade, 'locate' | 'price' | 'quantity'> &
  Partial<Record<'buy' | 'sell', TradeSide>>

export class ToldTrades {
  /** By match number. */
  private readonly trades = new Map<number, Half>()
  /** By OrderID(37). */
  private readonly orders = new Map<number, ToldOrder>()
  private readonly event = orderEvent.flyweight()
  /** Events of turns that nobody has asked about: most tests never do. */
  private unread: Uint8Array[] = []

  /** Numbers of all trades, those that were busted too. */
  get matchNumbers(): number[] {
    this.readAll()
    return [...this.trades.keys()]
  }

  /** Takes the events of a turn. */
  note({ bytes, length }: Pick<RecordBuffer, 'bytes' | 'length'>): void {
    this.unread.push(bytes.slice(0, length))
  }

  private readAll(): void {
    for (const turn of this.unread) this.read(new DataView(turn.buffer), turn.length)
    this.unread = []
  }

  private read(view: DataView, length: number): void {
    for (let at = 0; at < length; at += recordLength(view, at)) {
      const type = recordType(view, at)
      if (isOrderEvent(type) && type !== EventType.OrderPending) this.noteReport(view, at, type)
    }
  }

  /** @param isOfDay whether the engine knows an order */
  find(matchNumber: number, isOfDay: (orderId: number) => boolean): RecordedTrade | undefined {
    this.readAll()
    const trade = this.trades.get(matchNumber)
    if (trade?.buy === undefined || trade.sell === undefined) return undefined
    const whole = (side: TradeSide): TradeSide =>
      isOfDay(side.orderId) ? side : { ...side, ended: this.endOf(side.orderId) }
    return { ...trade, buy: whole(trade.buy), sell: whole(trade.sell) }
  }

  private endOf(orderId: number): EndedOrder {
    const { report, notional } = this.orders.get(orderId)!
    return { report: report.toString('base64'), notional: String(notional) }
  }

  private noteReport(view: DataView, at: number, type: number): void {
    const { event } = this
    event.wrap(view, at)
    const { execId, orderId, matchNumber, lastPx, lastQty } = event
    if (execId === 0 || orderId === 0) return
    const { notional } = this.orders.get(orderId) ?? { notional: 0n }
    this.orders.set(orderId, {
      report: reportOf(view, at),
      notional: notional + changeOf(view, at, event.execType === ExecType.Trade, lastPx, lastQty),
    })
    if (type !== EventType.OrderExecuted && type !== EventType.ExecutionCorrected) return
    const side = event.side === Side.Buy ? 'buy' : 'sell'
    const told = { session: recordSession(view, at), orderId, execId }
    const half = this.trades.get(matchNumber)
    const trade = { locate: event.locate, price: lastPx, quantity: lastQty, ...half, [side]: told }
    this.trades.set(matchNumber, trade)
  }
}

function changeOf(
  view: DataView,
  at: number,
  isTrade: boolean,
  lastPx: number,
  lastQty: number,
): bigint {
  if (isTrade) return BigInt(lastPx) * BigInt(lastQty)
  if (!hasExecutionRef(recordType(view, at))) return 0n
  const { priorPx, priorQty } = executionRef.decode(view, orderTailAt(view, at))
  return BigInt(lastPx) * BigInt(lastQty) - BigInt(priorPx) * BigInt(priorQty)
}

function reportOf(view: DataView, at: number): Buffer {
  const { execId, dialect } = orderEvent.offsets
  const conditions = eventConditionsAt(view, at)
  const end = conditions < 0 ? at + orderEvent.length : conditions + orderConditions.length
  const report = Buffer.from(
    view.buffer.slice(view.byteOffset + at + execId, view.byteOffset + end) as ArrayBuffer,
  )
  report[dialect - execId]! &= ~DAY_BIT
  return report
}
