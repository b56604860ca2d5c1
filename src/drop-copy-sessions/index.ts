export { DropCopyAcceptor } from './drop-copy-acceptor.ts'
export type { DropCopyCounts } from './drop-copy-acceptor.ts'
export type { DropCopyLogin } from './drop-copy-context.ts'
