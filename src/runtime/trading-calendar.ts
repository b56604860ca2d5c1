/**
 * When trading days begin and end: wall time in the exchange's zone to UTC instants. Time zones live
 * here and not in the engine, which is told instants only.
 */
const DAY_SECONDS = 86_400
const HOUR_SECONDS = 3_600

export interface TradingDayInstants {
  /** yyyymmdd of the zone at the opening. */
  readonly tradingDate: number
  /**
   * UTC midnight of the trading date, seconds since 1970: ITCH timestamps count from it. Where the
   * zone is ahead of UTC and that is still to come, the UTC midnight before the opening.
   */
  readonly midnightSeconds: number
  readonly openSeconds: number
  /** The next day roll. */
  readonly closeSeconds: number
}

/**
 * The always-open day that holds an instant: it ends at the next `dayRoll` in the zone.
 * @param dayRoll wall time `hh:mm`; one that daylight saving skips rolls when the skipped hour ends
 */
export function tradingDayAt(
  epochSeconds: number,
  { timeZone, dayRoll }: { timeZone: string; dayRoll: string },
): TradingDayInstants {
  const zone = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  const open = wallTime(zone, epochSeconds)
  const rollSeconds = Number(dayRoll.slice(0, 2)) * HOUR_SECONDS + Number(dayRoll.slice(3)) * 60
  const daysAhead = open.secondOfDay < rollSeconds ? 0 : 1
  const target = open.dayNumber * DAY_SECONDS + daysAhead * DAY_SECONDS + rollSeconds
  return {
    tradingDate: open.date,
    midnightSeconds: Math.min(
      open.dayNumber * DAY_SECONDS,
      epochSeconds - (epochSeconds % DAY_SECONDS),
    ),
    openSeconds: epochSeconds,
    closeSeconds: instantOf(zone, target, epochSeconds),
  }
}

/**
 * The first instant after `after` at which the zone's wall clock shows `wall` (seconds as if UTC) or,
 * where that time is skipped, a later one.
 */
function instantOf(zone: Intl.DateTimeFormat, wall: number, after: number): number {
  // Offsets lie within a day of UTC: start there and correct by the difference, twice for a change.
  let instant = wall
  for (let pass = 0; pass < 3; pass++) {
    const shown = wallTime(zone, instant)
    const difference = wall - (shown.dayNumber * DAY_SECONDS + shown.secondOfDay)
    if (difference === 0) break
    instant += difference
  }
  return instant > after ? instant : instant + DAY_SECONDS
}

function wallTime(zone: Intl.DateTimeFormat, epochSeconds: number) {
  const parts: Record<string, number> = {}
  for (const { type, value } of zone.formatToParts(epochSeconds * 1000)) parts[type] = Number(value)
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
