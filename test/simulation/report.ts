/** A failure as a person needs it: how to see it again, what was seen, and the way there. */
import { execFileSync } from 'node:child_process'
import type { Shrunk } from './shrink.ts'
import type { Failure } from './simulation.ts'

export interface RunOptions {
  readonly seed: number
  readonly steps: number
}

/** @param shrunk fewer steps that fail too, and the file that holds them, if there is one */
export function printFailure(
  { seed, steps }: RunOptions,
  failure: Failure,
  shrunk?: Shrunk & { readonly file?: string },
): string {
  return [
    `seed ${seed} fails at step ${failure.atStep} of ${steps}: ${failure.message}`,
    `again, at commit ${commit()}: npm run simulate -- --seed ${seed} --steps ${steps}`,
    '',
    'the last steps:',
    ...failure.lastSteps,
    ...(shrunk === undefined ? [] : shorter(shrunk)),
  ].join('\n')
}

function shorter({ script, failure, file }: Shrunk & { readonly file?: string }): string[] {
  return [
    '',
    `${script.length} steps are enough for: ${failure.message.split('\n')[0]}`,
    ...(file === undefined ? [] : [`again: npm run simulate -- --script ${file}`]),
    ...failure.lastSteps,
  ]
}

/** What the sources are, as far as git knows. */
function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim()
    const changed =
      git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ' and changes'
    return git('rev-parse', 'HEAD') + changed
  } catch {
    return 'unknown'
  }
}
