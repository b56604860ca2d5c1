/**
 * The limits of one scope against a proposal, one function a limit, in the order in which they are
 * judged. What is open is judged as it would be; a replacement that makes a measure no larger is not
 * refused for it, so that one that is above a lowered limit can be reduced.
 */
import type { RiskProblem } from '../../domain/index.ts'
import { formatPrice, RISK_ROWS } from '../../domain/index.ts'
import type { ScopeLimits } from '../../wire/index.ts'
import { brokenCollar } from './collar.ts'
import type { Proposal } from './proposal.ts'
import type { Scope } from './scope.ts'

/** A limit that a proposal breaks, with what its Text says. */
export interface RiskRefusal {
  readonly problem: RiskProblem
  readonly asked: string
  readonly limit: string
  /** Instead of the scope's title. */
  readonly of?: string
}

export type Judge = (scope: Scope, proposal: Proposal) => RiskRefusal | undefined

/** The first limit that is broken; undefined = none. */
export function judgeScope(scope: Scope, proposal: Proposal): RiskRefusal | undefined {
  for (const judge of scope.judges) {
    const refusal = judge(scope, proposal)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** Text(58) of a refusal. */
export const textOf = ({ problem, asked, limit, of }: RiskRefusal, { title }: Scope): string =>
  RISK_ROWS[problem].text
    .replace('{asked}', () => asked)
    .replace('{limit}', () => limit)
    .replace('{scope}', () => of ?? title)

/** Those whose limits are given. @param killsSymbols whether some symbols are killed besides them */
export function judgesOf(limits: ScopeLimits, killsSymbols: boolean): Judge[] {
  const isGiven = (key: keyof ScopeLimits): boolean =>
    limits[key] !== undefined || (killsSymbols && key === 'killed')
  return ORDER_OF_LIMITS.filter(([keys]) => keys.some(isGiven)).map(([, judge]) => judge)
}

const killed: Judge = (scope, { locate }) => {
  const of = scope.killFor(locate)
  return of === undefined ? undefined : { problem: 'Killed', asked: '', limit: '', of }
}

const restricted: Judge = (scope, { locate, market }) => {
  if (!scope.restricted.has(locate)) return undefined
  return { problem: 'SymbolRestricted', asked: market.instrument.symbol, limit: '' }
}

const orderQty: Judge = ({ limits }, proposal) =>
  above('OrderQtyLimit', proposal.orderQty, limits.maxOrderQty!)

const orderNotional: Judge = ({ limits }, proposal) => {
  const notional = BigInt(proposal.orderQty) * BigInt(proposal.value)
  return aboveMoney('OrderNotionalLimit', notional, limits.maxOrderNotional!)
}

const priceCollar: Judge = ({ limits }, { market, price, stopPx }) => {
  if (price === 0) return undefined
  const limit = brokenCollar(limits, market, price, stopPx)
  return limit === undefined
    ? undefined
    : { problem: 'PriceCollar', asked: formatPrice(price), limit }
}

const duplicate: Judge = ({ limits }, { sinceSame }) => {
  const window = limits.duplicateWindowMs!
  if (sinceSame >= window) return undefined
  return { problem: 'DuplicateOrder', asked: String(sinceSame), limit: String(window) }
}

const openOrders: Judge = ({ limits, exposure }, { isNew }) =>
  isNew ? above('OpenOrdersLimit', exposure.openOrders + 1, limits.maxOpenOrders!) : undefined

const grossOfSymbol: Judge = ({ limits, exposure }, proposal) => {
  const { buyNotional, sellNotional } = exposure.of(proposal.locate)
  const open = buyNotional + sellNotional
  return grown('GrossOpenOfSymbol', open, proposal, limits.maxGrossOpenPerSymbol!)
}

const gross: Judge = ({ limits, exposure }, proposal) => {
  const open = exposure.buyNotional + exposure.sellNotional
  return grown('GrossOpen', open, proposal, limits.maxGrossOpen!)
}

const netOfSymbol: Judge = ({ limits, exposure }, proposal) => {
  const { buyNotional, sellNotional } = exposure.of(proposal.locate)
  const open = proposal.isBuy ? buyNotional : sellNotional
  return grown('NetOpenOfSymbol', open, proposal, limits.maxNetOpenPerSymbol!)
}

const net: Judge = ({ limits, exposure }, proposal) => {
  const open = proposal.isBuy ? exposure.buyNotional : exposure.sellNotional
  return grown('NetOpen', open, proposal, limits.maxNetOpen!)
}

const position: Judge = ({ limits, exposure }, { locate, isBuy, addedQty }) => {
  if (addedQty <= 0) return undefined
  const most = limits.maxPosition!
  const symbol = exposure.of(locate)
  const after = isBuy
    ? symbol.position + symbol.buyQty + addedQty
    : symbol.position - symbol.sellQty - addedQty
  if (isBuy ? after <= most : after >= -most) return undefined
  return { problem: 'PositionLimit', asked: String(after), limit: String(isBuy ? most : -most) }
}

const shortSale: Judge = ({ limits, exposure }, { locate, isBuy, addedQty }) => {
  if (limits.allowShort === true || isBuy || addedQty <= 0) return undefined
  const symbol = exposure.of(locate)
  return above('ShortSale', symbol.sellQty + addedQty, symbol.position)
}

const buyingPower: Judge = ({ limits, exposure }, proposal) => {
  if (!proposal.isBuy) return undefined
  const limit = limits.buyingPower!
  if (!proposal.isBounded) {
    return { problem: 'BuyingPowerUnbounded', asked: '', limit: formatPrice(limit) }
  }
  return grown('BuyingPower', exposure.powerUsed + exposure.buyNotional, proposal, limit)
}

/** docs/operations/risk.md lists them in this order. */
const ORDER_OF_LIMITS: readonly (readonly [readonly (keyof ScopeLimits)[], Judge])[] = [
  [['killed'], killed],
  [['restrictedSymbols'], restricted],
  [['maxOrderQty'], orderQty],
  [['maxOrderNotional'], orderNotional],
  [['priceCollarPercent', 'priceCollarAbsolute'], priceCollar],
  [['duplicateWindowMs'], duplicate],
  [['maxOpenOrders'], openOrders],
  [['maxGrossOpenPerSymbol'], grossOfSymbol],
  [['maxGrossOpen'], gross],
  [['maxNetOpenPerSymbol'], netOfSymbol],
  [['maxNetOpen'], net],
  [['maxPosition'], position],
  [['allowShort'], shortSale],
  [['buyingPower'], buyingPower],
]

function above(problem: RiskProblem, asked: number, limit: number): RiskRefusal | undefined {
  if (asked <= limit) return undefined
  return { problem, asked: String(asked), limit: String(limit) }
}

function aboveMoney(problem: RiskProblem, asked: bigint, limit: number): RiskRefusal | undefined {
  if (asked <= BigInt(limit)) return undefined
  return { problem, asked: formatPrice(asked), limit: formatPrice(limit) }
}

/** @param open what counts for the limit now, and would with what the proposal adds */
function grown(
  problem: RiskProblem,
  open: bigint,
  { addedNotional }: Proposal,
  limit: number,
): RiskRefusal | undefined {
  return addedNotional > 0n ? aboveMoney(problem, open + addedNotional, limit) : undefined
}
