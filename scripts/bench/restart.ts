/**
 * How long a start takes behind a day of ten million commands: from the first command, from the snapshot of
 * a stop in order, and from an older one with a million commands behind it. The baseline is a program that
 * only reads the journal and checks its sums. `npm run bench -- restart`, after `npm run build`.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Engine } from '../../src/engine/index.ts'
import { replayGroup } from '../../src/exchange.ts'
import { JournalReader, NodeDisk } from '../../src/journal/index.ts'
import { loadConfig } from '../../src/runtime/index.ts'
import { recordDay } from './recorded-day.ts'

const COMMANDS = 10_000_000
const SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'IBM']
const root = fileURLToPath(new URL('../..', import.meta.url))

export async function benchRestart(print: (line: string) => void): Promise<void> {
  mkdirSync(join(root, 'data-bench'), { recursive: true })
  const directory = mkdtempSync(join(root, 'data-bench/restart-'))
  try {
    await measure(directory, print)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function measure(directory: string, print: (line: string) => void): Promise<void> {
  const file = writeSettings(directory)
  const journal = join(directory, 'data/journal')
  const config = loadConfig({ file, env: {} })
  const day = await recordDay(config, journal, COMMANDS)
  print(`${day.commands} commands, ${Math.round(day.bytes / 1e6)} MB of journal`)
  const row = (what: string, seconds: number, more = ''): void =>
    print(`${what.padEnd(48)} ${seconds.toFixed(2).padStart(6)} s ${more}`)

  const read = secondsOf(() => walk(journal, () => {}))
  row('reading it', read)
  const engine = new Engine(config.market.ordersPerDayMax)
  const executed = secondsOf(() => walk(journal, (group) => replayGroup(engine, group)))
  const rate = (day.commands / executed / 1e6).toFixed(2)
  row('executing it again', executed, `${rate} M commands/s, ${(executed / read).toFixed(1)} times`)

  const first = await serve(file)
  row('ready, from the first command', first.seconds, 'of at most 15')
  await caughtUp(first)
  await stop(first.child)
  const second = await serve(file)
  row('ready, from the snapshot of a stop in order', second.seconds, 'of at most 2')
  second.child.kill('SIGKILL')
  await delay(1_000)
  dropNewest(join(directory, 'data/snapshots'))
  const third = await serve(file)
  row('ready, from the snapshot before it', third.seconds, 'of at most 2')
  await stop(third.child)
}

function writeSettings(directory: string): string {
  cpSync(join(root, 'config/sessions'), join(directory, 'sessions'), { recursive: true })
  const instruments = SYMBOLS.map((symbol) => ({
    symbol,
    referencePrice: '100',
    tickSize: '0.01',
    lotSize: 1,
  }))
  writeFileSync(join(directory, 'instruments.yaml'), JSON.stringify(instruments))
  const anyPort = { host: '127.0.0.1', port: 0 }
  const settings = {
    dataDir: 'data',
    fix: anyPort,
    http: anyPort,
    itch: { retransmission: anyPort, snapshot: anyPort, stream: anyPort },
  }
  const file = join(directory, 'exchange.yaml')
  writeFileSync(file, JSON.stringify(settings))
  return file
}

type Walk = Parameters<typeof replayGroup>[1]

function walk(directory: string, visit: (group: Walk) => void): void {
  const reader = JournalReader.open({ disk: new NodeDisk(), directory })
  for (const group of reader.read()) visit(group)
  reader.close()
}

function secondsOf(run: () => void): number {
  const beganMs = performance.now()
  run()
  return (performance.now() - beganMs) / 1000
}

interface Served {
  readonly child: ChildProcess
  readonly http: number
  /** From the start of its process to the line that says ready. */
  readonly seconds: number
}

async function serve(file: string): Promise<Served> {
  const beganMs = performance.now()
  const args = [join(root, 'dist/cli/bin.js'), 'serve', '--config', file]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface(child.stdout)) {
    const { msg, http } = JSON.parse(line) as { msg: string; http: number }
    if (msg !== 'ready') continue
    child.stdout.resume()
    return { child, http, seconds: (performance.now() - beganMs) / 1000 }
  }
  throw new Error('the exchange did not start')
}

/** Until the shadow has executed all of it. */
async function caughtUp({ http }: Served): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`http://127.0.0.1:${http}/metrics`)).text()
    if (/^buttonwood_shadow_backlog_bytes 0$/m.test(metrics)) return
    await delay(500)
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await exited
}

function dropNewest(snapshots: string): void {
  const newest = readdirSync(snapshots)
    .filter((name) => name.endsWith('.snapshot'))
    .sort()
    .at(-1)
  rmSync(join(snapshots, newest!))
}
