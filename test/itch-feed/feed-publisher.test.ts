import { describe, expect, it } from 'vitest'
import { PACKETS_PER_TURN_MAX, SESSIONS_KEPT_MAX } from '../../src/itch-feed/index.ts'
import { EventType, RecordBuffer, eachMessage, readPacket } from '../../src/wire/index.ts'
import { FeedDay, endOfDay, orderEventOf, startOfDay } from './feed-events.ts'
import { messagesOf, rangeOf } from './packet-content.ts'
import { RecordedFeed } from './recorded-feed.ts'

const SESSION = '261120ab10'
const NEXT_SESSION = '261121zz90'
/** S O, R and H of three instruments, S S, S Q. */
const START_OF_DAY_MESSAGES = 9

interface Sent {
  kind: string
  session: string
  sequence: number
  types: string
}

function read(packet: Uint8Array): Sent {
  const { kind, session, sequence } = readPacket(packet)!
  return { kind, session, sequence, types: typesOf(packet).join('') }
}

function typesOf(packet: Uint8Array): string[] {
  const types: string[] = []
  eachMessage(readPacket(packet)!, (_, message, at) =>
    types.push(String.fromCharCode(message.getUint8(at))),
  )
  return types
}

function turn(record: (events: RecordBuffer) => void): RecordBuffer {
  const events = new RecordBuffer(4096)
  record(events)
  return events
}

const openDay = turn((events) => startOfDay(events, SESSION))
const closeDay = turn(endOfDay)
const oneOrder = turn((events) =>
  orderEventOf(events, EventType.OrderAccepted, 'A', { orderReference: 1 }),
)
const rejects = turn((events) => orderEventOf(events, EventType.OrderRejected, '', {}))

const orders = (count: number, first = 1): RecordBuffer =>
  turn((events) => {
    for (let i = 0; i < count; i++) {
      orderEventOf(events, EventType.OrderAccepted, 'A', { orderReference: first + i })
    }
  })

const ranges = (packets: readonly Uint8Array[]): string[] => packets.map(rangeOf)

/** Numbers of all messages, in the order in which they were on the line. */
function sequenceOf(packets: readonly Uint8Array[]): number[] {
  const numbers: number[] = []
  for (const bytes of packets) eachMessage(readPacket(bytes)!, (number) => numbers.push(number))
  return numbers
}

const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

describe('the feed publisher', () => {
  it('sends the messages of a turn in one packet and numbers them from 1', () => {
    const feed = new RecordedFeed()
    feed.turn(openDay)
    feed.turn(oneOrder)
    feed.turn(rejects)

    expect(feed.packets.map(read)).toEqual([
      { kind: 'data', session: SESSION, sequence: 1, types: 'SRHRHRHSS' },
      { kind: 'data', session: SESSION, sequence: 10, types: 'A' },
    ])
    expect(feed.publisher).toMatchObject({ session: SESSION, nextSequence: 11 })
  })

  it('fills packets to the payload and never beyond', () => {
    for (const maxPayload of [1200, 1400, 1472]) {
      const feed = new RecordedFeed({ maxPayload })
      const day = new FeedDay()
      feed.turn(openDay)
      feed.takePackets()

      const events = new RecordBuffer(4096)
      for (let i = 0; i < 1000; i++) day.step(events, [i * 7, i * 13, i * 31])
      feed.turn(events)

      const sizes = feed.packets.map((packet) => packet.length)
      expect(Math.max(...sizes)).toBeLessThanOrEqual(maxPayload)
      // Only the last packet of a turn has room for one more Add Order.
      expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(maxPayload - 38)
    }
  })

  it('sends a heartbeat with the next sequence number after a second without data', () => {
    const feed = new RecordedFeed()
    feed.nowMs = 5000
    feed.output.tick()
    feed.nowMs = 10_000
    feed.turn(openDay)
    feed.takePackets()

    const heartbeatsMs: number[] = []
    for (feed.nowMs = 10_250; feed.nowMs <= 12_250; feed.nowMs += 250) {
      if (feed.nowMs === 10_500) feed.turn(oneOrder)
      if (feed.nowMs === 11_250) feed.turn(rejects)
      const before = feed.packets.length
      feed.output.tick()
      if (feed.packets.length > before) heartbeatsMs.push(feed.nowMs)
    }

    expect(heartbeatsMs).toEqual([11_500])
    expect(feed.packets.map(read)).toEqual([
      { kind: 'data', session: SESSION, sequence: 10, types: 'A' },
      { kind: 'heartbeat', session: SESSION, sequence: 11, types: '' },
    ])
  })

  it('beats once a second while nothing happens, however late each tick is', () => {
    const feed = new RecordedFeed()
    feed.turn(openDay)
    feed.takePackets()
    for (let tick = 1; tick <= 600; tick++) {
      feed.nowMs = tick * 100 + (tick % 7)
      feed.output.tick()
    }
    expect(ranges(feed.packets)).toEqual(upTo(60).map(() => 'heartbeat 10'))
  })

  it('repeats End of Session from S C until the next day opens a new session at 1', () => {
    const feed = new RecordedFeed()
    feed.turn(openDay)
    feed.takePackets()

    for (const [nowMs, events] of [[100, closeDay], [600], [1100], [2100], [3100]] as const) {
      feed.nowMs = nowMs
      if (events) feed.turn(events)
      feed.output.tick()
    }
    feed.turn(turn((events) => startOfDay(events, NEXT_SESSION)))

    const end = { kind: 'end-of-session', session: SESSION, sequence: 13, types: '' }
    expect(feed.packets.map(read)).toEqual([
      { kind: 'data', session: SESSION, sequence: 10, types: 'SSS' },
      end,
      end,
      end,
      end,
      { kind: 'data', session: NEXT_SESSION, sequence: 1, types: 'SRHRHRHSS' },
    ])
  })

  it('says End of Session three times when the next day opens at once', () => {
    const feed = new RecordedFeed()
    feed.turn(openDay)
    feed.takePackets()
    feed.turn(
      turn((events) => {
        endOfDay(events)
        startOfDay(events, NEXT_SESSION)
      }),
    )

    const end = { kind: 'end-of-session', session: SESSION, sequence: 13, types: '' }
    expect(feed.packets.map(read)).toEqual([
      { kind: 'data', session: SESSION, sequence: 10, types: 'SSS' },
      end,
      end,
      end,
      { kind: 'data', session: NEXT_SESSION, sequence: 1, types: 'SRHRHRHSS' },
    ])
  })
})

describe('a turn that prints more than one event-loop turn may send', () => {
  const MESSAGES = 1000
  const AT_ONCE = 3
  /** An Add Order takes 38 bytes of the 1,380 behind the header. */
  const PER_PACKET = 36

  it('goes out over several, in full packets and without a message missing or twice', () => {
    const feed = new RecordedFeed({ packetsPerTurn: AT_ONCE })
    feed.turn(openDay)
    feed.takePackets()
    feed.turn(orders(MESSAGES))

    const loopTurns = [feed.takePackets()]
    while (feed.loopTurn()) loopTurns.push(feed.takePackets())

    // The one that finds no packet left takes its first message along.
    expect(Math.max(...loopTurns.map(({ length }) => length))).toBe(AT_ONCE + 1)
    expect(loopTurns.length).toBeGreaterThan(MESSAGES / PER_PACKET / (AT_ONCE + 1))
    expect(sequenceOf(loopTurns.flat())).toEqual(upTo(9 + MESSAGES, 10))
    expect(feed.publisher.behindFrom).toBeUndefined()
  })

  it('shows the same bytes as one that is sent at once', () => {
    const atOnce = new RecordedFeed({ packetsPerTurn: Infinity })
    const spread = new RecordedFeed({ packetsPerTurn: AT_ONCE, segmentBytes: 8192 })
    const day = new FeedDay()
    const events = turn((buffer) => {
      startOfDay(buffer, SESSION)
      for (let i = 0; i < MESSAGES; i++) day.step(buffer, [i * 7919, i * 104_729, i * 1_299_709])
      endOfDay(buffer)
      startOfDay(buffer, NEXT_SESSION)
      for (let i = 0; i < MESSAGES; i++) day.step(buffer, [i * 7, i * 13, i * 31])
    })
    atOnce.turn(events)
    spread.turn(events)
    spread.settle()

    expect(atOnce.settle()).toBe(0)
    expect([...messagesOf(spread.packets)]).toEqual([...messagesOf(atOnce.packets)])
  })

  it('lets later turns wait behind it, which then go on by themselves', () => {
    const feed = new RecordedFeed({ packetsPerTurn: AT_ONCE })
    feed.turn(openDay)
    feed.turn(orders(500))
    for (let i = 1; i <= 5; i++) {
      feed.turn(orders(20, 1000 * i))
      feed.loopTurn()
    }
    feed.settle()
    const before = feed.packets.length
    feed.turn(oneOrder)

    expect(sequenceOf(feed.packets)).toEqual(upTo(START_OF_DAY_MESSAGES + 500 + 100 + 1))
    expect(ranges(feed.packets.slice(before))).toEqual(['610-610'])
  })

  it('waits as a position in the journal while the lines take nothing, and no packet is lost', () => {
    const feed = new RecordedFeed()
    feed.turn(openDay)
    feed.room = 20
    feed.turn(orders(MESSAGES))
    expect(feed.room).toBeGreaterThanOrEqual(0)
    expect(feed.publisher.behindFrom).toBeLessThan(feed.journal.nextPosition)
    // Nothing is scheduled that could only find the lines full again.
    expect(feed.settle()).toBe(0)
    feed.nowMs += 5000
    feed.output.tick()
    expect(feed.room).toBeGreaterThanOrEqual(0)

    feed.room = Infinity
    feed.output.tick()
    feed.settle()
    expect(sequenceOf(feed.packets)).toEqual(upTo(START_OF_DAY_MESSAGES + MESSAGES))
  })

  it('is not interrupted by a heartbeat, and ends with its own last message', () => {
    const feed = new RecordedFeed({ packetsPerTurn: AT_ONCE })
    feed.turn(openDay)
    feed.turn(
      turn((events) => {
        for (let i = 0; i < MESSAGES; i++) orderEventOf(events, EventType.OrderAccepted, 'A', {})
        endOfDay(events)
      }),
    )
    do {
      feed.nowMs += 1000
      feed.output.tick()
    } while (feed.publisher.behindFrom !== undefined && feed.loopTurn())

    const last = START_OF_DAY_MESSAGES + MESSAGES + 3
    const said = ranges(feed.packets)
    expect(said.filter((range) => range.startsWith('heartbeat'))).toEqual([])
    expect(said.at(-1)).toBe(`end-of-session ${last + 1}`)
    expect(sequenceOf(feed.packets)).toEqual(upTo(last))
  })

  it('says nothing more once the exchange has stopped', () => {
    const feed = new RecordedFeed({ packetsPerTurn: AT_ONCE })
    feed.turn(openDay)
    feed.turn(orders(MESSAGES))
    feed.output.stop()
    feed.takePackets()
    feed.settle()
    expect(feed.packets).toEqual([])
  })

  it('stops the exchange when the journal does not have it any more', () => {
    const feed = new RecordedFeed({ packetsPerTurn: AT_ONCE, segmentBytes: 8192 })
    feed.turn(openDay)
    feed.turn(orders(MESSAGES))
    feed.disk.put('/data/journal/00000002.log', new Uint8Array(1 << 20))
    feed.settle()
    expect(feed.failures).toEqual([expect.objectContaining({ code: 'EXC_JOURNAL_DAMAGED' })])
  })

  it(`keeps to ${PACKETS_PER_TURN_MAX} packets unless told otherwise`, () => {
    const feed = new RecordedFeed()
    feed.turn(openDay)
    feed.takePackets()
    feed.turn(orders(2 * PACKETS_PER_TURN_MAX * PER_PACKET))
    expect(feed.takePackets()).toHaveLength(PACKETS_PER_TURN_MAX + 1)
    expect(feed.settle()).toBe(1)
  })
})

describe('the feed after a restart', () => {
  it('goes on with the same session and the next number', () => {
    const before = new RecordedFeed()
    before.turn(openDay)
    before.turn(oneOrder)
    const after = before.restart()
    expect(after.packets).toEqual([])

    after.turn(oneOrder)
    expect(after.packets.map(read)).toEqual([
      { kind: 'data', session: SESSION, sequence: 11, types: 'A' },
    ])
  })

  it('tells of messages that were durable and not yet on the lines by its heartbeat', () => {
    const before = new RecordedFeed({ packetsPerTurn: 1 })
    before.turn(openDay)
    before.turn(orders(1000))
    const after = before.restart()
    after.nowMs = 1000
    after.output.tick()

    expect(sequenceOf(before.packets).at(-1)).toBeLessThan(1000)
    expect(ranges(after.packets)).toEqual(['heartbeat 1010'])
  })

  it('repeats End of Session of a session that had ended, until a new day', () => {
    const before = new RecordedFeed()
    before.turn(openDay)
    before.append(closeDay)
    const after = before.restart()
    after.nowMs = 1000
    after.output.tick()
    after.turn(turn((events) => startOfDay(events, NEXT_SESSION)))

    expect(ranges(after.packets)).toEqual([
      'end-of-session 13',
      'end-of-session 13',
      'end-of-session 13',
      '1-9',
    ])
  })

  it(`knows the last ${SESSIONS_KEPT_MAX} sessions`, () => {
    const feed = new RecordedFeed()
    for (let day = 1; day <= SESSIONS_KEPT_MAX + 2; day++) {
      feed.turn(turn((events) => startOfDay(events, `26112${day}ab10`)))
      feed.turn(closeDay)
    }
    const kept = ['261123ab10', '261124ab10', '261125ab10', '261126ab10']
    for (const { publisher } of [feed, feed.restart()]) {
      expect(publisher.stream.sessions.map(({ name }) => name)).toEqual(kept)
    }
  })
})
