/**
 * An exchange with two channels of the feed, as subscribers of one and of the other see it, over real
 * multicast and TCP; and then started again with its symbols and channels changed during the day.
 * One story, told in order.
 */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fetchSnapshot, FixClient, MarketView } from '../src/client/index.ts'
import { Side } from '../src/domain/index.ts'
import { Engine } from '../src/engine/index.ts'
import { replayGroup } from '../src/exchange.ts'
import { JournalReader, NodeDisk } from '../src/journal/index.ts'
import { Dice } from './support/dice.ts'
import { enginePicture } from './support/engine-picture.ts'
import { bookPicture, FeedWatcher } from './support/feed-watcher.ts'
import { RandomTrader } from './support/random-trader.ts'
import type { ServedExchange } from './support/running-exchange.ts'
import { ExchangeFolder, PROCESS_MS } from './support/running-exchange.ts'
import { StreamClient, USER } from './support/stream-client.ts'

const ACTIONS = 1_000
/** Those that are traded, by channel. */
const SYMBOLS = ['AAPL', 'MSFT']
const GONE = 'instruments of channels that are gone are on no line until the next day'
const LATER = { timeout: 10_000, interval: 20 }

let folder: ExchangeFolder
let exchange: ServedExchange
/** By channel; there from the beginning. */
let watchers: FeedWatcher[]

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  await folder.split(undefined, ['MSFT'])
  exchange = await folder.serve()
  watchers = [await watch(0), await watch(1)]

  const trader = new RandomTrader(exchange.ports.fix, 'ACME', new Dice(36))
  await trader.client.connect()
  for (let i = 0; i < ACTIONS; i++) trader.act()
  await trader.settled()
  await trader.client.logout()
}, PROCESS_MS)

afterAll(async () => {
  await exchange.stop()
  for (const watcher of watchers) await watcher.close()
  folder.remove()
})

/** A subscriber who asks for what it missed however long the exchange takes to start. */
const watch = (channel: number): Promise<FeedWatcher> =>
  FeedWatcher.open(folder.config(), { channel, attemptsMax: Infinity })

/** The book of each symbol as the subscriber of its channel has it. */
const pictures = (): string[] => SYMBOLS.map((symbol, i) => watchers[i]!.picture(symbol))

/** The same, as the engine has it that executes the journal. */
function enginePictures(): string[] {
  const directory = join(folder.dataDir, 'journal')
  const reader = JournalReader.open({ disk: new NodeDisk(), directory })
  const engine = new Engine()
  for (const group of reader.read()) replayGroup(engine, group)
  reader.close()
  return SYMBOLS.map((symbol) => {
    const { locate } = engine.configuration!.instruments.find((one) => one.symbol === symbol)!
    return enginePicture(engine, locate, symbol)
  })
}

const channelPorts = (channel: number) => exchange.ports.channels![channel]!

describe('two channels', () => {
  it("have books that are the engine's, each of its own instruments", async () => {
    await vi.waitFor(() => expect(pictures()).toEqual(enginePictures()), LATER)
    const listed = watchers.map(({ market }) => market.books.map(({ symbol }) => symbol))

    expect(listed).toEqual([['AAPL', 'AMZN', 'IBM', 'NVDA'], ['MSFT']])
    for (const { market, statistics, messages } of watchers) {
      expect(Object.values(market.problems)).toEqual([0, 0, 0, 0])
      expect(statistics).toMatchObject({ lost: 0, messages: messages.length })
      expect(messages.length).toBeGreaterThan(ACTIONS / 4)
    }
  })

  it('are two sessions whose names differ in the last character, both with the system events', () => {
    const [first, second] = watchers.map(({ session }) => session)
    const events = watchers.map(({ messages }) =>
      messages.flatMap((message) => (message.type === 'S' ? [message.eventCode] : [])),
    )

    expect(first).toMatch(/^\d{6}[0-9A-Z]{3}0$/)
    expect(second).toBe(first!.replace(/0$/, '1'))
    expect(events).toEqual([
      ['O', 'S', 'Q'],
      ['O', 'S', 'Q'],
    ])
  })

  it('are in the line that says ready, the first one in the place of an only one', () => {
    const { channels, retransmission, snapshot, stream } = exchange.ports

    expect(channels).toHaveLength(2)
    expect(channels![0]).toEqual({ retransmission, snapshot, stream })
    expect(channels![1]!.retransmission).toBe(folder.config().itch.channels[1]!.retransmission.port)
  })
})

describe('the second channel', () => {
  it('has snapshots of its own', async () => {
    const server = { ...USER, host: '127.0.0.1', port: channelPorts(1).snapshot }
    const signal = new AbortController().signal
    await vi.waitFor(async () => {
      const { session, sequence, messages } = await fetchSnapshot(server, signal)
      const market = new MarketView()
      market.restore(messages)

      expect([session, sequence]).toEqual([watchers[1]!.session, watchers[1]!.messages.length + 1])
      expect(market.books.map(({ symbol }) => bookPicture(market, symbol))).toEqual([pictures()[1]])
    }, LATER)
  })

  it('is a stream of its own', async () => {
    const client = new StreamClient(channelPorts(1).stream)
    await client.reaches(watchers[1]!.messages.length)

    expect(client.messages).toEqual(watchers[1]!.messages)
    await client.close()
  })

  it('is asked for what was missed at a port of its own', async () => {
    const late = await watch(1)
    await late.reaches(watchers[1]!.messages.length)

    expect(late.messages).toEqual(watchers[1]!.messages)
    expect(late.statistics['recovered']).toBe(late.messages.length)
    await late.close()
  })
})

describe('the metrics', () => {
  it('are of both channels together', async () => {
    const answer = await fetch(`http://127.0.0.1:${exchange.ports.http}/metrics`)
    const lines = (await answer.text()).split('\n')
    const valueOf = (name: string): number =>
      Number(lines.find((line) => line.startsWith(`buttonwood_${name} `))!.split(' ')[1])
    const [first, second] = watchers.map(({ messages }) => messages.length)

    // The system events are on both, and counted once.
    expect(valueOf('feed_messages_total')).toBe(first! + second! - 3)
    expect(valueOf('feed_packets_total')).toBeGreaterThan(1)
    expect(valueOf('feed_errors_total')).toBe(0)
    expect(valueOf('retransmission_answers_total')).toBeGreaterThan(0)
    expect(valueOf('feed_backlog_bytes')).toBe(0)
  })
})

let orders = 0

/** An order of each symbol that rests. */
async function buyBoth(): Promise<void> {
  const client = new FixClient(
    {
      host: '127.0.0.1',
      port: exchange.ports.fix,
      compId: 'GLOBEX',
      targetCompId: 'BUTTONWOOD',
      username: 'GLOBEX',
      password: 'globex',
    },
    {},
  )
  await client.connect()
  for (const [symbol, price] of [
    ['AAPL', 1_700_000],
    ['MSFT', 4_000_000],
  ] as const) {
    client.newOrder({ clOrdId: `O${++orders}`, symbol, side: Side.Buy, orderQty: 100, price })
  }
  await client.logout()
}

describe('a start with other channels during the day', () => {
  it.each([
    ['symbols moved from one to the other', [['MSFT'], undefined], [['A AAPL'], ['A MSFT']], []],
    ['one channel only', [undefined], [['A AAPL']], [GONE]],
    [
      'three channels',
      [undefined, ['MSFT'], ['AAPL']],
      // The second one says what it could not say before.
      [['A AAPL'], ['A MSFT', 'A MSFT']],
      [],
    ],
  ])(
    'goes on with the same messages and numbers: %s',
    async (_, channels, added, warnings) => {
      const before = watchers.map(({ messages }) => messages.length)
      await exchange.stop()
      await folder.split(...channels)
      exchange = await folder.serve()
      await buyBoth()

      for (const [channel, expected] of added.entries()) {
        const watcher = watchers[channel]!
        await watcher.reaches(before[channel]! + expected.length)
        const { messages, session } = watcher
        expect(messages.slice(before[channel]).map(typeAndStock)).toEqual(expected)
        // Whoever comes now is told what the others heard before the start, and since.
        const late = await watch(channel)
        await late.reaches(messages.length)
        expect([late.session, late.messages]).toEqual([session, messages])
        await late.close()
      }
      const warned = exchange.log.filter(({ level }) => level === 'warn')
      expect(warned.map(({ msg }) => msg)).toEqual(warnings)
    },
    PROCESS_MS,
  )

  it('has a new channel with the system events of the day', async () => {
    const late = await watch(2)
    await late.reaches(3)

    expect(late.messages.map(({ type }) => type)).toEqual(['S', 'S', 'S'])
    expect(late.session).toBe(watchers[0]!.session.replace(/0$/, '2'))
    await late.close()
  })
})

const typeAndStock = (message: { type: string; stock?: string }): string =>
  `${message.type} ${message.stock}`
