/** When `buttonwood feed record` stops by itself, and what it says then: packets of the test's choice. */
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import type { Socket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtProgram } from '../support/made-once.ts'
import { SESSION, binaryFileOf, feedPackets } from '../support/recordings.ts'
import { ExchangeFolder } from '../support/running-exchange.ts'

const packets = feedPackets()
let folder: ExchangeFolder
let line: Socket

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  line = createSocket('udp4')
  line.bind(0)
  await once(line, 'listening')
  line.setMulticastInterface('127.0.0.1')
})

afterAll(() => {
  line.close()
  folder.remove()
})

/** Nobody answers requests here. @returns what the command said after it had joined */
async function record(file: string, sent: readonly Uint8Array[], ...options: string[]) {
  const path = join(folder.path, file)
  const args = ['feed', 'record', path, '--config', folder.file, ...options]
  const child = spawn(process.execPath, [...builtProgram(), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const stderr = text(child.stderr)
  await once(child.stderr, 'data')
  const { group, port } = folder.config().itch.channels[0]!.lines[0]!
  for (const packet of sent) line.send(packet, port, group)
  const [exitCode] = (await once(child, 'close')) as [number]

  const [, ...said] = (await stderr).replaceAll(`${folder.path}/`, '').trimEnd().split('\n')
  return { exitCode, said, bytes: new Uint8Array(readFileSync(path)) }
}

/** The packet in another session. */
function inSession(session: string, packet: Uint8Array): Uint8Array {
  const copy = packet.slice()
  copy.set(Buffer.from(session))
  return copy
}

describe('a recording of messages', () => {
  it('ends with its session, complete', async () => {
    expect(await record('ended.itch', packets)).toEqual({
      exitCode: 0,
      said: [`${SESSION} has ended`, `ended.itch: ${SESSION} · 15 messages`],
      bytes: binaryFileOf(packets),
    })
  })

  it('ends before the next session without the mark of its end, and fails', async () => {
    const next = inSession('261121ab10', packets[0]!)

    expect(await record('next.itch', [packets[0]!, packets[1]!, next])).toEqual({
      exitCode: 1,
      said: [
        `next.itch: ${SESSION} · 10 messages`,
        `buttonwood: next.itch: 261121ab10 has started, and the end of ${SESSION} was not heard [EXC_RECORDING]`,
      ],
      bytes: binaryFileOf(packets.slice(0, 2)).slice(0, -2),
    })
  })

  it('ends before messages that are lost, and fails', async () => {
    expect(await record('hole.itch', [packets[0]!, packets[2]!])).toEqual({
      exitCode: 1,
      said: [
        `hole.itch: ${SESSION} · 9 messages`,
        'buttonwood: hole.itch: messages 10 to 10 are lost, it ends before them [EXC_RECORDING]',
      ],
      bytes: binaryFileOf(packets.slice(0, 1)).slice(0, -2),
    })
  })

  it('says with which message it begins when nobody has those before', async () => {
    expect(await record('late.itch', packets.slice(2))).toEqual({
      exitCode: 0,
      said: [
        'late.itch begins with message 11: those before it are not available',
        `${SESSION} has ended`,
        `late.itch: ${SESSION} · 5 messages`,
      ],
      bytes: binaryFileOf(packets.slice(2)),
    })
  })

  it('ends after its duration', async () => {
    expect(await record('none.itch', [], '--duration', '1')).toEqual({
      exitCode: 0,
      said: ['none.itch: no session yet · 0 messages'],
      bytes: new Uint8Array(0),
    })
  })
})

describe('a recording of datagrams', () => {
  it('goes on over a hole and the end of the session, and fails for the hole', async () => {
    const sent = [...packets.slice(1, 2), ...packets.slice(3)]
    const { exitCode, said } = await record('all.pcap', sent, '--duration', '1')

    expect([exitCode, said]).toEqual([
      1,
      [
        'all.pcap begins with message 10: those before it are not available',
        `all.pcap: ${SESSION} · 4 datagrams · 5 messages`,
        `buttonwood: all.pcap: messages 11 to 11 of ${SESSION} are on no line [EXC_RECORDING]`,
      ],
    ])
  })
})
