/** A SoupBinTCP port among many who try: what is counted, and what is said of it in the log. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { SOUP_LOG_LINES_PER_SECOND, SoupServer } from '../../src/itch-feed/index.ts'
import { silentLogger } from '../../src/runtime/index.ts'
import { loginRequest } from '../../src/wire/index.ts'

const HOST = '127.0.0.1'
const GUESS = loginRequest({ username: 'demo', password: 'wrong', session: '', sequence: 1 })
const SECOND_MS = 1_000

let server: SoupServer
let lines: unknown[][]

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  lines = []
  server = await SoupServer.open({
    host: HOST,
    port: 0,
    name: 'stream port',
    setting: 'itch.stream.port',
    logger: { ...silentLogger, info: (...line) => void lines.push(line) },
    subscribers: [{ username: 'demo', password: 'demo', allow: [] }],
    onLogin: () => expect.fail('nobody knows the password'),
  })
})

afterEach(() => {
  server.close()
  vi.useRealTimers()
})

async function guess(times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const socket = connect(server.port, HOST)
    socket.resume().write(GUESS)
    await once(socket, 'close')
  }
}

it('counts everybody who guesses passwords, and speaks of few of them', async () => {
  const rejected = [
    { port: 'stream port', remoteAddress: HOST, reason: 'login rejected' },
    'subscriber dropped',
  ]
  await guess(3 * SOUP_LOG_LINES_PER_SECOND)
  expect(lines).toEqual(Array.from({ length: SOUP_LOG_LINES_PER_SECOND }, () => rejected))
  vi.advanceTimersByTime(SECOND_MS / SOUP_LOG_LINES_PER_SECOND)
  await guess(3)
  expect(lines).toHaveLength(SOUP_LOG_LINES_PER_SECOND + 1)

  const guesses = 3 * SOUP_LOG_LINES_PER_SECOND + 3
  expect(server.counters).toEqual({ logins: 0, rejected: guesses, dropped: guesses, refused: 0 })
})
