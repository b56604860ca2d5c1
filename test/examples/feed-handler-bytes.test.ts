/**
 * The sample feed handlers on lines that say what our exchange never does: other versions' messages,
 * broken datagrams, the largest numbers, and the next trading day.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { crc32 } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freeUdpPorts, PROCESS_MS } from '../support/running-exchange.ts'
import { missing, prepare, RunningHandler } from './sample-program.ts'

const GROUP = '239.192.46.1'
const HOST = '127.0.0.1'
const NOBODY = 9
const HEARTBEAT_MS = 200
const END_OF_SESSION = 0xffff
const LARGEST = { reference: 2 ** 53 - 1, shares: 2 ** 32 - 1, price: 2_000_000_000 }

/** A number by its width in bytes, or text. */
type Field = string | readonly [width: number, value: number]

function bytes(...fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.map((field) => {
      if (typeof field === 'string') return Buffer.from(field, 'latin1')
      const whole = Buffer.alloc(8)
      whole.writeBigUInt64BE(BigInt(field[1]))
      return whole.subarray(8 - field[0])
    }),
  )
}

const message = (type: string, ...fields: readonly Field[]): Buffer =>
  bytes(type, [2, 1], [2, 0], [6, 0], ...fields)

const listed = message('R', 'AAPL    ', ' '.repeat(20))
const inState = (state: string): Buffer => message('H', 'AAPL    ', `${state}     `)
const trading = inState('T')
const add = (reference: number, side: string, shares: number, price: number): Buffer =>
  message('A', [8, reference], side, [4, shares], 'AAPL    ', [4, price])
const execute = (reference: number, shares: number): Buffer =>
  message('E', [8, reference], [4, shares], [8, 1])
const remove = (reference: number): Buffer => message('D', [8, reference])
/** An execution of an auction: not printable. */
const auctioned = (reference: number, shares: number, price: number): Buffer =>
  message('C', [8, reference], [4, shares], [8, 3], 'N', [4, price])
const cross = message('Q', [8, 10], 'AAPL    ', [4, 9_999], [8, 4], 'H')
const trade = message('P', [8, 0], 'B', [4, 100], 'AAPL    ', [4, 1_000_000], [8, 2])

function packet(session: string, number: number, messages: readonly Buffer[] = []): Buffer {
  const blocks = messages.flatMap((one) => [bytes([2, one.length]), one])
  return Buffer.concat([bytes(session.padEnd(10), [8, number], [2, messages.length]), ...blocks])
}

const endOfSession = (session: string, number: number): Buffer =>
  bytes(session.padEnd(10), [8, number], [2, END_OF_SESSION])

const cut = (datagram: Buffer, count: number): Buffer =>
  datagram.subarray(0, datagram.length - count)

const firstDay = [
  packet('', 1),
  packet('DAY1', 1, [listed, trading, add(1, 'B', 100, 1_000_000)]),
  // A version of which we know nothing: types, lengths, and a message that is there and empty.
  packet('DAY1', 4, [
    Buffer.from('z??'),
    Buffer.alloc(0),
    Buffer.concat([add(2, 'S', 200, 1_000_150), Buffer.from('more')]),
  ]),
  // Of a broken datagram nothing is used, not even its sound blocks.
  cut(packet('DAY1', 7, [remove(1), remove(2)]), 1),
  cut(packet('DAY1', 7, [remove(1), remove(2)]), 20),
  cut(packet('DAY1', 7), 1),
  Buffer.alloc(0),
  packet('DAY1', 0, [remove(1)]),
  // Messages that were there before, and two that were not.
  packet('DAY1', 6, [add(2, 'S', 200, 1_000_150), trade, execute(1, 40)]),
  // Behind its hole, then in it.
  packet('DAY1', 10, [execute(1, 10)]),
  packet('DAY1', 9, [execute(1, 20)]),
  endOfSession('DAY1', 11),
]
const secondDay = [
  packet('DAY2', 1, [listed, trading, add(7, 'B', 5, 9_999)]),
  packet('DAY1', 11, [remove(1)]),
  packet('DAY2', 4, [add(LARGEST.reference, 'S', LARGEST.shares, LARGEST.price)]),
  packet('DAY2', 5, [add(8, 'S', 1, LARGEST.price)]),
  // Crossed while it does not trade, and not when it does again.
  packet('DAY2', 6, [inState('H'), add(9, 'S', 10, 9_998), add(10, 'B', 10, 9_999)]),
  packet('DAY2', 9, [inState('Q'), auctioned(7, 5, 9_999), auctioned(10, 5, 9_999)]),
  packet('DAY2', 12, [auctioned(9, 10, 9_999), cross, trading]),
]
const TOPS = [
  'AAPL 100.00 x 100 | -',
  'AAPL 100.00 x 100 | 100.015 x 200',
  'AAPL 100.00 x 60 | 100.015 x 200',
  'AAPL 100.00 x 40 | 100.015 x 200',
  'AAPL 100.00 x 30 | 100.015 x 200',
  'AAPL 0.9999 x 5 | -',
  'AAPL 0.9999 x 5 | 200000.00 x 4294967295',
  'AAPL 0.9999 x 5 | 200000.00 x 4294967296',
  'AAPL 0.9999 x 5 | 0.9998 x 10',
  'AAPL 0.9999 x 15 | 0.9998 x 10',
  'AAPL 0.9999 x 10 | 0.9998 x 10',
  'AAPL 0.9999 x 5 | 0.9998 x 10',
  'AAPL 0.9999 x 5 | 200000.00 x 4294967296',
]
const BOOK = '10 5 9999\n9007199254740991 4294967295 2000000000\n8 1 2000000000\n'

/** Sends them, then a heartbeat now and then. */
async function say(port: number, datagrams: readonly Buffer[], last: Buffer): Promise<void> {
  const socket = createSocket('udp4')
  socket.bind(0, HOST)
  await once(socket, 'listening')
  socket.setMulticastInterface(HOST)
  for (const datagram of datagrams) socket.send(datagram, port, GROUP)
  const timer = setInterval(() => socket.send(last, port, GROUP), HEARTBEAT_MS)
  onTestFinished(() => {
    clearInterval(timer)
    socket.close()
  })
}

describe.skipIf(missing.length > 0)('a sample feed handler', { timeout: PROCESS_MS }, () => {
  it('reads what it knows and nothing beyond a datagram', async () => {
    const [port] = (await freeUdpPorts(1)) as [number]
    const wiring = { groups: [{ group: GROUP, port }], request: NOBODY, snapshot: NOBODY }
    const handlers = new Map(
      [...prepare()].map(([name, program]) => [name, new RunningHandler(program, wiring)]),
    )
    onTestFinished(() => {
      for (const handler of handlers.values()) handler.kill()
    })
    for (const handler of handlers.values()) await handler.says('joined')
    await say(port, [...firstDay, ...secondDay], packet('DAY2', 15))

    const checksum = crc32(BOOK).toString(16).padStart(8, '0')
    for (const [name, handler] of handlers) {
      const { code, tops, final } = await handler.ended()
      expect({ name, code, tops, final, told: handler.told }).toEqual({
        name,
        code: 0,
        tops: TOPS,
        final: [`final ${TOPS.at(-1)} orders 3 crc32 ${checksum}`],
        told: [
          'joined 1 lines',
          'session DAY1',
          'end of session DAY1',
          'session DAY2',
          'stopped before message 15, 0 problems',
        ],
      })
    }
  })
})
