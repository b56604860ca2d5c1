/** Who may do what in the database: a role that reads, a role that copies, and where there are none. */
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { DropCopyDatabase } from '../../src/dropcopy/index.ts'
import {
  answer,
  databaseStore,
  JournalCopier,
  openDatabase,
  readTradingDays,
  TradingDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import { silentLogger } from '../../src/runtime/index.ts'
import { PostgresServer, postgresBinaries } from './support/postgres.ts'
import type { ScratchDatabase } from './support/scratch.ts'
import { scratchDatabase } from './support/scratch.ts'
import { aHistory, turnsFrom } from './support/turns.ts'

vi.setConfig({ testTimeout: 60_000 })

const binaries = postgresBinaries()

describe('the embedded database', () => {
  it('has the roles, too', async () => {
    const database = await scratchDatabase()
    const { rows } = await sql`select rolname as name, rolcanlogin as "mayLogIn" from pg_roles
      where rolname like 'buttonwood%' order by 1`.execute(database.db)
    await database.remove()

    expect(rows).toEqual([
      { name: 'buttonwood_reader', mayLogIn: false },
      { name: 'buttonwood_writer', mayLogIn: false },
    ])
  })
})

describe.skipIf(!binaries)('roles in PostgreSQL', () => {
  let server: PostgresServer
  let database: ScratchDatabase
  beforeAll(async () => {
    server = await PostgresServer.create(binaries!)
    await server.start()
    database = await scratchDatabase(server.url)
  })
  afterAll(async () => {
    await database.remove()
    await server.remove()
  })

  const run = (statement: string) => sql.raw(statement).execute(database.db)
  const urlOf = (role: string) => server.url.replace('postgres@', `${role}@`)
  const logsIn = async (role: string, member: string): Promise<DropCopyDatabase> => {
    await run(`create role ${role} login in role ${member}`)
    return openDatabase({ dataDir: '', database: urlOf(role) })
  }

  it('let a writer copy and open days, who owns nothing', async () => {
    const writer = await logsIn('copier', 'buttonwood_writer')
    const turns = aHistory(2)
    const venue = venueAfter(undefined, undefined, await readTradingDays(writer.db))
    await new JournalCopier(databaseStore(writer.db), turnsFrom(turns), {
      applied: undefined,
      venue,
    }).copyBatch()
    await writer.close()

    const { rows } = await run(`select tableoid::regclass::text as partition, count(*)
      from buttonwood.executions group by 1`)
    expect(rows).toEqual([{ partition: 'buttonwood.executions_20261121', count: 8 }])
  })

  it('let a reader ask and look, and change nothing', async () => {
    const venue = venueAfter(undefined, undefined, new TradingDays())
    await database.empty()
    const start = { applied: undefined, venue }
    await new JournalCopier(databaseStore(database.db), turnsFrom(aHistory(1)), start).copyBatch()
    await run(`create role clerk login in role buttonwood_reader`)
    const clerk = await openDatabase({ dataDir: '', database: urlOf('clerk') }, { migrate: false })

    const filter = { since: '2026-11-21', limit: 10 }
    const ask = { ask: 'list', listing: 'executions', filter } as const
    expect(await answer(clerk.db, ask)).toHaveLength(4)
    const seen = await sql`select count(*) from buttonwood.todays_trades`.execute(clerk.db)
    expect(seen.rows).toEqual([{ count: 1 }])
    await expect(sql`delete from buttonwood.executions`.execute(clerk.db)).rejects.toThrow(
      'permission denied for table executions',
    )
    await clerk.close()
  })

  it('are left out, with a line in the log, where the owner may not make any', async () => {
    await run('drop schema buttonwood cascade')
    await run('drop owned by buttonwood_reader, buttonwood_writer')
    await run('drop role copier')
    await run('drop role clerk')
    await run('drop role buttonwood_reader')
    await run('drop role buttonwood_writer')
    await run('create role owner login')
    await run('grant create on database postgres to owner')
    const lines: unknown[] = []
    const logger = { ...silentLogger, info: (...line: unknown[]) => void lines.push(line) }

    const opened = await openDatabase({ dataDir: '', database: urlOf('owner') }, { logger })
    await opened.close()

    expect(lines).toEqual([
      [
        { reason: 'role buttonwood_reader does not exist, and this role may not create it' },
        'drop copy goes without roles of its own',
      ],
    ])
  })
})
