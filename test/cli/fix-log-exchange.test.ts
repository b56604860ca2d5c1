/** `buttonwood fix log` beside an exchange that runs: one order's story across two sessions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningExchange } from '../../src/main.ts'
import { RawFix, utc } from '../support/raw-fix.ts'
import type { Outcome } from '../support/running-exchange.ts'
import { buttonwood, ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'

const limit = (clOrdId: string, side: number, qty: number, price: string) =>
  `35=D|11=${clOrdId}|55=AAPL|54=${side}|38=${qty}|40=2|44=${price}|60=${utc()}`
const replace = (clOrdId: string, origClOrdId: string, qty: number, price: string) =>
  `35=G|11=${clOrdId}|41=${origClOrdId}|55=AAPL|54=1|38=${qty}|40=2|44=${price}|60=${utc()}`
const cancel = (clOrdId: string, origClOrdId: string) =>
  `35=F|11=${clOrdId}|41=${origClOrdId}|55=AAPL|54=1|60=${utc()}`

let folder: ExchangeFolder
let exchange: RunningExchange
beforeAll(async () => {
  folder = await ExchangeFolder.make({ fix: { messageLog: {} } })
  exchange = await folder.start()
  const [acme, globex] = [await logOn('ACME'), await logOn('GLOBEX')]
  await say(acme, limit('OTHER', 1, 5, '181.00'), 1)
  await say(acme, limit('A1', 1, 100, '182.00'), 1)
  await say(globex, limit('B1', 2, 40, '182.00'), 2)
  await acme.hear() // its fill
  await say(acme, replace('A2', 'A1', 80, '181.50'), 1)
  await say(globex, limit('A1', 2, 10, '190.00'), 1)
  await say(acme, `${cancel('A3', 'A2')}|9999=`, 1)
  await say(acme, cancel('A4', 'A2'), 1)
  await say(acme, cancel('A5', 'A2'), 1)
  await acme.logOut()
  await exchange.stop()
}, PROCESS_MS)
afterAll(() => folder.remove())

async function logOn(compId: string): Promise<RawFix> {
  const { fix: port } = exchange.ports
  const client = await RawFix.connect({ port, compId, password: compId.toLowerCase() })
  await client.logOn()
  return client
}

async function say(client: RawFix, text: string, answers: number): Promise<void> {
  client.say(text)
  for (let i = 0; i < answers; i++) await client.hear()
}

const fixLog = (...args: string[]): Promise<Outcome> =>
  buttonwood(['fix', 'log', '--config', folder.file, ...args])

/** Lines without times, and fields that tell the story: ids, type, state, quantities, price. */
function brief(text: string): string[] {
  const told = /^(35|11|41|37|17|150|39|38|44|32|31|527|14|151|371|373|58)=/
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, head, fields] = /^\S+ (\S+ +\S+) +(.*)$/.exec(line)!
      return `${head} ${fields!
        .split(' | ')
        .filter((field) => told.test(field))
        .join(' | ')}`
    })
}

describe('fix log --order', { timeout: PROCESS_MS }, () => {
  it('tells what became of an order, whichever of its ClOrdIDs is asked for', async () => {
    const story = await fixLog('--order', 'A1', '--session', 'ACME')

    // prettier-ignore
    expect({ ...story, stdout: brief(story.stdout) }).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: [
        'ACME   in 35=D NewOrderSingle | 11=A1 ClOrdID | 38=100 OrderQty | 44=182.00 Price',
        'ACME   out 35=8 ExecutionReport | 37=2 OrderID | 11=A1 ClOrdID | 17=2 ExecID | 150=0 New | 39=0 New | 38=100 OrderQty | 44=182 Price | 151=100 LeavesQty | 14=0 CumQty',
        'ACME   out 35=8 ExecutionReport | 37=2 OrderID | 11=A1 ClOrdID | 17=4 ExecID | 150=F Trade | 39=1 PartiallyFilled | 38=100 OrderQty | 44=182 Price | 32=40 LastQty | 31=182 LastPx | 527=1 SecondaryExecID | 151=60 LeavesQty | 14=40 CumQty',
        'GLOBEX out 35=8 ExecutionReport | 37=3 OrderID | 11=B1 ClOrdID | 17=5 ExecID | 150=F Trade | 39=2 Filled | 38=40 OrderQty | 44=182 Price | 32=40 LastQty | 31=182 LastPx | 527=1 SecondaryExecID | 151=0 LeavesQty | 14=40 CumQty',
        'ACME   in 35=G OrderCancelReplaceRequest | 11=A2 ClOrdID | 41=A1 OrigClOrdID | 38=80 OrderQty | 44=181.50 Price',
        'ACME   out 35=8 ExecutionReport | 37=2 OrderID | 11=A2 ClOrdID | 41=A1 OrigClOrdID | 17=6 ExecID | 150=5 Replace | 39=1 PartiallyFilled | 38=80 OrderQty | 44=181.5 Price | 151=40 LeavesQty | 14=40 CumQty',
        'ACME   in 35=F OrderCancelRequest | 11=A3 ClOrdID | 41=A2 OrigClOrdID',
        'ACME   out 35=3 Reject | 371=9999 RefTagID | 373=4 TagSpecifiedWithoutAValue | 58="Tag specified without a value" Text',
        'ACME   in 35=F OrderCancelRequest | 11=A4 ClOrdID | 41=A2 OrigClOrdID',
        'ACME   out 35=8 ExecutionReport | 37=2 OrderID | 11=A4 ClOrdID | 41=A2 OrigClOrdID | 17=8 ExecID | 150=4 Canceled | 39=4 Canceled | 38=80 OrderQty | 44=181.5 Price | 151=0 LeavesQty | 14=40 CumQty',
        'ACME   in 35=F OrderCancelRequest | 11=A5 ClOrdID | 41=A2 OrigClOrdID',
        'ACME   out 35=9 OrderCancelReject | 37=2 OrderID | 11=A5 ClOrdID | 41=A4 OrigClOrdID | 39=4 Canceled | 58="Too late: the order is no longer live" Text',
      ],
    })
    expect(await fixLog('--order', 'A4')).toEqual(story)
  })

  it('tells the orders of two sessions apart when both used the ClOrdID', async () => {
    const { exitCode, stdout, stderr } = await fixLog('--order', 'A1')
    const sessions = brief(stdout).map((line) => line.split(' ')[0])

    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr:
        'A1 is a ClOrdID of the orders 2 of ACME, 5 of GLOBEX; --session and --since tell them apart\n',
    })
    expect(sessions.filter((session) => session === 'GLOBEX')).toHaveLength(3)
  })

  it('says so when there is no such order', async () => {
    expect(await fixLog('--order', 'A1', '--session', 'OPS')).toMatchObject({ exitCode: 1 })
    expect(await fixLog('--order', 'NEVER')).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'no messages\n',
    })
  })
})

describe('fix log --session', { timeout: PROCESS_MS }, () => {
  it('prints everything of a session, without its password', async () => {
    const { stdout } = await fixLog('--session', 'ACME')
    const lines = stdout.trimEnd().split('\n')

    expect(lines[0]).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:]+\.\d{9}Z ACME -- {2}connected from 127\.0\.0\.1$/,
    )
    expect(lines[1]).toMatch(/ ACME in {2}35=A Logon \| .*554=\[hidden\] Password/)
    expect(lines.at(-1)).toMatch(/ ACME -- {2}disconnected: /)
    expect(lines).toHaveLength(19)
    expect(stdout).not.toContain('554=acme')
  })
})
