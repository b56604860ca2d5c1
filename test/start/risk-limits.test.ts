/** `kill -HUP` reads config/limits.yaml again while `buttonwood serve` runs. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { buttonwood, ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'

let folder: ExchangeFolder

beforeEach(async () => {
  folder = await ExchangeFolder.make()
})
afterEach(() => folder.remove())

const sell = async (quantity: number): Promise<string> => {
  const terms = ['sell', 'AAPL', String(quantity), '182.50', '--session', 'ACME', '--wait', '1']
  const { stdout, stderr } = await buttonwood(['order', ...terms, '--config', folder.file])
  return stdout + stderr
}

it(
  'new limits come into force, and a wrong file changes nothing',
  { timeout: PROCESS_MS },
  async () => {
    folder.write('limits.yaml', 'firms: { ACME: { maxOrderQty: 100 } }\n')
    const served = await folder.serve()
    folder.change({ fix: { port: served.ports.fix } })
    expect(await sell(101)).toContain('order quantity 101 above 100 of firm ACME')

    folder.write('limits.yaml', 'firms: { ACME: { maxOrderQty: 10 } }\n')
    served.kill('SIGHUP')
    await served.logged('risk limits come into force')
    expect(await sell(50)).toContain('order quantity 50 above 10 of firm ACME')

    folder.write('limits.yaml', 'firms:\n  NOBODY: {}\n')
    served.kill('SIGHUP')
    const { reason } = await served.logged('risk limits are wrong and stay as they were')
    expect(String(reason)).toContain('limits.yaml:2: firms.NOBODY is no firm of the session files')
    expect(await sell(50)).toContain('order quantity 50 above 10 of firm ACME')

    expect((await served.stop()).exitCode).toBe(0)
    const verified = await buttonwood(['journal', 'verify', '--config', folder.file])
    expect(verified).toMatchObject({ exitCode: 0 })
  },
)
