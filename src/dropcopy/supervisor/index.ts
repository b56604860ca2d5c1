/** What a server needs of the drop copy: its process. The database's drivers are loaded there. */
export { ReaderState } from './messages.ts'
export type { DropCopyOptions } from './supervisor.ts'
export { DropCopySupervisor } from './supervisor.ts'
