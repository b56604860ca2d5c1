/** A failure as a person needs it: how to see it again, what was seen, and the way there. */
import type { Failure, Step } from './simulation.ts'

export interface RunOptions {
  readonly seed: number
  readonly steps: number
}

export function printFailure(
  { seed, steps }: RunOptions,
  failure: Failure,
  shrunk: { readonly script: readonly Step[]; readonly failure: Failure },
): string {
  return [
    `seed ${seed} fails at step ${failure.atStep} of ${steps}: ${failure.message}`,
    `again: npm run simulate -- --seed ${seed} --steps ${steps}`,
    '',
    'the last steps:',
    ...failure.lastSteps,
    '',
    `${shrunk.script.length} steps are enough for: ${shrunk.failure.message.split('\n')[0]}`,
    ...shrunk.failure.lastSteps,
  ].join('\n')
}
