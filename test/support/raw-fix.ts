/**
 * FIX by hand over a real socket: every byte that is sent is the test's choice, and every message
 * that comes back is read with nothing of ours but `|` for the delimiter. What it always checks
 * itself: BodyLength, CheckSum, CompIDs, and that MsgSeqNum rises by one.
 */
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import type { ConnectionOptions } from 'node:tls'
import { connect as connectTls } from 'node:tls'
import { once } from 'node:events'
import { encodeLine } from './transcript.ts'

const EXCHANGE = 'BUTTONWOOD'
const SOH = '\u0001'
const HEAD = new RegExp(`^8=FIX[.]4[.]4${SOH}9=(\\d+)${SOH}`)
const ANSWER_MS = 5_000

export interface RawFixOptions {
  readonly port: number
  readonly compId: string
  readonly password: string
  /** MsgSeqNum(34) of the Logon, and of the exchange's answer. */
  readonly next?: number
  readonly expected?: number
  /** The connection is TLS. */
  readonly tls?: ConnectionOptions
}

export class RawFix {
  readonly compId: string
  /** MsgSeqNum(34) of our next message. */
  next: number
  /** MsgSeqNum(34) of their next message. */
  expected: number
  private readonly password: string
  private readonly socket: Socket
  private received = ''
  private wake: () => void = () => undefined
  private isClosed = false

  private constructor(socket: Socket, options: RawFixOptions) {
    this.socket = socket
    this.compId = options.compId
    this.password = options.password
    this.next = options.next ?? 1
    this.expected = options.expected ?? 1
    socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1')
      this.wake()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.isClosed = true
      this.wake()
    })
  }

  static async connect(options: RawFixOptions): Promise<RawFix> {
    const { port, tls } = options
    const to = { host: '127.0.0.1', port, noDelay: true }
    const socket = tls === undefined ? connect(to) : connectTls({ ...to, ...tls })
    await once(socket, tls === undefined ? 'connect' : 'secureConnect')
    return new RawFix(socket, options)
  }

  /** Logs on; gives the answer. */
  async logOn(more = ''): Promise<string> {
    this.say(`35=A|98=0|108=60|553=${this.compId}|554=${this.password}|${more}`)
    return this.hear()
  }

  /** Logs out and closes, as the one who began it. */
  async logOut(): Promise<void> {
    this.say('35=5')
    await this.hear()
    await this.end()
  }

  /** Closes our side and waits for theirs. */
  async end(): Promise<void> {
    this.socket.end()
    await this.closed()
  }

  /** Sends fields such as `35=0|112=x`; what is not given of the header is right. @returns its number */
  say(text: string): number {
    const msgSeqNum = this.next++
    this.write(this.encode(text, msgSeqNum))
    return msgSeqNum
  }

  encode(text: string, msgSeqNum: number): Buffer {
    return encodeLine(text, {
      senderCompId: this.compId,
      targetCompId: EXCHANGE,
      msgSeqNum,
      sendingTime: utc(),
    })
  }

  write(bytes: Uint8Array | string): void {
    this.socket.write(bytes)
  }

  /** Reads nothing any more; the kernel's buffers fill up. */
  stopReading(): void {
    this.socket.pause()
  }

  /** The next message, header and trailer taken off where they are as they must be. */
  async hear(): Promise<string> {
    const fields = await this.hearFields()
    const header = { 8: 'FIX.4.4', 49: EXCHANGE, 56: this.compId, 34: String(this.expected) }
    for (const [tag, value] of Object.entries(header)) {
      const found = fields.find(([given]) => given === Number(tag))?.[1]
      if (found !== value) throw new Error(`${tag}=${found}, not ${value}: ${print(fields)}`)
    }
    this.expected++
    return print(fields.filter(([tag]) => ![8, 9, 34, 49, 52, 56, 10].includes(tag)))
  }

  /** The next message as it came. */
  async hearFields(): Promise<Field[]> {
    const message = await this.until(() => this.takeMessage())
    if (message === undefined) throw new Error('the exchange closed the connection')
    return fieldsOf(message)
  }

  /** Waits for the end of the connection; gives what was said before it. */
  async closed(): Promise<string> {
    let said = ''
    for (;;) {
      const message = await this.until(() => this.takeMessage())
      if (message === undefined) break
      said += `${print(fieldsOf(message))}\n`
    }
    this.socket.destroy()
    return said + this.received
  }

  private async until(take: () => string | undefined): Promise<string | undefined> {
    const deadlineMs = performance.now() + ANSWER_MS
    for (;;) {
      const message = take()
      if (message !== undefined || this.isClosed) return message
      const leftMs = deadlineMs - performance.now()
      if (leftMs <= 0) throw new Error('no answer in time')
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs)
        this.wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  private takeMessage(): string | undefined {
    const head = HEAD.exec(this.received)
    if (head === null) {
      if (this.received.length > 25) throw new Error(`not a FIX message: ${this.received}`)
      return undefined
    }
    const body = head[0].length + Number(head[1])
    const length = body + '10=123|'.length
    if (this.received.length < length) return undefined

    const message = this.received.slice(0, length)
    this.received = this.received.slice(length)
    const sum = Buffer.from(message.slice(0, body), 'latin1').reduce((a, b) => a + b, 0)
    const trailer = `10=${String(sum % 256).padStart(3, '0')}${SOH}`
    if (message.slice(body) !== trailer) throw new Error(`wrong trailer: ${message}`)
    return message
  }
}

type Field = [tag: number, value: string]

function fieldsOf(message: string): Field[] {
  return message
    .slice(0, -1)
    .split(SOH)
    .map((field) => {
      const at = field.indexOf('=')
      return [Number(field.slice(0, at)), field.slice(at + 1)]
    })
}

const print = (fields: readonly Field[]): string =>
  fields.map(([tag, value]) => `${tag}=${value}`).join('|')

/** UTCTimestamp of so many seconds from now. */
export function utc(offsetSeconds = 0): string {
  const text = new Date(Date.now() + offsetSeconds * 1_000).toISOString()
  return text.replaceAll('-', '').replace('T', '-').replace('Z', '')
}
