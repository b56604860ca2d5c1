/** The admin API as a command asks it: one request, one answer, and what a failure means for who asked. */
import { readFileSync } from 'node:fs'
import type { ErrorAnswer } from '../admin/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'

const ANSWER_MS = 30_000
const NOT_KNOWN = 503

export interface AdminAccess {
  /** http://host:port */
  readonly url: string
  readonly tokenFile?: string
}

export interface Action {
  readonly body: object
  readonly key: string
  readonly again: string
  readonly onAnswer: (body: object) => void
}

interface Answer {
  readonly status: number
  readonly body: object
}

export class AdminClient {
  private readonly url: string
  private readonly token: string

  /** @throws ExchangeError AdminToken when there is none */
  constructor({ url, tokenFile }: AdminAccess, env: NodeJS.ProcessEnv) {
    this.url = url
    this.token = adminToken(tokenFile, env)
  }

  /** @throws ExchangeError AdminRefused, AdminUnknown */
  async read(name: string): Promise<object> {
    const answer = await this.ask(name, { method: 'GET' })
    if (answer.status === 200) return answer.body
    throw refusal(answer)
  }

  /**
   * @param key the same one again is the same request
   * @param again what repeats it, for whoever has to
   * @param onAnswer hears an answer that is a refusal too
   * @throws ExchangeError AdminRefused, AdminUnknown
   */
  async act(name: string, { body, key, again, onAnswer }: Action): Promise<object> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key }
    const request = { method: 'POST', headers, body: JSON.stringify(body) }
    const answer = await this.ask(name, request, again)
    onAnswer(answer.body)
    if (answer.status === 200 || answer.status === 202) return answer.body
    throw refusal(answer, again)
  }

  private async ask(name: string, request: RequestInit, again = ''): Promise<Answer> {
    const headers = { ...(request.headers as object), authorization: `Bearer ${this.token}` }
    const signal = AbortSignal.timeout(ANSWER_MS)
    try {
      const url = new URL(`/admin/v1/${name}`, this.url)
      const response = await fetch(url, { ...request, headers, signal, redirect: 'error' })
      return { status: response.status, body: (await response.json()) as object }
    } catch (cause) {
      const message = `${this.url} gave no answer (${reasonOf(cause)}): whether anything was done is not known${again && `; ${again}`}`
      throw new ExchangeError(ErrorCode.AdminUnknown, message, { cause })
    }
  }
}

/** What was not done, or may have been. */
function refusal({ status, body }: Answer, again = ''): ExchangeError {
  const { error, problems = [] } = body as ErrorAnswer
  const found = problems.map(({ path, message }) => `${path}: ${message}`)
  const text = [error, ...found, ...(again === '' ? [] : [again])].join('; ')
  return new ExchangeError(
    status === NOT_KNOWN ? ErrorCode.AdminUnknown : ErrorCode.AdminRefused,
    text,
  )
}

/** White space at both ends is none of it. A file goes before BUTTONWOOD_ADMIN_TOKEN. */
function adminToken(file: string | undefined, env: NodeJS.ProcessEnv): string {
  const token = (file === undefined ? env['BUTTONWOOD_ADMIN_TOKEN'] : readToken(file))?.trim()
  if (token !== undefined && /^[!-~]+$/.test(token)) return token
  const none = file === undefined ? 'there is no token' : `${file} holds no token`
  const advice = '--token-file FILE or BUTTONWOOD_ADMIN_TOKEN says where it is'
  throw new ExchangeError(ErrorCode.AdminToken, `${none}: ${advice}`)
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException
    const message = `${file}: the token cannot be read (${code})`
    throw new ExchangeError(ErrorCode.AdminToken, message, { cause })
  }
}

/** What fetch hides behind "fetch failed". */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: NodeJS.ErrnoException }
  return cause?.code ?? cause?.message ?? String(error)
}
