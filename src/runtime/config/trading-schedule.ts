/**
 * What `market.schedule` says as a whole: times of every group rise on every kind of day, half days are
 * days on which there is trading, and groups are those that instruments name.
 */
import type { TradingPhase } from '../../domain/index.ts'
import type { PhaseTimes, TimedPhase, TradingSchedule } from '../day-planner.ts'
import { phasesOf, secondsAfterRoll } from '../day-planner.ts'
import { DAY_SECONDS, weekdayOf } from '../wall-clock.ts'
import { nearest } from './nearest.ts'
import { isDate } from './schema.ts'
import type { KeyPath, YamlFile } from './yaml-file.ts'

const HALF_DAYS_MAX = 1_000
const INSTRUMENT_GROUPS_MAX = 100
const PLACE = ['market', 'schedule']

interface ScheduledMarket {
  readonly schedule?: TradingSchedule | undefined
  readonly dayRoll: string
}

/**
 * @param named groups of the instruments
 * @throws ExchangeError EXC_CONFIG_VALUE
 */
export function checkTradingSchedule(
  yaml: YamlFile,
  { schedule, dayRoll }: ScheduledMarket,
  named: ReadonlySet<string | undefined>,
): void {
  if (schedule === undefined) return
  const { days, holidays, groups, halfDays } = schedule
  checkNamedOnce(yaml, 'days', days)
  checkNamedOnce(yaml, 'holidays', holidays)
  checkCount(yaml, 'groups', groups, INSTRUMENT_GROUPS_MAX)
  checkCount(yaml, 'halfDays', halfDays, HALF_DAYS_MAX)
  for (const date of Object.keys(halfDays)) checkHalfDay(yaml, date, schedule)
  for (const group of Object.keys(groups)) {
    if (named.has(group)) continue
    const what = `is a group of no instrument; give one \`group: ${group}\`, or leave it out`
    throw yaml.error([...PLACE, 'groups', group], what)
  }

  const layersOf = (group: string): Layer[] => {
    const usual = { path: [...PLACE, 'phases'], times: schedule.phases }
    const own = groups[group]
    return own === undefined
      ? [usual]
      : [usual, { path: [...PLACE, 'groups', group], times: own, group }]
  }
  for (const group of ['', ...Object.keys(groups)]) {
    const check = (layers: readonly Layer[]) =>
      new TimesOfDay(yaml, layers, dayRoll, schedule.randomEndSeconds).check()
    check(layersOf(group))
    for (const [date, times] of Object.entries(halfDays)) {
      check([...layersOf(group), { path: [...PLACE, 'halfDays', date], times }])
    }
  }
}

/** An instrument's group is one of the schedule. */
export function checkGroup(
  yaml: YamlFile,
  path: KeyPath,
  group: string | undefined,
  schedule: TradingSchedule | undefined,
): void {
  if (group === undefined) return
  const groups = Object.keys(schedule?.groups ?? {})
  if (groups.includes(group)) return
  const near = nearest(group, groups)
  const advice = near === undefined ? '' : `did you mean ${near}? `
  throw yaml.error(
    path,
    `is ${group}; ${advice}name it in market.schedule.groups too, or leave it out`,
  )
}

function checkNamedOnce(yaml: YamlFile, key: string, given: readonly string[]): void {
  const again = given.findIndex((one, i) => given.indexOf(one) !== i)
  if (again < 0) return
  throw yaml.error([...PLACE, key, again], `is ${given[again]} again; name each day once`)
}

function checkCount(yaml: YamlFile, key: string, given: object, max: number): void {
  const count = Object.keys(given).length
  if (count > max) throw yaml.error([...PLACE, key], `has ${count} entries; use at most ${max}`)
}

function checkHalfDay(yaml: YamlFile, date: string, { days, holidays }: TradingSchedule): void {
  const path = [...PLACE, 'halfDays', date]
  if (!isDate(date)) throw yaml.error(path, "is no date; use quoted dates such as '2026-11-27'")
  if (holidays.includes(date)) {
    throw yaml.error(path, 'is one of market.schedule.holidays too; leave it out of one of them')
  }
  const weekday = weekdayOf(Date.parse(date) / (DAY_SECONDS * 1000))
  if (days.includes(weekday)) return
  throw yaml.error(path, `is a ${weekday}; use one of market.schedule.days: ${days.join(', ')}`)
}

/** A part of the file that names times of phases; `group` where they are those of one. */
interface Layer {
  readonly path: KeyPath
  readonly times: PhaseTimes
  readonly group?: string
}

/** The times of one group on one kind of day, a later layer before an earlier one. */
class TimesOfDay {
  private readonly yaml: YamlFile
  private readonly layers: readonly Layer[]
  private readonly dayRoll: string
  private readonly randomEndSeconds: number

  constructor(yaml: YamlFile, layers: readonly Layer[], dayRoll: string, randomEndSeconds: number) {
    this.yaml = yaml
    this.layers = layers
    this.dayRoll = dayRoll
    this.randomEndSeconds = randomEndSeconds
  }

  check(): void {
    const times: PhaseTimes = Object.assign({}, ...this.layers.map((layer) => layer.times))
    const phases = phasesOf(times)
    phases.forEach((phase, i) => {
      if (i > 0) this.checkPair(phases[i - 1]!, phase)
    })
    this.checkLast(phases.at(-1)!)
  }

  /** The error is about the one that the more special layer names, the later one if both are in it. */
  private checkPair(before: TimedPhase, after: TimedPhase): void {
    const apart = this.latest(before)
    if (this.seconds(after) - this.seconds(before) > apart) return

    const margin = apart === 0 ? '' : `more than ${apart} seconds `
    const isAbout = this.layerOf(after.phase) >= this.layerOf(before.phase) ? after : before
    const [word, other] = isAbout === after ? ['after', before] : ['before', after]
    const group = this.layers[this.layerOf(other.phase)]!.group
    const whose = group === undefined ? '' : ` of group ${group}`
    throw this.error(
      isAbout,
      `use a time ${margin}${word} ${other.phase} ${other.time}${whose}, in the day that begins at market.dayRoll ${this.dayRoll}`,
    )
  }

  private checkLast(last: TimedPhase): void {
    if (last.phase === 'closing-auction') {
      throw this.error(last, 'name the time of post-close or closed too, which ends it')
    }
    if (this.seconds(last) + this.latest(last) < DAY_SECONDS) return
    throw this.error(
      last,
      `use a time more than ${this.randomEndSeconds} seconds before market.dayRoll ${this.dayRoll}`,
    )
  }

  private error({ phase, time }: TimedPhase, advice: string): Error {
    const { path } = this.layers[this.layerOf(phase)]!
    return this.yaml.error([...path, phase], `is ${time}; ${advice}`)
  }

  /** Place of the layer that says when a phase begins. */
  private layerOf(phase: TradingPhase): number {
    return this.layers.findLastIndex(({ times }) => times[phase] !== undefined)
  }

  private seconds({ time }: TimedPhase): number {
    return secondsAfterRoll(time, this.dayRoll)
  }

  /** Seconds by which a phase may begin later than its time. */
  private latest({ endsAuction }: TimedPhase): number {
    return endsAuction ? this.randomEndSeconds : 0
  }
}
