/**
 * What an order asks for beyond side, quantity, price and time in force: which of it goes together,
 * and its record. docs/protocols/order-entry.md.
 */
import { isForAuction, OrdType, StpInstruction, TimeInForce } from '../domain/index.ts'
import type { FixMessage } from '../fix/index.ts'
import { Tag } from '../fix/index.ts'
import type { OrderConditionsRecord, RecordBuffer } from '../wire/index.ts'
import { ExecInstBit, orderConditions } from '../wire/index.ts'
import { priceOf, quantityOf, timeInForceOf } from './order-values.ts'

/** Fields of which an order with conditions has at least one. */
export const CONDITION_TAGS: readonly number[] = [
  Tag.StopPx,
  Tag.MinQty,
  Tag.MaxFloor,
  Tag.MaxShow,
  Tag.ExpireDate,
  Tag.ExpireTime,
  Tag.ExecInst,
]

/** Self-trade prevention, by the tags of CME and Coinbase: the group, and what is canceled. */
export const STP_GROUP = 7928
export const STP_INSTRUCTION = 8000
export const STP_TAGS: readonly number[] = [STP_GROUP, STP_INSTRUCTION]
const ALL_TAGS = [...CONDITION_TAGS, ...STP_TAGS]
const STP_INSTRUCTIONS: readonly number[] = Object.values(StpInstruction)
/** A group's name: 1 to 16 printable ASCII characters. */
const STP_GROUP_NAME = /^[ -~]{1,16}$/

/** ExecInst(18), a list of single characters. */
const EXEC_INST: Readonly<Record<string, number>> = {
  6: ExecInstBit.PostOnly,
  G: ExecInstBit.AllOrNone,
  Q: ExecInstBit.CancelOnFailure,
  K: ExecInstBit.CancelOnHalt,
  J: ExecInstBit.ReinstateOnHalt,
}
/** Of these an order has one at most. */
const EITHER_ON_HALT = ExecInstBit.CancelOnHalt | ExecInstBit.ReinstateOnHalt
/** Latest instant of a record: in 2106. */
const SECONDS_MAX = 0xffffffff

const isStop = (ordType: number): boolean =>
  ordType === OrdType.Stop || ordType === OrdType.StopLimit
const isLimit = (ordType: number): boolean =>
  ordType === OrdType.Limit || ordType === OrdType.StopLimit
const mayRest = (timeInForce: number): boolean =>
  timeInForce !== TimeInForce.ImmediateOrCancel &&
  timeInForce !== TimeInForce.FillOrKill &&
  !isForAuction(timeInForce)

/** The field that OrdType(40) or TimeInForce(59) asks for and that is missing; 0 = none. */
export function missingCondition(message: FixMessage): number {
  if (isStop(message.byte(Tag.OrdType)) && !message.has(Tag.StopPx)) return Tag.StopPx
  const isDated = timeInForceOf(message) === TimeInForce.GoodTillDate
  const hasDate = message.has(Tag.ExpireDate) || message.has(Tag.ExpireTime)
  return isDated && !hasDate ? Tag.ExpireDate : 0
}

/** The first condition that does not go with the rest of the order, or is not offered; 0 = none. */
export function contradictoryCondition(message: FixMessage): number {
  const ordType = message.byte(Tag.OrdType)
  const timeInForce = timeInForceOf(message)
  const isAllowed: Readonly<Record<number, () => boolean>> = {
    [Tag.StopPx]: () => isStop(ordType),
    [Tag.MinQty]: () => timeInForce === TimeInForce.ImmediateOrCancel,
    [Tag.MaxFloor]: () => isLimit(ordType) && mayRest(timeInForce),
    [Tag.MaxShow]: () => isLimit(ordType) && mayRest(timeInForce) && !message.has(Tag.MaxFloor),
    [Tag.ExpireDate]: () => timeInForce === TimeInForce.GoodTillDate,
    [Tag.ExpireTime]: () =>
      timeInForce === TimeInForce.GoodTillDate && !message.has(Tag.ExpireDate),
    [Tag.ExecInst]: () => isPossible(execInstOf(message), ordType, timeInForce),
    [STP_GROUP]: () => STP_GROUP_NAME.test(message.string(STP_GROUP)!),
    [STP_INSTRUCTION]: () => STP_INSTRUCTIONS.includes(message.byte(STP_INSTRUCTION)),
  }
  return ALL_TAGS.find((tag) => message.has(tag) && !isAllowed[tag]!()) ?? 0
}

/** @param bits of ExecInstBit; -1 = one that is not offered */
function isPossible(bits: number, ordType: number, timeInForce: number): boolean {
  if (bits < 0 || (bits & EITHER_ON_HALT) === EITHER_ON_HALT) return false
  const isFillOrKill = timeInForce === TimeInForce.FillOrKill
  if ((bits & ExecInstBit.AllOrNone) !== 0 && !isFillOrKill) return false
  return (bits & ExecInstBit.PostOnly) === 0 || (ordType === OrdType.Limit && mayRest(timeInForce))
}

function execInstOf(message: FixMessage): number {
  let bits = 0
  for (const instruction of (message.string(Tag.ExecInst) ?? '').split(' ')) {
    if (instruction === '') continue
    const bit = EXEC_INST[instruction]
    if (bit === undefined) return -1
    bits |= bit
  }
  return bits
}

const record: OrderConditionsRecord = orderConditions.flyweight()

/** Writes the conditions of an order that has any, behind its record. */
export function writeConditions(message: FixMessage, commands: RecordBuffer, at: number): void {
  record.wrap(commands.view, at)
  record.stopPx = priceOf(message, Tag.StopPx)
  record.minQty = quantityOf(message, Tag.MinQty)
  record.maxFloor = quantityOf(message, Tag.MaxFloor) || quantityOf(message, Tag.MaxShow)
  record.expireDate = message.int(Tag.ExpireDate) ?? 0
  record.expireSeconds = expireSecondsOf(message)
  record.execInst = execInstOf(message)
  record.stpInstruction = Math.max(0, message.byte(STP_INSTRUCTION))
  record.stpGroup = message.string(STP_GROUP) ?? ''
}

/** Rounded up: an order lives to the end of its last second. */
function expireSecondsOf(message: FixMessage): number {
  const instant = message.utcTimestamp(Tag.ExpireTime)
  if (instant === undefined) return message.has(Tag.ExpireTime) ? 1 : 0
  return Math.min(instant.epochSeconds + (instant.nanoseconds > 0 ? 1 : 0), SECONDS_MAX)
}
