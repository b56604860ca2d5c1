export { indexValue } from './breaker.ts'
export { Engine } from './engine.ts'
export type { Turn } from './engine.ts'
export type { EngineState } from './state.ts'
