/**
 * When the phases of a trading day begin: from the wall times of a schedule to UTC instants. The engine
 * is told these and knows neither zones nor holidays. docs/operations/trading-day.md.
 */
import type { TradingPhase } from '../domain/index.ts'
import type { DayPlan, PhaseInstant } from '../wire/index.ts'
import type { DayRoll } from './trading-calendar.ts'
import { beginsOnItsDate } from './trading-calendar.ts'
import type { Weekday } from './wall-clock.ts'
import {
  DAY_SECONDS,
  dayNumberOf,
  isoDate,
  secondOfDay,
  WallClock,
  weekdayOf,
} from './wall-clock.ts'

/** Phases that have a time, in the order of the day, which begins closed. */
const TIMED_PHASES = [
  'pre-open',
  'continuous',
  'closing-auction',
  'post-close',
  'closed',
] as const satisfies TradingPhase[]
const AUCTIONS: ReadonlySet<TradingPhase | undefined> = new Set(['pre-open', 'closing-auction'])

/** Wall times `hh:mm` at which phases begin; a phase that has none is left out. */
export type PhaseTimes = { readonly [phase in TradingPhase]?: string | undefined }

/** As exchange.yaml has it. */
export interface TradingSchedule {
  readonly days: readonly Weekday[]
  /** Trading dates, `2026-12-25`. */
  readonly holidays: readonly string[]
  readonly phases: PhaseTimes
  /** By trading date: times instead of the usual ones, of every group. */
  readonly halfDays: Readonly<Record<string, PhaseTimes>>
  /** An auction ends so many seconds later at most. */
  readonly randomEndSeconds: number
  /** By group: times instead of those of `phases`. */
  readonly groups: Readonly<Record<string, PhaseTimes>>
}

export interface TimedPhase {
  readonly phase: TradingPhase
  /** `hh:mm` */
  readonly time: string
  /** It ends an auction, so it may begin later by a random time. */
  readonly endsAuction: boolean
}

/**
 * The phases of every group on a trading day; none where it is no day of the week for trading, or a holiday.
 * At equal times the group '' comes first, and of one group the earlier phase.
 * @param tradingDate yyyymmdd, as scheduledDayAt has it
 * @param draw gives 0 <= integer <= maxSeconds: called once for all groups whose auction ends at one time,
 * and not at all without a random end
 */
export function planOf(
  tradingDate: number,
  schedule: TradingSchedule,
  roll: DayRoll,
  draw: (maxSeconds: number) => number,
): DayPlan {
  const dayNumber = dayNumberOf(tradingDate)
  const date = isoDate(dayNumber)
  if (!schedule.days.includes(weekdayOf(dayNumber))) return { phases: [] }
  if (schedule.holidays.includes(date)) return { phases: [] }

  const wall = new WallClock(roll.timeZone)
  const firstDay = beginsOnItsDate(roll) ? dayNumber : dayNumber - 1
  const instantOf = (time: string): number => {
    const day = secondOfDay(time) < secondOfDay(roll.dayRoll) ? firstDay + 1 : firstDay
    return wall.instant(day, secondOfDay(time))
  }
  const { randomEndSeconds } = schedule
  const drawnOnce = onceForEach(() => (randomEndSeconds === 0 ? 0 : draw(randomEndSeconds)))

  const groups = ['', ...Object.keys(schedule.groups)]
  const phases = groups.flatMap((group) => {
    const times = { ...schedule.phases, ...schedule.groups[group], ...schedule.halfDays[date] }
    return inOrder(
      phasesOf(times).map(({ phase, time, endsAuction }) => ({
        group,
        phase,
        seconds: instantOf(time) + (endsAuction ? drawnOnce(`${phase} ${time}`) : 0),
      })),
    )
  })
  return { phases: phases.sort((a, b) => a.seconds - b.seconds) }
}

/** In the order of the day. */
export function phasesOf(times: PhaseTimes): TimedPhase[] {
  let before: TradingPhase | undefined
  const found: TimedPhase[] = []
  for (const phase of TIMED_PHASES) {
    const time = times[phase]
    if (time === undefined) continue
    found.push({ phase, time, endsAuction: AUCTIONS.has(before) })
    before = phase
  }
  return found
}

/** Seconds on the wall from the day roll at which the day begins to a time in it, 0..DAY_SECONDS - 1. */
export const secondsAfterRoll = (time: string, dayRoll: string): number =>
  (secondOfDay(time) - secondOfDay(dayRoll) + DAY_SECONDS) % DAY_SECONDS

/** Where daylight saving skips a time, the one after it may be shown before: it waits for the earlier phase. */
function inOrder(phases: readonly PhaseInstant[]): PhaseInstant[] {
  let earliest = 0
  return phases.map((one) => {
    earliest = Math.max(earliest, one.seconds)
    return { ...one, seconds: earliest }
  })
}

function onceForEach(draw: () => number): (auction: string) => number {
  const drawn = new Map<string, number>()
  return (auction) => {
    const seconds = drawn.get(auction) ?? draw()
    drawn.set(auction, seconds)
    return seconds
  }
}
