/**
 * How a session opens, and how its counts start again: Logon(A) from either side, ResetSeqNumFlag,
 * NextExpectedMsgSeqNum. FIX 4.4 volume 2, cases 1 and "24-hour connectivity".
 */
import type { FixMessage } from '../codec/index.ts'
import { Tag } from '../dictionary/index.ts'
import type { HeartBtIntRange } from './judge-logon.ts'
import { judgePossDup } from './judge-header.ts'
import { judgeLogon } from './judge-logon.ts'
import type { Objection } from './objection.ts'
import { CONTENT_STEPS, firstObjection } from './order-of-judgement.ts'
import type { SequenceVerdict } from './judge-sequence.ts'
import type { Recovery } from './recovery.ts'
import type { SessionParts } from './session-parts.ts'
import { answerObjection } from './session-parts.ts'

/** An acceptor should echo what we proposed; one that does not has the last word. */
const ANY_HEART_BT_INT: HeartBtIntRange = { min: 1, max: 86_400 }

export class LogonHandshake {
  readonly #parts: SessionParts
  readonly #recovery: Recovery
  readonly #heartBtInt: HeartBtIntRange
  /** We started the counts again unasked and have not heard an answer to that. */
  #isResetUnanswered = false

  constructor(parts: SessionParts, recovery: Recovery) {
    this.#parts = parts
    this.#recovery = recovery
    this.#heartBtInt = rangeOf(parts.options.heartBtInt)
  }

  /** The initiator's first message. */
  request(): void {
    const { options, inbound, sender } = this.#parts
    const { resetOnLogon, writeLogonFields } = options
    if (resetOnLogon) inbound.startAgain(1)
    sender.logon({
      heartBtInt: this.#heartBtInt.max,
      resetSeqNum: resetOnLogon,
      writeMore: writeLogonFields,
    })
  }

  /** The first Logon of a connection, or one that starts the counts again in mid-session. */
  opensSession(message: FixMessage): boolean {
    const { state } = this.#parts.lifecycle
    if (state === 'awaiting-logon') return true
    return (
      state === 'logged-on' && message.flag(Tag.ResetSeqNumFlag) && !message.flag(Tag.PossDupFlag)
    )
  }

  receive(message: FixMessage): void {
    const { options, inbound, lifecycle } = this.#parts
    if (this.#answersReset(message)) return
    const isAnswered = options.role === 'acceptor' || lifecycle.state === 'logged-on'
    const reset = message.flag(Tag.ResetSeqNumFlag) || (isAnswered && options.resetOnLogon)
    const verdict = reset ? 'next' : inbound.judge(message)
    // Nothing can be repeated before the first message: PossDupFlag does not help here.
    if (verdict === 'too-low' || verdict === 'repeated') return this.#recovery.refuseTooLow(message)

    const objection = this.#judge(message, isAnswered, reset)
    if (objection !== null) return answerObjection(message, objection, this.#parts)

    this.#open(message, { isAnswered, reset, verdict })
  }

  /**
   * QuickFIX answers a 141=Y that it did not send by a Logon of its own, as message 1 of its new
   * count. To answer that again, with 141=Y again, would never end.
   */
  #answersReset(message: FixMessage): boolean {
    const { inbound, lifecycle } = this.#parts
    const isFirst = lifecycle.state === 'logged-on' && inbound.expected === 2
    if (!this.#isResetUnanswered || !isFirst || message.msgSeqNum !== 1) return false
    this.#isResetUnanswered = false
    return true
  }

  /** The acceptor's Reject(3) or Logout(5) instead of a Logon: its reason matters, not its number. */
  receiveRefusal(message: FixMessage): void {
    this.#parts.inbound.count(message)
    this.#parts.lifecycle.hangUp(
      `Logon(A) refused: ${message.string(Tag.Text) ?? 'no reason given'}`,
    )
  }

  #judge(message: FixMessage, isAnswered: boolean, reset: boolean): Objection | null {
    const { options, port, standing } = this.#parts
    const terms = {
      heartBtInt: isAnswered ? this.#heartBtInt : ANY_HEART_BT_INT,
      isTest: options.isTest,
      nextOutbound: reset ? 1 : port.lastSentMsgSeqNum() + 1,
    }
    return (
      // Cases 2f and 2g, as for any message.
      (message.flag(Tag.PossDupFlag) ? judgePossDup(message) : null) ??
      firstObjection(CONTENT_STEPS, message, standing) ??
      judgeLogon(message, terms)
    )
  }

  #open(
    message: FixMessage,
    logon: { isAnswered: boolean; reset: boolean; verdict: SequenceVerdict },
  ): void {
    const { inbound, heartbeats, lifecycle, port, sender } = this.#parts
    const { isAnswered, reset, verdict } = logon
    const theirNext = message.int(Tag.NextExpectedMsgSeqNum)
    const lacksUnasked = theirNext !== undefined && theirNext <= port.lastSentMsgSeqNum()
    this.#isResetUnanswered = isAnswered && reset && !message.flag(Tag.ResetSeqNumFlag)
    if (reset) this.#startAgain(isAnswered)
    else inbound.count(message)

    const heartBtInt = message.int(Tag.HeartBtInt)!
    heartbeats.start(heartBtInt * 1_000, lifecycle.nowMs)
    lifecycle.loggedOn()
    if (isAnswered) {
      const nextExpectedMsgSeqNum = theirNext === undefined ? undefined : inbound.expected
      sender.logon({ heartBtInt, resetSeqNum: reset, nextExpectedMsgSeqNum })
      // What they lack, unasked, and a gap fill over the Logon that has just gone.
      if (lacksUnasked && !reset) port.resend(theirNext, 0)
    }
    // Case 1a, MsgSeqNum too high: the answer has gone first, now the question. With 789 the answer
    // was the question.
    if (verdict === 'gap') this.#recovery.openGap(message, { isAsked: theirNext !== undefined })
  }

  /** Both counts begin anew; the Logon in hand was their number 1. */
  #startAgain(isAnswered: boolean): void {
    const { options, inbound, lifecycle, port } = this.#parts
    inbound.startAgain(2)
    if (lifecycle.state === 'logged-on') return port.resetSequence(1)
    // The acceptor resets on its own account: our Logon was number 1.
    if (!isAnswered && !options.resetOnLogon) port.resetSequence(2)
  }
}

const rangeOf = (heartBtInt: number | HeartBtIntRange): HeartBtIntRange =>
  typeof heartBtInt === 'number' ? { min: heartBtInt, max: heartBtInt } : heartBtInt
