/** Ranges of ExecIDs as a counterparty's recovery needs them: all rows, oldest first, one header. */
import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reconcileWithJournal } from '../../src/dropcopy/index.ts'
import { scratchDataDir } from '../dropcopy/support/scratch.ts'
import { aDay, appendTurns, openJournal } from '../dropcopy/support/turns.ts'
import { buttonwood, PROCESS_MS } from '../support/running-exchange.ts'

const PAIRS = 2_600

let dataDir: string

beforeAll(async () => {
  dataDir = scratchDataDir()
  const journal = openJournal(dataDir)
  appendTurns(journal, aDay(PAIRS))
  await journal.close()
  await reconcileWithJournal({ dataDir, database: 'embedded' }, () => {})
}, PROCESS_MS)
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

const list = (listing: string, ...args: string[]) =>
  buttonwood(['dropcopy', listing, '--data-dir', dataDir, ...args])

const execIds = (csv: string) =>
  csv
    .trimEnd()
    .split('\n')
    .map((line) => line.split(',')[0])

const numbers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, i) => String(first + i))

describe('dropcopy executions --exec-id', { timeout: PROCESS_MS }, () => {
  it('prints all of a range, more than an answer holds, under one header', async () => {
    const { exitCode, stdout, stderr } = await list('executions', '--exec-id', '7..10360', '--csv')

    expect([exitCode, stderr]).toEqual([0, ''])
    expect(execIds(stdout)).toEqual(['exec_id', ...numbers(7, 10_360)])
  })

  it('says where the database ends, when the range goes further', async () => {
    const range = ['--exec-id', '10398..10410', '--session', 'ACME']
    const { exitCode, stdout, stderr } = await list('executions', ...range, '--json')

    expect(exitCode).toBe(0)
    expect(stderr).toBe('the newest ExecID in the database is 10400\n')
    expect(stdout.match(/"exec_id":\d+/g)).toEqual(['"exec_id":10399'])
  })

  it('prints what there is of a range without an end', async () => {
    const { stdout, stderr } = await list('executions', '--exec-id', '10397..', '--csv')

    expect([execIds(stdout), stderr]).toEqual([['exec_id', ...numbers(10_397, 10_400)], ''])
  })

  it('prints the newest ones of it where a limit is named', async () => {
    const range = ['--exec-id', '1..20', '--limit', '2']
    const { stdout, stderr } = await list('executions', ...range, '--csv')

    expect(execIds(stdout)).toEqual(['exec_id', '19', '20'])
    expect(stderr).toBe('the newest 2 rows; --limit shows more\n')
  })

  it('prints the header alone where no row is', async () => {
    const { exitCode, stdout, stderr } = await list('executions', '--exec-id', '20000..', '--csv')

    expect([exitCode, stderr]).toEqual([0, 'no rows\n'])
    expect(stdout).toMatch(
      /^exec_id,time,trading_date,session,[\w,]+,working,exec_ref_id,prior_qty,prior_px,prior_match\n$/,
    )
  })

  it('refuses a range that is none with exit code 2', async () => {
    expect(await list('executions', '--exec-id', '20..7')).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining('7 is before 20: turn them round.'),
    })
    expect(await list('trades', '--exec-id', '1..2')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('It must be a whole number.'),
    })
  })
})
