/**
 * One who abuses the ports of the feed, in a process of low priority: `snapshots PORTS`, where PORTS
 * are the exchange's as JSON.
 *
 *   snapshots  twenty clients that fetch snapshots one after the other
 *   stuck      ten clients of snapshots and ten of the stream that log in and never read
 *   logins     twenty connections that try a wrong password, and come again
 *   garbage    wrong requests for retransmission, fifty thousand a second if there is time for so many
 *   requests   as many right ones, for the oldest messages
 *
 * Says `attacking` when it has begun. Runs until it is killed.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { constants, setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { loginRequest, readAcceptance, SoupReader, writeRequest } from '../../src/wire/index.ts'

export type FeedAttack = 'snapshots' | 'stuck' | 'logins' | 'garbage' | 'requests'

export interface FeedPorts {
  readonly retransmission: number
  readonly snapshot: number
  readonly stream: number
}

const HOST = '127.0.0.1'
/** At a time; of those that do not read, half are clients of snapshots. */
export const CLIENTS = 20
const REQUESTS_PER_SECOND = 50_000
/** As the kernel's timers are. */
const STEP_MS = 1
const STAY_MS = 60_000
const OVERSIZED_BYTES = 1_400
const USER = { username: 'demo', password: 'demo', session: '', sequence: 1 }
const LOGIN = loginRequest(USER)
const WRONG_LOGIN = loginRequest({ ...USER, password: 'wrong' })
const WHOLE = { sequenceNumber: 1, messageCount: 100 }

function say(port: number, bytes: Uint8Array): Socket {
  const socket = connect({ port, host: HOST })
  socket.on('error', () => undefined)
  socket.on('connect', () => socket.write(bytes))
  return socket
}

/** A client that says one thing and reads what comes; when it is closed, the next. */
function comeAgain(port: number, bytes: Uint8Array): void {
  say(port, bytes)
    .on('close', () => comeAgain(port, bytes))
    .resume()
}

/** The session that is running, as the stream names it. */
function sessionOf(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = say(port, LOGIN)
    const reader = new SoupReader((_, payload) => {
      const acceptance = readAcceptance(payload)
      if (acceptance === undefined) return
      socket.destroy()
      resolve(acceptance.session)
    })
    socket.on('data', (chunk) => reader.push(chunk))
  })
}

/** Requests that nobody is answered: cut, of no session, too large, for nothing, from nowhere. */
const wrongRequests = (session: string): Uint8Array[] => [
  writeRequest({ session, ...WHOLE }).subarray(0, 19),
  writeRequest({ session: 'SPOOFED', ...WHOLE }),
  new Uint8Array(OVERSIZED_BYTES).fill(1),
  writeRequest({ session, sequenceNumber: 1, messageCount: 0 }),
  writeRequest({ session, sequenceNumber: 1e12, messageCount: 1 }),
]

async function flood(port: number, datagrams: readonly Uint8Array[]): Promise<void> {
  const socket = createSocket('udp4')
  socket.on('message', () => undefined)
  socket.connect(port, HOST)
  await once(socket, 'connect')
  const began = performance.now()
  let sent = 0
  setInterval(() => {
    const due = ((performance.now() - began) / 1000) * REQUESTS_PER_SECOND
    // What it has missed for want of time stays missed.
    const missed = due - (REQUESTS_PER_SECOND / 1000) * 20
    for (sent = Math.max(sent, Math.floor(missed)); sent < due; sent++) {
      socket.send(datagrams[sent % datagrams.length]!, () => undefined)
    }
  }, STEP_MS)
}

async function attack(
  kind: FeedAttack,
  { retransmission, snapshot, stream }: FeedPorts,
): Promise<void> {
  const clients = Array.from({ length: CLIENTS }, (_, i) => (i % 2 === 0 ? snapshot : stream))
  switch (kind) {
    case 'snapshots':
      for (const _ of clients) comeAgain(snapshot, LOGIN)
      return
    case 'stuck':
      for (const port of clients) say(port, LOGIN).pause()
      // Sockets that nobody reads do not keep a process alive.
      setInterval(() => undefined, STAY_MS)
      return
    case 'logins':
      for (const port of clients) comeAgain(port, WRONG_LOGIN)
      return
    case 'garbage':
      return flood(retransmission, wrongRequests(await sessionOf(stream)))
    case 'requests':
      return flood(retransmission, [writeRequest({ session: await sessionOf(stream), ...WHOLE })])
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  await attack(process.argv[2] as FeedAttack, JSON.parse(process.argv[3]!) as FeedPorts)
  console.log('attacking')
}
