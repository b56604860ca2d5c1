import type { BusinessReject, FieldWriter, FixMessage } from '../fix/index.ts'

/** The session that is being answered. */
export interface Answers {
  /** Whether it may be told more, unasked. */
  readonly isLoggedOn: boolean
  send(msgType: string, body: FieldWriter): void
  businessReject(message: FixMessage, reject: BusinessReject): void
}
