/**
 * The admin API on a real HTTP server, over a desk that remembers what it was asked and answers as the engine
 * does: each request id once.
 */
import type { IncomingHttpHeaders } from 'node:http'
import { request as httpRequest } from 'node:http'
import type { AdminDesk } from '../../src/admin/index.ts'
import { AdminApi, newToken } from '../../src/admin/index.ts'
import { StatusServer } from '../../src/console/index.ts'
import type { AdminConfig, AdminRole, AdminToken, Logger } from '../../src/runtime/index.ts'
import { Metrics, silentLogger } from '../../src/runtime/index.ts'
import type { OperatorCommand, OperatorRecord } from '../../src/wire/index.ts'

const PEOPLE: readonly (readonly [name: string, role: AdminRole])[] = [
  ['victor', 'viewer'],
  ['oscar', 'operator'],
  ['olga', 'operator'],
  ['alice', 'admin'],
  ['bob', 'admin'],
]

/** Tokens by the names of their owners, and the configuration that knows them. */
const made = PEOPLE.map(([name, role]) => ({ name, role, ...newToken() }))
const configured: readonly AdminToken[] = made.map(({ name, role, stored }) => {
  return { name, role, token: stored }
})
const tokenOf = (name: string): string => made.find((one) => one.name === name)!.token

export interface Answer {
  readonly status: number
  readonly body: unknown
  readonly headers: IncomingHttpHeaders
}

export interface Question {
  readonly as?: string
  readonly method?: string
  readonly key?: string
  /** An object is sent as JSON. */
  readonly body?: object | string | Buffer
  /** The end of the body never comes. */
  readonly isUnfinished?: boolean
  readonly headers?: Readonly<Record<string, string>>
}

export class FakeDesk implements AdminDesk {
  /** What it was asked to do, repetitions left out. */
  readonly performed: OperatorCommand[] = []
  /** What the engine says against everything. */
  refusal: string | undefined
  /** What there is instead of an outcome. */
  without: 'too many' | 'not known' | undefined
  /** How many look at it now, and what they wait for. */
  looking = 0
  shown: Promise<void> = Promise.resolve()
  private readonly known = new Map<string, OperatorRecord>()

  perform(command: OperatorCommand): ReturnType<AdminDesk['perform']> {
    if (this.without !== undefined) return Promise.resolve(this.without)
    const known = this.known.get(command.requestId)
    if (known !== undefined) return Promise.resolve({ ...known, isRepeated: true })
    this.performed.push(command)
    const { refusal: refused } = this
    const record = refused === undefined ? command : { ...command, refused }
    this.known.set(command.requestId, record)
    return Promise.resolve(record)
  }

  async countOrders({ kind, name }: { kind: string; name: string }): Promise<number | undefined> {
    await this.shown
    if (kind === 'venue') return 12
    return name === 'ACME' ? 7 : undefined
  }

  async status(): ReturnType<AdminDesk['status']> {
    this.looking++
    await this.shown
    this.looking--
    const [instrument, session] = [ROW.instrument, ROW.session]
    return {
      tradingDate: '2026-11-23',
      isOpen: true,
      liveOrders: 3,
      kills: [{ kind: 'session', firm: '', name: 'GLOBEX' }],
      instruments: Array.from({ length: 600 }, () => instrument),
      sessions: [session],
    }
  }

  limits(): ReturnType<AdminDesk['limits']> {
    const scope = { kind: 'firm', firm: '', name: 'ACME' } as const
    return { scopes: [{ ...scope, limits: { maxOrderQty: 50 }, byOperations: ['maxOrderQty'] }] }
  }
}

export const ROW = {
  instrument: {
    symbol: 'AAPL',
    state: 'halted',
    reason: 'IPO1',
    lastPrice: '182.5',
    liveOrders: 3,
  },
  session: {
    session: 'ACME',
    firm: 'ACME',
    role: 'order-entry',
    isLoggedOn: true,
    nextInbound: 4,
    nextOutbound: 9,
    liveOrders: 3,
  },
} as const

export class AdminStage {
  readonly desk = new FakeDesk()
  readonly api: AdminApi
  nowMs = 1_000
  /** Times that an answer let others have their turn. */
  rests = 0
  /** Also after `close`. */
  url = ''
  private server!: StatusServer
  private lastId = 0

  private constructor(config: Partial<AdminConfig>, logger: Logger) {
    this.api = new AdminApi({
      config: { tokens: configured, twoPersons: [], hosts: [], ...config },
      host: '127.0.0.1',
      desk: this.desk,
      logger,
      monotonicMs: () => this.nowMs,
      newId: () => `confirmation-${++this.lastId}`,
      rest: () => {
        this.rests++
        return new Promise((resolve) => setImmediate(resolve))
      },
    })
  }

  static async open(config: Partial<AdminConfig> = {}, logger = silentLogger): Promise<AdminStage> {
    const stage = new AdminStage(config, logger)
    stage.server = await StatusServer.open({
      host: '127.0.0.1',
      port: 0,
      metrics: new Metrics(),
      logger,
      state: () => ({ ready: true }),
      admin: stage.api,
    })
    stage.url = `http://127.0.0.1:${stage.server.port}`
    return stage
  }

  close(): Promise<void> {
    return this.server.close()
  }

  /** A GET when there is no body, a POST with a key when there is one. */
  ask(path: string, question: Question = {}): Promise<Answer> {
    const { as, body, method = body === undefined ? 'GET' : 'POST', key = 'k1' } = question
    const headers = {
      ...(as === undefined ? {} : { authorization: `Bearer ${tokenOf(as)}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': key }),
      ...question.headers,
    }
    return new Promise((resolve, reject) => {
      const { port } = this.server
      const options = { host: '127.0.0.1', port, path, method, headers, agent: false }
      const request = httpRequest(options, (response) => {
        let text = ''
        response.on('data', (part: Buffer) => (text += part.toString()))
        response.on('end', () => {
          const { statusCode: status = 0, headers: answered } = response
          resolve({ status, headers: answered, body: parsed(text) })
        })
      })
      request.on('error', reject)
      const isObject = typeof body === 'object' && !Buffer.isBuffer(body)
      const bytes = isObject ? JSON.stringify(body) : (body ?? '')
      if (question.isUnfinished) request.write(bytes)
      else request.end(bytes)
    })
  }

  /** POST of an action with a key of its own; gives status and body. */
  async act(name: string, as: string, body: object, key = 'k1'): Promise<[number, unknown]> {
    const answer = await this.ask(`/admin/v1/${name}`, { as, body, key })
    return [answer.status, answer.body]
  }

  token(name: string): string {
    return tokenOf(name)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
