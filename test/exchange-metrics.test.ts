/** What /metrics says of a running exchange, and that its document lists it. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunningExchange } from '../src/main.ts'
import { LATENCY_BOUNDS } from '../src/runtime/index.ts'
import { RawFix } from './support/raw-fix.ts'
import { ExchangeFolder, PROCESS_MS } from './support/running-exchange.ts'

const DOCUMENT = readFileSync('docs/operations/metrics.md', 'utf8')
const STAGES = ['queue', 'engine', 'journal', 'publish']
/** The process's own, which prom-client names. */
const OF_NODE = /^buttonwood_(process|nodejs)_/

let folder: ExchangeFolder
let exchange: RunningExchange
let acme: RawFix

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  exchange = await folder.start()
  acme = await RawFix.connect({ port: exchange.ports.fix, compId: 'ACME', password: 'acme' })
  await acme.logOn()
}, PROCESS_MS)
afterAll(async () => {
  await exchange.stop()
  folder.remove()
})

/** Every sample, by its name with its labels. */
async function samples(): Promise<Map<string, number>> {
  const lines = (await metrics()).split('\n').filter((line) => line.startsWith('buttonwood'))
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))]
    }),
  )
}

async function metrics(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${exchange.ports.http}/metrics`)
  return answer.text()
}

const order = (clOrdId: string, more = '55=AAPL|54=1|38=100|40=2|44=180') =>
  acme.say(`35=D|11=${clOrdId}|${more}|60=20261122-12:00:00`)

/** What those of a name came to, by their labels, that are not 0. */
async function counted(name: string): Promise<Record<string, number>> {
  const found = [...(await samples())].filter(([sample, n]) => sample.startsWith(name) && n > 0)
  return Object.fromEntries(found.map(([sample, n]) => [sample.slice(name.length), n]))
}

describe('the metrics of orders', () => {
  it('count each order by what became of it, and each reject by its reason', async () => {
    order('A1')
    order('A2', '55=AAPL|54=2|38=40|40=2|44=190')
    acme.say('35=F|11=A3|41=A2|55=AAPL|54=2|60=20261122-12:00:00')
    order('A4', '55=AAPL|54=1|38=100|40=2|44=180.001')
    order('A5', '55=NOBODY|54=1|38=100|40=2|44=180')
    acme.say('35=F|11=A6|41=A0|55=AAPL|54=2|60=20261122-12:00:00')
    acme.say(`35=F|11=${'A'.repeat(40)}|41=A1|55=AAPL|54=2|60=20261122-12:00:00`)
    acme.say('35=q|11=A8|530=1|55=NOBODY|60=20261122-12:00:00')
    acme.say('35=D|11=A9|60=20261122-12:00:00')
    acme.say('35=V|262=x|263=1|264=1|267=1|269=0|146=1|55=AAPL')
    for (let i = 0; i < 10; i++) await acme.hear()

    expect(await counted('buttonwood_orders_total')).toEqual({
      '{event="accepted"}': 2,
      '{event="canceled"}': 1,
    })
    expect(await counted('buttonwood_rejects_total')).toEqual({
      '{type="8",reason="PriceNotTick"}': 1,
      '{type="8",reason="UnknownSymbol"}': 1,
      '{type="9",reason="UnknownOrder"}': 1,
      '{type="9",reason="Other"}': 1,
      '{type="r",reason="UnknownSymbol"}': 1,
      '{type="3",reason="RequiredTagMissing"}': 1,
      '{type="j",reason="UnsupportedMessageType"}': 1,
    })
  })

  it('count what is asked for again, by either side', async () => {
    acme.say('35=2|7=1|16=1')
    // The number after the next: the exchange has a gap and asks.
    acme.next++
    acme.say('35=0')
    await vi.waitFor(async () => {
      expect(await counted('buttonwood_fix_resends')).toEqual({
        _sent_total: 1,
        _received_total: 1,
      })
    })
  })
})

describe('the metrics of latency', () => {
  it('have each turn in all of its stages, which are the turn together', async () => {
    const all = await samples()
    const sum = (name: string) => all.get(name)!
    const turns = sum('buttonwood_turn_seconds_count')
    const inStages = STAGES.map((stage) =>
      sum(`buttonwood_turn_stage_seconds_sum{stage="${stage}"}`),
    )

    expect(turns).toBe(sum('buttonwood_turn_stage_seconds_count{stage="engine"}'))
    expect(turns).toBe(sum('buttonwood_journal_groups_total'))
    expect(sum('buttonwood_turn_stage_seconds_count{stage="queue"}')).toBeGreaterThan(0)
    expect(inStages.every((seconds) => seconds > 0)).toBe(true)
    expect(inStages.reduce((a, b) => a + b)).toBeCloseTo(sum('buttonwood_turn_seconds_sum'), 6)
    expect(sum('buttonwood_journal_sync_seconds_count')).toBeGreaterThan(0)
  })

  it('have the buckets that the document says', () => {
    const [, said = ''] = /Upper bounds of the buckets, in seconds: ([^]*?)\.\n/.exec(DOCUMENT)!

    expect(said.split(/,\s+/).map(Number)).toEqual([...LATENCY_BOUNDS])
  })
})

describe('the metrics of what waits', () => {
  it('are zero on an exchange that has nothing to do', async () => {
    const waiting = ['queue_commands', 'fix_outbox_bytes', 'fix_outbox_messages']
    await vi.waitFor(async () => {
      const all = await samples()
      expect(waiting.map((name) => all.get(`buttonwood_${name}`))).toEqual([0, 0, 0])
    })
  })

  it('say how far the database is behind, and that it is level in the end', async () => {
    await vi.waitFor(
      async () => {
        const all = await samples()
        const lag = ['seconds', 'groups'].map((unit) => all.get(`buttonwood_dropcopy_lag_${unit}`))
        expect(lag).toEqual([0, 0])
      },
      { timeout: PROCESS_MS, interval: 100 },
    )
  })
})

describe('docs/operations/metrics.md', () => {
  it('has a row for each metric of the exchange, and no other', async () => {
    const documented = [...DOCUMENT.matchAll(/^\| `(buttonwood_\w+)` +\| /gm)].map(
      ([, name]) => name!,
    )
    const told = [...(await metrics()).matchAll(/^# TYPE (\w+) /gm)]
      .map(([, name]) => name!)
      .filter((name) => !OF_NODE.test(name))

    expect(documented.toSorted()).toEqual(told.toSorted())
  })

  it('names nothing else that is not told', async () => {
    const told = await metrics()
    const named = new Set(DOCUMENT.match(/buttonwood_\w+/g))
    // The families of Node, and the buckets that a query names.
    const unknown = [...named].filter((name) => !name.endsWith('_') && !told.includes(name))

    expect(unknown).toEqual([])
  })
})
