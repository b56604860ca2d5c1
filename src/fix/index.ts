export * from './codec/index.ts'
export * from './dictionary/index.ts'
