/**
 * What the message log never holds: the values of Password(554), NewPassword(925) and RawData(96).
 * The exchange sends none of them, so only what comes in is looked at.
 */
import type { FixMessage } from '../fix/index.ts'
import { MsgType, Tag } from '../fix/index.ts'

const SECRETS: readonly number[] = [Tag.Password, Tag.NewPassword, Tag.RawData]
const HIDDEN = Buffer.from('[hidden]\u0001', 'latin1')
/** In bytes that could not be read as a message: nothing from the first secret on. */
const SECRET_IN_TEXT = /(^|\D)(0*(?:554|925|96)\s*=)[^]*$/

/** A copy of the message without its secrets; undefined when it has none. */
export function withoutSecrets(message: FixMessage): Uint8Array | undefined {
  if (!mayHaveSecrets(message)) return undefined
  const { bytes, tags, valueStarts, valueEnds, fieldCount } = message
  const pieces: Uint8Array[] = []
  let isRestHidden = false
  let fieldStart = message.start
  for (let i = 0; i < fieldCount; i++) {
    const fieldEnd = valueEnds[i]! + 1
    const isTrailer = i === fieldCount - 1
    if (isTrailer || !(isRestHidden || isSecret(message, i))) {
      pieces.push(bytes.subarray(fieldStart, fieldEnd))
    } else if (!isRestHidden) {
      pieces.push(bytes.subarray(fieldStart, valueStarts[i]), HIDDEN)
    }
    isRestHidden ||= tags[i] === Tag.RawData && !hasItsLength(message, i)
    fieldStart = fieldEnd
  }
  return Buffer.concat(pieces)
}

/** The beginning of bytes that are no message, without secrets. */
export const textWithoutSecrets = (text: string): string =>
  text.replace(SECRET_IN_TEXT, '$1$2[hidden]')

/** Asked for every message: nothing is searched. */
function mayHaveSecrets(message: FixMessage): boolean {
  return (
    message.has(Tag.Password) ||
    message.has(Tag.NewPassword) ||
    message.has(Tag.RawData) ||
    isForCredentials(message)
  )
}

/** Where credentials are expected, what has no proper tag may be one of them, or the rest of one. */
function isSecret(message: FixMessage, index: number): boolean {
  const tag = message.tags[index]!
  return SECRETS.includes(tag) || (tag <= 0 && isForCredentials(message))
}

const isForCredentials = ({ msgType }: FixMessage): boolean =>
  msgType === MsgType.Logon || msgType === MsgType.UserRequest

/** If not, RawData(96) may go on behind a delimiter, and look like other fields. */
function hasItsLength(message: FixMessage, index: number): boolean {
  const length = message.valueEnds[index]! - message.valueStarts[index]!
  return message.tags[index - 1] === Tag.RawDataLength && message.int(Tag.RawDataLength) === length
}
