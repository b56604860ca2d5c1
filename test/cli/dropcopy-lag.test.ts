/** `buttonwood dropcopy …` on a database that is behind its journal: said beside the rows, exactly. */
import { rmSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openDatabase, reconcileWithJournal } from '../../src/dropcopy/index.ts'
import type { DropCopySupervisor } from '../../src/dropcopy/supervisor/index.ts'
import type { Journal } from '../../src/journal/index.ts'
import { PostgresServer, postgresBinaries } from '../dropcopy/support/postgres.ts'
import { scratchDataDir, scratchDirectory } from '../dropcopy/support/scratch.ts'
import { aSupervisor } from '../dropcopy/support/supervisor.ts'
import type { TurnBuilder } from '../dropcopy/support/turns.ts'
import { aDay, openJournal, START_SECONDS } from '../dropcopy/support/turns.ts'
import { buttonwood, PROCESS_MS } from '../support/running-exchange.ts'

vi.setConfig({ testTimeout: 2 * PROCESS_MS })

const day = aDay(10)

/** A group each 1.5 seconds, beginning `fromSecond` after 14:30. */
function append(journal: Journal, turns: readonly TurnBuilder[], fromSecond: number): void {
  for (const [i, { commands, events }] of turns.entries()) {
    const milliseconds = fromSecond * 1_000 + i * 1_500
    const epochSeconds = START_SECONDS + Math.floor(milliseconds / 1_000)
    const nanoseconds = (milliseconds % 1_000) * 1_000_000
    journal.append({ epochSeconds, nanoseconds, feedSequence: 1 }, commands, events)
  }
}

describe('without a server', () => {
  let dataDir: string
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  it('the database is compared with the end of the journal', async () => {
    dataDir = scratchDataDir()
    const journal = openJournal(dataDir)
    append(journal, day.slice(0, 5), 0)
    await reconcileWithJournal({ dataDir, database: 'embedded' }, () => {})
    const at = ['--data-dir', dataDir]
    const level = await buttonwood(['dropcopy', 'executions', '--limit', '1', '--csv', ...at])
    const applied = journal.nextPosition
    append(journal, day.slice(5, 8), 10)
    const behind = journal.nextPosition - applied
    await journal.close()

    const csv = await buttonwood(['dropcopy', 'executions', '--exec-id', '16', '--csv', ...at])
    const status = await buttonwood(['dropcopy', 'status', '--json', ...at])

    const remark = `the database is 3 groups (${behind} bytes, 7 seconds) behind the journal\n`
    expect(level.stderr).toBe('the newest 1 rows; --limit shows more\n')
    expect(csv).toEqual({ exitCode: 0, stdout: level.stdout, stderr: remark })
    expect(status.stderr).toBe(remark)
    expect(JSON.parse(status.stdout)).toEqual({
      journal_id: '0123456789abcdef',
      group_number: 5,
      position: applied,
      time: '2026-11-21T14:30:06Z',
      trading_date: '2026-11-21',
      behind_groups: 3,
      behind_bytes: behind,
      behind_seconds: '7',
    })
  })
})

const binaries = postgresBinaries()
if (!binaries) console.log('dropcopy-lag.test.ts is skipped in part: no PostgreSQL is installed')

describe.skipIf(!binaries)('beside a reader that is held back', () => {
  let dataDir: string
  let server: PostgresServer
  let journal: Journal
  let supervisor: DropCopySupervisor
  afterEach(async () => {
    await supervisor.stop()
    await journal.close()
    await server.remove()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('the database is compared with what is durable, until the reader goes on', async () => {
    server = await PostgresServer.create(binaries!)
    await server.start()
    dataDir = scratchDirectory()
    journal = openJournal(dataDir)
    append(journal, day.slice(0, 5), 0)
    supervisor = aSupervisor({ dataDir, database: server.url })
    supervisor.start(journal.nextPosition)
    await vi.waitFor(() => expect(supervisor.groupNumber).toBe(5), { timeout: 45_000 })
    process.kill(supervisor.processId!, 'SIGSTOP')
    const applied = journal.nextPosition
    append(journal, day.slice(5, 7), 6.25)
    supervisor.announce(journal.nextPosition)
    const behind = journal.nextPosition - applied
    const orders = ['dropcopy', 'orders', '--order-id', '7', '--json']
    const at = ['--data-dir', dataDir, '--database-url', server.url]

    const held = await buttonwood([...orders, ...at])
    process.kill(supervisor.processId!, 'SIGCONT')
    await vi.waitFor(() => expect(supervisor.groupNumber).toBe(7), { timeout: 45_000 })
    const level = await buttonwood([...orders, ...at])

    expect(held.stderr).toBe(
      `the database is 2 groups (${behind} bytes, 1.75 seconds) behind the journal\n`,
    )
    expect(JSON.parse(held.stdout)).toMatchObject({ order_id: 7 })
    expect(level).toEqual({ exitCode: 0, stdout: held.stdout, stderr: '' })

    // The server is gone, and its database with it: that is an error, not an empty answer.
    await supervisor.stop()
    const other = await openDatabase({ dataDir, database: server.url }, { migrate: false })
    await other.close()
    await server.stop()
    const stopped = await buttonwood([...orders, ...at])
    expect(stopped).toMatchObject({ exitCode: 1, stdout: '' })
    expect(stopped.stderr).toContain('[EXC_DATABASE_UNREACHABLE]')
  })
})
