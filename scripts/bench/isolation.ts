/**
 * What one counterparty that floods does to another's latency: the same open loop alone, and beside
 * each attack, in the same run. Attacker, client and exchange share the machine's cores.
 */
import { fileURLToPath } from 'node:url'
import type { Attack } from './attacker.ts'
import { row } from './exchange.ts'
import type { LoadResult } from './load-client.ts'
import type { ServedTarget } from './target.ts'
import { firstLine, load, runTypeScript, startExchange, stopExchange } from './target.ts'

type Print = (line: string) => void

const RATE = 1_000
const REQUESTS = 10_000
const ATTACKS: readonly Attack[] = ['test-requests', 'garbage']

export async function benchIsolation(print: Print): Promise<void> {
  const exchange = await startExchange()
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
    for (const attack of ATTACKS) {
      const result = await beside(attack, exchange, measure)
      const ratio = (result.p99 / alone.p99).toFixed(2)
      print(`${`beside ${attack}`.padEnd(30)}${row(result)}   ${ratio}`)
    }
  } finally {
    await stopExchange(exchange)
  }
}

async function beside(
  attack: Attack,
  { port }: ServedTarget,
  measure: () => Promise<LoadResult>,
): Promise<LoadResult> {
  const attacker = runTypeScript('attacker.ts', [attack, String(port)])
  try {
    await firstLine(attacker)
    return await measure()
  } finally {
    attacker.kill('SIGKILL')
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchIsolation((line) => console.log(line))
}
