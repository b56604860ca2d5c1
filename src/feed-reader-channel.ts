/**
 * One channel of the feed over TCP: what it has come to, and the two ports that serve it. The feed reader
 * gives it the journal's events one by one.
 */
import type { StateTransfer } from './domain/index.ts'
import type { EventSource, FeedImageListener, FeedSubscriberLogin } from './itch-feed/index.ts'
import {
  FeedImage,
  FeedStream,
  MessageArchive,
  MessageRing,
  SnapshotDesk,
  SoupServer,
  StreamDesk,
} from './itch-feed/index.ts'
import type { FeedPosition } from './market-data/index.ts'
import type { Logger } from './runtime/index.ts'
import { MAX_PAYLOAD_DEFAULT } from './wire/index.ts'

/** Who asks for a snapshot within this time gets the same. */
const SNAPSHOT_WAIT_MS = 5

interface Endpoint {
  readonly host: string
  readonly port: number
}

/** Where a channel is served. */
export interface ChannelEndpoints {
  /** Where exchange.yaml has it: `itch`, or `itch.channels[1]`. */
  readonly setting: string
  readonly snapshot: Endpoint
  readonly stream: Endpoint
}

/** By port. */
export interface OfPorts {
  readonly snapshot: number
  readonly stream: number
}

/** Hears what the messages of a channel change. @param positionOf how far it has come, at any time */
export type FollowChannel = (positionOf: () => FeedPosition) => FeedImageListener

export interface FeedReaderChannelOptions extends ChannelEndpoints {
  /** 0..CHANNELS_MAX - 1 */
  readonly channel: number
  readonly journal: EventSource
  readonly subscribers: readonly FeedSubscriberLogin[]
  readonly logger: Logger
  readonly follow: FollowChannel | undefined
}

export class FeedReaderChannel {
  private readonly image: FeedImage
  readonly stream: FeedStream
  private readonly options: FeedReaderChannelOptions
  private readonly snapshotDesk: SnapshotDesk
  private readonly streamDesk: StreamDesk
  private servers: { snapshot: SoupServer; stream: SoupServer } | undefined

  constructor(options: FeedReaderChannelOptions) {
    this.options = options
    this.image = new FeedImage(options.follow?.(() => this.position))
    this.stream = new FeedStream({
      // The lines are another process's business.
      sender: { room: Infinity, send() {} },
      maxPayload: MAX_PAYLOAD_DEFAULT,
      messages: new MessageRing(),
      channel: options.channel,
      image: this.image,
    })
    this.snapshotDesk = new SnapshotDesk(this.stream, this.image, (run) => {
      setTimeout(run, SNAPSHOT_WAIT_MS)
    })
    const archive = new MessageArchive(options.journal, this.stream.symbols)
    this.streamDesk = new StreamDesk(this.stream, archive)
  }

  /** Snapshots made; one may serve many. */
  get snapshots(): number {
    return this.snapshotDesk.counters.snapshots
  }

  private get position(): FeedPosition {
    const { name: session, next: sequence, midnightSeconds } = this.stream.running
    return { session, sequence, midnightSeconds }
  }

  /** Journal position of the first event of the trading day that has a message; 0 = there is none. */
  get dayPosition(): number {
    const { next, index } = this.stream.running
    return next === 1 ? 0 : index.stretchOf(1).position
  }

  /** What it has come to, out of a snapshot of the exchange. */
  transfer(transfer: StateTransfer): void {
    this.stream.transfer(transfer)
    this.image.transfer(this.options.channel, transfer)
  }

  /** @throws ExchangeError PortInUse */
  async open(): Promise<OfPorts> {
    const { snapshotDesk, streamDesk } = this
    const { setting, snapshot, stream, logger, subscribers } = this.options
    this.servers = {
      snapshot: await SoupServer.open({
        ...snapshot,
        name: 'snapshot port',
        setting: `${setting}.snapshot.port`,
        logger,
        subscribers,
        onLogin: (login, connection) => snapshotDesk.onLogin(login, connection),
        onClosed: (connection) => snapshotDesk.onClosed(connection),
      }),
      stream: await SoupServer.open({
        ...stream,
        name: 'stream port',
        setting: `${setting}.stream.port`,
        logger,
        subscribers,
        onLogin: (login) => streamDesk.onLogin(login),
      }),
    }
    return this.read(({ port }) => port)
  }

  /** A number of both ports; 0 before they are open. */
  read(number: (server: SoupServer) => number): OfPorts {
    const { servers } = this
    if (servers === undefined) return { snapshot: 0, stream: 0 }
    return { snapshot: number(servers.snapshot), stream: number(servers.stream) }
  }

  /** Gives every client of the stream what there is. */
  pump(): void {
    for (const connection of this.servers?.stream.connections ?? []) connection.pump()
  }

  close(): void {
    this.servers?.snapshot.close()
    this.servers?.stream.close()
  }
}
