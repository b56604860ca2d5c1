/** What operations may ask of the naive engine, and whom it has killed. */
import type {
  KillAction,
  OperatorCommand,
  ScopeName,
  VenueConfiguration,
} from '../../src/wire/index.ts'
import type { NaiveMarket } from './naive-market.ts'
import { stateOf } from './naive-market.ts'

/** What a refusal depends on. */
interface Exchange {
  readonly venue: VenueConfiguration
  readonly markets: readonly NaiveMarket[]
  readonly kills: readonly ScopeName[]
}

/** Why it cannot be done, in words; undefined = it can. */
export function refusalOfOperation(
  exchange: Exchange,
  command: OperatorCommand,
): string | undefined {
  if (command.action === 'kill' || command.action === 'unkill')
    return refusalOfKill(exchange, command)
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
  if (action === 'resume') return market.held !== undefined || market.broken !== undefined
  return action === 'halt' || stateOf(market).letter !== 'Q'
}

function refusalOfKill(
  { venue, kills }: Exchange,
  { action, kind, firm, name }: KillAction,
): string | undefined {
  const names = {
    venue: [''],
    firm: venue.sessions.map((session) => session.firm),
    session: venue.sessions.map(({ compId }) => compId),
    account: venue.sessions.filter((one) => one.firm === firm).flatMap(({ accounts }) => accounts),
  }
  if (!names[kind].includes(name)) return `there is no ${kind} ${name}`
  const isKilled = kills.some((one) => isSameScope(one, { kind, firm, name }))
  if (action === 'kill') return isKilled ? 'it is killed already' : undefined
  return isKilled ? undefined : 'operations has not killed it'
}

export const isSameScope = (one: ScopeName, other: ScopeName): boolean =>
  one.kind === other.kind && one.firm === other.firm && one.name === other.name

/** Whether an order is of a scope. @param order its session's number, and its account's or 0 */
export function isOfScope(
  { kind, firm, name }: ScopeName,
  order: { readonly session: number; readonly account: number },
  { sessions }: VenueConfiguration,
): boolean {
  const session = sessions[order.session - 1]!
  switch (kind) {
    case 'venue':
      return true
    case 'firm':
      return session.firm === name
    case 'session':
      return session.compId === name
    case 'account':
      return session.firm === firm && session.accounts[order.account - 1] === name
  }
}

const WIDEST_FIRST = ['venue', 'firm', 'session', 'account'] as const

/** The killed scope that an order would be of, the widest of several. */
export function killOf(
  { kills, venue }: Exchange,
  order: { readonly session: number; readonly account: number },
): ScopeName | undefined {
  return WIDEST_FIRST.map((kind) =>
    kills.find((scope) => scope.kind === kind && isOfScope(scope, order, venue)),
  ).find((scope) => scope !== undefined)
}

/** As a reject names it. */
export const titleOf = ({ kind, name }: ScopeName): string =>
  kind === 'venue' ? 'the venue' : `${kind} ${name}`
