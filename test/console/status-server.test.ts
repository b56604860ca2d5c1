import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { StatusServer } from '../../src/console/index.ts'
import { Metrics, silentLogger as logger } from '../../src/runtime/index.ts'

const opened: StatusServer[] = []
afterEach(async () => {
  for (const status of opened.splice(0)) await status.close()
})

async function aStatusServer(ready = true) {
  const metrics = new Metrics()
  metrics.gauge({ name: 'live_orders', help: 'Orders on the books.', read: () => 7 })
  const state = () => ({ ready, dropCopy: 'live' })
  const status = await StatusServer.open({ host: '127.0.0.1', port: 0, metrics, logger, state })
  opened.push(status)
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${status.port}${path}`, { method })
    return [response.status, await response.text()]
  }
  return { status, get }
}

describe('the HTTP port', () => {
  it('says that the process is alive', async () => {
    const { get } = await aStatusServer()
    expect(await get('/livez')).toEqual([200, 'alive\n'])
  })

  it('is ready with the state of the parts, and 503 while it is not', async () => {
    const ready = await aStatusServer()
    expect(await ready.get('/readyz')).toEqual([200, '{"ready":true,"dropCopy":"live"}\n'])
    const starting = await aStatusServer(false)
    expect(await starting.get('/readyz')).toEqual([503, '{"ready":false,"dropCopy":"live"}\n'])
  })

  it('prints the metrics as Prometheus reads them', async () => {
    const { get } = await aStatusServer()
    const [code, text] = await get('/metrics')
    expect(code).toBe(200)
    expect(text).toContain('# TYPE buttonwood_live_orders gauge\nbuttonwood_live_orders 7\n')
  })

  it('answers nothing else', async () => {
    const { get } = await aStatusServer()
    expect(await get('/../etc/passwd')).toEqual([404, 'there are /livez, /readyz and /metrics\n'])
    expect(await get('/livez', 'POST')).toEqual([405, 'only GET\n'])
  })

  it('names a port that is in use and what to change', async () => {
    const { status } = await aStatusServer()
    const again = StatusServer.open({
      host: '127.0.0.1',
      port: status.port,
      metrics: new Metrics(),
      logger,
      state: () => ({ ready: true }),
    })
    await expect(again).rejects.toMatchObject({
      code: 'EXC_PORT_IN_USE',
      message: `HTTP port 127.0.0.1:${status.port} is in use by another program; choose another http.port or stop the other program`,
    })
  })
})

it('docs/operations/metrics.md lists every metric of the exchange', () => {
  const source = ['src/measure.ts', 'src/measure-feed-reader.ts']
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  const listed = readFileSync('docs/operations/metrics.md', 'utf8')
  const names = [
    ...[...source.matchAll(/\b(?:total|requests)\(\s*'(\w+)'/g)].map(
      ([, name]) => `buttonwood_${name}_total`,
    ),
    ...[...source.matchAll(/\bnow\(\s*'(\w+)'/g)].map(([, name]) => `buttonwood_${name}`),
    ...[...source.matchAll(/\bname: '(\w+)'/g)].map(([, name]) => `buttonwood_${name}`),
  ]
  const documented = [...listed.matchAll(/`(buttonwood_\w+)`/g)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(10)
  const own = documented.filter((name) => !name!.startsWith('buttonwood_nodejs_'))
  expect(new Set(own)).toEqual(new Set(names))
})
