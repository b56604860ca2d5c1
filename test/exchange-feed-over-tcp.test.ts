/**
 * The feed over TCP from a running exchange: snapshots from which a late subscriber has the books of one
 * who was there from the beginning, and the same messages as a stream.
 */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  FeedSubscriber,
  fetchSnapshot,
  MarketView,
  StreamClient as FollowingClient,
} from '../src/client/index.ts'
import { FeedReaderProcess } from '../src/feed-reader-process.ts'
import { JournalReader, NodeDisk } from '../src/journal/index.ts'
import type { RunningExchange } from '../src/main.ts'
import { loadConfig, silentLogger } from '../src/runtime/index.ts'
import { decodeItch, loginRequest } from '../src/wire/index.ts'
import { Dice } from './support/dice.ts'
import { bookPicture, FeedWatcher } from './support/feed-watcher.ts'
import { builtPrograms } from './support/made-once.ts'
import { RandomTrader } from './support/random-trader.ts'
import { ExchangeFolder } from './support/running-exchange.ts'
import { StreamClient, USER } from './support/stream-client.ts'
import { tcpCapture } from './support/tcp-capture.ts'

const HOST = '127.0.0.1'
const ACTIONS = 1_500
const SYMBOLS = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'IBM']
const ANY_PORT = { host: HOST, port: 0 }
const ANY_PORTS = { setting: 'itch', snapshot: ANY_PORT, stream: ANY_PORT }

const NO_SESSIONS = {
  compId: 'BUTTONWOOD',
  limits: loadConfig({ env: {} }).fix.limits,
  logins: [],
}
const NO_FIX = {
  marketData: NO_SESSIONS,
  dropCopies: { ...NO_SESSIONS, directory: '', isSynced: false },
}

let folder: ExchangeFolder
let exchange: RunningExchange
/** There from the beginning. */
let watcher: FeedWatcher
let trader: RandomTrader

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  exchange = await folder.start()
  watcher = await FeedWatcher.open(folder.config())
  trader = new RandomTrader(exchange.ports.fix, 'ACME', new Dice(7))
  await trader.client.connect()
  await trade(ACTIONS)
})

afterAll(async () => {
  await watcher.close()
  await exchange.stop()
  folder.remove()
})

/** Random orders, until the feed has the last of them. */
async function trade(actions: number): Promise<void> {
  for (let i = 0; i < actions; i++) trader.act()
  await watcher.adds(await trader.settled())
}

const pictures = (market: MarketView): string[] =>
  SYMBOLS.map((symbol) => bookPicture(market, symbol))

describe('a snapshot', () => {
  it('has the books of who was there from the beginning, at the message that it names', async () => {
    const server = { ...USER, host: HOST, port: exchange.ports.snapshot }
    await vi.waitFor(
      async () => {
        const { sequence, messages } = await fetchSnapshot(server, new AbortController().signal)
        expect(sequence).toBe(watcher.messages.length + 1)
        const market = new MarketView()
        market.restore(messages)
        expect(pictures(market)).toEqual(pictures(watcher.market))
        expect(market.books.map(({ tradingState }) => tradingState)).toEqual(SYMBOLS.map(() => 'T'))
        expect(market.systemEvent).toBe('Q')
        expect(market.problems).toEqual(watcher.market.problems)
      },
      { timeout: 10_000 },
    )
  })

  it('ends with the end of its session', async () => {
    const client = new StreamClient(exchange.ports.snapshot)
    await client.untilClosed()
    expect(client.heard).toEqual(['Z', 'closed'])
    expect(client.messages.length).toBeGreaterThan(0)
  })

  it('lets who comes late follow the lines from there, while others trade', async () => {
    const { itch } = folder.config()
    const { lines, retransmission } = itch.channels[0]!
    const market = new MarketView()
    let next = 1
    const taken: number[] = []
    const late = await FeedSubscriber.open({
      lines,
      interface: itch.interface,
      retransmission,
      nowMs: () => performance.now(),
      requestedMax: 10,
      snapshot: {
        ...USER,
        host: HOST,
        port: exchange.ports.snapshot,
        awaited: () => market.markStale(),
        taken({ sequence, messages }) {
          taken.push(sequence)
          next = sequence
          market.restore(messages)
        },
        failed: (reason) => expect.fail(reason),
      },
      listener: {
        sessionStarted: () => market.reset(),
        message(sequence, view, at, length) {
          expect(sequence).toBe(next++)
          market.apply(decodeItch(view, at, length)!)
        },
        gapOpened: () => {},
        messagesLost: () => expect.fail('nothing is lost'),
        sessionEnded: () => {},
      },
    })
    try {
      await trade(500)
      const check = () => expect(next).toBe(watcher.messages.length + 1)
      await vi.waitFor(check, { timeout: 10_000, interval: 5 })
      expect(taken).toHaveLength(1)
      expect(pictures(market)).toEqual(pictures(watcher.market))
      expect(market.problems).toEqual(watcher.market.problems)
      expect(market.books.some(({ stale }) => stale)).toBe(false)
    } finally {
      await late.close()
    }
  })
})

describe('the stream', () => {
  it('has the messages of the lines from any of them on, and those to come', async () => {
    const from = Math.floor(watcher.messages.length / 2)
    const clients = [
      new StreamClient(exchange.ports.stream),
      new StreamClient(exchange.ports.stream, { sequence: from }),
      new StreamClient(exchange.ports.stream, { sequence: 0 }),
    ]
    for (const client of clients) expect(await client.isLoggedIn()).toBe(true)
    await trade(200)
    for (const client of clients) {
      await client.reaches(watcher.messages.length)
      expect(client.messages).toEqual(watcher.messages.slice(client.first - 1))
    }
    expect(clients.map(({ first }) => first).slice(0, 2)).toEqual([1, from])
    expect(clients[2]!.first).toBeGreaterThan(from)
    for (const client of clients) await client.close()
  })

  it.each([
    ['a wrong password', { password: 'wrong' }, 'JA'],
    ['an unknown user', { username: 'nobody' }, 'JA'],
    ['an unknown session', { session: '200101ABC0' }, 'JS'],
    ['a message that is not there yet', { sequence: 1e9 }, 'JS'],
  ])('is refused to who asks with %s', async (_, login, answer) => {
    const client = new StreamClient(exchange.ports.stream, login)
    await client.untilClosed()
    expect(client.heard).toEqual([answer, 'closed'])
  })

  it('is given in any case of letters', async () => {
    const client = new StreamClient(exchange.ports.stream, { username: 'DEMO', password: 'Demo' })
    expect(await client.isLoggedIn()).toBe(true)
    await client.close()
  })
})

/** All that a port says to a login, until it closes. */
async function saidBy(port: number): Promise<Uint8Array> {
  const socket = connect(port, HOST)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(loginRequest({ ...USER, session: '', sequence: 1 }))
  await once(socket, 'close')
  return Buffer.concat(chunks)
}

describe('tshark', () => {
  it('reads the packets of a snapshot without a complaint', async ({ skip }) => {
    const { snapshot: port } = exchange.ports
    const file = join(folder.path, 'snapshot.pcap')
    writeFileSync(file, tcpCapture(await saidBy(port), port))
    const columns = ['soupbintcp.packet_type', '_ws.malformed']
    const fields = columns.flatMap((name) => ['-e', name])
    const decode = ['-d', `tcp.port==${port},soupbintcp`, '-T', 'fields', ...fields]
    const read = spawnSync('tshark', ['-r', file, ...decode], { encoding: 'utf8' })
    const reason = read.error && `tshark cannot be run: ${read.error.message}`
    if (reason !== undefined) console.warn(`skipped: ${reason}`)
    skip(reason !== undefined, reason)
    const rows = read.stdout.split('\n').map((row) => row.split('\t'))
    const types = rows.map(([found]) => found!.replaceAll(/[',]/g, '')).join('')
    const complaints = rows.filter(([, malformed = '']) => malformed !== '')

    expect([read.status, complaints]).toEqual([0, []])
    expect(types).toMatch(/^AS+Z$/)
    expect(types.length).toBeGreaterThan(SYMBOLS.length * 2 + 3)
  })
})

/** Beside the one of the exchange. */
function aReaderOfTheJournal(): FeedReaderProcess {
  const { subscribers } = folder.config().itch
  const settings = {
    journalDirectory: journal(),
    snapshotDirectory: join(folder.dataDir, 'snapshots'),
    channels: [ANY_PORTS],
    subscribers,
    ...NO_FIX,
  }
  return new FeedReaderProcess(settings, silentLogger, builtPrograms())
}

const journal = (): string => join(folder.dataDir, 'journal')

function journalEnd(): number {
  const reader = JournalReader.open({ disk: new NodeDisk(), directory: journal() })
  for (const _ of reader.read());
  reader.close()
  return reader.position
}

describe('the process of the feed over TCP', () => {
  it('says why it cannot begin', async () => {
    const journalDirectory = join(folder.path, 'nothing')
    const settings = {
      journalDirectory,
      snapshotDirectory: journalDirectory,
      channels: [ANY_PORTS],
      subscribers: [],
      ...NO_FIX,
    }
    const process_ = new FeedReaderProcess(settings, silentLogger, builtPrograms())

    process_.start(0)
    await expect(process_.open(0)).rejects.toMatchObject({ code: 'EXC_JOURNAL_UNREADABLE' })
    expect(process_.restarts).toBe(0)
  })

  it('has all that a start appended when its ports open', async () => {
    const process_ = aReaderOfTheJournal()
    try {
      process_.start(0)
      const [ports] = await process_.open(journalEnd())
      const { stream } = ports!
      const client = new StreamClient(stream, { sequence: 0 })
      expect(await client.isLoggedIn()).toBe(true)
      expect(client.first).toBe(watcher.messages.length + 1)
      await client.close()
    } finally {
      await process_.stop()
    }
  })

  it('is followed through its death without a message missing or coming twice', async () => {
    const process_ = aReaderOfTheJournal()
    const heard: (number | string)[] = []
    const all = [...watcher.messages.keys()].map((index) => index + 1)
    let follower: FollowingClient | undefined
    const hears = (sequence: number) => {
      const check = () => expect(heard.at(-1)).toBeGreaterThanOrEqual(sequence)
      return vi.waitFor(check, { timeout: 20_000, interval: 1 })
    }
    try {
      process_.start(0)
      const [ports] = await process_.open(Math.floor(journalEnd() / 2))
      follower = new FollowingClient({
        server: { ...USER, host: HOST, port: ports!.stream },
        listener: {
          sessionStarted: () => heard.push('session'),
          message: (sequence) => heard.push(sequence),
          gapOpened: () => heard.push('gap'),
          messagesLost: () => heard.push('lost'),
          sessionEnded: () => heard.push('end'),
        },
        failed: () => undefined,
      })
      await hears(1)
      process.kill(process_.processId!, 'SIGKILL')
      process_.announce(journalEnd())
      await hears(all.length)
      expect(heard).toEqual(['session', ...all])
      expect(process_.restarts).toBe(1)
    } finally {
      follower?.close()
      await process_.stop()
    }
  }, 60_000)

  it('begins again when it dies before it has opened its ports', async () => {
    const process_ = aReaderOfTheJournal()
    try {
      process_.start(0)
      process.kill(process_.processId!, 'SIGKILL')
      const [ports] = await process_.open(journalEnd())
      const client = new StreamClient(ports!.stream)
      await client.reaches(1)
      await client.close()
      expect(process_.restarts).toBe(1)
    } finally {
      await process_.stop()
    }
  }, 60_000)

  it('begins again on the same ports when it dies', async () => {
    const process_ = aReaderOfTheJournal()
    try {
      process_.start(0)
      const [ports] = await process_.open(journalEnd())
      const { stream } = ports!
      const before = new StreamClient(stream)
      await before.reaches(1)
      process.kill(process_.processId!, 'SIGKILL')
      await before.untilClosed()

      const again = await vi.waitFor(
        async () => {
          const client = new StreamClient(stream)
          expect(await client.isLoggedIn()).toBe(true)
          return client
        },
        { timeout: 15_000, interval: 100 },
      )
      await again.close()
      expect(process_.restarts).toBe(1)
    } finally {
      await process_.stop()
    }
  }, 60_000)
})
