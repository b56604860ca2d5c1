/**
 * The whole path over loopback FIX: socket, session, engine, journal with fdatasync, reports, feed
 * and drop copy, against a bare echo of the same messages in the same run. The server is the built
 * program in a process of its own, the client another.
 */
import { fileURLToPath } from 'node:url'
import type { LoadResult } from './load-client.ts'
import type { Target } from './target.ts'
import { firstLine, load, runTypeScript, startExchange, stopExchange } from './target.ts'

type Print = (line: string) => void

const REQUESTS: Record<number, number> = { 1: 20_000, 100: 400_000, 1000: 800_000 }
const OPEN_LOOP_RATE = 10_000

export async function benchExchange(print: Print): Promise<void> {
  const echo = await startEcho()
  const exchange = await startExchange()
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
    await stopExchange(exchange)
  }
}

export function row({ requests, seconds, p50, p99 }: LoadResult): string {
  const perSecond = Math.round(requests / seconds).toLocaleString('en-US')
  return `${perSecond.padStart(14)}${p50.toFixed(3).padStart(9)}${p99.toFixed(3).padStart(9)}`
}

async function startEcho(): Promise<Target> {
  const child = runTypeScript('echo-server.ts', [])
  return { child, port: Number(await firstLine(child)) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchExchange((line) => console.log(line))
}
