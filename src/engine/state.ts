/**
 * Everything that the engine knows. It changes only by executing commands, so the same journal gives
 * the same state on every machine.
 */
import type { LevelPool, OrderBook, OrderPool } from '../book/index.ts'
import type { HaltPolicy, Instrument, TradingPhase } from '../domain/index.ts'
import type {
  OperatorRecord,
  PhaseInstant,
  VenueConfiguration,
  VenueSession,
} from '../wire/index.ts'
import type { Breaker } from './breaker.ts'
import type { ClOrdIdIndex } from './cl-ord-id-index.ts'
import type { EventWriter } from './event-writer.ts'
import type { DueQueue } from './due-queue.ts'
import type { Matching } from './matching.ts'
import type { OrderTable } from './order-table.ts'
import type { Risk } from './risk/index.ts'
import type { SessionLedger } from './session-ledger.ts'
import type { SessionOrders } from './session-orders.ts'
import type { StpGroups } from './stp-groups.ts'
import type { Work } from './work.ts'

/** An auction that was due, and collects on because its price would have been outside of the collar. */
export interface Extension {
  /** Of ITCH Q. */
  readonly crossType: number
  /** The how-manieth it is, from 1. */
  readonly count: number
  /** In seconds since 1970. */
  readonly endsSeconds: number
}

/** An instrument and its book. */
export interface Market {
  instrument: Instrument
  readonly book: OrderBook
  /** Price band in 1/10,000, both ends allowed; 0 = none. */
  bandLow: number
  bandHigh: number
  /** Of the last execution; 0 = none yet. */
  lastPrice: number
  /** Stops that are not triggered, by stop price; none has ever come when it is undefined. */
  stops: OrderBook | undefined
  /** Market orders that wait for an auction; likewise. */
  unpriced: OrderBook | undefined
  /** Orders at the close that wait for the closing auction to begin; likewise. */
  atClose: OrderBook | undefined
  /** Orders at the opening and at the close that are collected, or left over. */
  auctionOrders: number
  /** Of the day; while an auction is extended, the one in which its orders were collected. */
  phase: TradingPhase
  /** Operations has halted it, or collects its orders, whatever its phase is. */
  isHeld: boolean
  /** When its pause ends, in seconds since 1970; 0 = it is not paused, or not for a time that is known. */
  pauseEndsSeconds: number
  /** Of the auction that is due; undefined = none is extended. */
  extension: Extension | undefined
  /** Of the market-wide breaker that has halted it; 0 = it has not. */
  breakerLevel: number
  /** Orders with a lower OrderID(37) are of before its last split; 0 = none yet. */
  splitOrderId: number
  /** Price of the last auction; 0 = none yet. */
  auctionPrice: number
  /** Prices at which it trades without a pause, in 1/10,000, both ends included; high 0 = any. */
  guardLow: number
  guardHigh: number
  /** TradingState that comes of all these. */
  tradingState: number
  /** Why it is halted, at most four characters; empty when it is not. */
  haltReason: string
  /** What it takes while it is halted. */
  haltPolicy: HaltPolicy
}

/** Numbers that rise over the exchange's whole life. */
export interface Numbers {
  /** ITCH order reference; an order's first one is its OrderID(37). */
  nextOrderReference: number
  nextExecId: number
  nextMatchNumber: number
}

/** What has become of a trade. */
export interface CorrectedTrade {
  /** Match number that it was executed with. */
  readonly first: number
  /** The one that it has now; 0 = it is busted, or has this one. */
  readonly becomes: number
  readonly isBusted: boolean
}

export interface TradingDay {
  /** yyyymmdd; 0 before the first day. */
  tradingDate: number
  /** UTC midnight of the trading date, seconds since 1970. */
  midnightSeconds: number
  closeSeconds: number
  isOpen: boolean
  feedSession: string
  /** Of the day's first trade: those below are of earlier days. */
  firstMatchNumber: number
  /** Instruments are closed until their group's phases begin; otherwise they trade all day. */
  isPhased: boolean
  /** Its plan has come. */
  isPlanned: boolean
  /** Of the groups that have entered one. */
  phases: Readonly<Record<string, TradingPhase>>
  /** Phases to come, in the order of time. */
  plan: readonly PhaseInstant[]
  /** When what auctions would give is told next, in seconds since 1970; 0 = nobody collects. */
  indicativeSeconds: number
  /** Between ITCH S Q and M. */
  isInMarketHours: boolean
  /** What halts the whole market; undefined = nothing does. */
  breaker: Breaker | undefined
}

export interface EngineState {
  /** By stock locate; [0] is undefined. */
  readonly markets: (Market | undefined)[]
  /** By session index; [0] is undefined. */
  venueSessions: (VenueSession | undefined)[]
  /** In force; undefined before the first. */
  configuration: VenueConfiguration | undefined
  ordersPerDayMax: number
  /** Orders that one command ends, carries over or executes against. */
  ordersPerCommandMax: number
  /** What the last command left to do; nothing else is executed before it is done. */
  work: Work | undefined
  /** Of a day: room to begin with, without a say in any outcome. */
  readonly ordersExpected: number
  orders: OrderTable
  ids: ClOrdIdIndex
  /** Order of a slot in the order pool. */
  orderOfSlot: Int32Array
  readonly sessionOrders: SessionOrders
  readonly stpGroups: StpGroups
  /** By session: the group of its orders that name none; 0 = none. */
  sessionStpGroup: Int32Array
  /** By session: StpInstruction of its orders that name none; 0 = none. */
  sessionStpInstruction: Uint8Array
  readonly orderPool: OrderPool
  readonly levelPool: LevelPool
  readonly ledger: SessionLedger
  readonly numbers: Numbers
  readonly day: TradingDay
  readonly events: EventWriter
  readonly matching: Matching
  /** Orders with an ExpireTime(126), by seconds since 1970. */
  readonly expiries: DueQueue
  /** Sessions that may still come back, by milliseconds since 1970. */
  readonly graces: DueQueue
  /** Instruments that are paused, or whose auction is extended, by seconds since 1970. */
  readonly pauses: DueQueue
  /** Pre-trade risk; undefined before the first limits. */
  risk: Risk | undefined
  /** What operations asked for last, by request, and why it was refused: the same is done once. */
  readonly operations: Map<string, OperatorRecord>
  /** Trades that were ever busted or corrected, by each match number that they had. */
  readonly corrections: Map<number, CorrectedTrade>
  /** Orders that entered since the day opened, replacements included. */
  ordersToday: number
}
