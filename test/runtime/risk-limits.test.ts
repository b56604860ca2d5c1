/** config/limits.yaml: what it may say, what comes of it, and how each mistake is told. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ExchangeError, loadConfig, loadRiskLimits } from '../../src/runtime/index.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buttonwood-limits-'))
  cpSync('config', folder, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
function load() {
  const config = loadConfig({ file: join(folder, 'exchange.yaml'), env: {} })
  return loadRiskLimits(config.limitsFile, config)
}

function refusal(limits: string): string {
  write('limits.yaml', limits)
  try {
    load()
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    return `${error.code} ${error.message.replaceAll(`${folder}/`, '')}`
  }
  return 'accepted'
}

describe('limits.yaml', () => {
  it('has no limits as shipped, and may be missing unless exchange.yaml names it', () => {
    expect(load()).toEqual({ scopes: [] })
    rmSync(join(folder, 'limits.yaml'))
    expect(load()).toEqual({ scopes: [] })

    write('exchange.yaml', 'limits: risk/limits.yaml')
    expect(load).toThrow(/limits.yaml: cannot be read \(ENOENT\)/)
  })

  it('has a scope for the venue and by name, money in 1/10,000 and percent in hundredths', () => {
    write(
      'limits.yaml',
      `accounts: { ACME: { ACME-1: { positions: { AAPL: -100 }, allowShort: true } } }
sessions: { GLOBEX: { killed: true, duplicateWindowMs: 500 } }
firms: { ACME: { maxOrderNotional: 1000000.50, restrictedSymbols: [IBM] } }
venue: { maxOrderQty: 50000, priceCollarPercent: 7.5, priceCollarAbsolute: 2 }
`,
    )

    expect(load()).toEqual({
      scopes: [
        {
          kind: 'venue',
          firm: '',
          name: '',
          limits: {
            maxOrderQty: 50_000,
            priceCollarPercent: 750,
            priceCollarAbsolute: 20_000,
          },
        },
        {
          kind: 'firm',
          firm: '',
          name: 'ACME',
          limits: { restrictedSymbols: ['IBM'], maxOrderNotional: 10_000_005_000 },
        },
        {
          kind: 'session',
          firm: '',
          name: 'GLOBEX',
          limits: { killed: true, duplicateWindowMs: 500 },
        },
        {
          kind: 'account',
          firm: 'ACME',
          name: 'ACME-1',
          limits: { allowShort: true, positions: { AAPL: -100 } },
        },
      ],
    })
  })

  it.each([
    [
      'a firm that nobody has',
      'venue: {}\nfirms:\n  ACMEE: { maxOrderQty: 1 }',
      'limits.yaml:3: firms.ACMEE is no firm of the session files; use ACME, GLOBEX, OPS',
    ],
    [
      'a session that nobody has',
      'sessions: { NOBODY: {} }',
      'limits.yaml:1: sessions.NOBODY is no session of the session files; use ACME, GLOBEX, OPS',
    ],
    [
      'an account of another firm',
      'accounts:\n  ACME:\n    GLOBEX-1: {}',
      'limits.yaml:3: accounts.ACME.GLOBEX-1 is no account of the session files; use ACME-1',
    ],
    [
      'a key that is none',
      'venue: { maxOrderQuantity: 5 }',
      'limits.yaml:1: venue.maxOrderQuantity is not a key; did you mean maxOrderQty? the keys here are killed,',
    ],
    [
      'a scope that is none',
      'desks: {}',
      'limits.yaml:1: desks is not a key; the keys here are venue, firms, sessions, accounts',
    ],
    [
      'a value that is no quantity',
      'venue:\n  maxOrderQty: 1.5',
      'limits.yaml:2: venue.maxOrderQty is 1.5; use 0 to 1000000000 shares',
    ],
    [
      'money that is too fine',
      'venue: { buyingPower: 1.00001 }',
      'limits.yaml:1: venue.buyingPower is 1.00001; use a decimal from 0 to 90000000000 with at most 4 places',
    ],
    [
      'a symbol that is not listed',
      'venue: { restrictedSymbols: [AAPL, TSLA] }',
      'limits.yaml:1: venue.restrictedSymbols[1] is TSLA; list that instrument',
    ],
    [
      'a position of a symbol that is not listed',
      'venue: { positions: { TSLA: 5 } }',
      'limits.yaml:1: venue.positions.TSLA is no symbol of the instruments',
    ],
  ])('%s stops the start', (_, limits, message) => {
    expect(refusal(limits)).toContain(`EXC_CONFIG_VALUE ${message}`)
  })

  it('adds no money of two currencies', () => {
    const terms = 'referencePrice: 10, tickSize: 0.01, lotSize: 1'
    write(
      'instruments.yaml',
      `- { symbol: A, ${terms} }\n- { symbol: B, currency: EUR, ${terms} }\n`,
    )

    expect(refusal('venue: { maxGrossOpen: 5 }')).toBe(
      'EXC_CONFIG_VALUE limits.yaml:1: venue.maxGrossOpen adds USD and EUR; use limits per symbol, or one currency',
    )
    expect(refusal('venue: { maxGrossOpenPerSymbol: 5 }')).toBe('accepted')
  })
})
