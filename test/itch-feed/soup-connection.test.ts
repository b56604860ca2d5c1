/** A SoupBinTCP client against the clock: logins, heartbeats, silence, and readers that stand still. */
import { beforeEach, describe, expect, it } from 'vitest'
import type { SoupSocket, SoupSource } from '../../src/itch-feed/index.ts'
import {
  SOUP_CLIENT_PACKET_BYTES_MAX,
  SOUP_HEARTBEAT_MS,
  SOUP_LOGIN_MS,
  SOUP_SILENCE_MS,
  SOUP_STUCK_MS,
  SoupConnection,
} from '../../src/itch-feed/index.ts'
import { ErrorCode, ExchangeError } from '../../src/runtime/index.ts'
import { loginRequest, soupPacket, SoupType } from '../../src/wire/index.ts'

const LOGIN = loginRequest({ username: 'demo', password: 'demo', session: '', sequence: 1 })
const TICK_MS = 250

/** A socket whose kernel takes what the test lets it take. */
class Line implements SoupSocket {
  readonly remoteAddress = '192.0.2.1'
  writableLength = 0
  said = ''
  destroyed = false
  /** Bytes that the kernel takes. */
  room = Infinity
  private readonly waiting: (() => void)[] = []
  private readonly listeners = new Map<string, (chunk: Uint8Array) => void>()

  on(event: string, listener: (chunk: Uint8Array) => void): void {
    this.listeners.set(event, listener)
  }

  emit(event: string, chunk: Uint8Array = new Uint8Array(0)): void {
    this.listeners.get(event)!(chunk)
  }

  write(bytes: Uint8Array, onTaken: () => void): void {
    this.said += Buffer.from(bytes).toString('latin1')
    this.writableLength += bytes.length
    this.waiting.push(onTaken)
    this.drain()
  }

  end(bytes: Uint8Array, onSent: () => void): void {
    this.write(bytes, onSent)
  }

  destroy(): void {
    this.destroyed = true
  }

  /** The kernel takes what it has room for. */
  drain(): void {
    const taken = Math.min(this.room, this.writableLength)
    this.room -= taken
    this.writableLength -= taken
    if (this.writableLength > 0) return
    for (const tell of this.waiting.splice(0)) tell()
  }

  /** What was said since the last time, without lengths. */
  hear(): string {
    const { said } = this
    this.said = ''
    return said.replaceAll(/\0[\0-\xff]/g, '|')
  }
}

/** A source that a test fills. */
class Store implements SoupSource {
  readonly session = 'TODAY'
  readonly sequence = 7
  readonly packets: Uint8Array[] = []
  isEnded = false

  take(): Uint8Array {
    return this.packets.shift() ?? new Uint8Array(0)
  }
}

let nowMs: number
let line: Line
let store: Store
let answer: SoupSource | string
let closed: string[]
let due: (() => void)[]
let connection: SoupConnection

beforeEach(() => {
  nowMs = 0
  line = new Line()
  store = new Store()
  answer = store
  closed = []
  due = []
  connection = new SoupConnection(
    line,
    { onLogin: () => answer, onClosed: (_, reason) => closed.push(reason) },
    { nowMs: () => nowMs, schedule: (run) => due.push(run) },
  )
})

function pass(ms: number, each = (): void => {}): void {
  for (const until = nowMs + ms; nowMs < until;) {
    nowMs += TICK_MS
    each()
    connection.tick()
  }
}

/** Event-loop turns until nothing is left to run. */
function settle(): void {
  for (let run = due.shift(); run !== undefined; run = due.shift()) run()
}

function logIn(): void {
  line.emit('data', LOGIN)
  settle()
}
const accepted = `|A${'TODAY'.padStart(10)}${'7'.padStart(20)}`

describe('a SoupBinTCP connection', () => {
  it('accepts a login, however it is cut, and sends what there is and what comes', () => {
    store.packets.push(soupPacket(SoupType.SequencedData, 'one'))
    for (const byte of LOGIN) line.emit('data', Uint8Array.of(byte))
    settle()
    expect(line.hear()).toBe(`${accepted}|Sone`)
    store.packets.push(soupPacket(SoupType.SequencedData, 'two'))
    connection.pump()
    expect(line.hear()).toBe('|Stwo')
    store.isEnded = true
    connection.pump()
    settle()
    expect(line.hear()).toBe('|Z')
    expect([line.destroyed, closed]).toEqual([true, ['']])
  })

  it('says that it is there in every second without data', () => {
    logIn()
    line.hear()
    pass(SOUP_HEARTBEAT_MS - TICK_MS)
    expect(line.hear()).toBe('')
    pass(3 * SOUP_HEARTBEAT_MS)
    expect(line.hear()).toBe('|H|H|H')
  })

  it('rejects a login with the code that it is given', () => {
    answer = 'A'
    logIn()
    expect(line.hear()).toBe('|JA')
    expect([line.destroyed, closed]).toEqual([true, ['login rejected']])
  })

  it.each([
    ['no login in time', () => pass(SOUP_LOGIN_MS), 'no login'],
    [
      'another packet first',
      () => line.emit('data', soupPacket(SoupType.ClientHeartbeat)),
      'no login',
    ],
    [
      'a login of another version',
      () => line.emit('data', soupPacket(SoupType.LoginRequest, 'x'.repeat(51))),
      'no login',
    ],
    ['an empty packet', () => line.emit('data', new Uint8Array(2)), 'malformed packet'],
    [
      'a packet that is too large',
      () => line.emit('data', soupPacket(SoupType.Debug, 'x'.repeat(SOUP_CLIENT_PACKET_BYTES_MAX))),
      'malformed packet',
    ],
    [
      'a second login',
      () => {
        logIn()
        logIn()
      },
      'second login',
    ],
    [
      'silence',
      () => {
        logIn()
        pass(SOUP_SILENCE_MS)
      },
      'nothing heard',
    ],
  ])('drops who sends %s', (_, act, reason) => {
    act()
    expect([line.destroyed, closed]).toEqual([true, [reason]])
  })

  it('keeps who is heard of', () => {
    logIn()
    pass(2 * SOUP_SILENCE_MS, () => line.emit('data', soupPacket(SoupType.ClientHeartbeat)))
    pass(2 * SOUP_SILENCE_MS, () => line.emit('data', soupPacket(SoupType.Debug, 'hello')))
    expect(closed).toEqual([])
    line.emit('data', soupPacket(SoupType.LogoutRequest))
    expect(closed).toEqual([''])
  })

  it('keeps who reads slowly, of whom the kernel takes a piece now and then, and drops who stands', () => {
    const alive = () => line.emit('data', soupPacket(SoupType.ClientHeartbeat))
    logIn()
    line.room = 0
    const piece = soupPacket(SoupType.SequencedData, 'x'.repeat(97))
    for (let i = 0; i < 9; i++) store.packets.push(piece)
    connection.pump()
    // A whole piece at a time: what a socket says of it never falls in between.
    pass(4 * SOUP_STUCK_MS, () => {
      alive()
      if (nowMs % (SOUP_STUCK_MS - TICK_MS) !== 0) return
      line.room = piece.length
      line.drain()
      settle()
      expect(line.writableLength).toBe(piece.length)
    })
    expect(closed).toEqual([])
    expect(store.packets).toHaveLength(4)
    pass(SOUP_STUCK_MS, alive)
    expect([line.destroyed, closed]).toEqual([true, ['nothing read']])
  })

  describe.each([
    {
      last: 'that the session has ended',
      packet: '|Z',
      reason: '',
      say: () => {
        logIn()
        line.hear()
        line.room = 0
        store.isEnded = true
        connection.pump()
      },
    },
    {
      last: 'that the login is rejected',
      packet: '|JA',
      reason: 'login rejected',
      say: () => {
        line.room = 0
        answer = 'A'
        logIn()
      },
    },
  ])('has said $last', ({ packet, reason, say }) => {
    beforeEach(say)

    it('waits until it is read, whatever the client says or ends meanwhile', () => {
      pass(SOUP_STUCK_MS - TICK_MS, () => line.emit('data', LOGIN))
      line.emit('end')
      expect([line.destroyed, closed]).toEqual([false, []])
      line.room = Infinity
      line.drain()
      expect([line.hear(), line.destroyed, closed]).toEqual([packet, true, [reason]])
    })

    it('drops who does not read it', () => {
      pass(SOUP_STUCK_MS)
      expect([line.hear(), line.destroyed, closed]).toEqual([packet, true, ['nothing read']])
    })

    it('forgets who is gone', () => {
      line.emit('close')
      expect([line.destroyed, closed]).toEqual([true, [reason]])
    })
  })

  it('gives everybody else a turn before the next piece', () => {
    logIn()
    for (let i = 0; i < 3; i++) store.packets.push(soupPacket(SoupType.SequencedData, String(i)))
    line.hear()
    connection.pump()
    expect(line.hear()).toBe('|S0')
    due.shift()!()
    expect(line.hear()).toBe('|S1')
  })

  it('ends alone when the journal cannot be read for it', () => {
    store.take = () => {
      throw new ExchangeError(ErrorCode.JournalUnreadable, 'gone')
    }
    logIn()
    expect([line.destroyed, closed]).toEqual([true, ['journal unreadable']])
  })
})
