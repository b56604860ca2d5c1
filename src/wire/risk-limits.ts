/**
 * The limits of pre-trade risk: a journal record, as the configuration in force is, so that a limit
 * applies from one command on and a replay judges as was judged. docs/operations/risk.md.
 */

import { setRiskLimits } from './commands.ts'

/** Whose orders a scope's limits judge. */
export type ScopeKind = 'venue' | 'firm' | 'session' | 'account'

/** What is left out does not limit. Money is in 1/10,000, as prices are, and below 2^53. */
export interface ScopeLimits {
  readonly maxOrderQty?: number
  /** OrderQty(38) × price. */
  readonly maxOrderNotional?: number
  /** In 1/100 percent of the price that it is held against. */
  readonly priceCollarPercent?: number
  readonly priceCollarAbsolute?: number
  readonly maxOpenOrders?: number
  /** Open buys and open sells together, in all and of one symbol. */
  readonly maxGrossOpen?: number
  readonly maxGrossOpenPerSymbol?: number
  /** The larger of open buys and open sells: what no cancel can make larger. */
  readonly maxNetOpen?: number
  readonly maxNetOpenPerSymbol?: number
  /** Shares long or short of one symbol, when all that is open on a side were executed. */
  readonly maxPosition?: number
  /** False: open sells need the position. */
  readonly allowShort?: boolean
  readonly restrictedSymbols?: readonly string[]
  readonly duplicateWindowMs?: number
  /** What open buys and executed buys may use, less executed sells. */
  readonly buyingPower?: number
  /** True: no new orders, no replacements, and none that is live. */
  readonly killed?: boolean
  /** Shares by symbol at the moment at which the scope's position begins to count. */
  readonly positions?: Readonly<Record<string, number>>
  /** The same of the buying power. */
  readonly buyingPowerUsed?: number
}

export interface ScopeName {
  readonly kind: ScopeKind
  /** Of an account; empty otherwise. */
  readonly firm: string
  /** Of the firm, the session or the account; empty for the venue. */
  readonly name: string
}

/** Whose orders operations may kill: those of an instrument, too, by its symbol. */
export interface KillScope extends Omit<ScopeName, 'kind'> {
  readonly kind: ScopeKind | 'symbol'
}

export interface RiskScope extends ScopeName {
  readonly limits: ScopeLimits
}

export interface RiskLimits {
  readonly scopes: readonly RiskScope[]
}

/** What operations sets in place of limits of the file; null = what the file says again. */
export type LimitChanges = {
  readonly [Limit in Exclude<keyof ScopeLimits, 'killed'>]?: ScopeLimits[Limit] | null
}

/** What a journal without limits has in force. */
export const NO_RISK_LIMITS: RiskLimits = { scopes: [] }

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const encodeRiskLimits = (limits: RiskLimits): Uint8Array =>
  encoder.encode(JSON.stringify(limits))

/** The limits that the SetRiskLimits record at `at` holds. */
export function riskLimitsAt(view: DataView, at: number): RiskLimits {
  const bodyLength = view.getUint32(at + setRiskLimits.offsets.bodyLength, true)
  const start = view.byteOffset + at + setRiskLimits.length
  return JSON.parse(decoder.decode(new Uint8Array(view.buffer, start, bodyLength))) as RiskLimits
}
