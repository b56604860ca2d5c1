/**
 * Does multicast work here? Joins the feed's own groups at start-up, sends what the lines carry
 * while idle and waits for it to come back: better a refusal to start than a silent feed.
 */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { FeedLine, MulticastOptions } from './multicast-sender.ts'
import { closeSocket, multicastUnavailable } from './multicast-sender.ts'

const SELF_TEST_TIMEOUT_MS = 1000

export interface SelfTest extends MulticastOptions {
  /** Local ports that our lines send from, to tell our packets from a stranger's. */
  readonly ports: readonly number[]
  /** Sends one packet on every line. */
  sendIdle(): void
}

/** @throws ExchangeError EXC_MULTICAST_UNAVAILABLE when a line's packet is not seen in a second */
export async function testMulticast(test: SelfTest): Promise<void> {
  const timeout = AbortSignal.timeout(SELF_TEST_TIMEOUT_MS)
  const receivers: Receiver[] = []
  try {
    for (const [i, line] of test.lines.entries()) {
      receivers.push(await openReceiver(line, test.interface, test.ports[i]!))
    }
    test.sendIdle()
    await Promise.all(receivers.map((receiver) => receiver.seen(timeout)))
  } catch (cause) {
    throw multicastUnavailable(test.interface, cause)
  } finally {
    await Promise.all(receivers.map((receiver) => receiver.close()))
  }
}

interface Receiver {
  seen(timeout: AbortSignal): Promise<void>
  close(): Promise<void>
}

async function openReceiver(
  line: FeedLine,
  networkInterface: string,
  port: number,
): Promise<Receiver> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  try {
    socket.bind(line.port, line.group)
    await once(socket, 'listening')
    socket.addMembership(line.group, networkInterface)
  } catch (error) {
    socket.close()
    throw error
  }

  return {
    async seen(timeout) {
      for (;;) {
        const [, from] = (await once(socket, 'message', { signal: timeout })) as [
          unknown,
          { port: number },
        ]
        if (from.port === port) return
      }
    },
    close: () => closeSocket(socket),
  }
}
