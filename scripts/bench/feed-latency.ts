/**
 * How long a feed message is on its way to another process of the machine: from the moment at which its
 * turn is durable and begins to be printed to the callback that has it, in packets of 1,400 bytes, a turn
 * a millisecond. Both processes read the same monotonic clock; the moment travels in the order's number.
 */
import { fork } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Side } from '../../src/domain/index.ts'
import type { FeedPublisher } from '../../src/itch-feed/index.ts'
import {
  eachMessage,
  EventType,
  itch50,
  orderEvent,
  readPacket,
  RecordBuffer,
  setRecordFeed,
} from '../../src/wire/index.ts'
import { LINE, LOCATE, LOOPBACK, openLine } from './feed-line.ts'

const RATES = [10_000, 100_000]
const TURN_MS = 1
const WARM_UP_MS = 500
const MEASURED_MS = 1_000
/** The one with the lowest p99 counts: what else the machine does is not the feed's. */
const RUNS = 7
const LINGER_MS = 500
const RECEIVE_BUFFER_BYTES = 4 << 20
const ADD_ORDER = 'A'.charCodeAt(0)
const REFERENCE_AT = itch50.addOrder.offsets.orderReferenceNumber

/** What came between the warm-up and the end. */
interface Received {
  readonly messages: number
  readonly packets: number
  readonly p50Us: number
  readonly p99Us: number
}

interface Run {
  readonly published: number
  readonly received: Received
}

export async function benchFeedLatency(print: (line: string) => void): Promise<void> {
  for (const rate of RATES) {
    const runs: Run[] = []
    for (let run = 0; run < RUNS; run++) runs.push(await measure(rate))
    const [best] = runs.toSorted((a, b) => p99Of(a) - p99Of(b))
    const { published, received } = best!
    const { messages, packets, p50Us, p99Us } = received
    const each = (messages / packets).toFixed(1)
    print(
      `one way at ${format(rate)}/s   p50 ${format(p50Us)} µs, p99 ${format(p99Us)} µs, ` +
        `${each} messages a packet, ${((messages / published) * 100).toFixed(1)} % received`,
    )
  }
}

/** A run that loses messages is none. */
const p99Of = ({ published, received }: Run): number =>
  received.messages < published ? Number.MAX_VALUE : received.p99Us

async function measure(rate: number): Promise<Run> {
  const program = fileURLToPath(import.meta.url)
  const receiver = fork(program, ['receive'], { execArgv: process.execArgv })
  await once(receiver, 'message')
  const { sender, publisher } = await openLine()
  await publishFor(WARM_UP_MS, publisher, rate)
  receiver.send('begin')
  await once(receiver, 'message')
  const published = await publishFor(MEASURED_MS, publisher, rate)
  await delay(LINGER_MS)
  receiver.send('end')
  const [received] = (await once(receiver, 'message')) as [Received]
  await sender.close()
  return { published, received }
}

/** @returns messages published */
async function publishFor(ms: number, publisher: FeedPublisher, rate: number): Promise<number> {
  const events = new RecordBuffer(1 << 20)
  const order = orderEvent.flyweight()
  const began = performance.now()
  let published = 0
  while (performance.now() - began < ms) {
    await delay(TURN_MS)
    const due = Math.floor(((performance.now() - began) / 1000) * rate)
    events.clear()
    for (const durable = nowNs(); published < due; published++) addOrder(events, order, durable)
    publisher.publish(events, 4096, performance.now())
  }
  return published
}

function addOrder(
  events: RecordBuffer,
  order: ReturnType<typeof orderEvent.flyweight>,
  reference: number,
): void {
  const at = events.append(EventType.OrderAccepted, 0, orderEvent.length)
  setRecordFeed(events.view, at, ADD_ORDER)
  order.wrap(events.view, at)
  order.epochSeconds = 1_795_167_000
  order.orderReference = reference
  order.price = 1_002_500
  order.feedShares = 100
  order.side = Side.Buy
  order.locate = LOCATE
}

/** Nanoseconds of the machine's monotonic clock, the same in all of its processes. */
const nowNs = (): number => Number(process.hrtime.bigint())

/** The other process: knows for how long each message was on its way. */
function receive(): void {
  let packets = 0
  const onItsWay: number[] = []
  const socket = createSocket({
    type: 'udp4',
    reuseAddr: true,
    recvBufferSize: RECEIVE_BUFFER_BYTES,
  })
  socket.on('message', (datagram) => {
    const now = nowNs()
    packets++
    eachMessage(readPacket(datagram)!, (_, view, at) => {
      if (view.getUint8(at) !== ADD_ORDER) return
      onItsWay.push(now - Number(view.getBigUint64(at + REFERENCE_AT)))
    })
  })
  socket.bind(LINE.port, LINE.group, () => {
    socket.addMembership(LINE.group, LOOPBACK)
    process.send!('ready')
  })
  process.on('message', (what) => {
    if (what === 'begin') {
      packets = onItsWay.length = 0
      process.send!('begun')
      return
    }
    const sorted = onItsWay.toSorted((a, b) => a - b)
    const percentileUs = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]! / 1000
    const received: Received = {
      messages: sorted.length,
      packets,
      p50Us: percentileUs(0.5),
      p99Us: percentileUs(0.99),
    }
    process.send!(received, () => {
      socket.close()
      process.disconnect()
    })
  })
}

const format = (value: number): string => Math.round(value).toLocaleString('en-US')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === 'receive') receive()
  else await benchFeedLatency((line) => console.log(line))
}
