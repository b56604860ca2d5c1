/** What holds for every message that the reader delivers, whatever is in it. */
import type { FixMessage, Rejection } from '../../../src/fix/index.ts'
import { FieldWriter, Structure, textOf, validate } from '../../../src/fix/index.ts'
import { naiveFields } from '../../reference/naive-reader.ts'
import { isValid } from '../../reference/naive-validation.ts'
import type { Field } from '../../support/transcript.ts'
import { Finding } from './finding.ts'

const DECIMALS = 4
const VALUE_MAX = 2 ** 40
const writer = new FieldWriter()
const texts = new Map<number, string>(Object.values(Structure).map((s) => [s.reason, s.text]))

/** @throws Finding */
export function judgeMessage(message: FixMessage, text: string): void {
  const fields = naiveFields(text)
  judgeFields(message, fields)
  judgeAccess(message, fields)
  judgeWritten(fields, text)
  for (const strictUserTags of [false, true]) judgeValidation(message, fields, strictUserTags)
}

function judgeFields(message: FixMessage, fields: readonly Field[]): void {
  const found = message.toFields()
  const isSame =
    found.length === fields.length &&
    fields.every(([tag, value], i) => tag === found[i]![0] && value === found[i]![1])
  if (!isSame) {
    throw new Finding('fields', `found ${JSON.stringify(found)}, not ${JSON.stringify(fields)}`)
  }
  if (message.msgType !== fields[2]![1]) throw new Finding('fields', `MsgType ${message.msgType}`)
  const [, number] = fields.find(([tag]) => tag === 34) ?? []
  const msgSeqNum = number === undefined ? -1 : (wholeNumber(number) ?? -2)
  if (message.msgSeqNum !== msgSeqNum) {
    throw new Finding('fields', `MsgSeqNum ${message.msgSeqNum}, not ${msgSeqNum}`)
  }
}

const wholeNumber = (digits: string): number | undefined =>
  /^\d+$/.test(digits) && Number(digits) <= Number.MAX_SAFE_INTEGER ? Number(digits) : undefined

/** Each way to ask for the first field of a tag. */
function judgeAccess(message: FixMessage, fields: readonly Field[]): void {
  const seen = new Set<number>()
  for (const [tag, value] of fields) {
    if (tag <= 0 || seen.has(tag)) continue
    seen.add(tag)
    const magnitude = wholeNumber(value.replace(/^-/, ''))
    const int = magnitude === undefined ? undefined : value[0] === '-' ? 0 - magnitude : magnitude
    const isSame =
      message.has(tag) &&
      message.string(tag) === value &&
      message.int(tag) === int &&
      message.byte(tag) === (value.length === 1 ? value.charCodeAt(0) : -1) &&
      message.flag(tag) === (value === 'Y')
    if (!isSame) throw new Finding('access', `tag ${tag} of ${message.toString()}`)
    judgeDecimal(message, tag, value)
    message.utcTimestamp(tag)
  }
}

/** Exact while a double is, and no longer. */
function judgeDecimal(message: FixMessage, tag: number, value: string): void {
  const found = message.decimal(tag, DECIMALS, VALUE_MAX)
  const [, units, places = ''] = /^(\d{1,8})(?:\.(\d{0,4})0*)?$/.exec(value) ?? []
  if (units === undefined) return
  const expected = Number(units + places.padEnd(DECIMALS, '0'))
  if (expected <= VALUE_MAX && found !== expected) {
    throw new Finding('access', `decimal ${tag}=${value} is ${found}, not ${expected}`)
  }
}

/** Written again field by field it is the same text. */
function judgeWritten(fields: readonly Field[], text: string): void {
  if (fields.some(([tag]) => tag <= 0)) return
  writer.clear()
  for (const [tag, value] of fields) writer.string(tag, value)
  const written = textOf(writer.bytes, 0, writer.length)
  if (written !== text) throw new Finding('written', `${written} for ${text}`)
}

function judgeValidation(
  message: FixMessage,
  fields: readonly Field[],
  strictUserTags: boolean,
): void {
  const rejection = validate(message, { strictUserTags })
  if ((rejection === null) !== isValid(fields, strictUserTags)) {
    const answer = rejection === null ? 'accepted' : JSON.stringify(rejection)
    throw new Finding('validation', `${answer}: ${message.toString()}`)
  }
  if (rejection !== null) judgeRejection(rejection, fields)
}

/** A Reject names a field of the message, or one that it lacks; of what has no number it names none. */
function judgeRejection(rejection: Rejection, fields: readonly Field[]): void {
  const { sessionRejectReason: reason, refTagId, text } = rejection
  const isThere = fields.some(([tag]) => tag === refTagId)
  const mayNameNone = reason === Structure.InvalidTagNumber.reason
  const isMissing = reason === Structure.RequiredTagMissing.reason && (refTagId ?? 0) > 0
  if (texts.get(reason) === text && (isThere || isMissing || mayNameNone)) return
  throw new Finding('rejection', `${JSON.stringify(rejection)} of ${JSON.stringify(fields)}`)
}
