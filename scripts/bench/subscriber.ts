/**
 * What a subscriber can follow, and what a snapshot costs: packets of a day with a hundred thousand orders
 * on the books into arbiter, decoder and books, in one process; then a snapshot of as many orders, cut and
 * fetched over loopback TCP.
 */
import { fileURLToPath } from 'node:url'
import { FeedArbiter, fetchSnapshot, MarketView, Random } from '../../src/client/index.ts'
import {
  FeedImage,
  FeedSession,
  FeedStream,
  MessageRing,
  SnapshotDesk,
  SoupServer,
} from '../../src/itch-feed/index.ts'
import { silentLogger } from '../../src/runtime/index.ts'
import { decodeItch, eachMessage, itch50, PacketWriter, readPacket } from '../../src/wire/index.ts'

const LIVE_ORDERS = 100_000
const MESSAGES = 2_000_000
const LEVELS = 500
const PAYLOAD_BYTES = 1_400
const FETCHES = 5
const USER = { username: 'demo', password: 'demo' }
const SESSION = '261123ab10'

/** Packets of a session: orders are added until there are enough, then replaced, executed and deleted. */
function packetsOfADay(): Uint8Array[] {
  const random = new Random(7)
  const writer = new PacketWriter(PAYLOAD_BYTES)
  const packets: Uint8Array[] = []
  const live: number[] = []
  const header = { stockLocate: 1, trackingNumber: 0, timestampNs: 1 }
  let sequence = 1
  let references = 0
  const put = (length: number, encode: (at: number) => void): void => {
    if (!writer.fits(length)) flush()
    encode(writer.messageAt)
    writer.append(length)
    sequence++
  }
  const flush = (): void => {
    packets.push(writer.bytes.slice(0, writer.length))
    writer.begin(sequence)
  }
  const priceOf = (side: string) => {
    const away = 100 * random.integer(1, LEVELS)
    return side === 'B' ? 1_000_000 - away : 1_000_000 + away
  }
  writer.openSession(SESSION)
  writer.begin(sequence)
  while (sequence <= MESSAGES) {
    const chance = live.length < LIVE_ORDERS ? 0 : random.integer(0, 99)
    if (chance < 45) {
      const side = random.chance(0.5) ? 'B' : 'S'
      const order = { orderReferenceNumber: ++references, side, shares: 100, stock: 'AAPL' }
      const message = { ...header, ...order, price: priceOf(side) }
      put(itch50.addOrder.length, (at) => itch50.addOrder.encode(writer.view, at, message))
      live.push(references)
      continue
    }
    const at = random.integer(0, live.length - 1)
    const orderReferenceNumber = live[at]!
    live[at] = live.at(-1)!
    live.pop()
    if (chance < 92) {
      const message = { ...header, orderReferenceNumber }
      put(itch50.orderDelete.length, (to) => itch50.orderDelete.encode(writer.view, to, message))
    } else {
      const message = { ...header, orderReferenceNumber, executedShares: 100, matchNumber: 1 }
      const { orderExecuted } = itch50
      put(orderExecuted.length, (to) => orderExecuted.encode(writer.view, to, message))
    }
  }
  flush()
  return packets
}

/** @returns millions of messages a second */
function rateOf(
  packets: readonly Uint8Array[],
  hear: (view: DataView, at: number, length: number) => void,
): number {
  const ignore = (): void => {}
  const arbiter = new FeedArbiter({
    sessionStarted: ignore,
    message: (_, view, at, length) => hear(view, at, length),
    gapOpened: ignore,
    messagesLost: ignore,
    request: ignore,
    sessionEnded: ignore,
  })
  const began = performance.now()
  for (const packet of packets) arbiter.receive(packet, 0)
  return arbiter.statistics.messages / (performance.now() - began) / 1000
}

export async function benchSubscriber(print: (line: string) => void): Promise<void> {
  const packets = packetsOfADay()
  const market = new MarketView()
  const framed = rateOf(packets, () => {})
  const decoded = rateOf(packets, (view, at, length) => void decodeItch(view, at, length))
  const followed = rateOf(packets, (view, at, length) =>
    market.apply(decodeItch(view, at, length)!),
  )
  print(`in sequence                     ${framed.toFixed(1)} M messages/s`)
  print(`decoded to objects              ${decoded.toFixed(1)} M messages/s`)
  print(`books, ${LIVE_ORDERS} orders            ${followed.toFixed(1)} M messages/s`)

  const image = new FeedImage()
  const began = performance.now()
  for (const packet of packets) {
    eachMessage(readPacket(packet)!, (_, view, at, length) => image.take(view, at, length))
  }
  const rate = MESSAGES / (performance.now() - began) / 1000
  print(`the image of snapshots          ${rate.toFixed(1)} M messages/s`)
  await benchSnapshot(print, image)
}

async function benchSnapshot(print: (line: string) => void, image: FeedImage): Promise<void> {
  const sender = { room: Infinity, send() {} }
  const messages = new MessageRing(1024)
  const stream = new FeedStream({ sender, maxPayload: PAYLOAD_BYTES, messages })
  stream.running = new FeedSession(SESSION, 0)
  stream.running.next = MESSAGES + 1
  const desk = new SnapshotDesk(stream, image, (run) => setImmediate(run))
  const server = await SoupServer.open({
    host: '127.0.0.1',
    port: 0,
    name: 'snapshot port',
    setting: 'itch.snapshot.port',
    logger: silentLogger,
    subscribers: [{ ...USER, allow: [] }],
    onLogin: (login, connection) => desk.onLogin(login, connection),
    onClosed: (connection) => desk.onClosed(connection),
  })
  const best = { cut: Infinity, fetch: Infinity, bytes: 0 }
  for (let i = 0; i < FETCHES; i++) {
    const began = performance.now()
    best.bytes = image.snapshot(MESSAGES + 1).bytes.length
    const cut = performance.now()
    const { signal } = new AbortController()
    await fetchSnapshot({ ...USER, host: '127.0.0.1', port: server.port }, signal)
    best.cut = Math.min(best.cut, cut - began)
    best.fetch = Math.min(best.fetch, performance.now() - cut)
  }
  server.close()
  print(
    `a snapshot of ${image.orderCount} orders     ${best.cut.toFixed(1)} ms to cut, ` +
      `${best.fetch.toFixed(0)} ms from login to its end, ${(best.bytes / 1e6).toFixed(1)} MB`,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchSubscriber((line) => console.log(line))
}
