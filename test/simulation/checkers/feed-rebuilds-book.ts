/**
 * I6: the book that a subscriber rebuilds from the feed is the engine's book at the same sequence
 * number, and a sequence number that was shown once never shows anything else.
 */
import { Side } from '../../../src/domain/index.ts'
import type { Packet } from '../../../src/wire/index.ts'
import { eachMessage, readPacket } from '../../../src/wire/index.ts'
import { engineOrders } from '../../support/engine-orders.ts'
import type { Checker } from '../checker.ts'
import type { ExchangeProcess } from '../exchange-process.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'feed-rebuilds-book'
const SIDES = [
  ['B', Side.Buy],
  ['S', Side.Sell],
] as const

export function feedRebuildsBook(world: World): Checker {
  const shown = new Map<string, string>()
  const compared: { process?: ExchangeProcess; next: number } = { next: 0 }

  function note(packet: Packet): void {
    eachMessage(packet, (sequence, view, at, length) => {
      const key = `${packet.session} ${sequence}`
      const content = Buffer.from(view.buffer, view.byteOffset + at, length).toString('hex')
      const before = shown.get(key)
      shown.set(key, content)
      if (before === undefined || before === content) return
      throw new Violation(NAME, `message ${key} was ${before}, now ${content}`)
    })
  }

  /** True when the subscriber stands where the lines stand, and they where the engine stands. */
  function isCaughtUp({ publisher }: ExchangeProcess): boolean {
    if (publisher.behindFrom !== undefined) return false
    const { arbiter } = world.feed.patient
    return arbiter.session === publisher.session && arbiter.next === publisher.nextSequence
  }

  function compareBooks(process: ExchangeProcess): void {
    const { next } = world.feed.patient.arbiter
    if (compared.process === process && compared.next === next) return
    Object.assign(compared, { process, next })
    for (const { locate, symbol } of process.exchange.configuration.instruments) {
      for (const [letter, side] of SIDES) {
        const expected = engineOrders(process.exchange.engine, locate, side)
        const found = seenOrders(world, symbol, letter)
        if (found === expected) continue
        const what = `${symbol} ${letter} at message ${next - 1} is ${found}, not ${expected}`
        throw new Violation(NAME, what)
      }
    }
  }

  return {
    packetSent(_, bytes) {
      const packet = readPacket(bytes)
      if (packet !== undefined) note(packet)
    },
    afterStep() {
      const { process } = world
      if (process?.state !== 'running' || !isCaughtUp(process)) return
      // A day that is being opened has told only some of the orders that it carries over.
      if (!process.exchange.engine.hasWork) compareBooks(process)
    },
    whenQuiet() {
      const process = world.process!
      if (!isCaughtUp(process)) {
        const { session, next } = world.feed.patient.arbiter
        const { publisher } = process
        const what = `stands before ${session} ${next}, the feed before ${publisher.session} ${publisher.nextSequence}`
        throw new Violation(NAME, `the subscriber ${what}`)
      }
      const problem = Object.entries(world.feed.patient.market.problems).find(
        ([, count]) => count > 0,
      )
      if (problem) throw new Violation(NAME, `the subscriber counts ${problem.join(' ')}`)
    },
  }
}

function seenOrders({ feed }: World, symbol: string, side: 'B' | 'S'): string {
  const orders = feed.patient.market.book(symbol)?.orders(side) ?? []
  return orders.map((o) => `${o.orderReferenceNumber} ${o.shares}@${o.price}`).join(' ')
}
