/**
 * What random traders mean to do, and the commands that it becomes when it is said: an intent picks
 * among the ids that were used before, so that any list of intents makes sense and fast-check can
 * take intents out of it. Prices are few and ids come back, because interactions are what is tested.
 */
import fc from 'fast-check'
import {
  isForAuction,
  oppositeSide,
  OrdType,
  Side,
  StpInstruction,
  TimeInForce,
} from '../../src/domain/index.ts'
import type { VenueConfiguration } from '../../src/wire/index.ts'
import { ExecInstBit } from '../../src/wire/index.ts'
import type { Conditions, EngineCommand, OrderCommand, RequestCommand } from './engine-commands.ts'
import { OPERATION_KINDS, OperationsDesk, randomPlan } from './operation-intents.ts'

/** How many of the ids used last a request may be about, or use again. */
const RECENT_IDS = 16
/** Prices of the traders, in ticks above the first. */
const LOWEST_PRICE = 1_824_600
const TICKS = 8
const LOTS = 9
const PICKS = 2 ** 16
/** Intents of a day, at most: fewer than it remembers ids of refused requests. */
const DAY = 3000
/** Intents between the close of a day and the next. */
const NIGHT = 12

const KINDS = [
  'enter',
  'market',
  'leftOver',
  'stop',
  'stopLimit',
  'large',
  'cancel',
  'replace',
  'wait',
  'status',
  'massStatus',
  'massCancel',
  'dontKnow',
  'disconnect',
  'nextDay',
  ...OPERATION_KINDS,
] as const
/** Share of each kind, summed up. */
const KINDS_BY_CHANCE = [
  [0.34, 'enter'],
  [0.37, 'market'],
  [0.39, 'leftOver'],
  [0.43, 'stop'],
  [0.48, 'stopLimit'],
  [0.49, 'large'],
  [0.61, 'cancel'],
  [0.95, 'replace'],
  [0.953, 'bust'],
  [0.956, 'correct'],
  [0.958, 'halt'],
  [0.96, 'collect'],
  [0.971, 'resume'],
  [0.9715, 'kill'],
  [0.976, 'unkill'],
  [0.9768, 'list'],
  [0.977, 'limits'],
  [0.985, 'wait'],
  [0.995, 'status'],
  [0.9965, 'massStatus'],
  [0.9972, 'massCancel'],
  [0.9975, 'dontKnow'],
  [0.999, 'disconnect'],
  [1, 'nextDay'],
] as const
const ORD_TYPES = {
  enter: OrdType.Limit,
  large: OrdType.Limit,
  market: OrdType.Market,
  leftOver: OrdType.MarketWithLeftOverAsLimit,
  stop: OrdType.Stop,
  stopLimit: OrdType.StopLimit,
} as const
type EnterKind = keyof typeof ORD_TYPES
/** A large order is for so many times as much: it meets all that icebergs hide, and sets off stops. */
const LARGE = 10
/** Seconds until an order's ExpireTime(126), and seconds that pass. */
const SECONDS = 4
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
  'wrongStopPx',
  'wrongMinQty',
  'wrongMaxFloor',
  'tooLate',
] as const
/** Self-trade prevention that orders ask for themselves: groups of their own, and what is to be done. */
const STP_GROUPS = ['', 'DESK', 'ACME'] as const
const STP_INSTRUCTIONS = [0, ...Object.values(StpInstruction)]
const TIMES_IN_FORCE = Object.values(TimeInForce)
/** Of orders that wait: those that a replacement may ask for. */
const WAITING = [TimeInForce.Day, TimeInForce.GoodTillCancel, TimeInForce.GoodTillDate] as const

export interface Intent {
  readonly kind: (typeof KINDS)[number]
  readonly twist: (typeof TWISTS)[number]
  readonly session: number
  readonly locate: number
  readonly isBuy: boolean
  readonly ticks: number
  readonly lots: number
  readonly timeInForce: number
  /** StopPx(99) of a stop, in ticks. */
  readonly stopTicks: number
  /** MaxFloor(111) and MinQty(110), where the order can have them; 0 = none. */
  readonly floorLots: number
  readonly minLots: number
  /** Until when it is good, in seconds or days. */
  readonly until: number
  /** ExecInst(18), as far as the order can have it. */
  readonly execInst: number
  /** Places in STP_GROUPS and STP_INSTRUCTIONS. */
  readonly group: number
  readonly instruction: number
  /** Chooses among the ids used last. */
  readonly pick: number
}

/** @param random 0 <= result < 1 */
export function randomIntent(venue: VenueConfiguration, random: () => number): Intent {
  const below = (limit: number): number => Math.floor(random() * limit)
  const chance = random()
  // They are in front of those that are not.
  const listed = venue.instruments.filter((one) => one.listed).length
  const isBuy = random() < 0.5
  // Where buyers and sellers overlap they trade; the rest waits.
  const ticks = (isBuy ? 0 : 1) + below(TICKS - 1)
  return {
    kind: KINDS_BY_CHANCE.find(([limit]) => chance < limit)![1],
    twist: random() < 0.8 ? 'none' : TWISTS[below(TWISTS.length)]!,
    session: 1 + below(venue.sessions.length),
    locate: 1 + below(random() < 0.98 ? listed : venue.instruments.length),
    isBuy,
    ticks,
    lots: 1 + below(LOTS),
    timeInForce: TIMES_IN_FORCE[random() < 0.6 ? 0 : below(TIMES_IN_FORCE.length)]!,
    // Most wait where they are reached after some trades.
    stopTicks: (isBuy ? 2 : 0) + below(TICKS - 2),
    floorLots: random() < 0.7 ? 0 : 1 + below(3),
    minLots: random() < 0.5 ? 0 : 1 + below(LOTS),
    until: below(SECONDS),
    execInst: random() < 0.8 ? 0 : below(16),
    group: random() < 0.9 ? 0 : below(STP_GROUPS.length),
    instruction: random() < 0.7 ? 0 : below(STP_INSTRUCTIONS.length),
    pick: below(PICKS),
  }
}

/** Intents that shrink to quiet ones: an entry without a twist. */
export const anyIntent = (venue: VenueConfiguration): fc.Arbitrary<Intent> =>
  fc.record({
    kind: fc.constantFrom('enter', 'stop', 'stopLimit', 'cancel', 'replace', ...KINDS),
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
    stopTicks: fc.nat(TICKS - 1),
    floorLots: fc.nat(3),
    minLots: fc.nat(LOTS),
    until: fc.nat(SECONDS - 1),
    execInst: fc.nat(15),
    group: fc.nat(STP_GROUPS.length - 1),
    instruction: fc.nat(STP_INSTRUCTIONS.length - 1),
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
  readonly ordType: number
  readonly stopTicks: number
  readonly floorLots: number
  readonly timeInForce: number
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
  /** Intents since the day opened. */
  private ofDay = 0
  /** Seconds since 1970. */
  private now = 0
  /** When the last phase of the day begins. */
  private lastPhase = 0
  private readonly operations: OperationsDesk

  constructor(venue: VenueConfiguration, tradingDate: number) {
    this.venue = venue
    this.operations = new OperationsDesk(venue)
    this.tradingDate = tradingDate
  }

  /**
   * The command of an intent, and before it what it takes: an open day, a session logged on.
   * @param now seconds since 1970
   */
  say(asked: Intent, now: number): EngineCommand[] {
    this.now = now
    const isOver = ++this.ofDay > DAY
    const intent = isOver ? { ...asked, kind: 'nextDay' as const } : asked
    const before = [...this.morning(intent), ...this.evening(intent), ...this.arrival(intent)]
    const commands = [...before, this.command(intent)]
    if (intent.kind !== 'disconnect') return commands
    this.present.delete(intent.session)
    // Now and then somebody connects whose Logon is refused.
    const isRefused = intent.pick % 2 === 0
    return isRefused ? [...commands, this.lost(intent.session, !intent.isBuy)] : commands
  }

  private morning({ pick }: Intent): EngineCommand[] {
    if (this.night === 0 || --this.night > 0) return []
    this.ofDay = 0
    // Now and then there is a day between, which is no trading day.
    this.tradingDate += this.tradingDate % 3 === 0 ? 2 : 1
    const isPhased = pick % 3 === 0
    const opened = { kind: 'openDay', tradingDate: this.tradingDate, isPhased } as const
    if (!isPhased) return [opened]
    const phases = randomPlan(this.venue, pick >> 2, this.now)
    this.lastPhase = phases.at(-1)!.seconds
    return [opened, { kind: 'planDay', plan: { phases } }]
  }

  /** A day ends when the last of its phases has begun. */
  private evening({ kind }: Intent): EngineCommand[] {
    const seconds = this.lastPhase - this.now
    return kind === 'nextDay' && seconds > 0 ? [{ kind: 'wait', seconds }] : []
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
      case 'wait':
        return { kind: 'wait', seconds: intent.until }
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
      case 'resume':
        // At night there is no market to go back to.
        if (this.night > 0) return { kind: 'wait', seconds: 0 }
        return { kind: 'operate', operation: this.operations.say(intent.kind, intent) }
      case 'halt':
      case 'collect':
      case 'kill':
      case 'unkill':
      case 'bust':
      case 'correct':
      case 'limits':
      case 'list':
        return { kind: 'operate', operation: this.operations.say(intent.kind, intent) }
      default:
        return this.enter(intent, intent.kind)
    }
  }

  private enter(intent: Intent, kind: EnterKind): OrderCommand {
    const account = intent.lots % 3
    const side = intent.isBuy ? Side.Buy : Side.Sell
    const ordType = ORD_TYPES[kind]
    const { locate, ticks, stopTicks } = intent
    const timeInForce = timeInForceOf(intent, ordType)
    const floorLots = canWait(ordType, timeInForce) ? intent.floorLots : 0
    const told = { side, locate, account, ticks, ordType, stopTicks, floorLots, timeInForce }
    const request = this.request(intent, told)
    const terms = this.termsOf(intent, told)
    if (kind === 'large' && terms.orderQty > 0) terms.orderQty *= LARGE
    const conditions = this.conditionsOf(intent, told, timeInForce)
    return { kind: 'enter', ...request, ...told, ...terms, conditions }
  }

  private change(intent: Intent): OrderCommand {
    const { twist, pick } = intent
    const about = this.pick(intent)
    const told = {
      ...about,
      ticks: pick % 2 === 0 ? about.ticks : intent.ticks,
      stopTicks: pick % 4 < 3 ? about.stopTicks : intent.stopTicks,
      floorLots: pick % 8 < 6 ? about.floorLots : intent.floorLots,
    }
    if (twist === 'otherOrdType') told.ordType = ORD_TYPES[pick % 2 === 0 ? 'market' : 'stop']
    const request = this.request(intent, told)
    const terms = { ...told, ...this.termsOf(intent, told) }

    if (twist === 'otherSide') terms.side = oppositeSide(about.side)
    if (twist === 'otherInstrument') {
      terms.locate = (about.locate % this.venue.instruments.length) + 1
    }
    if (twist === 'otherAccount') terms.account++
    const origClOrdId = twist === 'unknownOrder' ? 'unknown' : about.clOrdId
    const orderId = twist === 'otherOrderId' ? 999_999_999 : 0
    const ids = { ...request, origClOrdId, orderId }
    if (intent.kind === 'cancel') return { ...terms, kind: 'cancel', ...ids }

    const timeInForce = replacedTimeInForce(intent, about)
    const conditions = this.conditionsOf(intent, told, timeInForce)
    return { ...terms, kind: 'replace', ...ids, timeInForce, conditions }
  }

  private askForOrder(intent: Intent): RequestCommand {
    const { session, twist, pick } = intent
    const clOrdId = twist === 'unknownOrder' ? 'unknown' : this.pick(intent).clOrdId
    // Some order of the day, of whomever; mostly another than the one named.
    const orderId = twist === 'otherOrderId' ? pick % (this.count + 1) : 0
    return { kind: 'status', session, clOrdId, orderId, ...ECHO }
  }

  private massCancel(intent: Intent): RequestCommand {
    const { locate } = intent
    const terms = {
      ordType: OrdType.Limit,
      stopTicks: 0,
      floorLots: 0,
      timeInForce: TimeInForce.Day,
    }
    const told = { side: Side.Buy, account: 0, ticks: 0, locate, ...terms }
    const { clOrdId } = this.request(intent, told)
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
  private request({ session, twist, pick }: Intent, told: Told) {
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
    const limit = {
      ordType: OrdType.Limit,
      stopTicks: 0,
      floorLots: 0,
      timeInForce: TimeInForce.Day,
    }
    const nobody = { clOrdId: 'nobody', side, locate, account: 0, ticks, ...limit }
    return recent[(pick >> 4) % Math.max(1, recent.length)] ?? nobody
  }

  /** Price and quantity, with what is wrong with them. */
  private termsOf({ twist, lots, pick }: Intent, { locate, ticks, ordType }: Told) {
    const { lotSize, tickSize, maxOrderQty } = this.venue.instruments[locate - 1]!
    const terms = { orderQty: lots * lotSize, price: LOWEST_PRICE + ticks * tickSize }
    if (twist === 'offTick') terms.price += 1
    if (twist === 'offLot') terms.orderQty += 1
    if (twist === 'tooLarge') terms.orderQty = maxOrderQty + lotSize
    if (twist === 'noQuantity') terms.orderQty = 0
    if (twist === 'noPrice') terms.price = 0
    if (twist === 'farPrice') terms.price = (pick % 2 === 0 ? 1 : 50_000) * tickSize
    if (twist === 'unrepresentable' && pick % 2 === 0) terms.price = -1 - (pick % 3)
    if (twist === 'unrepresentable' && pick % 2 === 1) terms.orderQty = -1 - (pick % 3)
    const isPriced = ordType === OrdType.Limit || ordType === OrdType.StopLimit
    // With a price it is a limit order from the beginning.
    const isLimited = ordType === OrdType.MarketWithLeftOverAsLimit && lots === 1
    if (!isPriced && !isLimited) terms.price = 0
    return terms
  }

  /** Conditions that go together, as the acceptor sees to it, with what is wrong with them. */
  private conditionsOf(intent: Intent, told: Told, timeInForce: number): Partial<Conditions> {
    const { twist, pick, lots, minLots, until } = intent
    const { ordType, floorLots, stopTicks, locate } = told
    const { lotSize, tickSize } = this.venue.instruments[locate - 1]!
    const isStop = ordType === OrdType.Stop || ordType === OrdType.StopLimit
    const wrong = (right: number): number => [-1, -2, -3, right + 1][pick % 4]!
    const conditions = {
      stopPx: isStop ? LOWEST_PRICE + stopTicks * tickSize : 0,
      minQty: timeInForce === TimeInForce.ImmediateOrCancel ? Math.min(minLots, lots) * lotSize : 0,
      maxFloor: canWait(ordType, timeInForce) && floorLots < lots ? floorLots * lotSize : 0,
      execInst: execInstOf(intent, ordType, timeInForce),
      stpGroup: STP_GROUPS[intent.group]!,
      stpInstruction: STP_INSTRUCTIONS[intent.instruction]!,
      ...(timeInForce === TimeInForce.GoodTillDate && this.expiryOf(until, pick)),
    }
    if (twist === 'wrongStopPx' && isStop) conditions.stopPx = wrong(conditions.stopPx)
    if (twist === 'wrongMinQty') conditions.minQty = wrong((lots + (pick % 3)) * lotSize)
    if (twist === 'wrongMaxFloor') conditions.maxFloor = wrong((lots - (pick % 3)) * lotSize)
    if (twist !== 'tooLate') return conditions
    const past = { expireSeconds: this.now - until, expireDate: this.tradingDate - 1 }
    return { ...conditions, ...(pick % 2 === 0 ? past : { ...past, expireSeconds: 0 }) }
  }

  private expiryOf(until: number, pick: number): Partial<Conditions> {
    const expireSeconds = this.now + 1 + until
    return pick % 2 === 0 ? { expireSeconds } : { expireDate: this.tradingDate + until }
  }
}

type Told = Omit<Used, 'clOrdId'>

/** Market and limit orders alone may be for one auction. */
function timeInForceOf({ timeInForce }: Intent, ordType: number): number {
  const mayBe = ordType === OrdType.Market || ordType === OrdType.Limit
  return isForAuction(timeInForce) && !mayBe ? TimeInForce.Day : timeInForce
}

/** Of an order for one auction mostly its own: another is refused. */
function replacedTimeInForce({ timeInForce, twist }: Intent, about: Used): number {
  if (twist === 'otherTimeInForce') return timeInForce
  if (isForAuction(about.timeInForce)) return about.timeInForce
  return WAITING[TIMES_IN_FORCE.indexOf(timeInForce as never) % WAITING.length]!
}

/** Whether it has a limit and waits when it does not trade. */
const canWait = (ordType: number, timeInForce: number): boolean =>
  (ordType === OrdType.Limit || ordType === OrdType.StopLimit) &&
  WAITING.some((one) => one === timeInForce)

function execInstOf({ execInst }: Intent, ordType: number, timeInForce: number): number {
  const { PostOnly, AllOrNone, CancelOnFailure, CancelOnHalt } = ExecInstBit
  const isPlain = ordType === OrdType.Limit && canWait(ordType, timeInForce)
  const allowed =
    (isPlain ? PostOnly : 0) |
    (timeInForce === TimeInForce.FillOrKill ? AllOrNone : 0) |
    CancelOnFailure |
    CancelOnHalt
  return execInst & allowed
}
