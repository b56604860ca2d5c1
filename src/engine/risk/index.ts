export * from './hash-risk.ts'
export * from './risk.ts'
export * from './set-risk-limits.ts'
export * from './transfer-risk.ts'
