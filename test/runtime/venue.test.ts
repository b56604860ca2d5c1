import { describe, expect, it } from 'vitest'
import type { Instrument } from '../../src/domain/index.ts'
import { loadConfig, toVenueConfiguration } from '../../src/runtime/index.ts'
import type { ExchangeConfig, InstrumentConfig, SessionConfig } from '../../src/runtime/index.ts'
import type { VenueConfiguration } from '../../src/wire/index.ts'
import { decodeConfiguration, encodeConfiguration } from '../../src/wire/index.ts'

const shipped = loadConfig({ file: 'config/exchange.yaml', env: {} })
const apple = shipped.instruments.find(({ symbol }) => symbol === 'AAPL')!
const acme = shipped.sessions.find(({ senderCompId }) => senderCompId === 'ACME')!

const anInstrument = (values: Partial<InstrumentConfig>): InstrumentConfig => ({
  ...apple,
  ...values,
})
const aSession = (values: Partial<SessionConfig>): SessionConfig => ({ ...acme, ...values })
const aConfig = (values: Partial<ExchangeConfig>): ExchangeConfig => ({ ...shipped, ...values })
/** Channels of the feed by the symbols that they name. */
const split = (...channels: (string[] | undefined)[]): ExchangeConfig => {
  const [only] = shipped.itch.channels
  const described = channels.map((symbols) => ({ ...only!, symbols }))
  return aConfig({ itch: { ...shipped.itch, channels: described } })
}

describe('the configuration in force', () => {
  it('numbers instruments and sessions from 1 in the order of the files', () => {
    const venue = toVenueConfiguration(shipped)

    expect(venue.instruments.map(({ locate, symbol }) => [locate, symbol])).toEqual([
      [1, 'AAPL'],
      [2, 'AMZN'],
      [3, 'IBM'],
      [4, 'MSFT'],
      [5, 'NVDA'],
    ])
    expect(venue.sessions.map(({ index, compId }) => [index, compId])).toEqual([
      [1, 'ACME'],
      [2, 'GLOBEX'],
      [3, 'OPS'],
    ])
    expect(venue.instruments[0]).toEqual({
      locate: 1,
      symbol: 'AAPL',
      description: 'Apple Inc.',
      currency: 'USD',
      referencePrice: 1_825_000,
      tickSize: 100,
      lotSize: 1,
      priceBandPercent: 20,
      maxOrderQty: 1_000_000_000,
      matching: 'price-time',
      proRataMinimum: 1,
      channel: 0,
      listed: true,
    })
  })

  it('says what halts the market, where something does', () => {
    const rule = { levels: [700, 1_300, 2_000], pauseSeconds: 900 }
    const of = (breaker: ExchangeConfig['market']['breaker']) =>
      toVenueConfiguration(aConfig({ market: { ...shipped.market, breaker } })).breaker
    expect([of(undefined), of(rule), of({ ...rule, index: ['IBM'] })]).toEqual([
      undefined,
      rule,
      { ...rule, index: ['IBM'] },
    ])
  })

  it('says what pauses an instrument, of those that have it', () => {
    const volatility = { staticPercent: 1_000, dynamicPercent: 250, pauseSeconds: 300 }
    const auction = { collarPercent: 1_000, extensionSeconds: 120, extensionsMax: 2 }
    const [first, second] = toVenueConfiguration(
      aConfig({
        instruments: [
          anInstrument({ symbol: 'A', volatility, auction }),
          anInstrument({ symbol: 'B' }),
        ],
      }),
    ).instruments
    expect([first!.volatility, 'volatility' in second!]).toEqual([volatility, false])
    expect([first!.auction, 'auction' in second!]).toEqual([auction, false])
  })

  it('holds no password', () => {
    expect(JSON.stringify(toVenueConfiguration(shipped))).not.toMatch(/plain:|password/)
  })

  it('is the same text again when nothing changed', () => {
    const venue = toVenueConfiguration(shipped)
    const restored = JSON.parse(JSON.stringify(venue)) as typeof venue

    expect(JSON.stringify(toVenueConfiguration(shipped, restored))).toBe(JSON.stringify(venue))
  })

  it('keeps the numbers of what stays, marks what is gone and appends what is new', () => {
    const before = toVenueConfiguration(
      aConfig({
        instruments: [anInstrument({ symbol: 'A' }), anInstrument({ symbol: 'B' })],
        sessions: [aSession({ senderCompId: 'X' }), aSession({ senderCompId: 'Y' })],
      }),
    )
    const after = toVenueConfiguration(
      aConfig({
        instruments: [anInstrument({ symbol: 'C' }), anInstrument({ symbol: 'B' })],
        sessions: [aSession({ senderCompId: 'W' }), aSession({ senderCompId: 'Y' })],
      }),
      before,
    )

    expect(after.instruments.map(({ locate, symbol, listed }) => [locate, symbol, listed])).toEqual(
      [
        [1, 'A', false],
        [2, 'B', true],
        [3, 'C', true],
      ],
    )
    expect(after.sessions.map(({ index, compId, active }) => [index, compId, active])).toEqual([
      [1, 'X', false],
      [2, 'Y', true],
      [3, 'W', true],
    ])
  })

  it('gives back the old number to what returns', () => {
    const before = toVenueConfiguration(shipped)
    const without = toVenueConfiguration(
      aConfig({ instruments: [apple], sessions: [acme] }),
      before,
    )

    expect(toVenueConfiguration(shipped, without)).toEqual(before)
  })

  it('is encoded to the same bytes again, so that a start with the same files appends nothing', () => {
    const bytes = encodeConfiguration(toVenueConfiguration(shipped))

    expect(encodeConfiguration(decodeConfiguration(bytes))).toEqual(bytes)
  })

  it('puts each instrument on the channel that names it, and all others on the one that names none', () => {
    const placesOf = ({ instruments }: VenueConfiguration) =>
      instruments.map(({ symbol, channel }) => `${symbol} ${channel}`)
    const venue = toVenueConfiguration(split(['IBM'], undefined, ['AAPL']))
    const listed = { ...split([], undefined, ['W']), instruments: [anInstrument({ symbol: 'W' })] }

    expect(placesOf(venue)).toEqual(['AAPL 2', 'AMZN 1', 'IBM 0', 'MSFT 1', 'NVDA 1'])
    expect(placesOf(toVenueConfiguration(listed, venue))).toEqual([
      'AAPL 1',
      'AMZN 1',
      'IBM 1',
      'MSFT 1',
      'NVDA 1',
      'W 2',
    ])
  })

  it('has every instrument of an older journal on the first channel', () => {
    const recorded = toVenueConfiguration(shipped)
    const older = recorded.instruments.map((one) => ({ ...one, channel: undefined }))
    const bytes = encodeConfiguration({
      ...recorded,
      instruments: older as unknown as Instrument[],
    })

    expect(decodeConfiguration(bytes)).toEqual(recorded)
  })

  it('says the group of an instrument that names one, and of no other', () => {
    const instruments = [
      anInstrument({ symbol: 'A', group: 'bonds' }),
      anInstrument({ symbol: 'B' }),
    ]
    const [bond, share] = toVenueConfiguration(aConfig({ instruments })).instruments

    expect(bond!.group).toBe('bonds')
    expect(share).not.toHaveProperty('group')
  })

  it('never moves an account', () => {
    const sessionWith = (...accounts: string[]) => aConfig({ sessions: [aSession({ accounts })] })
    const before = toVenueConfiguration(sessionWith('A-1', 'A-2'))
    const after = toVenueConfiguration(sessionWith('A-3', 'A-2'), before)

    expect(after.sessions[0]!.accounts).toEqual(['A-1', 'A-2', 'A-3'])
  })

  it('takes over changed limits', () => {
    const before = toVenueConfiguration(shipped)
    const changed = aConfig({ instruments: [anInstrument({ priceBandPercent: 5, lotSize: 10 })] })

    expect(toVenueConfiguration(changed, before).instruments[0]).toMatchObject({
      locate: 1,
      priceBandPercent: 5,
      lotSize: 10,
    })
  })

  it('keeps the market that the journal began with, or began without', () => {
    const venue = toVenueConfiguration(shipped)
    expect(venue.mic).toBe('BTWD')
    const elsewhere = aConfig({ exchange: { ...shipped.exchange, mic: 'XNYS' } })
    expect(() => toVenueConfiguration(elsewhere, venue)).toThrow(
      'exchange.mic changed from BTWD to XNYS; put it back, or start with an empty dataDir',
    )
    const { mic: _, ...without } = venue
    expect(toVenueConfiguration(elsewhere, without)).not.toHaveProperty('mic')
  })

  it('refuses a changed tick size and says what to do', () => {
    const before = toVenueConfiguration(shipped)
    const changed = aConfig({ instruments: [anInstrument({ tickSize: 500 })] })

    expect(() => toVenueConfiguration(changed, before)).toThrow(
      'AAPL: tickSize changed from 0.01 to 0.05; put it back, list a new symbol, or start with an empty dataDir',
    )
  })
})
