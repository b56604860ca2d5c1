/**
 * Answers MoldUDP64 requests: one packet for each, with as many whole messages as fit. Only what
 * has been on the lines is answered, of the running session and the ones before it. The protocol
 * has no error message: what cannot be answered is answered by silence.
 *
 * The latest messages come from memory, at once. Older ones are read from the journal a slice in
 * each event-loop turn, one request after the other, so that trading does not wait for them.
 */
import type { BlockList } from 'node:net'
import { ExchangeError, isIn, networksOf } from '../runtime/index.ts'
import { PacketWriter, readRequest } from '../wire/index.ts'
import type { EventSource } from './event-source.ts'
import type { FeedSession } from './feed-session.ts'
import type { FeedStream } from './feed-stream.ts'
import { MessageArchive } from './message-archive.ts'
import type { MessageRing } from './message-ring.ts'
import { RequestLimits } from './request-limits.ts'

/** Requests that may wait for the journal; their senders ask again for what is beyond. */
export const REQUESTS_WAITING_MAX = 256
/** Journal that one event-loop turn reads for requests: 0.1 to 0.2 ms. */
export const READ_BYTES_PER_TURN = 32 * 1024
/** Answers out of the journal that one event-loop turn sends. */
export const ANSWERS_PER_TURN = 32
/** Journal read for one answer once it has a message: it is sent with what it has then. */
export const READ_BYTES_PER_ANSWER = 1024 * 1024

/** Where a request came from, and its answer goes. */
export interface Requester {
  readonly address: string
  readonly port: number
}

export interface RetransmissionOptions {
  /** Networks whose requests are answered; left out or empty = every one. */
  readonly allow?: readonly string[]
  readonly stream: FeedStream
  readonly journal: EventSource
  readonly maxPayload: number
  /** Runs a function once the callbacks of this event-loop turn are through: setImmediate. */
  readonly schedule: (run: () => void) => void
  /** Takes the packet; its bytes are used again when it returns. */
  readonly send: (packet: Uint8Array, to: Requester) => void
}

/** Messages first..end - 1, all of which have been on the lines. */
interface Asked {
  readonly session: FeedSession
  readonly first: number
  readonly end: number
}

/** A request that waits for the journal. */
interface Waiting extends Asked {
  readonly from: Requester
  readBytes: number
}

export class Retransmission {
  readonly counters = { requests: 0, unanswerable: 0, unreadable: 0 }
  /**
   * Requests that were not answered: from where none is to come, of one address, of all, and those that would
   * have to wait.
   */
  readonly limitsReached = { notAllowed: 0, source: 0, all: 0, waiting: 0 }
  private readonly limits = new RequestLimits()
  private readonly options: RetransmissionOptions
  /** Undefined = every address. */
  private readonly allowed: BlockList | undefined
  private readonly archive: MessageArchive
  private readonly writer: PacketWriter
  private readonly waiting: Waiting[] = []
  private isScheduled = false

  constructor(options: RetransmissionOptions) {
    this.options = options
    const { allow = [] } = options
    this.allowed = allow.length === 0 ? undefined : networksOf(allow)
    this.archive = new MessageArchive(options.journal, options.stream.symbols)
    this.writer = new PacketWriter(options.maxPayload)
  }

  /** Takes a datagram, whatever it is. */
  receive(datagram: Uint8Array, from: Requester, nowMs: number): void {
    this.counters.requests++
    if (this.allowed !== undefined && !isIn(this.allowed, from.address)) {
      this.limitsReached.notAllowed++
      return
    }
    // Nothing can be sent to port 0, which a datagram may well claim to come from.
    const asked = from.port === 0 ? undefined : this.read(datagram)
    if (asked === undefined) {
      this.counters.unanswerable++
      return
    }
    const reached = this.limits.reached(from.address, nowMs)
    if (reached !== undefined) {
      this.limitsReached[reached]++
      return
    }

    const { running, messages } = this.options.stream
    if (asked.session === running && asked.first >= messages.oldest) this.answer(asked, from)
    else this.enqueue({ ...asked, from, readBytes: 0 })
  }

  /** Forgets the requests that wait. */
  close(): void {
    this.waiting.length = 0
  }

  /**
   * @returns undefined when there is nothing to answer: not a request, a session that is not known
   * or not known any more, a sequence number of 0 or that was not on the lines yet, no messages
   */
  private read(datagram: Uint8Array): Asked | undefined {
    const request = readRequest(datagram)
    if (request === undefined) return undefined
    const { sequenceNumber: first, messageCount } = request
    const session = this.options.stream.findSession(request.session)
    if (session === undefined || messageCount === 0) return undefined
    if (first === 0 || first >= session.next) return undefined
    return { session, first, end: Math.min(first + messageCount, session.next) }
  }

  /** From memory. */
  private answer({ session, first, end }: Asked, to: Requester): void {
    const { messages } = this.options.stream
    this.begin(session, first)
    for (let sequence = first; sequence < end; sequence++) {
      if (!this.append(messages, sequence)) break
    }
    this.send(to)
  }

  private enqueue(request: Waiting): void {
    if (this.waiting.length >= REQUESTS_WAITING_MAX) {
      this.limitsReached.waiting++
      return
    }
    this.waiting.push(request)
    this.schedule()
  }

  private schedule(): void {
    if (this.isScheduled || this.waiting.length === 0) return
    this.isScheduled = true
    this.options.schedule(this.onTurn)
  }

  private readonly onTurn = (): void => {
    this.isScheduled = false
    const budget = { bytes: READ_BYTES_PER_TURN }
    for (let answers = 0; answers < ANSWERS_PER_TURN && this.waiting.length > 0; answers++) {
      if (!this.answerOldest(this.waiting[0]!, budget)) break
      this.waiting.shift()
    }
    this.schedule()
  }

  /** @returns false when the bytes of this turn did not suffice: the next one goes on */
  private answerOldest(request: Waiting, budget: { bytes: number }): boolean {
    try {
      if (!this.fill(request, budget)) return false
      this.send(request.from)
    } catch (error) {
      // A file of the journal that is gone or damaged: trading goes on without it.
      if (!(error instanceof ExchangeError)) throw error
      this.counters.unreadable++
    }
    return true
  }

  /** Fills the packet out of the archive, from its beginning: what was read before is there already. */
  private fill(request: Waiting, budget: { bytes: number }): boolean {
    const { session, first, end } = request
    let page = this.archive.pageOf(session, first)
    this.begin(session, first)
    for (let sequence = first; sequence < end; sequence++) {
      if (sequence >= page.end) page = this.archive.pageOf(session, sequence)
      if (!page.has(sequence)) {
        if (sequence > first && request.readBytes >= READ_BYTES_PER_ANSWER) break
        const bytes = this.archive.read(page, sequence, budget.bytes)
        request.readBytes += bytes
        budget.bytes -= bytes
        if (!page.has(sequence)) return false
      }
      if (!this.append(page.messages, sequence)) break
    }
    return true
  }

  private begin(session: FeedSession, sequence: number): void {
    this.writer.openSession(session.name)
    this.writer.begin(sequence)
  }

  /** @returns false when the message does not fit any more */
  private append(messages: MessageRing, sequence: number): boolean {
    const { writer } = this
    const length = messages.lengthOf(sequence)
    if (!writer.fits(length)) return false
    messages.copy(sequence, writer.bytes, writer.messageAt)
    writer.append(length)
    return true
  }

  private send(to: Requester): void {
    this.options.send(this.writer.bytes.subarray(0, this.writer.length), to)
  }
}
