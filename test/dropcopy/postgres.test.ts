/** The same copy in a real PostgreSQL, which may go away and come back. */
import { rmSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  DropCopySupervisor,
  openDatabase,
  openQuestions,
  ReaderState,
  rebuild,
  reconcileWithJournal,
} from '../../src/dropcopy/index.ts'
import type { Journal } from '../../src/journal/index.ts'
import { silentLogger } from '../../src/runtime/index.ts'
import { PostgresServer, postgresBinaries } from './support/postgres.ts'
import { scratchDirectory } from './support/scratch.ts'
import { aDay, appendTurns, openJournal } from './support/turns.ts'

vi.setConfig({ testTimeout: 60_000 })

const binaries = postgresBinaries()
if (!binaries) console.log('postgres.test.ts is skipped: no PostgreSQL under /usr/lib/postgresql')

describe.skipIf(!binaries)('the drop copy in PostgreSQL', () => {
  let server: PostgresServer
  let dataDir: string
  let journal: Journal
  let supervisor: DropCopySupervisor
  const day = aDay(1_000)
  const location = () => ({ dataDir, database: server.url })
  const until = (condition: () => boolean) =>
    vi.waitFor(() => expect(condition()).toBe(true), { timeout: 45_000, interval: 20 })
  const isComplete = () => supervisor.backlogBytes === 0 && supervisor.state === ReaderState.Live

  beforeAll(async () => {
    server = await PostgresServer.create(binaries!)
    await server.start()
    dataDir = scratchDirectory()
    journal = openJournal(dataDir)
    supervisor = new DropCopySupervisor({ ...location(), logger: silentLogger })
  })
  afterAll(async () => {
    await supervisor.stop()
    await journal.close()
    await server.remove()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('holds every row, with the types that a reader expects', async () => {
    appendTurns(journal, day.slice(0, 600))
    supervisor.start(journal.nextPosition)
    await until(isComplete)

    const questions = await openQuestions(location())
    const filter = { execId: 1, limit: 1 }
    const rows = await questions.ask({ ask: 'list', listing: 'executions', filter })
    await questions.close()

    expect(rows).toMatchObject([
      { exec_id: 1, time: '2026-11-21 14:30:00.123456+00', price: '182.5000', order_qty: '100' },
    ])
    expect(await reconcileWithJournal(location(), () => {})).toMatchObject({
      rows: { executions: 599 * 4 },
      differenceCount: 0,
    })
  })

  it('is complete after the server was down while trading went on', async () => {
    await server.stop()
    appendTurns(journal, day.slice(600, 800))
    supervisor.announce(journal.nextPosition)
    await until(() => supervisor.state === ReaderState.Waiting)
    expect(supervisor.backlogBytes).toBeGreaterThan(0)

    await server.start()
    await until(isComplete)

    expect(await reconcileWithJournal(location(), () => {})).toMatchObject({ differenceCount: 0 })
  })

  it('is complete after its connections were cut in the middle of the work', async () => {
    const other = await openDatabase(location(), { migrate: false })
    appendTurns(journal, day.slice(800))
    supervisor.announce(journal.nextPosition)
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where pid <> pg_backend_pid() and application_name = 'buttonwood-dropcopy'`.execute(other.db)
    await other.close()
    await until(isComplete)

    expect(supervisor.restarts).toBe(0)
    const result = await reconcileWithJournal(location(), () => {})
    expect(result).toMatchObject({ groupNumber: 1_001, differenceCount: 0 })
  })

  it('is made again from the journal', async () => {
    await supervisor.stop()
    const database = await openDatabase(location())
    await sql`delete from buttonwood.executions where exec_id < 100`.execute(database.db)
    await database.close()
    expect(await reconcileWithJournal(location(), () => {})).toMatchObject({ differenceCount: 99 })

    expect(await rebuild(location(), () => {})).toBe(1_001)

    expect(await reconcileWithJournal(location(), () => {})).toMatchObject({ differenceCount: 0 })
  })
})
