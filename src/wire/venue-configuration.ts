/**
 * The part of the configuration that decides outcomes. It is a journal record: `serve` appends
 * one when the files changed, and the engine and the readers know no other. No passwords in it.
 */
import type { Instrument, SessionIndex } from '../domain/index.ts'
import type { InstrumentTerms } from './reference-action.ts'
import type { ReportOptions } from './report-options.ts'
import { REPORT_DEFAULTS } from './report-options.ts'

export type SessionRole = 'order-entry' | 'drop-copy' | 'market-data'

export interface VenueSession {
  /** Stable for the life of the journal. */
  readonly index: SessionIndex
  /** SenderCompID(49) of the counterparty, and the session's name everywhere. */
  readonly compId: string
  readonly firm: string
  readonly role: SessionRole
  /** An account's number in records is its place here + 1; accounts are appended, never moved. */
  readonly accounts: readonly string[]
  readonly cancelOnDisconnect: 'off' | 'disconnect' | 'disconnect-or-logout'
  readonly cancelGoodTill: boolean
  /** How long a lost session may take to come back before its orders go. */
  readonly cancelOnDisconnectGraceMs: number
  readonly throttle: {
    /** Orders and replacements; 0 = as many as it likes. */
    readonly messagesPerSecond: number
  }
  readonly reports: ReportOptions
  /** The group is the session's own or the firm; orders may name another. */
  readonly selfTrade: {
    readonly prevention: 'off' | 'newest' | 'oldest' | 'both' | 'decrement'
    readonly group: string
  }
  /** What becomes of a post-only order that would trade. */
  readonly postOnly: 'reject' | 'slide'
  /** False once its file is gone: it cannot log on, its index stays taken. */
  readonly active: boolean
}

/** What halts the whole market. docs/operations/breaker.md */
export interface BreakerRule {
  /** How far the index falls below the one of the day's opening: three levels, rising, in hundredths of a percent. */
  readonly levels: readonly [number, number, number]
  /** How long levels 1 and 2 halt the market. */
  readonly pauseSeconds: number
  /** Symbols; left out: all that are listed. */
  readonly index?: readonly string[]
}

export interface VenueConfiguration {
  /** TargetCompID(56) of every session. */
  readonly compId: string
  /** LastMkt(30), ISO 10383; for the journal's life. A journal that began without one has none. */
  readonly mic?: string
  /** instruments[i].locate === i + 1 */
  readonly instruments: readonly Instrument[]
  /** sessions[i].index === i + 1 */
  readonly sessions: readonly VenueSession[]
  readonly ordersPerDayMax: number
  /** Orders that one command ends, carries over or executes against; the rest follows in turns of its own. */
  readonly ordersPerCommandMax: number
  /** Instruments that are not as the files say; left out where there are none. */
  readonly changes?: readonly InstrumentChange[]
  /** Left out: nothing halts the market. Counts from the next trading day on. */
  readonly breaker?: BreakerRule
}

/** Operations has added, changed or delisted it: that holds until the file says something else of it. */
export interface InstrumentChange {
  readonly symbol: string
  /** What the file said then; null = it was not in it. */
  readonly inFile: InstrumentTerms | null
}

/** Whether a session may enter and cancel orders. */
export const mayTrade = ({ active, role }: VenueSession): boolean =>
  active && role === 'order-entry'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const encodeConfiguration = (configuration: VenueConfiguration): Uint8Array =>
  encoder.encode(JSON.stringify(configuration))

const SESSION_DEFAULTS = {
  reports: REPORT_DEFAULTS,
  postOnly: 'reject',
  selfTrade: { prevention: 'off', group: '' },
  cancelOnDisconnectGraceMs: 0,
  throttle: { messagesPerSecond: 0 },
} as const

type Recorded = Omit<VenueConfiguration, 'ordersPerCommandMax' | 'sessions' | 'instruments'> & {
  readonly instruments: readonly (Omit<Instrument, 'proRataMinimum' | 'channel'> &
    Partial<Instrument>)[]
  readonly ordersPerCommandMax?: number
  readonly sessions: readonly (Omit<VenueSession, keyof typeof SESSION_DEFAULTS> &
    Partial<VenueSession>)[]
}

/**
 * What older journals do not have is as it was when they were written. The order of the keys stays, so
 * that what is recorded is encoded to the same bytes again.
 */
export function decodeConfiguration(bytes: Uint8Array): VenueConfiguration {
  const recorded = JSON.parse(decoder.decode(bytes)) as Recorded
  return {
    ...recorded,
    instruments: recorded.instruments.map((one) => ({
      ...one,
      proRataMinimum: one.proRataMinimum ?? one.lotSize,
      channel: one.channel ?? 0,
    })),
    sessions: recorded.sessions.map((one) => ({ ...one, ...SESSION_DEFAULTS, ...one })),
    ordersPerCommandMax: recorded.ordersPerCommandMax ?? Infinity,
  }
}
