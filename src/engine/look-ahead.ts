/**
 * Reads what the next commands of a turn will need, and does nothing with it. A command that is executed
 * waits for memory again and again, each time for a place that the one before it has named; what many
 * commands need is waited for together. It decides nothing, and may be wrong about everything.
 */
import {
  cancelOrder,
  CommandType,
  enterOrder,
  recordLength,
  recordSession,
  recordType,
  replaceOrder,
} from '../wire/index.ts'
import { hashText } from './cl-ord-id-index.ts'
import type { EngineState } from './state.ts'

/** Commands that are looked at together: what they need has room in the caches of a processor. */
export const COMMANDS_AHEAD = 64

interface Offsets {
  readonly clOrdId: number
  /** 0 = it names no order. */
  readonly origClOrdId: number
}

/** By type of command: where its ids stand; the others are rare. */
const OFFSETS: (Offsets | undefined)[] = Array.from({ length: 256 }, () => undefined)
OFFSETS[CommandType.EnterOrder] = { clOrdId: enterOrder.offsets.clOrdId, origClOrdId: 0 }
OFFSETS[CommandType.CancelOrder] = cancelOrder.offsets
OFFSETS[CommandType.ReplaceOrder] = replaceOrder.offsets

export class LookAhead {
  /** Of the ClOrdIDs that are added: first their hashes, then their entries. */
  private readonly added = new Int32Array(COMMANDS_AHEAD)
  private addedCount = 0
  /** Of the orders that are named: hashes, entries, orders, slots. */
  private readonly named = new Int32Array(COMMANDS_AHEAD)
  private namedCount = 0
  /** Keeps what was read from being nothing to the compiler. */
  private read = 0

  /**
   * @param at of the first command record of COMMANDS_AHEAD
   * @param end behind the last one of the turn
   */
  look(
    { ids, orders, orderPool, sessionOrders }: EngineState,
    view: DataView,
    at: number,
    end: number,
  ): void {
    this.hashIds(view, at, end)
    const { named, namedCount } = this
    ids.guess(this.added, this.addedCount)
    ids.guess(named, namedCount)
    let read = ids.ordersOf(named, namedCount)
    for (let i = 0; i < namedCount; i++) {
      read += orders.price(named[i]!)
      named[i] = orders.slot[named[i]!]!
    }
    for (let i = 0; i < namedCount; i++) {
      read += orderPool.next(named[i]!) + sessionOrders.next(named[i]!)
    }
    this.read = read | this.added[0]!
  }

  private hashIds(view: DataView, from: number, end: number): void {
    const { added, named } = this
    this.addedCount = this.namedCount = 0
    let at = from
    for (let i = 0; i < COMMANDS_AHEAD && at < end; i++, at += recordLength(view, at)) {
      const offsets = OFFSETS[recordType(view, at)]
      if (offsets === undefined) continue
      const session = recordSession(view, at)
      added[this.addedCount++] = hashText(session, view, at + offsets.clOrdId)
      if (offsets.origClOrdId === 0) continue
      named[this.namedCount++] = hashText(session, view, at + offsets.origClOrdId)
    }
  }
}
