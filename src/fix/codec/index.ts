export { bytesOf, parseDigits, textOf } from './ascii.ts'
export { FieldWriter } from './field-writer.ts'
export { FixMessage, MalformedTag, MsgSeqNumProblem } from './fix-message.ts'
export type { FixReaderHandler, FixReaderLimits, GarbledReason } from './fix-reader.ts'
export { FixReader } from './fix-reader.ts'
export type { MessageHeader, MessageParties } from './message-writer.ts'
export { MessageWriter } from './message-writer.ts'
export type { UtcInstant } from './utc-timestamp.ts'
export {
  isDate,
  isUtcTimestamp,
  parseFraction,
  parseTime,
  parseUtcTimestamp,
} from './utc-timestamp.ts'
