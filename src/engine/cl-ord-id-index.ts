/**
 * Every ClOrdID(11) of the trading day, of orders and of requests, by session: open addressing over
 * the bytes themselves, so that a lookup makes no string. The hash stands beside the entry's number,
 * so that a search touches the bytes of no other id. Ids are never taken out before the day ends; a new
 * day builds a new index.
 *
 * A table that is half full gets a successor of four times the size. What the old one holds moves there a
 * few places with each id that is added, and is looked for in both meanwhile: to move a million ids at
 * once would keep everybody waiting for tens of milliseconds.
 */
import type { StateTransfer } from '../domain/index.ts'
import { assert, enlarged } from '../domain/index.ts'

const WORDS = 5
/** Pairs of the first table. */
const TABLE_PAIRS_MIN = 2048
/** A successor's size: while there are two tables a search looks into both, so it should be seldom. */
const GROWTH = 4
/** Places of the old table that move with an id: it is empty when an eighth more ids are there. */
const MOVED_PER_ID = 8

export class ClOrdIdIndex {
  /** Entries in use; entry numbers are 1..count. */
  count = 0
  /** ClOrdID bytes of an entry, as five little-endian words from `entry * 5`. */
  words: Int32Array
  /** Order that the id belongs to; 0 = a new order that was rejected. */
  order: Int32Array
  session: Uint16Array
  /** Pairs of hash and entry; entry 0 = vacant. */
  private table = new Int32Array(TABLE_PAIRS_MIN * 2)
  /** Wraps an even index into `table`. */
  private mask = this.table.length - 2
  /** The table before, while it is being moved; what was moved is still there, too. */
  private old: Int32Array | undefined
  /** Next place of it to be moved. */
  private movedTo = 0
  /** Where the latest `find` that missed would have found its id. */
  private vacant = 0
  private vacantHash = 0

  /** @param capacity ids to make room for at first; it doubles when it is full */
  constructor(capacity = 1024) {
    this.words = new Int32Array((capacity + 1) * WORDS)
    this.order = new Int32Array(capacity + 1)
    this.session = new Uint16Array(capacity + 1)
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
    return this.old === undefined ? 0 : this.findOld(this.old, hash, session, view, at)
  }

  /**
   * The entries in the first places where `find` would look for ids with these hashes: most are theirs. The
   * loop has no branch, so that the places are read at the same time.
   * @param hashes of `hashText`; each is replaced by an entry, or by 0
   */
  guess(hashes: Int32Array, count: number): void {
    const { table, mask, old = table } = this
    const oldMask = old.length - 2
    for (let i = 0; i < count; i++) {
      const place = hashes[i]! << 1
      hashes[i] = table[(place & mask) + 1]! | old[(place & oldMask) + 1]!
    }
  }

  /**
   * The orders of entries.
   * @param entries each is replaced by its order, or by 0
   * @returns a number that means nothing: what `find` compares was read for it
   */
  ordersOf(entries: Int32Array, count: number): number {
    const { order, words } = this
    let read = 0
    for (let i = 0; i < count; i++) {
      const entry = Math.min(entries[i]!, this.count)
      read ^= words[entry * WORDS]!
      entries[i] = order[entry]!
    }
    return read
  }

  /** Adds the id that the latest `find` did not know, in the place where it looked last. */
  add(session: number, view: DataView, at: number, order: number): number {
    const entry = ++this.count
    if (entry >= this.order.length) this.grow()
    const words = this.words
    const base = entry * WORDS
    for (let i = 0; i < WORDS; i++) words[base + i] = view.getInt32(at + i * 4, true)
    this.session[entry] = session
    this.order[entry] = order
    assert(this.table[this.vacant + 1] === 0, 'add follows the find that missed')
    this.table[this.vacant] = this.vacantHash
    this.table[this.vacant + 1] = entry
    if (this.old !== undefined) this.move(this.old)
    else if (entry * 4 >= this.table.length) this.beginMove()
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

  /**
   * The table goes as its pairs in the order of their places: put into another in that order they are
   * written one behind the other, where putting ids in by their numbers would jump through memory.
   */
  transfer(transfer: StateTransfer): void {
    this.count = transfer.value('ids.count', this.count)
    this.words = transfer.column('ids.words', this.words, (this.count + 1) * WORDS)
    this.order = transfer.column('ids.order', this.order, this.count + 1)
    this.session = transfer.column('ids.session', this.session, this.count + 1)
    const pairs = transfer.isLoading ? new Int32Array(0) : this.pairs()
    const loaded = transfer.column('ids.pairs', pairs, this.count * 2)
    if (transfer.isLoading) this.build(loaded)
  }

  private pairs(): Int32Array<ArrayBuffer> {
    const pairs = new Int32Array(this.count * 2)
    let count = 0
    const take = (table: Int32Array, from: number): void => {
      for (let at = from; at < table.length; at += 2) {
        if (table[at + 1] === 0) continue
        pairs[count++] = table[at]!
        pairs[count++] = table[at + 1]!
      }
    }
    take(this.table, 0)
    if (this.old !== undefined) take(this.old, this.movedTo)
    assert(count === pairs.length, 'every id has one place')
    return pairs
  }

  private build(pairs: Int32Array): void {
    let places = TABLE_PAIRS_MIN * 2
    while (this.count * 4 >= places) places *= 2
    this.table = new Int32Array(places)
    this.mask = places - 2
    this.old = undefined
    for (let at = 0; at < pairs.length; at += 2) put(this.table, pairs[at]!, pairs[at + 1]!)
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

  /** Doubles the room for entries. */
  private grow(): void {
    const capacity = (this.order.length - 1) * 2
    this.words = enlarged(this.words, (capacity + 1) * WORDS)
    this.order = enlarged(this.order, capacity + 1)
    this.session = enlarged(this.session, capacity + 1)
  }

  private beginMove(): void {
    this.old = this.table
    this.movedTo = 0
    this.table = new Int32Array(this.old.length * GROWTH)
    this.mask = this.table.length - 2
  }

  /** Moves the next places of the old table. */
  private move(old: Int32Array): void {
    const { table } = this
    const end = Math.min(this.movedTo + MOVED_PER_ID * 2, old.length)
    for (let from = this.movedTo; from < end; from += 2) {
      if (old[from + 1] !== 0) put(table, old[from]!, old[from + 1]!)
    }
    this.movedTo = end
    if (end === old.length) this.old = undefined
  }

  private findOld(
    old: Int32Array,
    hash: number,
    session: number,
    view: DataView,
    at: number,
  ): number {
    const mask = old.length - 2
    let probe = (hash << 1) & mask
    for (;;) {
      const entry = old[probe + 1]!
      if (entry === 0) return 0
      if (old[probe] === hash && this.equals(entry, session, view, at)) return entry
      probe = (probe + 2) & mask
    }
  }
}

/** Puts a pair that is not there into a table that has room. */
function put(table: Int32Array, hash: number, entry: number): void {
  const mask = table.length - 2
  let probe = (hash << 1) & mask
  while (table[probe + 1] !== 0) probe = (probe + 2) & mask
  table[probe] = hash
  table[probe + 1] = entry
}

export function hashText(session: number, view: DataView, at: number): number {
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
