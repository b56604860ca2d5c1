import { describe, expect, it } from 'vitest'
import { FeedPublisher, INDEX_STRIDE, MessageRing } from '../../src/itch-feed/index.ts'
import {
  EventType,
  RecordBuffer,
  eachMessage,
  readPacket,
  recordFeed,
  recordLength,
} from '../../src/wire/index.ts'
import { FeedDay, PacketLog, orderEventOf, startOfDay, systemEvent } from './feed-events.ts'

const START_OF_DAY_MESSAGES = 9

interface Sent {
  kind: string
  session: string
  sequence: number
  types: string
}

function read(packet: Uint8Array): Sent {
  const { kind, session, sequence, view } = readPacket(packet)!
  const types: string[] = []
  eachMessage(readPacket(packet)!, (_, message, at) =>
    types.push(String.fromCharCode(message.getUint8(at))),
  )
  return { kind, session, sequence, types: view.byteLength > 20 ? types.join('') : '' }
}

function turn(record: (events: RecordBuffer) => void): RecordBuffer {
  const events = new RecordBuffer(4096)
  record(events)
  return events
}

const openDay = turn((events) => startOfDay(events, '261120ab10'))
const oneOrder = turn((events) =>
  orderEventOf(events, EventType.OrderAccepted, 'A', { orderReference: 1 }),
)
const rejects = turn((events) => orderEventOf(events, EventType.OrderRejected, '', {}))

describe('the feed publisher', () => {
  it('sends the messages of a turn in one packet and numbers them from 1', () => {
    const log = new PacketLog()
    const publisher = new FeedPublisher({ sender: log })

    publisher.publish(openDay, 96, 0)
    publisher.publish(oneOrder, 1000, 1)
    publisher.publish(rejects, 2000, 2)

    expect(log.packets.map(read)).toEqual([
      { kind: 'data', session: '261120ab10', sequence: 1, types: 'SRHRHRHSS' },
      { kind: 'data', session: '261120ab10', sequence: 10, types: 'A' },
    ])
    expect(publisher).toMatchObject({ session: '261120ab10', nextSequence: 11 })
  })

  it('fills packets to the payload and never beyond', () => {
    for (const maxPayload of [1200, 1400, 1472]) {
      const log = new PacketLog()
      const publisher = new FeedPublisher({ sender: log, maxPayload })
      const day = new FeedDay()
      publisher.publish(openDay, 96, 0)
      log.packets.length = 0

      const events = new RecordBuffer(4096)
      for (let i = 0; i < 1000; i++) day.step(events, [i * 7, i * 13, i * 31])
      publisher.publish(events, 10_000, 1)

      const sizes = log.packets.map((packet) => packet.length)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(maxPayload)
      // Only the last packet of a turn has room for one more Add Order.
      expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(maxPayload - 38)
    }
  })

  it('sends a heartbeat with the next sequence number after a second without data', () => {
    const log = new PacketLog()
    const publisher = new FeedPublisher({ sender: log })
    publisher.tick(5000)
    publisher.publish(openDay, 96, 10_000)
    log.packets.length = 0

    const heartbeatsMs: number[] = []
    for (let nowMs = 10_250; nowMs <= 12_250; nowMs += 250) {
      if (nowMs === 10_500) publisher.publish(oneOrder, 1000, nowMs)
      if (nowMs === 11_250) publisher.publish(rejects, 2000, nowMs)
      const before = log.packets.length
      publisher.tick(nowMs)
      if (log.packets.length > before) heartbeatsMs.push(nowMs)
    }

    expect(heartbeatsMs).toEqual([11_500])
    expect(log.packets.map(read)).toEqual([
      { kind: 'data', session: '261120ab10', sequence: 10, types: 'A' },
      { kind: 'heartbeat', session: '261120ab10', sequence: 11, types: '' },
    ])
  })

  it('repeats End of Session from S C until the next day opens a new session at 1', () => {
    const log = new PacketLog()
    const publisher = new FeedPublisher({ sender: log })
    publisher.publish(openDay, 96, 0)
    log.packets.length = 0

    publisher.publish(
      turn((events) => systemEvent(events, 'C')),
      5000,
      100,
    )
    publisher.tick(600)
    publisher.tick(1100)
    publisher.tick(2100)
    expect(publisher.sessionEnded).toBe(true)
    publisher.publish(
      turn((events) => startOfDay(events, '261121zz90')),
      6000,
      2500,
    )

    const end = { kind: 'end-of-session', session: '261120ab10', sequence: 11, types: '' }
    expect(log.packets.map(read)).toEqual([
      { kind: 'data', session: '261120ab10', sequence: 10, types: 'S' },
      end,
      end,
      end,
      { kind: 'data', session: '261121zz90', sequence: 1, types: 'SRHRHRHSS' },
    ])
    expect(publisher.sessionEnded).toBe(false)
  })

  it('goes on with the same session and the next number after a restart, and has the old messages', () => {
    const before = new FeedPublisher({ sender: new PacketLog() })
    before.publish(openDay, 96, 0)
    before.publish(oneOrder, 1000, 1)
    const kept = messagesOf(before.messages)

    const log = new PacketLog()
    const after = new FeedPublisher({ sender: log })
    after.recover(openDay.view, 0, openDay.length, 96)
    after.recover(oneOrder.view, 0, oneOrder.length, 1000)

    expect(log.packets).toEqual([])
    expect(messagesOf(after.messages)).toEqual(kept)
    expect(after.positionOf(10)).toEqual(before.positionOf(10))
    after.publish(oneOrder, 2000, 3)
    expect(log.packets.map(read)).toEqual([
      { kind: 'data', session: '261120ab10', sequence: 11, types: 'A' },
    ])
  })

  it('recovers a session that had ended: nothing but End of Session until a new day', () => {
    const log = new PacketLog()
    const publisher = new FeedPublisher({ sender: log })
    const ended = turn((events) => {
      startOfDay(events, '261120ab10')
      systemEvent(events, 'C')
    })
    publisher.recover(ended.view, 0, ended.length, 96)
    publisher.tick(1000)

    expect(log.packets.map((packet) => read(packet).kind)).toEqual(['end-of-session'])
  })

  it('knows where in the journal every 1,024th message has its record', () => {
    const publisher = new FeedPublisher({ sender: new PacketLog() })
    const positions: number[] = []
    const fold = (events: RecordBuffer, position: number): void => {
      publisher.publish(events, position, 0)
      for (let at = 0; at < events.length; at += recordLength(events.view, at)) {
        if (recordFeed(events.view, at) !== 0) positions.push(position + at)
      }
    }
    expect(publisher.positionOf(1)).toBeUndefined()

    fold(openDay, 96)
    for (let i = 0; i < 60; i++) {
      fold(
        turn((events) => {
          for (let n = 0; n < 50; n++) {
            orderEventOf(events, EventType.OrderRejected, '', {})
            orderEventOf(events, EventType.OrderAccepted, 'A', { orderReference: n })
          }
        }),
        10_000 + i * 50_000,
      )
    }

    expect(publisher.nextSequence).toBe(START_OF_DAY_MESSAGES + 3000 + 1)
    for (const sequence of [1, 2, INDEX_STRIDE, INDEX_STRIDE + 1, 2500, 3009]) {
      const indexed = Math.floor((sequence - 1) / INDEX_STRIDE) * INDEX_STRIDE + 1
      expect(publisher.positionOf(sequence)).toEqual({
        sequence: indexed,
        position: positions[indexed - 1],
      })
    }
  })
})

function messagesOf(messages: MessageRing): string[] {
  const hex: string[] = []
  for (let sequence = messages.oldest; sequence < messages.next; sequence++) {
    const bytes = new Uint8Array(messages.lengthOf(sequence))
    messages.copy(sequence, bytes, 0)
    hex.push(Buffer.from(bytes).toString('hex'))
  }
  return hex
}
