/**
 * A FIX 4.4 client on a TCP socket: a FixSession as initiator, the clock, the numbers and the store
 * that it needs. Everything sent within one turn of the event loop leaves in one write.
 *
 *   const client = new FixClient({ host, port, compId: 'ACME', targetCompId: 'BUTTONWOOD',
 *     username: 'ACME', password: 'acme' }, { onReport: (report) => console.log(report.ordStatus) })
 *   await client.connect()
 *   client.newOrder({ clOrdId: client.nextClOrdId(), symbol: 'AAPL', side: Side.Buy,
 *     orderQty: 100, price: 1_825_000 })
 *   await client.logout()
 */
import type { Socket } from 'node:net'
import { connect as connectSocket } from 'node:net'
import type { FixMessage, SessionPort } from '../fix/index.ts'
import { FieldWriter, FixReader, FixSession, MsgType } from '../fix/index.ts'
import { ErrorCode, ExchangeError, NodeClock, SequencedClock } from '../runtime/index.ts'
import type { CancelOrder, NewOrder, ReplaceOrder } from './fix-orders.ts'
import { writeCancelOrder, writeNewOrder, writeReplaceOrder } from './fix-orders.ts'
import { FixOutbound } from './fix-outbound.ts'
import type { BusinessMessageReject, ExecutionReport, OrderCancelReject } from './fix-reports.ts'
import {
  decodeBusinessMessageReject,
  decodeExecutionReport,
  decodeOrderCancelReject,
} from './fix-reports.ts'
import { readSequenceFile, writeSequenceFile } from './fix-sequence-file.ts'

export interface FixClientOptions {
  readonly host: string
  readonly port: number
  /** SenderCompID(49) */
  readonly compId: string
  /** TargetCompID(56) */
  readonly targetCompId: string
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** HeartBtInt(108) in seconds; 30. */
  readonly heartBtInt?: number
  /** Keeps both sequence numbers over restarts; without it every Logon starts them again. */
  readonly sequenceFile?: string | undefined
  /** ResetSeqNumFlag(141)=Y in every Logon; by default when there is no sequenceFile. */
  readonly resetOnLogon?: boolean | undefined
}

/** What comes in. All are called with the message already counted; objects are the callee's own. */
export interface FixClientHandler {
  /** Every application message before it is decoded; valid during the call only. */
  onMessage?(message: FixMessage): void
  onReport?(report: ExecutionReport): void
  onCancelReject?(reject: OrderCancelReject): void
  onBusinessReject?(reject: BusinessMessageReject): void
  /** Reject(3): a message of ours was malformed. */
  onReject?(message: FixMessage): void
  /** The connection is gone; after a failed `connect` it is not called. */
  onDisconnect?(reason: string, graceful: boolean): void
}

const HEART_BT_INT_SECONDS = 30
const MESSAGE_BYTES_MAX = 64 * 1024
const GARBAGE_BYTES_MAX = 64 * 1024
/** Unsent bytes at which the exchange counts as not reading. */
export const OUTBOUND_BYTES_MAX = 64 * 1024 * 1024
/** Unsent bytes above which `isCongested` says to wait for `drained()`. */
const CONGESTED_BYTES = 1024 * 1024

/** How long the exchange may take to close its half of the connection. */
const CLOSE_WAIT_MS = 2_000

interface Settled {
  resolve(): void
  reject(error: Error): void
}

export class FixClient {
  readonly #options: FixClientOptions
  readonly #handler: FixClientHandler
  readonly #time = new SequencedClock(new NodeClock())
  readonly #session: FixSession
  readonly #outbound: FixOutbound
  readonly #body = new FieldWriter()
  readonly #resetOnLogon: boolean

  #socket: Socket | undefined
  #reader: FixReader | undefined
  #flushPlanned = false
  #timer: NodeJS.Timeout | undefined
  #timerDueMs = Number.POSITIVE_INFINITY
  #connecting: Settled | undefined
  #loggingOut: Settled | undefined
  #clOrdIds = 0
  readonly #clOrdIdPrefix: string

  constructor(options: FixClientOptions, handler: FixClientHandler = {}) {
    this.#options = options
    this.#handler = handler
    this.#resetOnLogon = options.resetOnLogon ?? options.sequenceFile === undefined
    this.#clOrdIdPrefix = Math.floor(this.#nowMs()).toString(36)
    const { compId: senderCompId, targetCompId } = options
    this.#outbound = new FixOutbound({ senderCompId, targetCompId }, this.#time)
    this.#session = new FixSession(
      {
        role: 'initiator',
        compId: options.compId,
        counterpartyCompId: options.targetCompId,
        heartBtInt: options.heartBtInt ?? HEART_BT_INT_SECONDS,
        resetOnLogon: this.#resetOnLogon,
        writeLogonFields: (body) => this.#writeCredentials(body),
      },
      this.#port(),
    )
  }

  /** Orders may be sent. */
  get isLoggedOn(): boolean {
    return this.#session.state === 'logged-on'
  }

  /** MsgSeqNum(34) of the next message that is sent. */
  get nextMsgSeqNum(): number {
    return this.#outbound.nextMsgSeqNum
  }

  /** More is waiting to be read by the exchange than is sensible; see `drained`. */
  get isCongested(): boolean {
    return this.#unsentBytes > CONGESTED_BYTES
  }

  /**
   * Connects and logs on.
   * @throws ExchangeError EXC_FIX_CONNECT nobody listens; EXC_FIX_LOGON with the exchange's reason;
   *   EXC_CLIENT_STATE
   */
  async connect(): Promise<void> {
    const { host, port, sequenceFile } = this.#options
    if (sequenceFile !== undefined) this.#restoreNumbers(sequenceFile)

    await new Promise<void>((resolve, reject) => {
      this.#connecting = { resolve, reject }
      const socket = connectSocket({ host, port, noDelay: true })
      this.#socket = socket
      this.#reader = this.#makeReader()
      this.#outbound.connected()
      socket.on('connect', () => this.#act(() => this.#session.connected(this.#nowMs())))
      socket.on('data', (chunk) => this.#act(() => this.#reader?.push(chunk)))
      socket.on('error', (error) => this.#fail(socket, error))
      socket.on('close', () => this.#closed(socket, 'Connection closed by the exchange'))
    })
  }

  /** Logs out and waits for the end of the connection; orders stay live. */
  logout(text = ''): Promise<void> {
    if (this.#socket === undefined) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#loggingOut = { resolve, reject }
      this.#act(() => this.#session.logout(this.#nowMs(), text))
    })
  }

  /** Drops the connection without a Logout, as a crash would. */
  destroy(): void {
    const socket = this.#socket
    if (socket === undefined) return
    socket.destroy()
    this.#closed(socket, 'Connection dropped')
  }

  /** @throws ExchangeError EXC_FIX_LOGON when not logged on; so do the others that send */
  newOrder(order: NewOrder): void {
    writeNewOrder(this.#beginBody(), order, this.#time)
    this.#send(MsgType.NewOrderSingle, this.#body, order.possResend)
  }

  cancel(order: CancelOrder): void {
    writeCancelOrder(this.#beginBody(), order, this.#time)
    this.#send(MsgType.OrderCancelRequest, this.#body)
  }

  replace(order: ReplaceOrder): void {
    writeReplaceOrder(this.#beginBody(), order, this.#time)
    this.#send(MsgType.OrderCancelReplaceRequest, this.#body)
  }

  /** Any other message; `write` gets the fields after the header. */
  send(msgType: string, write: (body: FieldWriter) => void): void {
    write(this.#beginBody())
    this.#send(msgType, this.#body)
  }

  /**
   * Sends whole messages that the caller encoded itself, numbered from `nextMsgSeqNum`. They are
   * not kept: a ResendRequest for them is answered by a gap fill. For load generators.
   */
  sendEncoded(messages: Uint8Array, count: number): void {
    this.#assertLoggedOn()
    this.#outbound.sendEncoded(messages, count)
    this.#planFlush()
  }

  /** Resolves when what was sent has left the process, or the connection is gone. */
  async drained(): Promise<void> {
    this.#flush()
    const socket = this.#socket
    if (socket === undefined || socket.writableLength === 0) return
    await new Promise<void>((resolve) => {
      socket.once('drain', resolve)
      socket.once('close', () => resolve())
    })
  }

  /** A ClOrdID(11) that no other run of this session has used. */
  nextClOrdId(): string {
    this.#clOrdIds++
    return `${this.#clOrdIdPrefix}-${this.#clOrdIds.toString(36)}`
  }

  // What the session asks for

  #port(): SessionPort {
    return {
      send: (msgType, body) => this.#send(msgType, body),
      logOn: ({ resetSeqNum }, body) => {
        if (resetSeqNum) this.#outbound.startAgain(1)
        this.#send(MsgType.Logon, body)
      },
      resend: (begin, end) => {
        this.#outbound.resend(begin, end)
        this.#planFlush()
      },
      resetSequence: (next) => this.#outbound.startAgain(next),
      deliver: (message) => this.#deliver(message),
      refused: (message) => this.#handler.onReject?.(message),
      disconnect: (reason, graceful) => this.#hangUp(reason, graceful),
      lastSentMsgSeqNum: () => this.#outbound.lastSentMsgSeqNum,
    }
  }

  #writeCredentials(body: FieldWriter): void {
    const { username, password } = this.#options
    if (username !== undefined) body.string(553, username)
    if (password !== undefined) body.string(554, password)
  }

  #deliver(message: FixMessage): void {
    const handler = this.#handler
    handler.onMessage?.(message)
    switch (message.msgType) {
      case MsgType.ExecutionReport:
        return handler.onReport?.(decodeExecutionReport(message))
      case MsgType.OrderCancelReject:
        return handler.onCancelReject?.(decodeOrderCancelReject(message))
      case MsgType.BusinessMessageReject:
        return handler.onBusinessReject?.(decodeBusinessMessageReject(message))
    }
  }

  // Outbound

  #beginBody(): FieldWriter {
    this.#assertLoggedOn()
    this.#time.now()
    this.#body.clear()
    return this.#body
  }

  #assertLoggedOn(): void {
    if (this.isLoggedOn) return
    throw new ExchangeError(ErrorCode.FixLogon, 'not logged on: connect first')
  }

  #send(msgType: string, body: FieldWriter, possResend = false): void {
    this.#outbound.send(msgType, body, possResend)
    this.#planFlush()
  }

  #planFlush(): void {
    if (this.#flushPlanned) return
    this.#flushPlanned = true
    setImmediate(() => this.#flush())
  }

  /** One write for everything since the last one; the numbers are on disk before it. */
  #flush(): void {
    this.#flushPlanned = false
    if (this.#outbound.length === 0) return
    const bytes = this.#outbound.take()
    if (this.#socket === undefined) return

    this.#saveNumbers()
    this.#socket.write(bytes)
    this.#session.sent(this.#nowMs())
    if (this.#unsentBytes > OUTBOUND_BYTES_MAX) this.#hangUp('The exchange does not read', false)
  }

  get #unsentBytes(): number {
    return (this.#socket?.writableLength ?? 0) + this.#outbound.length
  }

  // The connection

  #makeReader(): FixReader {
    return new FixReader(
      {
        onMessage: (message) => this.#session.receive(message, this.#nowMs()),
        // A garbled frame is ignored: the next good one reveals the gap.
        onGarbled: () => undefined,
        onGarbageLimit: () => this.#hangUp('The exchange does not speak FIX', false),
      },
      { messageBytesMax: MESSAGE_BYTES_MAX, garbageBytesMax: GARBAGE_BYTES_MAX },
    )
  }

  /** Lets the session work, then looks at what became of it. */
  #act(work: () => void): void {
    work()
    if (this.isLoggedOn && this.#connecting !== undefined) {
      this.#connecting.resolve()
      this.#connecting = undefined
    }
    this.#saveNumbers()
    this.#armTimer()
  }

  #hangUp(reason: string, graceful: boolean): void {
    this.#flush()
    const socket = this.#socket
    if (socket === undefined) return
    socket.end()
    this.#closed(socket, reason, graceful)
  }

  #fail(socket: Socket, error: Error): void {
    const { host, port } = this.#options
    const refused = socket.connecting || this.#session.state === 'disconnected'
    if (refused && this.#connecting !== undefined) {
      const message = `no exchange at ${host}:${port} (${error.message}); start one with buttonwood serve`
      this.#connecting.reject(new ExchangeError(ErrorCode.FixConnect, message, { cause: error }))
      this.#connecting = undefined
    }
    this.#closed(socket, error.message)
  }

  /** The end of a connection, whoever ended it; once per connection. */
  #closed(socket: Socket, reason: string, graceful = this.#session.state === 'logged-out'): void {
    if (this.#socket !== socket) return
    this.#socket = undefined
    this.#reader?.stop()
    clearTimeout(this.#timer)
    this.#timerDueMs = Number.POSITIVE_INFINITY

    const connecting = this.#connecting
    const loggingOut = this.#loggingOut
    this.#connecting = undefined
    this.#loggingOut = undefined
    this.#session.disconnected(this.#nowMs())
    this.#saveNumbers()

    if (connecting !== undefined) return connecting.reject(logonFailed(reason))
    if (loggingOut !== undefined) onceClosed(socket, () => loggingOut.resolve())
    this.#handler.onDisconnect?.(reason, graceful)
  }

  // Numbers and time

  #restoreNumbers(path: string): void {
    const { nextOutbound, expectedInbound } = readSequenceFile(path)
    this.#outbound.nextMsgSeqNum = nextOutbound
    this.#session.expectedMsgSeqNum = expectedInbound
  }

  #saved = ''

  #saveNumbers(): void {
    const { sequenceFile } = this.#options
    if (sequenceFile === undefined) return
    const nextOutbound = this.#outbound.nextMsgSeqNum
    const expectedInbound = this.#session.expectedMsgSeqNum
    const key = `${nextOutbound}/${expectedInbound}`
    if (key === this.#saved) return
    writeSequenceFile(sequenceFile, { nextOutbound, expectedInbound })
    this.#saved = key
  }

  #nowMs(): number {
    this.#time.now()
    return this.#time.epochSeconds * 1_000 + this.#time.nanoseconds / 1e6
  }

  /** One timer, moved only when something is due before it. */
  #armTimer(): void {
    const dueMs = this.#session.nextDeadlineMs
    if (dueMs >= this.#timerDueMs || this.#socket === undefined) return
    clearTimeout(this.#timer)
    this.#timerDueMs = dueMs
    this.#timer = setTimeout(() => this.#wake(), Math.max(0, Math.ceil(dueMs - this.#nowMs())))
  }

  #wake(): void {
    this.#timerDueMs = Number.POSITIVE_INFINITY
    this.#act(() => this.#session.tick(this.#nowMs()))
  }
}

/** When both directions are closed: before that the exchange would call a new connection a second one. */
function onceClosed(socket: Socket, then: () => void): void {
  if (socket.closed) return then()
  const timer = setTimeout(() => socket.destroy(), CLOSE_WAIT_MS)
  socket.once('close', () => {
    clearTimeout(timer)
    then()
  })
}

function logonFailed(reason: string): ExchangeError {
  const hint = reason.startsWith('Connection closed')
    ? '; the session name or password is wrong, or the session is connected already'
    : ''
  return new ExchangeError(ErrorCode.FixLogon, `not logged on: ${reason}${hint}`)
}
