/**
 * The numbers of every FIX session: outbound MsgSeqNum(34) is given here, inside the turn, in the
 * order of the journal; the inbound number expected is what the last command of the session said.
 */
import type { StateTransfer } from '../domain/index.ts'
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
  /** 1 = its carried orders are told with what they do in the day. */
  tellsDay = new Uint8Array(1)
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
    for (const name of COLUMNS) Object.assign(this, { [name]: enlarged(this[name], count + 1) })
    this.nextMsgSeqNum.fill(1, first)
    this.expectedMsgSeqNum.fill(1, first)
  }

  transfer(transfer: StateTransfer): void {
    const length = transfer.value('sessions.count', this.count) + 1
    for (const name of COLUMNS) {
      Object.assign(this, { [name]: transfer.column(`sessions.${name}`, this[name], length) })
    }
  }

  /** The next outbound MsgSeqNum is 1 and no earlier message can be asked for. */
  reset(session: number): void {
    this.nextMsgSeqNum[session] = 1
    this.lastPosition[session] = 0
  }
}

const COLUMNS = [
  'nextMsgSeqNum',
  'expectedMsgSeqNum',
  'lastPosition',
  'loggedOn',
  'dialect',
  'tellsDay',
  'graceUntilMs',
  'graceSweep',
  'throttleLevel',
  'throttledUs',
] as const
