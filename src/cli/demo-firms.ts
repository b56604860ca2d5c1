/** Who trades in the demo, and what: five instruments, four firms, each with its strategy. */
import type { FairPriceOptions, Strategy } from '../client/index.ts'
import { marketMaker, momentumTrader, noiseTrader, withConditions } from '../client/index.ts'
import type { Price } from '../domain/index.ts'
import { formatPrice } from '../domain/index.ts'
import type { DemoInstrument, DemoSession } from './demo-venue.ts'

const TICK_SIZE = 100
export const LOT_SIZE = 10

export interface TradedInstrument extends FairPriceOptions {
  readonly symbol: string
  readonly description: string
}

// prettier-ignore
export const instruments: readonly TradedInstrument[] = [
  listed('AAPL', 'Apple Inc.',                            1_825_000, 1.1),
  listed('AMZN', 'Amazon.com Inc.',                       1_782_000, 0.9),
  listed('IBM',  'International Business Machines Corp.', 1_917_500, 0.6),
  listed('MSFT', 'Microsoft Corp.',                       4_153_000, 1.8),
  listed('NVDA', 'NVIDIA Corp.',                          1_214_000, 1.4),
]

export interface Firm extends DemoSession {
  /** How the screen calls what it does. */
  readonly strategyName: string
  readonly strategy: Strategy
  /** Looks at one instrument, per second. */
  readonly decisionsPerSecond: number
}

const noise = noiseTrader({ lotsMax: 25, ordersMax: 6 })
const inDepth = { levels: 7, halfSpreadTicks: 1, stepTicks: 1, lots: 24, positionMax: 4_000 }
const wide = { levels: 5, halfSpreadTicks: 2, stepTicks: 2, lots: 60, positionMax: 10_000 }

// prettier-ignore
export const firms: readonly Firm[] = [
  firm('ACME',    'market maker',   marketMaker(inDepth), 50),
  firm('GLOBEX',  'market maker',   marketMaker(wide),    30),
  firm('INITECH', 'momentum',       momentumTrader({ moveTicks: 3, lotsMax: 30, positionMax: 3_000 }), 16),
  firm('HOOLI',   'noise',          withConditions(noise, { chance: 0.1, lotsMax: 10, ordersMax: 3 }), 24),
]

/** As instruments.yaml has it. */
export const listingOf = (instrument: TradedInstrument): DemoInstrument => ({
  symbol: instrument.symbol,
  description: instrument.description,
  referencePrice: formatPrice(instrument.referencePrice),
  tickSize: formatPrice(instrument.tickSize),
  lotSize: LOT_SIZE,
})

/** @param volatility ticks that the price usually moves by in a tenth of a second */
function listed(
  symbol: string,
  description: string,
  referencePrice: Price,
  volatility: number,
): TradedInstrument {
  return { symbol, description, referencePrice, tickSize: TICK_SIZE, volatility }
}

function firm(
  compId: string,
  strategyName: string,
  strategy: Strategy,
  decisionsPerSecond: number,
): Firm {
  return { compId, password: compId.toLowerCase(), strategyName, strategy, decisionsPerSecond }
}
