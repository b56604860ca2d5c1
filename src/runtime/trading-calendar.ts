/**
 * When trading days begin and end: wall time in the exchange's zone to UTC instants. Time zones live
 * here and not in the engine, which is told instants only.
 */
import { DAY_SECONDS, secondOfDay, WallClock } from './wall-clock.ts'

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
  const zone = new WallClock(timeZone)
  const open = zone.at(epochSeconds)
  const rollSeconds = secondOfDay(dayRoll)
  const rollDay = open.dayNumber + (open.secondOfDay < rollSeconds ? 0 : 1)
  const closeSeconds = zone.instant(rollDay, rollSeconds)
  return {
    tradingDate: open.date,
    midnightSeconds: Math.min(
      open.dayNumber * DAY_SECONDS,
      epochSeconds - (epochSeconds % DAY_SECONDS),
    ),
    openSeconds: epochSeconds,
    closeSeconds: closeSeconds > epochSeconds ? closeSeconds : closeSeconds + DAY_SECONDS,
  }
}
