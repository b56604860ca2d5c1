/**
 * When a FIX session may be used: hours of the day or of the week in a time zone. With every period
 * its numbers start again.
 */
import type { Weekday } from './wall-clock.ts'
import { secondOfDay, WallClock, WEEKDAYS, weekdayOf } from './wall-clock.ts'

/** As a session file says it: `08:00` for hours of the day, `sun 18:00` for hours of the week. */
export interface SessionSchedule {
  readonly start: string
  readonly end: string
  /** On which a daily period starts; empty = on all. */
  readonly days: readonly Weekday[]
  /** IANA name */
  readonly timeZone: string
}

/** UTC seconds since 1970: [start, end). */
export interface SessionPeriod {
  readonly startSeconds: number
  readonly endSeconds: number
}

export class SessionCalendar {
  private readonly schedule: SessionSchedule
  private readonly clock: WallClock

  constructor(schedule: SessionSchedule) {
    this.schedule = schedule
    this.clock = new WallClock(schedule.timeZone)
  }

  /** The period that holds an instant; undefined outside the session's hours. */
  periodAt(epochSeconds: number): SessionPeriod | undefined {
    const { start, end, days } = this.schedule
    const [startTime, endTime] = [timeOf(start), timeOf(end)]
    const startDay = this.startDay(epochSeconds)
    if (days.length > 0 && !days.includes(weekdayOf(startDay))) return undefined

    let length = daysBetween(start, end)
    if (length === 0 && endTime <= startTime) length = isWeekly(start) ? 7 : 1
    const period = {
      startSeconds: this.clock.instant(startDay, startTime),
      endSeconds: this.clock.instant(startDay + length, endTime),
    }
    return epochSeconds < period.endSeconds ? period : undefined
  }

  /** The day on which the latest period before an instant started, if it is one of `days`. */
  private startDay(epochSeconds: number): number {
    const { start } = this.schedule
    const now = this.clock.at(epochSeconds)
    const before = isWeekly(start) ? daysBetween(start, weekdayOf(now.dayNumber)) : 0
    const started = before > 0 || now.secondOfDay >= timeOf(start)
    return now.dayNumber - before - (started ? 0 : isWeekly(start) ? 7 : 1)
  }
}

export const isWeekly = (time: string): boolean => time.length > 'hh:mm'.length

const timeOf = (time: string): number => secondOfDay(time.slice(-'hh:mm'.length))

/** Days from one weekday to the next occurrence of another, 0..6; 0 where none is named. */
function daysBetween(from: string, to: string): number {
  const [first, last] = [from, to].map((time) => WEEKDAYS.indexOf(time.slice(0, 3) as Weekday))
  return first! < 0 || last! < 0 ? 0 : (last! - first! + 7) % 7
}
