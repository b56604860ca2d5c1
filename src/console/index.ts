export { StatusServer } from './status-server.ts'
export type { StatusServerOptions } from './status-server.ts'
