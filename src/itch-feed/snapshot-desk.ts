/**
 * Gives snapshots to those who log in for one. Whoever asks while another waits gets the same: one cut
 * serves them all, and it is made after the last of them has asked, so that the feed that they hold back
 * begins before it. However many ask and however slowly they read, few snapshots are in memory.
 */
import type { SoupLogin } from '../wire/index.ts'
import { LoginReject } from '../wire/index.ts'
import type { FeedImage, Snapshot } from './feed-image.ts'
import type { FeedStream } from './feed-stream.ts'
import type { SoupConnection, SoupSource } from './soup-connection.ts'

/** Snapshots in memory: who asks when there are so many gets the latest of them. */
export const SNAPSHOTS_MAX = 4

const NOTHING = new Uint8Array(0)

class SnapshotSource implements SoupSource {
  readonly session: string
  /** Its packets have numbers of their own. */
  readonly sequence = 1
  private snapshot: Snapshot | undefined
  private sent = 0

  constructor(session: string) {
    this.session = session
  }

  get isEnded(): boolean {
    return this.snapshot !== undefined && this.sent === this.snapshot.bytes.length
  }

  give(snapshot: Snapshot): void {
    this.snapshot = snapshot
  }

  /** Slices of the packets: where they are cut is nothing to a stream of bytes. */
  take(bytesMax: number): Uint8Array {
    const slice = this.snapshot?.bytes.subarray(this.sent, this.sent + bytesMax) ?? NOTHING
    this.sent += slice.length
    return slice
  }
}

export class SnapshotDesk {
  readonly counters = { snapshots: 0 }
  private readonly stream: FeedStream
  private readonly image: FeedImage
  private readonly schedule: (run: () => void) => void
  private readonly waiting = new Map<SoupConnection, SnapshotSource>()
  /** By connection, what it is sent. */
  private readonly given = new Map<SoupConnection, Snapshot>()
  private isScheduled = false

  /** @param schedule runs a function a little later: who asks until then gets the same snapshot */
  constructor(stream: FeedStream, image: FeedImage, schedule: (run: () => void) => void) {
    this.stream = stream
    this.image = image
    this.schedule = schedule
  }

  /** @returns what the client gets, a little later; or the code of the rejection */
  onLogin({ session, sequence }: SoupLogin, connection: SoupConnection): SoupSource | string {
    const { name } = this.stream.running
    const isThere = name !== '' && (session === '' || session === name) && sequence <= 1
    if (!isThere) return LoginReject.SessionNotAvailable
    const source = new SnapshotSource(name)
    this.waiting.set(connection, source)
    this.plan()
    return source
  }

  onClosed(connection: SoupConnection): void {
    this.given.delete(connection)
    this.waiting.delete(connection)
  }

  private plan(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    this.schedule(this.serve)
  }

  private readonly serve = (): void => {
    this.isScheduled = false
    const { name } = this.stream.running
    for (const [connection, { session }] of this.waiting) {
      if (session !== name) connection.close('the session has ended')
    }
    if (this.waiting.size === 0) return
    const snapshot = this.snapshot()
    const served = [...this.waiting]
    this.waiting.clear()
    for (const [connection, source] of served) {
      this.given.set(connection, snapshot)
      source.give(snapshot)
      connection.pump()
    }
  }

  private snapshot(): Snapshot {
    const inMemory = new Set(this.given.values())
    const latest = [...inMemory].at(-1)
    if (latest !== undefined && inMemory.size >= SNAPSHOTS_MAX) return latest
    this.counters.snapshots++
    return this.image.snapshot(this.stream.running.next)
  }
}
