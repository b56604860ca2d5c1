/**
 * From the files to the configuration in force, the record that engine and readers know. Numbers
 * given once stay: a locate, a session's index and an account's place outlive the file that made
 * them, because the journal refers to them for ever.
 */
import type { Instrument } from '../../domain/index.ts'
import { formatPrice } from '../../domain/index.ts'
import type { InstrumentChange, VenueConfiguration, VenueSession } from '../../wire/index.ts'
import { isSameTerms, termsOf } from '../../wire/index.ts'
import { ErrorCode, ExchangeError } from '../errors.ts'
import { channelsBySymbol } from './channels.ts'
import type { ExchangeConfig, InstrumentConfig, SessionConfig } from './config.ts'
import { INSTRUMENTS_MAX, SESSIONS_MAX } from './schema.ts'

/**
 * Builds the record for these files. Equal input gives equal JSON, so `serve` appends one only
 * when it differs from the one in force.
 * @param previous the one in force; left out for a new journal
 * @throws ExchangeError EXC_CONFIG_VALUE when a tick size or the market changed, or the numbers ran out
 */
export function toVenueConfiguration(
  config: Pick<ExchangeConfig, 'exchange' | 'instruments' | 'sessions' | 'itch' | 'market'>,
  previous?: VenueConfiguration,
): VenueConfiguration {
  const changes = changesThatHold(config, previous)
  return {
    compId: config.exchange.compId,
    ...micOf(config.exchange.mic, previous),
    instruments: mergeInstruments(config, previous?.instruments ?? [], changes),
    sessions: mergeSessions(config.sessions, previous?.sessions ?? []),
    ordersPerDayMax: config.market.ordersPerDayMax,
    ordersPerCommandMax: config.market.ordersPerCommandMax,
    ...(changes.length === 0 ? {} : { changes }),
    ...breakerOf(config.market.breaker),
  }
}

/** What operations has changed of instruments of which the file says what it said then. */
function changesThatHold(
  { instruments }: Pick<ExchangeConfig, 'instruments'>,
  previous: VenueConfiguration | undefined,
): InstrumentChange[] {
  const bySymbol = new Map(instruments.map((instrument) => [instrument.symbol, instrument]))
  return (previous?.changes ?? []).filter(({ symbol, inFile }) => {
    const instrument = bySymbol.get(symbol)
    if (instrument === undefined || inFile === null)
      return instrument === undefined && inFile === null
    return isSameTerms(termsOf(toInstrument(instrument, 0, 0)), inFile)
  })
}

function mergeInstruments(
  { instruments: wanted, itch }: Pick<ExchangeConfig, 'instruments' | 'itch'>,
  previous: readonly Instrument[],
  changes: readonly InstrumentChange[],
): Instrument[] {
  const changed = new Set(changes.map(({ symbol }) => symbol))
  const channelOf = channelsBySymbol(itch.channels)
  const bySymbol = new Map(wanted.map((instrument) => [instrument.symbol, instrument]))
  const known = new Set(previous.map(({ symbol }) => symbol))
  const kept = previous.map((old): Instrument => {
    if (changed.has(old.symbol)) return { ...old, channel: channelOf(old.symbol) }
    const instrument = bySymbol.get(old.symbol)
    if (instrument === undefined) return { ...old, channel: channelOf(old.symbol), listed: false }
    refuseNewTick(old, instrument)
    return toInstrument(instrument, old.locate, channelOf(old.symbol))
  })
  const added = wanted
    .filter(({ symbol }) => !known.has(symbol))
    .map((instrument, index) =>
      toInstrument(instrument, kept.length + index + 1, channelOf(instrument.symbol)),
    )

  return atMost(INSTRUMENTS_MAX, [...kept, ...added], 'instruments')
}

function mergeSessions(
  wanted: readonly SessionConfig[],
  previous: readonly VenueSession[],
): VenueSession[] {
  const byCompId = new Map(wanted.map((session) => [session.senderCompId, session]))
  const known = new Set(previous.map(({ compId }) => compId))
  const kept = previous.map((old): VenueSession => {
    const session = byCompId.get(old.compId)
    if (session === undefined) return { ...old, active: false }
    return toSession(session, old.index, old.accounts)
  })
  const added = wanted
    .filter(({ senderCompId }) => !known.has(senderCompId))
    .map((session, index) => toSession(session, kept.length + index + 1, []))

  return atMost(SESSIONS_MAX, [...kept, ...added], 'sessions')
}

function toInstrument(instrument: InstrumentConfig, locate: number, channel: number): Instrument {
  return {
    locate,
    symbol: instrument.symbol,
    description: instrument.description,
    currency: instrument.currency,
    referencePrice: instrument.referencePrice,
    tickSize: instrument.tickSize,
    lotSize: instrument.lotSize,
    priceBandPercent: instrument.priceBandPercent,
    maxOrderQty: instrument.maxOrderQty,
    matching: instrument.matching,
    proRataMinimum: instrument.proRataMinimum ?? instrument.lotSize,
    channel,
    ...(instrument.volatility && { volatility: instrument.volatility }),
    ...(instrument.auction && { auction: instrument.auction }),
    ...(instrument.group === undefined ? {} : { group: instrument.group }),
    listed: true,
  }
}

/** @param accounts as the journal knows them; those of the file that are new follow */
function toSession(
  session: SessionConfig,
  index: number,
  accounts: readonly string[],
): VenueSession {
  return {
    index,
    compId: session.senderCompId,
    firm: session.firm,
    role: session.role,
    accounts: [...new Set([...accounts, ...session.accounts])],
    cancelOnDisconnect: session.cancelOnDisconnect,
    cancelGoodTill: session.cancelGoodTill,
    cancelOnDisconnectGraceMs: session.cancelOnDisconnectGraceMs,
    throttle: session.throttle,
    postOnly: session.postOnly,
    selfTrade: {
      prevention: session.selfTradePrevention,
      group: session.stpGroup ?? session.firm,
    },
    reports: {
      timestampPrecision: session.timestampPrecision,
      extendedCodes: session.extendedCodes,
      expiredAs: session.expiredAs,
      includePendings: session.includePendings,
      dayQuantities: true,
      ...(session.restateGoodTill ? { restateGoodTill: true } : {}),
      ...(session.doneForDay ? { doneForDay: true } : {}),
    },
    active: true,
  }
}

function breakerOf(
  breaker: ExchangeConfig['market']['breaker'],
): Pick<VenueConfiguration, 'breaker'> {
  if (breaker === undefined) return {}
  const { levels, pauseSeconds, index } = breaker
  const [level1, level2, level3] = levels as [number, number, number]
  const rule = { levels: [level1, level2, level3], pauseSeconds } as const
  return { breaker: index === undefined ? rule : { ...rule, index } }
}

/** Reports are printed from the journal again: what they say of the market cannot change. */
function micOf(mic: string, previous: VenueConfiguration | undefined): { mic?: string } {
  if (previous === undefined) return { mic }
  if (previous.mic === undefined) return {}
  if (previous.mic === mic) return { mic }

  throw new ExchangeError(
    ErrorCode.ConfigValue,
    `exchange.mic changed from ${previous.mic} to ${mic}; put it back, or start with an empty dataDir`,
  )
}

/** Orders rest at prices of the old tick; a book cannot hold both. */
function refuseNewTick(old: Instrument, { symbol, tickSize }: InstrumentConfig): void {
  if (old.tickSize === tickSize) return

  const change = `${formatPrice(old.tickSize)} to ${formatPrice(tickSize)}`
  throw new ExchangeError(
    ErrorCode.ConfigValue,
    `${symbol}: tickSize changed from ${change}; put it back, list a new symbol, or start with an empty dataDir`,
  )
}

function atMost<Item>(max: number, items: Item[], what: string): Item[] {
  if (items.length <= max) return items

  throw new ExchangeError(
    ErrorCode.ConfigValue,
    `${items.length} ${what}, those of earlier configurations included; use at most ${max}, or start with an empty dataDir`,
  )
}
