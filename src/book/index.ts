export { LevelPool } from './level-pool.ts'
export { LIVE_ORDERS_MAX, OrderPool } from './order-pool.ts'
export { OrderBook } from './order-book.ts'
export type { MatchListener } from './order-book.ts'
