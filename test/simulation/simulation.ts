/**
 * Runs the whole exchange in one thread, step by step, and stops at the first thing that must not
 * be. Everything random comes from a seed: the same seed chooses the same steps, and the same steps
 * give the same run, to the byte.
 */
import { Dice } from '../support/dice.ts'
import type { Action } from './actions/index.ts'
import { actionNamed, actions, operatedActions } from './actions/index.ts'
import { keepPromises } from './settle.ts'
import { Violation } from './violation.ts'
import { World } from './world.ts'

export const STEPS_DEFAULT = 1_500
/** Seeds from here on are of runs in which operations has a say; what smaller ones did they still do. */
export const OPERATED_SEEDS = 2 ** 31
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
  /** Steps that did something. */
  readonly steps: number
  readonly groups: number
  readonly executions: number
  readonly starts: number
  readonly failure: Failure | undefined
  /** The steps as they were taken: enough to repeat the run. */
  readonly script: readonly Step[]
}

/** A run from a seed: a start, so many steps, each of something that can happen, and everything settled. */
export async function runSeed(
  seed: number,
  steps: number = STEPS_DEFAULT,
  world = new World(),
): Promise<Outcome> {
  const dice = new Dice(seed)
  const run = new Run(world)
  const choice = seed < OPERATED_SEEDS ? ORDINARY : OPERATED
  for (let i = 0; i < steps + 2 && run.failure === undefined; i++) {
    const action = i === 0 ? START : i > steps ? SETTLE : someAction(world, dice, choice)
    await run.take(action, dice.below(2 ** 31))
  }
  return run.outcome
}

/** The same steps again, or some of them: what can not happen any more is passed over. */
export async function runScript(script: readonly Step[]): Promise<Outcome> {
  const run = new Run(new World())
  for (const { action: name, seed } of script) {
    const action = actionNamed.get(name)
    if (action === undefined) throw new Error(`no action is named ${JSON.stringify(name)}`)
    if (action.can(run.world)) await run.take(action, seed)
    if (run.failure !== undefined) break
  }
  return run.outcome
}

const START = actionNamed.get('start')!
const SETTLE = actionNamed.get('settle')!

interface Choice {
  readonly actions: readonly Action[]
  /** Of each action and all before it. */
  readonly weights: readonly number[]
}

const choiceOf = (of: readonly Action[]): Choice => ({
  actions: of,
  weights: of.reduce<number[]>((sums, { weight }) => [...sums, (sums.at(-1) ?? 0) + weight], []),
})
const ORDINARY = choiceOf(actions)
const OPERATED = choiceOf(operatedActions)

/** Thought of as often as it weighs, and done if it can be done: time can always pass. */
function someAction(world: World, dice: Dice, { actions: of, weights }: Choice): Action {
  for (;;) {
    const point = dice.next() * weights.at(-1)!
    const action = of[weights.findIndex((weight) => point < weight)]!
    if (action.can(world)) return action
  }
}

class Run {
  readonly world: World
  failure: Failure | undefined
  private readonly told: string[] = []
  private readonly script: Step[] = []
  private starts = 0

  constructor(world: World) {
    this.world = world
  }

  get outcome(): Outcome {
    const { groups, executions } = this.world.history
    const { script, starts, failure } = this
    return { steps: script.length, groups, executions: executions.size, starts, failure, script }
  }

  async take(action: Action, seed: number): Promise<void> {
    const { world, told } = this
    const { process } = world
    const number = this.script.push({ action: action.name, seed })
    try {
      const done = action.run(world, new Dice(seed))
      const what = typeof done === 'string' ? done : await done
      told.push(`${number} ${action.name}: ${what}`)
      if (told.length > LAST_STEPS) told.shift()
      if (action.isOutside !== true) await keepPromises()
      world.check()
    } catch (error) {
      told.push(`${number} ${action.name}`)
      this.failure = describe(error, number, told)
    }
    if (world.process !== process) this.starts++
  }
}

function describe(error: unknown, atStep: number, lastSteps: readonly string[]): Failure {
  if (error instanceof Violation) {
    return { checker: error.checker, message: error.message, atStep, lastSteps }
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { checker: 'error', message, atStep, lastSteps }
}
