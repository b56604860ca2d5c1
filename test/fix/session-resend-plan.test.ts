import { describe, expect, it } from 'vitest'
import { isResent, MsgType, planResend } from '../../src/fix/index.ts'

/** `5 fill6-8 8` for the steps of a plan. */
const plan = (begin: number, end: number, kept: number[]) =>
  [...planResend({ begin, end }, (msgSeqNum) => kept.includes(msgSeqNum))]
    .filter((step) => step !== null)
    .map((step) =>
      step.kind === 'message' ? `${step.msgSeqNum}` : `fill${step.msgSeqNum}-${step.newSeqNo}`,
    )
    .join(' ')

describe('the plan of a resend', () => {
  it('sends kept messages under their own numbers', () => {
    expect(plan(3, 5, [3, 4, 5])).toBe('3 4 5')
  })

  it('covers each run of others with one gap fill', () => {
    expect(plan(1, 9, [3, 6, 7])).toBe('fill1-3 3 fill4-6 6 7 fill8-10')
  })

  it('covers everything with one gap fill when nothing is kept', () => {
    expect(plan(1, 1_000, [])).toBe('fill1-1001')
  })

  it('keeps to the range', () => {
    expect(plan(4, 4, [3, 4, 5])).toBe('4')
  })

  it('takes Reject for the one session message that is sent again', () => {
    const { Heartbeat, TestRequest, ResendRequest, Reject, SequenceReset, Logout, Logon } = MsgType
    const admin = [Heartbeat, TestRequest, ResendRequest, Reject, SequenceReset, Logout, Logon]
    expect(admin.filter(isResent)).toEqual([Reject])
    expect(isResent(MsgType.ExecutionReport)).toBe(true)
  })
})
