import type { Price, Quantity, StockLocate } from './numbers.ts'

/** Channels of the feed: one base-36 character of a session's name says which. */
export const CHANNELS_MAX = 36

/** How incoming quantity is shared among resting orders of one price. */
export type MatchingPolicy = 'price-time' | 'pro-rata' | 'size-pro-rata'

/** How far a trade may be from others before it pauses the instrument. Percents are in hundredths. */
export interface VolatilityGuard {
  /** From the price of the last auction, before it the reference price; 0 = any distance. */
  readonly staticPercent: number
  /** From the last price before the order came; 0 = any distance. */
  readonly dynamicPercent: number
  /** Until the auction that ends the pause. */
  readonly pauseSeconds: number
}

/** How far the price of an auction may be from the reference price, and how often it waits for better orders. */
export interface AuctionCollar {
  /** In hundredths. */
  readonly collarPercent: number
  /** Of collecting on, each time. */
  readonly extensionSeconds: number
  /** Then it is executed inside the collar; 0 = at once. */
  readonly extensionsMax: number
}

/** A listed instrument as the configuration in force describes it. */
export interface Instrument {
  readonly locate: StockLocate
  /** 1..8 printable ASCII characters without space, as ITCH alpha(8) and Symbol(55) carry it. */
  readonly symbol: string
  readonly description: string
  /** ISO 4217, Currency(15). */
  readonly currency: string
  readonly referencePrice: Price
  /** Every price is a multiple of it. */
  readonly tickSize: Price
  /** Every quantity is a multiple of it; ITCH round lot size. */
  readonly lotSize: Quantity
  /** Price band around the reference price in percent; 0 = none. */
  readonly priceBandPercent: number
  /** Largest OrderQty(38), at most QUANTITY_MAX. */
  readonly maxOrderQty: Quantity
  readonly matching: MatchingPolicy
  /** Least share of an order when quantity is shared pro rata. */
  readonly proRataMinimum: Quantity
  /** Channel of the feed, 0..CHANNELS_MAX - 1; one that is listed already moves with the next trading day. */
  readonly channel: number
  /** Whose phases it has; left out: the group of all that name none. */
  readonly group?: string
  /** What pauses it; left out: nothing does. */
  readonly volatility?: VolatilityGuard
  /** Of its auctions; left out: they have none, and are not extended. */
  readonly auction?: AuctionCollar
  /** False once it left the configuration: orders are refused, its locate stays taken. */
  readonly listed: boolean
}
