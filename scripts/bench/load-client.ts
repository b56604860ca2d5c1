/**
 * A FIX client that costs as little as possible: pre-encoded messages with their numbers patched in,
 * answers framed by BodyLength and counted. Runs in a process of its own, so that it measures the
 * server and not itself.
 *
 *   closed loop  `window` requests are under way at any time
 *   open loop    `rate` requests a second leave on schedule, whatever the answers do; latency counts
 *                from the scheduled moment
 */
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import process from 'node:process'

export interface LoadOptions {
  readonly port: number
  readonly compId: string
  readonly password: string
  /** new: resting orders. mixed: 55 % new (every tenth crosses), 40 % cancel, 5 % replace. */
  readonly flow: 'new' | 'mixed'
  readonly requests: number
  /** Requests under way; 0 = open loop. */
  readonly window: number
  /** Requests a second of an open loop. */
  readonly rate: number
  /** Time between two looks at the schedule of an open loop; without it a core does nothing else. */
  readonly everyMs?: number
  /** First ClOrdID number: runs on one server must not share ids. */
  readonly firstId: number
}

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  /** Latency percentiles in milliseconds. */
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const SOH = '\u0001'
const SEQ_DIGITS = 8
const ZERO = 0x30

/** A message whose MsgSeqNum, ids, price and quantity are patched in place. */
class Template {
  readonly bytes: Buffer
  private readonly baseSum: number
  private readonly slots = new Map<string, { at: number; digits: number }>()

  /** @param body `11={id:9}|44={price:3}…` behind the header */
  constructor(msgType: string, compId: string, body: string) {
    const time = utcTimestamp()
    const head = `35=${msgType}|49=${compId}|56=BUTTONWOOD|34={seq:${SEQ_DIGITS}}|52=${time}|`
    const pattern = msgType === 'A' ? `${head}${body}|` : `${head}${body}|60=${time}|`
    let text = ''
    const found: [string, number, number][] = []
    for (const part of pattern.split(/(\{\w+:\d+\})/)) {
      const slot = /^\{(\w+):(\d+)\}$/.exec(part)
      if (slot === null) text += part.replaceAll('|', SOH)
      else {
        found.push([slot[1]!, text.length, Number(slot[2])])
        text += '0'.repeat(Number(slot[2]))
      }
    }
    const opening = `8=FIX.4.4${SOH}9=${text.length}${SOH}`
    this.bytes = Buffer.from(`${opening}${text}10=000${SOH}`, 'latin1')
    for (const [name, at, digits] of found) {
      this.slots.set(name, { at: opening.length + at, digits })
    }
    let sum = 0
    for (const byte of this.bytes.subarray(0, this.bytes.length - 7)) sum += byte
    for (const { digits } of this.slots.values()) sum -= digits * ZERO
    this.baseSum = sum
  }

  slot(name: string): { at: number; digits: number } {
    return this.slots.get(name)!
  }

  /** Copies the message to `out` at `at`, with `values` in the slots; gives the next offset. */
  write(
    out: Buffer,
    at: number,
    slots: readonly { at: number; digits: number }[],
    values: readonly number[],
  ): number {
    this.bytes.copy(out, at)
    let sum = this.baseSum
    for (let i = 0; i < slots.length; i++) {
      const { at: offset, digits } = slots[i]!
      let rest = values[i]!
      for (let place = at + offset + digits - 1; place >= at + offset; place--) {
        const digit = rest % 10
        rest = (rest - digit) / 10
        out[place] = ZERO + digit
        sum += ZERO + digit
      }
    }
    const end = at + this.bytes.length
    const checksum = sum & 255
    out[end - 4] = ZERO + Math.floor(checksum / 100)
    out[end - 3] = ZERO + (Math.floor(checksum / 10) % 10)
    out[end - 2] = ZERO + (checksum % 10)
    return end
  }
}

function utcTimestamp(): string {
  return new Date().toISOString().replaceAll('-', '').replace('T', '-').replace('Z', '')
}

/** Logs on with fresh numbers, sends the requests and waits for every answer. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  const logon = new Template(
    'A',
    options.compId,
    `98=0|108=60|141=Y|553=${options.compId}|554=${options.password}`,
  )
  const out = Buffer.alloc(1 << 10)
  socket.write(out.subarray(0, logon.write(out, 0, [logon.slot('seq')], [1])))
  await new Promise<void>((resolve) => socket.once('data', () => resolve()))

  const result = await new Run(socket, options).finished
  socket.destroy()
  return result
}

class Run {
  readonly finished: Promise<LoadResult>
  private readonly socket: Socket
  private readonly options: LoadOptions
  private readonly make: Requests
  private readonly out = Buffer.alloc(1 << 20)
  private readonly sentAt: Float64Array
  private readonly latency: Float64Array
  private sent = 0
  private answered = 0
  private startMs = 0
  private carry: Buffer = Buffer.alloc(0)
  private finish: (result: LoadResult) => void = () => {}

  constructor(socket: Socket, options: LoadOptions) {
    this.socket = socket
    this.options = options
    this.make = new Requests(options)
    this.sentAt = new Float64Array(options.requests)
    this.latency = new Float64Array(options.requests)
    this.finished = new Promise((resolve) => (this.finish = resolve))
    socket.on('data', (chunk: Buffer) => this.receive(chunk))
    socket.on('close', () => {
      if (this.answered < options.requests) throw new Error(`closed after ${this.answered} answers`)
    })
    this.startMs = performance.now()
    if (options.window > 0) this.send(options.window)
    else this.sendOnSchedule()
  }

  private send(count: number, scheduledMs?: (index: number) => number): void {
    const last = Math.min(this.options.requests, this.sent + count)
    const now = performance.now()
    let at = 0
    while (this.sent < last) {
      if (at > this.out.length - 512) {
        this.socket.write(Buffer.from(this.out.subarray(0, at)))
        at = 0
      }
      this.sentAt[this.sent] = scheduledMs?.(this.sent) ?? now
      at = this.make.next(this.out, at)
      this.sent++
    }
    if (at > 0) this.socket.write(Buffer.from(this.out.subarray(0, at)))
  }

  private sendOnSchedule(): void {
    const { rate, requests, everyMs } = this.options
    const scheduledMs = (index: number) => this.startMs + (index * 1000) / rate
    const step = () => {
      const due = Math.floor(((performance.now() - this.startMs) * rate) / 1000) + 1
      if (due > this.sent) this.send(due - this.sent, scheduledMs)
      if (this.sent >= requests) return
      if (everyMs === undefined) setImmediate(step)
      else setTimeout(step, everyMs)
    }
    step()
  }

  private receive(chunk: Buffer): void {
    const bytes = this.carry.length === 0 ? chunk : Buffer.concat([this.carry, chunk])
    const now = performance.now()
    const before = this.answered
    let at = 0
    for (;;) {
      // 8=FIX.4.4|9=nnn|
      let length = 0
      let p = at + 12
      while (p < bytes.length && bytes[p] !== 1) length = length * 10 + bytes[p++]! - ZERO
      const end = p + 1 + length + 7
      if (p >= bytes.length || end > bytes.length) break
      if (isAnswer(bytes, p + 1)) {
        this.latency[this.answered] = now - this.sentAt[this.answered]!
        this.answered++
      }
      at = end
    }
    this.carry = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at))

    if (this.answered > this.sent)
      throw new Error(`${this.answered} answers to ${this.sent} requests`)
    if (this.answered === this.options.requests) return this.report()
    if (this.options.window > 0 && this.answered > before) this.send(this.answered - before)
  }

  private report(): void {
    const seconds = (performance.now() - this.startMs) / 1000
    const sorted = this.latency.sort()
    const percentile = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]!
    this.finish({
      requests: this.options.requests,
      seconds,
      p50: percentile(0.5),
      p99: percentile(0.99),
      max: percentile(1),
    })
  }
}

const EXEC_TYPE = Buffer.from('\u0001150=')

/** One answer a request: 8 that is no trade, or 9. `at` is behind BodyLength, on `35=`. */
function isAnswer(bytes: Buffer, at: number): boolean {
  const msgType = bytes[at + 3]
  if (msgType === 0x39) return true
  if (msgType !== 0x38) return false
  const execType = bytes.indexOf(EXEC_TYPE, at)
  return bytes[execType + 5] !== 0x46
}

/** The flow: what the next request is. Deterministic, so every run asks the same. */
class Requests {
  private readonly templates: Record<'D' | 'F' | 'G', Template>
  private readonly slots: Record<'D' | 'F' | 'G', { at: number; digits: number }[]>
  private readonly sell: Template
  private seq = 2
  private id: number
  private random = 12345
  /** Ids of orders that rest, as a ring from which cancels and replaces take the oldest. */
  private readonly live: number[] = []
  private head = 0
  private readonly mixed: boolean

  constructor({ compId, flow, firstId }: LoadOptions) {
    this.id = firstId
    this.mixed = flow === 'mixed'
    const terms = '38=100|40=2|44={price:3}.50|21=1'
    const change = '11={id:9}|41={orig:9}|55=AAPL'
    this.templates = {
      D: new Template('D', compId, `11={id:9}|55=AAPL|54=1|${terms}`),
      F: new Template('F', compId, `${change}|54=1|38=100`),
      G: new Template('G', compId, `${change}|54=1|${terms}`),
    }
    this.sell = new Template('D', compId, `11={id:9}|55=AAPL|54=2|${terms}`)
    const slotsOf = (template: Template, names: string[]) =>
      names.map((name) => template.slot(name))
    this.slots = {
      D: slotsOf(this.templates.D, ['seq', 'id', 'price']),
      F: slotsOf(this.templates.F, ['seq', 'id', 'orig']),
      G: slotsOf(this.templates.G, ['seq', 'id', 'orig', 'price']),
    }
  }

  next(out: Buffer, at: number): number {
    this.random = (Math.imul(this.random, 1664525) + 1013904223) >>> 0
    const dice = (this.random >>> 8) % 100
    const seq = this.seq++
    const id = this.id++
    const price = 150 + ((this.random >>> 16) % 50)
    if (!this.mixed || dice < 55 || this.head === this.live.length)
      return this.enter(out, at, seq, id, price, dice)

    const orig = this.live[this.head++]!
    if (this.head > 100_000) this.compact()
    if (dice < 95) return this.templates.F.write(out, at, this.slots.F, [seq, id, orig])
    this.live.push(id)
    return this.templates.G.write(out, at, this.slots.G, [seq, id, orig, price])
  }

  private enter(
    out: Buffer,
    at: number,
    seq: number,
    id: number,
    price: number,
    dice: number,
  ): number {
    if (this.mixed && dice < 5) return this.sell.write(out, at, this.slots.D, [seq, id, price])
    if (this.mixed) this.live.push(id)
    return this.templates.D.write(out, at, this.slots.D, [seq, id, price])
  }

  private compact(): void {
    this.live.splice(0, this.head)
    this.head = 0
  }
}

if (process.argv[2] === '--run') {
  const result = await runLoad(JSON.parse(process.argv[3]!) as LoadOptions)
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
