/**
 * The feed over TCP, in a process of its own: follows the journal, keeps what the feed has come to, and
 * serves snapshots (GLIMPSE) and the stream over SoupBinTCP. Trading never waits for it, however many
 * clients it has. docs/protocols/itch-feed.md#soupbintcp
 */
import type { FeedSubscriberLogin } from './itch-feed/index.ts'
import {
  FeedImage,
  FeedStream,
  MessageArchive,
  MessageRing,
  SnapshotDesk,
  SoupServer,
  StreamDesk,
} from './itch-feed/index.ts'
import { JournalReader, NodeDisk } from './journal/index.ts'
import type { Logger } from './runtime/index.ts'
import { MAX_PAYLOAD_DEFAULT, recordLength } from './wire/index.ts'

/** Journal that one event-loop turn follows. */
const FOLLOW_BYTES_MAX = 1024 * 1024
/** Who asks for a snapshot within this time gets the same. */
const SNAPSHOT_WAIT_MS = 5

interface Endpoint {
  readonly host: string
  readonly port: number
}

export interface FeedReaderOptions {
  /** `dataDir/journal` */
  readonly journalDirectory: string
  readonly durablePosition: number
  readonly snapshot: Endpoint
  readonly stream: Endpoint
  readonly subscribers: readonly FeedSubscriberLogin[]
  readonly logger: Logger
  /** What it follows cannot be read: the process ends and begins again. */
  readonly onFatal: (error: unknown) => void
}

/** By port. */
interface OfPorts {
  readonly snapshot: number
  readonly stream: number
}

/** What it counts; all 0 at the start of its process but the position. */
export interface FeedReaderState {
  /** Journal that it has followed, in bytes. */
  readonly position: number
  /** Snapshots made; one may serve many. */
  readonly snapshots: number
  /** Open now. */
  readonly connections: OfPorts
  readonly logins: OfPorts
  /** Logins that were rejected. */
  readonly rejected: OfPorts
  /** Connections that were closed because of what they did or did not do. */
  readonly dropped: OfPorts
  /** Connections beyond what the port takes. */
  readonly refused: OfPorts
}

const NONE: OfPorts = { snapshot: 0, stream: 0 }
export const NOTHING_SERVED: FeedReaderState = {
  position: 0,
  snapshots: 0,
  connections: NONE,
  logins: NONE,
  rejected: NONE,
  dropped: NONE,
  refused: NONE,
}

export class FeedReader {
  private readonly options: FeedReaderOptions
  private readonly journal: JournalReader
  private readonly image = new FeedImage()
  private readonly feed: FeedStream
  private readonly snapshotDesk: SnapshotDesk
  private readonly streamDesk: StreamDesk
  private servers: { snapshot: SoupServer; stream: SoupServer } | undefined
  private durable: number
  private isScheduled = false
  private isClosed = false

  /** @throws ExchangeError JournalUnreadable, JournalDamaged */
  constructor(options: FeedReaderOptions) {
    this.options = options
    this.durable = options.durablePosition
    const directory = options.journalDirectory
    this.journal = JournalReader.open({ disk: new NodeDisk(), directory })
    this.feed = new FeedStream({
      // The lines are another process's business.
      sender: { room: Infinity, send() {} },
      maxPayload: MAX_PAYLOAD_DEFAULT,
      messages: new MessageRing(),
      image: this.image,
    })
    this.snapshotDesk = new SnapshotDesk(this.feed, this.image, (run) => {
      setTimeout(run, SNAPSHOT_WAIT_MS)
    })
    const archive = new MessageArchive(this.journal, this.feed.symbols)
    this.streamDesk = new StreamDesk(this.feed, archive)
  }

  /**
   * Follows the journal up to what is durable, then opens the ports.
   * @throws ExchangeError PortInUse
   */
  async open(): Promise<{ snapshot: number; stream: number }> {
    while (this.followSome());
    const { snapshotDesk, streamDesk, options } = this
    const { logger, subscribers } = options
    const snapshot = await SoupServer.open({
      ...options.snapshot,
      name: 'snapshot port',
      setting: 'itch.snapshot.port',
      logger,
      subscribers,
      onLogin: (login, connection) => snapshotDesk.onLogin(login, connection),
      onClosed: (connection) => snapshotDesk.onClosed(connection),
    })
    const stream = await SoupServer.open({
      ...options.stream,
      name: 'stream port',
      setting: 'itch.stream.port',
      logger,
      subscribers,
      onLogin: (login) => streamDesk.onLogin(login),
    })
    this.servers = { snapshot, stream }
    this.schedule()
    return { snapshot: snapshot.port, stream: stream.port }
  }

  /** The writer has synced the journal up to here, and the lines have said it. */
  announce(position: number): void {
    this.durable = Math.max(this.durable, position)
    this.schedule()
  }

  get state(): FeedReaderState {
    const { servers } = this
    if (servers === undefined) return { ...NOTHING_SERVED, position: this.journal.position }
    const of = (read: (server: SoupServer) => number): OfPorts => ({
      snapshot: read(servers.snapshot),
      stream: read(servers.stream),
    })
    return {
      position: this.journal.position,
      snapshots: this.snapshotDesk.counters.snapshots,
      connections: of(({ connections }) => connections.size),
      logins: of(({ counters }) => counters.logins),
      rejected: of(({ counters }) => counters.rejected),
      dropped: of(({ counters }) => counters.dropped),
      refused: of(({ counters }) => counters.refused),
    }
  }

  close(): void {
    this.isClosed = true
    this.servers?.snapshot.close()
    this.servers?.stream.close()
    this.journal.close()
  }

  /** Follows to what is durable, and gives every client of the stream a last piece. */
  finish(): void {
    if (this.servers === undefined) return
    while (this.followSome());
    for (const connection of this.servers.stream.connections) connection.pump()
  }

  private schedule(): void {
    if (this.isScheduled || this.isClosed || this.servers === undefined) return
    if (this.journal.position >= this.durable) return
    this.isScheduled = true
    setImmediate(() => {
      this.isScheduled = false
      if (this.isClosed) return
      try {
        this.followSome()
      } catch (error) {
        this.options.onFatal(error)
        return
      }
      for (const connection of this.servers!.stream.connections) connection.pump()
      this.schedule()
    })
  }

  /** @returns whether there is more */
  private followSome(): boolean {
    const from = this.journal.position
    while (this.journal.position - from < FOLLOW_BYTES_MAX) {
      const group = this.journal.next(this.durable)
      if (group === undefined) return false
      const { view } = group
      for (let at = group.eventsStart; at < group.eventsEnd; at += recordLength(view, at)) {
        this.feed.take(view, at, group.positionOf(at))
      }
    }
    return true
  }
}
