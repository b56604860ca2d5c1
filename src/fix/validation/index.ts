export type { Rejection } from './rejection.ts'
export { rejected, Structure } from './rejection.ts'
export type { ValidationOptions } from './validate.ts'
export { validate } from './validate.ts'
