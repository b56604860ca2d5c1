/**
 * Feed messages published per second, from engine events to a receiver in another process: packets
 * filled to the payload against one message a packet, in the same run, on one loopback line. Then how long
 * a message is on its way.
 *
 *   npx tsx scripts/bench/feed.ts
 */
import { fork } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Side } from '../../src/domain/index.ts'
import type { FeedPublisher } from '../../src/itch-feed/index.ts'
import {
  EventType,
  RecordBuffer,
  orderEvent,
  readPacket,
  setRecordFeed,
} from '../../src/wire/index.ts'
import { benchFeedLatency } from './feed-latency.ts'
import { LINE, LOCATE, LOOPBACK, openLine } from './feed-line.ts'

/** A turn of a busy exchange. */
const EVENTS_PER_TURN = 1000
const SECONDS = 3
const LINGER_MS = 500

interface Received {
  readonly messages: number
  readonly packets: number
}

export async function benchFeed(print: (line: string) => void): Promise<void> {
  const packed = await measure(EVENTS_PER_TURN)
  const single = await measure(1)
  print(`packets of 1,400 bytes  ${packed.text}`)
  print(`one message a packet    ${single.text}`)
  print(`ratio received          ${(packed.rate / single.rate).toFixed(1)}`)
  await benchFeedLatency(print)
}

/** @returns messages received a second, and the whole result in words */
async function measure(eventsPerPublish: number): Promise<{ rate: number; text: string }> {
  const receiver = fork(fileURLToPath(import.meta.url), ['receive'], { execArgv: process.execArgv })
  await once(receiver, 'message')
  const { sender, publisher } = await openLine()
  const events = orderEvents(eventsPerPublish)
  await publishFor(0.5, publisher, events)
  const before = publisher.nextSequence
  const seconds = await publishFor(SECONDS, publisher, events)
  const published = publisher.nextSequence - before
  if (publisher.behindFrom !== undefined) throw new Error('the lines are behind')

  const all = publisher.nextSequence - 1
  await new Promise((resolve) => setTimeout(resolve, LINGER_MS))
  receiver.send('stop')
  const [received] = (await once(receiver, 'message')) as [Received]
  await sender.close()

  const rate = published / seconds
  const arrived = received.messages / all
  const packets = (rate * received.packets) / received.messages
  const text =
    `${format(rate)} messages/s published in ${format(packets)} packets/s, ` +
    `${(arrived * 100).toFixed(1)} % received`
  return { rate: rate * arrived, text }
}

/** Publishes turns until the time is over; each turn lets the event loop pass. */
async function publishFor(
  seconds: number,
  publisher: FeedPublisher,
  events: RecordBuffer,
): Promise<number> {
  const start = performance.now()
  const repeat = EVENTS_PER_TURN / events.count
  let now = start
  while (now - start < seconds * 1000) {
    for (let i = 0; i < repeat; i++) publisher.publish(events, 4096, now)
    await nextTurn()
    now = performance.now()
  }
  return (now - start) / 1000
}

/** The mix of a real day, roughly: half added, half deleted, some replaced and executed. */
function orderEvents(count: number): RecordBuffer {
  const mix = [
    [EventType.OrderAccepted, 'A'],
    [EventType.OrderCanceled, 'D'],
    [EventType.OrderAccepted, 'A'],
    [EventType.OrderCanceled, 'D'],
    [EventType.OrderReplaced, 'U'],
    [EventType.OrderExecuted, 'E'],
  ] as const
  const events = new RecordBuffer(1 << 20)
  const order = orderEvent.flyweight()
  for (let i = 0; i < count; i++) {
    const [type, feed] = mix[i % mix.length]!
    const at = events.append(type, 0, orderEvent.length)
    setRecordFeed(events.view, at, feed.charCodeAt(0))
    order.wrap(events.view, at)
    order.epochSeconds = 1_795_167_000
    order.orderReference = i + 1
    order.price = 1_002_500
    order.feedShares = 100
    order.lastQty = 100
    order.side = Side.Buy
    order.locate = LOCATE
  }
  return events
}

/** The other process: counts what arrives until it is told to stop. */
function receive(): void {
  const received = { messages: 0, packets: 0 }
  const socket = createSocket({ type: 'udp4', reuseAddr: true, recvBufferSize: 4 << 20 })
  socket.on('message', (datagram) => {
    received.packets++
    received.messages += readPacket(datagram)?.count ?? 0
  })
  socket.bind(LINE.port, LINE.group, () => {
    socket.addMembership(LINE.group, LOOPBACK)
    process.send!('ready')
  })
  process.once('message', () => {
    process.send!(received, () => {
      socket.close()
      process.disconnect()
    })
  })
}

function format(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === 'receive') receive()
  else await benchFeed(console.log)
}
