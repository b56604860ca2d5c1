/**
 * The whole path over loopback FIX: socket, session, engine, journal with fdatasync, reports, feed
 * and drop copy, against a bare echo of the same messages in the same run. The server is the built
 * program in a process of its own, the client another.
 */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { LoadOptions, LoadResult } from './load-client.ts'

type Print = (line: string) => void

const root = fileURLToPath(new URL('../..', import.meta.url))
const REQUESTS: Record<number, number> = { 1: 20_000, 100: 400_000, 1000: 800_000 }
const OPEN_LOOP_RATE = 10_000

interface Target {
  readonly port: number
  readonly child: ChildProcess
}

export async function benchExchange(print: Print): Promise<void> {
  if (!existsSync(join(root, 'dist/cli/bin.js'))) throw new Error('npm run build comes first')
  mkdirSync(join(root, 'data-bench'), { recursive: true })
  const directory = mkdtempSync(join(root, 'data-bench/exchange-'))
  const echo = await startEcho()
  const exchange = await startExchange(directory)
  let firstId = 1

  try {
    await load(exchange, { flow: 'new', requests: 200_000, window: 100, rate: 0, firstId })
    firstId += 200_000
    print('closed loop, one session          requests/s   p50 ms   p99 ms   ratio to echo')
    for (const flow of ['new', 'mixed'] as const) {
      for (const window of [1, 100, 1000]) {
        const requests = REQUESTS[window]!
        const floor = await load(echo, { flow, requests, window, rate: 0, firstId })
        const result = await load(exchange, { flow, requests, window, rate: 0, firstId })
        firstId += requests
        const ratio = floor.seconds / result.seconds
        print(`${`${flow}, window ${window}`.padEnd(30)}${row(result)}   ${ratio.toFixed(2)}`)
      }
    }
    print(`open loop at ${OPEN_LOOP_RATE}/s`)
    for (const [name, target] of [
      ['echo', echo],
      ['exchange', exchange],
    ] as const) {
      const options = {
        flow: 'new',
        requests: 100_000,
        window: 0,
        rate: OPEN_LOOP_RATE,
        firstId,
      } as const
      const result = await load(target, options)
      print(`${name.padEnd(30)}${row(result)}`)
    }
  } finally {
    echo.child.kill('SIGKILL')
    exchange.child.kill('SIGTERM')
    await new Promise((resolve) => exchange.child.once('exit', resolve))
    rmSync(directory, { recursive: true })
  }
}

function row({ requests, seconds, p50, p99 }: LoadResult): string {
  const perSecond = Math.round(requests / seconds).toLocaleString('en-US')
  return `${perSecond.padStart(14)}${p50.toFixed(3).padStart(9)}${p99.toFixed(3).padStart(9)}`
}

/** Runs the client in a process of its own. */
async function load(
  target: Target,
  options: Omit<LoadOptions, 'port' | 'compId' | 'password'>,
): Promise<LoadResult> {
  const all: LoadOptions = { ...options, port: target.port, compId: 'ACME', password: 'acme' }
  const child = runTypeScript('load-client.ts', ['--run', JSON.stringify(all)])
  return JSON.parse(await firstLine(child)) as LoadResult
}

async function startEcho(): Promise<Target> {
  const child = runTypeScript('echo-server.ts', [])
  return { child, port: Number(await firstLine(child)) }
}

async function startExchange(directory: string): Promise<Target> {
  const file = join(directory, 'exchange.yaml')
  writeFileSync(
    file,
    `dataDir: data
instruments: ${join(root, 'config/instruments.yaml')}
sessions: ${join(root, 'config/sessions')}
fix: { port: 0 }
http: { port: 0 }
itch:
  lines: [{ group: 239.192.44.3, port: 26501 }, { group: 239.192.44.4, port: 26502 }]
  retransmission: { port: 0 }
`,
  )
  const child = spawn(
    process.execPath,
    [join(root, 'dist/cli/bin.js'), 'serve', '--config', file],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  for await (const line of createInterface(child.stdout!)) {
    const message = JSON.parse(line) as { msg: string; fix: number }
    if (message.msg === 'ready') {
      child.stdout!.resume()
      return { child, port: message.fix }
    }
  }
  throw new Error('the exchange did not start')
}

function runTypeScript(name: string, args: string[]): ChildProcess {
  const file = fileURLToPath(new URL(name, import.meta.url))
  return spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface(child.stdout!)) return line
  throw new Error('the process ended without a word')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchExchange((line) => console.log(line))
}
