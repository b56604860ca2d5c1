/** One answer of the admin API, before it is written. */
import type { AdminRole } from '../runtime/index.ts'
import type { ErrorAnswer } from './answers.ts'

/** What became of a request, for metrics and log. */
export type Outcome =
  | 'read'
  | 'done'
  | 'refused'
  | 'waiting'
  | 'preview'
  /** Not let in, or not for this. */
  | 'denied'
  /** Not what the API takes. */
  | 'wrong'
  /** Beyond a limit: nothing was done. */
  | 'limited'
  | 'not-known'
  | 'failed'

export interface Reply {
  readonly status: number
  readonly outcome: Outcome
  /** Values may be iterables of rows. */
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
  /** For the log: which request, and the text that went with it. */
  readonly requestId?: string
  readonly why?: string
}

export const read = (body: object): Reply => ({ status: 200, outcome: 'read', body })

export function problem(
  status: number,
  outcome: Outcome,
  error: string,
  more: { headers?: Record<string, string>; problems?: ErrorAnswer['problems'] } = {},
): Reply {
  const { headers = {}, problems } = more
  return { status, outcome, body: { error, ...(problems && { problems }) }, headers }
}

export const wrong = (status: number, error: string): Reply => problem(status, 'wrong', error)

export const roleMissing = (needed: AdminRole): Reply =>
  problem(403, 'denied', `this needs role ${needed}`)

export const busy = (what: string): Reply =>
  problem(429, 'limited', `${what}: nothing was done, ask again`, {
    headers: { 'retry-after': '1' },
  })
