import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FeedSubscriber, MarketView } from '../../src/client/index.ts'
import { Side } from '../../src/domain/index.ts'
import type { Feed, FeedOptions } from '../../src/itch-feed/index.ts'
import {
  FeedOutput,
  RING_MESSAGES_MAX,
  SEND_BUFFERS_MAX,
  openFeed,
} from '../../src/itch-feed/index.ts'
import { EventType, RecordBuffer, decodeItch, orderEvent } from '../../src/wire/index.ts'
import { FeedDay, SYMBOLS, orderEventOf, startOfDay, systemEvent } from './feed-events.ts'
import { RecordedFeed } from './recorded-feed.ts'

const LOOPBACK = '127.0.0.1'
const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
})

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, LOOPBACK)
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

async function feedOptions(): Promise<FeedOptions> {
  const lines = [
    { group: '239.192.44.101', port: await freePort() },
    { group: '239.192.44.102', port: await freePort() },
  ]
  const retransmission = { host: LOOPBACK, port: 0 }
  return { lines, interface: LOOPBACK, ttl: 1, maxPayload: 1400, retransmission }
}

/** A feed on real sockets, and the journal that its turns are in. */
async function startFeed(options: FeedOptions): Promise<{ feed: Feed; recorded: RecordedFeed }> {
  const recorded = new RecordedFeed()
  const feed = await openFeed(options, { journal: recorded.journal, schedule: setImmediate })
  open.push(feed)
  return { feed, recorded }
}

/** A subscriber to `lines` with the market it builds and what it was told. */
async function subscribeTo(feed: Feed, options: FeedOptions, lines = options.lines) {
  const market = new MarketView()
  const told: string[] = []
  const subscriber = await FeedSubscriber.open({
    lines,
    interface: options.interface,
    retransmission: feed.retransmission && { host: LOOPBACK, port: feed.retransmission.port },
    nowMs: () => performance.now(),
    listener: {
      sessionStarted: (session) => void told.push(`session ${session}`),
      message: (_, view, at, length) => market.apply(decodeItch(view, at, length)!),
      gapOpened: ({ first, last }) => void told.push(`gap ${first}-${last}`),
      messagesLost: ({ first, last }) => void told.push(`lost ${first}-${last}`),
      sessionEnded: (session) => void told.push(`end ${session}`),
    },
  })
  open.push(subscriber)
  return { subscriber, market, told }
}

function turnOf(day: FeedDay, steps: number): RecordBuffer {
  const events = new RecordBuffer(65_536)
  for (let i = 0; i < steps; i++) day.step(events, [i * 7919, i * 104_729, i * 1_299_709])
  return events
}

const openDay = new RecordBuffer(4096)
startOfDay(openDay, '261120ab10')
const closeDay = new RecordBuffer(4096)
systemEvent(closeDay, 'C')

describe('the feed on loopback multicast', () => {
  it('reaches a subscriber on both lines, a late one, and one that lost packets', async () => {
    const options = await feedOptions()
    const { feed, recorded } = await startFeed(options)
    const day = new FeedDay()
    const recover = (events: RecordBuffer): void =>
      feed.publisher.recover(events.view, 0, events.length, recorded.append(events))
    const publish = (events: RecordBuffer): void =>
      feed.publisher.publish(events, recorded.append(events), 0)
    recover(openDay)
    await feed.start()
    const both = await subscribeTo(feed, options)
    const onlyB = await subscribeTo(feed, options, options.lines.slice(1))

    // Counted and never sent: on the wire these messages are lost.
    recover(turnOf(day, 400))
    publish(turnOf(day, 300))
    publish(closeDay)
    await vi.waitFor(() => {
      for (const { told } of [both, onlyB]) expect(told.at(-1)).toBe('end 261120ab10')
    })

    for (const { market, subscriber, told } of [both, onlyB]) {
      expect(told[0]).toBe('session 261120ab10')
      expect(told.filter((line) => line.startsWith('lost'))).toEqual([])
      expect(subscriber.arbiter.next).toBe(feed.publisher.nextSequence)
      expect(subscriber.arbiter.statistics.recovered).toBeGreaterThan(400)
      SYMBOLS.forEach((symbol, i) => {
        for (const [side, code] of [
          ['B', Side.Buy],
          ['S', Side.Sell],
        ] as const) {
          const orders = market.book(symbol)!.orders(side)
          expect(
            orders.map(({ orderReferenceNumber, price, shares }) => ({
              reference: orderReferenceNumber,
              price,
              shares,
            })),
          ).toEqual(day.expected(i + 1, code))
        }
      })
    }
    expect(feed.sender.counters).toMatchObject({ errors: 0 })
  })

  it('says all of a turn that is larger than its buffers and its memory, to everybody', async () => {
    const options = { ...(await feedOptions()), maxPayload: 1200 }
    const { feed, recorded } = await startFeed(options)
    await feed.start()
    const nowMs = () => performance.now()
    const failures: unknown[] = []
    const onFatal = (error: unknown): void => void failures.push(error)
    const output = new FeedOutput({
      publisher: feed.publisher,
      nowMs,
      schedule: setImmediate,
      onFatal,
    })
    const publish = (events: RecordBuffer): void => output.publish(events, recorded.append(events))
    const ticker = setInterval(() => output.tick(), 100)
    open.push({ close: async () => clearInterval(ticker) })
    publish(openDay)
    const { subscriber, told } = await subscribeTo(feed, options)
    const messages = 2 * RING_MESSAGES_MAX
    const sweep = new RecordBuffer(messages * orderEvent.length)
    for (let i = 1; i <= messages; i++) {
      orderEventOf(sweep, EventType.OrderAccepted, 'A', { orderReference: i })
    }
    publish(sweep)
    publish(closeDay)
    await vi.waitFor(() => expect(told.at(-1)).toBe('end 261120ab10'), { timeout: 20_000 })

    expect(feed.sender.counters.packets).toBeGreaterThan(SEND_BUFFERS_MAX)
    expect(feed.sender.counters.errors).toBe(0)
    expect(subscriber.arbiter.statistics).toMatchObject({ messages: messages + 10, lost: 0 })
    expect(subscriber.arbiter.next).toBe(feed.publisher.nextSequence)
    expect(failures).toEqual([])
  }, 30_000)

  it('carries the same bytes on every line', async () => {
    const options = await feedOptions()
    const { feed } = await startFeed(options)
    const received: Uint8Array[][] = [[], []]
    for (const [i, { group, port }] of options.lines.entries()) {
      const socket = createSocket({ type: 'udp4', reuseAddr: true })
      socket.bind(port, group)
      await once(socket, 'listening')
      socket.addMembership(group, LOOPBACK)
      socket.on('message', (datagram) => received[i]!.push(datagram))
      open.push({ close: async () => void socket.close() })
    }

    feed.publisher.publish(openDay, 96, 0)
    feed.publisher.publish(turnOf(new FeedDay(), 500), 10_000, 1)
    const { packets } = feed.sender.counters
    await vi.waitFor(() => expect(received.map((list) => list.length)).toEqual([packets, packets]))

    expect(packets).toBeGreaterThan(10)
    expect(received[0]).toEqual(received[1])
  })

  it('refuses to start on an interface that does not exist, in plain words', async () => {
    const options = { ...(await feedOptions()), interface: '192.0.2.1' }
    await expect(startFeed(options)).rejects.toMatchObject({
      code: 'EXC_MULTICAST_UNAVAILABLE',
      message: expect.stringContaining('itch.interface: multicast does not work on 192.0.2.1'),
    })
  })

  it('refuses to start when its own packets do not come back', async () => {
    const options = await feedOptions()
    const { feed } = await startFeed(options)
    feed.publisher.stream.sendIdle = () => {}
    await expect(feed.start()).rejects.toMatchObject({ code: 'EXC_MULTICAST_UNAVAILABLE' })
  })

  it('refuses to start when the retransmission port is taken', async () => {
    const options = await feedOptions()
    const first = await startFeed(options)
    await first.feed.start()
    const port = first.feed.retransmission!.port
    const second = await startFeed({ ...options, retransmission: { host: LOOPBACK, port } })
    await expect(second.feed.start()).rejects.toMatchObject({
      code: 'EXC_PORT_IN_USE',
      message: expect.stringContaining(`itch.retransmission: cannot listen on 127.0.0.1:${port}`),
    })
  })
})
