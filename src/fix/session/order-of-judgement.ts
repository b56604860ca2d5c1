/**
 * The order in which an inbound message is judged. The first step that objects gives the one answer;
 * docs/protocols/fix-session.md, "How a message is judged", has the same rows. Step 1, the frame, is
 * FixReader's; 4 and 5, who the counterparty is, are its owner's before a session hears of it; 9,
 * the number, lies between the two lists and is InboundSequence's; what an order may do comes after.
 */
import type { FixMessage } from '../codec/index.ts'
import { isAdminMsgType, isKnownMsgType, MsgType, Tag } from '../dictionary/index.ts'
import { rejected, Structure, validate } from '../validation/index.ts'
import type { HeaderExpectations } from './judge-header.ts'
import { judgeBeginString, judgeCompIds, judgeSendingTime } from './judge-header.ts'
import type { Objection } from './objection.ts'
import { ends, hangsUp, rejects, UNSUPPORTED_MSG_TYPE } from './objection.ts'
import { decryptionProblem, valueIncorrect } from './refusal.ts'
import type { SessionState } from './session-state.ts'

/** Highest number that a session counts to: one more still fits the 32 bits of a record. */
export const MSG_SEQ_NUM_MAX = 2 ** 32 - 2

/** What a message is judged by. */
export interface Standing {
  readonly role: 'acceptor' | 'initiator'
  readonly lifecycle: { readonly state: SessionState; readonly nowMs: number }
  readonly header: HeaderExpectations
  readonly strictUserTags: boolean
  readonly ownTags: ReadonlySet<number> | undefined
  /** Whether an application message of this type is taken here. */
  readonly offers: (msgType: string) => boolean
}

interface Step {
  readonly step: number
  readonly judge: (message: FixMessage, standing: Standing) => Objection | null
}

/** Judged as a message comes in, whatever its number. */
// prettier-ignore
export const HEADER_STEPS: readonly Step[] = [
  { step: 2, judge: judgeFirstMessage },  // not a Logon: disconnect. Case 1e
  { step: 3, judge: judgeMsgSeqNum },     // no number: Logout
  { step: 6, judge: judgeBeginString },   // Logout. Case 2i
  { step: 7, judge: judgeCompIds },       // Reject 373=9, Logout. Case 2k
  { step: 8, judge: judgeSendingTime },   // Reject 373=10, Logout. Case 2o
  { step: 9, judge: judgeRange },         // a number that no session reaches: Reject 373=5
]

/** Judged when a message's turn has come. */
// prettier-ignore
export const CONTENT_STEPS: readonly Step[] = [
  { step: 10, judge: judgeMsgType },      // Reject 373=11. Case 2q
  { step: 11, judge: judgeOffered },      // BusinessMessageReject 380=3. Case 2r
  { step: 12, judge: judgeStructure },    // Reject 373=0..17. Cases 14
  { step: 12, judge: judgeEncryption },   // Reject 373=7. Case 14n
]

/** What the first step that objects says; null when none does. */
export function firstObjection(
  steps: readonly Step[],
  message: FixMessage,
  standing: Standing,
): Objection | null {
  for (const { judge } of steps) {
    const objection = judge(message, standing)
    if (objection !== null) return objection
  }
  return null
}

/** A message without a number cannot be answered, nor asked for again. */
function judgeMsgSeqNum(message: FixMessage): Objection | null {
  if (message.msgSeqNum >= 0) return null
  return ends(`MsgSeqNum(34) ${message.has(Tag.MsgSeqNum) ? 'is not a number' : 'missing'}`)
}

/** Before the answer to its Logon the initiator may also hear how the acceptor refuses it. */
function judgeFirstMessage(
  { msgType }: FixMessage,
  { lifecycle, role }: Standing,
): Objection | null {
  if (lifecycle.state !== 'awaiting-logon' || msgType === MsgType.Logon) return null
  const isRefusal = msgType === MsgType.Logout || msgType === MsgType.Reject
  return role === 'initiator' && isRefusal ? null : hangsUp('First message is not a Logon(A)')
}

function judgeRange({ msgSeqNum }: FixMessage): Objection | null {
  return msgSeqNum <= MSG_SEQ_NUM_MAX ? null : rejects(valueIncorrect(Tag.MsgSeqNum))
}

function judgeMsgType({ msgType }: FixMessage): Objection | null {
  if (isKnownMsgType(msgType) || isUserDefined(msgType)) return null
  return rejects(rejected(Structure.InvalidMsgType, Tag.MsgType))
}

/** Case 2r: a type that is valid and not offered, be it the counterparty's own. */
function judgeOffered({ msgType }: FixMessage, { offers }: Standing): Objection | null {
  const isOffered = isAdminMsgType(msgType) || (!isUserDefined(msgType) && offers(msgType))
  return isOffered ? null : UNSUPPORTED_MSG_TYPE
}

/** FIX 4.4 volume 1, MsgType(35): those that begin with U are privately defined. */
const isUserDefined = (msgType: string): boolean => msgType.startsWith('U')

/** Also: a SequenceReset(4) beyond every number. */
function judgeStructure(message: FixMessage, standing: Standing): Objection | null {
  const rejection = validate(message, standing)
  if (rejection !== null) return rejects(rejection)
  const goesOnAt = message.msgType === MsgType.SequenceReset ? message.int(Tag.NewSeqNo) : 0
  const isInRange = goesOnAt !== undefined && goesOnAt <= MSG_SEQ_NUM_MAX
  return isInRange ? null : rejects(valueIncorrect(Tag.NewSeqNo))
}

/** Encryption is not offered: what is said besides in SecureData(91) may change all that we can read. */
function judgeEncryption(message: FixMessage): Objection | null {
  return message.has(Tag.SecureData) ? rejects(decryptionProblem(Tag.SecureData)) : null
}
