/** The steps of a failure as a file, a line a step: `seed action`. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Step } from '../../test/simulation/simulation.ts'
import { runScript } from '../../test/simulation/simulation.ts'

/** @returns the file's path */
export function writeScript(seed: number, script: readonly Step[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'simulate-')), `seed-${seed}.txt`)
  writeFileSync(file, script.map((step) => `${step.seed} ${step.action}\n`).join(''))
  return file
}

/** @returns whether nothing failed */
export async function runFile(file: string): Promise<boolean> {
  const { failure, steps } = await runScript(readScript(file))
  if (failure === undefined) {
    console.log(`${file}: ${steps} steps without a failure`)
    return true
  }
  console.error([...failure.lastSteps, failure.message].join('\n'))
  return false
}

function readScript(file: string): Step[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const space = line.indexOf(' ')
    return { seed: Number(line.slice(0, space)), action: line.slice(space + 1) }
  })
}
