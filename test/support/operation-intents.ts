/**
 * What random operations ask for: halts, collecting and auctions of one instrument or all, and kills; and
 * the plans of days with phases. As with the intents of traders, what it becomes depends on what was said before.
 */
import type { HaltPolicy, TradingPhase } from '../../src/domain/index.ts'
import { HALT_POLICIES } from '../../src/domain/index.ts'
import type {
  OperatorAction,
  OperatorCommand,
  PhaseInstant,
  RecordedTrade,
  KillScope,
  ScopeName,
  TradeAction,
  VenueConfiguration,
} from '../../src/wire/index.ts'
import type { Intent } from './engine-intents.ts'

export const OPERATION_KINDS = [
  'halt',
  'collect',
  'resume',
  'kill',
  'unkill',
  'bust',
  'correct',
  'limits',
  'list',
] as const
export type OperationKind = (typeof OPERATION_KINDS)[number]

/** A halt takes most of the time what can wait. */
const POLICIES: readonly HaltPolicy[] = ['accept', ...HALT_POLICIES]
const REASONS = ['', 'T1', 'LUDP'] as const
/** Of one order; null = as many as it likes. */
const MAX_ORDER_QTY = [null, 450, 800] as const
const SCOPE_KINDS = ['session', 'firm', 'account', 'session', 'account', 'firm', 'venue'] as const

/** A day never ends while orders are collected: a closing auction is always followed by its end. */
const CLOSING: readonly (readonly TradingPhase[])[] = [
  ['pre-open', 'continuous', 'closing-auction', 'post-close', 'closed'],
  ['pre-open', 'continuous', 'closing-auction', 'closed'],
  ['continuous', 'closing-auction', 'post-close'],
  ['pre-open', 'continuous', 'closed'],
]
/** Of days that end without a word, as those without phases do. */
const OPEN_ENDED: readonly (readonly TradingPhase[])[] = [
  ['pre-open', 'continuous'],
  ['continuous'],
]
/** Seconds between two phases, at most; most intents take a millisecond, and some wait. */
const PHASE_SECONDS = 6
/** So many seconds before the day opens its first phase may have begun. */
const LATE_SECONDS = 2

const RESTORES = ['none', 'buy', 'sell', 'none'] as const
/** Trades of which the next one to be busted or corrected is chosen: the latest. */
const LATEST_TRADES = 30
/** One in so many waits behind the end of the day in which the trade was looked up. */
const LATE = 8
/** A number that no trade has. */
const NO_TRADE = 999_999_999

/**
 * What was meant about some trade, about one that there is.
 * @param matchNumbers of all trades, the latest last
 * @param tradeOf looks one up
 */
export function aboutTrade(
  operation: OperatorCommand & TradeAction,
  matchNumbers: readonly number[],
  tradeOf: (matchNumber: number) => RecordedTrade | undefined,
  lotSizeOf: (locate: number) => number,
): OperatorCommand {
  const { matchNumber: pick } = operation
  const latest = matchNumbers.slice(-LATEST_TRADES)
  const matchNumber = latest[pick % (latest.length + 1)] ?? NO_TRADE
  const found = tradeOf(matchNumber)
  if (found === undefined) return { ...operation, matchNumber }
  const trade = pick % LATE === 0 ? asBeforeTheDay(found) : found
  if (operation.action === 'bust') return { ...operation, matchNumber, trade }
  const { price: ticks, quantity: lots } = operation
  const quantity = Math.max(1, trade.quantity + ((lots % 5) - 3) * lotSizeOf(trade.locate))
  const price = Math.max(100, trade.price + ((ticks % 4) - 2) * 100)
  return { ...operation, matchNumber, trade, price, quantity }
}

/** What would have been found while its orders were those of the day. */
function asBeforeTheDay({ buy, sell, ...trade }: RecordedTrade): RecordedTrade {
  const { ended: _, ...bought } = buy
  const { ended: __, ...sold } = sell
  return { ...trade, buy: bought, sell: sold }
}

export class OperationsDesk {
  private readonly venue: VenueConfiguration
  private requests = 0
  private readonly killed: KillScope[] = []
  private readonly split = new Set<string>()
  private readonly limited: ScopeName[] = []

  constructor(venue: VenueConfiguration) {
    this.venue = venue
  }

  say(kind: OperationKind, intent: Intent): OperatorCommand {
    const action = this.actionOf(kind, intent)
    return { requestId: this.requestId(intent), by: 'ops', why: 'test', ...action }
  }

  /** Now and then one that is known, of which the first is forgotten some time. */
  private requestId({ twist, pick }: Intent): string {
    if (twist !== 'idUsedBefore') return `R${++this.requests}`
    return pick % 4 === 0 ? 'R1' : `R${Math.max(1, this.requests - (pick % 4))}`
  }

  private actionOf(kind: OperationKind, intent: Intent): OperatorAction {
    const { lots, ticks } = intent
    const symbol = this.symbolOf(intent)
    switch (kind) {
      case 'halt': {
        const orders = POLICIES[lots % POLICIES.length]!
        return { action: kind, symbol, orders, reason: REASONS[ticks % REASONS.length]! }
      }
      case 'collect':
      case 'resume':
        return { action: kind, symbol }
      case 'kill': {
        const scope = this.killOf(intent)
        this.killed.push(scope)
        return { action: kind, ...scope }
      }
      case 'bust':
      case 'correct':
        return this.changeOf(kind, intent)
      case 'limits': {
        const maxOrderQty = MAX_ORDER_QTY[lots % MAX_ORDER_QTY.length]!
        return { action: 'set-limits', ...this.limitedOf(intent), limits: { maxOrderQty } }
      }
      case 'list':
        return this.listAction(intent)
      case 'unkill': {
        const scope = this.killed.shift() ?? this.scopeOf(intent)
        return { action: kind, ...scope }
      }
    }
  }

  /** Of a trade that whoever knows them chooses by these numbers: `aboutTrade`. */
  private changeOf(action: 'bust' | 'correct', { pick, ticks, lots }: Intent): TradeAction {
    const restore = RESTORES[lots % RESTORES.length]!
    const common = { matchNumber: pick, restore, reason: 'error' }
    return action === 'bust'
      ? { action, ...common }
      : { action, ...common, price: ticks, quantity: lots }
  }

  /** A split and the way back, so that prices stay where traders are; a symbol that comes and goes. */
  private listAction({ twist, pick, locate, lots }: Intent): OperatorAction {
    const { instruments } = this.venue
    const symbol = twist === 'unknownOrder' ? 'NONE' : instruments[locate - 1]!.symbol
    const unlisted = instruments.find(({ listed }) => !listed)
    const kind = pick % 4
    if (kind === 3 || (kind === 2 && unlisted === undefined)) {
      const terms = { priceBandPercent: 10 + (lots % 3), maxOrderQty: 5000 + (lots % 2) }
      return { action: 'change-instrument', symbol, terms }
    }
    if (kind === 2) {
      const { locate: _locate, symbol: gone, channel: _channel, listed: _, ...terms } = unlisted!
      if (lots % 2 === 0) return { action: 'delist-instrument', symbol: gone }
      return { action: 'add-instrument', symbol: gone, terms }
    }
    const isBack = this.split.delete(symbol)
    if (!isBack) this.split.add(symbol)
    return { action: 'split', symbol, into: isBack ? 100 : 101, from: isBack ? 101 : 100 }
  }

  /** What was limited is mostly let go of, so that there is some trading. */
  private limitedOf(intent: Intent): ScopeName {
    const isEnding = MAX_ORDER_QTY[intent.lots % MAX_ORDER_QTY.length] === null
    const scope = (isEnding ? this.limited.shift() : undefined) ?? this.scopeOf(intent)
    if (!isEnding) this.limited.push(scope)
    return scope
  }

  private symbolOf({ twist, pick, locate }: Intent): string {
    if (twist === 'unknownOrder') return 'NONE'
    return pick % 2 === 0 ? '*' : this.venue.instruments[locate - 1]!.symbol
  }

  /** Of a scope, or of a symbol. */
  private killOf(intent: Intent): KillScope {
    const { pick, locate } = intent
    if (pick % 5 !== 0) return this.scopeOf(intent)
    return { kind: 'symbol', firm: '', name: this.venue.instruments[locate - 1]!.symbol }
  }

  private scopeOf({ twist, session, pick }: Intent): ScopeName {
    const { compId, firm, accounts } = this.venue.sessions[session - 1]!
    const kind = SCOPE_KINDS[pick % SCOPE_KINDS.length]!
    if (twist === 'unknownOrder') return { kind: 'firm', firm: '', name: 'NOBODY' }
    const of = {
      venue: { firm: '', name: '' },
      firm: { firm: '', name: firm },
      session: { firm: '', name: compId },
      account: { firm, name: accounts[(pick >> 4) % 2] ?? 'nobody' },
    }
    return { kind, ...of[kind] }
  }
}

/** Of every group of something listed, by the seconds at which phases begin. */
export function randomPlan(venue: VenueConfiguration, pick: number, now: number): PhaseInstant[] {
  const listed = venue.instruments.filter((one) => one.listed)
  const groups = [...new Set(listed.map(({ group = '' }) => group))]
  const shapes = pick % 3 === 0 ? OPEN_ENDED : CLOSING
  const first = now - LATE_SECONDS + ((pick >> 4) % 4)
  const between = 1 + ((pick >> 6) % PHASE_SECONDS)
  const instants = groups.flatMap((group, index) => {
    const shape = shapes[((pick >> 2) + index) % shapes.length]!
    return shape.map((phase, at) => ({ group, phase, seconds: first + index + at * between }))
  })
  return instants.sort((a, b) => a.seconds - b.seconds)
}
