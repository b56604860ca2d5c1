import { describe, expect, it } from 'vitest'
import { Metrics } from '../../src/runtime/index.ts'

describe('metrics', () => {
  it('reads counters and gauges at the moment somebody asks', async () => {
    const metrics = new Metrics()
    let orders = 0
    metrics.counter({ name: 'orders_total', help: 'Orders entered.', read: () => orders })
    metrics.gauge({ name: 'live_orders', help: 'Orders on the books.', read: () => orders / 2 })
    orders = 8
    await metrics.text()
    orders = 10

    expect((await metrics.text()).trim().split('\n')).toEqual([
      '# HELP buttonwood_orders_total Orders entered.',
      '# TYPE buttonwood_orders_total counter',
      'buttonwood_orders_total 10',
      '',
      '# HELP buttonwood_live_orders Orders on the books.',
      '# TYPE buttonwood_live_orders gauge',
      'buttonwood_live_orders 5',
    ])
  })

  it('counts observations into buckets', async () => {
    const metrics = new Metrics()
    const turn = metrics.histogram({
      name: 'turn_seconds',
      help: 'A turn.',
      buckets: [0.001, 0.01],
    })
    turn.observe(0.0005)
    turn.observe(0.005)

    const lines = (await metrics.text()).split('\n')
    expect(lines).toContain('buttonwood_turn_seconds_bucket{le="0.001"} 1')
    expect(lines).toContain('buttonwood_turn_seconds_bucket{le="0.01"} 2')
    expect(lines).toContain('buttonwood_turn_seconds_count 2')
  })

  it('prefixes what it says about the process', async () => {
    const metrics = new Metrics()
    metrics.collectProcess()

    expect(await metrics.text()).toContain('buttonwood_process_resident_memory_bytes ')
    expect(metrics.contentType).toContain('text/plain')
  })
})
