/**
 * A session's hours: outside them nobody logs on, and with every period its numbers start again.
 * What has to be done about it is said here and done by the session.
 */
import type { SessionCalendar, SessionPeriod } from '../runtime/index.ts'

/** Text(58) of the Logout at their end. */
export const HOURS_ARE_OVER = 'The session hours are over'

export class SessionHours {
  private readonly calendar: SessionCalendar | undefined
  private period: SessionPeriod | undefined
  /** The calendar is asked again from here on: time zones are slow. */
  private askAgainSeconds = 0

  /** @param calendar undefined = always open, numbers go on for ever */
  constructor(calendar: SessionCalendar | undefined) {
    this.calendar = calendar
  }

  isOpen(nowSeconds: number): boolean {
    return this.calendar === undefined || this.at(nowSeconds) !== undefined
  }

  /** Numbers that began at that time are of an earlier period; 0 = there are none. */
  isOver(beganSeconds: number, nowSeconds: number): boolean {
    if (this.calendar === undefined || beganSeconds === 0) return false
    const period = this.at(nowSeconds)
    return period !== undefined && beganSeconds < period.startSeconds
  }

  private at(nowSeconds: number): SessionPeriod | undefined {
    if (nowSeconds >= this.askAgainSeconds) {
      this.period = this.calendar!.periodAt(nowSeconds)
      this.askAgainSeconds = nowSeconds + 1
    }
    return this.period
  }
}
