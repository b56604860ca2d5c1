/**
 * Which trading day an order was entered on. Order ids rise over the exchange's whole life, so a day
 * is known by the highest id that was accepted before it opened: a good-till-cancel order is found in
 * the partition of its day without asking the database.
 */
import type { DropCopyDb } from './database.ts'
import { printDate } from './print-values.ts'
import type { TradingDayRow } from './tables.ts'

export class TradingDays {
  /** In the order in which they opened. */
  private readonly days: TradingDayRow[]
  private highestOrderId: number

  /** @param highestOrderId of the orders accepted so far; 0 = none */
  constructor(days: readonly TradingDayRow[] = [], highestOrderId = 0) {
    this.days = [...days]
    this.highestOrderId = highestOrderId
  }

  /**
   * @param tradingDate yyyymmdd
   * @returns undefined when that day has opened before
   */
  open(tradingDate: number): TradingDayRow | undefined {
    const date = printDate(tradingDate)
    if (date === null || this.days.some((day) => day.trading_date === date)) return undefined
    const day = { trading_date: date, after_order_id: this.highestOrderId }
    this.days.push(day)
    return day
  }

  accept(orderId: number): void {
    if (orderId > this.highestOrderId) this.highestOrderId = orderId
  }

  /** @returns undefined for an order from before the first day that is known */
  dateOf(orderId: number): string | undefined {
    for (let i = this.days.length - 1; i >= 0; i--) {
      const day = this.days[i]!
      if (orderId > day.after_order_id) return day.trading_date
    }
    return undefined
  }
}

/** As the database knows them, to go on from there. */
export async function readTradingDays(db: DropCopyDb): Promise<TradingDays> {
  const days = await db.selectFrom('trading_days').selectAll().orderBy('trading_date').execute()
  const { highest } = await db
    .selectFrom('orders')
    .select((eb) => eb.fn.max('order_id').as('highest'))
    .executeTakeFirstOrThrow()
  return new TradingDays(days, Math.max(highest ?? 0, days.at(-1)?.after_order_id ?? 0))
}
