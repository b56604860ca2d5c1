/** What tests of recordings share: packets of the feed and files made of them. */
import {
  BINARY_FILE_END,
  RecordingPlayer,
  binaryFileRecord,
  pcapHeader,
  pcapRecord,
} from '../../src/client/index.ts'
import { Side } from '../../src/domain/index.ts'
import { EventType, RecordBuffer, eachMessage, readPacket } from '../../src/wire/index.ts'
import {
  crossed,
  endOfDay,
  orderEventOf,
  startOfDay,
  tradingState,
} from '../itch-feed/feed-events.ts'
import { RecordedFeed } from '../itch-feed/recorded-feed.ts'

export const SESSION = '261120ab10'
/** 2026-11-20 14:30:00 UTC. */
export const EPOCH_SECONDS = 1_795_185_000
/** Messages of `feedPackets`: the start of the day, A, E, D, the end. */
export const FEED_MESSAGES = 15

const LINES = [
  { address: '239.192.44.1', port: 26_401 },
  { address: '239.192.44.2', port: 26_402 },
] as const
const EXCHANGE = { address: '192.0.2.7', port: 40_000 }

function recorder() {
  const feed = new RecordedFeed()
  const turn = (fill: (events: RecordBuffer) => void): void => {
    const events = new RecordBuffer(4096)
    fill(events)
    feed.turn(events)
  }
  return { feed, turn }
}

/**
 * The packets of a day on which AAPL is halted, collects a buy that crosses a sell, and opens again by an
 * auction of 200 shares at 182.55 (unless that is left out); BRK.B has an auction in which nothing crosses.
 */
export function auctionPackets({ isExecuted = true } = {}): Uint8Array[] {
  const { feed, turn } = recorder()
  const buy = { orderReference: 7, locate: 1, side: Side.Buy, price: 1_826_000 }
  const sell = { orderReference: 8, locate: 1, side: Side.Sell, price: 1_825_000 }
  const match = { lastQty: 200, feedShares: 200, lastPx: 1_825_500, matchNumber: 5 }

  turn((events) => {
    startOfDay(events, SESSION)
    tradingState(events, 1, 'AAPL', 'H', 'T1')
    orderEventOf(events, EventType.OrderAccepted, 'A', { ...buy, feedShares: 300 })
    orderEventOf(events, EventType.OrderAccepted, 'A', { ...sell, feedShares: 200 })
    tradingState(events, 1, 'AAPL', 'Q')
  })
  turn((events) => {
    if (isExecuted) {
      orderEventOf(events, EventType.OrderExecuted, 'C', { ...buy, ...match })
      orderEventOf(events, EventType.OrderExecuted, 'C', { ...sell, ...match })
      crossed(events, { shares: 200, price: 1_825_500, matchNumber: 6 })
    }
    tradingState(events, 1, 'AAPL', 'T')
    tradingState(events, 2, 'BRK.B', 'Q')
    crossed(events, { locate: 2, shares: 0, price: 0, matchNumber: 7 })
    tradingState(events, 2, 'BRK.B', 'T')
  })
  turn(endOfDay)
  return feed.packets
}

/** The packets of a short trading day: its start, one for each order event, its end, End of Session. */
export function feedPackets(): Uint8Array[] {
  const { feed, turn } = recorder()
  const order = { orderReference: 7, locate: 1, side: Side.Buy, price: 1_825_000 }

  turn((events) => startOfDay(events, SESSION))
  turn((events) =>
    orderEventOf(events, EventType.OrderAccepted, 'A', { ...order, feedShares: 300 }),
  )
  turn((events) =>
    orderEventOf(events, EventType.OrderExecuted, 'E', { ...order, lastQty: 100, matchNumber: 5 }),
  )
  turn((events) => orderEventOf(events, EventType.OrderCanceled, 'D', order))
  turn(endOfDay)
  return feed.packets
}

export interface CapturedPacket {
  readonly payload: Uint8Array
  /** Line 0 or 1. */
  readonly line?: number
  /** Since EPOCH_SECONDS. */
  readonly atMs: number
}

/** A pcap file of these packets. */
export function pcapOf(packets: readonly CapturedPacket[]): Uint8Array {
  const records = packets.map(({ payload, line = 0, atMs }) =>
    pcapRecord({
      epochSeconds: EPOCH_SECONDS + Math.floor(atMs / 1000),
      nanoseconds: (atMs % 1000) * 1_000_000,
      source: EXCHANGE,
      target: LINES[line]!,
      payload,
    }),
  )
  return new Uint8Array(Buffer.concat([pcapHeader(), ...records]))
}

/** Both lines bring every packet, a second after the one before. */
export const bothLines = (packets: readonly Uint8Array[]): CapturedPacket[] =>
  packets.flatMap((payload, i) => [
    { payload, line: 0, atMs: i * 1000 },
    { payload, line: 1, atMs: i * 1000 + 1 },
  ])

/** A BinaryFILE of the packets' messages. */
export function binaryFileOf(packets: readonly Uint8Array[]): Uint8Array {
  const records: Uint8Array[] = []
  for (const bytes of packets) {
    eachMessage(readPacket(bytes)!, (_, view, at, length) =>
      records.push(binaryFileRecord(view, at, length)),
    )
  }
  return new Uint8Array(Buffer.concat([...records, BINARY_FILE_END]))
}

/** Messages that a file has by now. */
export async function messagesRecorded(file: string): Promise<number> {
  const player = await RecordingPlayer.open(file, {
    sessionStarted() {},
    message() {},
    gapOpened() {},
    messagesLost() {},
    sessionEnded() {},
  })
  await player.play()
  return player.feed.statistics.messages
}
