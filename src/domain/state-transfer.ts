/**
 * How state goes into a snapshot and comes back out of one. Who has state says once what it is made of,
 * and the same lines write and read it, so that the two cannot differ.
 */

/** Numbers of one kind, one behind the other. */
export type Column = Uint8Array | Uint16Array | Int32Array | Uint32Array | Float64Array

export interface StateTransfer {
  /** Whether the state comes out of a snapshot, or goes into one. */
  readonly isLoading: boolean
  /**
   * Anything that JSON holds.
   * @returns what the snapshot has when loading, otherwise `current`
   */
  value<T>(name: string, current: T): T
  /**
   * The first `length` numbers of a column; nothing of the state may change while they are written.
   * @returns a column of `current`'s kind that holds them, `current` itself where it has the room
   */
  column<T extends Column>(name: string, current: T, length: number): T
}
