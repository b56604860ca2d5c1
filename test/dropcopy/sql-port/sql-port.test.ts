/** SQL clients on the embedded database: they read all of it, change nothing and hold nobody up. */
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { sql } from 'kysely'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { SQL_CLIENTS_MAX } from '../../../src/dropcopy/sql-port/sql-port.ts'
import { PROCESS_MS } from '../../support/running-exchange.ts'
import { connect, PAIRS, PortStage, sayBytes } from './support.ts'

vi.setConfig({ testTimeout: PROCESS_MS })

let stage: PortStage
let port: number

beforeAll(async () => {
  stage = await PortStage.make()
  await stage.copier.copyBatch()
  port = await stage.open()
}, PROCESS_MS)
afterAll(() => stage.remove())

const hasPsql = spawnSync('psql', ['--version']).status === 0
if (!hasPsql) console.log('sql-port.test.ts is skipped in part: no psql is installed')

/** What psql says, whether it succeeds or not. */
async function psql(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const connection = `postgresql://ops@127.0.0.1:${port}/drop`
  const run = promisify(execFile)('psql', ['-X', connection, ...args])
  return run.catch((error: { stdout: string; stderr: string }) => error)
}

describe.skipIf(!hasPsql)('psql', () => {
  it('reads tables, unaligned or as CSV', async () => {
    const query = `select exec_id, session, price, account from buttonwood.executions
      where exec_id in (1, 4) order by exec_id`

    expect(await psql('--csv', '-c', query)).toEqual({
      stdout: 'exec_id,session,price,account\n1,ACME,182.5000,ACME-1\n4,GLOBEX,182.5000,GLOBEX-1\n',
      stderr: '',
    })
  })

  it('describes a table', async () => {
    const { stdout, stderr } = await psql('-c', '\\d buttonwood.executions')

    expect(stderr).toBe('')
    expect(stdout).toMatch(/able "buttonwood.executions"$/m)
    expect(stdout).toMatch(/^ exec_id +\| bigint +\| +\| not null \| *$/m)
    expect(stdout).toContain('"executions_cl_ord_id" btree (cl_ord_id)')
  })

  it('is refused an INSERT, and told why', async () => {
    const insert = 'insert into buttonwood.trades select * from buttonwood.trades'

    expect(await psql('-c', insert)).toMatchObject({
      stdout: '',
      stderr: 'ERROR:  cannot execute INSERT: this port only reads the drop copy\n',
    })
  })

  it('keeps its settings and its transaction from one statement to the next', async () => {
    const commands = [
      'set search_path = buttonwood',
      "set timezone = 'Europe/Berlin'",
      'begin',
      'select time from executions where exec_id = 1',
      'commit',
    ].flatMap((command) => ['-c', command])
    const { stdout, stderr } = await psql('-At', ...commands)

    expect([stdout, stderr]).toEqual([
      'SET\nSET\nBEGIN\n2026-11-21 15:30:00.123456+01\nCOMMIT\n',
      '',
    ])
  })
})

describe('a driver', () => {
  let client: pg.Client
  beforeAll(async () => {
    client = await connect(port)
  })
  afterAll(() => client.end())

  it('asks with parameters, and gets each value as PostgreSQL prints it', async () => {
    const { rows } = await client.query(
      'select exec_id, last_px, text, working from buttonwood.executions where exec_id = $1',
      [3],
    )

    expect(rows).toEqual([{ exec_id: '3', last_px: '182.5000', text: null, working: null }])
  })

  it('gets an answer of many slices whole, and its count', async () => {
    const { rows, rowCount, command } = await client.query(
      'select g from generate_series(1, 4321) g',
    )

    expect([rowCount, command]).toEqual([4321, 'SELECT'])
    expect(rows.map(({ g }: { g: number }) => g)).toEqual(
      Array.from({ length: 4321 }, (_, i) => i + 1),
    )
  })

  it('keeps a prepared statement, whatever others call theirs', async () => {
    const other = await connect(port)
    const mine = { name: 'q', text: 'select $1::int + 1 as n' }
    const theirs = { name: 'q', text: 'select $1::int - 1 as n' }
    const ask = async (who: pg.Client, query: typeof mine, value: number) =>
      (await who.query({ ...query, values: [value] })).rows[0]

    expect(await ask(client, mine, 1)).toEqual({ n: 2 })
    expect(await ask(other, theirs, 1)).toEqual({ n: 0 })
    expect(await ask(client, mine, 2)).toEqual({ n: 3 })
    await other.end()
    expect(await ask(client, mine, 3)).toEqual({ n: 4 })
  })

  it('hears of its mistakes and goes on', async () => {
    await expect(client.query('select nonsense')).rejects.toMatchObject({
      code: '42703',
      message: 'column "nonsense" does not exist',
    })
    await expect(client.query('select $1::int', ['x'])).rejects.toMatchObject({ code: '22P02' })
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  it('has a transaction that fails as one, and ends', async () => {
    await client.query('begin')
    await expect(client.query('select 1/0')).rejects.toMatchObject({ code: '22012' })
    await expect(client.query('select 1')).rejects.toMatchObject({ code: '25P02' })
    expect((await client.query('commit')).command).toBe('ROLLBACK')
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })
})

describe('the database', () => {
  it.each([
    'insert into buttonwood.sessions select * from buttonwood.sessions',
    'update buttonwood.orders set leaves_qty = 0',
    'with gone as (delete from buttonwood.trades returning *) select * from gone',
    'truncate buttonwood.executions',
    'create table mine (a int)',
    'create temp table mine (a int)',
    'select 1 into mine',
    "select set_config('role', 'postgres', false)",
    "select set_config('default_transaction_read_only', 'off', false)",
    'select pg_sleep(60)',
    'select pg_terminate_backend(pg_backend_pid())',
    "select lo_from_bytea(0, 'x')",
    "select pg_read_file('postgresql.conf')",
    'set role postgres',
    'reset role; insert into buttonwood.sessions select * from buttonwood.sessions',
    'commit; insert into buttonwood.sessions select * from buttonwood.sessions',
    'begin read write',
    'drop schema buttonwood cascade',
    "copy buttonwood.orders to '/tmp/x'",
    'copy buttonwood.orders from stdin',
    "do $$ begin execute 'delete from buttonwood.orders'; end $$",
  ])('is not changed by: %s', async (statement) => {
    const before = await pictureOf(stage)
    const client = await connect(port)
    const simple = await client.query(statement).catch((error: pg.DatabaseError) => error.severity)
    const extended = await client
      .query({ text: statement, values: [], name: 'x' })
      .catch((error: pg.DatabaseError) => error.severity)
    await client.end()

    expect([simple, extended]).toEqual(['ERROR', 'ERROR'])
    expect(await pictureOf(stage)).toEqual(before)
  })

  it('is written while a client leaves its transaction open', async () => {
    const client = await connect(port)
    const count = async () =>
      (await client.query('select count(*)::int as n from buttonwood.executions')).rows[0] as object
    await client.query('begin')
    const before = await count()
    await stage.copier.copyBatch()

    expect(before).not.toEqual(await count())
    await client.end()
  })

  it('is written to the end while all clients ask without a pause', async () => {
    const clients = await Promise.all(Array.from({ length: SQL_CLIENTS_MAX }, () => connect(port)))
    let isCopied = false
    let answers = 0
    const asking = clients.map(async (client) => {
      while (!isCopied) {
        await client.query('select * from buttonwood.executions limit 2000')
        answers++
      }
      await client.end()
    })
    while ((await stage.copier.copyBatch()) !== undefined);
    isCopied = true
    await Promise.all(asking)

    expect(answers).toBeGreaterThan(0)
    const { rows } = await sql`select count(*) as n from buttonwood.executions`.execute(
      stage.database.db,
    )
    expect(rows).toEqual([{ n: PAIRS * 4 }])
  })
})

describe('limits', () => {
  it('take the session back from a statement that gives rows for ever', async () => {
    const client = await connect(await stage.open({ batchMs: 50 }))

    await expect(client.query('select generate_series(1, 1000000000)')).rejects.toMatchObject({
      code: '57014',
      message: 'canceled: it took longer than 50 ms, while the reader waited',
    })
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await client.end()
  })

  it('end an answer that is too large', async () => {
    const client = await connect(await stage.open({ answerBytes: 100_000 }))

    await expect(
      client.query("select repeat('x', 1000) from generate_series(1, 200)"),
    ).rejects.toMatchObject({ code: '54000', message: 'the answer is larger than 100000 bytes' })
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await client.end()
  })

  it('refuse one client too many with a word, and take the next when one leaves', async () => {
    const clients = await Promise.all(Array.from({ length: SQL_CLIENTS_MAX }, () => connect(port)))

    await expect(connect(port)).rejects.toMatchObject({
      code: '53300',
      message: `sorry, too many clients already: dropcopy.listen takes ${SQL_CLIENTS_MAX}`,
    })
    await clients[0]!.end()
    const next = await vi.waitFor(() => connect(port))
    for (const client of [...clients.slice(1), next]) await client.end()
  })

  it('refuse more prepared statements than anybody needs', async () => {
    const client = await connect(port)
    const prepare = (i: number) => client.query({ name: `s${i}`, text: 'select 1' })
    for (let i = 0; i < 256; i++) await prepare(i)

    await expect(prepare(256)).rejects.toMatchObject({
      code: '54000',
      message: 'more than 256 prepared statements',
    })
    await client.query('discard all')
    expect((await client.query({ name: 'again', text: 'select 2 as two' })).rows).toEqual([
      { two: 2 },
    ])
    await client.end()
    await vi.waitFor(async () => {
      const left = sql`select name from pg_prepared_statements`.execute(stage.database.db)
      expect((await left).rows).toEqual([])
    })
  })
})

describe('bytes that are of no client', () => {
  const startup = Buffer.concat([
    Buffer.from([0, 0, 0, 18, 0, 3, 0, 0]),
    Buffer.from('user\0ops\0\0'),
  ])
  const query = Buffer.concat([Buffer.from('Q\0\0\0\x0e'), Buffer.from('select 1;\0')])

  it('are answered once, in the protocol', async () => {
    expect(String(await sayBytes(port, Buffer.from('GET / HTTP/1.1\r\n\r\n')))).toContain('08P01')
    expect(String(await sayBytes(port, startup))).toContain('server_version')
    expect(String(await sayBytes(port, Buffer.concat([startup, query])))).toContain('SELECT 1')
    const unknown = Buffer.from('z\0\0\0\x04')
    expect(String(await sayBytes(port, Buffer.concat([startup, unknown])))).toContain('08P01')
  })

  it('do no harm to anybody else', async () => {
    const conversation = Buffer.concat([startup, anExtendedQuery(), query])
    const mutation = fc.record({
      at: fc.nat(conversation.length - 1),
      byte: fc.integer({ min: 0, max: 255 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.concat([startup, bytes])),
          fc.array(mutation, { minLength: 1, maxLength: 4 }).map((mutations) => {
            const bytes = Buffer.from(conversation)
            for (const { at, byte } of mutations) bytes[at] = byte
            return bytes
          }),
        ),
        async (bytes) => void (await sayBytes(port, bytes)),
      ),
      { numRuns: 150 },
    )

    const client = await connect(port)
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }])
    await client.end()
    const { rows } =
      await sql`select current_user as me, count(*) as n from buttonwood.executions`.execute(
        stage.database.db,
      )
    expect(rows).toEqual([{ me: 'postgres', n: PAIRS * 4 }])
  })

  function anExtendedQuery(): Buffer {
    const message = (type: string, body: string): Buffer => {
      const length = Buffer.alloc(4)
      length.writeInt32BE(body.length + 4)
      return Buffer.concat([Buffer.from(type), length, Buffer.from(body, 'latin1')])
    }
    return Buffer.concat([
      message('P', 'a\0select $1::text\0\0\0'),
      message('B', 'p\0a\0\0\0\0\x01\0\0\0\x01x\0\0'),
      message('D', 'Pp\0'),
      message('E', 'p\0\0\0\0\0'),
      message('C', 'Sa\0'),
      message('S', ''),
    ])
  }
})

/** What a client could have changed: rows, tables, roles, settings. */
async function pictureOf({ database: { db } }: PortStage): Promise<unknown> {
  const { rows } = await sql`select current_user, session_user,
    current_setting('default_transaction_read_only') as read_only,
    (select json_agg(c.relname order by c.oid) from pg_class c) as relations,
    (select count(*) from buttonwood.executions) as executions,
    (select sum(leaves_qty) from buttonwood.orders) as leaves,
    (select count(*) from buttonwood.sessions) as sessions,
    (select count(*) from buttonwood.trades) as trades`.execute(db)
  return rows
}
