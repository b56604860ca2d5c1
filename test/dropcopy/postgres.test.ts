/** The same copy in a real PostgreSQL, which may go away and come back. */
import { rmSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CopiedTurn } from '../../src/dropcopy/index.ts'
import {
  answer,
  databaseStore,
  JournalCopier,
  openDatabase,
  openQuestions,
  rebuild,
  reconcile,
  reconcileWithJournal,
  TradingDays,
  venueAfter,
} from '../../src/dropcopy/index.ts'
import type { DropCopySupervisor } from '../../src/dropcopy/supervisor/index.ts'
import { ReaderState } from '../../src/dropcopy/supervisor/index.ts'
import type { Journal } from '../../src/journal/index.ts'
import { PostgresServer, postgresBinaries } from './support/postgres.ts'
import type { ScratchDatabase } from './support/scratch.ts'
import { scratchDatabase, scratchDirectory } from './support/scratch.ts'
import { aSupervisor } from './support/supervisor.ts'
import {
  aConfiguration,
  aDay,
  aHistory,
  appendTurns,
  aTurn,
  openJournal,
  turnsFrom,
} from './support/turns.ts'

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
    supervisor = aSupervisor(location())
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

  describe('written with COPY', () => {
    let copy: ScratchDatabase
    beforeAll(async () => {
      copy = await scratchDatabase(server.url)
    })
    beforeEach(() => copy.empty())
    afterAll(() => copy.remove())

    async function copyAll(turns: readonly CopiedTurn[]): Promise<void> {
      const start = {
        applied: undefined,
        venue: venueAfter(undefined, undefined, new TradingDays()),
      }
      await new JournalCopier(databaseStore(copy.db), turnsFrom(turns), start).copyBatch()
    }

    const compare = (turns: readonly CopiedTurn[]) =>
      reconcile({ ask: (question) => answer(copy.db, question), turns })

    it('holds whatever a client writes, as it is', async () => {
      const hostile = 'a\\N\tb\nc\rd\\.e"{},\u{1F600}'
      const turns = [
        aTurn().configure(aConfiguration()).openDay(20261121),
        aTurn().message(1, '8', Buffer.from(`11=${hostile}\u000155=\\N\u0001`), 1),
      ].map((turn, i) => turn.build(i + 1))
      await copyAll(turns)

      const filter = { limit: 10 }
      const rows = await answer(copy.db, { ask: 'list', listing: 'executions', filter })
      expect(rows).toMatchObject([{ cl_ord_id: hostile, symbol: '\\N', account: null }])
      expect(await compare(turns)).toMatchObject({ differenceCount: 0 })
    })

    it('goes on over a row that somebody wrote by hand, which reconcile shows', async () => {
      await sql`insert into buttonwood.trades (match_number, time, nanoseconds, trading_date, price, quantity,
          buy_order_id, buy_exec_id, buy_session, buy_firm, sell_order_id, sell_exec_id, sell_session, sell_firm)
        values (1, '2026-11-21', 0, '2026-11-21', 1, 1, 1, 1, '', '', 1, 1, '', '')`.execute(
        copy.db,
      )
      const history = aHistory(2)

      await copyAll(history)

      const { rows, differences } = await compare(history)
      expect(rows).toMatchObject({ executions: 8, trades: 2 })
      expect(differences).toMatchObject([{ table: 'trades', row: 'match_number 1' }])
      const partitions = await sql`select distinct tableoid::regclass::text as name
        from buttonwood.trades`.execute(copy.db)
      expect(partitions.rows).toEqual([{ name: 'buttonwood.trades_20261121' }])
    })
  })
})
