/**
 * Plain sockets in place of those that cannot be given to another process, because their encryption stays
 * in this one: what is said on either is heard on the other, as fast as both read. A client that takes
 * nothing for too long loses its relay; whoever writes at the plain end cannot see that it is stuck here.
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, Socket } from 'node:net'

const HOST = '127.0.0.1'
/** A connection of this machine to itself takes no longer. */
const CONNECT_MS = 2_000
const TICK_MS = 1_000

export class SocketRelays {
  private readonly relays = new Set<Relay>()
  private readonly stuckMs: number
  private ticker: NodeJS.Timeout | undefined

  /** @param stuckMs how long a client may take nothing of what waits for it */
  constructor(stuckMs: number) {
    this.stuckMs = stuckMs
  }

  /** Clients with a relay. */
  get count(): number {
    return this.relays.size
  }

  /**
   * @param encrypted paused; nobody else may read it any more
   * @returns the socket that stands for it
   * @throws Error when the client is gone by now, or this machine lets nobody connect to itself
   */
  async open(encrypted: Socket): Promise<Socket> {
    encrypted.removeAllListeners('data')
    const { near, far } = await connectedPair()
    if (encrypted.destroyed) {
      near.destroy()
      far.destroy()
      throw new Error('the client is gone')
    }
    const relay = new Relay(encrypted, near, () => this.relays.delete(relay))
    this.relays.add(relay)
    this.ticker ??= setInterval(() => this.tick(), TICK_MS).unref()
    return far
  }

  /** Ends all of them, behind what they have to say. */
  close(): void {
    clearInterval(this.ticker)
    for (const relay of this.relays) relay.end()
  }

  private tick(): void {
    const nowMs = performance.now()
    for (const relay of this.relays) relay.tick(nowMs, this.stuckMs)
  }
}

class Relay {
  private readonly encrypted: Socket
  /** Since when something waits for the client, who has taken nothing of it. */
  private blockedSinceMs = Infinity

  constructor(encrypted: Socket, near: Socket, onEnd: () => void) {
    this.encrypted = encrypted
    encrypted.on('drain', () => (this.blockedSinceMs = Infinity))
    encrypted.on('close', () => {
      near.destroy()
      onEnd()
    })
    near.on('close', () => encrypted.destroySoon())
    encrypted.pipe(near)
    near.pipe(encrypted)
  }

  tick(nowMs: number, stuckMs: number): void {
    if (this.encrypted.writableLength === 0) this.blockedSinceMs = Infinity
    else if (this.blockedSinceMs === Infinity) this.blockedSinceMs = nowMs
    else if (nowMs - this.blockedSinceMs >= stuckMs) this.encrypted.destroy()
  }

  end(): void {
    this.encrypted.destroySoon()
  }
}

/** Both ends of a connection of this process to itself; `far` is paused. */
async function connectedPair(): Promise<{ near: Socket; far: Socket }> {
  const signal = AbortSignal.timeout(CONNECT_MS)
  const accepted: Socket[] = []
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) =>
    accepted.push(socket),
  )
  const near = new Socket()
  // Who waits hears of it; later a `close` follows.
  near.on('error', () => {})
  try {
    await once(server.listen(0, HOST), 'listening', { signal })
    const { port } = server.address() as AddressInfo
    const connected = Promise.all([
      once(server, 'connection', { signal }),
      once(near, 'connect', { signal }),
    ])
    near.connect({ host: HOST, port, noDelay: true })
    await connected
    const far = accepted.find(({ remotePort }) => remotePort === near.localPort)
    if (far === undefined) throw new Error('somebody else has connected')
    for (const stranger of accepted) if (stranger !== far) stranger.destroy()
    return { near, far }
  } catch (error) {
    near.destroy()
    for (const socket of accepted) socket.destroy()
    throw error
  } finally {
    server.close()
  }
}
