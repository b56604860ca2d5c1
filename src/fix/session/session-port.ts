/**
 * What a FixSession asks of its owner. The session decides; the owner numbers, stores and sends.
 * Nothing here needs to have happened on the wire when a call returns: an owner may collect the
 * calls and give the numbers later, as long as it keeps their order.
 *
 * `expectedMsgSeqNum` already counts the message being processed whenever one of these is called.
 */
import type { FieldWriter, FixMessage } from '../codec/index.ts'

export interface SessionPort {
  /**
   * Queues a message. The owner gives MsgSeqNum(34) and SendingTime(52) and copies `body`, the
   * fields after the standard header, before it returns.
   */
  send(msgType: string, body: FieldWriter): void
  /**
   * Queues a Logon(A): the acceptor's answer, the initiator's request, or the answer to a reset in
   * mid-session. With `resetSeqNum` it is message 1 of a new count, whatever was sent before.
   */
  logOn(options: { resetSeqNum: boolean }, body: FieldWriter): void
  /**
   * Sends [begin, end] again out of the owner's store: PossDupFlag(43)=Y, and gap fills over what
   * is not sent twice (`planResend`). 1 <= begin <= end <= lastSentMsgSeqNum(), or end = 0: up to
   * what has been sent when everything queued before has left.
   */
  resend(begin: number, end: number): void
  /**
   * Our outbound numbers start again: the next MsgSeqNum(34) is `next`. Comes before the `logOn`
   * that answers ResetSeqNumFlag(141)=Y in mid-session (1), and when an acceptor resets on its own
   * account, where our Logon counts as message 1 (2).
   */
  resetSequence(next: 1 | 2): void
  /** An application message, in sequence, structurally valid, exactly once. Valid until return. */
  deliver(message: FixMessage): void
  /** They refused a message of ours with Reject(3): log it, nothing more. */
  refused?(message: FixMessage): void
  /**
   * Close the transport once everything queued before has left.
   * @param graceful a Logout was exchanged in both directions
   */
  disconnect(reason: string, graceful: boolean): void
  /** Highest outbound MsgSeqNum(34) given so far, 0 when none. */
  lastSentMsgSeqNum(): number
}
