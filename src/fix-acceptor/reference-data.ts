/**
 * What the exchange lists and whether it is open: SecurityListRequest(x), SecurityStatusRequest(e) and
 * TradingSessionStatusRequest(g). Answers are told from the configuration in force and from the trading
 * day as the last turn left it, which is what is durable when the request is read.
 */
import type { Instrument } from '../domain/index.ts'
import type { BusinessReject, FixMessage } from '../fix/index.ts'
import { FieldWriter, MsgType, Tag } from '../fix/index.ts'
import type { VenueConfiguration } from '../wire/index.ts'
import { decimalsOf, dialectOf } from '../wire/index.ts'
import type { Answers } from './answers.ts'
import { echo } from './echo.ts'
import type { Origin } from './order-intake.ts'
import { contradictionOfSecurityId } from './order-refusal.ts'
import { TRADING_SESSION } from './order-scope.ts'
import { refusalOfId } from './request-id.ts'
import type { Fragment } from './security-list.ts'
import { fragmentsOf } from './security-list.ts'

/** The trading day: another one whenever a turn ends. */
export interface TradingDayState {
  readonly isOpen: boolean
  /** Seconds since 1970. */
  readonly closeSeconds: number
}

/** SubscriptionRequestType(263) */
const SNAPSHOT = '0'
const NO_SUBSCRIPTION = 'Unsupported SubscriptionRequestType(263): 0 is offered'
/** SecurityListRequestType(559) */
const ListRequest = { Symbol: '0', All: '4' } as const
/** SecurityRequestResult(560) */
const ListResult = { Valid: 0, Unsupported: 1, NoneFound: 2 } as const
/** SecurityTradingStatus(326) */
const TradingStatus = { ReadyToTrade: 17, NotAvailable: 18, Unknown: 20 } as const
/** TradSesStatus(340) */
const SessionStatus = { Open: 2, Closed: 3, RequestRejected: 6 } as const
/** TradSesStatusRejReason(567) */
const SessionReject = { Unknown: 1, Other: 99 } as const

export class ReferenceData {
  private readonly body = new FieldWriter(4096)
  private readonly day: TradingDayState
  private instruments: ReadonlyMap<string, Instrument> = new Map()
  private mic: string | undefined
  private listed: readonly Fragment[] = []
  private listedCount = 0

  constructor(day: TradingDayState) {
    this.day = day
  }

  /** Called for every configuration that comes into force. */
  configure({ instruments, mic }: VenueConfiguration): void {
    const listed = instruments.filter((instrument) => instrument.listed)
    this.mic = mic
    this.instruments = new Map(instruments.map((instrument) => [instrument.symbol, instrument]))
    this.listedCount = listed.length
    this.listed = fragmentsOf(listed, mic)
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
    _: Origin,
    answers: Answers,
  ): BusinessReject | undefined {
    const refusal = refusalOfId(message, Tag.SecurityStatusReqID)
    if (refusal !== undefined) return refusal
    if (!isSnapshot(message)) {
      // SecurityStatus(f) has no way to say so.
      return { reason: 0, text: NO_SUBSCRIPTION }
    }

    const { body } = this
    const instrument = this.find(message)
    body.clear()
    echo(body, message, Tag.SecurityStatusReqID)
    echo(body, message, Tag.Symbol)
    if (instrument !== undefined) body.string(Tag.Currency, instrument.currency)
    body.string(Tag.TradingSessionID, TRADING_SESSION)
    body.int(Tag.SecurityTradingStatus, this.statusOf(instrument))
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
    body.clear()
    echo(body, message, Tag.TradSesReqID)
    echo(body, message, Tag.TradingSessionID, TRADING_SESSION)
    if (name !== TRADING_SESSION) {
      this.rejectSession(SessionReject.Unknown, 'Unknown TradingSessionID(336)')
    } else if (!isSnapshot(message)) {
      this.rejectSession(SessionReject.Other, NO_SUBSCRIPTION)
    } else if (day.isOpen) {
      body.int(Tag.TradSesStatus, SessionStatus.Open)
      const decimals = decimalsOf(dialectOf(session.reports))
      body.utcTimestamp(Tag.TradSesCloseTime, day.closeSeconds, 0, decimals)
    } else {
      body.int(Tag.TradSesStatus, SessionStatus.Closed)
    }
    answers.send(MsgType.TradingSessionStatus, body)
    return undefined
  }

  /** What is asked for; undefined when it cannot be. */
  private fragmentsFor(message: FixMessage): readonly Fragment[] | undefined {
    if (!isSnapshot(message)) return undefined
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

  private statusOf(instrument: Instrument | undefined): number {
    if (instrument === undefined) return TradingStatus.Unknown
    return instrument.listed && this.day.isOpen
      ? TradingStatus.ReadyToTrade
      : TradingStatus.NotAvailable
  }
}

/** One answer and no more: the only kind in which FIX lets this field be absent. */
const isSnapshot = (message: FixMessage): boolean =>
  (message.string(Tag.SubscriptionRequestType) ?? SNAPSHOT) === SNAPSHOT
