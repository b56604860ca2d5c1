/**
 * A trade by its match number, as the journal has it: both sides with the report that told of it last, and
 * of an order that the day has forgotten what it was told last. Match numbers and OrderIDs rise with the
 * journal, so that the segment is found by looking at where segments begin.
 */
import { ExecType, Notional, Side } from '../domain/index.ts'
import type { OrderEventRecord, RecordedTrade, TradeSide } from '../wire/index.ts'
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
  recordSession,
  recordType,
} from '../wire/index.ts'

/** The journal's events from a place on. */
export interface TradeWalk {
  readonly view: DataView
  readonly at: number
  readonly position: number
  seek(position: number): void
  next(): boolean
}

export interface FindTradeOptions {
  readonly journal: { segmentStarts(): number[]; walkEvents(): TradeWalk }
  /** Whether the engine has an OrderID(37) among those of the day. */
  readonly isOfDay: (orderId: number) => boolean
  /** Lets others have their turn of the event loop. */
  readonly rest: () => Promise<void>
  /** Nobody waits for what is found any more: reading ends, the files may be closed. */
  readonly isStopped: () => boolean
}

/** Bytes of the journal that are read before others have their turn. */
export const BYTES_PER_SLICE = 256 * 1024

export class TradeFinder {
  private readonly options: FindTradeOptions
  private readonly event: OrderEventRecord = orderEvent.flyweight()
  private readonly ref = executionRef.flyweight()

  constructor(options: FindTradeOptions) {
    this.options = options
  }

  /**
   * @returns undefined when no execution has the number; anything once it is stopped
   * @throws ExchangeError JournalDamaged, JournalUnreadable
   */
  async find(matchNumber: number): Promise<RecordedTrade | undefined> {
    const sides: Partial<Record<'buy' | 'sell', TradeSide>> = {}
    let told: Pick<RecordedTrade, 'locate' | 'price' | 'quantity'> | undefined
    const from = await this.startBefore(matchNumber, isExecution, 'matchNumber')
    for await (const walk of this.events(from)) {
      if (!isExecution(recordType(walk.view, walk.at))) continue
      const { event } = this
      event.wrap(walk.view, walk.at)
      if (event.matchNumber > matchNumber) break
      if (event.matchNumber < matchNumber) continue
      const { locate, lastPx, lastQty, orderId, execId } = event
      told = { locate, price: lastPx, quantity: lastQty }
      const session = recordSession(walk.view, walk.at)
      sides[event.side === Side.Buy ? 'buy' : 'sell'] = { session, orderId, execId }
      if (sides.buy !== undefined && sides.sell !== undefined) break
    }
    if (told === undefined || sides.buy === undefined || sides.sell === undefined) return undefined
    return { ...told, buy: await this.whole(sides.buy), sell: await this.whole(sides.sell) }
  }

  private async whole(side: TradeSide): Promise<TradeSide> {
    const { orderId } = side
    return this.options.isOfDay(orderId) ? side : { ...side, ended: await this.endOf(orderId) }
  }

  /** What an order of an earlier day was told last, and what its executions sum up to. */
  private async endOf(orderId: number): Promise<NonNullable<TradeSide['ended']>> {
    const { event } = this
    const notional = new Notional()
    let report = ''
    const from = await this.startBefore(orderId, isEntry, 'orderId')
    for await (const { view, at } of this.events(from)) {
      const type = recordType(view, at)
      if (!isOrderEvent(type)) continue
      event.wrap(view, at)
      if (event.orderId !== orderId || event.execId === 0) continue
      if (type === EventType.OrderPending) continue
      this.sumUp(view, at, type, notional)
      report = reportOf(view, at)
    }
    return { report, notional: String(notional.total) }
  }

  private sumUp(view: DataView, at: number, type: number, notional: Notional): void {
    const { event, ref } = this
    if (event.execType === ExecType.Trade) notional.add(event.lastPx, event.lastQty)
    if (!hasExecutionRef(type)) return
    ref.wrap(view, orderTailAt(view, at))
    const from = { price: ref.priorPx, quantity: ref.priorQty }
    notional.replace(from, { price: event.lastPx, quantity: event.lastQty })
  }

  /** Start of the last segment before whose end the first such event with this number, or a higher one, is. */
  private async startBefore(
    number: number,
    isOne: (type: number) => boolean,
    field: 'matchNumber' | 'orderId',
  ): Promise<number> {
    const starts = this.options.journal.segmentStarts()
    let [low, high] = [0, starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((await this.firstBehind(starts[middle]!, isOne, field)) <= number) low = middle
      else high = middle - 1
    }
    return starts[low]!
  }

  private async firstBehind(
    position: number,
    isOne: (type: number) => boolean,
    field: 'matchNumber' | 'orderId',
  ): Promise<number> {
    for await (const { view, at } of this.events(position)) {
      if (!isOne(recordType(view, at))) continue
      this.event.wrap(view, at)
      return this.event[field]
    }
    return Infinity
  }

  /** One after the other; the walk is a window that moves on with the next. */
  private async *events(from: number): AsyncGenerator<TradeWalk, void, void> {
    const walk = this.options.journal.walkEvents()
    walk.seek(from)
    let restAt = from + BYTES_PER_SLICE
    while (walk.next()) {
      yield walk
      if (walk.position < restAt) continue
      restAt = walk.position + BYTES_PER_SLICE
      await this.options.rest()
      if (this.options.isStopped()) return
    }
  }
}

/** Numbers of these rise: a busted execution has the number that it had. */
const isExecution = (type: number): boolean =>
  type === EventType.OrderExecuted || type === EventType.ExecutionCorrected

const isEntry = (type: number): boolean => type === EventType.OrderAccepted

/** The fields of a report and its conditions, as base64. */
function reportOf(view: DataView, at: number): string {
  const { execId, dialect } = orderEvent.offsets
  const conditions = eventConditionsAt(view, at)
  const end = conditions < 0 ? at + orderEvent.length : conditions + orderConditions.length
  const bytes = new Uint8Array(
    view.buffer.slice(view.byteOffset + at + execId, view.byteOffset + end),
  )
  bytes[dialect - execId]! &= ~DAY_BIT
  return Buffer.from(bytes).toString('base64')
}
