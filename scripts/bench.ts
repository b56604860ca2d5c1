/**
 * Runs the benchmarks one after the other: `npm run bench`, or `npm run bench -- book feed` for
 * those named so. Numbers belong to the machine that is printed first; only ratios travel.
 */
import { cpus, totalmem } from 'node:os'

type Print = (line: string) => void

/**
 * Each is loaded when its turn comes. What tsx does to load a CommonJS package detaches an
 * ArrayBuffer, after which V8 checks every access to any of them: a sixth slower, in this process
 * and not in the built server.
 */
const benches = new Map<string, (print: Print) => Promise<void>>([
  ['book', async (print) => (await import('./bench/book.ts')).benchBook(print)],
  ['fix-codec', async (print) => (await import('./bench/fix-codec.ts')).benchFixCodec(print)],
  ['fix-log', async (print) => (await import('./bench/fix-log.ts')).benchFixLog(print)],
  ['journal', async (print) => (await import('./bench/journal.ts')).benchJournal(print)],
  ['feed', async (print) => (await import('./bench/feed.ts')).benchFeed(print)],
  ['subscriber', async (print) => (await import('./bench/subscriber.ts')).benchSubscriber(print)],
  ['feed-loss', async (print) => (await import('./bench/feed-loss.ts')).benchFeedLoss(print)],
  ['feed-abuse', async (print) => (await import('./bench/feed-abuse.ts')).benchFeedAbuse(print)],
  ['restart', async (print) => (await import('./bench/restart.ts')).benchRestart(print)],
  ['exchange', async (print) => (await import('./bench/exchange.ts')).benchExchange(print)],
  ['stalls', async (print) => (await import('./bench/stalls.ts')).benchStalls(print)],
  ['controls', async (print) => (await import('./bench/controls.ts')).benchControls(print)],
  ['isolation', async (print) => (await import('./bench/isolation.ts')).benchIsolation(print)],
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
