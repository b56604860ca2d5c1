import { describe, expect, it } from 'vitest'
import type { FeedArbiterOptions } from '../../src/client/feed-arbiter.ts'
import { FeedArbiter } from '../../src/client/feed-arbiter.ts'
import { PENDING_MESSAGES_MAX } from '../../src/client/pending-messages.ts'
import { PacketWriter } from '../../src/wire/index.ts'

const SESSION = '261120ab10'

/** Packets whose messages are the one byte of their own sequence number. */
function packet(first: number, count: number, session = SESSION): Uint8Array {
  const writer = new PacketWriter(1400)
  writer.openSession(session)
  writer.begin(first)
  for (let i = 0; i < count; i++) {
    writer.bytes[writer.messageAt] = (first + i) & 0xff
    writer.append(1)
  }
  return writer.bytes.slice(0, writer.length)
}
const heartbeat = (next: number): Uint8Array => packet(next, 0)
function endOfSession(next: number): Uint8Array {
  const writer = new PacketWriter(1400)
  writer.openSession(SESSION)
  writer.endOfSession(next)
  return writer.bytes.slice(0, writer.length)
}

/** An arbiter and the list of all that it says. */
function arbiter(options: FeedArbiterOptions = {}): { arbiter: FeedArbiter; said: string[] } {
  const said: string[] = []
  const listener = {
    sessionStarted: (session: string) => said.push(`session ${session}`),
    message: (sequence: number, view: DataView, at: number, length: number) => {
      expect([view.getUint8(at), length]).toEqual([sequence & 0xff, 1])
      said.push(String(sequence))
    },
    gapOpened: ({ first, last }: { first: number; last: number }) =>
      said.push(`gap ${first}-${last}`),
    messagesLost: ({ first, last }: { first: number; last: number }) =>
      said.push(`lost ${first}-${last}`),
    request: (r: { sequenceNumber: number; messageCount: number }) =>
      said.push(`request ${r.sequenceNumber} x${r.messageCount}`),
    sessionEnded: (session: string) => said.push(`end ${session}`),
    snapshotNeeded: ({ first, last }: { first: number; last: number }) =>
      said.push(`snapshot for ${first}-${last}`),
  }
  const settings = { gapWaitMs: 2, retryMs: 100, attemptsMax: 3, ...options }
  return { arbiter: new FeedArbiter(listener, settings), said }
}

describe('a subscriber to two lines', () => {
  it('delivers the first copy of every message and drops the second', () => {
    const { arbiter: a, said } = arbiter()
    for (const [first, count] of [
      [1, 2],
      [1, 2],
      [3, 1],
      [2, 3],
      [3, 1],
    ] as const) {
      a.receive(packet(first, count), 0)
    }

    expect(said).toEqual([`session ${SESSION}`, '1', '2', '3', '4'])
    expect(a.statistics).toMatchObject({ messages: 4, duplicates: 5, gaps: 0, lost: 0 })
  })

  it('fills a hole of one line from the other without asking', () => {
    const { arbiter: a, said } = arbiter()
    a.receive(packet(1, 1), 0)
    a.receive(packet(3, 1), 0)
    a.tick(1)
    a.receive(packet(2, 1), 1)
    a.tick(1000)

    expect(said.slice(1)).toEqual(['1', '2', '3'])
    expect(a.deadlineMs).toBeUndefined()
  })

  it('says that it has all there is when a heartbeat leaves nothing missing', () => {
    let times = 0
    const nothing = (): void => {}
    const listener = {
      sessionStarted: nothing,
      message: nothing,
      gapOpened: nothing,
      messagesLost: nothing,
      sessionEnded: nothing,
      request: nothing,
      caughtUp: () => times++,
    }
    const a = new FeedArbiter(listener)
    const timesAfter = (datagram: Uint8Array): number => {
      a.receive(datagram, 0)
      return times
    }

    const heard = [packet(1, 2), heartbeat(3), heartbeat(4), packet(3, 1), endOfSession(4)]
    expect(heard.map(timesAfter)).toEqual([0, 1, 1, 1, 2])
  })

  it('asks for a hole that both lines passed, and goes on asking while each answer is one packet', () => {
    const { arbiter: a, said } = arbiter()
    a.receive(packet(1, 1), 0)
    a.receive(packet(6, 1), 10)
    expect(a.deadlineMs).toBe(12)
    a.tick(11)
    a.tick(12)
    a.receive(packet(2, 2), 13, 'retransmission')
    a.receive(packet(4, 2), 14, 'retransmission')

    expect(said.slice(1)).toEqual([
      '1',
      'gap 2-5',
      'request 2 x4',
      '2',
      '3',
      'request 4 x2',
      '4',
      '5',
      '6',
    ])
    expect(a.statistics).toMatchObject({ gaps: 1, requests: 2, recovered: 4, lost: 0 })
    expect(a.deadlineMs).toBeUndefined()
  })

  it('asks at once for a hole that has been there behind another', () => {
    const { arbiter: a, said } = arbiter()
    a.receive(packet(1, 1), 0)
    a.receive(packet(3, 1), 10)
    a.receive(packet(5, 1), 11)
    a.tick(12)
    a.receive(packet(2, 1), 13, 'retransmission')

    expect(said.slice(2)).toEqual(['gap 2-2', 'request 2 x1', '2', '3', 'gap 4-4', 'request 4 x1'])
  })

  it('learns of a lost tail from a heartbeat', () => {
    const { arbiter: a, said } = arbiter()
    a.receive(packet(1, 1), 0)
    a.receive(heartbeat(4), 1000)
    a.tick(1002)

    expect(said.slice(1)).toEqual(['1', 'gap 2-3', 'request 2 x2'])
  })

  it('repeats an unanswered request and then gives the messages up as lost', () => {
    const { arbiter: a, said } = arbiter()
    a.receive(packet(1, 1), 0)
    a.receive(packet(4, 2), 0)
    a.receive(packet(8, 1), 0)
    for (let nowMs = 0; nowMs <= 400; nowMs++) a.tick(nowMs)

    expect(said.slice(1)).toEqual([
      '1',
      'gap 2-3',
      'request 2 x2',
      'request 2 x2',
      'request 2 x2',
      'lost 2-3',
      '4',
      '5',
      'gap 6-7',
      'request 6 x2',
    ])
    expect(a.statistics.lost).toBe(2)
  })

  it('gives a hole up after the wait for the other line when there is no server to ask', () => {
    const { arbiter: a, said } = arbiter({ attemptsMax: 0 })
    a.receive(packet(1, 1), 0)
    a.receive(packet(3, 1), 0)
    a.tick(2)

    expect(said.slice(1)).toEqual(['1', 'gap 2-2', 'lost 2-2', '3'])
  })

  it('joins late by asking for everything from message 1', () => {
    const { arbiter: a, said } = arbiter()
    a.receive(packet(70_001, 1), 0)
    a.tick(2)

    expect(said).toEqual([`session ${SESSION}`, 'gap 1-70000', 'request 1 x65534'])
  })

  it('joins late at the first packet when told to, and says what it does not know', () => {
    const { arbiter: a, said } = arbiter({ joinLive: true })
    a.receive(packet(50, 1), 0)
    a.receive(packet(51, 1), 0)

    expect(said).toEqual([`session ${SESSION}`, 'lost 1-49', '50', '51'])
  })

  it('starts again at 1 with a new session and ignores late packets of the old one', () => {
    const { arbiter: a, said } = arbiter()
    a.receive(packet(1, 1), 0)
    a.receive(packet(5, 1), 0)
    a.receive(packet(1, 2, '261121cd20'), 1)
    a.receive(packet(2, 3), 1)
    a.receive(packet(3, 1, '261121cd20'), 2)

    expect(said).toEqual([
      `session ${SESSION}`,
      '1',
      'lost 2-5',
      'session 261121cd20',
      '1',
      '2',
      '3',
    ])
  })

  it('goes back to the session that goes on speaking when a late packet has begun an older one', () => {
    const { arbiter: a, said } = arbiter()
    const next = '261121cd20'
    a.receive(packet(1, 1, next), 1_000)
    a.receive(packet(7, 1), 1_100)
    a.receive(packet(2, 0, next), 2_000)
    a.receive(packet(2, 0, next), 4_099)
    expect(a.session).toBe(SESSION)
    a.receive(packet(2, 0, next), 4_100)
    a.receive(packet(8, 1), 4_101)
    a.receive(packet(1, 2, next), 4_102, 'retransmission')

    expect(said).toEqual([
      `session ${next}`,
      '1',
      `session ${SESSION}`,
      'lost 1-7',
      `session ${next}`,
      '1',
      '2',
    ])
  })

  it('never takes a session from the retransmission server, nor a blank one', () => {
    const { arbiter: a, said } = arbiter()
    a.receive(packet(1, 1), 0, 'retransmission')
    a.receive(packet(1, 0, ''), 0)
    expect([said, a.session]).toEqual([[], undefined])
  })

  it('ends with the session, once everything has come', () => {
    const { arbiter: a, said } = arbiter()
    a.receive(packet(1, 1), 0)
    a.receive(endOfSession(3), 0)
    a.receive(endOfSession(3), 1)
    a.receive(packet(2, 1), 2, 'retransmission')
    a.receive(endOfSession(3), 1000)

    expect(said.slice(1)).toEqual(['1', '2', `end ${SESSION}`])
  })

  it('counts garbage and takes nothing from it', () => {
    const { arbiter: a, said } = arbiter()
    a.receive(new Uint8Array(19), 0)
    expect([said, a.statistics.malformed]).toEqual([[], 1])
  })
})

describe('a subscriber with a snapshot server', () => {
  const withSnapshots = { snapshots: true, requestedMax: 10, attemptsMax: 1 }

  it('fetches one for a hole that is too large to be asked for, and goes on behind it', () => {
    const { arbiter: a, said } = arbiter(withSnapshots)
    a.receive(packet(100, 2), 0)
    expect(a.deadlineMs).toBe(2)
    a.tick(2)
    a.receive(packet(102, 1), 3)
    a.receive(packet(105, 1), 4)
    expect([a.isAwaitingSnapshot, a.deadlineMs]).toEqual([true, undefined])

    expect(a.resume(SESSION, 102, 5)).toBe(true)
    a.proceed(5)
    a.tick(7)
    expect(said.slice(1)).toEqual([
      'gap 1-99',
      'snapshot for 1-99',
      '102',
      'gap 103-104',
      'request 103 x2',
    ])
    expect(a.statistics).toMatchObject({ snapshots: 1, lost: 0, messages: 1 })
  })

  it('fetches one when nobody answers', () => {
    const { arbiter: a, said } = arbiter(withSnapshots)
    a.receive(packet(1, 1), 0)
    a.receive(packet(3, 1), 0)
    a.tick(2)
    a.tick(102)
    expect(said.slice(2)).toEqual(['gap 2-2', 'request 2 x1', 'snapshot for 2-2'])
  })

  it('asks again a second after one that failed, has nothing of the hole, or is of another session', () => {
    const { arbiter: a, said } = arbiter(withSnapshots)
    a.receive(packet(1, 1), 0)
    a.receive(packet(30, 1), 0)
    a.tick(2)
    const failures = [
      () => a.snapshotFailed(0),
      () => a.resume(SESSION, 2, 0),
      () => a.resume('OTHER', 30, 0),
    ]
    for (const fail of failures) {
      said.length = 0
      fail()
      a.tick(999)
      expect(said).toEqual([])
      a.tick(1_000)
      expect(said).toEqual(['snapshot for 2-29'])
    }
    expect(a.resume(SESSION, 31, 0)).toBe(true)
    a.proceed(0)
    expect([a.gapOpen, a.next]).toEqual([false, 31])
  })

  it('keeps what is newest while it waits, and asks for what that leaves open', () => {
    const { arbiter: a, said } = arbiter(withSnapshots)
    a.receive(packet(100, 1), 0)
    a.tick(2)
    for (let first = 101; first <= 100 + PENDING_MESSAGES_MAX; first++)
      a.receive(packet(first, 1), 3)
    said.length = 0
    a.resume(SESSION, 150, 4)
    a.proceed(4)
    a.tick(6)
    const last = 99 + PENDING_MESSAGES_MAX
    expect(said).toEqual([`gap 150-${last}`, `snapshot for 150-${last}`])
  })

  it('forgets about it when a new session begins', () => {
    const { arbiter: a, said } = arbiter(withSnapshots)
    a.receive(packet(100, 1), 0)
    a.tick(2)
    a.receive(packet(1, 1, 'NEXT'), 3)
    expect(said.slice(-2)).toEqual(['session NEXT', '1'])
    expect(a.isAwaitingSnapshot).toBe(false)
    expect(a.resume(SESSION, 101, 4)).toBe(false)
  })
})
