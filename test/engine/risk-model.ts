/**
 * What every scope amounts to, counted from the live orders and the executions alone, and the limits
 * that nothing may pass: obvious, slow, and independent of how the engine keeps it.
 */
import { Side } from '../../src/domain/index.ts'
import type { SymbolExposure } from '../../src/engine/risk/exposure.ts'
import type { Scope } from '../../src/engine/risk/scope.ts'
import type { EngineDriver } from '../support/engine-driver.ts'
import type { OrderEvent } from '../support/engine-events.ts'

/** Sums of a scope; `symbols` by stock locate. */
interface Sums {
  openOrders: number
  buyNotional: bigint
  sellNotional: bigint
  symbols: SymbolExposure[]
}

/** A measure and its limit: both as bigint, so that shares and money are compared alike. */
type Measures = Map<string, { readonly value: bigint; readonly limit: bigint | undefined }>

export class RiskModel {
  private readonly market: EngineDriver
  /** Executed since each began to count, by scope. */
  private readonly positions = new Map<Scope, number[]>()
  private readonly powerUsed = new Map<Scope, bigint>()
  private before = new Map<Scope, Measures>()
  /** Market orders that wait for an auction: limits that come meanwhile count them, and do not bind their price. */
  private readonly collected = new Set<number>()
  /** Scopes in which the command at hand has executed one. */
  private readonly excused = new Set<Scope>()

  constructor(market: EngineDriver) {
    this.market = market
    this.afterChange()
  }

  /** Limits or firms are others: what begins to count begins now, and what is above a limit may be. */
  afterChange(): void {
    for (const scope of this.scopes) {
      const { limits, countsPosition, countsPower } = scope
      if (countsPosition && !this.positions.has(scope)) {
        const begin = limits.positions ?? {}
        const { instruments } = this.market.configuration
        this.positions.set(scope, [0, ...instruments.map(({ symbol }) => begin[symbol] ?? 0)])
      }
      if (countsPower && !this.powerUsed.has(scope)) this.powerUsed.set(scope, 0n)
      if (limits.killed === true) this.expectNothing(scope)
    }
    this.compare()
    this.before = this.measureAll()
    this.noteCollected()
  }

  /** An execution of one side. */
  execute({ orderId, session, account, locate, side, lastQty, lastPx }: OrderEvent): void {
    const bought = side === Side.Buy ? lastQty : -lastQty
    for (const scope of this.scopes) {
      if (!this.isUnder(scope, session, account)) continue
      if (this.collected.has(orderId)) this.excused.add(scope)
      const positions = this.positions.get(scope)
      if (positions !== undefined) positions[locate]! += bought
      const used = this.powerUsed.get(scope)
      if (used !== undefined) this.powerUsed.set(scope, used + BigInt(lastPx) * BigInt(bought))
    }
  }

  /** A split of the shares of an instrument: it may leave a scope above its limit. */
  split(locate: number, into: number, from: number): void {
    for (const positions of this.positions.values()) {
      positions[locate] = Math.trunc((positions[locate]! * into) / from)
    }
    this.before = this.measureAll()
  }

  /** What is counted is right, and nothing that is above its limit has grown. */
  afterCommand(): void {
    this.compare()
    const after = this.measureAll()
    for (const [scope, measures] of after) {
      for (const [name, { value, limit }] of measures) {
        const was = this.before.get(scope)?.get(name)?.value ?? 0n
        if (limit === undefined || value <= limit || value <= was) continue
        if (name === 'buying power' && this.excused.has(scope)) continue
        throw new Error(`${name} of ${scope.title} is ${value}, was ${was}, limit ${limit}`)
      }
      const { buyingPower } = scope.limits
      const isSteady = scope.kind === 'session' && scope.name === 'GLOBEX'
      const used = measures.get('buying power')!.value
      if (isSteady && used > BigInt(buyingPower!)) throw new Error(`overdrawn: ${used}`)
    }
    this.before = after
    this.noteCollected()
  }

  private noteCollected(): void {
    const { orders } = this.market.engine.state
    this.collected.clear()
    this.excused.clear()
    for (const order of this.liveOrders()) {
      const isCollected = orders.price(order) === 0 && !orders.isWaiting(order)
      if (isCollected) this.collected.add(orders.orderId(order))
    }
  }

  private get scopes(): readonly Scope[] {
    return this.market.engine.state.risk!.scopes
  }

  private compare(): void {
    for (const scope of this.scopes) {
      const { exposure, countsOpen, countsNotional } = scope
      const sums = this.sum(scope)
      const same = (name: string, found: unknown, expected: unknown): void => {
        if (found === expected) return
        throw new Error(`${name} of ${scope.title} is ${String(found)}, not ${String(expected)}`)
      }
      same('open orders', exposure.openOrders, countsOpen ? sums.openOrders : 0)
      same('open buys', exposure.buyNotional, countsNotional ? sums.buyNotional : 0n)
      same('open sells', exposure.sellNotional, countsNotional ? sums.sellNotional : 0n)
      same('power used', exposure.powerUsed, this.powerUsed.get(scope) ?? 0n)
      sums.symbols.forEach((symbol, locate) => {
        const found = exposure.of(locate)
        same('position', found.position, symbol.position)
        same('buys', found.buyQty, countsOpen ? symbol.buyQty : 0)
        same('sells', found.sellQty, countsOpen ? symbol.sellQty : 0)
        same('buys of symbol', found.buyNotional, countsNotional ? symbol.buyNotional : 0n)
        same('sells of symbol', found.sellNotional, countsNotional ? symbol.sellNotional : 0n)
      })
    }
    this.compareBounds()
  }

  /** Bounds are those of live orders without a limit price, and of no others. */
  private compareBounds(): void {
    const { orders, risk } = this.market.engine.state
    const unpriced = new Set<number>()
    for (const order of this.liveOrders()) {
      if (orders.price(order) === 0) unpriced.add(orders.orderId(order))
    }
    for (const orderId of risk!.bounds.keys()) {
      if (!unpriced.has(orderId)) throw new Error(`order ${orderId} has a bound`)
    }
  }

  private sum(scope: Scope): Sums {
    const { orders, risk } = this.market.engine.state
    const symbols = ['', ...this.market.configuration.instruments].map((_, locate) => ({
      position: this.positions.get(scope)?.[locate] ?? 0,
      buyQty: 0,
      sellQty: 0,
      buyNotional: 0n,
      sellNotional: 0n,
    }))
    const sums = { openOrders: 0, buyNotional: 0n, sellNotional: 0n, symbols }
    for (const order of this.liveOrders()) {
      if (!this.isUnder(scope, orders.session(order), orders.account(order))) continue
      const leaves = orders.orderQty(order) - orders.cumQty(order)
      const bound = risk!.bounds.get(orders.orderId(order))
      const price = orders.price(order) === 0 ? (bound?.value ?? 0) : orders.price(order)
      const notional = BigInt(price) * BigInt(leaves)
      const symbol = symbols[orders.locate(order)]!
      const isBuy = orders.side(order) === Side.Buy
      sums.openOrders++
      symbol[isBuy ? 'buyQty' : 'sellQty'] += leaves
      symbol[isBuy ? 'buyNotional' : 'sellNotional'] += notional
      sums[isBuy ? 'buyNotional' : 'sellNotional'] += notional
    }
    return sums
  }

  private *liveOrders(): Generator<number> {
    const { orders } = this.market.engine.state
    for (let order = 1; order <= orders.count; order++) if (orders.isLive(order)) yield order
  }

  private isUnder({ kind, firm, name }: Scope, session: number, account: number): boolean {
    const owner = this.market.configuration.sessions[session - 1]!
    switch (kind) {
      case 'venue':
        return true
      case 'firm':
        return owner.firm === name
      case 'session':
        return owner.compId === name
      case 'account':
        return owner.firm === firm && owner.accounts[account - 1] === name
    }
  }

  private measureAll(): Map<Scope, Measures> {
    return new Map(this.scopes.map((scope) => [scope, this.measure(scope)]))
  }

  private measure(scope: Scope): Measures {
    const { limits } = scope
    const { openOrders, buyNotional, sellNotional, symbols } = this.sum(scope)
    const measures: Measures = new Map()
    const add = (name: string, value: bigint | number, limit: number | undefined): void => {
      const bound = limit === undefined ? undefined : BigInt(limit)
      measures.set(name, { value: BigInt(value), limit: bound })
    }
    const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
    add('open orders', openOrders, limits.maxOpenOrders)
    add('gross', buyNotional + sellNotional, limits.maxGrossOpen)
    add('net', larger(buyNotional, sellNotional), limits.maxNetOpen)
    const used = (this.powerUsed.get(scope) ?? 0n) + buyNotional
    add('buying power', used, limits.buyingPower)
    symbols.forEach((symbol, locate) => {
      const { position, buyQty, sellQty } = symbol
      const gross = symbol.buyNotional + symbol.sellNotional
      const net = larger(symbol.buyNotional, symbol.sellNotional)
      add(`gross ${locate}`, gross, limits.maxGrossOpenPerSymbol)
      add(`net ${locate}`, net, limits.maxNetOpenPerSymbol)
      add(`long ${locate}`, position + buyQty, limits.maxPosition)
      add(`short ${locate}`, sellQty - position, limits.maxPosition)
      const isShort = limits.allowShort === false
      add(`uncovered ${locate}`, sellQty - position, isShort ? 0 : undefined)
    })
    return measures
  }

  private expectNothing(scope: Scope): void {
    if (this.sum(scope).openOrders > 0) throw new Error(`${scope.title} is killed and has orders`)
  }
}
