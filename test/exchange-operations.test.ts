/** Operations on `buttonwood serve`, by the command: a halt, a crash behind its answer, the auction, and the database. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { newToken } from '../src/admin/index.ts'
import type { ExecutionReport } from '../src/client/index.ts'
import { FixClient } from '../src/client/index.ts'
import { Side } from '../src/domain/index.ts'
import { verifyJournal } from '../src/verify-journal.ts'
import type { ServedExchange } from './support/running-exchange.ts'
import { buttonwood, ExchangeFolder, PROCESS_MS } from './support/running-exchange.ts'

const { token, stored } = newToken()
let folder: ExchangeFolder
let tokenFile: string

beforeEach(async () => {
  const tokens = [{ name: 'oscar', role: 'operator', token: stored }]
  folder = await ExchangeFolder.make({ admin: { tokens } })
  tokenFile = join(folder.path, 'oscar.token')
  writeFileSync(tokenFile, token)
})
afterEach(() => {
  rmSync(tokenFile)
  folder.remove()
})

async function admin({ ports }: ServedExchange, ...args: string[]): Promise<object> {
  const at = ['--url', `http://127.0.0.1:${ports.http}`, '--token-file', tokenFile, '--json']
  const { exitCode, stdout, stderr } = await buttonwood(['admin', ...args, ...at])
  return { exitCode, ...(stdout === '' ? { stderr } : (JSON.parse(stdout) as object)) }
}

async function logOn(
  { ports }: ServedExchange,
  compId: string,
  heard: ExecutionReport[],
): Promise<FixClient> {
  const password = compId.toLowerCase()
  const client = new FixClient(
    {
      host: '127.0.0.1',
      port: ports.fix,
      compId,
      targetCompId: 'BUTTONWOOD',
      username: compId,
      password,
    },
    { onReport: (report) => void heard.push(report) },
  )
  await client.connect()
  return client
}

it(
  'halts, collects behind a crash, and ends the halt by an auction',
  async () => {
    const first = await folder.serve()
    const halt = ['halt', 'AAPL', '--reason', 'T1', '--why', 'news', '--key', 'H1']
    expect(await admin(first, ...halt)).toMatchObject({ exitCode: 0 })
    first.kill('SIGKILL')
    await first.gone()

    const second = await folder.serve()
    // Asked for again: it was done.
    expect(await admin(second, ...halt)).toMatchObject({ exitCode: 0, repeated: true })
    const heard: ExecutionReport[] = []
    const buyer = await logOn(second, 'ACME', heard)
    const seller = await logOn(second, 'GLOBEX', heard)
    const order = { symbol: 'AAPL', orderQty: 100 }
    buyer.newOrder({ ...order, clOrdId: 'B1', side: Side.Buy, price: 1_830_000 })
    seller.newOrder({ ...order, clOrdId: 'S1', side: Side.Sell, price: 1_820_000 })
    await expect.poll(() => heard.length).toBe(2)
    expect(heard.map(({ execType }) => execType)).toEqual(['0', '0'])

    expect(await admin(second, 'resume', 'AAPL', '--why', 'told')).toMatchObject({ exitCode: 0 })
    await expect.poll(() => heard.length).toBe(4)
    expect(heard.slice(2)).toMatchObject([
      { execType: 'F', lastQty: 100, lastPx: 1_825_000 },
      { execType: 'F', lastQty: 100, lastPx: 1_825_000 },
    ])
    expect(await admin(second, 'resume', 'AAPL', '--why', 'again')).toMatchObject({ exitCode: 1 })
    await buyer.logout()
    await seller.logout()
    await second.stop()

    const { stateHash } = second.log.find(({ msg }) => msg === 'stopped')!
    expect(verifyJournal(folder.dataDir).stateHash).toBe(stateHash)
    const reconcile = await buttonwood(['dropcopy', 'reconcile', '--config', folder.file])
    expect(reconcile).toMatchObject({ exitCode: 0 })
  },
  2 * PROCESS_MS,
)
