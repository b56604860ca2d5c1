/** Limits of pre-trade risk by the names of their scopes, and what the engine has counted for one. */
import type { Exposure, SymbolExposure } from '../../src/engine/risk/exposure.ts'
import type { Scope } from '../../src/engine/risk/scope.ts'
import type { RiskLimits, RiskScope, ScopeKind, ScopeLimits } from '../../src/wire/index.ts'
import type { EngineDriver } from './engine-driver.ts'

/** @param scopes by name: `venue`, `firm ACME`, `session ACME`, `account ACME A1` */
export const limitsOf = (scopes: Readonly<Record<string, ScopeLimits>>): RiskLimits => ({
  scopes: Object.entries(scopes).map(([name, limits]) => ({ ...parseScope(name), limits })),
})

function parseScope(name: string): Omit<RiskScope, 'limits'> {
  const [kind, first = '', second] = name.split(' ')
  return second === undefined
    ? { kind: kind as ScopeKind, firm: '', name: first }
    : { kind: kind as ScopeKind, firm: first, name: second }
}

export function scopeOf({ engine }: EngineDriver, name: string): Scope {
  const wanted = parseScope(name)
  const isWanted = ({ kind, firm, name: own }: Scope): boolean =>
    kind === wanted.kind && firm === wanted.firm && own === wanted.name
  const scope = engine.state.risk?.scopes.find(isWanted)
  if (scope === undefined) throw new Error(`${name} has no limits`)
  return scope
}

/** In all, or of a symbol. */
export function exposureOf(market: EngineDriver, name: string): Exposure
export function exposureOf(market: EngineDriver, name: string, symbol: string): SymbolExposure
export function exposureOf(market: EngineDriver, name: string, symbol?: string) {
  const { exposure } = scopeOf(market, name)
  return symbol === undefined ? exposure : exposure.of(market.locateOf(symbol))
}
