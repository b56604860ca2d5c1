/**
 * What operations has set in place of the limits of the file: it holds until the file says something else
 * about that limit of that scope. docs/operations/risk.md
 */
import type {
  LimitChanges,
  RiskLimits,
  RiskScope,
  ScopeLimits,
  ScopeName,
} from '../../wire/index.ts'
import { keyOf } from './assignment.ts'

type Limit = keyof ScopeLimits

/** The changes of operations and one more; null ends one. Scopes without any are left out. */
export function withChange(
  changes: readonly RiskScope[],
  scope: ScopeName,
  asked: LimitChanges,
): RiskScope[] {
  const { kind, firm, name } = scope
  const limits = withoutNull({ ...limitsIn(changes, scope), ...asked })
  const changed = { kind, firm, name, limits }
  const isKnown = changes.some((one) => keyOf(one) === keyOf(scope))
  const all = isKnown
    ? changes.map((one) => (keyOf(one) === keyOf(scope) ? changed : one))
    : [...changes, changed]
  return withoutEmpty(all)
}

/** Those that hold on when the file changes: it says of them what it said before. */
export function stillHolding(
  changes: readonly RiskScope[],
  before: RiskLimits,
  after: RiskLimits,
): RiskScope[] {
  const kept = changes.map((scope) => {
    const was = limitsIn(before.scopes, scope)
    const is = limitsIn(after.scopes, scope)
    const isKept = (limit: string): boolean => isSame(was[limit as Limit], is[limit as Limit])
    return { ...scope, limits: pick(scope.limits, isKept) }
  })
  return withoutEmpty(kept)
}

/** What is in force: the file's limits, and in their place those of operations. */
export function withChanges({ scopes }: RiskLimits, changes: readonly RiskScope[]): RiskLimits {
  if (changes.length === 0) return { scopes }
  const known = new Set(scopes.map(keyOf))
  const merged = scopes.map((scope) => {
    return { ...scope, limits: { ...scope.limits, ...limitsIn(changes, scope) } }
  })
  return { scopes: [...merged, ...changes.filter((scope) => !known.has(keyOf(scope)))] }
}

const limitsIn = (scopes: readonly RiskScope[], wanted: ScopeName): ScopeLimits =>
  scopes.find((scope) => keyOf(scope) === keyOf(wanted))?.limits ?? {}

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

const withoutEmpty = (scopes: readonly RiskScope[]): RiskScope[] =>
  scopes.filter(({ limits }) => Object.keys(limits).length > 0)

const withoutNull = (limits: LimitChanges): ScopeLimits =>
  Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== null))

const pick = (limits: ScopeLimits, isPicked: (limit: string) => boolean): ScopeLimits =>
  Object.fromEntries(Object.entries(limits).filter(([limit]) => isPicked(limit)))
