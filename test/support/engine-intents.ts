/**
 * What random traders mean to do, and the commands that it becomes when it is said: an intent picks
 * among the ids that were used before, so that any list of intents makes sense and fast-check can
 * take intents out of it. Prices are few and ids come back, because interactions are what is tested.
 */
import fc from 'fast-check'
import { OrdType, Side, TimeInForce } from '../../src/domain/index.ts'
import type { VenueConfiguration } from '../../src/wire/index.ts'
import type { EngineCommand, OrderCommand, RequestCommand } from './engine-commands.ts'

/** How many of the ids used last a request may be about, or use again. */
const RECENT_IDS = 16
/** Prices of the traders, in ticks above the first. */
const LOWEST_PRICE = 1_824_600
const TICKS = 8
const LOTS = 9
const PICKS = 2 ** 16
/** Intents between the close of a day and the next. */
const NIGHT = 12

const KINDS = [
  'enter',
  'market',
  'cancel',
  'replace',
  'status',
  'massStatus',
  'massCancel',
  'dontKnow',
  'disconnect',
  'nextDay',
] as const
/** Share of each kind, summed up. */
const KINDS_BY_CHANCE = [
  [0.45, 'enter'],
  [0.48, 'market'],
  [0.6, 'cancel'],
  [0.985, 'replace'],
  [0.995, 'status'],
  [0.9965, 'massStatus'],
  [0.9975, 'massCancel'],
  [0.998, 'dontKnow'],
  [0.999, 'disconnect'],
  [1, 'nextDay'],
] as const
/** What is special about a request. */
const TWISTS = [
  'none',
  'idUsedBefore',
  'resent',
  'possResend',
  'unknownOrder',
  'otherSide',
  'otherInstrument',
  'otherAccount',
  'otherOrdType',
  'otherTimeInForce',
  'otherOrderId',
  'offTick',
  'offLot',
  'tooLarge',
  'noQuantity',
  'noPrice',
  'farPrice',
  'unrepresentable',
] as const
const TIMES_IN_FORCE = Object.values(TimeInForce)

export interface Intent {
  readonly kind: (typeof KINDS)[number]
  readonly twist: (typeof TWISTS)[number]
  readonly session: number
  readonly locate: number
  readonly isBuy: boolean
  readonly ticks: number
  readonly lots: number
  readonly timeInForce: number
  /** Chooses among the ids used last. */
  readonly pick: number
}

/** @param random 0 <= result < 1 */
export function randomIntent(venue: VenueConfiguration, random: () => number): Intent {
  const below = (limit: number): number => Math.floor(random() * limit)
  const chance = random()
  const isBuy = random() < 0.5
  // Where buyers and sellers overlap they trade; the rest waits.
  const ticks = (isBuy ? 0 : 1) + below(TICKS - 1)
  return {
    kind: KINDS_BY_CHANCE.find(([limit]) => chance < limit)![1],
    twist: random() < 0.8 ? 'none' : TWISTS[below(TWISTS.length)]!,
    session: 1 + below(venue.sessions.length),
    locate: 1 + (random() < 0.98 ? below(2) : below(venue.instruments.length)),
    isBuy,
    ticks,
    lots: 1 + below(LOTS),
    timeInForce: TIMES_IN_FORCE[random() < 0.7 ? 0 : below(TIMES_IN_FORCE.length)]!,
    pick: below(PICKS),
  }
}

/** Intents that shrink to quiet ones: an entry without a twist. */
export const anyIntent = (venue: VenueConfiguration): fc.Arbitrary<Intent> =>
  fc.record({
    kind: fc.constantFrom('enter', 'cancel', 'replace', ...KINDS),
    twist: fc.oneof(
      { weight: 3, arbitrary: fc.constant('none' as const) },
      { weight: 1, arbitrary: fc.constantFrom(...TWISTS) },
    ),
    session: fc.integer({ min: 1, max: venue.sessions.length }),
    locate: fc.integer({ min: 1, max: venue.instruments.length }),
    isBuy: fc.boolean(),
    ticks: fc.nat(TICKS - 1),
    lots: fc.integer({ min: 1, max: LOTS }),
    timeInForce: fc.constantFrom(...TIMES_IN_FORCE),
    pick: fc.nat(PICKS - 1),
  })

/** A small seeded generator (mulberry32), 0 <= result < 1. */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What answers repeat: not compared. */
const ECHO = { echo: '790=Q\x01', body: '58=none\x01' } as const

interface Used {
  readonly clOrdId: string
  readonly side: number
  readonly locate: number
  readonly account: number
  readonly ticks: number
}

/** Says intents; knows what was said before, not what became of it. */
export class Desk {
  private readonly venue: VenueConfiguration
  private readonly used = new Map<number, Used[]>()
  private count = 0
  private tradingDate: number
  /** Sessions that are logged on. */
  private readonly present = new Set<number>()
  /** Intents until the next day opens; 0 = it is open. */
  private night = 0

  constructor(venue: VenueConfiguration, tradingDate: number) {
    this.venue = venue
    this.tradingDate = tradingDate
  }

  /** The command of an intent, and before it what it takes: an open day, a session logged on. */
  say(intent: Intent): EngineCommand[] {
    const commands = [...this.morning(), ...this.arrival(intent), this.command(intent)]
    if (intent.kind !== 'disconnect') return commands
    this.present.delete(intent.session)
    // Now and then somebody connects whose Logon is refused.
    const isRefused = intent.pick % 2 === 0
    return isRefused ? [...commands, this.lost(intent.session, !intent.isBuy)] : commands
  }

  private morning(): EngineCommand[] {
    if (this.night === 0 || --this.night > 0) return []
    this.tradingDate++
    return [{ kind: 'openDay', tradingDate: this.tradingDate }]
  }

  private arrival({ session }: Intent): EngineCommand[] {
    if (this.present.has(session)) return []
    this.present.add(session)
    return [{ kind: 'logOn', session, resetSeqNum: false }]
  }

  private lost(session: number, graceful: boolean): EngineCommand {
    return { kind: 'disconnect', session, graceful }
  }

  private command(intent: Intent): EngineCommand {
    switch (intent.kind) {
      case 'disconnect':
        return this.lost(intent.session, intent.isBuy)
      case 'nextDay':
        if (this.night === 0) this.night = NIGHT
        return { kind: 'closeDay' }
      case 'enter':
      case 'market':
        return this.enter(intent)
      case 'cancel':
      case 'replace':
        return this.change(intent)
      case 'status':
        return this.askForOrder(intent)
      case 'massStatus':
        return { kind: 'massStatus', account: intent.lots % 3, ...this.selected(intent), ...ECHO }
      case 'massCancel':
        return this.massCancel(intent)
      case 'dontKnow':
        return this.doubt(intent)
    }
  }

  private enter(intent: Intent): OrderCommand {
    const account = intent.lots % 3
    const side = intent.isBuy ? Side.Buy : Side.Sell
    const told = { side, locate: intent.locate, account, ticks: intent.ticks }
    const request = this.request(intent, told)
    const terms = { ...told, ...this.termsOf(intent, told) }
    const isMarket = intent.kind === 'market'
    const ordType = isMarket ? OrdType.Market : OrdType.Limit
    const price = isMarket ? 0 : terms.price
    return { kind: 'enter', ...request, ...terms, ordType, price, timeInForce: intent.timeInForce }
  }

  private change(intent: Intent): OrderCommand {
    const { twist } = intent
    const about = this.pick(intent)
    const ticks = intent.pick % 2 === 0 ? about.ticks : intent.ticks
    const told = { ...about, ticks }
    const request = this.request(intent, told)
    const terms = { ...told, ...this.termsOf(intent, told) }

    if (twist === 'otherSide') terms.side = about.side === Side.Buy ? Side.Sell : Side.Buy
    if (twist === 'otherInstrument') {
      terms.locate = (about.locate % this.venue.instruments.length) + 1
    }
    if (twist === 'otherAccount') terms.account++
    const origClOrdId = twist === 'unknownOrder' ? 'unknown' : about.clOrdId
    const orderId = twist === 'otherOrderId' ? 999_999_999 : 0
    const ids = { ...request, origClOrdId, orderId }
    if (intent.kind === 'cancel') return { ...terms, kind: 'cancel', ...ids }

    const ordType = twist === 'otherOrdType' ? OrdType.Market : OrdType.Limit
    const timeInForce =
      twist === 'otherTimeInForce'
        ? intent.timeInForce
        : TIMES_IN_FORCE[TIMES_IN_FORCE.indexOf(intent.timeInForce) % 2]!
    return { ...terms, kind: 'replace', ...ids, ordType, timeInForce }
  }

  private askForOrder(intent: Intent): RequestCommand {
    const { session, twist, pick } = intent
    const clOrdId = twist === 'unknownOrder' ? 'unknown' : this.pick(intent).clOrdId
    // Some order of the day, of whomever; mostly another than the one named.
    const orderId = twist === 'otherOrderId' ? pick % (this.count + 1) : 0
    return { kind: 'status', session, clOrdId, orderId, ...ECHO }
  }

  private massCancel(intent: Intent): RequestCommand {
    const told = { side: Side.Buy, account: 0, ticks: 0 }
    const { clOrdId } = this.request(intent, { ...told, locate: intent.locate })
    return { kind: 'massCancel', clOrdId, reason: 0, body: '', ...this.selected(intent) }
  }

  /** Some report, given out or not yet, of whomever. */
  private doubt({ session, pick, ticks }: Intent): RequestCommand {
    const execId = pick % (this.count + 2)
    const about = {
      session,
      execId,
      orderId: (pick >> 2) % (this.count + 2),
      dkReason: 0x41 + ticks,
    }
    return { kind: 'dontKnow', ...about, reject: '58=unknown\x01', text: '' }
  }

  /** Which orders a request about many means: one side of an instrument, now and then more. */
  private selected({ session, locate, isBuy, pick }: Intent) {
    const side = isBuy ? Side.Buy : Side.Sell
    return { session, locate: pick % 3 === 0 ? 0 : locate, side: pick % 4 === 0 ? 0 : side }
  }

  /** Ids of a request, remembered for requests to come. */
  private request({ session, twist, pick }: Intent, told: Omit<Used, 'clOrdId'>) {
    const recent = this.used.get(session) ?? []
    const repeated = recent[(pick >> 4) % Math.max(1, recent.length)]
    const repeats = (twist === 'idUsedBefore' || twist === 'resent') && repeated !== undefined
    const clOrdId = repeats ? repeated.clOrdId : `C${++this.count}`
    if (!repeats) this.used.set(session, [...recent.slice(1 - RECENT_IDS), { ...told, clOrdId }])
    return { session, clOrdId, possResend: twist === 'resent' || twist === 'possResend' }
  }

  private pick({ session, pick, locate, ticks, isBuy }: Intent): Used {
    const recent = this.used.get(session) ?? []
    const side = isBuy ? Side.Buy : Side.Sell
    const nobody = { clOrdId: 'nobody', side, locate, account: 0, ticks }
    return recent[(pick >> 4) % Math.max(1, recent.length)] ?? nobody
  }

  /** Price and quantity, with what is wrong with them. */
  private termsOf({ twist, lots, pick }: Intent, { locate, ticks }: Omit<Used, 'clOrdId'>) {
    const { lotSize, tickSize, maxOrderQty } = this.venue.instruments[locate - 1]!
    const terms = { orderQty: lots * lotSize, price: LOWEST_PRICE + ticks * tickSize }
    if (twist === 'offTick') terms.price += 1
    if (twist === 'offLot') terms.orderQty += 1
    if (twist === 'tooLarge') terms.orderQty = maxOrderQty + lotSize
    if (twist === 'noQuantity') terms.orderQty = 0
    if (twist === 'noPrice') terms.price = 0
    if (twist === 'farPrice') terms.price = (pick % 2 === 0 ? 5 : 50_000) * tickSize
    if (twist === 'unrepresentable' && pick % 2 === 0) terms.price = -1 - (pick % 3)
    if (twist === 'unrepresentable' && pick % 2 === 1) terms.orderQty = -1 - (pick % 3)
    return terms
  }
}
