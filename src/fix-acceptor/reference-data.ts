/**
 * What the exchange lists and whether it is open: SecurityListRequest(x), SecurityStatusRequest(e) and
 * TradingSessionStatusRequest(g). Answers are told from the configuration in force, and from the trading
 * day and the instruments' states as the last turn left them, which is what is durable when the request is
 * read. Who subscribes is told again by the events that change them.
 */
import type { Instrument } from '../domain/index.ts'
import type { BusinessReject, FixMessage } from '../fix/index.ts'
import { FieldWriter, legible, MsgType, Tag } from '../fix/index.ts'
import type { VenueConfiguration, VenueSession } from '../wire/index.ts'
import {
  breakerSignaled,
  decimalsOf,
  dialectOf,
  EventType,
  recordType,
  systemEventSignaled,
  tradingStateChanged,
} from '../wire/index.ts'
import type { Answers } from './answers.ts'
import { echo, ECHO_CHARACTERS_MAX } from './echo.ts'
import type { InstrumentState } from './instrument-status.ts'
import { printState, TradingStatus } from './instrument-status.ts'
import type { Origin } from './order-intake.ts'
import { contradictionOfSecurityId } from './order-refusal.ts'
import { TRADING_SESSION } from './order-scope.ts'
import { refusalOfId } from './request-id.ts'
import type { Fragment } from './security-list.ts'
import { fragmentsOf } from './security-list.ts'
import { StatusSubscriptions, TRADING_DAY } from './status-subscriptions.ts'

/** The trading day: another one whenever a turn ends. */
export interface TradingDayState {
  readonly isOpen: boolean
  /** Something trades, or has and is to: between ITCH S Q and M. */
  readonly isInMarketHours: boolean
  /** Seconds since 1970. */
  readonly closeSeconds: number
  /** Level of the market-wide halt that is in force; 0 = none. */
  readonly breaker?: { readonly haltLevel: number } | undefined
}

/** As TradingSessionStatus(h) tells it. */
interface MarketState {
  readonly isOpen: boolean
  /** Of the breaker's halt; 0 = none. */
  readonly level: number
}

/** SubscriptionRequestType(263) */
const Ask = { Once: '0', Subscribe: '1', Unsubscribe: '2' } as const
const NOT_SUBSCRIBED = 'Not subscribed'
/** SecurityListRequestType(559) */
const ListRequest = { Symbol: '0', All: '4' } as const
/** SecurityRequestResult(560) */
const ListResult = { Valid: 0, Unsupported: 1, NoneFound: 2 } as const
/** TradSesStatus(340) */
const SessionStatus = { Halted: 1, Open: 2, Closed: 3, RequestRejected: 6 } as const
/** TradSesStatusRejReason(567) */
const SessionReject = { Unknown: 1, Other: 99 } as const
/** Event codes of System Event: the day begins and ends. */
const START_OF_MARKET_HOURS = 'Q'.charCodeAt(0)
const END_OF_MARKET_HOURS = 'M'.charCodeAt(0)

export class ReferenceData {
  private readonly body = new FieldWriter(4096)
  private readonly day: TradingDayState
  private readonly stateOf: (locate: number) => InstrumentState | undefined
  private readonly subscriptions = new StatusSubscriptions()
  private readonly stateChanged = tradingStateChanged.flyweight()
  private readonly signaled = systemEventSignaled.flyweight()
  private readonly breaker = breakerSignaled.flyweight()
  private instruments: ReadonlyMap<string, Instrument> = new Map()
  private mic: string | undefined
  private listed: readonly Fragment[] = []
  private listedCount = 0

  /** @param stateOf an instrument by its stock locate, as the last turn left it */
  constructor(day: TradingDayState, stateOf: (locate: number) => InstrumentState | undefined) {
    this.day = day
    this.stateOf = stateOf
  }

  /** Called for every configuration that comes into force. */
  configure({ instruments, mic }: VenueConfiguration): void {
    const listed = instruments.filter((instrument) => instrument.listed)
    this.mic = mic
    this.instruments = new Map(instruments.map((instrument) => [instrument.symbol, instrument]))
    this.listedCount = listed.length
    this.listed = fragmentsOf(listed, mic)
  }

  /** An event of no session, in its place: whoever subscribed to what it changes is told. */
  follow(view: DataView, at: number): void {
    const type = recordType(view, at)
    if (type === EventType.TradingStateChanged) this.tellState(view, at)
    else if (type === EventType.SystemEventSignaled) this.tellSystemEvent(view, at)
    else if (type === EventType.BreakerSignaled) this.tellBreaker(view, at)
  }

  /** A session's connection is over. */
  forget(session: number): void {
    this.subscriptions.endAll(session)
  }

  /** SecurityListRequest(x) → SecurityList(y) */
  securityListRequest(
    message: FixMessage,
    _: Origin,
    answers: Answers,
  ): BusinessReject | undefined {
    const refusal = refusalOfId(message, Tag.SecurityReqID)
    if (refusal !== undefined) return refusal
    const fragments = this.fragmentsFor(message)
    if (fragments === undefined) this.sendNoList(message, ListResult.Unsupported, answers)
    else if (fragments.length === 0) this.sendNoList(message, ListResult.NoneFound, answers)
    else this.sendList(message, fragments, answers)
    return undefined
  }

  /** SecurityStatusRequest(e) → SecurityStatus(f) */
  securityStatusRequest(
    message: FixMessage,
    { session }: Origin,
    answers: Answers,
  ): BusinessReject | undefined {
    const refusal = refusalOfId(message, Tag.SecurityStatusReqID)
    if (refusal !== undefined) return refusal
    const instrument = this.find(message)
    const locate = instrument?.listed === true ? instrument.locate : -1
    const ask = askOf(message)
    if (ask === Ask.Unsubscribe) {
      // SecurityStatus(f) has no way to say so.
      const wasSubscribed = this.subscriptions.end(locate, session.index)
      return wasSubscribed ? undefined : { reason: 0, text: NOT_SUBSCRIBED }
    }
    if (ask === Ask.Subscribe && locate > 0) this.subscribe(locate, message, session, answers)

    const { body } = this
    body.clear()
    echo(body, message, Tag.SecurityStatusReqID)
    echo(body, message, Tag.Symbol)
    if (instrument !== undefined) body.string(Tag.Currency, instrument.currency)
    body.string(Tag.TradingSessionID, TRADING_SESSION)
    if (ask === Ask.Subscribe) body.boolean(Tag.UnsolicitedIndicator, false)
    this.printStatus(instrument)
    answers.send(MsgType.SecurityStatus, body)
    return undefined
  }

  /** TradingSessionStatusRequest(g) → TradingSessionStatus(h) */
  tradingSessionStatusRequest(
    message: FixMessage,
    { session }: Origin,
    answers: Answers,
  ): BusinessReject | undefined {
    const refusal = refusalOfId(message, Tag.TradSesReqID)
    if (refusal !== undefined) return refusal
    const { body, day } = this
    const name = message.string(Tag.TradingSessionID) ?? TRADING_SESSION
    const ask = askOf(message)
    body.clear()
    echo(body, message, Tag.TradSesReqID)
    echo(body, message, Tag.TradingSessionID, TRADING_SESSION)
    if (name !== TRADING_SESSION) {
      this.rejectSession(SessionReject.Unknown, 'Unknown TradingSessionID(336)')
    } else if (ask === Ask.Unsubscribe) {
      if (this.subscriptions.end(TRADING_DAY, session.index)) return undefined
      this.rejectSession(SessionReject.Other, NOT_SUBSCRIBED)
    } else {
      if (ask === Ask.Subscribe) {
        this.subscribe(TRADING_DAY, message, session, answers)
        body.boolean(Tag.UnsolicitedIndicator, false)
      }
      const level = day.breaker?.haltLevel ?? 0
      this.printDay({ isOpen: day.isInMarketHours, level }, timestampDecimals(session))
    }
    answers.send(MsgType.TradingSessionStatus, body)
    return undefined
  }

  private subscribe(
    about: number,
    message: FixMessage,
    session: VenueSession,
    answers: Answers,
  ): void {
    const tag = about === TRADING_DAY ? Tag.TradSesReqID : Tag.SecurityStatusReqID
    const id = legible(message.string(tag) ?? '', ECHO_CHARACTERS_MAX)
    this.subscriptions.begin(about, session.index, {
      answers,
      id,
      decimals: timestampDecimals(session),
    })
  }

  private tellState(view: DataView, at: number): void {
    const { body, stateChanged } = this
    stateChanged.wrap(view, at)
    const { symbol, locate, tradingState, reason: haltReason } = stateChanged
    const currency = this.instruments.get(symbol)?.currency
    const { phase } = this.stateOf(locate) ?? {}
    for (const { answers, id } of this.subscriptions.of(locate)) {
      body.clear()
      body.string(Tag.SecurityStatusReqID, id)
      body.string(Tag.Symbol, symbol)
      if (currency !== undefined) body.string(Tag.Currency, currency)
      body.string(Tag.TradingSessionID, TRADING_SESSION)
      body.boolean(Tag.UnsolicitedIndicator, true)
      printState(body, { tradingState, haltReason, phase: phase ?? 'continuous' })
      answers.send(MsgType.SecurityStatus, body)
    }
  }

  private tellSystemEvent(view: DataView, at: number): void {
    const { signaled } = this
    signaled.wrap(view, at)
    const { eventCode } = signaled
    if (eventCode !== START_OF_MARKET_HOURS && eventCode !== END_OF_MARKET_HOURS) return
    this.tellDay({ isOpen: eventCode === START_OF_MARKET_HOURS, level: 0 })
  }

  private tellBreaker(view: DataView, at: number): void {
    this.breaker.wrap(view, at)
    this.tellDay({ isOpen: this.day.isInMarketHours, level: this.breaker.level })
  }

  private tellDay(told: MarketState): void {
    const { body } = this
    for (const { answers, id, decimals } of this.subscriptions.of(TRADING_DAY)) {
      body.clear()
      body.string(Tag.TradSesReqID, id)
      body.string(Tag.TradingSessionID, TRADING_SESSION)
      body.boolean(Tag.UnsolicitedIndicator, true)
      this.printDay(told, decimals)
      answers.send(MsgType.TradingSessionStatus, body)
    }
  }

  private printDay({ isOpen, level }: MarketState, decimals: number): void {
    const { body, day } = this
    const { Halted, Open, Closed } = SessionStatus
    if (!isOpen) {
      body.int(Tag.TradSesStatus, Closed)
      return
    }
    body.int(Tag.TradSesStatus, level === 0 ? Open : Halted)
    body.utcTimestamp(Tag.TradSesCloseTime, day.closeSeconds, 0, decimals)
    if (level !== 0) body.string(Tag.Text, `Market-wide circuit breaker, level ${level}`)
  }

  /** What is asked for; undefined when it cannot be. */
  private fragmentsFor(message: FixMessage): readonly Fragment[] | undefined {
    if (askOf(message) !== Ask.Once) return undefined
    const type = message.string(Tag.SecurityListRequestType)
    if (type === ListRequest.All) return this.listed
    if (type !== ListRequest.Symbol) return undefined
    const instrument = this.find(message)
    return instrument?.listed === true ? fragmentsOf([instrument], this.mic) : []
  }

  private sendList(message: FixMessage, fragments: readonly Fragment[], answers: Answers): void {
    const total = fragments === this.listed ? this.listedCount : 1
    fragments.forEach(({ fields, isLast }, index) => {
      const body = this.beginList(message, index + 1, ListResult.Valid)
      body.int(Tag.TotNoRelatedSym, total)
      body.boolean(Tag.LastFragment, isLast)
      body.raw(fields, 0, fields.length)
      answers.send(MsgType.SecurityList, body)
    })
  }

  private sendNoList(message: FixMessage, result: number, answers: Answers): void {
    answers.send(MsgType.SecurityList, this.beginList(message, 1, result))
  }

  /** SecurityResponseID(322) is the request's MsgSeqNum(34) and the number of the fragment. */
  private beginList(message: FixMessage, fragment: number, result: number): FieldWriter {
    const { body } = this
    body.clear()
    echo(body, message, Tag.SecurityReqID)
    body.string(Tag.SecurityResponseID, `${message.msgSeqNum}-${fragment}`)
    body.int(Tag.SecurityRequestResult, result)
    return body
  }

  private rejectSession(reason: number, text: string): void {
    this.body.int(Tag.TradSesStatus, SessionStatus.RequestRejected)
    this.body.int(Tag.TradSesStatusRejReason, reason)
    this.body.string(Tag.Text, text)
  }

  /** The instrument that the message names, also one that has left the list. */
  private find(message: FixMessage): Instrument | undefined {
    if (contradictionOfSecurityId(message, 0) !== undefined) return undefined
    return this.instruments.get(message.string(Tag.Symbol) ?? '')
  }

  private printStatus(instrument: Instrument | undefined): void {
    const { body, day } = this
    if (instrument === undefined) {
      body.int(Tag.SecurityTradingStatus, TradingStatus.Unknown)
      return
    }
    const state = this.stateOf(instrument.locate)
    if (!instrument.listed || !day.isOpen || state === undefined) {
      body.int(Tag.SecurityTradingStatus, TradingStatus.NotAvailable)
    } else printState(body, state)
  }
}

/** SubscriptionRequestType(263); without it one answer and no more, the only kind in which FIX lets it be absent. */
const askOf = (message: FixMessage): string =>
  message.string(Tag.SubscriptionRequestType) ?? Ask.Once

const timestampDecimals = ({ reports }: VenueSession): number => decimalsOf(dialectOf(reports))
