/**
 * One number over everything that decides outcomes: equal hashes after equal journals are what
 * `journal verify` and every crash test compare. 64 bits as two independent 32-bit lanes.
 */
import { Side } from '../domain/index.ts'
import { CARRIED_COLUMNS } from './carried-quantities.ts'
import { CONDITION_COLUMNS } from './conditions-table.ts'
import { FIELDS } from './order-rows.ts'
import type { OrderTable } from './order-table.ts'
import { stopSideOf } from './places.ts'
import { hashRisk } from './risk/index.ts'
import type { EngineState, Market } from './state.ts'
import { isOrdinary } from './trading-state.ts'

class Hash {
  private a = 0x9e3779b1 | 0
  private b = 0x85ebca6b | 0

  int(value: number): void {
    this.a = Math.imul(this.a ^ value, 0x01000193)
    this.b = Math.imul(((this.b << 13) | (this.b >>> 19)) ^ value, 0xcc9e2d51)
  }

  /** Any integer below 2^53. */
  number(value: number): void {
    this.int(value | 0)
    this.int((value / 2 ** 32) | 0)
  }

  text(value: string): void {
    this.int(value.length)
    for (let i = 0; i < value.length; i++) this.int(value.charCodeAt(i))
  }

  digest(): string {
    const hex = (lane: number) => ((lane ^ (lane >>> 15)) >>> 0).toString(16).padStart(8, '0')
    return hex(this.a) + hex(this.b)
  }
}

/** Sixteen hexadecimal digits. */
export function stateHash(state: EngineState): string {
  const hash = new Hash()
  hashNumbers(state, hash)
  hashSessions(state, hash)
  hashOrders(state, hash)
  hashBooks(state, hash)
  hashRisk(state.risk, hash)
  for (const trade of state.corrections) hash.text(JSON.stringify(trade))
  for (const operation of state.operations.values()) hash.text(JSON.stringify(operation))
  return hash.digest()
}

function hashNumbers(state: EngineState, hash: Hash): void {
  const { numbers, day, events, ordersToday, ordersPerDayMax, ordersPerCommandMax, work } = state
  const { matching } = state
  for (const value of Object.values(numbers) as number[]) hash.number(value)
  hash.number(ordersToday)
  hash.number(ordersPerDayMax)
  hash.number(ordersPerCommandMax)
  hash.text(work?.name ?? '')
  hash.int(matching.incoming)
  hash.int(matching.highest)
  hash.int(matching.lowest)
  hash.number(events.feedCount)
  hash.int(day.tradingDate)
  hash.number(day.midnightSeconds)
  hash.number(day.closeSeconds)
  hash.int(day.isOpen ? 1 : 0)
  hash.text(day.feedSession)
  // Nothing else asks for it, and others have the hash that they always had.
  if (state.corrections.size > 0) hash.number(day.firstMatchNumber)
  if (day.indicativeSeconds !== 0) hash.number(day.indicativeSeconds)
  if (day.breaker !== undefined) hash.text(JSON.stringify(day.breaker))
  if (day.isPhased) hash.text(JSON.stringify([day.isInMarketHours, day.phases, day.plan]))
}

function hashSessions(state: EngineState, hash: Hash): void {
  const { ledger, venueSessions, stpGroups, sessionStpGroup, sessionStpInstruction } = state
  for (const name of stpGroups.names) hash.text(name)
  for (let session = 1; session <= ledger.count; session++) {
    const { cancelOnDisconnect, cancelGoodTill, cancelOnDisconnectGraceMs, throttle } =
      venueSessions[session]!
    const { reports, postOnly } = venueSessions[session]!
    hash.text(cancelOnDisconnect)
    hash.int(cancelGoodTill ? 1 : 0)
    hash.int(cancelOnDisconnectGraceMs)
    hash.int(throttle.messagesPerSecond)
    hash.number(ledger.graceUntilMs[session]!)
    hash.int(ledger.graceSweep[session]!)
    hash.number(ledger.throttleLevel[session]!)
    hash.number(ledger.throttledUs[session]!)
    hash.int(ledger.dialect[session]! + ledger.tellsDay[session]! * 256)
    hash.text(reports.expiredAs)
    hash.text(postOnly)
    hash.text(stpGroups.names[sessionStpGroup[session]!]!)
    hash.int(sessionStpInstruction[session]!)
    hash.int((reports.includePendings ? 1 : 0) + (reports.restateGoodTill === true ? 2 : 0))
    hash.number(ledger.nextMsgSeqNum[session]!)
    hash.number(ledger.expectedMsgSeqNum[session]!)
    hash.int(ledger.loggedOn[session]!)
  }
}

/** Rows in order of entry; a slot is a place in memory and is covered by the books. */
function hashOrders({ orders, ids }: EngineState, hash: Hash): void {
  for (const field of FIELDS) {
    for (let order = 1; order <= orders.count; order++) hash.number(orders[field](order))
  }
  for (const column of CONDITION_COLUMNS) {
    const values = orders.conditions[column]
    for (let row = 1; row <= orders.conditions.count; row++) hash.number(values[row]!)
  }
  hashCarried(orders, hash)
  for (let entry = 1; entry <= ids.count; entry++) {
    for (let word = entry * 5; word < entry * 5 + 5; word++) hash.int(ids.words[word]!)
    hash.int(ids.session[entry]!)
    hash.int(ids.order[entry]!)
  }
}

/** Orders of earlier days, with what they had done before this one. */
function hashCarried(orders: OrderTable, hash: Hash): void {
  const { before } = orders
  if (before.count === 0) return
  for (let order = 1; order <= orders.count; order++) {
    const row = orders.carried(order)
    if (row === 0) continue
    hash.int(order)
    for (const column of CARRIED_COLUMNS) hash.number(before[column][row]!)
  }
}

/** Priority: every queue in the order in which it would be filled. */
function hashBooks({ markets, orderOfSlot, orderPool }: EngineState, hash: Hash): void {
  const visit = (slot: number): void => {
    hash.int(orderOfSlot[slot]!)
    hash.int(orderPool.leavesQty(slot))
  }
  for (const market of markets) {
    if (market === undefined) continue
    hashTerms(market, hash)
    market.book.shares.forEach((slot, part) => {
      hash.int(orderOfSlot[slot]!)
      hash.int(part)
    })
    market.book.forEachOrder(Side.Buy, visit)
    hash.int(-1)
    market.book.forEachOrder(Side.Sell, visit)
    hash.int(-2)
    for (const side of [Side.Buy, Side.Sell]) market.stops?.forEachOrder(stopSideOf(side), visit)
    hash.int(-3)
    hashTradingState(market, hash)
    for (const side of [Side.Buy, Side.Sell]) market.unpriced?.forEachOrder(side, visit)
    for (const side of [Side.Buy, Side.Sell]) market.atClose?.forEachOrder(side, visit)
  }
}

/** The others have the hash that they always had. */
function hashTradingState(market: Market, hash: Hash): void {
  if (isOrdinary(market)) return
  hash.text(market.phase)
  hash.int(market.isHeld ? 1 : 0)
  hash.number(market.pauseEndsSeconds)
  hash.int(market.auctionPrice)
  hash.int(market.guardLow)
  hash.int(market.guardHigh)
  hash.int(market.tradingState)
  hash.text(market.haltReason)
  hash.text(market.haltPolicy)
  if (market.extension !== undefined) hash.text(JSON.stringify(market.extension))
  if (market.breakerLevel !== 0) hash.int(market.breakerLevel)
  if (market.splitOrderId !== 0) hash.number(market.splitOrderId)
}

/** What an instrument asks of an order, and where its messages go. */
function hashTerms({ instrument, bandLow, bandHigh, lastPrice }: Market, hash: Hash): void {
  hash.text(instrument.symbol)
  hash.int(instrument.channel * 2 + (instrument.listed ? 1 : 0))
  hash.int(instrument.tickSize)
  hash.int(instrument.lotSize)
  hash.int(instrument.maxOrderQty)
  hash.int(bandLow)
  hash.int(bandHigh)
  hash.int(lastPrice)
  hash.text(instrument.matching)
  hash.int(instrument.proRataMinimum)
}
