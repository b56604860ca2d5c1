export * from './codec/index.ts'
export * from './dictionary/index.ts'
export * from './session/index.ts'
export * from './validation/index.ts'
