/** Keeps the bytes of every message on the lines, and tells when a sequence number shows others. */
import type { Socket } from 'node:dgram'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { eachMessage, readPacket } from '../../src/wire/index.ts'

export class FeedRecorder {
  /** Message bytes in hexadecimal by `session sequence`. */
  readonly messages = new Map<string, string>()
  readonly sessions = new Set<string>()
  readonly violations: string[] = []
  private readonly sockets: Socket[] = []

  static async open(lines: readonly { group: string; port: number }[]): Promise<FeedRecorder> {
    const recorder = new FeedRecorder()
    for (const { group, port } of lines) {
      const socket = createSocket({ type: 'udp4', reuseAddr: true, recvBufferSize: 4 << 20 })
      socket.bind(port, group)
      await once(socket, 'listening')
      socket.addMembership(group, '127.0.0.1')
      socket.on('message', (packet) => recorder.take(packet))
      recorder.sockets.push(socket)
    }
    return recorder
  }

  /** What was shown and is not in the journal, printed again from its beginning, as it was shown. */
  differencesFrom(printed: ReadonlyMap<string, string>): string[] {
    return [...this.messages]
      .filter(([name, shown]) => printed.get(name) !== shown)
      .map(([name, shown]) => `${name} was shown as ${shown}`)
  }

  close(): void {
    for (const socket of this.sockets) socket.close()
  }

  private take(bytes: Uint8Array): void {
    const packet = readPacket(bytes)
    if (packet === undefined) {
      this.violations.push(`no packet: ${Buffer.from(bytes).toString('hex')}`)
      return
    }
    this.sessions.add(packet.session)
    eachMessage(packet, (sequence, view, at, length) => {
      const message = Buffer.from(view.buffer, view.byteOffset + at, length).toString('hex')
      const name = `${packet.session} ${sequence}`
      const before = this.messages.get(name)
      if (before !== undefined && before !== message) {
        this.violations.push(`${name} was ${before} and is ${message}`)
      }
      this.messages.set(name, message)
    })
  }
}
