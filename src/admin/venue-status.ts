/**
 * What operations sees of the running exchange. Orders are counted a slice at a time, and rows are made when they
 * are asked for: nobody who looks holds trading up. While orders come and go a count is of about now.
 */
import { formatPrice } from '../domain/index.ts'
import type { EngineState } from '../engine/index.ts'
import type { KillScope, VenueSession } from '../wire/index.ts'
import type { BreakerStanding, LimitsInForce, Standing } from './controls-in-force.ts'
import { breakerOf, killsOf, limitsInForce, standingOf } from './controls-in-force.ts'

/** Places of the order pool that are looked at before others have their turn. */
const SLOTS_PER_SLICE = 2_048

export interface InstrumentRow extends Standing {
  readonly symbol: string
  /** A decimal; left out before the first execution. */
  readonly lastPrice?: string
  readonly liveOrders: number
  /** It is not as its file says. */
  readonly byOperations?: true
}

export interface SessionRow {
  readonly session: string
  readonly firm: string
  readonly role: string
  readonly isLoggedOn: boolean
  /** MsgSeqNum(34) that comes next, from it and to it. */
  readonly nextInbound: number
  readonly nextOutbound: number
  readonly liveOrders: number
}

/** The rows of each can be walked once. */
export interface VenueStatus {
  /** yyyy-mm-dd; left out before the first day. */
  readonly tradingDate?: string
  readonly isOpen: boolean
  readonly liveOrders: number
  readonly kills: readonly KillScope[]
  /** Left out where the market has none. */
  readonly breaker?: BreakerStanding
  readonly instruments: Iterable<InstrumentRow>
  readonly sessions: Iterable<SessionRow>
}

export class VenueView {
  private readonly state: EngineState
  private readonly rest: () => Promise<void>

  /** @param rest lets others have their turn of the event loop */
  constructor(state: EngineState, rest: () => Promise<void>) {
    this.state = state
    this.rest = rest
  }

  async status(): Promise<VenueStatus> {
    const { state } = this
    const { orders, day } = state
    const ofInstrument = new Int32Array(state.markets.length)
    const ofSession = new Int32Array(state.venueSessions.length)
    await this.forEachLiveOrder((order) => {
      ofInstrument[orders.locate(order)]!++
      ofSession[orders.session(order)]!++
    })
    return {
      ...(day.tradingDate === 0 ? {} : { tradingDate: printDate(day.tradingDate) }),
      isOpen: day.isOpen,
      liveOrders: state.orderPool.liveCount,
      kills: killsOf(state),
      ...breakerOf(state),
      instruments: instrumentRows(state, ofInstrument),
      sessions: sessionRows(state, ofSession),
    }
  }

  limits(): LimitsInForce {
    return limitsInForce(this.state)
  }

  /** Live orders that a kill would cancel; undefined when the scope is nobody's. */
  async countOrders(scope: KillScope): Promise<number | undefined> {
    const { state } = this
    const { orders, venueSessions } = state
    if (scope.kind === 'venue') return state.orderPool.liveCount
    if (scope.kind === 'symbol') return this.countOf(scope.name)
    if (!venueSessions.some((session) => session && concerns(scope, session))) return undefined

    let count = 0
    await this.forEachLiveOrder((order) => {
      const session = venueSessions[orders.session(order)]
      if (session === undefined || !concerns(scope, session)) return
      const account = session.accounts[orders.account(order) - 1]
      if (scope.kind !== 'account' || account === scope.name) count++
    })
    return count
  }

  private async countOf(symbol: string): Promise<number | undefined> {
    const { markets, orders } = this.state
    const market = markets.find((one) => one?.instrument.symbol === symbol)
    if (market?.instrument.listed !== true) return undefined
    let count = 0
    await this.forEachLiveOrder((order) => {
      if (orders.locate(order) === market.instrument.locate) count++
    })
    return count
  }

  private async forEachLiveOrder(visit: (order: number) => void): Promise<void> {
    const { state } = this
    const { orderPool } = state
    let seen = 0
    for (let slot = 1; seen < orderPool.liveCount && slot < state.orderOfSlot.length; slot++) {
      if (slot % SLOTS_PER_SLICE === 0) await this.rest()
      // Level 0: nobody's. Beyond the pool's memory there is none.
      if (!(orderPool.level(slot) > 0)) continue
      seen++
      visit(state.orderOfSlot[slot]!)
    }
  }
}

/** Whether orders of the session may fall under the scope. */
function concerns({ kind, firm, name }: KillScope, session: VenueSession): boolean {
  switch (kind) {
    case 'venue':
    case 'symbol':
      return true
    case 'firm':
      return session.firm === name
    case 'session':
      return session.compId === name
    case 'account':
      return session.firm === firm && session.accounts.includes(name)
  }
}

function* instrumentRows(state: EngineState, counts: Int32Array): Generator<InstrumentRow> {
  const changed = new Set(state.configuration?.changes?.map(({ symbol }) => symbol))
  for (const market of state.markets) {
    if (market === undefined || !market.instrument.listed) continue
    const { instrument, lastPrice } = market
    yield {
      symbol: instrument.symbol,
      ...standingOf(market),
      ...(lastPrice === 0 ? {} : { lastPrice: formatPrice(lastPrice) }),
      liveOrders: counts[instrument.locate]!,
      ...(changed.has(instrument.symbol) && { byOperations: true }),
    }
  }
}

function* sessionRows(
  { venueSessions, ledger }: EngineState,
  counts: Int32Array,
): Generator<SessionRow> {
  for (const session of venueSessions) {
    if (session === undefined || !session.active) continue
    const { index, compId, firm, role } = session
    yield {
      session: compId,
      firm,
      role,
      isLoggedOn: ledger.loggedOn[index] === 1,
      nextInbound: ledger.expectedMsgSeqNum[index]!,
      nextOutbound: ledger.nextMsgSeqNum[index]!,
      liveOrders: counts[index]!,
    }
  }
}

/** @param yyyymmdd */
const printDate = (date: number): string =>
  String(date).replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
