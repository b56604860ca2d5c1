/** The admin API as a program meets it: who may do what, and what each mistake is answered with. */
import { afterEach, describe, expect, it } from 'vitest'
import { createLogger } from '../../src/runtime/index.ts'
import { AdminStage, ROW } from './admin-stage.ts'
import { ACTIONS, ASKED_TERMS, BELOW, HALT, WITH_ROLE } from './asked-actions.ts'

const opened: AdminStage[] = []
afterEach(async () => {
  for (const stage of opened.splice(0)) await stage.close()
})

async function aStage(...options: Parameters<typeof AdminStage.open>): Promise<AdminStage> {
  const stage = await AdminStage.open(...options)
  opened.push(stage)
  return stage
}

describe('an action', () => {
  it.each(ACTIONS)('%s is done for role %s, with %j', async (name, role, body, asked) => {
    const stage = await aStage()
    const by = WITH_ROLE[role]!
    const operation = { requestId: `${by}/k1`, by, action: name, ...asked }

    expect(await stage.act(name, by, body)).toEqual([
      200,
      { outcome: 'done', repeated: false, operation },
    ])
    expect(stage.desk.performed).toEqual([operation])
  })

  it.each(ACTIONS)('%s needs role %s, with %j', async (name, role, body) => {
    const stage = await aStage()

    expect(await stage.act(name, BELOW[role]!, body)).toEqual([
      403,
      { error: `this needs role ${role}` },
    ])
    expect(stage.desk.performed).toEqual([])
  })

  it('that the engine refuses is 409 with its text', async () => {
    const stage = await aStage()
    stage.desk.refusal = 'no instrument NONE is listed'
    const [status, body] = await stage.act('halt', 'oscar', HALT)

    expect(status).toBe(409)
    expect(body).toMatchObject({
      outcome: 'refused',
      error: 'no instrument NONE is listed',
      repeated: false,
      operation: { requestId: 'oscar/k1', action: 'halt', symbol: 'AAPL' },
    })
  })

  it('whose outcome nobody knows any more is 503, and one too many is 429', async () => {
    const stage = await aStage()
    stage.desk.without = 'not known'
    expect(await stage.act('halt', 'oscar', HALT)).toEqual([
      503,
      { error: 'not known: the exchange stops; ask again with the same Idempotency-Key' },
    ])
    stage.desk.without = 'too many'
    expect(await stage.act('halt', 'oscar', HALT)).toEqual([
      429,
      { error: 'too many operations are under way: nothing was done, ask again' },
    ])
  })
})

describe('the same Idempotency-Key', () => {
  it('is done once, and answered with what became of it', async () => {
    const stage = await aStage()
    stage.desk.refusal = 'not now'
    await stage.act('halt', 'oscar', HALT)
    stage.desk.refusal = undefined

    const [status, body] = await stage.act('halt', 'oscar', HALT)
    expect(status).toBe(409)
    expect(body).toMatchObject({ outcome: 'refused', error: 'not now', repeated: true })
    expect(stage.desk.performed).toHaveLength(1)
  })

  it.each([
    ['another body', 'halt', { ...HALT, orders: 'reject' }],
    ['another reason', 'halt', { ...HALT, why: 'other' }],
    ['another action', 'resume', { symbol: 'AAPL', why: 'news pending' }],
  ])('with %s is 409 and not done', async (_, name, body) => {
    const stage = await aStage()
    await stage.act('halt', 'oscar', HALT)

    expect(await stage.act(name, 'oscar', body)).toEqual([
      409,
      { error: 'this Idempotency-Key was used for another request: use a new one' },
    ])
    expect(stage.desk.performed).toHaveLength(1)
  })

  it('of another person is another request', async () => {
    const stage = await aStage()
    await stage.act('halt', 'oscar', HALT)
    await stage.act('halt', 'olga', HALT)

    expect(stage.desk.performed.map(({ requestId }) => requestId)).toEqual(['oscar/k1', 'olga/k1'])
  })

  it.each([
    ['is missing', undefined],
    ['is longer than a request id has room', 'k'.repeat(59)],
    ['is not ASCII', 'caf\u00e9'],
  ])('that %s is 400', async (_, key) => {
    const stage = await aStage()
    const headers = {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    }
    const question = { as: 'oscar', method: 'POST', headers }
    const answer = await stage.ask('/admin/v1/halt', question)

    expect([answer.status, answer.body]).toEqual([
      400,
      { error: 'use the header Idempotency-Key with 1 to 58 printable ASCII characters' },
    ])
  })

  it('may be as long as a request id has room', async () => {
    const stage = await aStage()
    const key = 'k'.repeat(58)
    expect((await stage.act('halt', 'oscar', HALT, key))[0]).toBe(200)
    expect(stage.desk.performed[0]!.requestId).toHaveLength(64)
  })
})

describe('a look at the venue', () => {
  it('shows everything, long lists too', async () => {
    const stage = await aStage()
    const { status, body } = await stage.ask('/admin/v1/status', { as: 'victor' })

    expect([status, body]).toEqual([
      200,
      {
        tradingDate: '2026-11-23',
        isOpen: true,
        liveOrders: 3,
        kills: [{ kind: 'session', firm: '', name: 'GLOBEX' }],
        instruments: Array.from({ length: 600 }, () => ROW.instrument),
        sessions: [ROW.session],
      },
    ])
    expect(stage.rests).toBe(2)
  })

  it('shows instruments, sessions and limits by themselves', async () => {
    const stage = await aStage()
    const look = async (name: string) => {
      const { status, body } = await stage.ask(`/admin/v1/${name}`, { as: 'victor' })
      return [status, body]
    }

    expect(await look('instruments')).toEqual([
      200,
      { instruments: Array.from({ length: 600 }, () => ROW.instrument) },
    ])
    expect(await look('sessions')).toEqual([200, { sessions: [ROW.session] }])
    const scope = { kind: 'firm', firm: '', name: 'ACME', limits: { maxOrderQty: 50 } }
    expect(await look('limits')).toEqual([
      200,
      { scopes: [{ ...scope, byOperations: ['maxOrderQty'] }] },
    ])
  })

  it('is 429 beyond four at a time, and taken again after them', async () => {
    const stage = await aStage()
    let resolve = (): void => undefined
    stage.desk.shown = new Promise<void>((shown) => (resolve = shown))
    const first = Array.from({ length: 4 }, () => stage.ask('/admin/v1/status', { as: 'victor' }))
    await expect.poll(() => stage.desk.looking).toBe(4)

    const fifth = await stage.ask('/admin/v1/status', { as: 'victor' })
    const preview = { kind: 'venue', why: 'w', dryRun: true }
    const [sixth] = await stage.act('kill', 'alice', preview)
    resolve()
    const statuses = (await Promise.all(first)).map(({ status }) => status)

    expect([fifth.status, fifth.headers['retry-after'], sixth]).toEqual([429, '1', 429])
    expect(statuses).toEqual([200, 200, 200, 200])
    expect((await stage.ask('/admin/v1/status', { as: 'victor' })).status).toBe(200)
  })
})

describe('the preview of a kill', () => {
  it('tells how many orders it would cancel, and does nothing', async () => {
    const stage = await aStage({ twoPersons: ['kill'] })
    const body = { kind: 'firm', name: 'ACME', why: 'w', dryRun: true }

    expect(await stage.act('kill', 'alice', body)).toEqual([200, { outcome: 'preview', orders: 7 }])
    expect(await stage.act('kill', 'alice', { kind: 'venue', why: 'w', dryRun: true })).toEqual([
      200,
      { outcome: 'preview', orders: 12 },
    ])
    expect(stage.desk.performed).toEqual([])
  })

  it('says that the scope is nobody’s, and needs the role of the kill', async () => {
    const stage = await aStage()
    const nobody = { kind: 'account', firm: 'ACME', name: 'A9', why: 'w', dryRun: true }

    expect(await stage.act('kill', 'oscar', nobody)).toEqual([
      409,
      { error: 'there is no account A9 of firm ACME' },
    ])
    expect(await stage.act('kill', 'oscar', { kind: 'venue', why: 'w', dryRun: true })).toEqual([
      403,
      { error: 'this needs role admin' },
    ])
  })
})

describe('who is not let in', () => {
  it('has no token, or one that is not known: 401 with a challenge', async () => {
    const stage = await aStage()
    const without = await stage.ask('/admin/v1/status')
    const unknown = await stage.ask('/admin/v1/status', {
      headers: { authorization: `Bearer ${stage.token('alice')}x` },
    })
    const basic = await stage.ask('/admin/v1/status', {
      headers: { authorization: `Basic ${stage.token('alice')}` },
    })

    for (const answer of [without, unknown, basic]) {
      expect([answer.status, answer.body, answer.headers['www-authenticate']]).toEqual([
        401,
        { error: 'use Authorization: Bearer and a token of admin.tokens' },
        'Bearer realm="buttonwood admin"',
      ])
    }
  })

  it('is everybody while no token is configured', async () => {
    const stage = await aStage({ tokens: [] })
    const { status, body } = await stage.ask('/admin/v1/status', { as: 'alice' })

    expect([status, body]).toEqual([
      403,
      { error: 'no token is configured: admin.tokens in exchange.yaml' },
    ])
  })

  it.each([
    ['with an Origin', { origin: 'http://127.0.0.1' }],
    ['of another site', { 'sec-fetch-site': 'cross-site' }],
    ['of the same site, another origin', { 'sec-fetch-site': 'same-site' }],
  ])('is a web page %s', async (_, headers) => {
    const stage = await aStage()
    const { status, body, ...answer } = await stage.ask('/admin/v1/halt', {
      as: 'oscar',
      body: HALT,
      headers,
    })

    expect([status, body]).toEqual([403, { error: 'requests of web pages are not taken' }])
    const cors = Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))
    expect(cors).toEqual([])
    expect(stage.desk.performed).toEqual([])
  })

  it('knows this machine by a name that is not ours', async () => {
    const stage = await aStage({ hosts: ['Venue.example'] })
    const ask = async (host: string) => {
      const { status } = await stage.ask('/admin/v1/limits', { as: 'victor', headers: { host } })
      return [host, status]
    }
    const ours = ['127.0.0.1', 'localhost:8044', '[::1]:8044', 'venue.example', 'venue.example:80']
    const others = [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1@evil.example',
      'a b',
      '[::2]',
    ]

    expect(await Promise.all(ours.map(ask))).toEqual(ours.map((host) => [host, 200]))
    expect(await Promise.all(others.map(ask))).toEqual(others.map((host) => [host, 403]))
  })

  it('gets 429 beyond ten attempts a minute, and locks nobody out who has a token', async () => {
    const stage = await aStage()
    const attempt = async () => {
      const { status, headers } = await stage.ask('/admin/v1/status')
      return [status, headers['retry-after']]
    }
    for (let i = 0; i < 10; i++) expect(await attempt()).toEqual([401, undefined])
    stage.nowMs += 20_000
    expect(await attempt()).toEqual([429, '40'])
    expect((await stage.ask('/admin/v1/limits', { as: 'victor' })).status).toBe(200)
    stage.nowMs += 50_000
    expect(await attempt()).toEqual([401, undefined])
  })
})

describe('a request that is not as it should be', () => {
  it('names a path that is not there, or a method: 404, 405', async () => {
    const stage = await aStage()
    const notThere = await stage.ask('/admin/v1/halts', { as: 'alice' })
    const post = await stage.ask('/admin/v1/status', { as: 'alice', body: {} })
    const get = await stage.ask('/admin/v1/halt', { as: 'alice' })
    const head = await stage.ask('/admin/v1/status', { as: 'alice', method: 'HEAD' })

    expect([notThere.status, notThere.body]).toEqual([
      404,
      { error: '/admin/v1/openapi.json lists what there is' },
    ])
    expect([post.status, post.headers.allow, post.body]).toEqual([405, 'GET', { error: 'use GET' }])
    expect([get.status, get.headers.allow, get.body]).toEqual([405, 'POST', { error: 'use POST' }])
    expect([head.status, head.headers.allow]).toEqual([405, 'GET'])
  })

  it('has another content type: 415', async () => {
    const stage = await aStage()
    const headers = { 'content-type': 'text/plain' }
    const { status, body } = await stage.ask('/admin/v1/halt', { as: 'oscar', body: HALT, headers })

    expect([status, body]).toEqual([415, { error: 'use content-type: application/json' }])
  })

  it('is larger than 16 KiB: 413, whether it says so or not', async () => {
    const stage = await aStage()
    const body = JSON.stringify({ ...HALT, why: 'w'.repeat(16_384) })
    const questions = [
      { body },
      { body, headers: { 'transfer-encoding': 'chunked' }, isUnfinished: true },
      { body: '{', headers: { 'content-length': '16385' }, isUnfinished: true },
    ]
    for (const question of questions) {
      const answer = await stage.ask('/admin/v1/halt', { as: 'oscar', ...question })
      expect([answer.status, answer.body]).toEqual([
        413,
        { error: 'use a body of at most 16384 bytes' },
      ])
    }
    expect(stage.desk.performed).toEqual([])
  })

  it.each([['{"why":'], [Buffer.of(0x22, 0xff, 0x22)], ['']])(
    'is not JSON: 400 for %j',
    async (body) => {
      const stage = await aStage()
      const { status, body: answer } = await stage.ask('/admin/v1/halt', { as: 'oscar', body })

      expect(status).toBe(400)
      expect(answer).toEqual({ error: 'the body is not JSON' })
    },
  )

  it('has a wrong body: 400 with every problem and its path', async () => {
    const stage = await aStage()
    const halt = { symbol: 'A B', reason: 'LONGER', orders: 'all', how: 'now' }

    expect(await stage.act('halt', 'oscar', halt)).toEqual([
      400,
      {
        error: 'the body is not as it should be',
        problems: [
          { path: 'why', message: 'Invalid input: expected string, received undefined' },
          { path: 'symbol', message: 'use 1 to 8 printable ASCII characters without space' },
          { path: 'reason', message: 'use 1 to 4 printable ASCII characters without space' },
          {
            path: 'orders',
            message: 'Invalid option: expected one of "accept"|"cancel-only"|"reject"',
          },
          { path: 'how', message: 'is not a key of it' },
        ],
      },
    ])
  })

  it.each([
    ['an empty why', 'resume', { symbol: '*', why: '' }, 'why'],
    ['a why of 201 characters', 'resume', { symbol: '*', why: 'w'.repeat(201) }, 'why'],
    ['a why that is not ASCII', 'resume', { symbol: '*', why: 'd\u00e9sol\u00e9' }, 'why'],
    ['a headline with a line end', 'news', { headline: 'a\nb', why: 'w' }, 'headline'],
    ['a scope that is none', 'kill', { kind: 'desk', why: 'w' }, 'kind'],
    ['an account without a firm', 'kill', { kind: 'account', name: 'A1', why: 'w' }, 'firm'],
    ['a venue with a name', 'kill', { kind: 'venue', name: 'A1', why: 'w' }, 'name'],
    ['a preview of an unkill', 'unkill', { kind: 'venue', why: 'w', dryRun: true }, 'dryRun'],
  ])('is refused with %s', async (_, name, body, path) => {
    const stage = await aStage()
    const [status, answer] = await stage.act(name, 'alice', body)

    expect(status).toBe(400)
    expect(answer).toMatchObject({ problems: [{ path }] })
    expect(stage.desk.performed).toEqual([])
  })
})

describe('limits that limits.yaml would not take', () => {
  it.each([
    [{ maxOrderQty: -1 }, 'maxOrderQty', 'use 0 to 1000000000 shares'],
    [{ maxOrderQty: 1.5 }, 'maxOrderQty', 'use 0 to 1000000000 shares'],
    [{ maxOrderQty: {} }, 'maxOrderQty', 'use 0 to 1000000000 shares'],
    [
      { maxOrderNotional: '0.00001' },
      'maxOrderNotional',
      'use a decimal from 0 to 90000000000 with at most 4 places',
    ],
    [{ allowShort: 'no' }, 'allowShort', 'use true or false'],
    [{ restrictedSymbols: ['A B'] }, 'restrictedSymbols.0', 'use a symbol of the instruments'],
    [{ maxOrderQty: 1, killed: true }, 'killed', 'is not a key of it'],
    [{}, '', 'name at least one limit'],
  ])('%j are refused with its words', async (limits, path, message) => {
    const stage = await aStage()
    const asked = { kind: 'venue', why: 'w', limits }
    const [status, body] = await stage.act('set-limits', 'alice', asked)

    expect(status).toBe(400)
    const at = ['limits', path].filter((part) => part !== '').join('.')
    expect(body).toMatchObject({ problems: [{ path: at, message }] })
    expect(stage.desk.performed).toEqual([])
  })
})

describe('terms that instruments.yaml would not take', () => {
  const price = 'use a decimal from 0.0001 to 200000 with at most 4 places'
  it.each([
    ['add-instrument', { ...ASKED_TERMS, tickSize: 0 }, 'tickSize', price],
    ['add-instrument', { tickSize: 1, lotSize: 1 }, 'referencePrice', price],
    ['change-instrument', { referencePrice: '1e3' }, 'referencePrice', price],
    [
      'change-instrument',
      { priceBandPercent: 101 },
      'priceBandPercent',
      'use 0 to 100 whole percent',
    ],
    ['change-instrument', { listed: false }, 'listed', 'is not a key of it'],
    ['change-instrument', {}, '', 'name at least one key'],
  ])('%s: %j are refused with its words', async (name, terms, path, message) => {
    const stage = await aStage()
    const [status, body] = await stage.act(name, 'alice', { symbol: 'AAPL', terms, why: 'w' })

    expect(status).toBe(400)
    const at = ['terms', path].filter((part) => part !== '').join('.')
    expect((body as { problems: object[] }).problems).toContainEqual({ path: at, message })
    expect(stage.desk.performed).toEqual([])
  })

  it.each([0, 1001, 1.5, '2'])('a split into %j is refused', async (into) => {
    const stage = await aStage()
    const [status, body] = await stage.act('split', 'alice', {
      symbol: 'A',
      into,
      from: 1,
      why: 'w',
    })

    expect(status).toBe(400)
    expect(body).toMatchObject({ problems: [{ path: 'into', message: 'use 1 to 1000' }] })
  })

  it('a split may need two persons', async () => {
    const stage = await aStage({ twoPersons: ['split'] })
    const split = { symbol: 'AAPL', into: 2, from: 1, why: 'w' }
    expect((await stage.act('split', 'alice', split))[0]).toBe(202)
    expect(stage.desk.performed).toEqual([])

    const confirmation = { confirmation: 'confirmation-1' }
    expect((await stage.act('confirm', 'oscar', confirmation))[0]).toBe(403)
    expect((await stage.act('confirm', 'bob', confirmation))[0]).toBe(200)
    expect(stage.desk.performed).toMatchObject([{ action: 'split', into: 2, from: 1 }])
  })
})

describe('two persons', () => {
  const KILL = { kind: 'session', name: 'ACME', why: 'loop' }
  const waiting = (id: number, expiresInSeconds = 300) => ({
    outcome: 'waiting',
    confirmation: `confirmation-${id}`,
    expiresInSeconds,
    operation: expect.objectContaining({ requestId: 'oscar/k1', by: 'oscar', action: 'kill' }),
  })

  it('do what one may not do alone, and both names are recorded', async () => {
    const stage = await aStage({ twoPersons: ['kill'] })
    expect(await stage.act('kill', 'oscar', KILL)).toEqual([202, waiting(1)])
    expect(stage.desk.performed).toEqual([])

    const confirmed = await stage.act('confirm', 'olga', { confirmation: 'confirmation-1' })
    const operation = {
      requestId: 'oscar/k1',
      by: 'oscar, confirmed by olga',
      why: 'loop',
      action: 'kill',
      kind: 'session',
      firm: '',
      name: 'ACME',
    }
    expect(confirmed).toEqual([200, { outcome: 'done', repeated: false, operation }])
    expect(stage.desk.performed).toEqual([operation])
  })

  it('hear the outcome again, whoever of them asks', async () => {
    const stage = await aStage({ twoPersons: ['kill'] })
    await stage.act('kill', 'oscar', KILL)
    await stage.act('confirm', 'olga', { confirmation: 'confirmation-1' })

    const again = { outcome: 'done', repeated: true }
    expect(await stage.act('confirm', 'olga', { confirmation: 'confirmation-1' })).toMatchObject([
      200,
      again,
    ])
    expect(await stage.act('kill', 'oscar', KILL)).toMatchObject([200, again])
    expect(stage.desk.performed).toHaveLength(1)
  })

  it('are not one person twice, nor one whose role is too small', async () => {
    const stage = await aStage({ twoPersons: ['kill'] })
    const venue = { kind: 'venue', why: 'w' }
    await stage.act('kill', 'alice', venue)
    const confirm = (as: string) => stage.act('confirm', as, { confirmation: 'confirmation-1' })

    expect(await confirm('alice')).toEqual([403, { error: 'another person must confirm it' }])
    expect(await confirm('oscar')).toEqual([403, { error: 'this needs role admin' }])
    expect(await confirm('victor')).toEqual([403, { error: 'this needs role operator' }])
    expect(stage.desk.performed).toEqual([])
    expect((await confirm('bob'))[0]).toBe(200)
  })

  it('have five minutes', async () => {
    const stage = await aStage({ twoPersons: ['kill'] })
    await stage.act('kill', 'oscar', KILL)
    stage.nowMs += 299_500
    expect(await stage.act('kill', 'oscar', KILL)).toEqual([202, waiting(1, 0)])
    stage.nowMs += 500

    expect(await stage.act('confirm', 'olga', { confirmation: 'confirmation-1' })).toEqual([
      404,
      { error: 'no such confirmation waits: it has expired, or was never given' },
    ])
    expect(await stage.act('kill', 'oscar', KILL)).toEqual([202, waiting(2)])
  })

  it('wait for eight of one person at the most, and the same request once', async () => {
    const stage = await aStage({ twoPersons: ['kill'] })
    for (let i = 1; i <= 8; i++) {
      expect((await stage.act('kill', 'oscar', KILL, `k${i}`))[0]).toBe(202)
    }
    expect(await stage.act('kill', 'oscar', KILL, 'k1')).toEqual([202, waiting(1)])
    expect(await stage.act('kill', 'oscar', { ...KILL, name: 'GLOBEX' }, 'k1')).toEqual([
      409,
      { error: 'this Idempotency-Key was used for another request: use a new one' },
    ])
    expect(await stage.act('kill', 'oscar', KILL, 'k9')).toEqual([
      429,
      {
        error: '8 of your requests wait for their confirmation: nothing was done, ask again',
      },
    ])
    expect((await stage.act('kill', 'olga', KILL))[0]).toBe(202)
  })

  it('are asked for in the actions that are configured alone', async () => {
    const stage = await aStage({ twoPersons: ['kill'] })
    expect((await stage.act('unkill', 'oscar', KILL))[0]).toBe(200)
  })
})

describe('the OpenAPI document', () => {
  it('has every endpoint, with the limits of what it takes', async () => {
    const stage = await aStage()
    const { status, body } = await stage.ask('/admin/v1/openapi.json', { as: 'victor' })
    const { openapi, paths } = body as { openapi: string; paths: Record<string, object> }
    const endpoints = Object.entries(paths).map(([path, methods]) => {
      return `${Object.keys(methods).join()} ${path.replace('/admin/v1/', '')}`
    })

    expect([status, openapi]).toEqual([200, '3.1.0'])
    expect(endpoints).toEqual([
      'get status',
      'get instruments',
      'get sessions',
      'get limits',
      'get openapi.json',
      'post halt',
      'post collect',
      'post resume',
      'post kill',
      'post unkill',
      'post disconnect',
      'post reset-sequence',
      'post news',
      'post bust',
      'post correct',
      'post set-limits',
      'post add-instrument',
      'post change-instrument',
      'post delist-instrument',
      'post split',
      'post confirm',
    ])
    const roles = ['status', 'halt', 'kill', 'reset-sequence'].map((name) => {
      const [operation] = Object.values(paths[`/admin/v1/${name}`]!) as { description: string }[]
      return operation!.description
    })
    expect(roles).toEqual([
      'Role viewer.',
      'Role operator.',
      'Role operator; admin for a firm, a symbol or the venue.',
      'Role admin.',
    ])
    expect(paths['/admin/v1/halt']).toMatchObject({
      post: {
        parameters: [{ name: 'Idempotency-Key', in: 'header', required: true }],
        requestBody: {
          content: {
            'application/json': {
              schema: {
                required: ['why', 'symbol', 'reason', 'orders'],
                additionalProperties: false,
                properties: {
                  why: { type: 'string', pattern: '^[ -~]{1,200}$' },
                  orders: { enum: ['accept', 'cancel-only', 'reject'] },
                },
              },
            },
          },
        },
      },
    })
  })
})

describe('what is kept of requests', () => {
  it('is a line with name, action and outcome, and never a token', async () => {
    const lines: string[] = []
    const logger = createLogger('info', { write: (line: string) => void lines.push(line) })
    const stage = await aStage({}, logger)
    await stage.act('halt', 'oscar', HALT)
    await stage.act('reset-sequence', 'oscar', { session: 'ACME', why: 'w' })
    for (let i = 0; i < 12; i++) {
      await stage.ask('/admin/v1/status', { headers: { authorization: 'Bearer not-a-token' } })
    }

    const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const address = '127.0.0.1'
    const of = ({ level, time, ...fields }: Record<string, unknown>) => {
      expect(time).toEqual(expect.any(String))
      return [level, fields]
    }
    expect(logged.slice(0, 3).map(of)).toEqual([
      [
        'info',
        {
          name: 'oscar',
          address,
          action: 'halt',
          status: 200,
          outcome: 'done',
          requestId: 'oscar/k1',
          why: 'news pending',
          msg: 'admin request',
        },
      ],
      [
        'info',
        {
          name: 'oscar',
          address,
          action: 'reset-sequence',
          status: 403,
          outcome: 'denied',
          msg: 'admin request',
        },
      ],
      ['warn', { address, action: 'status', status: 401, outcome: 'denied', msg: 'admin request' }],
    ])
    expect(lines).toHaveLength(12)
    expect(lines.join()).not.toMatch(/not-a-token|bw_/)
  })

  it('is a number of each action and outcome', async () => {
    const stage = await aStage()
    await stage.act('halt', 'oscar', HALT)
    await stage.act('halt', 'oscar', HALT)
    await stage.act('halt', 'victor', HALT)
    await stage.ask('/admin/v1/limits', { as: 'victor' })
    await stage.ask('/admin/elsewhere', { as: 'victor' })

    expect([...stage.api.requestCounts()]).toEqual([
      ['halt', 'done', 2],
      ['halt', 'denied', 1],
      ['limits', 'read', 1],
      ['other', 'wrong', 1],
    ])
  })
})

it('a desk that throws costs its request and nothing else', async () => {
  const stage = await aStage()
  stage.desk.perform = () => Promise.reject(new Error('boom'))

  expect(await stage.act('halt', 'oscar', HALT)).toEqual([
    500,
    { error: 'the request failed: the log says why' },
  ])
  expect((await stage.ask('/admin/v1/limits', { as: 'victor' })).status).toBe(200)
})
