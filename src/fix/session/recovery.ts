/**
 * What is missing on either side, and how it is asked for and given: ResendRequest, gap fills, and
 * what comes in above a gap. FIX 4.4 volume 2, cases 2b, 2c, 8, 10, 11, 20.
 */
import { assert } from '../../domain/index.ts'
import type { FixMessage } from '../codec/index.ts'
import { MsgType, Tag } from '../dictionary/index.ts'
import { HANDLED } from './gap-queue.ts'
import { judgeResendRequest } from './judge-resend-request.ts'
import { CONTENT_STEPS, firstObjection } from './order-of-judgement.ts'
import { loweringSequence } from './refusal.ts'
import { rejects } from './objection.ts'
import type { SessionParts } from './session-parts.ts'
import { answerObjection } from './session-parts.ts'

export class Recovery {
  readonly #parts: SessionParts

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  /** Case 2c: a number used twice needs a human. */
  refuseTooLow({ msgSeqNum }: FixMessage): void {
    const { inbound, lifecycle } = this.#parts
    lifecycle.refuse(`MsgSeqNum too low, expecting ${inbound.expected} but received ${msgSeqNum}`)
  }

  /** Case 2b. What must not wait is done now, and its number kept; the rest is held in order. */
  receiveAboveGap(message: FixMessage): void {
    switch (message.msgType) {
      case MsgType.ResendRequest:
        return this.#serveResendAboveGap(message)
      case MsgType.Logout:
        return this.#receiveLogoutAboveGap(message)
      default:
        return this.#hold(message)
    }
  }

  /** A message that was dealt with shows that others are missing before it. */
  openGap(message: FixMessage, { isAsked = false } = {}): void {
    const { inbound, lifecycle } = this.#parts
    if (!inbound.holdPlace(message)) return lifecycle.refuse(this.#tooMany)
    if (isAsked) inbound.mustAsk({ seesResend: false })
    else this.#ask()
  }

  /** Processes what was held, as far as the numbers go without a hole. */
  processHeld(process: (message: FixMessage) => void): void {
    const { inbound, lifecycle } = this.#parts
    while (lifecycle.state !== 'closing' && lifecycle.state !== 'disconnected') {
      const { expected } = inbound
      const held = inbound.takeHeld()
      if (held === undefined) return
      if (held === HANDLED) inbound.expected++
      else process(held)
      assert(inbound.expected > expected, 'a held message was counted')
    }
  }

  /** ResendRequest(2) */
  serveResend(message: FixMessage): void {
    const { inbound, port, sender } = this.#parts
    inbound.count(message)
    const range = judgeResendRequest(message, port.lastSentMsgSeqNum())
    if ('text' in range) return sender.reject(message, range)
    port.resend(range.begin, range.end)
  }

  /** SequenceReset-GapFill whose turn it is: its numbers held nothing for us. Cases 10. */
  fillGap(message: FixMessage): void {
    const newSeqNo = message.int(Tag.NewSeqNo)!
    if (newSeqNo > message.msgSeqNum) return this.#parts.inbound.continueAt(newSeqNo)
    answerObjection(message, rejects(loweringSequence(newSeqNo)), this.#parts)
  }

  /** SequenceReset-Reset: disaster recovery, its own number means nothing. Cases 11. */
  receiveReset(message: FixMessage): void {
    const { inbound, sender, standing } = this.#parts
    const objection = firstObjection(CONTENT_STEPS, message, standing)
    if (objection !== null) return answerObjection(message, objection, this.#parts)

    const newSeqNo = message.int(Tag.NewSeqNo)!
    if (newSeqNo >= inbound.expected) return inbound.continueAt(newSeqNo)
    // 11c: neither lowered nor counted.
    sender.reject(message, loweringSequence(newSeqNo))
  }

  /** The gap has had no progress for too long. */
  giveUp(): void {
    this.#parts.lifecycle.refuse(this.#gapText('not resent in time'))
  }

  #hold(message: FixMessage): void {
    const { inbound, lifecycle } = this.#parts
    // We are leaving: the next Logon shows the gap again.
    if (lifecycle.state === 'logout-sent') return
    if (lifecycle.state === 'logged-out' && !inbound.hasGap) return

    if (!inbound.hold(message)) return lifecycle.refuse(this.#tooMany)
    this.#ask({ seesResend: message.flag(Tag.PossDupFlag) })
  }

  /** Case 20: theirs first, then ours; the other way round is an endless loop. */
  #serveResendAboveGap(message: FixMessage): void {
    const { lifecycle, standing } = this.#parts
    if (firstObjection(CONTENT_STEPS, message, standing) !== null) return this.#hold(message)

    this.serveResend(message)
    if (lifecycle.state === 'logged-on') this.openGap(message)
  }

  /** Ask first, then answer; do not hang up: they serve our request and close. */
  #receiveLogoutAboveGap(message: FixMessage): void {
    const { lifecycle } = this.#parts
    if (lifecycle.state === 'logged-on') this.openGap(message)
    lifecycle.answerLogout()
  }

  #ask({ seesResend = false } = {}): void {
    const { inbound, sender } = this.#parts
    if (inbound.mustAsk({ seesResend })) sender.resendRequest(inbound.expected)
  }

  get #tooMany(): string {
    return this.#gapText('too many messages after it')
  }

  #gapText(what: string): string {
    return `MsgSeqNum ${this.#parts.inbound.expected} is missing: ${what}`
  }
}
