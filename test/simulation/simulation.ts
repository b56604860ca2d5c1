/**
 * Runs a script of steps against the whole exchange in one thread and stops at the first thing that
 * must not be. Everything random comes from the numbers in the script: the same script gives the
 * same run, to the byte.
 */
import { Dice } from '../support/dice.ts'
import type { Action } from './actions.ts'
import { actions } from './actions.ts'
import { keepPromises } from './settle.ts'
import { Violation } from './violation.ts'
import { World } from './world.ts'

export const STEPS_DEFAULT = 1_500
/** Steps that a failure tells of. */
const LAST_STEPS = 40

/** One step: what, and the chance that decides the rest. */
export interface Step {
  readonly action: string
  readonly seed: number
}

export interface Failure {
  /** The checker's name, or `error` for what was thrown elsewhere. */
  readonly checker: string
  readonly message: string
  readonly atStep: number
  /** What the last steps did. */
  readonly lastSteps: readonly string[]
}

export interface Outcome {
  readonly steps: number
  readonly groups: number
  readonly executions: number
  readonly starts: number
  readonly failure: Failure | undefined
}

/** A script: a start, any steps, and everything settled at the end. */
export function makeScript(seed: number, steps: number = STEPS_DEFAULT): Step[] {
  const dice = new Dice(seed)
  const stepOf = (action: string): Step => ({ action, seed: dice.below(2 ** 31) })
  const chosen = Array.from({ length: steps }, () => stepOf(dice.weighted(actions).name))
  return [stepOf('start'), ...chosen, stepOf('settle')]
}

export async function runScript(script: readonly Step[]): Promise<Outcome> {
  const world = new World()
  const byName = new Map(actions.map((action) => [action.name, action]))
  const told: string[] = []
  let starts = 0
  let failure: Failure | undefined

  for (const [i, step] of script.entries()) {
    try {
      const before = world.process
      const what = await runStep(world, byName.get(step.action)!, step)
      if (what !== undefined) told.push(`${i + 1} ${step.action}: ${what}`)
      if (told.length > LAST_STEPS) told.shift()
      if (world.process !== before) starts++
    } catch (error) {
      told.push(`${i + 1} ${step.action}`)
      failure = describe(error, i + 1, told)
      break
    }
  }
  const { groups, executions } = world.history
  return { steps: script.length, groups, executions: executions.size, starts, failure }
}

async function runStep(world: World, action: Action, step: Step): Promise<string | undefined> {
  const what = await action.run(world, new Dice(step.seed))
  await keepPromises()
  world.check()
  return what
}

function describe(error: unknown, atStep: number, lastSteps: readonly string[]): Failure {
  if (error instanceof Violation) {
    return { checker: error.checker, message: error.message, atStep, lastSteps }
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { checker: 'error', message, atStep, lastSteps }
}
