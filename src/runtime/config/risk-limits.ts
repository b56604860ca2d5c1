/**
 * config/limits.yaml: limits of pre-trade risk for the venue, firms, sessions and accounts, read at the
 * start and again on SIGHUP. A scope or symbol that nobody knows is refused: a limit that judges nobody
 * looks like one that does. docs/operations/risk.md.
 */
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { PRICE_DECIMALS, PRICE_MAX, QUANTITY_MAX } from '../../domain/index.ts'
import type { RiskLimits, RiskScope, ScopeLimits } from '../../wire/index.ts'
import { NO_RISK_LIMITS } from '../../wire/index.ts'
import type { InstrumentConfig, SessionConfig } from './config.ts'
import { decimal, flag, integer, list, section, text } from './scalars.ts'
import { INSTRUMENTS_MAX } from './schema.ts'
import { YamlFile } from './yaml-file.ts'

/** 90 billion, in 1/10,000. */
const MONEY_MAX = 900_000_000_000_000
const SHARES_MAX = 1_000_000_000_000
const ORDERS_MAX = 4_000_000
const PERCENT_DECIMALS = 2

const money = () => decimal({ min: 0, max: MONEY_MAX, decimals: PRICE_DECIMALS }).optional()
const shares = (max: number) => integer({ min: 0, max, unit: 'shares' }).optional()
const symbol = () => text(/^[!-~]{1,8}$/, 'a symbol of the instruments')
const position = () =>
  text(/^-?\d{1,12}$/, 'whole shares, below zero for a short position').transform(Number)

/** In the order in which they are judged, then what a count begins at. */
const scopeLimits = section({
  killed: flag().optional(),
  restrictedSymbols: list(symbol(), { what: 'symbols', max: INSTRUMENTS_MAX }).optional(),
  maxOrderQty: shares(QUANTITY_MAX),
  maxOrderNotional: money(),
  priceCollarPercent: decimal({ min: 1, max: 10_000, decimals: PERCENT_DECIMALS }).optional(),
  priceCollarAbsolute: decimal({ min: 1, max: PRICE_MAX, decimals: PRICE_DECIMALS }).optional(),
  duplicateWindowMs: integer({ min: 1, max: 60_000, unit: 'milliseconds' }).optional(),
  maxOpenOrders: integer({ min: 0, max: ORDERS_MAX, unit: 'orders' }).optional(),
  maxGrossOpenPerSymbol: money(),
  maxGrossOpen: money(),
  maxNetOpenPerSymbol: money(),
  maxNetOpen: money(),
  maxPosition: shares(SHARES_MAX),
  allowShort: flag().optional(),
  buyingPower: money(),
  positions: z
    .record(z.string(), position(), { error: 'use a mapping of symbols to shares' })
    .optional(),
  buyingPowerUsed: money(),
})

/** Keys of a scope, in the order of docs/operations/risk.md. */
export const LIMIT_KEYS: readonly string[] = Object.keys(scopeLimits.shape)

/**
 * What operations may set while the exchange runs: every key of a scope but `killed`, which has actions of
 * its own; null = what the file says again.
 */
export const limitChanges = section(
  Object.fromEntries(
    Object.entries(scopeLimits.shape)
      .filter(([key]) => key !== 'killed')
      .map(([key, value]) => [key, value.nullable()]),
  ) as {
    [Key in Exclude<keyof typeof scopeLimits.shape, 'killed'>]: z.ZodNullable<
      (typeof scopeLimits.shape)[Key]
    >
  },
)

const byName = <Value extends z.ZodType>(value: Value, what: string) =>
  z.record(z.string(), value, { error: `use a mapping of ${what}` }).default({})

/** config/limits.yaml */
export const limitsFile = section({
  venue: scopeLimits.optional(),
  firms: byName(scopeLimits, 'firms'),
  sessions: byName(scopeLimits, 'sessions'),
  /** By firm, then by account. */
  accounts: byName(byName(scopeLimits, 'accounts'), 'firms'),
})
type LimitsFile = z.output<typeof limitsFile>

/** What limits may name. */
interface Known {
  readonly instruments: readonly Pick<InstrumentConfig, 'symbol' | 'currency'>[]
  readonly sessions: readonly Pick<SessionConfig, 'firm' | 'senderCompId' | 'accounts'>[]
}

export interface LimitsFilePlace {
  /** Absolute path. */
  readonly path: string
  /** One that does not exist has no limits. */
  readonly isOptional: boolean
}

/** @throws ExchangeError EXC_CONFIG_FILE or EXC_CONFIG_VALUE */
export function loadRiskLimits({ path, isOptional }: LimitsFilePlace, known: Known): RiskLimits {
  if (isOptional && !existsSync(path)) return NO_RISK_LIMITS
  const yaml = new YamlFile(path)
  const file = yaml.parse(limitsFile, {})
  checkNames(yaml, file, known)
  const scopes = scopesOf(file)
  for (const { path: at, scope } of scopes) checkLimits(yaml, at, scope.limits, known)
  return { scopes: scopes.map(({ scope }) => scope) }
}

interface FoundScope {
  readonly path: readonly string[]
  readonly scope: RiskScope
}

/** Wide scopes before narrow ones, each kind in the order of the file. */
function scopesOf({ venue, firms, sessions, accounts }: LimitsFile): FoundScope[] {
  const found: FoundScope[] = []
  const add = (path: string[], scope: Omit<RiskScope, 'limits'>, given: object): void => {
    found.push({ path, scope: { ...scope, limits: withoutNothing(given) } })
  }
  if (venue !== undefined) add(['venue'], { kind: 'venue', firm: '', name: '' }, venue)
  for (const [name, limits] of Object.entries(firms)) {
    add(['firms', name], { kind: 'firm', firm: '', name }, limits)
  }
  for (const [name, limits] of Object.entries(sessions)) {
    add(['sessions', name], { kind: 'session', firm: '', name }, limits)
  }
  for (const [firm, ofFirm] of Object.entries(accounts)) {
    for (const [name, limits] of Object.entries(ofFirm)) {
      add(['accounts', firm, name], { kind: 'account', firm, name }, limits)
    }
  }
  return found
}

/** Equal files give equal records, so keys without a value are not in them. */
const withoutNothing = (limits: object): ScopeLimits =>
  Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined))

function checkNames(yaml: YamlFile, { firms, sessions, accounts }: LimitsFile, known: Known): void {
  const firmNames = new Set(known.sessions.map(({ firm }) => firm))
  const compIds = new Set(known.sessions.map(({ senderCompId }) => senderCompId))
  for (const firm of Object.keys(firms)) {
    if (!firmNames.has(firm)) throw yaml.error(['firms', firm], unknown('firm', firmNames))
  }
  for (const name of Object.keys(sessions)) {
    if (!compIds.has(name)) throw yaml.error(['sessions', name], unknown('session', compIds))
  }
  for (const [firm, ofFirm] of Object.entries(accounts)) {
    if (!firmNames.has(firm)) throw yaml.error(['accounts', firm], unknown('firm', firmNames))
    const own = known.sessions.filter((session) => session.firm === firm)
    const names = new Set(own.flatMap((session) => session.accounts))
    for (const name of Object.keys(ofFirm)) {
      if (!names.has(name)) throw yaml.error(['accounts', firm, name], unknown('account', names))
    }
  }
}

const NAMES_SHOWN_MAX = 10

function unknown(what: string, names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, NAMES_SHOWN_MAX)
  const more = names.size > shown.length ? ` and ${names.size - shown.length} more` : ''
  const use = names.size === 0 ? 'there is none' : `use ${shown.join(', ')}${more}`
  return `is no ${what} of the session files; ${use}`
}

function checkLimits(
  yaml: YamlFile,
  path: readonly string[],
  limits: ScopeLimits,
  { instruments }: Known,
): void {
  const symbols = new Set(instruments.map((one) => one.symbol))
  limits.restrictedSymbols?.forEach((restricted, index) => {
    if (symbols.has(restricted)) return
    throw yaml.error(
      [...path, 'restrictedSymbols', index],
      `is ${restricted}; list that instrument`,
    )
  })
  for (const held of Object.keys(limits.positions ?? {})) {
    if (symbols.has(held)) continue
    throw yaml.error([...path, 'positions', held], 'is no symbol of the instruments')
  }
  const currencies = new Set(instruments.map(({ currency }) => currency))
  for (const limit of ['maxGrossOpen', 'maxNetOpen', 'buyingPower'] as const) {
    if (limits[limit] === undefined || currencies.size === 1) continue
    const money = [...currencies].join(' and ')
    throw yaml.error([...path, limit], `adds ${money}; use limits per symbol, or one currency`)
  }
}
