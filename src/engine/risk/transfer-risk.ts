/** Pre-trade risk into a snapshot, or out of one: limits, scopes with what they count, bounds, the window. */
import type { StateTransfer } from '../../domain/index.ts'
import type { KillScope, RiskLimits, RiskScope, ScopeKind } from '../../wire/index.ts'
import type { Bound } from './collar.ts'
import type { SymbolExposure } from './exposure.ts'
import type { Risk } from './risk.ts'
import { Scope } from './scope.ts'

/** A scope as JSON holds it: sums that may pass 2^53 are texts. */
interface SavedScope {
  readonly kind: ScopeKind
  readonly firm: string
  readonly name: string
  readonly counts: Pick<Scope, 'countsOpen' | 'countsNotional' | 'countsPosition' | 'countsPower'>
  readonly openOrders: number
  readonly sums: readonly string[]
  readonly symbols: readonly SavedSymbol[]
}

/** Locate, position, open buys and sells in shares, and what they are worth. */
type SavedSymbol = readonly [number, number, number, number, string, string]

/** @param risk new, to load it */
export function transferRisk(risk: Risk, transfer: StateTransfer): void {
  const limits = transfer.value<RiskLimits>('risk.limits', risk.limits)
  const changes = transfer.value<readonly RiskScope[]>('risk.changes', risk.changes)
  const kills = transfer.value<readonly KillScope[]>('risk.kills', risk.kills)
  const scopes = transfer.value('risk.scopes', risk.scopes.map(saved))
  const bounds = transfer.value<[number, Bound][]>('risk.bounds', [...risk.bounds])
  const times = transfer.value('risk.recent', [...risk.recent.times])
  if (!transfer.isLoading) return

  risk.scopes.push(...scopes.map(loaded))
  // What a scope counts already is not begun again.
  risk.restore({ limits, changes, kills })
  for (const [i, scope] of risk.scopes.entries()) loadExposure(scope, scopes[i]!)
  for (const [orderId, bound] of bounds) risk.bounds.set(orderId, bound)
  for (const [key, time] of times) risk.recent.times.set(key, time)
}

function saved(scope: Scope): SavedScope {
  const { kind, firm, name, exposure } = scope
  const { countsOpen, countsNotional, countsPosition, countsPower } = scope
  const { openOrders, buyNotional, sellNotional, powerUsed } = exposure
  return {
    kind,
    firm,
    name,
    counts: { countsOpen, countsNotional, countsPosition, countsPower },
    openOrders,
    sums: [buyNotional, sellNotional, powerUsed].map(String),
    symbols: exposure.symbols.flatMap((symbol, locate) =>
      symbol === undefined ? [] : [savedSymbol(locate, symbol)],
    ),
  }
}

const savedSymbol = (
  locate: number,
  { position, buyQty, sellQty, buyNotional, sellNotional }: SymbolExposure,
): SavedSymbol => [locate, position, buyQty, sellQty, String(buyNotional), String(sellNotional)]

const loaded = ({ kind, firm, name, counts }: SavedScope): Scope =>
  Object.assign(new Scope({ kind, firm, name, limits: {} }), counts)

function loadExposure({ exposure }: Scope, { openOrders, sums, symbols }: SavedScope): void {
  exposure.openOrders = openOrders
  const [buyNotional, sellNotional, powerUsed] = sums.map(BigInt)
  Object.assign(exposure, { buyNotional, sellNotional, powerUsed })
  for (const [locate, position, buyQty, sellQty, bought, sold] of symbols) {
    const notional = { buyNotional: BigInt(bought), sellNotional: BigInt(sold) }
    exposure.symbols[locate] = { position, buyQty, sellQty, ...notional }
  }
}
