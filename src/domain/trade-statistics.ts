/** What an instrument has traded, summed up: exact, without floating point. */
import { averagePrice, Notional } from './notional.ts'

/** Decimals of `vwap`. */
export const VWAP_DECIMALS = 6

export class TradeStatistics {
  trades = 0
  volume = 0
  /** Prices in 1/10,000; 0 = nothing was traded. */
  open = 0
  high = 0
  low = 0
  last = 0
  private readonly notional = new Notional()

  record(price: number, shares: number): void {
    if (this.trades === 0) this.open = this.high = this.low = price
    this.high = Math.max(this.high, price)
    this.low = Math.min(this.low, price)
    this.last = price
    this.trades++
    this.volume += shares
    this.notional.add(price, shares)
  }

  /** Adds what was traded after this. */
  extend(later: TradeStatistics): void {
    if (later.trades === 0) return
    if (this.trades === 0) this.open = this.high = this.low = later.open
    this.high = Math.max(this.high, later.high)
    this.low = Math.min(this.low, later.low)
    this.last = later.last
    this.trades += later.trades
    this.volume += later.volume
    this.notional.extend(later.notional)
  }

  /** Sum of price × shares, in 1/10,000. */
  get value(): bigint {
    return this.notional.total
  }

  /** Average price, weighted by shares, in 1/1,000,000, rounded half up; 0 = nothing was traded. */
  get vwap(): number {
    return averagePrice(this.notional.high, this.notional.low, this.volume)
  }
}
