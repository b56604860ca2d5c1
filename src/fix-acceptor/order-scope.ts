/**
 * Which orders a request about many means: MassStatusReqType(585) and MassCancelRequestType(530), which
 * count alike in FIX 4.4, with the field that each kind is about. All instruments here are shares and
 * there is one trading session, so most kinds mean all orders or none that can be.
 */
import type { FixMessage } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'
import { contradictionOfSecurityId, nameOf } from './order-refusal.ts'
import type { SymbolIndex } from './symbol-index.ts'

/** TradingSessionID(336) of the one trading session of a day. */
export const TRADING_SESSION = 'DAY'

/** What a request may be about, by the value of 585 and 530. */
export const Scope = {
  Security: '1',
  Product: '3',
  SecurityType: '5',
  Session: '6',
  All: '7',
} as const
export type Scope = (typeof Scope)[keyof typeof Scope]

/** The field that says which, by scope. */
const SCOPE_TAGS: Readonly<Record<Scope, number>> = {
  [Scope.Security]: Tag.Symbol,
  [Scope.Product]: Tag.Product,
  [Scope.SecurityType]: Tag.SecurityType,
  [Scope.Session]: Tag.TradingSessionID,
  [Scope.All]: 0,
}
const EVERYTHING_HERE: ReadonlyMap<Scope, RegExp> = new Map([
  [Scope.Product, /^0*5$/], // equity
  [Scope.SecurityType, /^CS$/], // common stock
  [Scope.Session, new RegExp(`^${TRADING_SESSION}$`)],
])

/** `1, 3, 5, 6 or 7` */
export const OFFERED_SCOPES = Object.values(Scope)
  .join(', ')
  .replace(/, (?=.$)/, ' or ')

export const isScope = (value: string): value is Scope => Object.hasOwn(SCOPE_TAGS, value)

/** `Symbol(55)`: what the request has to name. */
export const scopeField = (scope: Scope): string => nameOf(SCOPE_TAGS[scope])

/** @returns stock locate of the orders meant, 0 = every instrument; or what is wrong */
export function locateOfScope(
  message: FixMessage,
  scope: Scope,
  symbols: SymbolIndex,
): number | 'missing' | 'unknown' {
  if (scope === Scope.All) return 0
  const tag = SCOPE_TAGS[scope]
  if (!message.has(tag)) return 'missing'
  if (scope !== Scope.Security) {
    return EVERYTHING_HERE.get(scope)!.test(message.string(tag)!) ? 0 : 'unknown'
  }
  const locate = symbols.find(message)
  return locate === 0 || contradictionOfSecurityId(message, 0) !== undefined ? 'unknown' : locate
}
