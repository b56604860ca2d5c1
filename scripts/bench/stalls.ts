/**
 * How long others wait while one message of somebody sets off much: a trade that triggers ten thousand
 * stops, an order that executes against a hundred thousand, a request that cancels as many. A session
 * beside it asks every few milliseconds whether somebody is there.
 */
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { encodeLine, readable } from '../../test/support/transcript.ts'
import { startExchange, stopExchange } from './target.ts'

type Print = (line: string) => void

const STOPS = 10_000
const ORDERS = 100_000
const ASK_EVERY_MS = 5
/** What others may wait. */
const STALL_MS_MAX = 100
const CHUNK_MESSAGES = 1_000
const AT_REST_MS = 2_000

/** A session that says messages and counts what it hears. */
class Talker {
  heard = 0
  private next = 1
  private readonly socket: Socket
  private readonly compId: string

  private constructor(socket: Socket, compId: string) {
    this.socket = socket
    this.compId = compId
  }

  static async logOn(port: number, compId: string, onMessage?: (text: string) => void) {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const talker = new Talker(socket, compId)
    let rest = ''
    socket.on('data', (chunk) => {
      const messages = (rest + readable(chunk)).split(/(?<=\|10=\d{3}\|)/)
      rest = /\|10=\d{3}\|$/.test(messages.at(-1)!) ? '' : messages.pop()!
      talker.heard += messages.length
      for (const message of messages) onMessage?.(message)
    })
    talker.say([`35=A|98=0|108=60|141=Y|553=${compId}|554=${compId.toLowerCase()}`])
    await talker.heardSoMany(1)
    return talker
  }

  say(texts: readonly string[]): void {
    const sendingTime = new Date().toISOString().replaceAll('-', '').replace('T', '-').slice(0, -1)
    const parties = { senderCompId: this.compId, targetCompId: 'BUTTONWOOD', sendingTime }
    const encode = (text: string) => encodeLine(text, { ...parties, msgSeqNum: this.next++ })
    this.socket.write(Buffer.concat(texts.map(encode)))
  }

  /** Says many, as fast as they are answered. */
  async sayAll(texts: readonly string[]): Promise<void> {
    for (let at = 0; at < texts.length; at += CHUNK_MESSAGES) {
      const until = this.heard + Math.min(CHUNK_MESSAGES, texts.length - at)
      this.say(texts.slice(at, at + CHUNK_MESSAGES))
      await this.heardSoMany(until)
    }
  }

  async heardSoMany(count: number): Promise<void> {
    while (this.heard < count) await delay(1)
  }

  close(): void {
    this.socket.destroy()
  }
}

/** Asks again and again, and knows the longest time that it waited for an answer. */
class Watch {
  worstMs = 0
  private readonly talker: Promise<Talker>
  private readonly timer: NodeJS.Timeout
  private readonly asked = new Map<string, number>()

  constructor(port: number) {
    this.talker = Talker.logOn(port, 'GLOBEX', (text) => this.hear(text))
    let questions = 0
    this.timer = setInterval(() => {
      void this.talker.then((talker) => {
        const id = `Q${++questions}`
        this.asked.set(id, performance.now())
        talker.say([`35=1|112=${id}`])
      })
    }, ASK_EVERY_MS)
  }

  async end(): Promise<void> {
    clearInterval(this.timer)
    const talker = await this.talker
    talker.close()
  }

  private hear(message: string): void {
    const id = /\|112=(Q\d+)\|/.exec(message)?.[1]
    if (id === undefined) return
    this.worstMs = Math.max(this.worstMs, performance.now() - this.asked.get(id)!)
    this.asked.delete(id)
  }
}

let ids = 0
const order = (terms: string): string =>
  `35=D|11=N${++ids}|55=AAPL|60=20261123-14:30:00.000|${terms}`
const many = (count: number, terms: string): string[] =>
  Array.from({ length: count }, () => order(terms))

interface Scene {
  readonly name: string
  prepare(acme: Talker): Promise<void>
  /** The one message. */
  readonly message: string
  /** Messages that it causes. */
  readonly answers: number
}

const SCENES: readonly Scene[] = [
  {
    name: `one trade triggers ${STOPS} stops`,
    async prepare(acme) {
      await acme.sayAll(many(STOPS, '54=1|38=1|40=3|99=183'))
      await acme.sayAll([order(`54=2|38=${STOPS + 1}|40=2|44=183`)])
    },
    message: '54=1|38=1|40=1',
    // Accepted and two executions; and for each stop, that it is triggered and two executions.
    answers: 3 + 3 * STOPS,
  },
  {
    name: `one order executes against ${ORDERS}`,
    prepare: (acme) => acme.sayAll(many(ORDERS, '54=2|38=1|40=2|44=190')),
    message: `54=1|38=${ORDERS}|40=2|44=190`,
    answers: 1 + 2 * ORDERS,
  },
  {
    name: `one request cancels ${ORDERS} orders`,
    prepare: (acme) => acme.sayAll(many(ORDERS, '54=1|38=1|40=2|44=170')),
    message: 'q',
    answers: 1 + ORDERS,
  },
]

export async function benchStalls(print: Print): Promise<void> {
  const exchange = await startExchange()
  try {
    const watch = new Watch(exchange.port)
    await delay(AT_REST_MS)
    print('what one message sets off                    in all   others wait at most')
    print(row('nothing', AT_REST_MS, watch.worstMs))
    const acme = await Talker.logOn(exchange.port, 'ACME')
    for (const scene of SCENES) {
      await scene.prepare(acme)
      await delay(AT_REST_MS)
      watch.worstMs = 0
      const began = performance.now()
      const until = acme.heard + scene.answers
      const massCancel = `35=q|11=N${++ids}|530=7|60=20261123-14:30:00.000`
      acme.say([scene.message === 'q' ? massCancel : order(scene.message)])
      await acme.heardSoMany(until)
      const tookMs = performance.now() - began
      await delay(AT_REST_MS / 4)
      const verdict = watch.worstMs <= STALL_MS_MAX ? 'passes' : 'FAILS'
      print(`${row(scene.name, tookMs, watch.worstMs)}   ${verdict}: at most ${STALL_MS_MAX} ms`)
    }
    acme.close()
    await watch.end()
  } finally {
    await stopExchange(exchange)
  }
}

const row = (name: string, tookMs: number, worstMs: number): string =>
  `${name.padEnd(38)}${tookMs.toFixed(0).padStart(9)} ms${worstMs.toFixed(1).padStart(15)} ms`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchStalls((line) => console.log(line))
}
