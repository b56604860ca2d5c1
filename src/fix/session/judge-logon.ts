/** What a Logon(A) must say to open a session. Specs section 1.1. */
import type { FixMessage } from '../codec/index.ts'
import { Tag } from '../dictionary/index.ts'
import type { Refusal } from './refusal.ts'
import { valueIncorrect } from './refusal.ts'

/** Seconds. */
export interface HeartBtIntRange {
  readonly min: number
  readonly max: number
}

/** @returns why the Logon is refused, or null */
export function judgeLogon(message: FixMessage, heartBtInt: HeartBtIntRange): Refusal | null {
  // Case 17b: encryption is not offered.
  if (message.int(Tag.EncryptMethod) !== 0) return valueIncorrect(Tag.EncryptMethod)

  const interval = message.int(Tag.HeartBtInt) ?? -1
  if (interval < heartBtInt.min || interval > heartBtInt.max) return valueIncorrect(Tag.HeartBtInt)

  // A new count begins with message 1 on both sides.
  if (message.flag(Tag.ResetSeqNumFlag) && message.msgSeqNum !== 1) {
    return valueIncorrect(Tag.MsgSeqNum)
  }
  return null
}
