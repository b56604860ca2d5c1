/**
 * Faults on the built server: `npm run build`, then `npm run faults -- --list`, `-- NAME…` or `-- --all`,
 * with `--rounds N`, `--seed S` and `--long` (an outage of minutes instead of 30 s). Exit code 1 when the
 * exchange did not do what docs/operations/failure-modes.md says; a fault that this machine cannot
 * inject is skipped and says why.
 */
import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Dice } from '../test/support/dice.ts'
import { makeOnceIn } from '../test/support/made-once.ts'
import { faults } from './faults/faults.ts'
import type { Fault } from './faults/fault.ts'
import { Round } from './faults/fault.ts'

const SEED_MAX = 2 ** 31
const LONG_MS = 30_000
const LONGEST_MS = 300_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    long: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '1' },
    seed: { type: 'string' },
  },
})

const rounds = numberOf('rounds', values.rounds)
const seed = values.seed === undefined ? randomInt(SEED_MAX) : numberOf('seed', values.seed)
const unknown = positionals.filter((name) => !faults.some((fault) => fault.name === name))
if (unknown.length > 0) wrongUsage(`no fault ${unknown.join(', ')}; --list names them`)
if (values.list) list()
else if (values.all || positionals.length > 0) await injectAll()
else wrongUsage('use --list, --all or names of faults')

function list(): void {
  for (const { name, what, whyNot } of faults) {
    const reason = whyNot?.()
    console.log(`${name.padEnd(20)} ${what}${reason === undefined ? '' : ` (not here: ${reason})`}`)
  }
}

async function injectAll(): Promise<void> {
  const chosen = faults.filter(({ name }) => values.all || positionals.includes(name))
  const scratch = mkdtempSync(join(tmpdir(), 'buttonwood-faults-'))
  makeOnceIn(scratch)
  const counts = { underLoad: 0, onCopies: 0, violations: 0, skipped: 0 }
  console.log(`faults: seed ${seed}, ${rounds} rounds`)
  try {
    for (const fault of chosen) {
      const reason = fault.whyNot?.()
      if (reason !== undefined) {
        console.log(`${fault.name.padEnd(20)} SKIPPED: ${reason}`)
        counts.skipped++
        continue
      }
      for (let number = 0; number < rounds; number++) {
        const { faults: injected, violations } = await play(fault, number, scratch)
        counts[fault.underLoad ? 'underLoad' : 'onCopies'] += injected
        counts.violations += violations.length
      }
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  const { underLoad, onCopies, violations, skipped } = counts
  console.log(
    `faults: ${underLoad} under load, ${onCopies} on what load left behind, ${violations} violations, ${skipped} skipped`,
  )
  if (violations > 0) process.exitCode = 1
}

/** Each round has chance of its own, so that it can be played again without those before it. */
async function play(fault: Fault, number: number, scratch: string): Promise<Round> {
  const startMs = performance.now()
  const longMs = values.long ? LONGEST_MS : LONG_MS
  const round = new Round({ dice: new Dice((seed + number) % SEED_MAX), scratch, longMs })
  try {
    await fault.inject(round)
  } catch (error) {
    round.violations.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
  }
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0)
  const told = `${round.faults} faults, ${round.violations.length} violations, ${seconds} s`
  console.log(`${fault.name.padEnd(20)} round ${number + 1}: ${told}`)
  for (const violation of round.violations) console.log(`  ${violation}`)
  if (round.violations.length > 0) {
    console.log(`  npm run faults -- ${fault.name} --seed ${(seed + number) % SEED_MAX}`)
  }
  return round
}

function numberOf(name: string, given: string): number {
  const value = Number(given)
  if (Number.isSafeInteger(value) && value >= 0) return value
  wrongUsage(`--${name} is ${JSON.stringify(given)}; use a whole number`)
}

function wrongUsage(what: string): never {
  console.error(`faults: ${what}`)
  process.exit(2)
}
