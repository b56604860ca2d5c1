/**
 * Random markets into the real book and into the naive one. The seeds are fixed; a failure names
 * the command at which the two books part.
 */
import { describe, expect, it } from 'vitest'
import { PRICE_MAX, QUANTITY_MAX, Side } from '../../src/domain/index.ts'
import { BookPair, Pools } from './book-pair.ts'
import type { Command } from './book-pair.ts'

interface Market {
  readonly seed: number
  readonly tickSize: number
  /** Ticks between the middle of the market and most of its prices, at most. */
  readonly spread: number
  /** Ticks by which the middle of the market may move from one command to the next. */
  readonly drift: number
  /** Share of the orders whose price is any distance away, as far as one tick and PRICE_MAX. */
  readonly anywhere: number
  readonly liveOrders: number
}

const calm = { tickSize: 100, spread: 20, drift: 1, anywhere: 0, liveOrders: 150 }

describe('the order book does what the naive book does', () => {
  it.each<[string, Market]>([
    ['a calm market', { seed: 1, ...calm }],
    ['a market that trends through many windows', { seed: 2, ...calm, spread: 200, drift: 20 }],
    ['prices anywhere', { seed: 3, ...calm, anywhere: 0.2 }],
    ['nothing but stray prices', { seed: 4, ...calm, anywhere: 1, liveOrders: 60 }],
    ['a wide market of the smallest tick', { seed: 5, ...calm, tickSize: 1, spread: 3000 }],
    ['a coarse tick', { seed: 6, ...calm, tickSize: 2_500_000, spread: 300, anywhere: 0.05 }],
    ['jumps', { seed: 7, ...calm, spread: 9000, drift: 1000, anywhere: 0.01 }],
  ])('in %s', (_name, market) => {
    const pair = new BookPair(market.tickSize)
    runMarket(pair, market, 20_000, (command, at) => applyAndCompare(pair, command, at))
    expect(pair.liveCount).toBeGreaterThan(market.liveOrders / 2)
  })

  it('when several books share the pools', () => {
    const pools = new Pools()
    const pairs = [1, 100, 250].map((tickSize) => ({
      tickSize,
      pair: new BookPair(tickSize, pools),
    }))
    for (let round = 0; round < 20; round++) {
      for (const { tickSize, pair } of pairs) {
        const market = { ...calm, seed: 100 * round + tickSize, tickSize, anywhere: 0.05 }
        runMarket(pair, market, 200, (command, at) => applyAndCompare(pair, command, at))
      }
    }
    expect(pools.orders.liveCount).toBe(pairs.reduce((sum, { pair }) => sum + pair.liveCount, 0))
  })

  it('with so many levels that the window reaches its largest size', () => {
    const pair = new BookPair(1)
    const market = { ...calm, seed: 9, tickSize: 1, spread: 60_000, drift: 500, liveOrders: 6000 }
    runMarket(pair, market, 20_000, (command, at) => {
      pair.apply(command)
      if (at % 500 === 0) pair.compareState()
    })
    expect(pair.liveCount).toBeGreaterThan(4000)
  })
})

function applyAndCompare(pair: BookPair, command: Command, at: number): void {
  try {
    pair.apply(command)
    pair.compareState()
  } catch (cause) {
    throw new Error(`command ${at}, ${JSON.stringify(command)}`, { cause })
  }
}

/** Feeds commands that keep about `liveOrders` alive. */
function runMarket(
  pair: BookPair,
  market: Market,
  count: number,
  feed: (command: Command, at: number) => void,
) {
  const random = mulberry32(market.seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const ticksMax = Math.floor(PRICE_MAX / market.tickSize)
  const clamp = (ticks: number) => Math.min(Math.max(ticks, 1), ticksMax)
  let middle = clamp(Math.min(1_000_000, ticksMax >> 1))

  for (let at = 0; at < count; at++) {
    middle = clamp(middle + below(2 * market.drift + 1) - market.drift)
    const kind = random()
    const isFull = pair.liveCount > market.liveOrders
    if (kind < (isFull ? 0.7 : 0.2)) {
      feed({ kind: 'cancel', pick: below(2 ** 30) }, at)
      continue
    }
    if (kind < (isFull ? 0.75 : 0.3)) {
      feed({ kind: 'reduce', pick: below(2 ** 30), quantity: below(2 ** 30) }, at)
      continue
    }

    const side = random() < 0.5 ? Side.Buy : Side.Sell
    const reach = random() < market.anywhere ? ticksMax : market.spread
    const away = below(reach) - Math.floor(market.spread / 8)
    const price = clamp(side === Side.Buy ? middle - away : middle + away) * market.tickSize
    // Large orders rest, far enough from the middle not to sweep the other side all the time.
    const quantity = 1 + below(away > market.spread / 2 && random() < 0.2 ? QUANTITY_MAX : 500)
    const chance = random()
    if (chance < 0.03) feed({ kind: 'market', side, quantity: 1 + (quantity % 2000) }, at)
    else if (chance < 0.13) feed({ kind: 'fillOrKill', side, price, quantity }, at)
    else feed({ kind: 'limit', side, price, quantity }, at)
  }
}

/** A small seeded generator, 0 <= result < 1. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
