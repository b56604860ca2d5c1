/**
 * The feed over TCP, in a process of its own: follows the journal, keeps what the feed has come to, and
 * serves snapshots (GLIMPSE) and the stream over SoupBinTCP, market data and drop copies over FIX. Trading
 * never waits for it, however many clients it has. docs/protocols/itch-feed.md#soupbintcp,
 * docs/protocols/market-data.md, docs/protocols/drop-copy.md
 */
import {
  setImmediate as setImmediatePromise,
  setTimeout as setTimeoutPromise,
} from 'node:timers/promises'
import type {
  DropCopyCounts,
  DropCopySettings,
  FollowedJournal,
} from './drop-copy-sessions/index.ts'
import { DropCopyAcceptor } from './drop-copy-sessions/index.ts'
import type { ChannelEndpoints, FollowChannel, OfPorts } from './feed-reader-channel.ts'
import { FeedReaderChannel } from './feed-reader-channel.ts'
import type {
  AcceptorLimits,
  ByteSocket,
  ConnectionOrigin,
  ForwardedRole,
} from './fix-acceptor/index.ts'
import { AcceptorCounts } from './fix-acceptor/index.ts'
import type { FeedSubscriberLogin, SoupServer } from './itch-feed/index.ts'
import { JournalReader, NodeDisk } from './journal/index.ts'
import type { MarketDataLogin } from './market-data/index.ts'
import { MarketBooks, MarketDataAcceptor } from './market-data/index.ts'
import type { Logger } from './runtime/index.ts'
import { NodeClock, SequencedClock } from './runtime/index.ts'
import { openAtSnapshot, SnapshotStore } from './snapshot/index.ts'
import { EventType, recordLength, recordType } from './wire/index.ts'

/** Journal that one event-loop turn follows. */
const FOLLOW_BYTES_MAX = 1024 * 1024
/** Heartbeats and timeouts of FIX sessions are looked at this often. */
const TICK_MS = 100
/** At its end drop-copy sessions get so long for what they have not heard, and so long to log out. */
const FINISH_MS = 1_000
const CLOSING = 'The exchange is closing'

export interface FeedReaderOptions {
  /** `dataDir/journal` */
  readonly journalDirectory: string
  /** `dataDir/snapshots` */
  readonly snapshotDirectory: string
  readonly durablePosition: number
  /** By channel. */
  readonly channels: readonly ChannelEndpoints[]
  readonly subscribers: readonly FeedSubscriberLogin[]
  readonly marketData: MarketDataSettings
  readonly dropCopies: DropCopySettings
  readonly logger: Logger
  /** What it follows cannot be read: the process ends and begins again. */
  readonly onFatal: (error: unknown) => void
}

/** Who gets market data over FIX. */
export interface MarketDataSettings {
  /** TargetCompID(56) of every session. */
  readonly compId: string
  readonly limits: AcceptorLimits
  readonly logins: readonly MarketDataLogin[]
}

/** What it counts, of all channels together; all 0 at the start of its process but the position. */
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
  readonly marketData: MarketDataState
  readonly dropCopies: DropCopyState
}

export interface MarketDataState {
  /** Logged on now. */
  readonly sessions: number
  /** Instruments that they are subscribed to. */
  readonly subscriptions: number
  readonly sent: MarketDataAcceptor['sent']
  /** Garbled messages, logons refused, and limits reached. */
  readonly counts: MarketDataAcceptor['counts']
}

export interface DropCopyState {
  /** Logged on now. */
  readonly sessions: number
  /** Durable journal bytes that the slowest of them has not looked at. */
  readonly backlogBytes: number
  readonly sent: DropCopyCounts
  /** Garbled messages, logons refused, and limits reached. */
  readonly counts: AcceptorCounts
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
  marketData: {
    sessions: 0,
    subscriptions: 0,
    sent: { W: 0, X: 0, Y: 0 },
    counts: new AcceptorCounts(),
  },
  dropCopies: {
    sessions: 0,
    backlogBytes: 0,
    sent: { 8: 0, 9: 0 },
    counts: new AcceptorCounts(),
  },
}

export class FeedReader {
  private readonly options: FeedReaderOptions
  private readonly journal: JournalReader
  private readonly channels: readonly FeedReaderChannel[]
  private readonly marketData: MarketDataAcceptor
  private readonly dropCopies: DropCopyAcceptor
  private ticker: NodeJS.Timeout | undefined
  private durable: number
  private isScheduled = false
  private isOpen = false
  private isClosed = false

  /** @throws ExchangeError JournalUnreadable, JournalDamaged */
  constructor(options: FeedReaderOptions) {
    this.options = options
    this.durable = options.durablePosition
    const { journalDirectory: directory, subscribers, logger } = options
    const disk = new NodeDisk()
    const part = 'channel.'
    const snapshots = new SnapshotStore({ disk, directory: options.snapshotDirectory, part })
    const { durablePosition, channels } = options
    const { journal, snapshot } = openAtSnapshot({
      disk,
      directory,
      snapshots,
      channels: channels.length,
      durablePosition,
    })
    this.journal = journal
    const books = new MarketBooks()
    const isFollowed = options.marketData.logins.length > 0
    const follow: FollowChannel | undefined = isFollowed
      ? (positionOf) => books.follow(positionOf)
      : undefined
    this.channels = options.channels.map((endpoints, channel) => {
      return new FeedReaderChannel({ ...endpoints, channel, journal, subscribers, logger, follow })
    })
    if (snapshot !== undefined) {
      for (const channel of this.channels) channel.transfer(snapshot)
      snapshot.close()
    }
    const clock = new SequencedClock(new NodeClock())
    const edges = { clock, logger, schedule: setImmediate }
    this.marketData = new MarketDataAcceptor({ ...options.marketData, ...edges, books })
    this.dropCopies = new DropCopyAcceptor({
      ...options.dropCopies,
      ...edges,
      journal: this.followed(disk, directory),
    })
    this.dropCopies.configure(journal.configuration)
  }

  /**
   * Follows the journal up to what is durable, a piece an event-loop turn: an end is heard in between.
   * @throws ExchangeError JournalDamaged
   */
  async follow(): Promise<void> {
    while (this.followSome()) await setImmediatePromise()
  }

  /**
   * Follows to what is durable by now, then opens the ports.
   * @returns the ports by channel
   * @throws ExchangeError PortInUse, JournalDamaged
   */
  async open(): Promise<OfPorts[]> {
    await this.follow()
    const ports: OfPorts[] = []
    for (const channel of this.channels) ports.push(await channel.open())
    this.isOpen = true
    this.ticker = setInterval(() => this.tick(), TICK_MS)
    this.schedule()
    return ports
  }

  /** A connection of a session of that role, with what was read of it. */
  accept(
    role: ForwardedRole,
    socket: ByteSocket,
    unread: Uint8Array,
    from: Omit<ConnectionOrigin, 'nowMs'>,
  ): void {
    if (!this.isOpen || this.isClosed) socket.destroy()
    else if (role === 'market-data') this.marketData.accept(socket, unread, from)
    else this.dropCopies.accept(socket, unread, from)
  }

  /** The writer has synced the journal up to here, and the lines have said it. */
  announce(position: number): void {
    this.durable = Math.max(this.durable, position)
    this.schedule()
  }

  get state(): FeedReaderState {
    const { marketData, dropCopies } = this
    return {
      position: this.journal.position,
      snapshots: this.channels.reduce((sum, { snapshots }) => sum + snapshots, 0),
      connections: this.sum(({ connections }) => connections.size),
      logins: this.sum(({ counters }) => counters.logins),
      rejected: this.sum(({ counters }) => counters.rejected),
      dropped: this.sum(({ counters }) => counters.dropped),
      refused: this.sum(({ counters }) => counters.refused),
      marketData: {
        sessions: marketData.sessionCount,
        subscriptions: marketData.subscriptionCount,
        sent: marketData.sent,
        counts: marketData.counts,
      },
      dropCopies: {
        sessions: dropCopies.sessionCount,
        backlogBytes: dropCopies.backlogBytes,
        sent: dropCopies.sent,
        counts: dropCopies.counts,
      },
    }
  }

  close(): void {
    this.isClosed = true
    clearInterval(this.ticker)
    for (const channel of this.channels) channel.close()
    this.dropCopies.close()
    this.journal.close()
  }

  /**
   * Follows to what is durable, gives every client a last piece, and says goodbye. Drop-copy sessions may
   * answer that, so that their numbers fit at the next Logon.
   */
  async finish(): Promise<void> {
    if (!this.isOpen) return
    while (this.followSome());
    this.pump()
    this.marketData.logOutAll(CLOSING)
    const { dropCopies } = this
    dropCopies.pump()
    await settled(() => dropCopies.backlogBytes === 0)
    dropCopies.logOutAll(CLOSING)
    await settled(() => dropCopies.sessionCount === 0)
    this.close()
  }

  /** The journal as drop-copy sessions see it. */
  private followed(disk: NodeDisk, directory: string): FollowedJournal {
    const { journal, channels } = this
    return {
      journalId: journal.journalId,
      get position() {
        return journal.position
      },
      get dayPosition() {
        return channels[0]!.dayPosition
      },
      walkEvents: () => journal.walkEvents(),
      readFrom: (from) => JournalReader.open({ disk, directory, from }),
    }
  }

  private tick(): void {
    this.marketData.tick()
    this.dropCopies.tick()
  }

  private pump(): void {
    for (const channel of this.channels) channel.pump()
  }

  /** A number of the ports of all channels. */
  private sum(number: (server: SoupServer) => number): OfPorts {
    const all = this.channels.map((channel) => channel.read(number))
    return {
      snapshot: all.reduce((sum, { snapshot }) => sum + snapshot, 0),
      stream: all.reduce((sum, { stream }) => sum + stream, 0),
    }
  }

  private schedule(): void {
    if (this.isScheduled || this.isClosed || !this.isOpen) return
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
      this.pump()
      this.schedule()
    })
  }

  /** @returns whether there is more */
  private followSome(): boolean {
    const hasMore = this.followGroups()
    this.marketData.publish()
    this.dropCopies.pump()
    return hasMore
  }

  private followGroups(): boolean {
    const from = this.journal.position
    while (this.journal.position - from < FOLLOW_BYTES_MAX) {
      const group = this.journal.next(this.durable)
      if (group === undefined) return false
      const { view } = group
      this.dropCopies.configure(this.journal.configuration)
      for (let at = group.eventsStart; at < group.eventsEnd; at += recordLength(view, at)) {
        // What a day has come to is told before the next one clears it.
        if (recordType(view, at) === EventType.TradingDayOpened) this.marketData.publish()
        for (const { stream } of this.channels) stream.take(view, at, group.positionOf(at))
      }
    }
    return true
  }
}

/** Waits until something holds, at most FINISH_MS. */
async function settled(holds: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + FINISH_MS
  while (!holds() && performance.now() < deadlineMs) await setTimeoutPromise(5)
}
