/**
 * What a session bought and sold of an instrument for an account on a trading day, summed up from
 * its fills, so that positions need no pass over all of them. The same fold runs inside a batch and
 * in the database (`ON CONFLICT DO UPDATE`).
 */
import { ExecType, Notional, PRICE_DECIMALS, printScaled } from '../domain/index.ts'
import type { Merge } from './insert-rows.ts'
import { parseScaled, printCode } from './print-values.ts'
import type { ExecutionRow, PositionSumRow } from './tables.ts'

/** Executions, and what operations says of them later. */
const FILLS = [ExecType.Trade, ExecType.TradeCorrect, ExecType.TradeCancel].map(printCode)
const BUY = '1'

export class PositionSum {
  private readonly report: ExecutionRow
  private bought = 0
  private sold = 0
  private lastExecId = 0
  private readonly boughtValue = new Notional()
  private readonly soldValue = new Notional()
  /** Of what was taken back: more than the day's, when it was of an earlier one. */
  private readonly boughtTaken = new Notional()
  private readonly soldTaken = new Notional()

  constructor(report: ExecutionRow) {
    this.report = report
  }

  /** @param fill of the same day, session, account and instrument */
  add(fill: ExecutionRow): void {
    const quantity = fill.last_qty ?? 0
    const price = parseScaled(fill.last_px ?? '0')
    this.lastExecId = fill.exec_id
    if (fill.side === BUY) {
      this.bought += quantity
      this.boughtValue.add(price, quantity)
    } else {
      this.sold += quantity
      this.soldValue.add(price, quantity)
    }
    if (fill.prior_qty !== null) this.takeBack(fill, fill.prior_qty)
  }

  /** What a busted or corrected execution was. */
  private takeBack({ side, prior_px: px }: ExecutionRow, quantity: number): void {
    const price = parseScaled(px ?? '0')
    if (side === BUY) {
      this.bought -= quantity
      this.boughtTaken.add(price, quantity)
    } else {
      this.sold -= quantity
      this.soldTaken.add(price, quantity)
    }
  }

  row(): PositionSumRow {
    const { trading_date, session, firm, account, symbol } = this.report
    return {
      trading_date,
      session,
      firm,
      account,
      symbol,
      bought: this.bought,
      sold: this.sold,
      bought_value: printScaled(this.boughtValue.total - this.boughtTaken.total, PRICE_DECIMALS),
      sold_value: printScaled(this.soldValue.total - this.soldTaken.total, PRICE_DECIMALS),
      last_exec_id: this.lastExecId,
    }
  }
}

export const isFill = (report: ExecutionRow): boolean => FILLS.includes(report.exec_type)

/** Of the sum that a fill belongs to. */
export const positionKey = ({ trading_date, session, account, symbol }: ExecutionRow): string =>
  JSON.stringify([trading_date, session, account, symbol])

/** The same in the database. */
export const POSITION_MERGE: Readonly<Record<string, Merge>> = {
  bought: 'add',
  sold: 'add',
  bought_value: 'add',
  sold_value: 'add',
}
