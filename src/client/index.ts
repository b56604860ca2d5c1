export * from './book-view.ts'
export * from './feed-arbiter.ts'
export * from './feed-subscriber.ts'
export * from './market-view.ts'
export type { FixClientHandler, FixClientOptions } from './fix-client.ts'
export { FixClient } from './fix-client.ts'
export type { CancelOrder, NewOrder, ReplaceOrder } from './fix-orders.ts'
export type { BusinessMessageReject, ExecutionReport, OrderCancelReject } from './fix-reports.ts'
export {
  AVG_PX_DECIMALS,
  decodeBusinessMessageReject,
  decodeExecutionReport,
  decodeOrderCancelReject,
} from './fix-reports.ts'
