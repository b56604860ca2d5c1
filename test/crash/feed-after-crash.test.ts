/**
 * The feed over the ends of its exchange: killed under load and started again on the same day, and
 * killed and started again on the next. Whoever goes on where it stopped, asks for what was said before
 * or comes only now has the same bytes as the one who heard them first, and the engine's books.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchSnapshot, MarketView } from '../../src/client/index.ts'
import { Side } from '../../src/domain/index.ts'
import { Engine } from '../../src/engine/index.ts'
import { replayGroup } from '../../src/exchange.ts'
import { JournalReader, NodeDisk } from '../../src/journal/index.ts'
import { eachMessage, readPacket, writeRequest } from '../../src/wire/index.ts'
import { Dice } from '../support/dice.ts'
import { engineOrders } from '../support/engine-orders.ts'
import { bookPicture } from '../support/feed-watcher.ts'
import { RandomTrader } from '../support/random-trader.ts'
import type { ServedExchange } from '../support/running-exchange.ts'
import { ExchangeFolder } from '../support/running-exchange.ts'
import { StreamClient, USER } from '../support/stream-client.ts'
import { FeedRecorder } from './feed-recorder.ts'
import { printFeed } from './journaled-feed.ts'
import { kill } from './kill.ts'

const HOST = '127.0.0.1'
const ACTIONS = 1_000
/** More than a packet holds. */
const ASKED_AT_ONCE = 100
/** The same program a day later. */
const TOMORROW = {
  NODE_OPTIONS:
    '--import=data:text/javascript,const{now}=Date;Date.now=()=>now.call(Date)+86400000',
}

let folder: ExchangeFolder
let journal: string
/** Who hears the lines from the first message to the last. */
let lines: FeedRecorder
let exchange: ServedExchange
/** Of the first day. */
let session: string
/** Who is there when the exchange is killed, and has these messages. */
let before: StreamClient
/** After that. */
let trader: RandomTrader

beforeAll(async () => {
  folder = await ExchangeFolder.make({
    journal: { durability: 'fsync' },
    snapshots: { commands: 40 },
  })
  journal = join(folder.dataDir, 'journal')
  lines = await FeedRecorder.open(folder.config().itch.channels[0]!.lines)
  exchange = await folder.serve()
  before = new StreamClient(exchange.ports.stream)
  await before.isLoggedIn()
  session = before.session
  trader = await aTrader('ACME')
  act(trader)
  await trader.settled()
  act(trader)
  // In the middle of them.
  await before.reaches(before.next + ACTIONS / 10)
  await kill(exchange)
  await before.untilClosed()
  exchange = await folder.serve()
  trader = await aTrader('GLOBEX')
})

afterAll(async () => {
  lines.close()
  await exchange.stop()
  folder.remove()
})

async function aTrader(compId: string): Promise<RandomTrader> {
  const connected = new RandomTrader(exchange.ports.fix, compId, new Dice(7))
  await connected.client.connect()
  return connected
}

/** Random orders, as fast as they are said. */
function act(by: RandomTrader): void {
  for (let i = 0; i < ACTIONS; i++) by.act()
}

/** Bytes of a session's messages, in sequence, as the journal has them. */
function journaled(of: string): string[] {
  const printed = [...printFeed(journal)].filter(([name]) => name.startsWith(`${of} `))
  return printed.map(([, content]) => content)
}

/** Asks the retransmission server for messages 1..last of the first day, a packet at a time. */
async function askFor(last: number): Promise<string[]> {
  const socket = createSocket('udp4')
  socket.connect(exchange.ports.retransmission, HOST)
  await once(socket, 'connect')
  const content: string[] = []
  while (content.length < last) {
    const sequenceNumber = content.length + 1
    const messageCount = Math.min(ASKED_AT_ONCE, last - content.length)
    socket.send(writeRequest({ session, sequenceNumber, messageCount }))
    const [answer] = (await once(socket, 'message')) as [Uint8Array]
    eachMessage(readPacket(answer)!, (sequence, view, at, length) => {
      content[sequence - 1] = Buffer.from(view.buffer, view.byteOffset + at, length).toString('hex')
    })
  }
  socket.close()
  return content
}

/** As `bookPicture` says it, of the engine that executes the journal again. */
function enginePictures(): string[] {
  const engine = new Engine()
  const reader = JournalReader.open({ disk: new NodeDisk(), directory: journal })
  for (const group of reader.read()) replayGroup(engine, group)
  reader.close()
  return engine.configuration!.instruments.map(({ locate, symbol }) => {
    const side = (name: number): string => {
      const orders = engineOrders(engine, locate, name)
      return orders === '' ? '' : ` ${orders}`
    }
    return `${symbol} B${side(Side.Buy)}\n${symbol} S${side(Side.Sell)}`
  })
}

describe('after a kill -9', () => {
  it('the stream goes on where it stopped, and has the same bytes from 1 on', async () => {
    const { stream } = exchange.ports
    const again = new StreamClient(stream, { session })
    const resumed = new StreamClient(stream, { session, sequence: before.next })
    for (const client of [again, resumed]) expect(await client.isLoggedIn()).toBe(true)
    act(trader)
    await trader.settled()
    const all = journaled(session)
    for (const client of [again, resumed]) await client.reaches(all.length)

    expect(before.content.length).toBeGreaterThan(ACTIONS)
    expect(all.length).toBeGreaterThan(before.content.length)
    expect(resumed.first).toBe(before.next)
    expect(again.content).toEqual(all)
    expect([...before.content, ...resumed.content]).toEqual(all)
    expect(lines.differencesFrom(printFeed(journal))).toEqual([])
    for (const client of [again, resumed]) await client.close()
  })

  it('requests are answered with the bytes of before', async () => {
    expect(await askFor(before.content.length)).toEqual(before.content)
  })

  it("a snapshot and the stream from its number make the engine's books", async () => {
    const { snapshot: port, stream } = exchange.ports
    act(trader)
    const snapshot = await fetchSnapshot(
      { ...USER, host: HOST, port },
      new AbortController().signal,
    )
    const { sequence } = snapshot
    const client = new StreamClient(stream, { session, sequence })
    await trader.settled()
    await client.reaches(journaled(session).length)

    const market = new MarketView()
    market.restore(snapshot.messages)
    for (const message of client.messages) market.apply(message)
    expect([snapshot.session, client.first]).toEqual([session, sequence])
    expect(client.messages.length).toBeGreaterThan(0)
    expect(market.books.map(({ symbol }) => bookPicture(market, symbol))).toEqual(enginePictures())
    expect(Object.values(market.problems)).toEqual([0, 0, 0, 0])
    await client.close()
  })

  it('on the next day a new session begins, and the one before is there to its end', async () => {
    await kill(exchange)
    exchange = folder.launch({ env: TOMORROW })
    await exchange.untilReady()
    const { stream } = exchange.ports
    const old = new StreamClient(stream, { session })
    const today = new StreamClient(stream)
    expect(await today.isLoggedIn()).toBe(true)
    await old.untilClosed()
    const all = journaled(session)
    const next = journaled(today.session)
    await today.reaches(next.length)

    expect(old.content).toEqual(all)
    expect(old.heard).toEqual(['Z', 'closed'])
    expect(old.content.slice(0, before.content.length)).toEqual(before.content)
    expect(await askFor(all.length)).toEqual(all)
    expect([today.session === session, today.first]).toEqual([false, 1])
    expect(today.content).toEqual(next)
    expect(lines.differencesFrom(printFeed(journal))).toEqual([])
    await today.close()
  })
})
