export type { Rejection } from './rejection.ts'
export { rejected, Structure } from './rejection.ts'
export { validate } from './validate.ts'
export type { ValidationOptions } from './validation-options.ts'
