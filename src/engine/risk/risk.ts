/**
 * Pre-trade risk: the scopes that have limits, what their orders amount to, and the judgement of new
 * orders and replacements. The engine tells it of every change of a live order; an order that no scope
 * has counts nowhere. docs/operations/risk.md.
 */
import type { Lot, Reason, RiskProblem } from '../../domain/index.ts'
import { Side } from '../../domain/index.ts'
import type { KillScope, RiskLimits, RiskScope, ScopeName } from '../../wire/index.ts'
import { NO_RISK_LIMITS } from '../../wire/index.ts'
import type { EngineState, Market, SplitRatio } from '../state.ts'
import { Assignment, keyOf } from './assignment.ts'
import type { Bound } from './collar.ts'
import { boundOf } from './collar.ts'
import { judgeScope, textOf } from './judge-scope.ts'
import type { AskedTerms } from './proposal.ts'
import { Proposal } from './proposal.ts'
import { stillHolding, withChanges } from './limit-changes.ts'
import { microsecondsOf, RecentOrders } from './recent-orders.ts'
import { Scope } from './scope.ts'

/** Whose an execution is. */
export interface ExecutionOwner {
  readonly session: number
  readonly account: number
  readonly locate: number
  readonly side: number
}

export class Risk {
  /** Of the file. */
  limits: RiskLimits = NO_RISK_LIMITS
  /** What operations has set in their place. */
  changes: readonly RiskScope[] = []
  /** What operations has killed, whatever the limits say. */
  kills: readonly KillScope[] = []
  /** Every scope that ever had limits, in the order in which they came. */
  readonly scopes: Scope[] = []
  /** Of live orders without a limit price, by OrderID(37). */
  readonly bounds = new Map<number, Bound>()
  readonly recent = new RecentOrders()
  /** Text(58) of the last refusal. */
  text = ''
  readonly assignment = new Assignment()
  /** Filled again for every order. */
  private proposal: Proposal | undefined
  private readonly state: EngineState

  constructor(state: EngineState) {
    this.state = state
  }

  /** @returns the scopes whose open orders must be counted from the live ones */
  setLimits(limits: RiskLimits): Scope[] {
    this.changes = stillHolding(this.changes, this.limits, limits)
    this.limits = limits
    return this.putInForce()
  }

  /** @returns as `setLimits` does */
  setChanges(changes: readonly RiskScope[]): Scope[] {
    this.changes = changes
    return this.putInForce()
  }

  /** @returns as `setLimits` does */
  setKills(kills: readonly KillScope[]): Scope[] {
    this.kills = kills
    return this.putInForce()
  }

  /** Out of a snapshot. */
  restore(of: Pick<Risk, 'limits' | 'changes' | 'kills'>): void {
    this.limits = of.limits
    this.changes = of.changes
    this.kills = of.kills
    this.putInForce()
  }

  private putInForce(): Scope[] {
    const limits = withKills(withChanges(this.limits, this.changes), this.kills)
    const killedSymbols = this.kills.flatMap(({ kind, name }) => (kind === 'symbol' ? [name] : []))
    const wanted = new Map(limits.scopes.map((scope) => [keyOf(scope), scope]))
    const known = new Set(this.scopes.map(keyOf))
    for (const [key, scope] of wanted) if (!known.has(key)) this.scopes.push(new Scope(scope))

    const locateOf = (symbol: string): number => this.locateOf(symbol)
    const uncounted = this.scopes.filter((scope) =>
      scope.setLimits(
        wanted.get(keyOf(scope))?.limits ?? {},
        scope.kind === 'venue' ? killedSymbols : [],
        locateOf,
      ),
    )
    this.recent.setWindow(limits.scopes.reduce(longerWindow, 0))
    this.assign()
    for (const { exposure } of uncounted) exposure.clearOpen()
    return uncounted
  }

  /** Sessions may have changed. @returns the scopes to be counted anew: all when a firm has changed */
  reassign(): Scope[] {
    const uncounted = this.assign() ? this.scopes.filter(({ countsOpen }) => countsOpen) : []
    for (const { exposure } of uncounted) exposure.clearOpen()
    return uncounted
  }

  /**
   * @param price limit price that the order will have; 0 = none
   * @returns the limit that a new order breaks, with its Text in `text`
   */
  judgeOrder(
    session: number,
    terms: AskedTerms,
    price: number,
    stopPx: number,
  ): RiskProblem | undefined {
    const scopes = this.assignment.scopesOf(session, terms.account)
    if (scopes.length === 0) return undefined
    const proposal = this.propose(scopes, terms, price, stopPx)
    proposal.leaves = terms.orderQty
    proposal.ownLeaves = 0
    proposal.ownValue = 0
    proposal.isNew = true
    proposal.sinceSame = this.sinceSame(session, terms, stopPx)
    return this.judge(scopes, proposal)
  }

  /** The same of a replacement. */
  judgeReplacement(
    order: number,
    terms: AskedTerms,
    price: number,
    stopPx: number,
  ): RiskProblem | undefined {
    const { orders } = this.state
    const scopes = this.scopesOfOrder(order)
    if (scopes.length === 0) return undefined
    const proposal = this.propose(scopes, terms, price, stopPx)
    proposal.leaves = Math.max(0, terms.orderQty - orders.cumQty(order))
    proposal.ownLeaves = orders.leavesQty(order)
    proposal.ownValue = this.valueOf(order)
    proposal.isNew = false
    proposal.sinceSame = Infinity
    return this.judge(scopes, proposal)
  }

  /** The widest scope of an order that is killed, as a Text names it; undefined = none is. */
  killedScopeOf(order: number): string | undefined {
    const locate = this.state.orders.locate(order)
    for (const scope of this.scopesOfOrder(order)) {
      const killed = scope.killFor(locate)
      if (killed !== undefined) return killed
    }
    return undefined
  }

  /** A new order is live. */
  accept(order: number): void {
    const { orders, events } = this.state
    this.open(order)
    if (this.recent.windowMs === 0) return
    const terms = {
      locate: orders.locate(order),
      account: orders.account(order),
      side: orders.side(order),
      ordType: orders.ordType(order),
      orderQty: orders.orderQty(order),
      price: orders.price(order),
    }
    const key = this.sameKey(orders.session(order), terms, orders.stopPx(order))
    this.recent.add(key, microsecondsOf(events.epochSeconds, events.nanoseconds))
  }

  /** An order has the terms at which it counts from here on; without leaves it counts nothing. */
  open(order: number): void {
    const { orders } = this.state
    const quantity = orders.leavesQty(order)
    const scopes = this.scopesOfOrder(order)
    if (scopes.length === 0 || quantity === 0) return
    const price = this.priceOf(order, scopes)
    for (const scope of scopes) {
      scope.open(orders.locate(order), orders.side(order), price, quantity)
    }
  }

  /** An order ends, or is about to have other terms. */
  close(order: number): void {
    const { orders } = this.state
    const quantity = orders.leavesQty(order)
    const price = this.valueOf(order)
    for (const scope of this.scopesOfOrder(order)) {
      scope.close(orders.locate(order), orders.side(order), price, quantity)
    }
    if (orders.price(order) === 0) this.bounds.delete(orders.orderId(order))
  }

  /** A live order has lost shares without a trade, and has some left. */
  reduce(order: number, quantity: number): void {
    const { orders } = this.state
    const price = this.valueOf(order)
    for (const scope of this.scopesOfOrder(order)) {
      scope.reduce(orders.locate(order), orders.side(order), price, quantity)
    }
  }

  /** An execution that the order table knows already. */
  fill(order: number, price: number, quantity: number): void {
    const { orders } = this.state
    const locate = orders.locate(order)
    const side = orders.side(order)
    const value = this.valueOf(order)
    const isDone = orders.leavesQty(order) === 0
    for (const scope of this.scopesOfOrder(order)) {
      scope.execute(locate, side, price, quantity)
      if (isDone) scope.close(locate, side, value, quantity)
      else scope.reduce(locate, side, value, quantity)
    }
    if (isDone && orders.price(order) === 0) this.bounds.delete(orders.orderId(order))
  }

  /** An execution was another one, or none. @param splits of its shares since then, oldest first */
  correct(owner: ExecutionOwner, from: Lot, to: Lot, splits: readonly SplitRatio[]): void {
    const { session, account, locate, side } = owner
    const now = (quantity: number): number => splits.reduce(splitShares, quantity)
    const shares = now(to.quantity) - now(from.quantity)
    const value = valueOf(to) - valueOf(from)
    for (const scope of this.assignment.scopesOf(session, account)) {
      scope.restate(locate, side, shares, value)
    }
  }

  /** A split of the shares: a fraction of a new one is nobody's. */
  splitPositions(locate: number, ratio: SplitRatio): void {
    for (const { exposure } of this.scopes) {
      const symbol = exposure.of(locate)
      symbol.position = splitShares(symbol.position, ratio)
    }
  }

  /** Counts a live order in one scope that begins to count. */
  count(scope: Scope, order: number): void {
    const { orders } = this.state
    const price = this.priceOf(order, this.scopesOfOrder(order))
    scope.open(orders.locate(order), orders.side(order), price, orders.leavesQty(order))
  }

  /**
   * Worst price of an order without a limit; 0 = none. A stop that came before there was buying power
   * to watch has no collar: it buys no dearer than it counts.
   */
  limitOf(order: number): number {
    const { orders } = this.state
    const bound = this.bounds.get(orders.orderId(order))
    if (bound === undefined || bound.limit !== 0) return bound?.limit ?? 0
    const spends = ({ limits }: Scope): boolean => limits.buyingPower !== undefined
    const isWatched = orders.side(order) === Side.Buy && this.scopesOfOrder(order).some(spends)
    return isWatched ? bound.value : 0
  }

  /** Whether an order without a limit price gets a worst one. */
  boundsPrices(session: number, account: number): boolean {
    return this.assignment
      .scopesOf(session, account)
      .some(
        ({ limits }) =>
          limits.priceCollarPercent !== undefined ||
          limits.priceCollarAbsolute !== undefined ||
          limits.buyingPower !== undefined,
      )
  }

  private assign(): boolean {
    return this.assignment.assign(this.scopes, this.state.venueSessions)
  }

  private scopesOfOrder(order: number): readonly Scope[] {
    const { orders } = this.state
    return this.assignment.scopesOf(orders.session(order), orders.account(order))
  }

  private judge(scopes: readonly Scope[], proposal: Proposal): RiskProblem | undefined {
    for (const scope of scopes) {
      const refusal = judgeScope(scope, proposal)
      if (refusal === undefined) continue
      this.text = textOf(refusal, scope)
      return refusal.problem
    }
    return undefined
  }

  /** The proposal at hand, without what differs between an order and a replacement. */
  private propose(
    scopes: readonly Scope[],
    terms: AskedTerms,
    price: number,
    stopPx: number,
  ): Proposal {
    const market = this.state.markets[terms.locate]!
    const proposal = (this.proposal ??= new Proposal(market))
    proposal.market = market
    proposal.setTerms(terms)
    proposal.price = price
    proposal.stopPx = stopPx
    proposal.value = price
    proposal.isBounded = true
    if (price !== 0) return proposal
    const { limit, value } = boundOf(scopes, market, terms.side, stopPx)
    proposal.value = value
    proposal.isBounded = limit !== 0
    return proposal
  }

  /** Price that an order counts at from here on; one without a limit gets its bound. */
  private priceOf(order: number, scopes: readonly Scope[]): number {
    const { orders, markets } = this.state
    if (orders.price(order) !== 0) return orders.price(order)
    const orderId = orders.orderId(order)
    const known = this.bounds.get(orderId)
    if (known !== undefined) return known.value
    const market: Market = markets[orders.locate(order)]!
    const bound = boundOf(scopes, market, orders.side(order), orders.stopPx(order))
    this.bounds.set(orderId, bound)
    return bound.value
  }

  /** Price that a live order counts at; 0 of one that never counted. */
  private valueOf(order: number): number {
    const { orders } = this.state
    return orders.price(order) || (this.bounds.get(orders.orderId(order))?.value ?? 0)
  }

  private sinceSame(session: number, terms: AskedTerms, stopPx: number): number {
    if (this.recent.windowMs === 0) return Infinity
    const { epochSeconds, nanoseconds } = this.state.events
    const now = microsecondsOf(epochSeconds, nanoseconds)
    return this.recent.msSince(this.sameKey(session, terms, stopPx), now)
  }

  /** What two orders have in common that are the same: an account is one, whatever session uses it. */
  private sameKey(session: number, terms: AskedTerms, stopPx: number): string {
    const { firm, accounts } = this.state.venueSessions[session]!
    const { account, locate, side, orderQty, price, ordType } = terms
    const owner = account === 0 ? `session ${session}` : `${firm} ${accounts[account - 1]}`
    return [owner, locate, side, orderQty, price, ordType, stopPx].join(' ')
  }

  private locateOf(symbol: string): number {
    const market = this.state.markets.find((one) => one?.instrument.symbol === symbol)
    return market?.instrument.locate ?? 0
  }
}

/** Positions may be near 2^53 / 1,000. */
const splitShares = (shares: number, { into, from }: SplitRatio): number =>
  Number((BigInt(shares) * BigInt(into)) / BigInt(from))

const valueOf = ({ price, quantity }: Lot): bigint => BigInt(price) * BigInt(quantity)

/** What stands behind the record of a refusal: the Text of one by a limit, nothing otherwise. */
export const textBehind = ({ risk }: EngineState, { values }: Reason): string =>
  values === 'behind' && risk !== undefined ? risk.text : ''

const VENUE: ScopeName = { kind: 'venue', firm: '', name: '' }

/** Scopes that are killed besides those that the limits kill. */
function withKills({ scopes }: RiskLimits, kills: readonly KillScope[]): RiskLimits {
  const byKey = new Map(scopes.map((scope) => [keyOf(scope), scope]))
  for (const { kind, firm, name } of kills) {
    // Symbols are the venue's: `killedSymbols` of its scope.
    const scope = kind === 'symbol' ? VENUE : { kind, firm, name }
    const { limits = {} } = byKey.get(keyOf(scope)) ?? {}
    const more = kind === 'symbol' ? {} : { killed: true }
    byKey.set(keyOf(scope), { ...scope, limits: { ...limits, ...more } })
  }
  return { scopes: [...byKey.values()] }
}

const longerWindow = (windowMs: number, { limits }: RiskScope): number =>
  Math.max(windowMs, limits.duplicateWindowMs ?? 0)
