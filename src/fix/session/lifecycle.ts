/**
 * Where a session stands, how long it may stand there, and how it ends: the Logout(5) handshake, the
 * Logout for an error, the disconnect. FIX 4.4 volume 2, cases 12, 13 and 18.
 */
import { assert } from '../../domain/index.ts'
import type { ResolvedOptions } from './fix-session-options.ts'
import type { InboundSequence } from './inbound-sequence.ts'
import type { SessionPort } from './session-port.ts'
import type { SessionSender } from './session-sender.ts'
import type { SessionState, SessionTransition } from './session-state.ts'
import { nextState } from './session-state.ts'

const NEVER = Number.POSITIVE_INFINITY

export class Lifecycle {
  state: SessionState = 'disconnected'
  /** Milliseconds since 1970, of the call that the session's owner is in. */
  nowMs = 0
  /** When the present state has lasted too long. */
  deadlineMs = NEVER
  /** What to call that. */
  #deadlineReason = ''
  readonly #options: ResolvedOptions
  readonly #port: SessionPort
  readonly #sender: SessionSender
  readonly #inbound: InboundSequence

  constructor(
    options: ResolvedOptions,
    port: SessionPort,
    sender: SessionSender,
    inbound: InboundSequence,
  ) {
    this.#options = options
    this.#port = port
    this.#sender = sender
    this.#inbound = inbound
  }

  connected(): void {
    this.#move('connect')
    this.#allow(this.#options.logonTimeoutMs, 'No Logon(A) in time')
  }

  loggedOn(): void {
    this.#move('logOn')
    this.deadlineMs = NEVER
  }

  /** The transport is gone. What was held above a gap is asked for again after the next Logon. */
  disconnected(): void {
    this.#move('disconnect')
    this.deadlineMs = NEVER
    this.#inbound.forgetGap()
  }

  /** Case 12: we begin; nothing is done when a Logout is under way. */
  logout(text: string): void {
    if (this.state === 'awaiting-logon') return this.hangUp('Logged out before Logon(A)')
    if (this.state !== 'logged-on') return

    this.#move('beginLogout')
    this.#allow(this.#options.logoutTimeoutMs, 'No answer to Logout(5) in time')
    this.#sender.logout(text)
  }

  /** Case 13b: they began, they close; if they do not, we do. */
  answerLogout(): void {
    if (this.state !== 'logged-on') return
    this.#move('completeLogout')
    this.#allow(this.#options.logoutTimeoutMs, 'Logged out; not closed in time')
    this.#sender.logout('')
  }

  /** Case 12: we began, we close, whatever the number of their answer. */
  completeLogout(): void {
    this.#move('completeLogout')
    this.hangUp('Logged out')
  }

  /** Logout with the reason, then the disconnect: after their answer, or soon. */
  refuse(text: string): void {
    if (this.state === 'closing') return
    // Our Logout has gone already: nothing may follow it.
    if (this.state === 'logout-sent' || this.state === 'logged-out') return this.hangUp(text)
    this.#move('refuse')
    this.#inbound.forgetGap()
    this.#allow(this.#options.closeTimeoutMs, text)
    this.#sender.logout(text)
  }

  /** The present state has lasted long enough. */
  expire(): void {
    this.hangUp(this.#deadlineReason)
  }

  hangUp(reason: string): void {
    const graceful = this.state === 'logged-out'
    this.disconnected()
    this.#port.disconnect(reason, graceful)
  }

  #allow(durationMs: number, reason: string): void {
    this.deadlineMs = this.nowMs + durationMs
    this.#deadlineReason = reason
  }

  #move(transition: SessionTransition): void {
    const next = nextState(this.state, transition)
    assert(next !== undefined, `session: ${transition} while ${this.state}`)
    this.state = next
  }
}
