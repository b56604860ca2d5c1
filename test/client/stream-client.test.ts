/** A client of the stream on a connection whose other end is played by the test, with its own clock. */
import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import { setImmediate as setImmediatePromise } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { StreamClient } from '../../src/client/index.ts'
import {
  loginAccepted,
  loginRequest,
  soupPacket,
  SoupReader,
  SoupType,
} from '../../src/wire/index.ts'

const DAY = '261120AB10'
const LOGIN = { username: 'demo', password: 'demo' }

let server: Server
let client: StreamClient
let said: string[]

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  said = []
  const { port } = server.address() as AddressInfo
  client = new StreamClient({
    server: { host: '127.0.0.1', port, ...LOGIN },
    listener: {
      sessionStarted: (session) => said.push(`session ${session}`),
      message: (sequence) => said.push(String(sequence)),
      gapOpened: () => said.push('gap'),
      messagesLost: () => said.push('lost'),
      sessionEnded: (session) => said.push(`end ${session}`),
    },
    failed: (reason) => said.push(reason.replace(String(port), 'PORT')),
  })
})

afterEach(() => {
  client.close()
  server.close()
  vi.useRealTimers()
})

/** The server's end of the next connection. */
class Connection {
  private readonly socket: Socket
  private readonly packets: string[] = []

  private constructor(socket: Socket) {
    this.socket = socket
    const reader = new SoupReader((type, payload) => {
      this.packets.push(`${String.fromCharCode(type)}${Buffer.from(payload).toString()}`)
      socket.emit('packet')
    })
    socket.on('data', (chunk) => reader.push(chunk))
  }

  static async next(): Promise<Connection> {
    const [socket] = (await once(server, 'connection')) as [Socket]
    return new Connection(socket)
  }

  say(...packets: Uint8Array[]): void {
    for (const packet of packets) this.socket.write(packet)
  }

  /** The next packet of the client. */
  async hear(): Promise<string> {
    if (this.packets.length === 0) await once(this.socket, 'packet')
    return this.packets.shift()!
  }

  end(): void {
    this.socket.destroy()
  }

  closed(): Promise<unknown> {
    return once(this.socket, 'close')
  }
}

const loginFor = (session: string, sequence: number): string =>
  Buffer.from(loginRequest({ ...LOGIN, session, sequence }))
    .toString()
    .slice(2)
const accept = (sequence: number): Uint8Array => loginAccepted({ session: DAY, sequence })
const data = (text: string): Uint8Array => soupPacket(SoupType.SequencedData, text)
const heartbeat = soupPacket(SoupType.ServerHeartbeat)

/** What the client has told by now; bytes that were sent may still be on their way. */
async function hasSaid(...lines: string[]): Promise<void> {
  while (said.length < lines.length) await setImmediatePromise()
  expect(said).toEqual(lines)
}

it('says once a second that it is there, whatever comes', async () => {
  const connection = await Connection.next()
  expect(await connection.hear()).toBe(loginFor('', 1))
  connection.say(accept(1), data('a'), data('b'))
  await hasSaid(`session ${DAY}`, '1', '2')
  vi.advanceTimersByTime(2_000)

  expect([await connection.hear(), await connection.hear()]).toEqual(['R', 'R'])
})

it('logs in again behind its last message when the connection is lost', async () => {
  const connection = await Connection.next()
  connection.say(accept(1), data('a'), data('b'))
  await hasSaid(`session ${DAY}`, '1', '2')
  connection.end()
  const lost = 'stream 127.0.0.1:PORT closed the connection'
  await hasSaid(`session ${DAY}`, '1', '2', lost)
  const again = Connection.next()
  vi.advanceTimersToNextTimer()
  const second = await again
  expect(await second.hear()).toBe(loginFor(DAY, 3))
  second.say(accept(3), data('c'))

  await hasSaid(`session ${DAY}`, '1', '2', lost, '3')
})

it('leaves a server that says nothing for five seconds, and stays with one that does', async () => {
  const connection = await Connection.next()
  connection.say(accept(1))
  await hasSaid(`session ${DAY}`)
  vi.advanceTimersByTime(4_000)
  connection.say(heartbeat, data('a'))
  await hasSaid(`session ${DAY}`, '1')
  vi.advanceTimersByTime(4_000)
  expect(said).toEqual([`session ${DAY}`, '1'])
  const closed = connection.closed()
  vi.advanceTimersByTime(1_000)
  await closed

  expect(said).toEqual([`session ${DAY}`, '1', 'stream 127.0.0.1:PORT said nothing for 5000 ms'])
})

it('tells what is wrong once, however often it is tried again', async () => {
  for (let attempt = 0; attempt < 5; attempt++) {
    const connection = await Connection.next()
    expect(await connection.hear()).toBe(loginFor('', 1))
    connection.say(soupPacket(SoupType.LoginRejected, 'A'))
    await connection.closed()
    vi.advanceTimersToNextTimer()
  }
  expect(said).toEqual(['stream 127.0.0.1:PORT rejected the login: A'])
})
