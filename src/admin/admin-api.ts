/**
 * The admin API over HTTP: who asks, may he, is it well-formed; then the desk. Every request is answered, counted
 * and logged here, never a token. docs/operations/controls.md.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { AdminConfig, Logger } from '../runtime/index.ts'
import type { Person } from './admin-tokens.ts'
import { AdminTokens, mayAct } from './admin-tokens.ts'
import type { ConfirmationsOptions } from './confirmations.ts'
import { Confirmations } from './confirmations.ts'
import type { LimitsInForce } from './controls-in-force.ts'
import { FailedAttempts } from './failed-attempts.ts'
import { openApiDocument } from './openapi.ts'
import type { RequestDesk } from './operator-requests.ts'
import { OperatorRequests } from './operator-requests.ts'
import { readJson } from './read-body.ts'
import type { Outcome, Reply } from './reply.ts'
import { busy, problem, read, roleMissing, wrong } from './reply.ts'
import { sourceProblem } from './request-source.ts'
import { askedOf, BODIES, confirmBody } from './requests.ts'
import type { Read, Route } from './routes.ts'
import { BASE, isRead, ROUTES } from './routes.ts'
import { printInSlices } from './sliced-json.ts'
import type { VenueStatus } from './venue-status.ts'

/** Requests that look at the venue, at a time. */
export const READS_UNDER_WAY_MAX = 4
const REQUEST_ID_CHARACTERS_MAX = 64

/** What the API has of the exchange. */
export interface AdminDesk extends RequestDesk {
  status(): Promise<VenueStatus>
  limits(): LimitsInForce
}

export interface AdminApiOptions extends ConfirmationsOptions {
  readonly config: AdminConfig
  /** http.host */
  readonly host: string
  readonly desk: AdminDesk
  readonly logger: Logger
  /** Lets others have their turn of the event loop. */
  readonly rest: () => Promise<void>
}

export class AdminApi {
  private readonly options: AdminApiOptions
  private readonly tokens: AdminTokens
  private readonly failed: FailedAttempts
  private readonly requests: OperatorRequests
  private readonly document = openApiDocument()
  /** By action, then by outcome. */
  private readonly counts = new Map<string, Map<Outcome, number>>()
  private readsUnderWay = 0

  constructor(options: AdminApiOptions) {
    const { config, desk, monotonicMs } = options
    this.options = options
    this.tokens = new AdminTokens(config.tokens)
    this.failed = new FailedAttempts(monotonicMs)
    const confirmations = new Confirmations(options)
    this.requests = new OperatorRequests({ desk, confirmations, twoPersons: config.twoPersons })
  }

  /** Whether the path is one of ours. */
  readonly serves = (url: string): boolean => url.startsWith('/admin/')

  /** Answers; a failure in here is an answer too, and never rejects. */
  readonly answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { logger } = this.options
    const route = ROUTES.find(({ name }) => BASE + name === request.url)
    const address = request.socket.remoteAddress ?? 'unknown'
    try {
      const person = this.tokens.personOf(request.headers.authorization)
      const denied = this.denialOf(request, person, address)
      const reply = denied ?? (await this.replyTo(request, route, person!))
      this.note({ reply, action: route?.name ?? 'other', name: person?.name, address })
      await this.send(response, reply)
    } catch (error) {
      logger.error({ reason: String(error), path: route?.name }, 'an admin request failed')
      this.count(route?.name ?? 'other', 'failed')
      if (!response.headersSent) response.writeHead(500, HEADERS)
      response.end('{"error":"the request failed: the log says why"}\n')
    }
  };

  /** For /metrics: what was asked, what became of it, and how often. */
  *requestCounts(): Generator<[action: string, outcome: string, count: number]> {
    for (const [action, outcomes] of this.counts) {
      for (const [outcome, count] of outcomes) yield [action, outcome, count]
    }
  }

  /** Why nobody is let in; beyond a limit of such requests it is short, and not logged. */
  private denialOf(
    { headers }: IncomingMessage,
    person: Person | undefined,
    address: string,
  ): Reply | undefined {
    const denied = this.deny(headers, person)
    if (denied === undefined) return undefined
    const seconds = this.failed.add(address)
    if (seconds === 0) return denied
    const error = 'too many requests of your address were not let in'
    return problem(429, 'limited', error, { headers: { 'retry-after': String(seconds) } })
  }

  private deny(headers: IncomingMessage['headers'], person?: Person): Reply | undefined {
    const { config, host } = this.options
    if (this.tokens.isEmpty) {
      return problem(403, 'denied', 'no token is configured: admin.tokens in exchange.yaml')
    }
    const source = sourceProblem(headers, [host, ...config.hosts].map(lowerCase))
    if (source !== undefined) return problem(403, 'denied', source)
    if (person !== undefined) return undefined
    const challenge = { 'www-authenticate': 'Bearer realm="buttonwood admin"' }
    const error = 'use Authorization: Bearer and a token of admin.tokens'
    return problem(401, 'denied', error, { headers: challenge })
  }

  private replyTo(
    request: IncomingMessage,
    route: Route | undefined,
    person: Person,
  ): Reply | Promise<Reply> {
    if (route === undefined) return wrong(404, `${BASE}openapi.json lists what there is`)
    const { method, name, role } = route
    if (request.method !== method) {
      return problem(405, 'wrong', `use ${method}`, { headers: { allow: method } })
    }
    if (!mayAct(person.role, role)) return roleMissing(role)
    return isRead(name) ? this.read(name) : this.act(request, name, person)
  }

  private async read(name: Read): Promise<Reply> {
    const { desk } = this.options
    if (name === 'openapi.json') return read(this.document)
    if (name === 'limits') return read(desk.limits())
    return this.looking(async () => {
      const status = await desk.status()
      if (name === 'status') return read(status)
      return read({ [name]: status[name] })
    })
  }

  private async act(
    request: IncomingMessage,
    name: keyof typeof BODIES | 'confirm',
    person: Person,
  ): Promise<Reply> {
    if (name === 'confirm') {
      const body = await checkedBody(request, confirmBody)
      return 'reply' in body ? body.reply : this.requests.confirm(person, body.value.confirmation)
    }
    const requestId = requestIdOf(request, person)
    if (typeof requestId !== 'string') return requestId
    const body = await checkedBody(request, BODIES[name])
    if ('reply' in body) return body.reply
    const asked = askedOf(name, body.value)
    const act = (): Promise<Reply> => this.requests.ask(person, requestId, asked)
    return asked.dryRun ? this.looking(act) : act()
  }

  /** One of few at a time. */
  private async looking(look: () => Promise<Reply>): Promise<Reply> {
    if (this.readsUnderWay >= READS_UNDER_WAY_MAX) return busy('too many others look at the venue')
    this.readsUnderWay++
    try {
      return await look()
    } finally {
      this.readsUnderWay--
    }
  }

  private note(noted: {
    reply: Reply
    action: string
    name: string | undefined
    address: string
  }): void {
    const { reply, action, name, address } = noted
    const { status, outcome, requestId, why } = reply
    this.count(action, outcome)
    const isKnown = name !== undefined
    // Strangers beyond their limit would fill the log.
    if (!isKnown && outcome === 'limited') return
    const { logger } = this.options
    const fields = { name, address, action, status, outcome, requestId, why }
    if (isKnown) logger.info(fields, 'admin request')
    else logger.warn(fields, 'admin request')
  }

  private count(action: string, outcome: Outcome): void {
    const outcomes = this.counts.get(action) ?? new Map<Outcome, number>()
    this.counts.set(action, outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1))
  }

  private async send(
    response: ServerResponse,
    { status, headers = {}, body }: Reply,
  ): Promise<void> {
    const text = await printInSlices(body, this.options.rest)
    response.writeHead(status, { ...HEADERS, ...headers })
    response.end(`${text}\n`)
  }
}

const lowerCase = (name: string): string => name.toLowerCase()

/** Nothing is kept: neither the answer, nor a connection whose body was not read. */
const HEADERS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  connection: 'close',
}

/** NAME/KEY, or what is answered instead. */
function requestIdOf({ headers }: IncomingMessage, { name }: Person): string | Reply {
  const key = String(headers['idempotency-key'] ?? '')
  const room = REQUEST_ID_CHARACTERS_MAX - name.length - 1
  if (/^[ -~]+$/.test(key) && key.length <= room) return `${name}/${key}`
  return wrong(400, `use the header Idempotency-Key with 1 to ${room} printable ASCII characters`)
}

async function checkedBody<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<{ readonly value: z.output<Schema> } | { readonly reply: Reply }> {
  const body = await readJson(request)
  if ('reply' in body) return body
  const result = schema.safeParse(body.value)
  if (result.success) return { value: result.data }
  const problems = result.error.issues.flatMap(problemsOf)
  return { reply: problem(400, 'wrong', 'the body is not as it should be', { problems }) }
}

/** Where, in the form a.b, and what; each key that is not known by itself. */
function problemsOf(issue: z.core.$ZodIssue): { path: string; message: string }[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ path: issue.path.join('.'), message: issue.message }]
  }
  return issue.keys.map((key) => ({
    path: [...issue.path, key].join('.'),
    message: 'is not a key of it',
  }))
}
