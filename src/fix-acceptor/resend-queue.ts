/**
 * What a counterparty has asked to be sent again, served in the order of asking. Bounded: a request
 * for what waits already is that request, and when too many wait, the newest are served as one that
 * covers them all. So a storm of requests costs no more than the session's messages once or twice.
 */
import type { ResendRange, ResendStep } from '../fix/index.ts'
import { planResend } from '../fix/index.ts'

/** ResendRequests of one session that may wait behind the one being served. */
export const RESENDS_WAITING_MAX = 16

export class ResendQueue {
  private readonly waiting: { begin: number; end: number }[] = []
  private steps: Generator<ResendStep | null, void, void> | undefined
  private readonly isKept: (msgSeqNum: number) => boolean

  constructor(isKept: (msgSeqNum: number) => boolean) {
    this.isKept = isKept
  }

  get isEmpty(): boolean {
    return this.steps === undefined && this.waiting.length === 0
  }

  /** Takes a request on. */
  add({ begin, end }: ResendRange): void {
    if (begin > end) return
    const overlapping = this.waiting.find((range) => begin <= range.end && range.begin <= end)
    const isFull = this.waiting.length >= RESENDS_WAITING_MAX
    const range = overlapping ?? (isFull ? this.waiting.at(-1) : undefined)
    if (range === undefined) {
      this.waiting.push({ begin, end })
      return
    }
    range.begin = Math.min(range.begin, begin)
    range.end = Math.max(range.end, end)
  }

  /** What to send next; null = nothing for this number, go on; undefined = everything was sent. */
  next(): ResendStep | null | undefined {
    if (this.steps === undefined) {
      const range = this.waiting.shift()
      if (range === undefined) return undefined
      this.steps = planResend(range, this.isKept)
    }
    const { done, value } = this.steps.next()
    if (done !== true) return value
    this.steps = undefined
    return null
  }

  clear(): void {
    this.waiting.length = 0
    this.steps = undefined
  }
}
