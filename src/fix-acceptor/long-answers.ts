/**
 * Questions of a few bytes whose answers may be as long as a session's orders or the list of
 * instruments: each session may ask so many in a second, so that nobody keeps the exchange busy by asking.
 */
import type { BusinessReject } from '../fix/index.ts'

const LONG_ANSWERS_PER_SECOND_MAX = 10
const SECOND_MS = 1000
const TOO_MANY: BusinessReject = {
  reason: 0,
  text: `Message rate exceeded: ${LONG_ANSWERS_PER_SECOND_MAX} per s`,
}

export class LongAnswers {
  /** By session: a second that began with a question, and how many came in it. */
  private readonly seconds: { endsMs: number; count: number }[] = []
  private readonly nowMs: () => number

  constructor(nowMs: () => number) {
    this.nowMs = nowMs
  }

  /** Counts a question of a session. @returns why it is not answered; undefined when it is */
  refusal(session: number): BusinessReject | undefined {
    const nowMs = this.nowMs()
    const second = (this.seconds[session] ??= { endsMs: 0, count: 0 })
    if (nowMs >= second.endsMs) {
      second.endsMs = nowMs + SECOND_MS
      second.count = 0
    }
    return ++second.count > LONG_ANSWERS_PER_SECOND_MAX ? TOO_MANY : undefined
  }
}
