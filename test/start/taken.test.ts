/**
 * `buttonwood serve` where something that it needs is taken or away: one line that says what, and
 * exit code 1. The directory is free again afterwards.
 */
import type { Socket as UdpSocket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import type { AddressInfo, Server } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buttonwood, ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'

const HOST = '127.0.0.1'

let folder: ExchangeFolder
let tcp: Server
let udp: UdpSocket
let tcpPort = 0
let udpPort = 0

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  tcp = createServer().listen(0, HOST)
  udp = createSocket('udp4').bind(0, HOST)
  await Promise.all([once(tcp, 'listening'), once(udp, 'listening')])
  tcpPort = (tcp.address() as AddressInfo).port
  udpPort = udp.address().port
})

afterAll(() => {
  tcp.close()
  udp.close()
  folder.remove()
})

/** Serves and fails. @returns the line on standard error, PORT for a taken port */
async function refusal(args: readonly string[] = []): Promise<string> {
  const { exitCode, stdout, stderr } = await buttonwood(['serve', '--config', folder.file, ...args])
  expect(exitCode).toBe(1)
  expect(stdout).not.toContain('ready')
  return stderr
    .replaceAll(folder.path, 'FOLDER')
    .replace(`:${tcpPort}`, ':PORT')
    .replace(`:${udpPort}`, ':PORT')
}

describe('serve says', { timeout: PROCESS_MS }, () => {
  // prettier-ignore
  it.each([
    [
      'that the FIX port is taken', () => ({ fix: { host: HOST, port: tcpPort } }),
      'buttonwood: FIX port 127.0.0.1:PORT is in use by another program; choose another fix.port or stop the other program [EXC_PORT_IN_USE]\n',
    ],
    [
      'that the retransmission port is taken', () => ({ itch: { retransmission: { host: HOST, port: udpPort } } }),
      'buttonwood: itch.retransmission: cannot listen on 127.0.0.1:PORT/udp; choose another host or port [EXC_PORT_IN_USE]\n',
    ],
    [
      'that the HTTP port is taken', () => ({ http: { host: HOST, port: tcpPort } }),
      'buttonwood: HTTP port 127.0.0.1:PORT is in use by another program; choose another http.port or stop the other program [EXC_PORT_IN_USE]\n',
    ],
    [
      'that no interface has the address for multicast', () => ({ itch: { interface: '192.0.2.1' } }),
      'buttonwood: itch.interface: multicast does not work on 192.0.2.1 (bind EADDRNOTAVAIL 192.0.2.1); name the IPv4 address of an interface that is up and allows multicast, or 127.0.0.1 [EXC_MULTICAST_UNAVAILABLE]\n',
    ],
  ])('%s', async (_, settings, line) => {
    folder.change(settings())
    expect(await refusal()).toBe(line)
    expect(existsSync(join(folder.dataDir, 'lock'))).toBe(false)
    folder.change({})
  })

  it('that PostgreSQL does not answer, without its password', async () => {
    const url = 'postgres://trader:secret@127.0.0.1:1/buttonwood'
    expect(await refusal(['--database-url', url])).toBe(
      "buttonwood: the drop copy's database postgres://trader:***@127.0.0.1:1/buttonwood cannot be used: connect ECONNREFUSED 127.0.0.1:1; start it, correct DATABASE_URL, or set dropcopy.database to embedded [EXC_DATABASE_UNREACHABLE]\n",
    )
  })

  it('which process has the data directory, and leaves that one alone', async () => {
    const first = await folder.serve()
    const line = await refusal()
    expect(line.replace(/since \S+Z/, 'since TIME')).toBe(
      `buttonwood: FOLDER/data/lock: process ${first.pid} holds the directory since TIME; stop it first, or use another directory [EXC_DIRECTORY_LOCKED]\n`,
    )
    expect((await first.stop()).exitCode).toBe(0)
  })
})
