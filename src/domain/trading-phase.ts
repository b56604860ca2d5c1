/** The phases of a trading day, in the order in which they may follow each other. docs/operations/trading-day.md */
export const TRADING_PHASES = [
  /** No orders. */
  'closed',
  /** Orders are collected for the opening auction, which ends it. */
  'pre-open',
  'continuous',
  /** Orders are collected for the closing auction, which ends it. */
  'closing-auction',
  /** Only cancels. */
  'post-close',
] as const
export type TradingPhase = (typeof TRADING_PHASES)[number]
