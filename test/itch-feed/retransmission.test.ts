/**
 * Requests to a feed that has been on the lines: what is answered, with which bytes, how much of
 * the journal is read for it in one event-loop turn, and what is met with silence.
 */
import { describe, expect, it } from 'vitest'
import {
  ANSWERS_PER_TURN,
  INDEX_BYTES,
  INDEX_STRIDE,
  READ_BYTES_PER_TURN,
  REQUESTS_PER_SECOND,
  REQUESTS_PER_SOURCE_PER_SECOND,
  REQUESTS_WAITING_MAX,
  RequestLimits,
  SESSIONS_KEPT_MAX,
  SOURCES_KEPT_MAX,
} from '../../src/itch-feed/index.ts'
import { EventType, RecordBuffer, messageSent } from '../../src/wire/index.ts'
import { Dice } from '../support/dice.ts'
import {
  FeedDay,
  MIDNIGHT_SECONDS,
  dayOpened,
  endOfDay,
  orderEventOf,
  startOfDay,
  listed,
} from './feed-events.ts'
import { messagesOf, rangeOf } from './packet-content.ts'
import type { RecordedFeedOptions } from './recorded-feed.ts'
import { RecordedFeed } from './recorded-feed.ts'

const SESSION = '261120ab10'
const NEXT_SESSION = '261121zz90'
const START_OF_DAY_MESSAGES = 9
/** Add Orders in a packet of 1,400 bytes. */
const PER_PACKET = 36
/** Less than any of its requests may use. */
const RING = 64
/** The walk reads ahead by its chunk. */
const CHUNK_BYTES = 128 * 1024

function turn(record: (events: RecordBuffer) => void): RecordBuffer {
  const events = new RecordBuffer(4096)
  record(events)
  return events
}

const orders = (count: number): RecordBuffer =>
  turn((events) => {
    for (let i = 0; i < count; i++) {
      orderEventOf(events, EventType.OrderAccepted, 'A', { orderReference: i + 1 })
    }
  })

/** Event records of `bytes` bytes that print nothing on the feed. */
const silence = (bytes: number): RecordBuffer =>
  turn((events) => {
    while (events.length < bytes)
      events.append(EventType.MessageSent, 1, messageSent.length + 60_000)
  })

/** A feed whose day has `count` Add Orders behind its start. */
function aFeed(count: number, options: RecordedFeedOptions = {}): RecordedFeed {
  const feed = new RecordedFeed({ ringMessages: RING, ...options })
  feed.turn(turn((events) => startOfDay(events, SESSION)))
  if (count > 0) feed.turn(orders(count))
  feed.settle()
  return feed
}

/** What comes back for a request, after as many event-loop turns as it takes. */
function answerTo(feed: RecordedFeed, ...request: Parameters<RecordedFeed['request']>): string[] {
  feed.request(...request)
  feed.settle()
  return takeAnswers(feed).map(rangeOf)
}

const takeAnswers = (feed: RecordedFeed): Uint8Array[] =>
  feed.answers.splice(0).map(({ packet }) => packet)

describe('a retransmission request', () => {
  it('is answered with the messages asked for, at once while memory has them', () => {
    const feed = aFeed(1)
    feed.request(4, 3)
    expect(feed.answers.map(({ packet, to }) => [rangeOf(packet), to])).toEqual([
      ['4-6', { address: '192.0.2.1', port: 4242 }],
    ])
  })

  it('is answered as far as the feed has come', () => {
    expect(answerTo(aFeed(1), 9, 100)).toEqual(['9-10'])
  })

  it('is answered with one packet, as many whole messages as fit', () => {
    const feed = aFeed(1000)
    expect(answerTo(feed, 980, 1000)).toEqual(['980-1009'])
    expect(answerTo(feed, 960, 1000)).toEqual([`960-${960 + PER_PACKET - 1}`])
    expect(answerTo(feed, 10, 65_535)).toEqual([`10-${10 + PER_PACKET - 1}`])
  })

  it('is answered from the first message of the session on, over the ends of pages', () => {
    const feed = aFeed(5000)
    for (const first of [1, 2, INDEX_STRIDE - 1, INDEX_STRIDE, INDEX_STRIDE + 1, 4000]) {
      const [range] = answerTo(feed, first, 30)
      expect(range).toBe(`${first}-${first + 29}`)
    }
    const [acrossPages] = answerTo(feed, INDEX_STRIDE - 10, 65_534)
    expect(acrossPages).toBe(`${INDEX_STRIDE - 10}-${INDEX_STRIDE - 10 + PER_PACKET - 1}`)
  })

  it.each([
    ['of another session', { sequenceNumber: 1, messageCount: 1, session: '261119ab10' }],
    ['of the blank session', { sequenceNumber: 1, messageCount: 1, session: '' }],
    ['of sequence number 0', { sequenceNumber: 0, messageCount: 1 }],
    ['beyond the last message', { sequenceNumber: 11, messageCount: 1 }],
    ['of no messages', { sequenceNumber: 1, messageCount: 0 }],
  ])('is met with silence when it is %s', (_, { sequenceNumber, messageCount, ...from }) => {
    const feed = aFeed(1)
    expect(answerTo(feed, sequenceNumber, messageCount, from)).toEqual([])
    expect(feed.retransmission.counters).toMatchObject({ requests: 1, unanswerable: 1 })
  })

  it('is met with silence when it is not exactly 20 bytes', () => {
    const feed = aFeed(1)
    for (const length of [0, 3, 19, 21, 1400]) {
      feed.retransmission.receive(new Uint8Array(length).fill(1), { address: '::', port: 1 }, 0)
    }
    expect(feed.answers).toEqual([])
    expect(feed.retransmission.counters).toMatchObject({ requests: 5, unanswerable: 5 })
  })

  it('from port 0 is ignored and counted: nothing can be sent there', () => {
    const feed = aFeed(1)
    const from = { address: '192.0.2.1', port: 0 }
    expect(answerTo(feed, 1, 1, { from })).toEqual([])
    expect(feed.retransmission.counters).toMatchObject({ requests: 1, unanswerable: 1 })
    expect(answerTo(feed, 1, 1)).toEqual(['1-1'])
  })
})

describe('the answer to a request', () => {
  it('has the bytes that were on the lines, whichever messages are asked for in whatever order', () => {
    const feed = aFeed(0, { segmentBytes: 64 * 1024, packetsPerTurn: 3 })
    const day = new FeedDay()
    const dice = new Dice(5)
    for (let i = 0; i < 40; i++) {
      feed.turn(
        turn((events) => {
          for (let n = dice.below(300); n >= 0; n--) {
            day.step(events, [dice.below(1e9), dice.below(1e9), dice.below(1e9)])
          }
        }),
      )
      feed.loopTurn()
    }
    feed.settle()
    const shown = messagesOf(feed.takePackets())
    expect(shown.size).toBeGreaterThan(4 * INDEX_STRIDE)

    for (const asked of [feed, feed.restart()]) {
      for (let i = 0; i < 500; i++) {
        const first = dice.between(1, shown.size)
        asked.request(first, dice.between(1, 200))
        if (dice.chance(0.3)) asked.settle()
        if (i % 100 === 0) asked.nowMs += 1000
      }
      asked.settle()
      const answers = takeAnswers(asked)
      expect(answers).toHaveLength(500)
      for (const [name, content] of messagesOf(answers)) expect(shown.get(name)).toBe(content)
    }
  })

  it('never shows a message before the lines did', () => {
    const feed = aFeed(0, { packetsPerTurn: 1 })
    feed.turn(orders(1000))
    do {
      const { nextSequence } = feed.publisher
      feed.nowMs += 10
      feed.request(nextSequence - 1, 100)
      feed.request(nextSequence, 100)
      const [answer, ...more] = takeAnswers(feed).map(rangeOf)
      expect([answer, more]).toEqual([`${nextSequence - 1}-${nextSequence - 1}`, []])
    } while (feed.loopTurn())
    expect(feed.publisher.nextSequence).toBe(1010)
  })

  it('after a restart shows messages that were durable and never on the lines', () => {
    const before = aFeed(10)
    before.append(orders(20))
    expect(answerTo(before, 20, 100)).toEqual([])
    const after = before.restart()
    expect(answerTo(after, 18, 100)).toEqual(['18-39'])
  })
})

describe('a session that has ended', () => {
  const OLD_MESSAGES = START_OF_DAY_MESSAGES + 200 + 3

  function aFeedOnItsSecondDay(options: RecordedFeedOptions = {}): RecordedFeed {
    const feed = aFeed(200, options)
    feed.turn(
      turn((events) => {
        endOfDay(events)
        startOfDay(events, NEXT_SESSION)
      }),
    )
    return feed
  }

  it('is answered in the next one, to its last message and not beyond', () => {
    const feed = aFeedOnItsSecondDay()
    const shown = messagesOf(feed.takePackets())
    for (const asked of [feed, feed.restart()]) {
      const old = { session: SESSION }
      const tail = `${OLD_MESSAGES - 2}-${OLD_MESSAGES}`
      expect(answerTo(asked, OLD_MESSAGES - 2, 100, old)).toEqual([tail])
      expect(answerTo(asked, OLD_MESSAGES + 1, 100, old)).toEqual([])
      expect(answerTo(asked, 5, 100)).toEqual(['5-9'])

      for (let first = 1; first <= OLD_MESSAGES; first += 30) asked.request(first, 30, old)
      asked.settle()
      const answered = messagesOf(takeAnswers(asked))
      expect(answered.size).toBe(OLD_MESSAGES)
      for (const [name, content] of answered) expect(shown.get(name)).toBe(content)
    }
  })

  it('keeps its own midnight and its own numbers, also when both days have the same date', () => {
    const feed = aFeed(1)
    feed.turn(
      turn((events) => {
        endOfDay(events)
        dayOpened(events, '261120zz90', MIDNIGHT_SECONDS + 7200)
        listed(events, 1, 'AAPL')
        orderEventOf(events, EventType.OrderAccepted, 'A', { orderReference: 2 })
      }),
    )
    const shown = messagesOf(feed.takePackets())
    const after = feed.restart()
    after.request(10, 1, { session: SESSION })
    after.request(2, 1, { session: '261120zz90' })
    after.settle()

    const answered = messagesOf(takeAnswers(after))
    expect([...answered.keys()]).toEqual(['261120ab10 10', '261120zz90 2'])
    for (const [name, content] of answered) expect(shown.get(name)).toBe(content)
  })

  it(`is forgotten when ${SESSIONS_KEPT_MAX - 1} others have followed it`, () => {
    const feed = aFeed(1)
    const rangesOfFirst: string[][] = []
    for (let day = 1; day <= SESSIONS_KEPT_MAX; day++) {
      feed.turn(
        turn((events) => {
          endOfDay(events)
          startOfDay(events, `26112${day}zz90`)
        }),
      )
      rangesOfFirst.push(answerTo(feed, 1, 3, { session: SESSION }))
    }
    expect(rangesOfFirst).toEqual([['1-3'], ['1-3'], ['1-3'], []])
  })

  it('is not taken for a later one that has its name again', () => {
    const feed = aFeed(200)
    expect(answerTo(feed, 1, 30)).toEqual(['1-30'])
    for (const name of ['261121zz90', '261122zz90', '261123zz90', SESSION]) {
      feed.turn(
        turn((events) => {
          endOfDay(events)
          dayOpened(events, name)
          listed(events, 1, 'AAPL')
        }),
      )
    }
    feed.takePackets()
    feed.turn(orders(200))
    const shown = messagesOf(feed.takePackets())
    feed.request(2, 30)
    feed.settle()
    for (const [name, content] of messagesOf(takeAnswers(feed))) {
      expect(shown.get(name)).toBe(content)
    }
  })
})

describe('reading the journal for requests', () => {
  it('is shared out over event-loop turns, a slice to each', () => {
    const feed = aFeed(INDEX_STRIDE * 20)
    const before = { bytes: feed.disk.bytesRead, messages: feed.publisher.nextSequence }
    for (let page = 19; page >= 0; page--) feed.request((page + 1) * INDEX_STRIDE - 100, 36)

    let loopTurns = 0
    for (let read = before.bytes; feed.loopTurn(); read = feed.disk.bytesRead) {
      loopTurns++
      expect(feed.disk.bytesRead - read).toBeLessThanOrEqual(READ_BYTES_PER_TURN + 2 * CHUNK_BYTES)
    }
    const bytesOfMessages = feed.journal.nextPosition
    expect(takeAnswers(feed)).toHaveLength(20)
    expect(loopTurns).toBeGreaterThan((bytesOfMessages / READ_BYTES_PER_TURN) * 0.8)
  })

  it('is done once for a gap that is asked for packet by packet', () => {
    const feed = aFeed(INDEX_STRIDE * 8)
    const last = feed.publisher.nextSequence - 1
    feed.disk.bytesRead = 0
    for (let first = 1; first <= last;) {
      feed.nowMs++
      const [range] = answerTo(feed, first, 65_534)
      first = Number(range!.split('-')[1]) + 1
    }
    expect(feed.disk.bytesRead).toBeLessThan(1.01 * feed.journal.nextPosition)
  })

  it('passes over a long silence by the index, and is bounded for one answer', () => {
    const feed = aFeed(1)
    for (let i = 0; i < 6; i++) {
      feed.turn(silence(2 * INDEX_BYTES))
      feed.turn(orders(1))
    }
    feed.turn(orders(RING))
    feed.disk.bytesRead = 0
    const [range] = answerTo(feed, 15, 30)
    expect(range).toBe('15-44')
    expect(feed.disk.bytesRead).toBeLessThan(INDEX_BYTES)
  })

  it(`answers at most ${ANSWERS_PER_TURN} in one event-loop turn`, () => {
    const feed = aFeed(200)
    answerTo(feed, 1, 100)
    for (let i = 0; i < 100; i++) feed.request(1 + i, 1)
    const answers: number[] = []
    while (feed.loopTurn()) answers.push(takeAnswers(feed).length)
    expect(answers).toEqual([32, 32, 32, 4])
  })

  it('is not done for a file that is gone: silence, and the others are answered', () => {
    const feed = aFeed(1, { segmentBytes: 8192 })
    feed.turn(orders(2000))
    feed.turn(orders(2000))
    feed.disk.put('/data/journal/00000002.log', new Uint8Array(1 << 20))
    feed.request(20, 10)
    feed.request(1, 5)
    feed.request(3500, 10)
    feed.settle()

    expect(takeAnswers(feed).map(rangeOf)).toEqual(['1-5', '3500-3509'])
    expect(feed.retransmission.counters).toMatchObject({ requests: 3, unreadable: 1 })
  })
})

describe('requests beyond the limits', () => {
  const others = (n: number) => ({ address: `198.51.100.${n}`, port: 4242 })

  it(`of one address are ${REQUESTS_PER_SOURCE_PER_SECOND} a second, whatever their port`, () => {
    const feed = aFeed(1)
    const ask = (count: number, address = '192.0.2.1'): number => {
      for (let i = 0; i < count; i++) feed.request(10, 1, { from: { address, port: 1 + i } })
      return takeAnswers(feed).length
    }
    expect(ask(REQUESTS_PER_SOURCE_PER_SECOND + 500)).toBe(REQUESTS_PER_SOURCE_PER_SECOND)
    expect(ask(1, '192.0.2.2')).toBe(1)
    feed.nowMs += 100
    expect(ask(500)).toBe(REQUESTS_PER_SOURCE_PER_SECOND / 10)
    expect(feed.retransmission.limitsReached).toEqual({
      notAllowed: 0,
      source: 800,
      all: 0,
      waiting: 0,
    })
  })

  it('from outside the networks that are allowed are met with silence and use up nothing', () => {
    const feed = aFeed(1, { allow: ['192.0.2.0/24'] })
    for (let i = 0; i < REQUESTS_PER_SECOND; i++) feed.request(10, 1, { from: others(i % 256) })
    expect(takeAnswers(feed)).toEqual([])
    feed.request(10, 1, { from: { address: '192.0.2.77', port: 4242 } })
    expect(takeAnswers(feed)).toHaveLength(1)
    expect(feed.retransmission.limitsReached).toEqual({
      notAllowed: REQUESTS_PER_SECOND,
      source: 0,
      all: 0,
      waiting: 0,
    })
  })

  it(`of all addresses are ${REQUESTS_PER_SECOND} a second`, () => {
    const feed = aFeed(1)
    for (let i = 0; i < REQUESTS_PER_SECOND + 100; i++) feed.request(10, 1, { from: others(i) })
    expect(takeAnswers(feed)).toHaveLength(REQUESTS_PER_SECOND)
    expect(feed.retransmission.limitsReached).toEqual({
      notAllowed: 0,
      source: 0,
      all: 100,
      waiting: 0,
    })
    feed.nowMs += 1
    for (let i = 0; i < 100; i++) feed.request(10, 1, { from: others(i) })
    expect(takeAnswers(feed)).toHaveLength(REQUESTS_PER_SECOND / 1000)
  })

  it(`are counted for ${SOURCES_KEPT_MAX} addresses, and the longest silent is forgotten`, () => {
    const limits = new RequestLimits()
    const isAdmitted = (n: number, nowMs: number): boolean =>
      limits.reached(others(n).address, nowMs) === undefined
    for (let i = 0; i <= REQUESTS_PER_SOURCE_PER_SECOND; i++) isAdmitted(0, 0)
    for (let n = 1; n < SOURCES_KEPT_MAX; n++) isAdmitted(n, 0)
    expect(isAdmitted(0, 0)).toBe(false)

    for (let n = 1; n <= SOURCES_KEPT_MAX; n++) isAdmitted(n, 0)
    expect(isAdmitted(0, 0)).toBe(true)
  })

  it(`that wait for the journal are ${REQUESTS_WAITING_MAX}`, () => {
    const feed = aFeed(200)
    for (let i = 0; i < REQUESTS_WAITING_MAX + 10; i++) feed.request(1, 1)
    feed.settle()
    expect(takeAnswers(feed)).toHaveLength(REQUESTS_WAITING_MAX)
    expect(feed.retransmission.limitsReached).toEqual({
      notAllowed: 0,
      source: 0,
      all: 0,
      waiting: 10,
    })
  })

  it('are forgotten with the server', () => {
    const feed = aFeed(200)
    feed.request(1, 1)
    feed.retransmission.close()
    feed.settle()
    expect(feed.answers).toEqual([])
  })
})
