/**
 * The lines from one network into another, by a process that stands in both: what comes in on an interface
 * goes out on the other, on the same groups, as well or as badly as it is told. A line of its input is the
 * faults from now on; a line of its output is what it has done so far.
 */
import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Random } from '../../src/client/index.ts'
import type { FeedLine } from '../../src/client/index.ts'
import type { LineFaults } from './faulty-line.ts'
import { FaultyLine } from './faulty-line.ts'

const BUFFER_BYTES = 4 << 20

export interface RelayOptions {
  readonly lines: readonly FeedLine[]
  /** Address of the interface that receives. */
  readonly from: string
  /** Of the one that sends. */
  readonly to: string
  readonly seed: number
}

/** Of all lines, since the start. */
export type RelayCounters = FaultyLine['counters']

async function receiver({ group, port }: FeedLine, from: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true, recvBufferSize: BUFFER_BYTES })
  socket.bind(port, group)
  await once(socket, 'listening')
  socket.addMembership(group, from)
  return socket
}

async function sender(to: string): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', sendBufferSize: BUFFER_BYTES })
  socket.bind(0, to)
  await once(socket, 'listening')
  socket.setMulticastInterface(to)
  return socket
}

async function relay({ lines, from, to, seed }: RelayOptions): Promise<void> {
  const faulty: FaultyLine[] = []
  for (const line of lines) {
    const [incoming, outgoing] = [await receiver(line, from), await sender(to)]
    const one = new FaultyLine({
      random: new Random(seed).fork(line.group),
      send: (packet) => outgoing.send(packet, line.port, line.group),
      later: setTimeout,
      burst: (packets) => {
        for (const other of faulty) other.lose(packets)
      },
    })
    incoming.on('message', (packet) => one.take(packet))
    faulty.push(one)
  }
  createInterface({ input: process.stdin })
    .on('line', (text) => {
      for (const line of faulty) line.behave(JSON.parse(text) as LineFaults)
      report(faulty)
    })
    .on('close', () => process.exit(0))
  report(faulty)
}

function report(faulty: readonly FaultyLine[]): void {
  const sum: RelayCounters = { packets: 0, doubled: 0, late: 0, lost: 0 }
  for (const { counters } of faulty) {
    sum.packets += counters.packets
    sum.doubled += counters.doubled
    sum.late += counters.late
    sum.lost += counters.lost
  }
  console.log(JSON.stringify(sum))
}

await relay(JSON.parse(process.argv[2]!) as RelayOptions)
