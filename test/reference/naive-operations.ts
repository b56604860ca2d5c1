/** What operations may ask of the naive engine, and whom it has killed. */
import type {
  KillAction,
  KillScope,
  OperatorCommand,
  ScopeName,
  SetLimitsAction,
  VenueConfiguration,
} from '../../src/wire/index.ts'
import { isReferenceAction } from '../../src/wire/index.ts'
import { refusalOfList } from './naive-list.ts'
import type { NaiveMarket } from './naive-market.ts'
import { stateOf } from './naive-market.ts'

/** What a refusal depends on. */
interface Exchange {
  readonly venue: VenueConfiguration
  readonly markets: readonly NaiveMarket[]
  readonly kills: readonly KillScope[]
  readonly sizes: readonly OrderSize[]
}

/** OrderQty(38) that operations lets a scope ask for at most: the one limit that the naive engine has. */
export interface OrderSize {
  readonly scope: ScopeName
  readonly most: number
}

/** Why it cannot be done, in words; undefined = it can. */
export function refusalOfOperation(
  exchange: Exchange,
  command: OperatorCommand,
): string | undefined {
  if (command.action === 'kill' || command.action === 'unkill')
    return refusalOfKill(exchange, command)
  if (command.action === 'set-limits') return refusalOfSize(exchange, command)
  if (isReferenceAction(command)) {
    const market = exchange.markets.find(({ instrument }) => instrument.symbol === command.symbol)
    return refusalOfList(market?.instrument, command)
  }
  if (!('symbol' in command)) throw new Error(`${command.action} is not for the naive engine`)
  const { action, symbol } = command
  const markets = marketsOf(exchange, symbol)
  if (markets.length === 0) return `${symbol} is not listed`
  if (markets.some((market) => isNewTo(market, action))) return undefined
  return action === 'resume' ? 'it is not halted' : 'orders are collected already'
}

/** Listed instruments: one, or with `*` all. */
export const marketsOf = ({ markets }: Exchange, symbol: string): NaiveMarket[] =>
  markets.filter(
    ({ instrument }) => instrument.listed && (symbol === '*' || instrument.symbol === symbol),
  )

/** Whether the action has something to do; a halt may always be for another reason. */
export function isNewTo(market: NaiveMarket, action: 'halt' | 'collect' | 'resume'): boolean {
  if (action === 'resume') {
    return [market.held, market.putOff, market.broken].some((one) => one !== undefined)
  }
  return action === 'halt' || stateOf(market).letter !== 'Q'
}

function refusalOfUnknown(
  { venue, markets }: Exchange,
  { kind, firm, name }: KillScope,
): string | undefined {
  const names = {
    venue: [''],
    firm: venue.sessions.map((session) => session.firm),
    session: venue.sessions.map(({ compId }) => compId),
    symbol: markets.flatMap(({ instrument }) => (instrument.listed ? [instrument.symbol] : [])),
    account: venue.sessions.filter((one) => one.firm === firm).flatMap(({ accounts }) => accounts),
  }
  return names[kind].includes(name) ? undefined : `there is no ${kind} ${name}`
}

function refusalOfSize(exchange: Exchange, action: SetLimitsAction): string | undefined {
  const known = exchange.sizes.find(({ scope }) => isSameScope(scope, action))
  const isSo = (known?.most ?? null) === action.limits.maxOrderQty
  const unknown = refusalOfUnknown(exchange, action)
  return unknown ?? (isSo ? 'operations has set them so already' : undefined)
}

/** The sizes when one is set, or is none any more. */
export function sizesAfter(
  { sizes }: Exchange,
  { kind, firm, name, limits: { maxOrderQty } }: SetLimitsAction,
): OrderSize[] {
  const scope = { kind, firm, name }
  const others = sizes.filter((one) => !isSameScope(one.scope, scope))
  return maxOrderQty == null ? others : [...others, { scope, most: maxOrderQty }]
}

function refusalOfKill(exchange: Exchange, { action, ...scope }: KillAction): string | undefined {
  const unknown = refusalOfUnknown(exchange, scope)
  if (unknown !== undefined) return unknown
  const isKilled = exchange.kills.some((one) => isSameScope(one, scope))
  if (action === 'kill') return isKilled ? 'it is killed already' : undefined
  return isKilled ? undefined : 'operations has not killed it'
}

export const isSameScope = (one: KillScope, other: KillScope): boolean =>
  one.kind === other.kind && one.firm === other.firm && one.name === other.name

/** Numbers of its session and instrument, and of its account or 0. */
interface Meant {
  readonly session: number
  readonly account: number
  readonly locate: number
}

/** Whether an order is of a scope. */
export function isOfScope(
  { kind, firm, name }: KillScope,
  order: Meant,
  { sessions, instruments }: VenueConfiguration,
): boolean {
  const session = sessions[order.session - 1]!
  switch (kind) {
    case 'venue':
      return true
    case 'symbol':
      return instruments[order.locate - 1]!.symbol === name
    case 'firm':
      return session.firm === name
    case 'session':
      return session.compId === name
    case 'account':
      return session.firm === firm && session.accounts[order.account - 1] === name
  }
}

const WIDEST_FIRST = ['venue', 'symbol', 'firm', 'session', 'account'] as const

/** What the scopes that an order would be of have against it, the widest first. */
export function textOfScopes(
  { kills, sizes, venue }: Exchange,
  order: Meant,
  orderQty: number,
): { readonly problem: 'Killed' | 'OrderQtyLimit'; readonly text: string } | undefined {
  for (const kind of WIDEST_FIRST) {
    const isMeant = (scope: KillScope): boolean =>
      scope.kind === kind && isOfScope(scope, order, venue)
    const ofSymbol = kills.find((one) => one.kind === 'symbol' && isOfScope(one, order, venue))
    const killed = kills.find(isMeant) ?? (kind === 'venue' ? ofSymbol : undefined)
    if (killed !== undefined) {
      return { problem: 'Killed', text: `Trading is blocked for ${titleOf(killed)}` }
    }
    const size = sizes.find(({ scope, most }) => isMeant(scope) && orderQty > most)
    if (size === undefined) continue
    const [most, title] = [size.most, titleOf(size.scope)]
    const text = `Order exceeds limit: order quantity ${orderQty} above ${most} of ${title}`
    return { problem: 'OrderQtyLimit', text }
  }
  return undefined
}

/** The widest that is killed, as a Text names it. */
export function killedScopeOf(
  { kills, venue }: Pick<Exchange, 'kills' | 'venue'>,
  order: Meant,
): string | undefined {
  const killed = kills.filter((scope) => isOfScope(scope, order, venue))
  const [widest] = WIDEST_FIRST.flatMap((kind) => killed.filter((scope) => scope.kind === kind))
  return widest && titleOf(widest)
}

/** As a reject names it. */
const titleOf = ({ kind, name }: KillScope): string =>
  kind === 'venue' ? 'the venue' : `${kind} ${name}`
