/**
 * What abuse of the feed's ports does to the latency of orders: the same open loop alone and beside each
 * attack, in turns. Attackers, client and exchange share the machine's cores; an attacker is one process of
 * low priority, so that what is measured is the exchange's work for it rather than the attacker's own.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { row } from './exchange.ts'
import type { FeedAttack, FeedPorts } from './feed-attacker.ts'
import { CLIENTS } from './feed-attacker.ts'
import type { LoadOptions, LoadResult } from './load-client.ts'
import type { ServedTarget } from './target.ts'
import { firstLine, load, runTypeScript, startExchange, stopExchange } from './target.ts'

type Print = (line: string) => void

/** On the books: a snapshot of them is some 6 MB, more than the kernel takes for a client that does not read. */
const ORDERS = 150_000
const RATE = 2_000
const REQUESTS = 6_000
/** An odd number: the one in the middle counts. */
const RUNS = 3
/** What the p99 beside an attack may come to, in those of a client that is alone. */
const RATIO_MAX = 3
/** For the end of an attack. */
const PAUSE_MS = 2_000
/** Within this time the metrics have what the process of snapshots and stream counts. */
const STATE_MS = 1_100
/** A client that reads nothing is gone by then. */
const STUCK_SECONDS_MAX = 20

interface Case {
  readonly name: string
  readonly attack: FeedAttack
  /** What shows that the attack took place, or was ended: metrics that rise, and what to call that. */
  readonly counts: readonly (readonly [metric: string, name: string])[]
}

const CASES: readonly Case[] = [
  {
    name: '20 clients of snapshots',
    attack: 'snapshots',
    counts: [
      ['feed_tcp_logins_total{port="snapshot"}', 'snapshots fetched'],
      ['feed_snapshots_total', 'made'],
    ],
  },
  {
    name: '20 clients that do not read',
    attack: 'stuck',
    counts: [
      ['feed_tcp_logins_total{port="snapshot"}', 'logins for snapshots'],
      ['feed_tcp_logins_total{port="stream"}', 'for the stream'],
    ],
  },
  {
    name: 'wrong logins',
    attack: 'logins',
    counts: [
      ['feed_tcp_logins_rejected_total{port="snapshot"}', 'rejected for snapshots'],
      ['feed_tcp_logins_rejected_total{port="stream"}', 'for the stream'],
    ],
  },
  {
    name: 'wrong requests',
    attack: 'garbage',
    counts: [['retransmission_unanswerable_total', 'heard']],
  },
  {
    name: 'right requests',
    attack: 'requests',
    counts: [
      ['retransmission_requests_total', 'heard'],
      ['retransmission_answers_total', 'answered'],
    ],
  },
]

export async function benchFeedAbuse(print: Print): Promise<void> {
  const exchange = await startExchange()
  let firstId = 1
  const measure = (options: Partial<LoadOptions> = {}): Promise<LoadResult> => {
    const flow = { flow: 'new', requests: REQUESTS, window: 0, rate: RATE, firstId } as const
    firstId += options.requests ?? REQUESTS
    return load(exchange, { ...flow, ...options })
  }
  try {
    await measure({ requests: ORDERS, window: 100 })
    await measure()
    print(`open loop at ${RATE}/s              requests/s   p50 ms   p99 ms   p99 to alone`)
    for (const one of CASES) await measureCase(print, one, exchange, measure)
  } finally {
    await stopExchange(exchange)
  }
}

/** Alone and beside the attack in turns: what else the machine does falls on both. */
async function measureCase(
  print: Print,
  one: Case,
  exchange: ServedTarget,
  measure: () => Promise<LoadResult>,
): Promise<void> {
  const runs: { alone: LoadResult; beside: LoadResult; counted: string[] }[] = []
  for (let run = 0; run < RUNS; run++) {
    const alone = await measure()
    runs.push({ alone, ...(await beside(one, exchange, measure)) })
  }
  const alone = medianRun(runs.map((run) => run.alone))
  const attacked = medianRun(runs.map((run) => run.beside))
  print(`${'alone'.padEnd(30)}${row(alone)}`)
  print(`${`beside ${one.name}`.padEnd(30)}${row(attacked)}   ${judge(attacked.p99 / alone.p99)}`)
  print(`    ${runs.at(-1)!.counted.join(', ')}`)
}

/** The one with the middle p99. */
const medianRun = (runs: readonly LoadResult[]): LoadResult =>
  runs.toSorted((a, b) => a.p99 - b.p99)[(runs.length - 1) / 2]!

const judge = (ratio: number): string =>
  `${ratio.toFixed(2)}, ${ratio <= RATIO_MAX ? 'passes' : 'FAILS'}: at most ${RATIO_MAX}`

async function beside(
  { attack, counts }: Case,
  exchange: ServedTarget,
  measure: () => Promise<LoadResult>,
): Promise<{ beside: LoadResult; counted: string[] }> {
  const before = await metricsOf(exchange)
  const { retransmission, snapshot, stream } = exchange
  const ports: FeedPorts = { retransmission, snapshot, stream }
  const attacker = runTypeScript('feed-attacker.ts', [attack, JSON.stringify(ports)])
  try {
    await firstLine(attacker)
    const began = performance.now()
    const result = await measure()
    await delay(STATE_MS)
    const seconds = (performance.now() - began) / 1000
    const after = await metricsOf(exchange)
    const counted = counts.map(([metric, name]) => {
      const count = after(metric) - before(metric)
      return `${count.toLocaleString('en-US')} ${name} (${Math.round(count / seconds)}/s)`
    })
    if (attack === 'stuck') counted.push(await untilDropped(exchange, before, began))
    return { beside: result, counted }
  } finally {
    attacker.kill('SIGKILL')
    await delay(PAUSE_MS)
  }
}

/** Waits until none of those who do not read is left. */
async function untilDropped(
  exchange: ServedTarget,
  before: ReadMetric,
  beganMs: number,
): Promise<string> {
  const dropped = (read: ReadMetric): number =>
    read('feed_tcp_dropped_total{port="snapshot"}') + read('feed_tcp_dropped_total{port="stream"}')
  for (;;) {
    const seconds = (performance.now() - beganMs) / 1000
    const count = dropped(await metricsOf(exchange)) - dropped(before)
    if (count >= CLIENTS) return `all dropped after ${seconds.toFixed(0)} s   passes`
    if (seconds > STUCK_SECONDS_MAX) return `${count} dropped after ${seconds.toFixed(0)} s   FAILS`
    await delay(STATE_MS / 10)
  }
}

type ReadMetric = (name: string) => number

async function metricsOf({ http }: ServedTarget): Promise<ReadMetric> {
  const response = await fetch(`http://127.0.0.1:${http}/metrics`)
  const lines = (await response.text()).split('\n').map((line) => line.split(' '))
  const values = new Map(lines.map(([name, value]) => [name, Number(value)]))
  return (name) => values.get(`buttonwood_${name}`) ?? 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchFeedAbuse((line) => console.log(line))
}
