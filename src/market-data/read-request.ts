/** What a MarketDataRequest(V) asks for, or why it cannot have it. docs/protocols/market-data.md */
import type { FixMessage } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'
import { EntryType } from './subscription.ts'

/** MDReqRejReason(281) */
export const RejectReason = {
  UnknownSymbol: '0',
  DuplicateId: '1',
  InsufficientBandwidth: '2',
  MarketDepth: '5',
  UpdateType: '6',
  AggregatedBook: '7',
  EntryType: '8',
  TradingSession: '9',
  Scope: 'A',
  OpenCloseSettleFlag: 'B',
  ImplicitDelete: 'C',
} as const

/** SubscriptionRequestType(263) */
export const SubscriptionType = { Snapshot: '0', Subscribe: '1', Unsubscribe: '2' } as const

/** MDUpdateType(265) */
const INCREMENTAL = '1'

/**
 * MarketDepth(264) up to which the levels are counted; 0 is all of them. Each depth of an instrument that
 * somebody has asked for is compared in each round.
 */
export const MARKET_DEPTH_MAX = 20

/** MarketDataRequestReject(Y): MDReqRejReason(281) and Text(58). */
export interface RequestRefusal {
  readonly reason?: string
  readonly text: string
}

/** What is asked for, once nothing is wrong with it. */
export interface RequestedData {
  readonly isSubscription: boolean
  readonly isIncremental: boolean
  /** 0 = all levels. */
  readonly depth: number
  readonly entryTypes: ReadonlySet<string>
  readonly symbols: ReadonlySet<string>
}

const OFFERED_TYPES: readonly string[] = Object.values(EntryType)

/** @param message a V that the dictionary has nothing against, with 263 = 0 or 1 */
export function readRequest(message: FixMessage): RequestedData | RequestRefusal {
  const isSubscription = message.string(Tag.SubscriptionRequestType) === SubscriptionType.Subscribe
  const depth = message.int(Tag.MarketDepth) ?? -1
  if (depth < 0 || depth > MARKET_DEPTH_MAX) {
    const text = `Unsupported MarketDepth(264): 0, or 1 to ${MARKET_DEPTH_MAX}, is offered`
    return { reason: RejectReason.MarketDepth, text }
  }
  if (isSubscription && !message.has(Tag.MDUpdateType)) {
    return { reason: RejectReason.UpdateType, text: 'A subscription needs MDUpdateType(265)' }
  }
  const refusal = refusalOfTerms(message)
  if (refusal !== undefined) return refusal

  const entryTypes = valuesOf(message, Tag.MDEntryType)
  for (const type of entryTypes) {
    if (!OFFERED_TYPES.includes(type)) {
      const text = `Unsupported MDEntryType(269)=${type}: 0, 1 and 2 are offered`
      return { reason: RejectReason.EntryType, text }
    }
  }
  const symbols = valuesOf(message, Tag.Symbol)
  const isIncremental = message.string(Tag.MDUpdateType) === INCREMENTAL
  return { isSubscription, isIncremental, depth, entryTypes, symbols }
}

/** What the venue has one kind of only. */
function refusalOfTerms(message: FixMessage): RequestRefusal | undefined {
  if (message.has(Tag.AggregatedBook) && !message.flag(Tag.AggregatedBook)) {
    const text = 'AggregatedBook(266)=N is not offered: the feed has the orders'
    return { reason: RejectReason.AggregatedBook, text }
  }
  if (message.has(Tag.OpenCloseSettlFlag)) {
    return unsupported(RejectReason.OpenCloseSettleFlag, 'OpenCloseSettlFlag(286)')
  }
  if (message.has(Tag.Scope)) return unsupported(RejectReason.Scope, 'Scope(546)')
  if (message.flag(Tag.MDImplicitDelete)) {
    return unsupported(RejectReason.ImplicitDelete, 'MDImplicitDelete(547)=Y')
  }
  if (message.has(Tag.NoTradingSessions)) {
    return unsupported(RejectReason.TradingSession, 'TradingSessionID(336)')
  }
  return undefined
}

const unsupported = (reason: string, what: string): RequestRefusal => ({
  reason,
  text: `${what} is not offered`,
})

/** The values of a field of a repeating group. */
function valuesOf(message: FixMessage, tag: number): Set<string> {
  return new Set(
    message
      .toFields()
      .filter(([each]) => each === tag)
      .map(([, value]) => value),
  )
}
