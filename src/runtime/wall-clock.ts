/** What the clock on a wall shows in a time zone, and when it shows something. */
export const DAY_SECONDS = 86_400
const HOUR_SECONDS = 3_600

export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
export type Weekday = (typeof WEEKDAYS)[number]
/** 1970-01-01 was a Thursday. */
const FIRST_WEEKDAY = 4

export interface WallTime {
  /** yyyymmdd */
  readonly date: number
  /** Days since 1970-01-01. */
  readonly dayNumber: number
  readonly secondOfDay: number
}

/** Seconds since midnight of `hh:mm`. */
export const secondOfDay = (time: string): number =>
  Number(time.slice(0, 2)) * HOUR_SECONDS + Number(time.slice(3, 5)) * 60

/** @param dayNumber days since 1970-01-01 */
export const weekdayOf = (dayNumber: number): Weekday => WEEKDAYS[(dayNumber + FIRST_WEEKDAY) % 7]!

/** @param date yyyymmdd @returns days since 1970-01-01 */
export const dayNumberOf = (date: number): number =>
  Date.UTC(Math.floor(date / 10_000), (Math.floor(date / 100) % 100) - 1, date % 100) /
  (DAY_SECONDS * 1000)

/** `2026-12-25`. @param dayNumber days since 1970-01-01 */
export const isoDate = (dayNumber: number): string =>
  new Date(dayNumber * DAY_SECONDS * 1000).toISOString().slice(0, 10)

export class WallClock {
  private readonly format: Intl.DateTimeFormat

  /** @param timeZone IANA name */
  constructor(timeZone: string) {
    this.format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
  }

  at(epochSeconds: number): WallTime {
    const parts: Record<string, number> = {}
    for (const { type, value } of this.format.formatToParts(epochSeconds * 1000)) {
      parts[type] = Number(value)
    }
    const { year, month, day, hour, minute, second } = parts as Record<
      'year' | 'month' | 'day' | 'hour' | 'minute' | 'second',
      number
    >
    return {
      date: year * 10_000 + month * 100 + day,
      dayNumber: Date.UTC(year, month - 1, day) / (DAY_SECONDS * 1000),
      secondOfDay: hour * HOUR_SECONDS + minute * 60 + second,
    }
  }

  /**
   * When the wall shows that time, UTC seconds since 1970. Of a time that it shows twice, the first; of
   * one that it skips, when it would have shown it without the change: 02:30 is then 03:30.
   */
  instant(dayNumber: number, secondOfDay: number): number {
    const wall = dayNumber * DAY_SECONDS + secondOfDay
    // Offsets lie within a day of UTC, so a day away is before or behind the change, if there is one.
    const [before, behind] = [wall - DAY_SECONDS, wall + DAY_SECONDS].map(
      (instant) => wall - this.offset(instant),
    )
    const isShown = (instant: number) => instant + this.offset(instant) === wall
    return !isShown(before!) && isShown(behind!) ? behind! : before!
  }

  /** Seconds by which the wall is ahead of UTC. */
  private offset(instant: number): number {
    const shown = this.at(instant)
    return shown.dayNumber * DAY_SECONDS + shown.secondOfDay - instant
  }
}
