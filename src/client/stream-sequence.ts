/**
 * One sequence of messages out of connections to a stream that break: says which message a login asks
 * for, drops what has been delivered, and goes from the end of a session to the next one. Pure: packets
 * come in, messages and the end of a connection go out. docs/protocols/itch-feed.md#the-stream
 */
import type { SoupAcceptance, SoupLogin } from '../wire/index.ts'
import { LoginReject, readAcceptance, SoupType } from '../wire/index.ts'
import type { FeedListener } from './feed-arbiter.ts'
import { nothingCounted } from './feed-arbiter.ts'

export type StreamListener = Omit<FeedListener, 'request' | 'snapshotNeeded'>

/** The connection has nothing more to give. */
export interface HangUp {
  /** When to log in again. */
  readonly again: 'at once' | 'later'
  /** What was wrong, if anything was. */
  readonly reason?: string
}

/** Number 1 is the first message of a session, 0 none that has been. */
type Place = Pick<SoupLogin, 'session' | 'sequence'>

const FIRST = 1
const STILL_TO_COME = 0
const RUNNING = ''

export class StreamSequence {
  /** Whose messages are delivered; undefined before the first login is accepted. */
  session: string | undefined
  /** Sequence number of the next message to deliver. */
  next = FIRST
  readonly statistics = nothingCounted()
  private readonly listener: StreamListener
  /** No more of the session is to be had: it has ended, or is not kept any more. */
  private isOver = false
  private hasEnded = false
  /** The session that follows it, when its first message is not the next to come. */
  private found: string | undefined
  /** Number of the connection's next packet; undefined before its login is accepted. */
  private at: number | undefined

  constructor(listener: StreamListener) {
    this.listener = listener
  }

  /** A login was accepted, and its messages come. */
  get isFollowing(): boolean {
    return this.at !== undefined
  }

  /** A connection begins. @returns what its login asks for */
  login(): Place {
    this.at = undefined
    if (this.found !== undefined) return { session: this.found, sequence: FIRST }
    if (this.session === undefined) return { session: RUNNING, sequence: FIRST }
    if (this.isOver) return { session: RUNNING, sequence: STILL_TO_COME }
    return { session: this.session, sequence: this.next }
  }

  /** Takes one packet. @returns what becomes of the connection if it does not go on */
  receive(type: number, payload: Uint8Array): HangUp | undefined {
    this.statistics.packets++
    switch (type) {
      case SoupType.LoginAccepted:
        return this.accepted(readAcceptance(payload))
      case SoupType.LoginRejected:
        return this.rejected(String.fromCharCode(...payload))
      case SoupType.SequencedData:
        return this.take(payload)
      case SoupType.ServerHeartbeat:
        if (this.isFollowing) this.listener.caughtUp?.()
        return undefined
      case SoupType.EndOfSession:
        return this.end()
      default:
        return undefined
    }
  }

  private accepted(given: SoupAcceptance | undefined): HangUp | undefined {
    if (given === undefined) return later('accepted the login in a way that is not understood')
    const { session, sequence } = given
    if (session === this.session) return this.resume(sequence)
    if (session !== this.found && sequence !== FIRST) {
      this.found = session
      return { again: 'at once' }
    }
    this.enter(session)
    this.goTo(sequence)
    return undefined
  }

  private resume(sequence: number): HangUp | undefined {
    if (this.hasEnded) {
      this.listener.caughtUp?.()
      return { again: 'later' }
    }
    if (this.isOver) {
      this.isOver = false
      return later(`does not have message ${this.next} of ${this.session} yet`)
    }
    this.goTo(sequence)
    return undefined
  }

  private enter(session: string): void {
    this.session = session
    this.next = FIRST
    this.isOver = this.hasEnded = false
    this.found = undefined
    this.listener.sessionStarted(session)
  }

  private goTo(sequence: number): void {
    this.at = sequence
    if (sequence <= this.next) return
    const lost = { first: this.next, last: sequence - 1 }
    this.next = sequence
    this.statistics.lost += lost.last - lost.first + 1
    this.listener.messagesLost(lost)
  }

  private rejected(code: string): HangUp {
    if (code !== LoginReject.SessionNotAvailable) return later(`rejected the login: ${code}`)
    if (this.found !== undefined) {
      this.found = undefined
      return { again: 'later' }
    }
    if (this.session === undefined || this.isOver) return later('has no session to follow yet')
    // Not kept any more, or not there yet: the running session tells.
    this.isOver = true
    return { again: 'at once' }
  }

  private take(message: Uint8Array): HangUp | undefined {
    if (this.at === undefined) return later('sent data before it accepted the login')
    const sequence = this.at++
    if (sequence < this.next) {
      this.statistics.duplicates++
      return undefined
    }
    this.next = sequence + 1
    this.statistics.messages++
    const { buffer, byteOffset, length } = message
    this.listener.message(sequence, new DataView(buffer, byteOffset, length), 0, length)
    return undefined
  }

  private end(): HangUp {
    if (!this.isFollowing) return later('ended a session that had not begun')
    this.isOver = this.hasEnded = true
    this.listener.sessionEnded(this.session!)
    return { again: 'at once' }
  }
}

const later = (reason: string): HangUp => ({ again: 'later', reason })
