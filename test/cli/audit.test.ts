/** `buttonwood audit` as operations meets it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aTradingDay, DIRECTORY, linesOfDay, SECRET } from '../audit/a-trading-day.ts'
import { buttonwood, PROCESS_MS } from '../support/running-exchange.ts'

let folder: string
let lines: string[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'buttonwood-audit-'))
  const { disk } = await aTradingDay()
  lines = linesOfDay(disk)
  mkdirSync(join(folder, 'journal'))
  for (const name of disk.list(DIRECTORY)) {
    const fd = disk.open(`${DIRECTORY}/${name}`, 'read')
    const bytes = new Uint8Array(disk.size(fd))
    disk.read(fd, bytes, 0)
    writeFileSync(join(folder, 'journal', name), bytes)
  }
  writeFileSync(join(folder, 'audit.secret'), `${SECRET}\n`)
})
afterAll(() => rmSync(folder, { recursive: true }))

const DAY = ['--day', '2026-11-23']
const inFolder = (name: string): string => join(folder, name)
const withFile = (): string[] => ['--secret-file', inFolder('audit.secret')]
const audit = (args: readonly string[], env = {}) =>
  buttonwood(['audit', ...args], { BUTTONWOOD_DATA_DIR: folder, ...env })

describe('audit export', { timeout: PROCESS_MS }, () => {
  it('writes a file that verify finds sound, and the same to standard output', async () => {
    const out = inFolder('day.jsonl')
    const written = await audit(['export', ...DAY, '--out', out, ...withFile()])
    const printed = await audit(['export', ...DAY], { BUTTONWOOD_AUDIT_SECRET: SECRET })
    const { exitCode, stdout, stderr } = await audit(['verify', out])

    expect(written).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect(readFileSync(out, 'utf8')).toBe(`${lines.join('\n')}\n`)
    expect(printed).toEqual({ exitCode: 0, stdout: `${lines.join('\n')}\n`, stderr: '' })
    const sha256 = /"sha256":"([0-9a-f]{64})"/.exec(lines.at(-1)!)![1]!
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toBe(`${out}: ${lines.length} lines of 2026-11-23, sha256 ${sha256}\n`)
  })

  it('says of a day that goes on that it does', async () => {
    const out = inFolder('today.jsonl')
    const today = ['--day', '2026-11-24', '--out', out]
    const { exitCode, stderr } = await audit(['export', ...today, ...withFile()])
    const verified = await audit(['verify', out])

    expect([exitCode, stderr]).toEqual([
      0,
      'the day has not ended: export it again once the next one has begun\n',
    ])
    expect(verified.stdout).toMatch(/: 10 lines of 2026-11-24, which had not ended, sha256 /)
  })

  it('refuses to run without a secret, and says how to make one', async () => {
    const { exitCode, stdout, stderr } = await audit(['export', ...DAY])

    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toBe(
      'buttonwood: there is no secret for the accounts: make one with ' +
        '`(umask 077; openssl rand -hex 32 > audit.secret)`, keep it, and name it with ' +
        '--secret-file or put it into BUTTONWOOD_AUDIT_SECRET [EXC_AUDIT_SECRET]\n',
    )
  })

  it('refuses a secret that is short, and does not tell it', async () => {
    const { exitCode, stdout, stderr } = await audit(['export', ...DAY], {
      BUTTONWOOD_AUDIT_SECRET: 'hunter2',
    })

    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toContain('has 7 characters, fewer than 32')
    expect(stderr).not.toContain('hunter2')
  })

  it('refuses a day that the journal does not have, and leaves no file', async () => {
    const out = inFolder('never.jsonl')
    const never = ['--day', '2026-11-20', '--out', out]
    const { exitCode, stderr } = await audit(['export', ...never, ...withFile()])

    expect([exitCode, stderr]).toEqual([
      1,
      'buttonwood: the journal has no trading day 2026-11-20; the next one is 2026-11-23 [EXC_AUDIT_TRAIL]\n',
    ])
    expect(() => readFileSync(out)).toThrow('ENOENT')
  })

  it.each([
    [[], "required option '--day <yyyy-mm-dd>' not specified"],
    [['--day', '2026-11-31'], 'use a date such as 2026-11-20'],
    [['--day', '23.11.2026'], 'use a date such as 2026-11-20'],
  ])('says with exit code 2 what is wrong with %j', async (args, message) => {
    const { exitCode, stderr } = await audit(['export', ...args])

    expect(exitCode).toBe(2)
    expect(stderr).toContain(message)
  })
})

describe('audit verify', { timeout: PROCESS_MS }, () => {
  it('fails with one line that says what is wrong', async () => {
    const file = inFolder('changed.jsonl')
    writeFileSync(file, `${lines.with(2, 'not a line').join('\n')}\n`)
    const { exitCode, stdout, stderr } = await audit(['verify', file])

    expect([exitCode, stdout, stderr]).toEqual([
      1,
      '',
      `buttonwood: ${file}: line 3 does not parse: it is not JSON [EXC_AUDIT_TRAIL]\n`,
    ])
  })

  it('fails for a file that is not there', async () => {
    const { exitCode, stderr } = await audit(['verify', inFolder('nothing')])

    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/nothing: cannot be read: ENOENT.* \[EXC_AUDIT_TRAIL\]\n$/)
  })
})
