/** The port of a reader's process: SQL clients read while trading goes on, and after it was killed. */
import type { DropCopySupervisor } from '../../../src/dropcopy/supervisor/index.ts'
import { ReaderState } from '../../../src/dropcopy/supervisor/index.ts'
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Journal } from '../../../src/journal/index.ts'
import { freeTcpPort } from '../../support/running-exchange.ts'
import { scratchDataDir } from '../support/scratch.ts'
import { aSupervisor } from '../support/supervisor.ts'
import { aDay, appendTurns, openJournal } from '../support/turns.ts'
import { connect } from './support.ts'

vi.setConfig({ testTimeout: 90_000 })

const day = aDay(300)
let dataDir: string
let journal: Journal
let supervisor: DropCopySupervisor
let port: number

beforeAll(async () => {
  dataDir = scratchDataDir()
  journal = openJournal(dataDir)
  port = await freeTcpPort()
  supervisor = aSupervisor({
    dataDir,
    database: 'embedded',
    listen: { host: '127.0.0.1', port, allow: [] },
  })
})
afterAll(async () => {
  await supervisor.stop()
  await journal.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const until = (condition: () => boolean) =>
  vi.waitFor(() => expect(condition()).toBe(true), { timeout: 45_000, interval: 20 })

const QUERY = 'select count(*)::int as n, max(exec_id)::int as last from buttonwood.executions'

it('shows each batch to a client that stays, and is there again after the reader was killed', async () => {
  appendTurns(journal, day.slice(0, 100))
  supervisor.start(journal.nextPosition)
  await until(() => supervisor.state === ReaderState.Live && supervisor.groupNumber === 100)
  const client = await connect(port)
  expect((await client.query(QUERY)).rows).toEqual([{ n: 396, last: 396 }])

  appendTurns(journal, day.slice(100, 200))
  supervisor.announce(journal.nextPosition)
  await until(() => supervisor.groupNumber === 200)
  expect((await client.query(QUERY)).rows).toEqual([{ n: 796, last: 796 }])

  process.kill(supervisor.processId!, 'SIGKILL')
  appendTurns(journal, day.slice(200))
  supervisor.announce(journal.nextPosition)
  await until(() => supervisor.groupNumber === day.length)
  const again = await connect(port)
  expect((await again.query(QUERY)).rows).toEqual([{ n: 1_200, last: 1_200 }])

  await supervisor.stop()
  await expect(again.query(QUERY)).rejects.toThrow('connection error')
})
