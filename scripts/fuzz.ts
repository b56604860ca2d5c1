/**
 * Fuzzes what counterparties can reach: `npm run fuzz -- --seconds 60` with a fresh seed, which is
 * printed; `-- --seed N` tries the same inputs again. Exit code 1 on the first failure, whose input
 * is made short and kept in data/fuzz. docs/operations/fuzzing.md.
 */
import { randomInt } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { loadWithCounters } from '../test/fuzz/edges/load-with-counters.ts'

const SECONDS_DEFAULT = 60
const SEED_MAX = 2 ** 31
const REPORT_MS = 10_000
/** Executions between two looks at the clock. */
const BATCH = 256
const DIRECTORY = 'data/fuzz'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seconds: { type: 'string', default: String(SECONDS_DEFAULT) },
    executions: { type: 'string', default: String(Number.MAX_SAFE_INTEGER) },
    only: { type: 'string' },
  },
})
const seed = values.seed === undefined ? randomInt(SEED_MAX) : numberOf('seed', values.seed)
const seconds = numberOf('seconds', values.seconds)
const executionsMax = numberOf('executions', values.executions)
const targets = [
  { name: 'parser', fuzz: fuzzParser },
  { name: 'session', fuzz: fuzzSessions },
].filter(({ name }) => values.only === undefined || values.only === name)
if (targets.length === 0)
  wrongUsage(`--only is ${JSON.stringify(values.only)}; use parser or session`)

console.log(`fuzz: seed ${seed}, ${seconds} s`)
for (const { fuzz } of targets) {
  if (process.exitCode !== 1 && !(await fuzz((seconds * 1000) / targets.length))) {
    process.exitCode = 1
  }
}

async function fuzzParser(ms: number): Promise<boolean> {
  const coverage = loadWithCounters()
  const { ParserFuzzer } = await import('../test/fuzz/parser/fuzz-parser.ts')
  const { printCase } = await import('../test/fuzz/parser/parser-case.ts')
  const fuzzer = new ParserFuzzer(seed, coverage)
  const startMs = performance.now()
  const report = (): void => {
    const perSecond = Math.round((fuzzer.executions * 1000) / (performance.now() - startMs))
    const { executions, corpus } = fuzzer
    const reached = `${coverage.branches} branches by ${corpus.length} inputs`
    console.log(`parser: ${executions} executions, ${perSecond} per second, ${reached}`)
  }

  let reportedMs = startMs
  while (performance.now() < startMs + ms && fuzzer.executions < executionsMax) {
    for (let i = 0; i < BATCH; i++) {
      const failure = fuzzer.step()
      if (failure === undefined) continue
      report()
      const { parserCase, finding } = failure
      keep(`parser-${finding.oracle}.txt`, printCase(parserCase, finding.message))
      return false
    }
    if (performance.now() < reportedMs + REPORT_MS) continue
    reportedMs = performance.now()
    report()
  }
  report()
  return true
}

/** One run after the other, with the seeds from the given one on. */
async function fuzzSessions(ms: number): Promise<boolean> {
  const { fuzzSession } = await import('../test/fuzz/session/fuzz-session.ts')
  const endMs = performance.now() + ms
  const counts: Record<string, number> = {}
  let runs = 0
  for (; performance.now() < endMs; runs++) {
    const runSeed = (seed + runs) % SEED_MAX
    const outcome = await fuzzSession(runSeed)
    for (const [what, count] of Object.entries(outcome.counts)) {
      counts[what] = (counts[what] ?? 0) + count
    }
    const { finding, story } = outcome
    if (finding === undefined) continue
    keep(`session-${finding.oracle}.txt`, `${story}\n\n${finding.stack}`)
    console.error(`fuzz: npm run fuzz -- --only session --seed ${runSeed}`)
    return false
  }
  const told = Object.entries(counts).map(([what, count]) => `${count} ${what}`)
  console.log(`session: ${runs} runs, messages: ${told.join(', ')}`)
  return true
}

/** Prints a failing input, and writes it to a file; test/fuzz/cases takes the parser's as it is. */
function keep(name: string, text: string): void {
  mkdirSync(DIRECTORY, { recursive: true })
  const file = `${DIRECTORY}/${name}`
  writeFileSync(file, text)
  console.error(`${text}\nfuzz: FAILED with seed ${seed}; the input is in ${file}`)
}

function numberOf(name: string, given: string): number {
  const value = Number(given)
  if (Number.isSafeInteger(value) && value >= 0) return value
  wrongUsage(`--${name} is ${JSON.stringify(given)}; use a whole number`)
}

function wrongUsage(what: string): never {
  console.error(`fuzz: ${what}`)
  process.exit(2)
}
