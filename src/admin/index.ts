export { AdminApi } from './admin-api.ts'
export type { AdminApiOptions, AdminDesk } from './admin-api.ts'
export { newToken } from './admin-tokens.ts'
export type {
  DoneAnswer,
  ErrorAnswer,
  PreviewAnswer,
  RefusedAnswer,
  WaitingAnswer,
} from './answers.ts'
export { TradeFinder } from './find-trade.ts'
export { OperatorDesk } from './operator-desk.ts'
export { countStandings } from './controls-in-force.ts'
export type { BreakerStanding } from './controls-in-force.ts'
export type { InstrumentRow, SessionRow, VenueStatus } from './venue-status.ts'
