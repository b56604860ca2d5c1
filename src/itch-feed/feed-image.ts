/**
 * What the feed has come to: the last system event, directory and trading states, and each order on the
 * books as the message that would add it. It follows the messages of the running session and is what
 * snapshots are made of. Orders stand in the order in which they joined the tail of their price, so that
 * adding them one by one rebuilds each queue.
 */
import type { StateTransfer } from '../domain/index.ts'
import { assert, enlarged } from '../domain/index.ts'
import { endOfSnapshot, itch50, sequencedHeader, SOUP_HEADER_BYTES } from '../wire/index.ts'

const {
  addOrder,
  crossTrade,
  orderCancel,
  orderDelete,
  orderExecuted,
  orderExecutedWithPrice,
  orderReplace,
  stockDirectory,
  systemEvent,
} = itch50
const ORDER_BYTES = addOrder.length
/** Type, locate, tracking number and timestamp. */
const HEADER_BYTES = addOrder.offsets.orderReferenceNumber
const TYPE_ADD = 'A'.charCodeAt(0)
const BUY = 'B'.charCodeAt(0)
const SYMBOL_BYTES = 8
const START_OF_MESSAGES = 'O'.charCodeAt(0)
const END_OF_SNAPSHOT = 'G'.charCodeAt(0)
const SLOTS_AT_FIRST = 1024
/** In front of the first order, and behind the last. */
const END = 0

/** A state of the market. */
export interface Snapshot {
  /** Of the first message of the feed that is not in it. */
  readonly sequence: number
  /** SoupBinTCP packets of S, R and H for each instrument, A for each order, and G. */
  readonly bytes: Uint8Array
}

/** Hears what a message has changed. Prices in 1/10,000, sides in ITCH's letters. */
export interface FeedImageListener {
  /** Another session begins: nothing is listed, and nothing on the books. */
  cleared(): void
  listed(locate: number, symbol: string): void
  /** So many shares and orders more, or less (< 0), stand at a price. */
  levelChanged(change: LevelChange): void
  traded(trade: FeedTrade): void
}

export interface LevelChange {
  readonly locate: number
  readonly side: 'B' | 'S'
  readonly price: number
  readonly shares: number
  readonly orders: number
}

export interface FeedTrade {
  readonly locate: number
  readonly price: number
  readonly shares: number
  readonly matchNumber: number
  /** Nanoseconds since the trading date's midnight. */
  readonly timestampNs: number
}

export class FeedImage {
  private readonly listener: FeedImageListener | undefined
  private lastEvent: Uint8Array = new Uint8Array(0)
  /** By stock locate. */
  private readonly directory = new Map<number, Uint8Array>()
  private readonly states = new Map<number, Uint8Array>()
  /** Of auctions that wait, until their next state. */
  private readonly collars = new Map<number, Uint8Array>()
  /** By type, V and W: the latest of the day. */
  private readonly ofBreaker = new Map<number, Uint8Array>()
  private readonly lastTrades = new Map<number, FeedTrade>()
  /** By order reference number. */
  private readonly slots = new Map<number, number>()
  /** By slot: the message that would add the order. */
  private orders = new Uint8Array(SLOTS_AT_FIRST * ORDER_BYTES)
  private view = new DataView(this.orders.buffer)
  /** By slot: the one that joined behind it. */
  private next = new Int32Array(SLOTS_AT_FIRST)
  private previous = new Int32Array(SLOTS_AT_FIRST)
  private readonly free: number[] = []
  private slotsUsed = END

  constructor(listener?: FeedImageListener) {
    this.listener = listener
  }

  /** Orders on the books. */
  get orderCount(): number {
    return this.slots.size
  }

  /** Takes the next message of the session; S `O` begins another. */
  take(view: DataView, at: number, length: number): void {
    switch (String.fromCharCode(view.getUint8(at))) {
      case 'A':
        return this.add(bytesOf(view, at, length))
      case 'E':
        return this.execute(view, at)
      case 'C':
        // Of an auction, whose trade is its Cross Trade.
        return this.reduce(
          this.slotOf(view, at + orderExecutedWithPrice.offsets.orderReferenceNumber),
          view.getUint32(at + orderExecutedWithPrice.offsets.executedShares),
        )
      case 'X':
        return this.reduce(
          this.slotOf(view, at + orderCancel.offsets.orderReferenceNumber),
          view.getUint32(at + orderCancel.offsets.canceledShares),
        )
      case 'D':
        return this.remove(this.slotOf(view, at + orderDelete.offsets.orderReferenceNumber))
      case 'U':
        return this.replace(view, at, bytesOf(view, at, length))
      case 'S':
        if (view.getUint8(at + systemEvent.offsets.eventCode) === START_OF_MESSAGES) this.clear()
        this.lastEvent = bytesOf(view, at, length).slice()
        return
      case 'R':
        return this.list(view, at, length)
      case 'H':
        this.states.set(locateAt(view, at), bytesOf(view, at, length).slice())
        this.collars.delete(locateAt(view, at))
        return
      case 'J':
        this.collars.set(locateAt(view, at), bytesOf(view, at, length).slice())
        return
      case 'Q':
        return this.cross(view, at)
      case 'V':
      case 'W':
        this.ofBreaker.set(view.getUint8(at), bytesOf(view, at, length).slice())
        return
      case 'I':
        // The next second tells another.
        return
      case 'B':
      case 'P':
        // What operations says of trades that were: the books are what they are.
        return
      default:
        assert(false, 'a message that the venue sends')
    }
  }

  /**
   * Instead of all messages that it would have taken; whoever listens hears what is there.
   * @param channel of the feed, 0..CHANNELS_MAX - 1
   */
  transfer(channel: number, transfer: StateTransfer): void {
    const part = `channel.${channel}.image`
    const { bytes } = this.snapshot(0)
    const length = transfer.value(`${part}.bytes`, bytes.length)
    const packets = transfer.column(part, bytes, length)
    const trades = transfer.value(`${part}.lastTrades`, [...this.lastTrades.values()])
    if (!transfer.isLoading) return

    const view = new DataView(packets.buffer)
    for (let at = 0; at < length;) {
      const messageBytes = view.getUint16(at) - 1
      if (view.getUint8(at + SOUP_HEADER_BYTES) === END_OF_SNAPSHOT) break
      this.take(view, at + SOUP_HEADER_BYTES, messageBytes)
      at += packetBytes(messageBytes)
    }
    for (const trade of trades) this.noteTrade(trade)
  }

  /** @param sequence of the next message of the feed */
  snapshot(sequence: number): Snapshot {
    const messages: Uint8Array[] = this.lastEvent.length === 0 ? [] : [this.lastEvent]
    messages.push(...this.ofBreaker.values())
    for (const [locate, directory] of this.directory) {
      messages.push(directory)
      const state = this.states.get(locate)
      if (state !== undefined) messages.push(state)
      const collar = this.collars.get(locate)
      if (collar !== undefined) messages.push(collar)
    }
    const end = endOfSnapshot(sequence)
    const headBytes = [...messages, end].reduce((sum, { length }) => sum + packetBytes(length), 0)
    const bytes = new Uint8Array(headBytes + this.orderCount * packetBytes(ORDER_BYTES))
    const view = new DataView(bytes.buffer)
    let at = 0
    const append = (from: Uint8Array, start: number, length: number): void => {
      sequencedHeader(view, at, length)
      // One by one: a view of each of a million orders would be garbage.
      for (let i = 0; i < length; i++) bytes[at + SOUP_HEADER_BYTES + i] = from[start + i]!
      at += packetBytes(length)
    }
    for (const message of messages) append(message, 0, message.length)
    for (let slot = this.next[END]!; slot !== END; slot = this.next[slot]!) {
      append(this.orders, slot * ORDER_BYTES, ORDER_BYTES)
    }
    append(end, 0, end.length)
    return { sequence, bytes }
  }

  private add(message: Uint8Array): void {
    const slot = this.free.pop() ?? ++this.slotsUsed
    if (slot >= this.next.length) this.grow()
    this.orders.set(message.subarray(0, ORDER_BYTES), slot * ORDER_BYTES)
    const reference = this.referenceAt(slot)
    assert(!this.slots.has(reference), 'an order is added once')
    this.slots.set(reference, slot)
    this.append(slot)
    this.tell(slot, this.sharesOf(slot), 1)
  }

  private execute(view: DataView, at: number): void {
    const { orderReferenceNumber, executedShares, matchNumber } = orderExecuted.offsets
    const slot = this.slotOf(view, at + orderReferenceNumber)
    const shares = view.getUint32(at + executedShares)
    const order = slot * ORDER_BYTES
    this.noteTrade({
      locate: locateAt(this.view, order),
      price: this.view.getUint32(order + addOrder.offsets.price),
      shares,
      matchNumber: readNumber(view, at + matchNumber),
      timestampNs: timestampAt(view, at),
    })
    this.reduce(slot, shares)
  }

  private cross(view: DataView, at: number): void {
    const { shares, crossPrice, matchNumber } = crossTrade.offsets
    const price = view.getUint32(at + crossPrice)
    const executed = readNumber(view, at + shares)
    // Nothing has crossed: it says that the auction is over.
    if (price === 0 || executed === 0) return
    this.noteTrade({
      locate: locateAt(view, at),
      price,
      shares: executed,
      matchNumber: readNumber(view, at + matchNumber),
      timestampNs: timestampAt(view, at),
    })
  }

  private noteTrade(trade: FeedTrade): void {
    this.lastTrades.set(trade.locate, trade)
    this.listener?.traded(trade)
  }

  private reduce(slot: number, shares: number): void {
    const left = this.sharesOf(slot) - shares
    assert(left >= 0, 'no more is executed or canceled than is left')
    if (left === 0) return this.remove(slot)
    this.view.setUint32(slot * ORDER_BYTES + addOrder.offsets.shares, left)
    this.tell(slot, 0 - shares, 0)
  }

  private remove(slot: number): void {
    this.tell(slot, 0 - this.sharesOf(slot), -1)
    this.slots.delete(this.referenceAt(slot))
    this.unlink(slot)
    this.free.push(slot)
  }

  /** Side and stock stay; the rest is new, and so is the place. */
  private replace(view: DataView, at: number, message: Uint8Array): void {
    const slot = this.slotOf(view, at + orderReplace.offsets.originalOrderReferenceNumber)
    this.tell(slot, 0 - this.sharesOf(slot), -1)
    this.slots.delete(this.referenceAt(slot))
    this.unlink(slot)
    const { newOrderReferenceNumber, shares, price } = orderReplace.offsets
    const to = slot * ORDER_BYTES
    this.orders.set(message.subarray(0, HEADER_BYTES), to)
    this.orders[to] = TYPE_ADD
    const reference = message.subarray(newOrderReferenceNumber, newOrderReferenceNumber + 8)
    this.orders.set(reference, to + addOrder.offsets.orderReferenceNumber)
    this.view.setUint32(to + addOrder.offsets.shares, view.getUint32(at + shares))
    this.view.setUint32(to + addOrder.offsets.price, view.getUint32(at + price))
    this.slots.set(this.referenceAt(slot), slot)
    this.append(slot)
    this.tell(slot, this.sharesOf(slot), 1)
  }

  private list(view: DataView, at: number, length: number): void {
    const locate = locateAt(view, at)
    this.directory.set(locate, bytesOf(view, at, length).slice())
    if (this.listener === undefined) return
    const { stock } = stockDirectory.offsets
    this.listener.listed(locate, textOf(view, at + stock, SYMBOL_BYTES))
  }

  private clear(): void {
    this.directory.clear()
    this.states.clear()
    this.collars.clear()
    this.ofBreaker.clear()
    this.lastTrades.clear()
    this.slots.clear()
    this.free.length = 0
    this.slotsUsed = END
    this.next[END] = this.previous[END] = END
    this.listener?.cleared()
  }

  /** The price of an order has so many shares and orders more. */
  private tell(slot: number, shares: number, orders: number): void {
    if (this.listener === undefined) return
    const at = slot * ORDER_BYTES
    this.listener.levelChanged({
      locate: locateAt(this.view, at),
      side: this.view.getUint8(at + addOrder.offsets.side) === BUY ? 'B' : 'S',
      price: this.view.getUint32(at + addOrder.offsets.price),
      shares,
      orders,
    })
  }

  private sharesOf(slot: number): number {
    return this.view.getUint32(slot * ORDER_BYTES + addOrder.offsets.shares)
  }

  private slotOf(view: DataView, at: number): number {
    const slot = this.slots.get(readNumber(view, at))
    assert(slot !== undefined, 'the order is on a book')
    return slot
  }

  private referenceAt(slot: number): number {
    return readNumber(this.view, slot * ORDER_BYTES + addOrder.offsets.orderReferenceNumber)
  }

  private append(slot: number): void {
    const last = this.previous[END]!
    this.previous[slot] = last
    this.next[slot] = END
    this.next[last] = slot
    this.previous[END] = slot
  }

  private unlink(slot: number): void {
    const before = this.previous[slot]!
    const behind = this.next[slot]!
    this.next[before] = behind
    this.previous[behind] = before
  }

  private grow(): void {
    const slots = this.next.length * 2
    this.next = enlarged(this.next, slots)
    this.previous = enlarged(this.previous, slots)
    this.orders = enlarged(this.orders, slots * ORDER_BYTES)
    this.view = new DataView(this.orders.buffer)
  }
}

const bytesOf = (view: DataView, at: number, length: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + at, length)

const locateAt = (view: DataView, at: number): number =>
  view.getUint16(at + addOrder.offsets.stockLocate)

/** A u64, which is below 2^53. */
const readNumber = (view: DataView, at: number): number =>
  view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4)

const timestampAt = (view: DataView, at: number): number => {
  const { timestampNs } = addOrder.offsets
  return view.getUint16(at + timestampNs) * 2 ** 32 + view.getUint32(at + timestampNs + 2)
}

/** Text that is padded behind with spaces. */
const textOf = (view: DataView, at: number, length: number): string =>
  String.fromCharCode(...bytesOf(view, at, length)).trimEnd()

const packetBytes = (messageBytes: number): number => SOUP_HEADER_BYTES + messageBytes
