/**
 * The FIX 4.4 session layer of one counterparty relation, acceptor or initiator: what every inbound
 * message means by its header, its number and its type, and what we say when nothing comes in.
 * Pure: bytes come in as FixMessage, time as an argument, and everything that is to happen goes out
 * through the SessionPort. FIX 4.4 volume 2; docs/protocols/fix-session.md.
 *
 * Times are milliseconds since 1970 on the owner's one clock that never goes back.
 */
import { assert } from '../../domain/index.ts'
import type { FixMessage } from '../codec/index.ts'
import { bytesOf } from '../codec/index.ts'
import { isAdminMsgType, MsgType, Tag } from '../dictionary/index.ts'
import type { FixSessionOptions } from './fix-session-options.ts'
import { SESSION_DEFAULTS } from './fix-session-options.ts'
import { GarbledGuard } from './garbled-guard.ts'
import { HeartbeatMonitor } from './heartbeat-monitor.ts'
import { InboundSequence } from './inbound-sequence.ts'
import { judgePossDup } from './judge-header.ts'
import { Lifecycle } from './lifecycle.ts'
import { LogonHandshake } from './logon-handshake.ts'
import type { BusinessReject } from './objection.ts'
import { rejects } from './objection.ts'
import { CONTENT_STEPS, firstObjection, HEADER_STEPS } from './order-of-judgement.ts'
import { isResent } from './plan-resend.ts'
import { Recovery } from './recovery.ts'
import { SECOND_LOGON } from './refusal.ts'
import type { SessionParts } from './session-parts.ts'
import { answerObjection } from './session-parts.ts'
import type { SessionPort } from './session-port.ts'
import { SessionSender } from './session-sender.ts'
import type { SessionState } from './session-state.ts'

// Looked at in every message.
const { PossDupFlag, GapFillFlag } = Tag

const NEVER = Number.POSITIVE_INFINITY

export class FixSession {
  readonly #parts: SessionParts
  readonly #lifecycle: Lifecycle
  readonly #inbound: InboundSequence
  readonly #sender: SessionSender
  readonly #heartbeats = new HeartbeatMonitor()
  readonly #recovery: Recovery
  readonly #logon: LogonHandshake
  readonly #garbled = new GarbledGuard()

  constructor(given: FixSessionOptions, port: SessionPort) {
    const options = { ...SESSION_DEFAULTS, ...given }
    this.#sender = new SessionSender(port)
    this.#inbound = new InboundSequence(options.resendTimeoutMs)
    this.#lifecycle = new Lifecycle(options, port, this.#sender, this.#inbound)
    this.#parts = {
      options,
      port,
      sender: this.#sender,
      inbound: this.#inbound,
      lifecycle: this.#lifecycle,
      heartbeats: this.#heartbeats,
      standing: {
        role: options.role,
        lifecycle: this.#lifecycle,
        strictUserTags: options.strictUserTags,
        ownTags: options.ownTags,
        offers: options.offers,
        header: {
          beginString: bytesOf('FIX.4.4'),
          senderCompId: bytesOf(options.counterpartyCompId),
          targetCompId: bytesOf(options.compId),
          sendingTimeToleranceMs: options.sendingTimeToleranceSeconds * 1_000,
        },
      },
    }
    this.#recovery = new Recovery(this.#parts)
    this.#logon = new LogonHandshake(this.#parts, this.#recovery)
  }

  get state(): SessionState {
    return this.#lifecycle.state
  }

  /**
   * Inbound MsgSeqNum(34) expected next. The owner sets it once, from its store, and reads it
   * inside port methods, where it counts the message in hand.
   */
  get expectedMsgSeqNum(): number {
    return this.#inbound.expected
  }

  set expectedMsgSeqNum(msgSeqNum: number) {
    this.#inbound.expected = msgSeqNum
  }

  /** True while messages are held because some before them are missing. */
  get hasGap(): boolean {
    return this.#inbound.hasGap
  }

  /** The counterparty has missed a heartbeat: its connection may be half open. */
  get isCounterpartySilent(): boolean {
    return this.state === 'logged-on' && this.#heartbeats.isSilent
  }

  /** When `tick` must be called next; Infinity = not before something else happens. */
  get nextDeadlineMs(): number {
    const heartbeatMs = this.state === 'logged-on' ? this.#heartbeats.nextDeadlineMs : NEVER
    return Math.min(this.#lifecycle.deadlineMs, this.#inbound.deadlineMs, heartbeatMs)
  }

  /** A transport is there. The initiator says Logon(A), the acceptor waits for it. */
  connected(nowMs: number): void {
    this.#lifecycle.nowMs = nowMs
    this.#garbled.forget()
    this.#lifecycle.connected()
    if (this.#parts.options.role === 'initiator') this.#logon.request()
  }

  /** The acceptor's owner has authenticated the first message of a connection, a Logon(A). */
  acceptLogon(message: FixMessage, nowMs: number): void {
    assert(this.#parts.options.role === 'acceptor', 'acceptLogon is for acceptors')
    this.connected(nowMs)
    this.receive(message, nowMs)
  }

  /** Judges one message that has a whole frame; it is valid only during the call. */
  receive(message: FixMessage, nowMs: number): void {
    if (this.state === 'disconnected') return
    this.#lifecycle.nowMs = nowMs
    this.#heartbeats.received(nowMs)
    const { expected } = this.#inbound

    this.#judge(message)
    this.#recovery.processHeld(this.#process)
    if (this.#inbound.expected !== expected) this.#garbled.forget()
    this.#inbound.watch(nowMs)
  }

  /**
   * A frame was garbled and is ignored: cases 2d, 2m, 2t, 3b, 3c. Only the same one again and again
   * gets an answer.
   * @param reason what is wrong with it
   * @param text its beginning, `|` for the delimiter
   */
  garbled(reason: string, text: string, nowMs: number): void {
    this.#lifecycle.nowMs = nowMs
    const problem = this.#garbled.judge(reason, text)
    if (problem !== null && this.state === 'logged-on') this.#lifecycle.refuse(problem)
  }

  /** Does what is due by now. */
  tick(nowMs: number): void {
    this.#lifecycle.nowMs = nowMs
    if (nowMs >= this.#lifecycle.deadlineMs) return this.#lifecycle.expire()
    if (nowMs >= this.#inbound.deadlineMs) return this.#recovery.giveUp()
    if (this.state === 'logged-on') this.#watchSilence()
  }

  /** Bytes of this session have left: the heartbeat timer starts again. */
  sent(nowMs: number): void {
    this.#heartbeats.sent(nowMs)
  }

  /** Bytes of the counterparty may be waiting unread by our own doing: its silence begins after that. */
  notListened(nowMs: number): void {
    this.#heartbeats.notListened(nowMs)
  }

  /** Refuses an application message that was delivered. */
  businessReject(message: FixMessage, reject: BusinessReject): void {
    this.#sender.businessReject(message, reject)
  }

  /** Starts the Logout handshake (case 12); does nothing when one is under way. */
  logout(nowMs: number, text = ''): void {
    this.#lifecycle.nowMs = nowMs
    this.#lifecycle.logout(text)
  }

  /** Ends the session at once: a Logout(5) that says why, and nothing is taken any more. */
  dismiss(nowMs: number, text: string): void {
    this.#lifecycle.nowMs = nowMs
    if (this.state !== 'disconnected') this.#lifecycle.refuse(text)
  }

  /** The transport is gone. What was held above a gap is asked for again after the next Logon. */
  disconnected(nowMs: number): void {
    this.#lifecycle.nowMs = nowMs
    this.#lifecycle.disconnected()
  }

  #judge(message: FixMessage): void {
    // After a Logout for an error nothing counts but the end.
    if (this.state === 'closing') {
      if (message.msgType === MsgType.Logout) this.#lifecycle.expire()
      return
    }
    const objection = firstObjection(HEADER_STEPS, message, this.#parts.standing)
    if (objection !== null) return answerObjection(message, objection, this.#parts)

    if (message.msgType === MsgType.Logon && this.#logon.opensSession(message)) {
      return this.#logon.receive(message)
    }
    if (this.state === 'awaiting-logon') return this.#receiveLogonRefused(message)
    if (this.state === 'logout-sent' && message.msgType === MsgType.Logout) {
      this.#inbound.count(message)
      return this.#lifecycle.completeLogout()
    }
    if (this.state === 'logged-out' && !this.#isStillWanted(message)) return
    if (message.msgType === MsgType.SequenceReset && !message.flag(GapFillFlag)) {
      return this.#recovery.receiveReset(message)
    }
    this.#judgeNumber(message)
  }

  /** Step 9 of the judgement. */
  #judgeNumber(message: FixMessage): void {
    switch (this.#inbound.judge(message)) {
      case 'next':
        return this.#process(message)
      case 'gap':
        return this.#recovery.receiveAboveGap(message)
      case 'repeated':
        return this.#receiveRepeated(message)
      case 'too-low':
        return this.#recovery.refuseTooLow(message)
    }
  }

  /** A message whose turn it is. */
  readonly #process = (message: FixMessage): void => {
    if (message.flag(PossDupFlag)) {
      const objection = judgePossDup(message)
      if (objection !== null) return answerObjection(message, objection, this.#parts)
      if (isNeverResent(message)) return this.#inbound.count(message)
    }
    const objection = firstObjection(CONTENT_STEPS, message, this.#parts.standing)
    if (objection !== null) return answerObjection(message, objection, this.#parts)
    this.#perform(message)
  }

  /** What a message asks for that nothing is wrong with. */
  #perform(message: FixMessage): void {
    switch (message.msgType) {
      case MsgType.Heartbeat:
        return this.#inbound.count(message)
      case MsgType.TestRequest:
        return this.#answerTestRequest(message)
      case MsgType.ResendRequest:
        return this.#recovery.serveResend(message)
      case MsgType.Reject:
        return this.#noteReject(message)
      case MsgType.SequenceReset:
        return this.#recovery.fillGap(message)
      case MsgType.Logout:
        this.#inbound.count(message)
        return this.#lifecycle.answerLogout()
      case MsgType.Logon:
        return answerObjection(message, rejects(SECOND_LOGON), this.#parts)
      default:
        this.#inbound.count(message)
        return this.#parts.port.deliver(message)
    }
  }

  /** The initiator hears a Reject(3), or the Logout(5) behind it, instead of a Logon. */
  #receiveLogonRefused(message: FixMessage): void {
    if (message.msgType === MsgType.Reject) this.#noteReject(message)
    else this.#logon.receiveRefusal(message)
  }

  /** Cases 2e, 2f, 2g: had before; only its OrigSendingTime is of interest. */
  #receiveRepeated(message: FixMessage): void {
    const objection = judgePossDup(message)
    if (objection !== null) answerObjection(message, objection, this.#parts)
  }

  /** After both Logouts: what fills a gap, and what asks us to fill theirs. */
  #isStillWanted(message: FixMessage): boolean {
    return this.#inbound.hasGap || message.msgType === MsgType.ResendRequest
  }

  #answerTestRequest(message: FixMessage): void {
    this.#inbound.count(message)
    if (this.state === 'logged-on') this.#sender.heartbeatFor(message)
  }

  #noteReject(message: FixMessage): void {
    this.#inbound.count(message)
    this.#parts.port.refused?.(message)
  }

  #watchSilence(): void {
    switch (this.#heartbeats.due(this.#lifecycle.nowMs)) {
      case 'heartbeat':
        return this.#sender.heartbeat()
      case 'test-request':
        return this.#sender.testRequest()
      case 'time-out':
        // Case 6. Nobody is there to answer the Logout: no use in waiting for that.
        this.#lifecycle.refuse('Timed out waiting for heartbeat')
        return this.#lifecycle.expire()
      case 'none':
        return
    }
  }
}

/** Session messages that a resend covers with a gap fill; one that comes anyway has no effect. */
const isNeverResent = ({ msgType }: FixMessage): boolean =>
  isAdminMsgType(msgType) && !isResent(msgType) && msgType !== MsgType.SequenceReset
