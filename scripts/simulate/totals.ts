/** What runs of the simulation add up to. */
import type { Outcome } from '../../test/simulation/simulation.ts'
import { OPERATED_SEEDS } from '../../test/simulation/simulation.ts'

export const SEED_MAX = 2 * OPERATED_SEEDS

export interface Plan {
  /** The first one; each run takes the next. */
  readonly seed: number
  readonly runs: number
  readonly seconds: number
  readonly steps: number
  /** A script that fails is made shorter. */
  readonly shrinks: boolean
}

export interface Totals {
  runs: number
  steps: number
  starts: number
  groups: number
  executions: number
  /** Processor time of all threads of the process. */
  cpuMs: number
  hasFailed: boolean
}

export const noTotals = (): Totals => ({
  runs: 0,
  steps: 0,
  starts: 0,
  groups: 0,
  executions: 0,
  cpuMs: 0,
  hasFailed: false,
})

export function addOutcome(totals: Totals, { failure, script: _script, ...counts }: Outcome): void {
  addTotals(totals, { ...counts, runs: 1, cpuMs: 0, hasFailed: failure !== undefined })
}

export function addTotals(totals: Totals, more: Totals): void {
  totals.runs += more.runs
  totals.steps += more.steps
  totals.starts += more.starts
  totals.groups += more.groups
  totals.executions += more.executions
  totals.cpuMs += more.cpuMs
  totals.hasFailed ||= more.hasFailed
}

/** The last line of a run without a failure. */
export function printTotals(first: number, totals: Totals, ms: number): string {
  const count = (n: number): string => Math.round(n).toLocaleString('en-US')
  const { runs, steps, starts, groups, executions } = totals
  return (
    `${count(runs)} runs without a failure, seeds from ${first} on: ` +
    `${count(starts)} starts, ${count(groups)} turns, ${count(executions)} executions, ` +
    `${count(steps)} steps, ${count((steps / ms) * 1000)} steps/s, ` +
    `${count((steps / totals.cpuMs) * 1000)} in a second of processor time`
  )
}
