import type { BusinessReject, FieldWriter, FixMessage } from '../fix/index.ts'

/** The session that is being answered. */
export interface Answers {
  send(msgType: string, body: FieldWriter): void
  businessReject(message: FixMessage, reject: BusinessReject): void
}
