import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Side } from '../../src/domain/index.ts'
import type { Feed } from '../../src/itch-feed/index.ts'
import { openFeed } from '../../src/itch-feed/index.ts'
import { EventType, RecordBuffer } from '../../src/wire/index.ts'
import { orderEventOf, startOfDay } from '../itch-feed/feed-events.ts'
import { RecordedFeed } from '../itch-feed/recorded-feed.ts'
import { builtProgram } from '../support/made-once.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'subscribe-'))
let feed: Feed

beforeAll(async () => {
  const lines = [
    { group: '239.192.44.103', port: await freePort() },
    { group: '239.192.44.104', port: await freePort() },
  ]
  const retransmission = { host: '127.0.0.1', port: await freePort() }
  const itch = { interface: '127.0.0.1', ttl: 1, maxPayload: 1400, lines, retransmission }
  cpSync(join(root, 'config'), folder, { recursive: true })
  writeFileSync(join(folder, 'exchange.yaml'), JSON.stringify({ itch }))
  const tcp = { snapshot: { port: 0 }, stream: { port: 0 } }
  const elsewhere = { lines: [{ group: '239.192.44.105', port: 26_499 }] }
  const channels = [
    { ...elsewhere, retransmission: { port: 0 }, ...tcp },
    { symbols: ['AAPL'], lines, retransmission, ...tcp },
  ]
  writeFileSync(join(folder, 'channels.yaml'), JSON.stringify({ itch: { channels } }))
  const { journal } = new RecordedFeed()
  feed = await openFeed(itch, { journal, schedule: setImmediate })
  await feed.start()

  const events = new RecordBuffer(4096)
  startOfDay(events, '261120ab10')
  const order = { orderReference: 7, locate: 1, side: Side.Buy, price: 1_825_000 }
  orderEventOf(events, EventType.OrderAccepted, 'A', { ...order, feedShares: 300 })
  orderEventOf(events, EventType.OrderExecuted, 'E', { ...order, lastQty: 100, matchNumber: 5 })
  feed.publisher.publish(events, 96, 0)
})

afterAll(async () => {
  await feed.close()
  rmSync(folder, { recursive: true })
})

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

const subscribe = (...options: string[]): ChildProcess => subscribeWith('exchange.yaml', options)

function subscribeWith(file: string, options: readonly string[]): ChildProcess {
  const config = ['--config', join(folder, file)]
  const args = [...builtProgram(), 'subscribe', ...config, ...options]
  return spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Heartbeats until the command has printed `wanted`, then SIGINT; all that it printed. */
async function outputUntil(command: ChildProcess, wanted: string) {
  const errors = text(command.stderr!)
  let output = ''
  command.stdout!.on('data', (chunk) => (output += String(chunk)))
  await vi.waitFor(
    () => {
      feed.publisher.stream.sendIdle()
      expect(output).toContain(wanted)
    },
    { timeout: 15_000, interval: 100 },
  )
  command.kill('SIGINT')
  const [code] = (await once(command, 'exit')) as [number | null]
  return { code, output, errors: await errors }
}

describe('buttonwood subscribe', () => {
  it('prints the best bid and ask at each change of them', async () => {
    const top = subscribe('--l1', '--symbol', 'AAPL')
    const { code, output } = await outputUntil(top, '200 x')

    expect(output).toBe('AAPL  - | -\nAAPL  300 x 182.5 | -\nAAPL  200 x 182.5 | -\n')
    expect(code).toBe(0)
  })

  it('prints them as JSON', async () => {
    const top = subscribe('--l1', '--json', '--symbol', 'AAPL')
    const { output } = await outputUntil(top, '"shares":200')
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)

    expect(lines.at(-1)).toEqual({
      symbol: 'AAPL',
      bid: { price: 1_825_000, shares: 200, orders: 1 },
      ask: null,
      tradingState: 'T',
      stateReason: '',
    })
  })

  it('joins late, recovers the day from its first message and prints each as JSON', async () => {
    const { code, output, errors } = await outputUntil(
      subscribe('--json', '--symbol', 'AAPL'),
      '"type":"E"',
    )

    const header = { stockLocate: 1, trackingNumber: 0, timestampNs: 34_200_000_000_001 }
    const lines = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type?: string; stock?: string })
    expect(code).toBe(0)
    expect(lines.slice(0, 2)).toEqual([
      { event: 'session', session: '261120ab10' },
      { event: 'gap', first: 1, last: 11 },
    ])
    // S of the day, R and H of the symbol asked for and of no other, A and E of its order.
    expect(lines.slice(2).map(({ type, stock }) => [type, stock])).toEqual([
      ['S', undefined],
      ['R', 'AAPL'],
      ['H', 'AAPL'],
      ['S', undefined],
      ['S', undefined],
      ['A', 'AAPL'],
      ['E', undefined],
    ])
    expect(lines.at(-1)).toEqual({
      sequence: 11,
      symbol: 'AAPL',
      type: 'E',
      ...header,
      orderReferenceNumber: 7,
      executedShares: 100,
      matchNumber: 5,
    })
    expect(errors).toBe('261120ab10 · 11 messages · 1 gaps · 11 recovered · 0 lost\n')
  })

  it('draws the ladder and the tape', async () => {
    const { code, output } = await outputUntil(
      subscribe('--symbol', 'AAPL', '--line', 'b', '--depth', '2'),
      '200 │      182.50',
    )
    expect(code).toBe(0)
    expect(output).toContain('AAPL  trading')
    expect(output).toContain('09:30:00.000        100 @      182.50 ▼')
  })

  it('refuses a symbol that is not listed', async () => {
    const command = subscribe('--symbol', 'NOPE')
    const errors = text(command.stderr!)
    const [code] = (await once(command, 'exit')) as [number | null]
    expect(code).toBe(2)
    expect(await errors).toContain('--symbol NOPE is not listed; use one of AAPL, AMZN')
  })
})

describe('buttonwood subscribe where the feed has several channels', () => {
  it.each([['--symbol AAPL'], ['--channel 1 --symbol AAPL']])(
    'joins the one that is meant: %s',
    async (choice) => {
      const top = subscribeWith('channels.yaml', ['--l1', ...choice.split(' ')])
      const { code, output } = await outputUntil(top, 'AAPL  200 x')

      expect(output).toContain('AAPL  - | -\nAAPL  300 x 182.5 | -\nAAPL  200 x 182.5 | -\n')
      expect(code).toBe(0)
    },
  )

  it.each([
    [
      '--symbol MSFT --symbol AAPL',
      "error: the symbols are on several channels, MSFT on 0, AAPL on 1; choose one channel's\n",
    ],
    ['--channel 2', 'error: --channel 2: FOLDER/channels.yaml has channels 0 to 1\n'],
    ['--channel 36', "error: option '--channel <number>' argument '36' is invalid. use 0 to 35.\n"],
  ])('refuses %s', async (options, expected) => {
    const command = subscribeWith('channels.yaml', options.split(' '))
    const errors = text(command.stderr!)
    const [code] = (await once(command, 'exit')) as [number | null]

    const help = '(--help shows what is possible)\n'
    expect([code, (await errors).replaceAll(folder, 'FOLDER')]).toEqual([2, expected + help])
  })
})
