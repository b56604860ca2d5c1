/**
 * A subscriber on the network: joins the feed's multicast groups, feeds one arbiter with what
 * comes in, and asks the retransmission server for what is missing.
 */
import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { ErrorCode, ExchangeError, messageOf } from '../runtime/index.ts'
import { writeRequest } from '../wire/index.ts'
import type {
  FeedArbiterOptions,
  FeedListener,
  GapRequest,
  PacketOrigin,
  SequenceRange,
} from './feed-arbiter.ts'
import { FeedArbiter } from './feed-arbiter.ts'
import type { Endpoint } from './pcap-packet.ts'
import type { FetchedSnapshot, SnapshotServer } from './snapshot-client.ts'
import { fetchSnapshot } from './snapshot-client.ts'

/** Default buffers lose a third at full speed, this one nothing; the kernel may grant less. */
const RECEIVE_BUFFER_BYTES = 4 << 20

/** One multicast line. */
export interface FeedLine {
  readonly group: string
  readonly port: number
}

/** Where snapshots come from, and who rebuilds the books from them. */
export interface SnapshotUse extends SnapshotServer {
  /** Books are stale until `taken`. */
  awaited(gap: SequenceRange): void
  /** Forget every book and apply these messages: the feed goes on behind them. */
  taken(snapshot: FetchedSnapshot): void
  /** There is none for now; it is tried again. */
  failed(reason: string): void
}

export interface FeedSubscriberOptions extends Omit<FeedArbiterOptions, 'snapshots'> {
  /** Multicast groups to join: all lines of the feed, or the one to listen to. */
  readonly lines: readonly FeedLine[]
  /** Address of the interface that receives. */
  readonly interface: string
  /** MoldUDP64 request server; without it a gap is lost after the wait for the other line. */
  readonly retransmission?: { readonly host: string; readonly port: number } | undefined
  /** Without it messages that nobody answers for are lost. */
  readonly snapshot?: SnapshotUse | undefined
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number
  readonly listener: Omit<FeedListener, 'request' | 'snapshotNeeded'>
  /** Every datagram of a line as it came, before anything is made of it; valid during the call. */
  readonly onDatagram?: (datagram: Uint8Array, line: Endpoint, source: Endpoint) => void
}

export class FeedSubscriber {
  readonly arbiter: FeedArbiter
  /** Errors of the sockets since the start: nothing is thrown for them. */
  socketErrors = 0
  private readonly nowMs: () => number
  private readonly sockets: readonly Socket[]
  private readonly requests: Socket | undefined
  private readonly snapshot: SnapshotUse | undefined
  private readonly closing = new AbortController()
  private timer: NodeJS.Timeout | undefined
  private timerMs = 0

  private constructor(
    sockets: readonly Socket[],
    requests: Socket | undefined,
    options: FeedSubscriberOptions,
  ) {
    this.nowMs = options.nowMs
    this.sockets = sockets
    this.requests = requests
    this.snapshot = options.snapshot
    const attempts = requests === undefined ? { attemptsMax: 0 } : {}
    const snapshots = options.snapshot !== undefined
    const arbiterOptions = { ...options, ...attempts, snapshots }
    this.arbiter = new FeedArbiter(this.listen(options.listener), arbiterOptions)
    for (const socket of sockets) this.attach(socket, 'line', options.onDatagram)
    if (requests !== undefined) this.attach(requests, 'retransmission')
  }

  /** @throws ExchangeError EXC_MULTICAST_UNAVAILABLE when a group cannot be joined */
  static async open(options: FeedSubscriberOptions): Promise<FeedSubscriber> {
    const sockets: Socket[] = []
    try {
      for (const line of options.lines) sockets.push(await joinLine(line, options.interface))
      const { retransmission } = options
      const requests = retransmission && (await openRequests(retransmission))
      return new FeedSubscriber(sockets, requests, options)
    } catch (cause) {
      for (const socket of sockets) socket.close()
      const reason = cause instanceof Error ? ` (${cause.message})` : ''
      throw new ExchangeError(
        ErrorCode.MulticastUnavailable,
        `cannot join the feed on ${options.interface}${reason}; set itch.interface to the address of an interface that receives it`,
        { cause },
      )
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.timer)
    this.closing.abort()
    const open = this.requests === undefined ? this.sockets : [...this.sockets, this.requests]
    await Promise.all(
      open.map(async (socket) => {
        const closed = once(socket, 'close')
        socket.close()
        await closed
      }),
    )
  }

  private attach(
    socket: Socket,
    origin: PacketOrigin,
    onDatagram?: FeedSubscriberOptions['onDatagram'],
  ): void {
    // Bound to the group: where the datagrams of a line went to.
    const bound = socket.address()
    socket.on('message', (datagram, source) => {
      onDatagram?.(datagram, bound, source)
      this.arbiter.receive(datagram, this.nowMs(), origin)
      this.setTimer()
    })
    // A server that is not there answers by ICMP: its request counts as unanswered.
    socket.on('error', () => this.socketErrors++)
  }

  private listen(listener: FeedSubscriberOptions['listener']): FeedListener {
    return {
      sessionStarted: (session) => listener.sessionStarted(session),
      message: (sequence, view, at, length) => listener.message(sequence, view, at, length),
      gapOpened: (gap) => listener.gapOpened(gap),
      messagesLost: (lost) => listener.messagesLost(lost),
      sessionEnded: (session) => listener.sessionEnded(session),
      caughtUp: () => listener.caughtUp?.(),
      request: (request) => this.ask(request),
      snapshotNeeded: (gap) => {
        this.snapshot!.awaited(gap)
        void this.fetch(this.snapshot!)
      },
    }
  }

  private async fetch(use: SnapshotUse): Promise<void> {
    const { signal } = this.closing
    try {
      const snapshot = await fetchSnapshot(use, signal)
      if (this.arbiter.resume(snapshot.session, snapshot.sequence, this.nowMs())) {
        use.taken(snapshot)
        this.arbiter.proceed(this.nowMs())
      }
    } catch (error) {
      if (signal.aborted) return
      use.failed(messageOf(error))
      this.arbiter.snapshotFailed(this.nowMs())
    }
    if (!signal.aborted) this.setTimer()
  }

  private ask(request: GapRequest): void {
    this.requests?.send(writeRequest(request), (error) => {
      if (error) this.socketErrors++
    })
  }

  /** One timer, for the arbiter's next deadline; moving it on each packet would cost more. */
  private setTimer(): void {
    const deadline = this.arbiter.deadlineMs
    if (deadline === undefined) return
    if (this.timer !== undefined && this.timerMs <= deadline) return

    clearTimeout(this.timer)
    this.timerMs = deadline
    this.timer = setTimeout(() => this.wake(), Math.max(1, deadline - this.nowMs()))
  }

  private wake(): void {
    this.timer = undefined
    this.arbiter.tick(this.nowMs())
    this.setTimer()
  }
}

async function joinLine(line: FeedLine, networkInterface: string): Promise<Socket> {
  const socket = createSocket({
    type: 'udp4',
    reuseAddr: true,
    recvBufferSize: RECEIVE_BUFFER_BYTES,
  })
  try {
    // Bound to the group and not to 0.0.0.0, which would take other groups on the same port.
    socket.bind(line.port, line.group)
    await once(socket, 'listening')
    socket.addMembership(line.group, networkInterface)
  } catch (error) {
    socket.close()
    throw error
  }
  return socket
}

async function openRequests({ host, port }: { host: string; port: number }): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES })
  try {
    socket.connect(port, host)
    await once(socket, 'connect')
  } catch (error) {
    socket.close()
    throw error
  }
  return socket
}
