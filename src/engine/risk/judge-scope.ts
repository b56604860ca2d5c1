/**
 * The limits of one scope against a proposal, one function a limit, in the order in which they are
 * judged. What is open is judged as it would be; a replacement that makes a measure no larger is not
 * refused for it, so that one that is above a lowered limit can be reduced.
 */
import type { RiskProblem } from '../../domain/index.ts'
import { formatPrice, Side } from '../../domain/index.ts'
import { brokenCollar } from './collar.ts'
import type { Proposal } from './proposal.ts'
import type { Scope } from './scope.ts'

/** A limit that a proposal breaks, with what its Text says. */
export interface RiskRefusal {
  readonly problem: RiskProblem
  readonly asked: string
  readonly limit: string
}

type Judge = (scope: Scope, proposal: Proposal) => RiskRefusal | undefined

/** The first limit that is broken; undefined = none. */
export function judgeScope(scope: Scope, proposal: Proposal): RiskRefusal | undefined {
  for (const judge of ORDER_OF_LIMITS) {
    const refusal = judge(scope, proposal)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

const killed: Judge = ({ limits }) =>
  limits.killed === true ? { problem: 'Killed', asked: '', limit: '' } : undefined

const restricted: Judge = (scope, { terms, market }) => {
  if (!scope.restricted.has(terms.locate)) return undefined
  return { problem: 'SymbolRestricted', asked: market.instrument.symbol, limit: '' }
}

const orderQty: Judge = ({ limits }, { terms }) =>
  above('OrderQtyLimit', terms.orderQty, limits.maxOrderQty)

const orderNotional: Judge = ({ limits }, { terms, value }) => {
  if (limits.maxOrderNotional === undefined) return undefined
  const notional = BigInt(terms.orderQty) * BigInt(value)
  return aboveMoney('OrderNotionalLimit', notional, limits.maxOrderNotional)
}

const priceCollar: Judge = ({ limits }, { market, price, stopPx }) => {
  if (price === 0) return undefined
  const limit = brokenCollar(limits, market, price, stopPx)
  return limit === undefined
    ? undefined
    : { problem: 'PriceCollar', asked: formatPrice(price), limit }
}

const duplicate: Judge = ({ limits }, { sinceSame }) => {
  const { duplicateWindowMs: window } = limits
  if (window === undefined || sinceSame >= window) return undefined
  return { problem: 'DuplicateOrder', asked: String(sinceSame), limit: String(window) }
}

const openOrders: Judge = ({ limits, exposure }, { isNew }) =>
  isNew ? above('OpenOrdersLimit', exposure.openOrders + 1, limits.maxOpenOrders) : undefined

const grossOfSymbol: Judge = ({ limits, exposure }, proposal) => {
  if (limits.maxGrossOpenPerSymbol === undefined || !isMore(proposal)) return undefined
  const { buyNotional, sellNotional } = exposure.of(proposal.terms.locate)
  const gross = buyNotional + sellNotional + added(proposal)
  return aboveMoney('GrossOpenOfSymbol', gross, limits.maxGrossOpenPerSymbol)
}

const gross: Judge = ({ limits, exposure }, proposal) => {
  if (limits.maxGrossOpen === undefined || !isMore(proposal)) return undefined
  const { buyNotional, sellNotional } = exposure
  return aboveMoney('GrossOpen', buyNotional + sellNotional + added(proposal), limits.maxGrossOpen)
}

const netOfSymbol: Judge = ({ limits, exposure }, proposal) => {
  if (limits.maxNetOpenPerSymbol === undefined || !isMore(proposal)) return undefined
  const net = sideOf(exposure.of(proposal.terms.locate), proposal) + added(proposal)
  return aboveMoney('NetOpenOfSymbol', net, limits.maxNetOpenPerSymbol)
}

const net: Judge = ({ limits, exposure }, proposal) => {
  if (limits.maxNetOpen === undefined || !isMore(proposal)) return undefined
  return aboveMoney('NetOpen', sideOf(exposure, proposal) + added(proposal), limits.maxNetOpen)
}

const position: Judge = ({ limits, exposure }, { terms, leaves, ownLeaves }) => {
  const { maxPosition: most } = limits
  if (most === undefined || leaves <= ownLeaves) return undefined
  const symbol = exposure.of(terms.locate)
  const more = leaves - ownLeaves
  const isBuy = terms.side === Side.Buy
  const after = isBuy
    ? symbol.position + symbol.buyQty + more
    : symbol.position - symbol.sellQty - more
  if (isBuy ? after <= most : after >= -most) return undefined
  return { problem: 'PositionLimit', asked: String(after), limit: String(isBuy ? most : -most) }
}

const shortSale: Judge = ({ limits, exposure }, { terms, leaves, ownLeaves }) => {
  if (limits.allowShort !== false || terms.side === Side.Buy || leaves <= ownLeaves) {
    return undefined
  }
  const symbol = exposure.of(terms.locate)
  return above('ShortSale', symbol.sellQty + leaves - ownLeaves, symbol.position)
}

const buyingPower: Judge = ({ limits, exposure }, proposal) => {
  if (limits.buyingPower === undefined || proposal.terms.side !== Side.Buy) return undefined
  if (!proposal.isBounded) {
    const limit = formatPrice(limits.buyingPower)
    return { problem: 'BuyingPowerUnbounded', asked: '', limit }
  }
  if (!isMore(proposal)) return undefined
  const used = exposure.powerUsed + exposure.buyNotional + added(proposal)
  return aboveMoney('BuyingPower', used, limits.buyingPower)
}

/** docs/operations/risk.md lists them in this order. */
const ORDER_OF_LIMITS: readonly Judge[] = [
  killed,
  restricted,
  orderQty,
  orderNotional,
  priceCollar,
  duplicate,
  openOrders,
  grossOfSymbol,
  gross,
  netOfSymbol,
  net,
  position,
  shortSale,
  buyingPower,
]

const isMore = ({ notional, ownNotional }: Proposal): boolean => notional > ownNotional
const added = ({ notional, ownNotional }: Proposal): bigint => notional - ownNotional

const sideOf = (
  { buyNotional, sellNotional }: { readonly buyNotional: bigint; readonly sellNotional: bigint },
  { terms }: Proposal,
): bigint => (terms.side === Side.Buy ? buyNotional : sellNotional)

function above(
  problem: RiskProblem,
  asked: number,
  limit: number | undefined,
): RiskRefusal | undefined {
  if (limit === undefined || asked <= limit) return undefined
  return { problem, asked: String(asked), limit: String(limit) }
}

function aboveMoney(problem: RiskProblem, asked: bigint, limit: number): RiskRefusal | undefined {
  if (asked <= BigInt(limit)) return undefined
  return { problem, asked: formatPrice(asked), limit: formatPrice(limit) }
}
