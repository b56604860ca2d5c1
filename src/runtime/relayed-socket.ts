/**
 * A plain socket in place of one that cannot be given to another process, because its encryption stays in
 * this one: what is said on either is heard on the other, as fast as both read.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, Socket } from 'node:net'
import { assert } from '../domain/index.ts'

const HOST = '127.0.0.1'

/**
 * @param encrypted paused; nobody else may read it any more
 * @throws Error when this machine lets nobody connect to itself
 */
export async function relayedSocket(encrypted: Socket): Promise<Socket> {
  const server = createServer({ pauseOnConnect: true, noDelay: true }).listen(0, HOST)
  await once(server, 'listening')
  const near = connect({
    host: HOST,
    port: (server.address() as AddressInfo).port,
    noDelay: true,
  })
  const [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [
    [Socket],
    unknown,
  ]
  server.close()
  assert(far instanceof Socket && far.remotePort === near.localPort, 'nobody else came first')
  encrypted.removeAllListeners('data')
  join(encrypted, near)
  return far
}

/** The end of one is the end of the other. */
function join(one: Socket, other: Socket): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.pipe(to)
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
  }
}
