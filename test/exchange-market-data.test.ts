/**
 * Market data over FIX from a running exchange: a broker logs on at the FIX port, subscribes, and has
 * the books that the multicast feed gives.
 */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunningExchange } from '../src/main.ts'
import { makeCertificate } from './support/certificates.ts'
import { Dice } from './support/dice.ts'
import { FeedWatcher } from './support/feed-watcher.ts'
import { RandomTrader } from './support/random-trader.ts'
import type { RawFixOptions } from './support/raw-fix.ts'
import { RawFix } from './support/raw-fix.ts'
import { ExchangeFolder } from './support/running-exchange.ts'

const BROKER = `
senderCompId: BROKER
firm: BROKER
role: market-data
password: plain:broker
`
const ACTIONS = 300

let folder: ExchangeFolder
let exchange: RunningExchange
let watcher: FeedWatcher
let trader: RandomTrader

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  folder.write('sessions/BROKER.yaml', BROKER)
  folder.write('sessions/FAR.yaml', BROKER.replaceAll('BROKER', 'FAR').replace('broker', 'far'))
  const { certFile, keyFile } = makeCertificate(folder.path, 'server')
  folder.change({ fix: { tls: { port: 0, certFile, keyFile }, limits: { slowReaderMs: 1_500 } } })
  exchange = await folder.start()
  watcher = await FeedWatcher.open(folder.config())
  trader = new RandomTrader(exchange.ports.fix, 'ACME', new Dice(11))
  await trader.client.connect()
})

afterAll(async () => {
  await watcher.close()
  folder.remove()
})

const broker = (password = 'broker') =>
  RawFix.connect({ port: exchange.ports.fix, compId: 'BROKER', password })

const overTls = (): RawFixOptions => ({
  port: exchange.ports.fixTls!,
  compId: 'FAR',
  password: 'far',
  tls: { ca: readFileSync(`${folder.path}/server.crt`), checkServerIdentity: () => undefined },
})

const metrics = async (): Promise<string> =>
  (await fetch(`http://127.0.0.1:${exchange.ports.http}/metrics`)).text()
const PATIENCE = { timeout: 15_000, interval: 100 }

/** The exchange runs in this process, and the feed reader is one of its children. */
function feedReaderPid(): number {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
  return children
    .trim()
    .split(' ')
    .map(Number)
    .find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('feed-reader-main'))!
}

const SUBSCRIBE = '35=V|262=ALL|263=1|264=0|265=0|267=2|269=0|269=1|146=1|55=AAPL'

/** The levels of a W as price, size and orders, best first: bids, then offers. */
function levelsOf(snapshot: string): string[] {
  return snapshot
    .split('|269=')
    .slice(1)
    .map((entry) => new Map(entry.split('|').map((field) => field.split('=') as [string, string])))
    .filter((fields) => fields.has('270'))
    .map((fields) => `${fields.get('270')} ${fields.get('271')} x${fields.get('346')}`)
}

const feedLevels = (): string[] =>
  (['B', 'S'] as const).flatMap((side) =>
    watcher.market
      .book('AAPL')!
      .levels(side)
      .map(({ price, shares, orders }) => `${price / 10_000} ${shares} x${orders}`),
  )

describe('a broker at the FIX port', () => {
  it('has the book of the multicast feed, at the message that its snapshot names', async () => {
    const md = await broker()
    expect(await md.logOn()).toBe('35=A|98=0|108=60|141=Y')
    md.say(SUBSCRIBE)
    let last = await md.hear()
    for (let i = 0; i < ACTIONS; i++) trader.act()
    await watcher.adds(await trader.settled())
    while (levelsOf(last).join() !== feedLevels().join()) last = await md.hear()

    expect(levelsOf(last)).toEqual(feedLevels())
    expect(levelsOf(last).length).toBeGreaterThan(4)
    const named = Number(/\|58=\d{6}\w{4} (\d+)$/.exec(last)![1])
    const changesBehind = watcher.messages
      .slice(named - 1)
      .filter((message) => 'AFECXDU'.includes(message.type) && message.stockLocate === 1)
    expect(changesBehind).toEqual([])
    await md.logOut()
  })

  it('is told nothing when its password is wrong', async () => {
    const wrong = await broker('wrong')
    wrong.say('35=A|98=0|108=60|553=BROKER|554=wrong')
    expect(await wrong.closed()).toBe('')
  })

  it('is heard with what it sends behind its Logon in one piece', async () => {
    const md = await broker()
    const logon = md.encode('35=A|98=0|108=60|553=BROKER|554=broker', 1)
    const request = md.encode('35=V|262=Q|263=0|264=1|267=1|269=0|146=1|55=IBM', 2)
    md.write(Buffer.concat([logon, request]))
    md.next = 3
    expect(await md.hear()).toBe('35=A|98=0|108=60|141=Y')
    expect(await md.hear()).toMatch(/^35=W\|262=Q\|55=IBM\|/)
    await md.logOut()
  })

  it('comes over TLS too', async () => {
    const far = await RawFix.connect(overTls())
    expect(await far.logOn()).toBe('35=A|98=0|108=60|141=Y')
    far.say(SUBSCRIBE.replace('263=1', '263=0'))
    expect(levelsOf(await far.hear())).toEqual(feedLevels())
    await far.logOut()
  })

  it('counts in the metrics', async () => {
    const md = await broker()
    await md.logOn()
    md.say(SUBSCRIBE)
    await md.hear()
    await expect.poll(metrics, PATIENCE).toContain('buttonwood_market_data_sessions 1\n')
    await expect.poll(metrics, PATIENCE).toContain('buttonwood_market_data_subscriptions 1\n')
    await expect
      .poll(metrics, PATIENCE)
      .toMatch(/buttonwood_market_data_messages_total\{type="W"\} [1-9]/)
    await md.logOut()
  })

  it('over TLS loses its connection when it reads nothing, and may log on again', async () => {
    const far = await RawFix.connect(overTls())
    await far.logOn()
    far.stopReading()
    for (let i = 0; i < 40_000; i++) {
      far.say(`35=V|262=${i}|263=0|264=0|267=2|269=0|269=1|146=1|55=AAPL`)
    }
    await expect.poll(metrics, PATIENCE).toContain('buttonwood_market_data_relays 1\n')
    await expect.poll(metrics, PATIENCE).toContain('buttonwood_market_data_relays 0\n')
    await expect.poll(metrics, PATIENCE).toContain('buttonwood_market_data_sessions 0\n')
    const again = await RawFix.connect(overTls())
    expect(await again.logOn()).toBe('35=A|98=0|108=60|141=Y')
    await again.logOut()
  })

  it('logs on again when the process that serves it has died, however many waited for it', async () => {
    const reader = feedReaderPid()
    process.kill(reader, 'SIGSTOP')
    const waiting: RawFix[] = []
    for (let i = 0; i < 70; i++) {
      const md = await broker()
      md.say('35=A|98=0|108=60|553=BROKER|554=broker')
      waiting.push(md)
    }
    process.kill(reader, 'SIGKILL')
    for (const md of waiting) expect(await md.closed()).toBe('')
    await expect.poll(metrics, PATIENCE).toContain('buttonwood_fix_connections 1\n')

    await vi.waitFor(
      async () => {
        const md = await broker()
        expect(await md.logOn()).toBe('35=A|98=0|108=60|141=Y')
        await md.logOut()
      },
      { timeout: 20_000, interval: 200 },
    )
    await expect
      .poll(metrics, PATIENCE)
      .toMatch(/buttonwood_market_data_connections_lost_total [1-9]/)
  })

  it('is logged out when the exchange closes', async () => {
    const md = await broker()
    await md.logOn()
    await exchange.stop()
    expect(await md.closed()).toMatch(/35=5\|.*58=The exchange is closing\|/)
  })
})
