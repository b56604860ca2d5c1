/** What the clock on a wall shows in a time zone, and when it shows something. */
export const DAY_SECONDS = 86_400
const HOUR_SECONDS = 3_600

export interface WallTime {
  /** yyyymmdd */
  readonly date: number
  /** Days since 1970-01-01, a Thursday. */
  readonly dayNumber: number
  readonly secondOfDay: number
}

/** Seconds since midnight of `hh:mm`. */
export const secondOfDay = (time: string): number =>
  Number(time.slice(0, 2)) * HOUR_SECONDS + Number(time.slice(3, 5)) * 60

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

  /** When the wall shows that time, UTC seconds since 1970; where it is skipped, soon after. */
  instant(dayNumber: number, secondOfDay: number): number {
    const wall = dayNumber * DAY_SECONDS + secondOfDay
    // Offsets lie within a day of UTC: start there and correct by the difference, twice for a change.
    let instant = wall
    for (let pass = 0; pass < 3; pass++) {
      const shown = this.at(instant)
      const difference = wall - (shown.dayNumber * DAY_SECONDS + shown.secondOfDay)
      if (difference === 0) break
      instant += difference
    }
    return instant
  }
}
