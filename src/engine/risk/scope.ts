/**
 * Whose orders a set of limits judges, and what those orders amount to. What a limit once needed is
 * kept for the journal's life: a position that somebody stopped counting could never be trusted again.
 */
import { Side } from '../../domain/index.ts'
import type { RiskScope, ScopeKind, ScopeLimits } from '../../wire/index.ts'
import { Exposure } from './exposure.ts'
import type { Judge } from './judge-scope.ts'
import { judgesOf } from './judge-scope.ts'

export class Scope {
  readonly kind: ScopeKind
  readonly firm: string
  readonly name: string
  limits: ScopeLimits = {}
  /** Those of the limits that are given, in the order in which they judge. */
  judges: readonly Judge[] = []
  /** Symbols that are killed for all whose orders it judges, by stock locate. */
  killedSymbols: ReadonlyMap<number, string> = new Map()
  /** Stock locates that may not be traded. */
  restricted: ReadonlySet<number> = new Set()
  readonly exposure = new Exposure()
  /** Whether open orders and their shares are counted. */
  countsOpen = false
  /** Whether what they are worth is. */
  countsNotional = false
  countsPosition = false
  countsPower = false

  constructor({ kind, firm, name }: RiskScope) {
    this.kind = kind
    this.firm = firm
    this.name = name
  }

  /** As a refusal names it. */
  get title(): string {
    return this.kind === 'venue' ? 'the venue' : `${this.kind} ${this.name}`
  }

  /**
   * Puts limits in force, and lets begin what they need.
   * @param killedSymbols besides them
   * @param locateOf stock locate of a symbol; 0 = never listed
   * @returns whether what is open must be counted from the live orders
   */
  setLimits(
    limits: ScopeLimits,
    killedSymbols: readonly string[],
    locateOf: (symbol: string) => number,
  ): boolean {
    this.limits = limits
    this.killedSymbols = new Map(killedSymbols.map((symbol) => [locateOf(symbol), symbol]))
    this.judges = judgesOf(limits, killedSymbols.length > 0)
    this.restricted = new Set(limits.restrictedSymbols?.map(locateOf))
    const counted = { open: this.countsOpen, notional: this.countsNotional }
    this.countsNotional ||= NOTIONAL_LIMITS.some((limit) => limits[limit] !== undefined)
    this.countsOpen ||= this.countsNotional || needsPosition(limits)
    this.countsOpen ||= limits.maxOpenOrders !== undefined
    this.beginPosition(limits, locateOf)
    this.beginPower(limits)
    return this.countsOpen !== counted.open || this.countsNotional !== counted.notional
  }

  /** What is killed of an order for an instrument, as a refusal names it; undefined = nothing. */
  killFor(locate: number): string | undefined {
    if (this.limits.killed === true) return this.title
    const symbol = this.killedSymbols.get(locate)
    return symbol && `symbol ${symbol}`
  }

  /** An order is live with so much that it was not live with before. */
  open(locate: number, side: number, price: number, quantity: number): void {
    if (!this.countsOpen) return
    this.exposure.openOrders++
    this.addOpen(locate, side, price, quantity)
  }

  /** An order that was open is not any more. */
  close(locate: number, side: number, price: number, quantity: number): void {
    if (!this.countsOpen) return
    this.exposure.openOrders--
    this.addOpen(locate, side, price, -quantity)
  }

  /** An open order has so much less, and lives. */
  reduce(locate: number, side: number, price: number, quantity: number): void {
    if (this.countsOpen) this.addOpen(locate, side, price, -quantity)
  }

  execute(locate: number, side: number, price: number, quantity: number): void {
    const { exposure } = this
    const bought = side === Side.Buy ? quantity : -quantity
    if (this.countsPosition) exposure.of(locate).position += bought
    if (this.countsPower) exposure.powerUsed += BigInt(price) * BigInt(bought)
  }

  /** What was executed before is worth more or less, or another number of shares. */
  restate(locate: number, side: number, shares: number, value: bigint): void {
    const { exposure } = this
    const isBuy = side === Side.Buy
    if (this.countsPosition) exposure.of(locate).position += isBuy ? shares : -shares
    if (this.countsPower) exposure.powerUsed += isBuy ? value : -value
  }

  private addOpen(locate: number, side: number, price: number, quantity: number): void {
    this.exposure.addOpenQty(locate, side, quantity)
    if (!this.countsNotional) return
    this.exposure.addOpenNotional(locate, side, BigInt(price) * BigInt(quantity))
  }

  private beginPosition(limits: ScopeLimits, locateOf: (symbol: string) => number): void {
    if (this.countsPosition || !(needsPosition(limits) || limits.positions !== undefined)) return
    this.countsPosition = true
    for (const [symbol, position] of Object.entries(limits.positions ?? {})) {
      const locate = locateOf(symbol)
      if (locate !== 0) this.exposure.of(locate).position = position
    }
  }

  private beginPower({ buyingPower, buyingPowerUsed = 0 }: ScopeLimits): void {
    if (this.countsPower || buyingPower === undefined) return
    this.countsPower = true
    this.exposure.powerUsed = BigInt(buyingPowerUsed)
  }
}

const NOTIONAL_LIMITS = [
  'maxGrossOpen',
  'maxGrossOpenPerSymbol',
  'maxNetOpen',
  'maxNetOpenPerSymbol',
  'buyingPower',
] as const

const needsPosition = ({ maxPosition, allowShort }: ScopeLimits): boolean =>
  maxPosition !== undefined || allowShort === false
