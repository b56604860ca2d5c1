/**
 * The resting orders of each session, those that came to rest first in front: what a lost connection
 * or a session that leaves the configuration takes away is found without looking at anybody else's
 * orders. A doubly linked list through the slots of the order pool; 0 ends it.
 */
import { enlarged } from '../domain/index.ts'

export class SessionOrders {
  /** By session. */
  private heads = new Int32Array(1)
  private tails = new Int32Array(1)
  /** By slot: the next of the session at `slot * 2`, the one before it behind that. */
  private links: Int32Array

  /** @param slots to make room for at first */
  constructor(slots: number) {
    this.links = new Int32Array((slots + 1) * 2)
  }

  /** Makes room for sessions 1..count. */
  resize(count: number): void {
    if (count < this.heads.length) return
    this.heads = enlarged(this.heads, count + 1)
    this.tails = enlarged(this.tails, count + 1)
  }

  first(session: number): number {
    return this.heads[session]!
  }

  /** The one that came to rest after it. */
  next(slot: number): number {
    return this.links[slot * 2]!
  }

  add(session: number, slot: number): void {
    if (slot * 2 >= this.links.length) this.links = enlarged(this.links, slot * 4)
    const { links } = this
    const tail = this.tails[session]!
    links[slot * 2] = 0
    links[slot * 2 + 1] = tail
    if (tail === 0) this.heads[session] = slot
    else links[tail * 2] = slot
    this.tails[session] = slot
  }

  remove(session: number, slot: number): void {
    const { links } = this
    const next = links[slot * 2]!
    const previous = links[slot * 2 + 1]!
    if (previous === 0) this.heads[session] = next
    else links[previous * 2] = next
    if (next === 0) this.tails[session] = previous
    else links[next * 2 + 1] = previous
  }
}
