/** `buttonwood admin` as operations types it, against an admin API whose desk a test decides. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AdminStage } from '../admin/admin-stage.ts'
import { buttonwood, PROCESS_MS } from '../support/running-exchange.ts'

let stage: AdminStage
beforeEach(async () => {
  stage = await AdminStage.open()
})
afterEach(() => stage.close())

/** Types a command as somebody who has a token. */
const type = (as: string, ...args: string[]) => {
  const env = { BUTTONWOOD_ADMIN_TOKEN: stage.token(as) }
  return buttonwood(['admin', ...args, '--url', stage.url], env)
}

const WHY = ['--why', 'runaway algorithm']

describe('buttonwood admin', { timeout: PROCESS_MS }, () => {
  it('halts an instrument, and says what was done', async () => {
    const halt = ['halt', 'AAPL', '--reason', 'T1', '--orders', 'reject', ...WHY]
    expect(await type('oscar', ...halt, '--key', 'k7')).toEqual({
      exitCode: 0,
      stdout: 'done: halt AAPL T1 reject, by oscar as oscar/k7\n',
      stderr: '',
    })
    expect(await type('oscar', ...halt, '--key', 'k7')).toMatchObject({
      exitCode: 0,
      stdout: 'was done before: halt AAPL T1 reject, by oscar as oscar/k7\n',
    })
    expect(stage.desk.performed).toEqual([
      {
        requestId: 'oscar/k7',
        by: 'oscar',
        why: 'runaway algorithm',
        action: 'halt',
        symbol: 'AAPL',
        reason: 'T1',
        orders: 'reject',
      },
    ])
  })

  it('says what was done with prices as they were typed', async () => {
    const add = ['instrument', 'add', 'SHOP', '--reference', '80', '--tick', '0.01', '--lot', '5']
    const correct = ['correct', '4711', '--price', '182.50', '--quantity', '60', '--reason', 'typo']
    const stdoutOf = async (key: string, ...words: string[]) => {
      return (await type('alice', ...words, ...WHY, '--key', key)).stdout
    }

    expect(await stdoutOf('k1', ...correct)).toBe(
      'done: correct 4711 typo none 182.5 60, by alice as alice/k1\n',
    )
    expect(await stdoutOf('k2', ...add)).toContain(
      '"referencePrice":"80","tickSize":"0.01","lotSize":5',
    )
  })

  it('asks for each action as it was typed', async () => {
    const commands = [
      ['halt', '--all', '--reason', 'M'],
      ['collect', 'AAPL'],
      ['resume', '--all'],
      ['kill', 'account', 'A1', '--firm', 'ACME', '--yes'],
      ['kill', 'venue', '--yes'],
      ['kill', 'symbol', 'AAPL', '--yes'],
      ['unkill', 'firm', 'ACME'],
      ['disconnect', 'ACME'],
      ['reset-sequence', 'ACME'],
      ['news', 'Early close'],
      ['limits', 'set', 'firm', 'ACME', 'maxOrderQty=50', 'maxOpenOrders=file'],
      ['limits', 'set', 'venue', 'restrictedSymbols=IBM,AAPL', 'positions=AAPL:100,IBM:-5'],
      ['instrument', 'add', 'SHOP', '--reference', '80', '--tick', '0.01', '--lot', '5'],
      ['instrument', 'change', 'AAPL', '--max-order-qty', '500', '--static-percent', '2.5'],
      ['instrument', 'delist', 'AAPL'],
      ['split', 'AAPL', '3:2'],
    ]
    for (const command of commands) {
      expect(await type('alice', ...command, ...WHY)).toMatchObject({ exitCode: 0, stderr: '' })
    }
    const asked = stage.desk.performed.map(
      ({ requestId: _id, by: _by, why: _why, ...rest }) => rest,
    )
    expect(asked).toEqual([
      { action: 'halt', symbol: '*', reason: 'M', orders: 'accept' },
      { action: 'collect', symbol: 'AAPL' },
      { action: 'resume', symbol: '*' },
      { action: 'kill', kind: 'account', firm: 'ACME', name: 'A1' },
      { action: 'kill', kind: 'venue', firm: '', name: '' },
      { action: 'kill', kind: 'symbol', firm: '', name: 'AAPL' },
      { action: 'unkill', kind: 'firm', firm: '', name: 'ACME' },
      { action: 'disconnect', session: 'ACME' },
      { action: 'reset-sequence', session: 'ACME' },
      { action: 'news', headline: 'Early close' },
      {
        action: 'set-limits',
        kind: 'firm',
        firm: '',
        name: 'ACME',
        limits: { maxOrderQty: 50, maxOpenOrders: null },
      },
      {
        action: 'set-limits',
        kind: 'venue',
        firm: '',
        name: '',
        limits: { restrictedSymbols: ['IBM', 'AAPL'], positions: { AAPL: 100, IBM: -5 } },
      },
      {
        action: 'add-instrument',
        symbol: 'SHOP',
        terms: expect.objectContaining({ referencePrice: 800_000, tickSize: 100, lotSize: 5 }),
      },
      {
        action: 'change-instrument',
        symbol: 'AAPL',
        terms: {
          maxOrderQty: 500,
          volatility: { staticPercent: 250, dynamicPercent: 0, pauseSeconds: 300 },
        },
      },
      { action: 'delist-instrument', symbol: 'AAPL' },
      { action: 'split', symbol: 'AAPL', into: 3, from: 2 },
    ])
    const keys = new Set(stage.desk.performed.map(({ requestId }) => requestId))
    expect(keys.size).toBe(commands.length)
  })

  it('shows what a kill would cancel and does nothing without --yes', async () => {
    expect(await type('alice', 'kill', 'firm', 'ACME', ...WHY)).toEqual({
      exitCode: 1,
      stdout: 'live orders that it would cancel: 7\n',
      stderr: 'buttonwood: nothing was done: --yes does it [EXC_ADMIN_REFUSED]\n',
    })
    expect(stage.desk.performed).toEqual([])
  })

  it('says what was refused, and how to ask again', async () => {
    stage.desk.refusal = 'AAPL is halted'
    expect(await type('oscar', 'collect', 'AAPL', ...WHY, '--key', 'k1')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'buttonwood: AAPL is halted; --key k1 repeats the request [EXC_ADMIN_REFUSED]\n',
    })
    expect(await type('victor', 'collect', 'AAPL', ...WHY, '--key', 'k1')).toMatchObject({
      exitCode: 1,
      stderr:
        'buttonwood: this needs role operator; --key k1 repeats the request [EXC_ADMIN_REFUSED]\n',
    })
    expect(await type('oscar', 'collect', 'A B', ...WHY, '--key', 'k1')).toMatchObject({
      exitCode: 1,
      stderr:
        'buttonwood: the body is not as it should be; ' +
        'symbol: use 1 to 8 printable ASCII characters without space; ' +
        '--key k1 repeats the request [EXC_ADMIN_REFUSED]\n',
    })
  })

  it('says that nobody knows, when the exchange stops or does not answer', async () => {
    stage.desk.without = 'not known'
    expect(await type('oscar', 'collect', 'AAPL', ...WHY, '--key', 'k1')).toMatchObject({
      exitCode: 1,
      stderr:
        'buttonwood: not known: the exchange stops; ask again with the same Idempotency-Key; ' +
        '--key k1 repeats the request [EXC_ADMIN_UNKNOWN]\n',
    })
    const { url } = stage
    await stage.close()
    const { exitCode, stderr } = await type('oscar', 'collect', 'AAPL', ...WHY)
    const [, key] = /--key (\S+) repeats/.exec(stderr) ?? []
    expect(exitCode).toBe(1)
    expect(key).toMatch(/^[\da-f-]{36}$/)
    expect(stderr).toBe(
      `buttonwood: ${url} gave no answer (ECONNREFUSED): whether anything was done is not known; ` +
        `--key ${key} repeats the request [EXC_ADMIN_UNKNOWN]\n`,
    )
    stage = await AdminStage.open()
  })

  it('has a second person confirm', async () => {
    await stage.close()
    stage = await AdminStage.open({ twoPersons: ['kill'] })
    const kill = ['kill', 'session', 'ACME', ...WHY, '--key', 'k1', '--yes']
    expect(await type('oscar', ...kill)).toEqual({
      exitCode: 0,
      stdout:
        'waits for another person: kill session ACME\n' +
        'buttonwood admin confirm confirmation-1 (within 300 s)\n',
      stderr: '',
    })
    expect(await type('oscar', 'confirm', 'confirmation-1')).toMatchObject({
      exitCode: 1,
      stderr:
        'buttonwood: another person must confirm it; ' +
        'the same command repeats the request [EXC_ADMIN_REFUSED]\n',
    })
    expect(await type('olga', 'confirm', 'confirmation-1')).toEqual({
      exitCode: 0,
      stdout: 'done: kill session ACME, by oscar, confirmed by olga as oscar/k1\n',
      stderr: '',
    })
  })

  it('prints the venue as tables, or as JSON', async () => {
    const status = await type('victor', 'status')
    expect(status).toMatchObject({ exitCode: 0, stderr: '' })
    const lines = status.stdout.split('\n')
    expect([...lines.slice(0, 5), ...lines.slice(-4)]).toEqual([
      'trading day 2026-11-23, open; live orders: 3',
      'killed: session GLOBEX',
      '',
      'symbol  state   reason  last   orders',
      'AAPL    halted  IPO1    182.5  3',
      '',
      'session  firm  role         logged on  next in  next out  orders',
      'ACME     ACME  order-entry  yes        4        9         3',
      '',
    ])
    expect((await type('victor', 'limits')).stdout).toBe(
      'firm ACME: {"maxOrderQty":50} (by operations: maxOrderQty)\n',
    )
    const { stdout } = await type('victor', 'sessions', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ sessions: [{ session: 'ACME', nextOutbound: 9 }] })
  })

  it('prints a refusal as JSON too', async () => {
    stage.desk.refusal = 'AAPL is halted'
    const { exitCode, stdout } = await type('oscar', 'collect', 'AAPL', ...WHY, '--json')
    expect(exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'refused', error: 'AAPL is halted' })
  })

  it('takes the token from a file, and says when there is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'buttonwood-admin-'))
    const [file, empty] = [join(folder, 'victor.token'), join(folder, 'empty.token')]
    writeFileSync(file, `${stage.token('victor')}\n`)
    writeFileSync(empty, '\n')
    const limits = (...args: string[]) =>
      buttonwood(['admin', 'limits', '--url', stage.url, ...args])
    const results = [
      await limits('--token-file', file),
      await limits('--token-file', empty),
      await limits('--token-file', join(folder, 'none')),
      await limits(),
    ]
    rmSync(folder, { recursive: true })

    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 1, 1, 1])
    const advice = '--token-file FILE or BUTTONWOOD_ADMIN_TOKEN says where it is'
    expect(results.map(({ stderr }) => stderr)).toEqual([
      '',
      `buttonwood: ${empty} holds no token: ${advice} [EXC_ADMIN_TOKEN]\n`,
      `buttonwood: ${join(folder, 'none')}: the token cannot be read (ENOENT) [EXC_ADMIN_TOKEN]\n`,
      `buttonwood: there is no token: ${advice} [EXC_ADMIN_TOKEN]\n`,
    ])
  })

  it.each([
    [['halt', '--reason', 'T1', ...WHY], "name a SYMBOL, or use '--all'"],
    [['resume', 'AAPL', '--all', ...WHY], "name a SYMBOL, or use '--all'"],
    [['kill', 'venue', 'ACME', ...WHY], 'the venue has no NAME'],
    [['kill', 'firm', ...WHY], 'which firm? add its NAME'],
    [['kill', 'account', 'A1', ...WHY], "'--firm' is for an account, and an account needs it"],
    [['unkill', 'firm', 'A', '--firm', 'B', ...WHY], "'--firm' is for an account"],
    [['split', 'AAPL', '2', ...WHY], '2 is no ratio; use INTO:FROM, such as 2:1'],
    [['limits', 'set', 'firm', 'ACME', ...WHY], 'which limits? add KEY=VALUE'],
    [['limits', 'set', 'firm', 'ACME', 'maxOrderQty', ...WHY], 'maxOrderQty is no limit'],
    [['collect', 'AAPL'], "required option '--why <text>' not specified"],
  ])('is wrong usage: %j', async (args, message) => {
    const { exitCode, stdout, stderr } = await type('alice', ...args)
    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
  })

  it('makes a token that its line of the configuration knows', async () => {
    const { exitCode, stdout, stderr } = await buttonwood([
      'admin',
      'token',
      'zoe',
      '--role',
      'viewer',
    ])
    const [, stored] = /- \{ name: zoe, role: viewer, token: '(.*)' \}/.exec(stderr) ?? []
    const configured = { name: 'zoe', role: 'viewer', token: stored! } as const
    await stage.close()
    stage = await AdminStage.open({ tokens: [configured] })

    const env = { BUTTONWOOD_ADMIN_TOKEN: stdout }
    const args = ['admin', 'limits', '--url', stage.url]
    expect([exitCode, (await buttonwood(args, env)).exitCode]).toEqual([0, 0])
    expect(stdout).toMatch(/^bw_[\w-]{43}\n$/)
    expect(await buttonwood(['admin', 'token', 'a/b', '--role', 'viewer'])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('NAME is "a/b"; use 1 to 24 letters'),
    })
  })
})
