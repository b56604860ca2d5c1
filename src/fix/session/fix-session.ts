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
import { validate } from '../validation/index.ts'
import type { FixSessionOptions } from './fix-session-options.ts'
import { SESSION_DEFAULTS } from './fix-session-options.ts'
import { HANDLED } from './gap-queue.ts'
import { HeartbeatMonitor } from './heartbeat-monitor.ts'
import { InboundSequence } from './inbound-sequence.ts'
import type { HeaderExpectations } from './judge-header.ts'
import { judgeHeader, judgePossDup } from './judge-header.ts'
import type { HeartBtIntRange } from './judge-logon.ts'
import { judgeLogon } from './judge-logon.ts'
import { judgeResendRequest } from './judge-resend-request.ts'
import { isResent } from './plan-resend.ts'
import type { Refusal } from './refusal.ts'
import { endsSession, loweringSequence, SECOND_LOGON } from './refusal.ts'
import type { SessionPort } from './session-port.ts'
import { SessionSender } from './session-sender.ts'
import type { SessionState, SessionTransition } from './session-state.ts'
import { nextState } from './session-state.ts'

// Looked at in every message.
const { PossDupFlag, GapFillFlag, ResetSeqNumFlag } = Tag

/** An acceptor should echo what we proposed; one that does not has the last word. */
const ANY_HEART_BT_INT: HeartBtIntRange = { min: 1, max: 86_400 }

const NEVER = Number.POSITIVE_INFINITY

export class FixSession {
  readonly #options: FixSessionOptions & typeof SESSION_DEFAULTS
  readonly #port: SessionPort
  readonly #sender: SessionSender
  readonly #header: HeaderExpectations
  readonly #heartBtInt: HeartBtIntRange
  readonly #heartbeats = new HeartbeatMonitor()
  readonly #inbound: InboundSequence

  #state: SessionState = 'disconnected'
  #nowMs = 0
  /** When the present state has lasted too long, and what to call that. */
  #deadlineMs = NEVER
  #deadlineReason = ''

  constructor(options: FixSessionOptions, port: SessionPort) {
    this.#options = { ...SESSION_DEFAULTS, ...options }
    this.#port = port
    this.#sender = new SessionSender(port)
    this.#inbound = new InboundSequence(this.#options.resendTimeoutMs)
    this.#heartBtInt = rangeOf(options.heartBtInt)
    this.#header = {
      beginString: bytesOf('FIX.4.4'),
      senderCompId: bytesOf(options.counterpartyCompId),
      targetCompId: bytesOf(options.compId),
      sendingTimeToleranceMs: this.#options.sendingTimeToleranceSeconds * 1_000,
    }
  }

  get state(): SessionState {
    return this.#state
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

  /** When `tick` must be called next; Infinity = not before something else happens. */
  get nextDeadlineMs(): number {
    const heartbeatMs = this.#state === 'logged-on' ? this.#heartbeats.nextDeadlineMs : NEVER
    return Math.min(this.#deadlineMs, this.#inbound.deadlineMs, heartbeatMs)
  }

  /** A transport is there. The initiator says Logon(A), the acceptor waits for it. */
  connected(nowMs: number): void {
    this.#nowMs = nowMs
    this.#move('connect')
    this.#allow(this.#options.logonTimeoutMs, 'No Logon(A) in time')
    if (this.#options.role === 'initiator') this.#requestLogon()
  }

  /** The acceptor's owner has authenticated the first message of a connection, a Logon(A). */
  acceptLogon(message: FixMessage, nowMs: number): void {
    assert(this.#options.role === 'acceptor', 'acceptLogon is for acceptors')
    this.connected(nowMs)
    this.receive(message, nowMs)
  }

  /** Judges one message that has a whole frame; it is valid only during the call. */
  receive(message: FixMessage, nowMs: number): void {
    if (this.#state === 'disconnected') return
    this.#nowMs = nowMs
    this.#heartbeats.received(nowMs)

    this.#judge(message)
    this.#processHeld()
    this.#inbound.watch(nowMs)
  }

  /** Does what is due by now. */
  tick(nowMs: number): void {
    this.#nowMs = nowMs
    if (nowMs >= this.#deadlineMs) return this.#hangUp(this.#deadlineReason)
    if (nowMs >= this.#inbound.deadlineMs) return this.#refuse(this.#gapText('not resent in time'))
    if (this.#state === 'logged-on') this.#watchSilence()
  }

  /** Bytes of this session have left: the heartbeat timer starts again. */
  sent(nowMs: number): void {
    this.#heartbeats.sent(nowMs)
  }

  /** Starts the Logout handshake (case 12); does nothing when one is under way. */
  logout(nowMs: number, text = ''): void {
    this.#nowMs = nowMs
    if (this.#state === 'awaiting-logon') return this.#hangUp('Logged out before Logon(A)')
    if (this.#state !== 'logged-on') return

    this.#move('beginLogout')
    this.#allow(this.#options.logoutTimeoutMs, 'No answer to Logout(5) in time')
    this.#sender.logout(text)
  }

  /** The transport is gone. What was held above a gap is asked for again after the next Logon. */
  disconnected(nowMs: number): void {
    this.#nowMs = nowMs
    this.#move('disconnect')
    this.#deadlineMs = NEVER
    this.#inbound.forgetGap()
  }

  // Judging: specs section 0, in its order.

  #judge(message: FixMessage): void {
    if (message.msgSeqNum < 0) {
      // Step 2: a message without a number cannot be answered, nor asked for again.
      return this.#refuse(
        `MsgSeqNum(34) ${message.has(Tag.MsgSeqNum) ? 'is not a number' : 'missing'}`,
      )
    }
    if (this.#state === 'awaiting-logon' && !this.#mayComeFirst(message)) {
      // Step 3, case 1e.
      return this.#hangUp('First message is not a Logon(A)')
    }
    if (this.#state === 'closing') return this.#receiveWhileClosing(message)

    // Steps 6, 7, 8: cases 2i, 2k, 2o.
    const problem = judgeHeader(message, this.#header, this.#nowMs)
    if (problem === 'begin-string') return this.#refuse('Incorrect BeginString')
    if (problem !== null) return this.#reject(message, problem)

    if (message.msgType === MsgType.Logon && this.#opensSession(message)) {
      return this.#receiveLogon(message)
    }
    if (this.#state === 'awaiting-logon') return this.#receiveLogonRefused(message)
    if (this.#state === 'logout-sent' && message.msgType === MsgType.Logout) {
      return this.#completeLogout(message)
    }
    if (this.#state === 'logged-out' && !this.#isStillWanted(message)) return
    if (message.msgType === MsgType.SequenceReset && !message.flag(GapFillFlag)) {
      return this.#receiveReset(message)
    }
    this.#judgeNumber(message)
  }

  /** Step 9. */
  #judgeNumber(message: FixMessage): void {
    switch (this.#inbound.judge(message)) {
      case 'next':
        return this.#process(message)
      case 'gap':
        return this.#receiveAboveGap(message)
      case 'repeated':
        return this.#receiveRepeated(message)
      case 'too-low':
        return this.#receiveTooLow(message)
    }
  }

  /** A message whose turn it is: steps 10 to 12, then what it asks for. */
  #process(message: FixMessage): void {
    const resentProblem = message.flag(PossDupFlag) ? judgePossDup(message) : null
    if (resentProblem !== null) return this.#reject(message, resentProblem)
    if (message.flag(PossDupFlag) && isNeverResent(message)) return this.#inbound.count(message)

    const problem = this.#validate(message)
    if (problem !== null) return this.#reject(message, problem)

    switch (message.msgType) {
      case MsgType.Heartbeat:
        return this.#inbound.count(message)
      case MsgType.TestRequest:
        return this.#answerTestRequest(message)
      case MsgType.ResendRequest:
        return this.#serveResend(message)
      case MsgType.Reject:
        return this.#noteReject(message)
      case MsgType.SequenceReset:
        return this.#fillGap(message)
      case MsgType.Logout:
        return this.#receiveLogout(message)
      case MsgType.Logon:
        return this.#reject(message, SECOND_LOGON)
      default:
        return this.#deliver(message)
    }
  }

  /** What the initiator may hear before the answer to its Logon is how the acceptor refuses it. */
  #mayComeFirst({ msgType }: FixMessage): boolean {
    if (msgType === MsgType.Logon) return true
    if (this.#options.role === 'acceptor') return false
    return msgType === MsgType.Logout || msgType === MsgType.Reject
  }

  /** After a Logout for an error nothing counts but the end. */
  #receiveWhileClosing(message: FixMessage): void {
    if (message.msgType === MsgType.Logout) this.#hangUp(this.#deadlineReason)
  }

  /** After both Logouts: what fills a gap, and what asks us to fill theirs. */
  #isStillWanted(message: FixMessage): boolean {
    return this.#inbound.hasGap || message.msgType === MsgType.ResendRequest
  }

  // Logon

  #requestLogon(): void {
    const { resetOnLogon, writeLogonFields } = this.#options
    if (resetOnLogon) this.#inbound.startAgain(1)
    this.#sender.logon({
      heartBtInt: this.#heartBtInt.max,
      resetSeqNum: resetOnLogon,
      writeMore: writeLogonFields,
    })
  }

  /** The first Logon of a connection, or one that starts the counts again in mid-session. */
  #opensSession(message: FixMessage): boolean {
    if (this.#state === 'awaiting-logon') return true
    return (
      this.#state === 'logged-on' && message.flag(ResetSeqNumFlag) && !message.flag(PossDupFlag)
    )
  }

  /** The acceptor's Reject(3) or Logout(5) instead of a Logon: its reason matters, not its number. */
  #receiveLogonRefused(message: FixMessage): void {
    if (message.msgType === MsgType.Reject) return this.#noteReject(message)
    this.#inbound.count(message)
    this.#hangUp(`Logon(A) refused: ${message.string(Tag.Text) ?? 'no reason given'}`)
  }

  #receiveLogon(message: FixMessage): void {
    const midSession = this.#state === 'logged-on'
    const answer = this.#options.role === 'acceptor' || midSession
    const reset = message.flag(ResetSeqNumFlag) || (answer && this.#options.resetOnLogon)
    const verdict = reset ? 'next' : this.#inbound.judge(message)
    if (verdict === 'repeated') return
    if (verdict === 'too-low') return this.#receiveTooLow(message)

    const range = answer ? this.#heartBtInt : ANY_HEART_BT_INT
    const problem = this.#validate(message) ?? judgeLogon(message, range)
    if (problem !== null) {
      this.#reject(message, problem)
      return this.#refuse(problem.text)
    }

    if (reset) this.#startAgain(answer)
    else this.#inbound.count(message)
    const heartBtInt = message.int(Tag.HeartBtInt)!
    this.#heartbeats.start(heartBtInt * 1_000, this.#nowMs)
    this.#deadlineMs = NEVER
    this.#move('logOn')
    if (answer) this.#sender.logon({ heartBtInt, resetSeqNum: reset })
    if (verdict === 'gap') this.#askAfterLogon(message)
  }

  /** Both counts begin anew; the Logon in hand was their number 1. */
  #startAgain(answer: boolean): void {
    this.#inbound.startAgain(2)
    if (this.#state === 'logged-on') return this.#port.resetSequence(1)
    // The acceptor resets on its own account: our Logon was number 1.
    if (!answer && !this.#options.resetOnLogon) this.#port.resetSequence(2)
  }

  /** Case 1a, MsgSeqNum too high: the answer has gone first, now the question. */
  #askAfterLogon(message: FixMessage): void {
    this.#inbound.holdPlace(message)
    this.#askForGap()
  }

  // Numbers

  /** Case 2c: a number used twice needs a human. */
  #receiveTooLow(message: FixMessage): void {
    this.#refuse(
      `MsgSeqNum too low, expecting ${this.expectedMsgSeqNum} but received ${message.msgSeqNum}`,
    )
  }

  /** Cases 2e, 2f, 2g: had before; only its OrigSendingTime is of interest. */
  #receiveRepeated(message: FixMessage): void {
    const problem = judgePossDup(message)
    if (problem !== null) this.#reject(message, problem)
  }

  /** Case 2b. What must not wait is done now, and its number kept; the rest is held in order. */
  #receiveAboveGap(message: FixMessage): void {
    switch (message.msgType) {
      case MsgType.ResendRequest:
        return this.#serveResendAboveGap(message)
      case MsgType.Logout:
        return this.#receiveLogoutAboveGap(message)
      default:
        return this.#holdAboveGap(message)
    }
  }

  #holdAboveGap(message: FixMessage): void {
    // We are leaving: the next Logon shows the gap again.
    if (this.#state === 'logout-sent') return
    if (this.#state === 'logged-out' && !this.#inbound.hasGap) return

    if (!this.#inbound.hold(message))
      return this.#refuse(this.#gapText('too many messages after it'))
    this.#askForGap({ seesResend: message.flag(PossDupFlag) })
  }

  /** Case 20: theirs first, then ours; the other way round is an endless loop. */
  #serveResendAboveGap(message: FixMessage): void {
    const problem = this.#validate(message)
    if (problem !== null) return this.#holdAboveGap(message)

    this.#serveResend(message)
    if (this.#state !== 'logged-on') return
    if (!this.#inbound.holdPlace(message)) {
      return this.#refuse(this.#gapText('too many messages after it'))
    }
    this.#askForGap()
  }

  /** Ask first, then answer; do not hang up: they serve our request and close. */
  #receiveLogoutAboveGap(message: FixMessage): void {
    if (this.#state === 'logged-out') return
    if (this.#state === 'logged-on') {
      this.#inbound.holdPlace(message)
      this.#askForGap()
    }
    this.#receiveLogout(message)
  }

  #askForGap({ seesResend = false } = {}): void {
    if (!this.#inbound.mustAsk({ seesResend })) return
    this.#sender.resendRequest(this.expectedMsgSeqNum)
  }

  /** Processes what was held, as far as the numbers go without a hole. */
  #processHeld(): void {
    while (this.#state !== 'closing' && this.#state !== 'disconnected') {
      const expected = this.expectedMsgSeqNum
      const held = this.#inbound.takeHeld()
      if (held === undefined) return
      if (held === HANDLED) this.#inbound.expected++
      else this.#process(held)
      assert(this.expectedMsgSeqNum > expected, 'a held message was counted')
    }
  }

  #gapText(what: string): string {
    return `MsgSeqNum ${this.expectedMsgSeqNum} is missing: ${what}`
  }

  // SequenceReset

  /** GapFill whose turn it is: its numbers held nothing for us. Cases 10. */
  #fillGap(message: FixMessage): void {
    const newSeqNo = message.int(Tag.NewSeqNo)!
    if (newSeqNo <= message.msgSeqNum) return this.#reject(message, loweringSequence(newSeqNo))
    this.#inbound.continueAt(newSeqNo)
  }

  /** Reset: disaster recovery, its own number means nothing. Cases 11. */
  #receiveReset(message: FixMessage): void {
    const problem = this.#validate(message)
    if (problem !== null) return this.#reject(message, problem)

    const newSeqNo = message.int(Tag.NewSeqNo)!
    if (newSeqNo < this.expectedMsgSeqNum) {
      // 11c: neither lowered nor counted.
      return this.#sender.reject(message, loweringSequence(newSeqNo))
    }
    this.#inbound.continueAt(newSeqNo)
  }

  // Single messages

  #answerTestRequest(message: FixMessage): void {
    this.#inbound.count(message)
    if (this.#state === 'logged-on') this.#sender.heartbeatFor(message)
  }

  #serveResend(message: FixMessage): void {
    this.#inbound.count(message)
    const range = judgeResendRequest(message, this.#port.lastSentMsgSeqNum())
    if ('text' in range) return this.#sender.reject(message, range)
    this.#port.resend(range.begin, range.end)
  }

  #noteReject(message: FixMessage): void {
    this.#inbound.count(message)
    this.#port.refused?.(message)
  }

  #deliver(message: FixMessage): void {
    this.#inbound.count(message)
    this.#port.deliver(message)
  }

  // Logout and errors

  /** Case 13b: they began, they close; if they do not, we do. */
  #receiveLogout(message: FixMessage): void {
    this.#inbound.count(message)
    if (this.#state !== 'logged-on') return
    this.#move('completeLogout')
    this.#allow(this.#options.logoutTimeoutMs, 'Logged out; not closed in time')
    this.#sender.logout('')
  }

  /** Case 12: we began, we close, whatever the number of their answer. */
  #completeLogout(message: FixMessage): void {
    this.#inbound.count(message)
    this.#move('completeLogout')
    this.#hangUp('Logged out')
  }

  /** Reject(3): the message is counted and has no effect; some reasons end the session too. */
  #reject(message: FixMessage, refusal: Refusal): void {
    this.#inbound.count(message)
    this.#sender.reject(message, refusal)
    if (endsSession(refusal)) this.#refuse(refusal.text)
  }

  /** Logout with the reason, then the disconnect: after their answer, or soon. */
  #refuse(text: string): void {
    if (this.#state === 'closing') return
    // Our Logout has gone already: nothing may follow it.
    if (this.#state === 'logout-sent' || this.#state === 'logged-out') return this.#hangUp(text)
    this.#move('refuse')
    this.#inbound.forgetGap()
    this.#allow(this.#options.closeTimeoutMs, text)
    this.#sender.logout(text)
  }

  #hangUp(reason: string): void {
    const graceful = this.#state === 'logged-out'
    this.disconnected(this.#nowMs)
    this.#port.disconnect(reason, graceful)
  }

  // Time and state

  #watchSilence(): void {
    switch (this.#heartbeats.due(this.#nowMs)) {
      case 'heartbeat':
        return this.#sender.heartbeat()
      case 'test-request':
        return this.#sender.testRequest()
      case 'time-out':
        // Case 6. Nobody is there to answer the Logout: no use in waiting for that.
        this.#refuse('Timed out waiting for heartbeat')
        return this.#hangUp(this.#deadlineReason)
      case 'none':
        return
    }
  }

  #allow(durationMs: number, reason: string): void {
    this.#deadlineMs = this.#nowMs + durationMs
    this.#deadlineReason = reason
  }

  #move(transition: SessionTransition): void {
    const next = nextState(this.#state, transition)
    assert(next !== undefined, `session: ${transition} while ${this.#state}`)
    this.#state = next
  }

  #validate(message: FixMessage): Refusal | null {
    return validate(message, { strictUserTags: this.#options.strictUserTags })
  }
}

const rangeOf = (heartBtInt: number | HeartBtIntRange): HeartBtIntRange =>
  typeof heartBtInt === 'number' ? { min: heartBtInt, max: heartBtInt } : heartBtInt

/** Session messages that a resend covers with a gap fill; one that comes anyway has no effect. */
const isNeverResent = ({ msgType }: FixMessage): boolean =>
  isAdminMsgType(msgType) && !isResent(msgType) && msgType !== MsgType.SequenceReset
