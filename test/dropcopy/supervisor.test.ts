/** The reader as a process of its own beside a journal that grows. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  checkPostgres,
  openQuestions,
  rebuild,
  reconcileWithJournal,
} from '../../src/dropcopy/index.ts'
import type { DropCopySupervisor } from '../../src/dropcopy/supervisor/index.ts'
import { ReaderState } from '../../src/dropcopy/supervisor/index.ts'
import type { Journal } from '../../src/journal/index.ts'
import { freeTcpPort } from '../support/running-exchange.ts'
import { scratchDataDir, scratchDirectory } from './support/scratch.ts'
import { aSupervisor } from './support/supervisor.ts'
import { aDay, appendTurns, openJournal } from './support/turns.ts'

vi.setConfig({ testTimeout: 90_000 })

const PAIRS = 300
const day = aDay(PAIRS)

const until = (condition: () => boolean) =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 45_000, interval: 20 })

describe('the drop copy beside a running exchange', () => {
  let dataDir: string
  let journal: Journal
  let supervisor: DropCopySupervisor
  const location = () => ({ dataDir, database: 'embedded' })

  beforeAll(() => {
    dataDir = scratchDataDir()
    journal = openJournal(dataDir)
    supervisor = aSupervisor(location())
  })
  afterAll(async () => {
    await supervisor.stop()
    await journal.close()
    rmSync(dataDir, { recursive: true, force: true })
  })

  it('applies what is durable and nothing behind it', async () => {
    appendTurns(journal, day.slice(0, 100))
    supervisor.start(journal.nextPosition)
    await until(() => supervisor.state === ReaderState.Live && supervisor.backlogBytes === 0)
    expect(supervisor.groupNumber).toBe(100)

    const durable = journal.nextPosition
    appendTurns(journal, day.slice(100, 150))
    const announced = journal.nextPosition
    appendTurns(journal, day.slice(150, 200))
    expect(announced).toBeGreaterThan(durable)
    supervisor.announce(announced)

    await until(() => supervisor.groupNumber === 150)
    supervisor.announce(journal.nextPosition)
    await until(() => supervisor.groupNumber === 200)
  })

  it('answers questions while it runs, and agrees with the journal', async () => {
    const questions = await openQuestions(location())
    const filter = { session: 'GLOBEX', limit: 1 }
    const rows = await questions.ask({ ask: 'list', listing: 'executions', filter })
    await questions.close()

    expect(rows).toMatchObject([{ exec_id: 796, session: 'GLOBEX', exec_type: 'F' }])
    expect(await reconcileWithJournal(location(), () => {})).toMatchObject({
      groupNumber: 200,
      differenceCount: 0,
    })
  })

  it('refuses to be rebuilt while it runs', async () => {
    await expect(rebuild(location(), () => {})).rejects.toThrow('is running; stop it')
  })

  it('goes on where it was after it was killed', async () => {
    process.kill(supervisor.processId!, 'SIGKILL')
    appendTurns(journal, day.slice(200, 250))
    supervisor.announce(journal.nextPosition)

    await until(() => supervisor.groupNumber === 250)
    expect(supervisor.restarts).toBe(1)
  })

  it('writes what is durable before it stops, and leaves no lock and no socket behind', async () => {
    appendTurns(journal, day.slice(250))
    supervisor.announce(journal.nextPosition)
    await supervisor.stop()

    expect(existsSync(join(dataDir, 'pg.lock'))).toBe(false)
    expect(existsSync(join(dataDir, 'dropcopy.sock'))).toBe(false)
    const notes: string[] = []
    const result = await reconcileWithJournal(location(), (line) => notes.push(line))
    expect(result).toMatchObject({ groupNumber: PAIRS + 1, differenceCount: 0 })
    // How far it has come is told on a slow machine only; that the database was behind, never.
    expect(notes.filter((line) => !line.startsWith('compared group'))).toEqual([])
  })
})

describe('a machine that cannot start another process', () => {
  const { execPath } = process
  afterEach(() => {
    process.execPath = execPath
  })

  it('is asked again until it can', async () => {
    const dataDir = scratchDirectory()
    const journal = openJournal(dataDir)
    const supervisor = aSupervisor({
      dataDir,
      database: `postgres://127.0.0.1:${await freeTcpPort()}/drop`,
    })
    process.execPath = '/nowhere/node'

    supervisor.start(journal.nextPosition)
    await until(() => supervisor.restarts === 2)
    expect([supervisor.state, supervisor.processId]).toEqual([ReaderState.Starting, undefined])
    process.execPath = execPath
    // The reader runs, and has found out that its database does not.
    await until(() => supervisor.state === ReaderState.Waiting)

    await supervisor.stop()
    await journal.close()
    rmSync(dataDir, { recursive: true })
  })

  it('does not keep the exchange from stopping', async () => {
    process.execPath = '/nowhere/node'
    const supervisor = aSupervisor({ dataDir: scratchDirectory(), database: 'embedded' })
    supervisor.start(0)

    await supervisor.stop()
    await new Promise((resolve) => setImmediate(resolve))
    expect(supervisor.restarts).toBe(0)
  })
})

describe('a database of another journal', () => {
  let dataDir: string
  const location = () => ({ dataDir, database: 'embedded' })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  it('stops the drop copy for good, naming the command that rebuilds it, which does', async () => {
    dataDir = scratchDataDir()
    const first = openJournal(dataDir, 'first')
    appendTurns(first, day.slice(0, 3))
    await first.close()
    await reconcileWithJournal(location(), () => {})
    rmSync(join(dataDir, 'journal'), { recursive: true })
    const second = openJournal(dataDir, 'second')
    appendTurns(second, day.slice(0, 5))

    const supervisor = aSupervisor(location())
    supervisor.start(second.nextPosition)
    await until(() => supervisor.state === ReaderState.Stopped)
    expect(supervisor.reason).toContain('buttonwood dropcopy rebuild --yes')
    expect(supervisor.restarts).toBe(0)
    await supervisor.stop()

    await expect(reconcileWithJournal(location(), () => {})).rejects.toThrow(
      'of different histories',
    )
    expect(await rebuild(location(), () => {})).toBe(5)
    await second.close()
  })
})

describe('a PostgreSQL that is not there', () => {
  it('is one clear line for serve, without the password', async () => {
    const url = `postgres://desk:hunter2@127.0.0.1:${await freeTcpPort()}/drop`

    const error = await checkPostgres(url).catch((reason: unknown) => reason)

    expect(String(error)).toMatch(/postgres:\/\/desk:\*\*\*@127\.0\.0\.1:\d+\/drop cannot be used/)
    expect(String(error)).toContain('ECONNREFUSED')
    expect(String(error)).not.toContain('hunter2')
  })

  it('makes the drop copy wait, say so, and keep the backlog in the journal', async () => {
    const dataDir = scratchDirectory()
    const journal = openJournal(dataDir)
    appendTurns(journal, day.slice(0, 10))
    const url = `postgres://desk:hunter2@127.0.0.1:${await freeTcpPort()}/drop`
    const supervisor = aSupervisor({ dataDir, database: url })

    supervisor.start(journal.nextPosition)
    await until(() => supervisor.state === ReaderState.Waiting)

    expect(supervisor.backlogBytes).toBe(journal.nextPosition)
    expect(supervisor.reason).toContain('ECONNREFUSED')
    await supervisor.stop()
    await journal.close()
    rmSync(dataDir, { recursive: true })
  })
})
