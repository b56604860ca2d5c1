export type { SnapshotPoint } from './contents.ts'
export { openAtSnapshot, problemOf } from './open-at-snapshot.ts'
export type { SnapshotReader } from './snapshot-reader.ts'
export { SnapshotStore } from './snapshot-store.ts'
