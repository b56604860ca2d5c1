/**
 * Commands in, events out: the sequenced heart of the exchange. Pure: the same commands at the same
 * times give the same event bytes. Called by Exchange.runTurn, by replay and by `journal verify`.
 */
import { LevelPool, LIVE_ORDERS_MAX, OrderPool } from '../book/index.ts'
import type { StateTransfer } from '../domain/index.ts'
import { assert } from '../domain/index.ts'
import type { RecordBuffer, RiskLimits, VenueConfiguration } from '../wire/index.ts'
import {
  CommandType,
  NO_RISK_LIMITS,
  recordLength,
  recordSession,
  recordType,
  RECORD_HEADER_BYTES,
} from '../wire/index.ts'
import { breakerSecondsOf } from './breaker.ts'
import { cancelOrder } from './cancel-order.ts'
import { refuseChange } from './change-request.ts'
import { ClOrdIdIndex } from './cl-ord-id-index.ts'
import { applyConfiguration } from './configure.ts'
import { enterOrder, refuseNewOrder } from './enter-order.ts'
import { EventWriter } from './event-writer.ts'
import { DueQueue } from './due-queue.ts'
import { indicativeSecondsOf } from './indicative.ts'
import { COMMANDS_AHEAD, LookAhead } from './look-ahead.ts'
import { massCancel } from './mass-cancel.ts'
import { Matching } from './matching.ts'
import { noteDontKnowTrade } from './note-dont-know-trade.ts'
import { operate } from './operate.ts'
import { OrderTable } from './order-table.ts'
import { passTime } from './pass-time.ts'
import { planDay } from './phases.ts'
import { replaceOrder } from './replace-order.ts'
import { reportMassStatus } from './report-mass-status.ts'
import { reportStatus } from './report-status.ts'
import { disconnect, logOn, resetSequence, sendMessage } from './session-commands.ts'
import { setRiskLimits } from './risk/index.ts'
import { SessionLedger } from './session-ledger.ts'
import { SessionOrders } from './session-orders.ts'
import type { EngineState } from './state.ts'
import { stateHash } from './state-hash.ts'
import { StpGroups } from './stp-groups.ts'
import { closeTradingDay, openTradingDay } from './trading-day.ts'
import { transferState } from './transfer-state.ts'
import { continueWork } from './work.ts'

/** The time of a turn and the journal position of its first event record. */
export interface Turn {
  readonly epochSeconds: number
  readonly nanoseconds: number
  readonly eventsPosition: number
}

const ORDERS_EXPECTED = 1024

export class Engine {
  /** Read by whoever prints, hashes or tests; changed by `execute` only. */
  readonly state: EngineState
  private readonly ahead = new LookAhead()

  /** @param ordersExpected of a day, to make room for: with more, growing costs time once in a while */
  constructor(ordersExpected = ORDERS_EXPECTED) {
    this.state = emptyState(ordersExpected)
  }

  /** Events of the turn at hand; overwritten by the next `beginTurn`. */
  get events(): RecordBuffer {
    return this.state.events.records
  }

  /** ITCH messages since the trading day opened; the next has this number plus one. */
  get feedCount(): number {
    return this.state.events.feedCount
  }

  /** The configuration in force; undefined before the first. */
  get configuration(): VenueConfiguration | undefined {
    return this.state.configuration
  }

  /** The limits of pre-trade risk in force. */
  get riskLimits(): RiskLimits {
    return this.state.risk?.limits ?? NO_RISK_LIMITS
  }

  /** The last command left work: ContinueWork comes next, whatever else waits. */
  get hasWork(): boolean {
    return this.state.work !== undefined
  }

  /** Something is to happen by itself by now: PassTime goes before all but work. */
  isDue(epochSeconds: number, nanoseconds: number): boolean {
    const { expiries, graces, pauses, day } = this.state
    const ms = epochSeconds * 1000 + Math.floor(nanoseconds / 1e6)
    const phaseSeconds = day.plan[0]?.seconds ?? Infinity
    const pauseSeconds = day.isOpen
      ? Math.min(pauses.next, breakerSecondsOf(day.breaker))
      : Infinity
    const seconds = Math.min(expiries.next, pauseSeconds, phaseSeconds, indicativeSecondsOf(day))
    return seconds <= epochSeconds || graces.next <= ms
  }

  beginTurn(turn: Turn): void {
    this.state.events.begin(turn.epochSeconds, turn.nanoseconds, turn.eventsPosition)
  }

  /** The turn ends with fewer bytes of commands than `beginTurn` counted on: its events move up. */
  shortenTurn(commandBytes: number): void {
    this.state.events.moveUp(commandBytes)
  }

  /** Executes the command records of a buffer in order. @throws AssertionError: stop the process */
  executeAll(view: DataView, start: number, end: number): void {
    let count = 0
    for (let at = start; at < end; at += recordLength(view, at)) {
      this.lookAhead(view, at, end, count++)
      this.execute(view, at)
    }
  }

  /**
   * Tells it the commands of a turn that come next, so that it need not wait for memory at each of them.
   * @param count of those that were executed before
   */
  lookAhead(view: DataView, at: number, end: number, count: number): void {
    if (count % COMMANDS_AHEAD === 0) this.ahead.look(this.state, view, at, end)
  }

  execute(view: DataView, at: number): void {
    const { state } = this
    const type = recordType(view, at)
    assert(state.work === undefined || type === CommandType.ContinueWork, 'work goes first')
    noteExpectedMsgSeqNum(state, view, at)
    switch (type) {
      case CommandType.EnterOrder:
        return enterOrder(state, view, at)
      case CommandType.CancelOrder:
        return cancelOrder(state, view, at)
      case CommandType.ReplaceOrder:
        return replaceOrder(state, view, at)
      case CommandType.RefuseOrder:
        return refuseNewOrder(state, view, at)
      case CommandType.RefuseRequest:
        return refuseChange(state, view, at)
      case CommandType.ReportStatus:
        return reportStatus(state, view, at)
      case CommandType.ReportMassStatus:
        return reportMassStatus(state, view, at)
      case CommandType.MassCancel:
        return massCancel(state, view, at)
      case CommandType.NoteDontKnowTrade:
        return noteDontKnowTrade(state, view, at)
      case CommandType.LogOn:
        return logOn(state, view, at)
      case CommandType.Disconnect:
        return disconnect(state, view, at)
      case CommandType.SendMessage:
        return sendMessage(state, view, at)
      case CommandType.ResetSequence:
        return resetSequence(state, view, at)
      case CommandType.ApplyConfiguration:
        return applyConfiguration(state, view, at)
      case CommandType.SetRiskLimits:
        return setRiskLimits(state, view, at)
      case CommandType.OpenTradingDay:
        return openTradingDay(state, view, at)
      case CommandType.PlanDay:
        return planDay(state, view, at)
      case CommandType.CloseTradingDay:
        return closeTradingDay(state)
      case CommandType.ContinueWork:
        return continueWork(state)
      case CommandType.PassTime:
        return passTime(state)
      case CommandType.Operate:
        return operate(state, view, at)
      default:
        assert(false, `command type ${type} is known`)
    }
  }

  /**
   * Everything that decides outcomes, into a snapshot or, of an engine that has executed nothing, out of
   * one. Not while it has work.
   */
  transfer(transfer: StateTransfer): void {
    transferState(this.state, transfer)
  }

  /** Sixteen hexadecimal digits over everything that decides outcomes. */
  stateHash(): string {
    return stateHash(this.state)
  }
}

/** Commands of a session carry the inbound number expected after them right behind the header. */
function noteExpectedMsgSeqNum({ ledger }: EngineState, view: DataView, at: number): void {
  const session = recordSession(view, at)
  if (session === 0) return
  assert(session <= ledger.count, 'session is in the configuration in force')
  const expected = view.getUint32(at + RECORD_HEADER_BYTES, true)
  if (expected !== 0) ledger.expectedMsgSeqNum[session] = expected
}

function emptyState(ordersExpected: number): EngineState {
  const ledger = new SessionLedger()
  const levelPool = new LevelPool()
  const stpGroups = new StpGroups()
  const numbers = { nextOrderReference: 1, nextExecId: 1, nextMatchNumber: 1 }
  const state: Omit<EngineState, 'matching'> & { matching?: Matching } = {
    markets: [undefined],
    venueSessions: [undefined],
    configuration: undefined,
    ordersPerDayMax: 0,
    ordersPerCommandMax: Infinity,
    work: undefined,
    ordersExpected,
    orders: new OrderTable(stpGroups, ordersExpected),
    ids: new ClOrdIdIndex(ordersExpected),
    orderOfSlot: new Int32Array(ordersExpected + 1),
    sessionOrders: new SessionOrders(ordersExpected),
    stpGroups,
    sessionStpGroup: new Int32Array(1),
    sessionStpInstruction: new Uint8Array(1),
    orderPool: new OrderPool(levelPool, Math.min(ordersExpected, LIVE_ORDERS_MAX)),
    levelPool,
    ledger,
    numbers,
    day: {
      tradingDate: 0,
      midnightSeconds: 0,
      closeSeconds: 0,
      isOpen: false,
      feedSession: '',
      firstMatchNumber: 1,
      isPhased: false,
      isPlanned: false,
      phases: {},
      plan: [],
      indicativeSeconds: 0,
      isInMarketHours: false,
      breaker: undefined,
    },
    events: new EventWriter(ledger, numbers),
    expiries: new DueQueue(),
    graces: new DueQueue(),
    pauses: new DueQueue(),
    risk: undefined,
    operations: new Map(),
    corrections: new Map(),
    ordersToday: 0,
  }
  return Object.assign(state, { matching: new Matching(state as EngineState) }) as EngineState
}
