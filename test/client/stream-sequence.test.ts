/** Which login asks for what, and what is delivered of the packets that come. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { HangUp } from '../../src/client/stream-sequence.ts'
import { StreamSequence } from '../../src/client/stream-sequence.ts'
import type { SoupLogin } from '../../src/wire/index.ts'
import { loginAccepted, SOUP_HEADER_BYTES, SoupType } from '../../src/wire/index.ts'

const DAY = '261120AB10'
const NEXT_DAY = '261121CD20'

type Place = Pick<SoupLogin, 'session' | 'sequence'>
type Packet = readonly [type: number, payload: Uint8Array]

const accepted = (session: string, sequence: number): Packet => [
  SoupType.LoginAccepted,
  loginAccepted({ session, sequence }).subarray(SOUP_HEADER_BYTES),
]
const rejected = (code: string): Packet => [SoupType.LoginRejected, Buffer.from(code)]
/** The message is its own number in one byte. */
const data = (sequence: number): Packet => [SoupType.SequencedData, Uint8Array.of(sequence & 0xff)]
const heartbeat: Packet = [SoupType.ServerHeartbeat, new Uint8Array()]
const end: Packet = [SoupType.EndOfSession, new Uint8Array()]

/** A sequence and the list of all that it says. */
function sequence() {
  const said: string[] = []
  const stream = new StreamSequence({
    sessionStarted: (session) => said.push(`session ${session}`),
    message(number, view, at, length) {
      expect([view.getUint8(at), length]).toEqual([number & 0xff, 1])
      said.push(String(number))
    },
    gapOpened: () => expect.fail('a stream has no gaps'),
    messagesLost: ({ first, last }) => said.push(`lost ${first}-${last}`),
    sessionEnded: (session) => said.push(`end ${session}`),
    caughtUp: () => said.push('caught up'),
  })
  /** A connection on which these packets come: what it asked for, and how it ended. */
  const connect = (...packets: Packet[]): [Place, HangUp | undefined] => {
    const login = stream.login()
    for (const [type, payload] of packets) {
      const hangUp = stream.receive(type, payload)
      if (hangUp !== undefined) return [login, hangUp]
    }
    return [login, undefined]
  }
  return { stream, said, connect }
}

const from = (session: string, number: number): Place => ({ session, sequence: number })
const AT_ONCE = { again: 'at once' }

describe('a client of the stream', () => {
  it('begins with the first message of the running session', () => {
    const { said, connect } = sequence()
    const outcome = connect(accepted(DAY, 1), data(1), data(2), heartbeat)

    expect(outcome).toEqual([from('', 1), undefined])
    expect(said).toEqual([`session ${DAY}`, '1', '2', 'caught up'])
  })

  it('goes on behind its last message on another connection', () => {
    const { stream, said, connect } = sequence()
    connect(accepted(DAY, 1), data(1), data(2))
    const outcome = connect(accepted(DAY, 3), data(3))

    expect(outcome).toEqual([from(DAY, 3), undefined])
    expect(said).toEqual([`session ${DAY}`, '1', '2', '3'])
    expect(stream.statistics).toMatchObject({ messages: 3, duplicates: 0, lost: 0 })
  })

  it('takes no message twice from a server that begins earlier, and says what one leaves out', () => {
    const { stream, said, connect } = sequence()
    connect(accepted(DAY, 1), data(1), data(2))
    connect(accepted(DAY, 1), data(1), data(2), data(3))
    connect(accepted(DAY, 7), data(7))

    expect(said).toEqual([`session ${DAY}`, '1', '2', '3', 'lost 4-6', '7'])
    expect(stream.statistics).toMatchObject({ messages: 4, duplicates: 2, lost: 3 })
  })

  it('goes to the first message of the next session when its own has ended', () => {
    const { said, connect } = sequence()
    const outcomes = [
      connect(accepted(DAY, 1), data(1), end),
      connect(accepted(DAY, 2), end),
      connect(accepted(NEXT_DAY, 14), data(14)),
      connect(accepted(NEXT_DAY, 1), data(1)),
    ]

    expect(outcomes).toEqual([
      [from('', 1), AT_ONCE],
      // The day that has ended is the running one until another begins.
      [from('', 0), { again: 'later' }],
      [from('', 0), AT_ONCE],
      [from(NEXT_DAY, 1), undefined],
    ])
    expect(said).toEqual([
      `session ${DAY}`,
      '1',
      `end ${DAY}`,
      'caught up',
      `session ${NEXT_DAY}`,
      '1',
    ])
  })

  it('goes to the running session when its own is not kept any more', () => {
    const { said, connect } = sequence()
    connect(accepted(DAY, 1), data(1))
    const outcomes = [connect(rejected('S')), connect(accepted(NEXT_DAY, 1), data(1))]

    expect(outcomes).toEqual([
      [from(DAY, 2), AT_ONCE],
      [from('', 0), undefined],
    ])
    expect(said).toEqual([`session ${DAY}`, '1', `session ${NEXT_DAY}`, '1'])
  })

  it('waits for a server that has less than it', () => {
    const { said, connect } = sequence()
    connect(accepted(DAY, 1), data(1), data(2))
    const outcomes = [
      connect(rejected('S')),
      connect(accepted(DAY, 2)),
      connect(accepted(DAY, 3), data(3)),
    ]

    expect(outcomes).toEqual([
      [from(DAY, 3), AT_ONCE],
      [from('', 0), { again: 'later', reason: `does not have message 3 of ${DAY} yet` }],
      [from(DAY, 3), undefined],
    ])
    expect(said).toEqual([`session ${DAY}`, '1', '2', '3'])
  })

  it.each([
    ['before the first trading day', [rejected('S')], 'has no session to follow yet'],
    ['with a wrong password', [rejected('A')], 'rejected the login: A'],
    ['by who is no such server', [data(1)], 'sent data before it accepted the login'],
    ['by who ends at once', [end], 'ended a session that had not begun'],
    [
      'in another version',
      [[SoupType.LoginAccepted, new Uint8Array(3)]],
      'accepted the login in a way that is not understood',
    ],
  ] as const)('tries again later when it is turned away %s', (_, packets, reason) => {
    const { said, connect } = sequence()
    expect(connect(...packets)).toEqual([from('', 1), { again: 'later', reason }])
    expect(said).toEqual([])
  })
})

/** What a server has: the messages of each session by their count, the running one last. */
class Server {
  readonly sessions = [{ name: 'day 0', messages: 0, hasEnded: false }]

  get running() {
    return this.sessions.at(-1)!
  }

  say(messages: number): void {
    this.running.messages += messages
  }

  roll(): void {
    this.running.hasEnded = true
    this.sessions.push({ name: `day ${this.sessions.length}`, messages: 0, hasEnded: false })
  }

  /** All that a login is sent. */
  answer(login: Place): Packet[] {
    const session =
      login.session === '' ? this.running : this.sessions.find(({ name }) => name === login.session)
    if (session === undefined || login.sequence > session.messages + 1) return [rejected('S')]
    const first = login.sequence === 0 ? session.messages + 1 : login.sequence
    const count = session.messages + 1 - first
    const messages = Array.from({ length: count }, (_, i) => data(first + i))
    return [accepted(session.name, first), ...messages, session.hasEnded ? end : heartbeat]
  }
}

describe('a client of connections that break anywhere', () => {
  it('has every message of every session once', () => {
    const happening = fc.record({
      says: fc.integer({ min: 0, max: 20 }),
      breaksAfter: fc.integer({ min: 0, max: 30 }),
      rolls: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), (happenings) => {
        const server = new Server()
        const { stream, said, connect } = sequence()
        const follow = (packetsMax = Infinity): void => {
          const answer = (login: Place) => server.answer(login).slice(0, packetsMax)
          while (connect(...answer(stream.login()))[1]?.again === 'at once');
        }
        follow()
        for (const { says, breaksAfter, rolls } of happenings) {
          server.say(says)
          follow(breaksAfter)
          if (rolls) server.roll()
          // Nobody tells the name of a day that came and went while a client was away.
          if (rolls) follow()
        }
        follow()

        const expected = server.sessions.flatMap(({ name, messages, hasEnded }) => [
          `session ${name}`,
          ...Array.from({ length: messages }, (_, index) => String(index + 1)),
          ...(hasEnded ? [`end ${name}`] : []),
        ])
        expect(said.filter((line) => line !== 'caught up')).toEqual(expected)
      }),
    )
  })
})
