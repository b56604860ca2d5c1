export { dataTagOf, lengthTagOf } from './data-fields.ts'
export type {
  FieldDefinition,
  FieldType,
  GroupDefinition,
  MessageDefinition,
  Member,
} from './definitions.ts'
export {
  fieldDefinitions,
  fieldOf,
  headerMembers,
  isAdminMsgType,
  isKnownMsgType,
  messageDefinitions,
  messageOf,
  trailerMembers,
} from './definitions.ts'
export { MsgType, Tag } from './generated/fix44.ts'
export { valueNameOf } from './value-names.ts'
