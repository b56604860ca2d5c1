/**
 * Every ClOrdID(11) of the trading day, of orders and of requests, by session: open addressing over
 * the bytes themselves, so that a lookup makes no string. The hash stands beside the entry's number,
 * so that a search touches the bytes of no other id. Ids
 * are never taken out before the day ends; a new day builds a new index.
 */
import { assert } from '../domain/index.ts'

const WORDS = 5

export class ClOrdIdIndex {
  /** Entries in use; entry numbers are 1..count. */
  count = 0
  /** ClOrdID bytes of an entry, as five little-endian words from `entry * 5`. */
  words: Int32Array
  /** Order that the id belongs to; 0 = a new order that was rejected. */
  order: Int32Array
  session: Uint16Array
  /** Pairs of hash and entry; entry 0 = vacant. */
  private table: Int32Array
  /** Wraps an even index into `table`. */
  private mask: number
  /** Where the latest `find` that missed would have found its id. */
  private vacant = 0
  private vacantHash = 0

  constructor(capacity = 1024) {
    this.words = new Int32Array((capacity + 1) * WORDS)
    this.order = new Int32Array(capacity + 1)
    this.session = new Uint16Array(capacity + 1)
    assert((capacity & (capacity - 1)) === 0, 'capacity is a power of two')
    this.table = new Int32Array(capacity * 4)
    this.mask = this.table.length - 2
  }

  /** Entry of the text(20) at `at`, or 0. */
  find(session: number, view: DataView, at: number): number {
    const { table, mask } = this
    const hash = hashText(session, view, at)
    let probe = (hash << 1) & mask
    for (;;) {
      const entry = table[probe + 1]!
      if (entry === 0) break
      if (table[probe] === hash && this.equals(entry, session, view, at)) return entry
      probe = (probe + 2) & mask
    }
    this.vacant = probe
    this.vacantHash = hash
    return 0
  }

  /** Adds the id that the latest `find` did not know, in the place where it looked last. */
  add(session: number, view: DataView, at: number, order: number): number {
    const entry = ++this.count
    if (entry >= this.order.length) this.grow(session, view, at)
    const words = this.words
    const base = entry * WORDS
    for (let i = 0; i < WORDS; i++) words[base + i] = view.getInt32(at + i * 4, true)
    this.session[entry] = session
    this.order[entry] = order
    assert(this.table[this.vacant + 1] === 0, 'add follows the find that missed')
    this.table[this.vacant] = this.vacantHash
    this.table[this.vacant + 1] = entry
    return entry
  }

  /** Copies an entry of yesterday's index for an order that is carried into the new day. */
  addFrom(other: ClOrdIdIndex, entry: number, order: number): number {
    const bytes = new DataView(other.words.buffer, entry * WORDS * 4, WORDS * 4)
    const known = this.find(other.session[entry]!, bytes, 0)
    assert(known === 0, 'a ClOrdID is carried once')
    return this.add(other.session[entry]!, bytes, 0, order)
  }

  /** Writes the id of an entry as a text(20). */
  copyTo(entry: number, view: DataView, at: number): void {
    const base = entry * WORDS
    for (let i = 0; i < WORDS; i++) view.setInt32(at + i * 4, this.words[base + i]!, true)
  }

  private equals(entry: number, session: number, view: DataView, at: number): boolean {
    const words = this.words
    const base = entry * WORDS
    return (
      this.session[entry] === session &&
      words[base] === view.getInt32(at, true) &&
      words[base + 1] === view.getInt32(at + 4, true) &&
      words[base + 2] === view.getInt32(at + 8, true) &&
      words[base + 3] === view.getInt32(at + 12, true) &&
      words[base + 4] === view.getInt32(at + 16, true)
    )
  }

  /** Doubles everything, and finds the vacant place of the id at hand again. */
  private grow(session: number, view: DataView, at: number): void {
    const capacity = (this.order.length - 1) * 2
    this.words = copied(this.words, new Int32Array((capacity + 1) * WORDS))
    this.order = copied(this.order, new Int32Array(capacity + 1))
    this.session = copied(this.session, new Uint16Array(capacity + 1))
    this.rehash(capacity * 4)
    this.find(session, view, at)
  }

  private rehash(length: number): void {
    const old = this.table
    const table = new Int32Array(length)
    const mask = length - 2
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue
      let probe = (old[from]! << 1) & mask
      while (table[probe + 1] !== 0) probe = (probe + 2) & mask
      table[probe] = old[from]!
      table[probe + 1] = old[from + 1]!
    }
    this.table = table
    this.mask = mask
  }
}

function copied<A extends Int32Array | Uint16Array>(from: A, to: A): A {
  to.set(from)
  return to
}

function hashText(session: number, view: DataView, at: number): number {
  return hashWords(
    session,
    view.getInt32(at, true),
    view.getInt32(at + 4, true),
    view.getInt32(at + 8, true),
    view.getInt32(at + 12, true),
    view.getInt32(at + 16, true),
  )
}

/** Multiply-rotate over the words with a final avalanche (the finish of MurmurHash3). */
function hashWords(s: number, a: number, b: number, c: number, d: number, e: number): number {
  let hash = Math.imul(s + 1, 0x9e3779b1)
  hash = Math.imul((hash << 13) | (hash >>> 19), 0x85ebca6b) ^ Math.imul(a, 0xcc9e2d51)
  hash = Math.imul((hash << 13) | (hash >>> 19), 0x85ebca6b) ^ Math.imul(b, 0xcc9e2d51)
  hash = Math.imul((hash << 13) | (hash >>> 19), 0x85ebca6b) ^ Math.imul(c, 0xcc9e2d51)
  hash = Math.imul((hash << 13) | (hash >>> 19), 0x85ebca6b) ^ Math.imul(d, 0xcc9e2d51)
  hash = Math.imul((hash << 13) | (hash >>> 19), 0x85ebca6b) ^ Math.imul(e, 0xcc9e2d51)
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b)
  return hash ^ (hash >>> 16)
}
