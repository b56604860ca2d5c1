/** The admin API on the HTTP port of the whole exchange. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newToken } from '../../src/admin/index.ts'
import type { RunningExchange } from '../../src/main.ts'
import { enterOrders } from '../support/enter-orders.ts'
import { ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'

const { token, stored } = newToken()

let folder: ExchangeFolder
let exchange: RunningExchange

beforeAll(async () => {
  const tokens = [{ name: 'victor', role: 'viewer', token: stored }]
  folder = await ExchangeFolder.make({ admin: { tokens } })
  exchange = await folder.start()
}, PROCESS_MS)
afterAll(async () => {
  await exchange.stop()
  folder.remove()
})

const get = (path: string, headers = {}) =>
  fetch(`http://127.0.0.1:${exchange.ports.http}${path}`, { headers })

describe('the HTTP port of an exchange', () => {
  it('tells who has a token how the venue is, and counts it', async () => {
    await enterOrders(exchange.ports.fix, ['a', 'b'])
    const headers = { authorization: `Bearer ${token}` }
    const response = await get('/admin/v1/status', headers)
    const status = (await response.json()) as { instruments: object[]; sessions: object[] }

    expect(response.status).toBe(200)
    expect(status).toMatchObject({ isOpen: true, liveOrders: 2, kills: [] })
    expect(status.instruments[0]).toEqual({
      symbol: 'AAPL',
      state: 'trading',
      reason: '',
      liveOrders: 2,
    })
    expect(status.sessions[0]).toMatchObject({ session: 'ACME', isLoggedOn: false, liveOrders: 2 })
    expect((await get('/admin/v1/status')).status).toBe(401)
    const metrics = await (await get('/metrics')).text()
    expect(metrics.match(/^buttonwood_admin_requests_total.*$/gm)).toEqual([
      'buttonwood_admin_requests_total{action="status",outcome="read"} 1',
      'buttonwood_admin_requests_total{action="status",outcome="denied"} 1',
    ])
  })

  it('answers its other paths as before', async () => {
    expect(await (await get('/livez')).text()).toBe('alive\n')
    expect((await get('/admin')).status).toBe(404)
  })
})
