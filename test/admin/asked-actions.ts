/** Every action of the admin API with a body that it takes, and what becomes of that. */

export const HALT = { symbol: 'AAPL', reason: 'T1', orders: 'accept', why: 'news pending' }

/** As limits.yaml has them, and as JSON may: money in the journal is in 1/10,000. */
const ASKED_LIMITS = {
  maxOrderQty: 500,
  maxOrderNotional: '1000.05',
  maxOpenOrders: null,
  allowShort: false,
  restrictedSymbols: ['IBM'],
  positions: { AAPL: -20 },
}

/** As instruments.yaml has them, and as JSON may; prices in the journal are in 1/10,000. */
export const ASKED_TERMS = { referencePrice: 80, tickSize: '0.01', lotSize: 5, group: 'LATE' }
const TERMS = {
  description: '',
  currency: 'USD',
  referencePrice: 800_000,
  tickSize: 100,
  lotSize: 5,
  priceBandPercent: 0,
  maxOrderQty: 1_000_000_000,
  matching: 'price-time',
  proRataMinimum: 5,
  group: 'LATE',
}

/** Each action: a body, the role that it needs, and what the engine is asked for. */
export const ACTIONS: readonly [name: string, role: string, body: object, asked: object][] = [
  ['halt', 'operator', HALT, HALT],
  ['collect', 'operator', { symbol: '*', why: 'w' }, { symbol: '*', why: 'w' }],
  ['resume', 'operator', { symbol: 'AAPL', why: 'w' }, { symbol: 'AAPL', why: 'w' }],
  scoped('kill', 'admin', { kind: 'venue' }),
  scoped('kill', 'admin', { kind: 'firm', name: 'ACME' }),
  scoped('kill', 'admin', { kind: 'symbol', name: 'AAPL' }),
  scoped('kill', 'operator', { kind: 'session', name: 'ACME' }),
  scoped('kill', 'operator', { kind: 'account', firm: 'ACME', name: 'A1' }),
  scoped('unkill', 'admin', { kind: 'venue' }),
  scoped('unkill', 'admin', { kind: 'firm', name: 'ACME' }),
  scoped('unkill', 'admin', { kind: 'symbol', name: 'AAPL' }),
  scoped('unkill', 'operator', { kind: 'session', name: 'ACME' }),
  scoped('unkill', 'operator', { kind: 'account', firm: 'ACME', name: 'A1' }),
  ['disconnect', 'operator', { session: 'ACME', why: 'w' }, { session: 'ACME', why: 'w' }],
  ['reset-sequence', 'admin', { session: 'ACME', why: 'w' }, { session: 'ACME', why: 'w' }],
  [
    'news',
    'operator',
    { headline: 'Early close', why: 'w' },
    { headline: 'Early close', why: 'w' },
  ],
  [
    'bust',
    'operator',
    { matchNumber: 7, reason: 'erroneous', why: 'w' },
    { matchNumber: 7, reason: 'erroneous', restore: 'none', why: 'w' },
  ],
  [
    'correct',
    'operator',
    { matchNumber: 7, reason: 'error', restore: 'buy', price: '182.505', quantity: 9, why: 'w' },
    { matchNumber: 7, reason: 'error', restore: 'buy', price: 1_825_050, quantity: 9, why: 'w' },
  ],
  [
    'set-limits',
    'admin',
    { kind: 'firm', name: 'ACME', why: 'w', limits: ASKED_LIMITS },
    {
      kind: 'firm',
      firm: '',
      name: 'ACME',
      why: 'w',
      limits: {
        restrictedSymbols: ['IBM'],
        maxOrderQty: 500,
        maxOrderNotional: 10_000_500,
        maxOpenOrders: null,
        allowShort: false,
        positions: { AAPL: -20 },
      },
    },
  ],
  [
    'add-instrument',
    'admin',
    { symbol: 'SHOP', terms: ASKED_TERMS, why: 'w' },
    { symbol: 'SHOP', terms: TERMS, why: 'w' },
  ],
  [
    'change-instrument',
    'admin',
    {
      symbol: 'AAPL',
      terms: { priceBandPercent: '5', volatility: { staticPercent: 1.5 } },
      why: 'w',
    },
    {
      symbol: 'AAPL',
      terms: {
        priceBandPercent: 5,
        volatility: { staticPercent: 150, dynamicPercent: 0, pauseSeconds: 300 },
      },
      why: 'w',
    },
  ],
  ['delist-instrument', 'admin', { symbol: 'AAPL', why: 'w' }, { symbol: 'AAPL', why: 'w' }],
  [
    'split',
    'admin',
    { symbol: 'AAPL', into: 2, from: 1, why: 'w' },
    { symbol: 'AAPL', into: 2, from: 1, why: 'w' },
  ],
]

function scoped(name: string, role: string, scope: object): (typeof ACTIONS)[number] {
  return [name, role, { ...scope, why: 'w' }, { firm: '', name: '', ...scope, why: 'w' }]
}

/** Who has a role, and who has the one below. */
export const WITH_ROLE: Readonly<Record<string, string>> = { operator: 'oscar', admin: 'alice' }
export const BELOW: Readonly<Record<string, string>> = { operator: 'victor', admin: 'oscar' }
