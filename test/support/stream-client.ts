/** A client of the stream, or of snapshots, over SoupBinTCP that keeps every message. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { vi } from 'vitest'
import type { ItchMessage, SoupLogin } from '../../src/wire/index.ts'
import {
  decodeItch,
  loginRequest,
  readAcceptance,
  soupPacket,
  SoupReader,
  SoupType,
} from '../../src/wire/index.ts'

const HOST = '127.0.0.1'
/** As the configuration has it that is shipped. */
export const USER = { username: 'demo', password: 'demo' }
const WAIT_MS = 10_000

export class StreamClient {
  /** Bytes of the messages in hexadecimal, those that nobody knows too. */
  readonly content: string[] = []
  readonly messages: ItchMessage[] = []
  /** What came besides sequenced data and heartbeats. */
  readonly heard: string[] = []
  session = ''
  first = 0
  private readonly socket: Socket

  constructor(port: number, login: Partial<SoupLogin> = {}) {
    this.socket = connect(port, HOST)
    const reader = new SoupReader((type, payload) => this.take(type, payload))
    this.socket.on('data', (chunk) => reader.push(chunk))
    this.socket.on('error', () => this.heard.push('error'))
    this.socket.on('close', () => this.heard.push('closed'))
    this.socket.write(loginRequest({ ...USER, session: '', sequence: 1, ...login }))
  }

  /** Number of the message that it has not yet. */
  get next(): number {
    return this.first + this.content.length
  }

  /** Waits for the answer to the login. */
  async isLoggedIn(): Promise<boolean> {
    const check = (): void => {
      if (this.first === 0 && this.heard.length === 0) throw new Error('nobody answers the login')
    }
    await vi.waitFor(check, { timeout: WAIT_MS, interval: 2 })
    return this.first > 0
  }

  async reaches(sequence: number): Promise<void> {
    const check = (): void => {
      if (this.next <= sequence) throw new Error(`the stream stands before ${this.next}`)
    }
    await vi.waitFor(check, { timeout: WAIT_MS, interval: 2 })
  }

  async close(): Promise<void> {
    this.socket.end(soupPacket(SoupType.LogoutRequest))
    if (!this.socket.closed) await once(this.socket, 'close')
  }

  async untilClosed(): Promise<void> {
    const check = (): void => {
      if (this.heard.at(-1) !== 'closed') throw new Error('the connection is open')
    }
    await vi.waitFor(check, { timeout: WAIT_MS })
  }

  private take(type: number, payload: Uint8Array): void {
    if (type === SoupType.SequencedData) return this.keep(payload)
    if (type === SoupType.LoginAccepted) {
      const { session, sequence } = readAcceptance(payload)!
      this.session = session
      this.first = sequence
    } else if (type !== SoupType.ServerHeartbeat) {
      this.heard.push(`${String.fromCharCode(type)}${Buffer.from(payload).toString()}`)
    }
  }

  private keep(payload: Uint8Array): void {
    const { buffer, length } = payload.slice()
    this.content.push(Buffer.from(buffer).toString('hex'))
    const message = decodeItch(new DataView(buffer), 0, length)
    if (message !== undefined) this.messages.push(message)
  }
}
