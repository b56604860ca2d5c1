/**
 * When trading days begin and end: wall time in the exchange's zone to UTC instants. Time zones live
 * here and not in the engine, which is told instants only.
 */
import { DAY_SECONDS, isoDate, secondOfDay, WallClock } from './wall-clock.ts'

const NOON = DAY_SECONDS / 2

/** Where and when trading days begin. */
export interface DayRoll {
  /** IANA name */
  readonly timeZone: string
  /** wall time `hh:mm`; one that daylight saving skips rolls as if the clocks had not changed yet */
  readonly dayRoll: string
}

export interface TradingDayInstants {
  /** yyyymmdd */
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

/** The always-open day that holds an instant: its date is that of the zone at the opening. */
export function tradingDayAt(
  epochSeconds: number,
  { timeZone, dayRoll }: DayRoll,
): TradingDayInstants {
  const zone = new WallClock(timeZone)
  const open = zone.at(epochSeconds)
  const rollSeconds = secondOfDay(dayRoll)
  const rollDay = open.dayNumber + (open.secondOfDay < rollSeconds ? 0 : 1)
  const closeSeconds = zone.instant(rollDay, rollSeconds)
  return {
    tradingDate: open.date,
    midnightSeconds: midnightFor(open.dayNumber, epochSeconds),
    openSeconds: epochSeconds,
    closeSeconds: closeSeconds > epochSeconds ? closeSeconds : closeSeconds + DAY_SECONDS,
  }
}

/** The day of a schedule that holds an instant: its date is the same whenever it is opened. */
export function scheduledDayAt(epochSeconds: number, roll: DayRoll): TradingDayInstants {
  const day = tradingDayAt(epochSeconds, roll)
  const endDay = new WallClock(roll.timeZone).at(day.closeSeconds).dayNumber
  const dayNumber = beginsOnItsDate(roll) ? endDay - 1 : endDay
  return {
    ...day,
    tradingDate: Number(isoDate(dayNumber).replaceAll('-', '')),
    midnightSeconds: midnightFor(dayNumber, epochSeconds),
  }
}

/**
 * A day of a schedule has the date that most of it lies on: one that begins before noon has the date of
 * its beginning, another that of its end.
 */
export const beginsOnItsDate = ({ dayRoll }: DayRoll): boolean => secondOfDay(dayRoll) < NOON

const midnightFor = (dayNumber: number, openSeconds: number): number =>
  Math.min(dayNumber * DAY_SECONDS, openSeconds - (openSeconds % DAY_SECONDS))
