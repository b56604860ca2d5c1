/** FIX values of an order as the integers of its record. */
import {
  CL_ORD_ID_MAX,
  DecimalProblem,
  PRICE_DECIMALS,
  PRICE_MAX,
  QUANTITY_MAX,
  TimeInForce,
} from '../domain/index.ts'
import type { FixMessage } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'
import type { RecordBuffer, VenueSession } from '../wire/index.ts'
import { Unrepresentable } from '../wire/index.ts'

/** An OrderID(37) that no order has: they count from 1 and never get there. */
const NO_ORDER = Number.MAX_SAFE_INTEGER

/** OrderID(37), 1..2^53-1: NO_ORDER for what is no number of ours; 0 when it was not sent. */
export function orderIdOf(message: FixMessage): number {
  if (!message.has(Tag.OrderID)) return 0
  const orderId = message.int(Tag.OrderID)
  return orderId !== undefined && orderId > 0 ? orderId : NO_ORDER
}

/** Number in the session's account list; its first account when the field is absent; -1 = unknown. */
export function accountOf(message: FixMessage, session: VenueSession): number {
  if (!message.has(Tag.Account)) return session.accounts.length > 0 ? 1 : 0
  const number = session.accounts.indexOf(message.string(Tag.Account)!) + 1
  return number === 0 ? -1 : number
}

/** @param tag 0 when it is absent; a value of Unrepresentable when no order can have it */
export function quantityOf(message: FixMessage, tag: number): number {
  if (!message.has(tag)) return 0
  const quantity = message.decimal(tag, 0, QUANTITY_MAX)
  return quantity > 0 ? quantity : unrepresentable(quantity)
}

/** @param tag 0 when it is absent; a value of Unrepresentable when no order can have it */
export function priceOf(message: FixMessage, tag: number): number {
  if (!message.has(tag)) return 0
  const price = message.decimal(tag, PRICE_DECIMALS, PRICE_MAX)
  return price > 0 ? price : unrepresentable(price)
}

function unrepresentable(problem: number): number {
  if (problem === DecimalProblem.TooPrecise) return Unrepresentable.TooPrecise
  if (problem === DecimalProblem.TooLarge) return Unrepresentable.TooLarge
  return Unrepresentable.NotPositive
}

/** Day when absent. */
export const timeInForceOf = (message: FixMessage): number =>
  message.has(Tag.TimeInForce) ? message.byte(Tag.TimeInForce) : TimeInForce.Day

/** 1..20 printable ASCII characters, or 1..`charactersMax`. */
export function isWellFormedId(
  message: FixMessage,
  tag: number,
  charactersMax = CL_ORD_ID_MAX,
): boolean {
  const index = message.indexOf(tag)
  if (index < 0) return false
  const start = message.valueStarts[index]!
  const end = message.valueEnds[index]!
  if (end === start || end - start > charactersMax) return false
  for (let i = start; i < end; i++) {
    const byte = message.bytes[i]!
    if (byte < 0x20 || byte > 0x7e) return false
  }
  return true
}

/** Copies a well-formed id into a record's text field. */
export function copyId(message: FixMessage, tag: number, commands: RecordBuffer, at: number): void {
  const index = message.indexOf(tag)
  const start = message.valueStarts[index]!
  const length = message.valueEnds[index]! - start
  for (let i = 0; i < length; i++) commands.bytes[at + i] = message.bytes[start + i]!
}
