/**
 * Gives snapshots to those who log in for one. Whoever asks while another waits gets the same: one cut
 * serves them all, and it is made after the last of them has asked, so that the feed that they hold back
 * begins before it. However many ask, few snapshots are in memory.
 */
import type { SoupLogin } from '../wire/index.ts'
import { LoginReject } from '../wire/index.ts'
import type { FeedImage, Snapshot } from './feed-image.ts'
import type { FeedStream } from './feed-stream.ts'
import type { SoupConnection, SoupSource } from './soup-connection.ts'

/** Snapshots in memory: who asks when there are so many waits until one is sent or dropped. */
export const SNAPSHOTS_MAX = 4

class SnapshotSource implements SoupSource {
  readonly session: string
  /** Its packets have numbers of their own. */
  readonly sequence = 1
  private readonly bytes: Uint8Array
  private sent = 0

  constructor(session: string, { bytes }: Snapshot) {
    this.session = session
    this.bytes = bytes
  }

  get isEnded(): boolean {
    return this.sent === this.bytes.length
  }

  /** Slices of the packets: where they are cut is nothing to a stream of bytes. */
  take(bytesMax: number): Uint8Array {
    const slice = this.bytes.subarray(this.sent, this.sent + bytesMax)
    this.sent += slice.length
    return slice
  }
}

export class SnapshotDesk {
  readonly counters = { snapshots: 0 }
  private readonly stream: FeedStream
  private readonly image: FeedImage
  private readonly schedule: (run: () => void) => void
  private waiting: SoupConnection[] = []
  /** By connection, what it is sent. */
  private readonly given = new Map<SoupConnection, Snapshot>()
  private isScheduled = false

  /** @param schedule runs a function a little later: who asks until then gets the same snapshot */
  constructor(stream: FeedStream, image: FeedImage, schedule: (run: () => void) => void) {
    this.stream = stream
    this.image = image
    this.schedule = schedule
  }

  /** @returns the code of the rejection; undefined when the snapshot follows */
  onLogin({ session, sequence }: SoupLogin, connection: SoupConnection): string | undefined {
    const { name } = this.stream.running
    const isThere = name !== '' && (session === '' || session === name) && sequence <= 1
    if (!isThere) return LoginReject.SessionNotAvailable
    this.waiting.push(connection)
    this.plan()
    return undefined
  }

  onClosed(connection: SoupConnection): void {
    this.given.delete(connection)
    this.waiting = this.waiting.filter((one) => one !== connection)
    this.plan()
  }

  private plan(): void {
    if (this.isScheduled || this.waiting.length === 0) return
    if (new Set(this.given.values()).size >= SNAPSHOTS_MAX) return
    this.isScheduled = true
    this.schedule(this.cut)
  }

  private readonly cut = (): void => {
    this.isScheduled = false
    const { waiting } = this
    if (waiting.length === 0) return
    const { name, next } = this.stream.running
    const snapshot = this.image.snapshot(next)
    this.counters.snapshots++
    this.waiting = []
    for (const connection of waiting) {
      this.given.set(connection, snapshot)
      connection.open(new SnapshotSource(name, snapshot))
    }
  }
}
