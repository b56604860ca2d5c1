export type { Rejection, ValidationOptions } from './validate.ts'
export { validate } from './validate.ts'
