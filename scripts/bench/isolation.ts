/**
 * What counterparties that flood do to another's latency: the same open loop alone, and beside each
 * attack, in the same run. Attackers, client and exchange share the machine's cores; the attackers
 * are one process, so that they are not more than one core whatever their number.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Attack } from './attacker.ts'
import { row } from './exchange.ts'
import type { LoadResult } from './load-client.ts'
import type { ServedTarget } from './target.ts'
import { firstLine, load, runTypeScript, startExchange, stopExchange } from './target.ts'

type Print = (line: string) => void

const RATE = 1_000
const REQUESTS = 10_000
/** What the p99 beside an attack may come to, in those of a client that is alone. */
const RATIO_MAX = 3
/** For the end of an attack: its orders are canceled, its connections forgotten. */
const PAUSE_MS = 3_000

type Attacker = Attack | `${Attack}:${string}`
const ATTACKS: readonly (readonly [name: string, attackers: readonly Attacker[]])[] = [
  ['TestRequests', ['test-requests:GLOBEX']],
  ['garbage', ['garbage']],
  ['orders', ['orders:GLOBEX']],
  [
    'eight attackers',
    [
      ...(['test-requests:MOB-1', 'test-requests:MOB-2'] as const),
      ...(['orders:MOB-3', 'orders:MOB-4'] as const),
      ...(['garbage', 'garbage', 'logons', 'logons'] as const),
    ],
  ],
]
const MOB = ['MOB-1', 'MOB-2', 'MOB-3', 'MOB-4']

export async function benchIsolation(print: Print): Promise<void> {
  const exchange = await startExchange({ sessions: MOB })
  try {
    let firstId = 1
    const measure = () => {
      const options = { flow: 'new', requests: REQUESTS, window: 0, rate: RATE, firstId } as const
      firstId += REQUESTS
      return load(exchange, options)
    }
    await measure()
    const alone = await measure()
    print(`open loop at ${RATE}/s              requests/s   p50 ms   p99 ms   p99 to alone`)
    print(`${'alone'.padEnd(30)}${row(alone)}`)
    for (const [name, attackers] of ATTACKS) {
      const result = await beside(attackers, exchange, measure)
      print(`${`beside ${name}`.padEnd(30)}${row(result)}   ${judge(result.p99 / alone.p99)}`)
      await delay(PAUSE_MS)
    }
    // How far the machine, and the orders that are known by now, moved the baseline.
    const again = await measure()
    print(`${'alone again'.padEnd(30)}${row(again)}   ${(again.p99 / alone.p99).toFixed(2)}`)
  } finally {
    await stopExchange(exchange)
  }
}

const judge = (ratio: number): string =>
  `${ratio.toFixed(2)}, ${ratio <= RATIO_MAX ? 'passes' : 'FAILS'}: at most ${RATIO_MAX}`

async function beside(
  attackers: readonly Attacker[],
  { port }: ServedTarget,
  measure: () => Promise<LoadResult>,
): Promise<LoadResult> {
  const attack = runTypeScript('attacker.ts', [String(port), ...attackers])
  try {
    await firstLine(attack)
    return await measure()
  } finally {
    attack.kill('SIGKILL')
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchIsolation((line) => console.log(line))
}
