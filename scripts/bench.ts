/**
 * Runs the benchmarks one after the other: `npm run bench`, or `npm run bench -- book feed` for
 * those named so. Numbers belong to the machine that is printed first; only ratios travel.
 */
import { cpus, totalmem } from 'node:os'

type Print = (line: string) => void
type Bench = (print: Print) => void | Promise<void>

const BENCHES = ['book', 'fix-codec', 'journal', 'feed', 'exchange'] as const

const print: Print = (line) => console.log(line)

async function main(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench === name))
  if (unknown.length > 0) {
    console.error(`bench: no benchmark ${unknown.join(', ')}; there are ${BENCHES.join(', ')}`)
    process.exitCode = 2
    return
  }

  printMachine()
  for (const name of BENCHES) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    print(`\n== ${name}`)
    const bench = await load(name)
    await bench(print)
  }
}

function printMachine(): void {
  const cores = cpus()
  print(`date     ${new Date().toISOString().slice(0, 10)}`)
  print(`machine  ${cores.length} × ${cores[0]?.model ?? process.arch}`)
  print(`memory   ${Math.round(totalmem() / 2 ** 30)} GiB`)
  print(`node     ${process.version}`)
}

/** The function `bench…` that the module of this name exports. */
async function load(name: string): Promise<Bench> {
  const module = (await import(`./bench/${name}.ts`)) as Record<string, Bench>
  const bench = Object.entries(module).find(([key]) => key.startsWith('bench'))?.[1]
  if (bench === undefined) throw new Error(`scripts/bench/${name}.ts exports no bench function`)
  return bench
}

await main(process.argv.slice(2))
