/**
 * The numbers of every FIX session: outbound MsgSeqNum(34) is given here, inside the turn, in the
 * order of the journal; the inbound number expected is what the last command of the session said.
 */
import { enlarged } from '../domain/index.ts'

export class SessionLedger {
  /** Next outbound MsgSeqNum. */
  nextMsgSeqNum = new Float64Array(1)
  /** Next inbound MsgSeqNum expected. */
  expectedMsgSeqNum = new Float64Array(1)
  /** Journal position of the session's last event with a MsgSeqNum; 0 = none since the reset. */
  lastPosition = new Float64Array(1)
  loggedOn = new Uint8Array(1)
  /** How it is written to: `dialectOf` its configuration. */
  dialect = new Uint8Array(1)
  /** End of the grace of a lost session, milliseconds since 1970; 0 = none. */
  graceUntilMs = new Float64Array(1)
  /** Which of its orders go then. */
  graceSweep = new Uint8Array(1)
  /** What is left of a second's messages, in millionths, and when that was counted. */
  throttleLevel = new Float64Array(1)
  throttledUs = new Float64Array(1)

  /** Highest session index known. */
  get count(): number {
    return this.loggedOn.length - 1
  }

  /** Makes room for sessions 1..count; new ones start at 1 in both directions. */
  resize(count: number): void {
    if (count <= this.count) return
    const first = this.loggedOn.length
    this.nextMsgSeqNum = enlarged(this.nextMsgSeqNum, count + 1).fill(1, first)
    this.expectedMsgSeqNum = enlarged(this.expectedMsgSeqNum, count + 1).fill(1, first)
    this.lastPosition = enlarged(this.lastPosition, count + 1)
    this.loggedOn = enlarged(this.loggedOn, count + 1)
    this.dialect = enlarged(this.dialect, count + 1)
    this.graceUntilMs = enlarged(this.graceUntilMs, count + 1)
    this.graceSweep = enlarged(this.graceSweep, count + 1)
    this.throttleLevel = enlarged(this.throttleLevel, count + 1)
    this.throttledUs = enlarged(this.throttledUs, count + 1)
  }

  /** The next outbound MsgSeqNum is 1 and no earlier message can be asked for. */
  reset(session: number): void {
    this.nextMsgSeqNum[session] = 1
    this.lastPosition[session] = 0
  }
}
