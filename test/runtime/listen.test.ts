import type { AddressInfo, Server } from 'node:net'
import { connect, createServer } from 'node:net'
import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import type { Logger } from '../../src/runtime/index.ts'
import { listen, silentLogger } from '../../src/runtime/index.ts'

const opened: Server[] = []
afterEach(() => {
  for (const server of opened.splice(0)) server.close()
})

/** A server on a port, and what its log says. */
async function aServer(port = 0) {
  const log: unknown[] = []
  const logger: Logger = { ...silentLogger, error: (...line) => void log.push(line) }
  const server = createServer((socket) => socket.end())
  opened.push(server)
  await listen(server, { host: '127.0.0.1', port, name: 'FIX port', setting: 'fix.port', logger })
  return { server, log, port: (server.address() as AddressInfo).port }
}

describe('a TCP port', () => {
  it('that cannot accept a connection logs each time why, and goes on', async () => {
    const { server, log, port } = await aServer()
    server.emit('error', new Error('accept EMFILE'))
    server.emit('error', new Error('accept ENOBUFS'))

    const what = 'a connection could not be accepted'
    expect(log).toEqual([
      [{ port: 'FIX port', reason: 'accept EMFILE' }, what],
      [{ port: 'FIX port', reason: 'accept ENOBUFS' }, what],
    ])
    await once(connect(port, '127.0.0.1'), 'connect')
  })

  it('that another program has is named, with what to change', async () => {
    const { port } = await aServer()

    await expect(aServer(port)).rejects.toMatchObject({
      code: 'EXC_PORT_IN_USE',
      message: `FIX port 127.0.0.1:${port} is in use by another program; choose another fix.port or stop the other program`,
    })
  })
})
