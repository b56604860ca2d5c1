export type { DropCopyCounts, DropCopySettings } from './drop-copy-acceptor.ts'
export { DropCopyAcceptor } from './drop-copy-acceptor.ts'
export type { FollowedJournal } from './drop-copy-context.ts'
