/** What a Logon(A) must say to open a session. Specs section 1.1. */
import type { FixMessage } from '../codec/index.ts'
import { Tag } from '../dictionary/index.ts'
import type { Objection } from './objection.ts'
import { ends, rejects } from './objection.ts'
import { heartBtIntOutOfRange, valueIncorrect } from './refusal.ts'

/** Seconds. */
export interface HeartBtIntRange {
  readonly min: number
  readonly max: number
}

export interface LogonTerms {
  readonly heartBtInt: HeartBtIntRange
  /** This venue is for tests: TestMessageIndicator(464). */
  readonly isTest: boolean
  /** MsgSeqNum(34) that comes after our last, before the answer. */
  readonly nextOutbound: number
}

/** @returns why the Logon is refused, or null */
export function judgeLogon(message: FixMessage, terms: LogonTerms): Objection | null {
  // Case 17b: encryption is not offered.
  if (message.int(Tag.EncryptMethod) !== 0) return rejects(valueIncorrect(Tag.EncryptMethod))

  const interval = message.int(Tag.HeartBtInt) ?? -1
  const { min, max } = terms.heartBtInt
  if (interval < min || interval > max) return rejects(heartBtIntOutOfRange({ min, max }))

  // A new count begins with message 1 on both sides.
  if (message.flag(Tag.ResetSeqNumFlag) && message.msgSeqNum !== 1) {
    return rejects(valueIncorrect(Tag.MsgSeqNum))
  }
  const isTest = message.has(Tag.TestMessageIndicator) && message.flag(Tag.TestMessageIndicator)
  if (message.has(Tag.TestMessageIndicator) && isTest !== terms.isTest) {
    return ends('TestMessageIndicator mismatch')
  }
  return judgeNextExpected(message, terms.nextOutbound)
}

/** NextExpectedMsgSeqNum(789): they cannot be ahead of what we have said. */
function judgeNextExpected(message: FixMessage, nextOutbound: number): Objection | null {
  if (!message.has(Tag.NextExpectedMsgSeqNum)) return null
  const next = message.int(Tag.NextExpectedMsgSeqNum) ?? 0
  if (next < 1) return rejects(valueIncorrect(Tag.NextExpectedMsgSeqNum))
  if (next <= nextOutbound) return null
  return ends(`NextExpectedMsgSeqNum(789) too high, expecting ${nextOutbound} but received ${next}`)
}
