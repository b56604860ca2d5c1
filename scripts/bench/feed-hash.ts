/** One number for all books: of a subscriber, and of the engine that executes the journal again. */
import { crc32 } from 'node:zlib'
import type { MarketView } from '../../src/client/index.ts'
import { Side } from '../../src/domain/index.ts'
import { Engine } from '../../src/engine/index.ts'
import { replayGroup } from '../../src/exchange.ts'
import { JournalReader, NodeDisk } from '../../src/journal/index.ts'
import { engineOrders } from '../../test/support/engine-orders.ts'

const SIDES = [
  ['B', Side.Buy],
  ['S', Side.Sell],
] as const

/** Of every order, best price first, then by priority; books in the order of their instruments. */
export function marketHash(market: MarketView): number {
  let hash = 0
  for (const book of market.books) {
    for (const [side] of SIDES) {
      const orders = book.orders(side)
      const text = orders.map((o) => `${o.orderReferenceNumber} ${o.shares}@${o.price}`).join(' ')
      hash = crc32(`${book.symbol}${side}${text}`, hash)
    }
  }
  return hash
}

/** As the journal leaves it; its server may be running. */
export function engineHash(journalDirectory: string): {
  hash: number
  messages: number
  orders: number
} {
  const engine = new Engine()
  const reader = JournalReader.open({ disk: new NodeDisk(), directory: journalDirectory })
  for (const group of reader.read()) replayGroup(engine, group)
  reader.close()
  let hash = 0
  let orders = 0
  for (const { locate, symbol } of engine.configuration!.instruments) {
    for (const [letter, side] of SIDES) {
      const text = engineOrders(engine, locate, side)
      orders += text === '' ? 0 : text.split('@').length - 1
      hash = crc32(`${symbol}${letter}${text}`, hash)
    }
  }
  return { hash, messages: engine.feedCount, orders }
}
