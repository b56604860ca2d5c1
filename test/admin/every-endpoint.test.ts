/** What holds for every endpoint that the OpenAPI document has: one that is new is in here, or fails. */
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { openApiDocument } from '../../src/admin/openapi.ts'
import type { OperatorAction } from '../../src/wire/index.ts'
import type { Question } from './admin-stage.ts'
import { AdminStage } from './admin-stage.ts'
import { ACTIONS, BELOW, WITH_ROLE } from './asked-actions.ts'

type Row = readonly [name: string, role: string, body: object | undefined]
type Schema = { readonly required?: string[]; readonly oneOf?: Schema[] }
interface Operation {
  readonly requestBody?: { content: { 'application/json': { schema: Schema } } }
}

const { paths } = openApiDocument() as { paths: Record<string, Record<string, Operation>> }
const documented = Object.entries(paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method} ${path.slice('/admin/v1/'.length)}`),
)

const READS: readonly Row[] = documented
  .filter((endpoint) => endpoint.startsWith('get '))
  .map((endpoint) => [endpoint.slice(4), 'viewer', undefined])
const CONFIRM: Row = ['confirm', 'operator', { confirmation: 'none' }]
const ACTS: readonly Row[] = ACTIONS.map(([name, role, body]) => [name, role, body])
const WRITES: readonly Row[] = [...ACTS, CONFIRM]

const AS: Readonly<Record<string, string>> = { viewer: 'victor', ...WITH_ROLE }

const opened: AdminStage[] = []
afterEach(async () => {
  for (const stage of opened.splice(0)) await stage.close()
})

async function aStage(): Promise<AdminStage> {
  const stage = await AdminStage.open()
  opened.push(stage)
  return stage
}

/** Asks the endpoint as it wants to be asked, but for what the question says. */
async function ask(
  stage: AdminStage,
  [name, role, body]: Row,
  question: Question = {},
): Promise<[status: number, body: unknown]> {
  const asked = { as: AS[role]!, ...(body && { body }), ...question }
  const answer = await stage.ask(`/admin/v1/${name}`, asked)
  return [answer.status, answer.body]
}

it('the tables of this test have every endpoint of the document', () => {
  const tested = [
    ...READS.map(([name]) => `get ${name}`),
    ...WRITES.map(([name]) => `post ${name}`),
  ]
  expect([...new Set(tested)].sort()).toEqual([...documented].sort())
})

describe('nothing is shown and nothing done for', () => {
  it.each([...READS, ...WRITES])('%s (%s) to who is not let in', async (...row) => {
    const stage = await aStage()
    const bearer = (token: string): Question => ({ headers: { authorization: `Bearer ${token}` } })
    const [name, , body] = row
    const stranger = await stage.ask(`/admin/v1/${name}`, body && { body })
    const statuses = [
      stranger.status,
      (await ask(stage, row, bearer(`${stage.token('alice')}x`)))[0],
      (await ask(stage, row, { headers: { origin: 'http://127.0.0.1' } }))[0],
      (await ask(stage, row, { headers: { 'sec-fetch-site': 'cross-site' } }))[0],
      (await ask(stage, row, { headers: { host: 'evil.example' } }))[0],
    ]

    expect(statuses).toEqual([401, 401, 403, 403, 403])
    expect(stage.desk.performed).toEqual([])
  })

  it.each(WRITES)('%s to a role below %s, with %j', async (...row) => {
    const stage = await aStage()
    const [, role] = row
    const answers = await ask(stage, row, { as: BELOW[role]! })
    expect(answers).toEqual([403, { error: `this needs role ${role}` }])
    expect(stage.desk.performed).toEqual([])
  })

  it.each([...READS, ...WRITES])('%s (%s) by another method', async (...row) => {
    const stage = await aStage()
    const [name, role, body] = row
    const method = body === undefined ? 'POST' : 'GET'
    const answer = await stage.ask(`/admin/v1/${name}`, { as: AS[role]!, method })
    const allowed = body === undefined ? 'GET' : 'POST'
    expect([answer.status, answer.headers.allow]).toEqual([405, allowed])
    expect(stage.desk.performed).toEqual([])
  })
})

it.each(READS)('GET %s is answered to role %s, and kept nowhere on the way', async (...row) => {
  const stage = await aStage()
  const [name, role] = row
  const { status, headers, body } = await stage.ask(`/admin/v1/${name}`, { as: AS[role]! })

  expect([status, headers['content-type'], headers['cache-control']]).toEqual([
    200,
    'application/json',
    'no-store',
  ])
  expect(body).toEqual(expect.any(Object))
})

describe('a body that is not as it should be is refused by', () => {
  it.each(WRITES)('%s: of another type, too large, no JSON, no object', async (...row) => {
    const stage = await aStage()
    const large = JSON.stringify({ ...row[2], why: 'w'.repeat(16_384) })
    const answers = [
      await ask(stage, row, { headers: { 'content-type': 'text/plain' } }),
      await ask(stage, row, { body: large }),
      await ask(stage, row, { body: '{"why":' }),
      await ask(stage, row, { body: '[]' }),
      await ask(stage, row, { body: 'null' }),
    ]

    expect(answers.map(([status]) => status)).toEqual([415, 413, 400, 400, 400])
    expect(stage.desk.performed).toEqual([])
  })

  it.each(WRITES)('%s (%s): each key of %j is of a wrong kind', async (...row) => {
    const stage = await aStage()
    const [name, role, body] = row
    for (const key of Object.keys(body!)) {
      const [status, answer] = await stage.act(name, AS[role]!, { ...body, [key]: { 'a b': [] } })
      const { problems } = answer as { problems: { path: string }[] }
      expect([key, status]).toEqual([key, 400])
      expect(problems.map(({ path }) => path.split('.')[0])).toContain(key)
    }
    expect(stage.desk.performed).toEqual([])
  })

  it.each(WRITES)('%s (%s): a key that it must have is missing in %j', async (...row) => {
    const stage = await aStage()
    const [name, role, body] = row
    for (const key of requiredOf(name, body!)) {
      const { [key]: _, ...less } = body as Record<string, unknown>
      const [status, answer] = await stage.act(name, AS[role]!, less)
      expect([key, status]).toEqual([key, 400])
      expect(answer).toMatchObject({ problems: [{ path: key }] })
    }
    expect(stage.desk.performed).toEqual([])
  })

  it.each(WRITES)('%s (%s): a key that is not known', async (...row) => {
    const stage = await aStage()
    const [name, role, body] = row
    expect(await stage.act(name, AS[role]!, { ...body, also: 1 })).toEqual([
      400,
      {
        error: 'the body is not as it should be',
        problems: [{ path: 'also', message: 'is not a key of it' }],
      },
    ])
  })
})

describe('the same Idempotency-Key', () => {
  it.each(ACTS)('is done once by %s (%s), with %j', async (...row) => {
    const stage = await aStage()
    const outcome = { outcome: 'done', repeated: false }
    expect(await ask(stage, row)).toMatchObject([200, outcome])
    expect(await ask(stage, row)).toMatchObject([200, { ...outcome, repeated: true }])
    expect(await ask(stage, row, { body: { ...row[2], why: 'other' } })).toEqual([
      409,
      { error: 'this Idempotency-Key was used for another request: use a new one' },
    ])
    expect(await ask(stage, row, { key: 'k2' })).toMatchObject([200, outcome])
    expect(stage.desk.performed.map(({ requestId }) => requestId)).toEqual([
      `${AS[row[1]]}/k1`,
      `${AS[row[1]]}/k2`,
    ])
  })

  it.each(ACTS)('must be there for %s (%s)', async (name, role, body) => {
    const stage = await aStage()
    const headers = { 'idempotency-key': '' }
    const [status] = await ask(stage, [name, role, body], { headers })
    expect([status, stage.desk.performed]).toEqual([400, []])
  })
})

describe('a second person, where two are needed,', () => {
  const OTHER: Readonly<Record<string, string>> = { oscar: 'olga', alice: 'bob' }

  it.each(ACTIONS)('confirms %s (%s), with %j', async (action, role, body, asked) => {
    const name = action as OperatorAction['action']
    const stage = await AdminStage.open({ twoPersons: [name] })
    opened.push(stage)
    const row: Row = [name, role, body]
    const one = AS[role]!
    const confirm = (as: string) => stage.act('confirm', as, { confirmation: 'confirmation-1' })

    expect(await ask(stage, row)).toMatchObject([202, { outcome: 'waiting' }])
    expect((await confirm(one))[0]).toBe(403)
    expect((await confirm(BELOW[role]!))[0]).toBe(403)
    expect(stage.desk.performed).toEqual([])

    const by = `${one}, confirmed by ${OTHER[one]}`
    const operation = { requestId: `${one}/k1`, action: name, ...asked, by }
    const done = { outcome: 'done', repeated: false, operation }
    expect(await confirm(OTHER[one]!)).toEqual([200, done])
    expect(await ask(stage, row)).toEqual([200, { ...done, repeated: true }])
    expect(stage.desk.performed).toEqual([operation])
  })
})

it('docs/operations/controls.md has every endpoint', () => {
  const file = new URL('../../docs/operations/controls.md', import.meta.url)
  const [, section = ''] = readFileSync(file, 'utf8').split('\n## The API\n')
  const [table = ''] = section.split('```sh')
  const shown = [...table.matchAll(/`(?:(?:GET|POST) )?(?:\/admin\/v1\/)?([a-z.-]+)`/g)].map(
    ([, name]) => name,
  )
  const missing = documented
    .map((endpoint) => endpoint.split(' ')[1])
    .filter((name) => !shown.includes(name))
  expect(missing).toEqual([])
})

/** Of the kind of scope that the body has, where there are some. */
function requiredOf(name: string, body: object): readonly string[] {
  const operation = paths[`/admin/v1/${name}`]!['post']!
  const { schema } = operation.requestBody!.content['application/json']
  const keys = schema.required ?? schema.oneOf!.flatMap(({ required = [] }) => required)
  return [...new Set(keys)].filter((key) => key in body)
}
