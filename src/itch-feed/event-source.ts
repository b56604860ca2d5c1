/** The part of the journal that the feed reads: what it said, and what it has not said yet. */
export interface EventSource {
  walkEvents(): EventWalk
}

/** Moves from event to event, forwards. */
export interface EventWalk {
  /** The event moved onto is the record at `at`; valid until the next call. */
  readonly view: DataView
  readonly at: number
  /** Its journal position. */
  readonly position: number
  /** The next `next` moves onto the event at `position`, or onto the first one behind it. */
  seek(position: number): void
  /** False when no further event is durable yet. */
  next(): boolean
}
