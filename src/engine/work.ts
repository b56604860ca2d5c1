/**
 * Work that may be too much for one turn: to end the orders of a session or of a day, to carry them
 * over, to execute against thousands of them. A command does it for `ordersPerCommandMax` orders, and
 * ContinueWork commands do the rest before any other command, so that only the journal sees it in
 * parts. ARCHITECTURE.md, "Work for several turns".
 */
import { assert } from '../domain/index.ts'
import type { EngineState } from './state.ts'

export interface Work {
  /** What is being done, for whom: part of the state's hash. */
  readonly name: string
  /** Does it for at most `ordersMax` orders more. @returns true when nothing is left */
  readonly proceed: (ordersMax: number) => boolean
}

/** Begins work whose steps are orders: as much of it as one command may do. */
export function beginWork(state: EngineState, name: string, steps: Iterator<void>): void {
  state.work = { name, proceed: (ordersMax) => take(steps, ordersMax) }
  continueWork(state)
}

export function continueWork(state: EngineState): void {
  assert(state.work !== undefined, 'there is work to continue')
  const { work } = state
  // Its last step may have begun other work.
  if (work.proceed(state.ordersPerCommandMax) && state.work === work) state.work = undefined
}

function take(steps: Iterator<void>, ordersMax: number): boolean {
  for (let done = 0; done < ordersMax; done++) if (steps.next().done) return true
  return false
}
