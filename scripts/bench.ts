/**
 * Runs the benchmarks one after the other: `npm run bench`, or `npm run bench -- book feed` for
 * those named so. Numbers belong to the machine that is printed first; only ratios travel.
 */
import { cpus, totalmem } from 'node:os'
import { benchBook } from './bench/book.ts'
import { benchExchange } from './bench/exchange.ts'
import { benchFeed } from './bench/feed.ts'
import { benchFixCodec } from './bench/fix-codec.ts'
import { benchIsolation } from './bench/isolation.ts'
import { benchJournal } from './bench/journal.ts'

type Print = (line: string) => void

const benches = new Map<string, (print: Print) => Promise<void>>([
  ['book', benchBook],
  ['fix-codec', benchFixCodec],
  ['journal', (print) => benchJournal(print)],
  ['feed', benchFeed],
  ['exchange', benchExchange],
  ['isolation', benchIsolation],
])

const print: Print = (line) => console.log(line)

async function main(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.filter((name) => !benches.has(name))
  if (unknown.length > 0) {
    const known = [...benches.keys()].join(', ')
    console.error(`bench: no benchmark ${unknown.join(', ')}; there are ${known}`)
    process.exitCode = 2
    return
  }

  printMachine()
  for (const [name, bench] of benches) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    print(`\n== ${name}`)
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

await main(process.argv.slice(2))
