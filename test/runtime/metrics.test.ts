import { describe, expect, it } from 'vitest'
import { Latency, Metrics } from '../../src/runtime/index.ts'

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

  it('has a number for each value of a label', async () => {
    const metrics = new Metrics()
    const read = { trading: 2, halted: 0 }
    metrics.gauges({ name: 'instruments', help: 'Listed.', label: 'state', read: () => read })
    read.halted = 1

    expect((await metrics.text()).trim().split('\n')).toEqual([
      '# HELP buttonwood_instruments Listed.',
      '# TYPE buttonwood_instruments gauge',
      'buttonwood_instruments{state="trading"} 2',
      'buttonwood_instruments{state="halted"} 1',
    ])
  })

  it('counts what took how long into the buckets that it is within, the larger ones too', async () => {
    const metrics = new Metrics()
    const [read, write] = [new Latency(), new Latency()]
    metrics.latency({
      name: 'stage_seconds',
      help: 'A stage.',
      label: 'stage',
      of: { read, write },
    })
    read.record(0.01)
    read.record(0.6)
    read.record(5000)

    const lines = (await metrics.text()).split('\n')
    const countsOf = (stage: string) =>
      lines
        .filter((line) => line.startsWith(`buttonwood_stage_seconds_bucket{stage="${stage}",le=`))
        .map((line) => line.replace(/.*le="(.*)"} /, '$1: '))

    expect(lines).toContain('# TYPE buttonwood_stage_seconds histogram')
    expect(countsOf('read')).toEqual([
      '0.00001: 1',
      '0.000025: 1',
      '0.00005: 1',
      '0.0001: 1',
      '0.00025: 1',
      '0.0005: 1',
      '0.001: 2',
      '0.0025: 2',
      '0.005: 2',
      '0.01: 2',
      '0.025: 2',
      '0.05: 2',
      '0.1: 2',
      '0.25: 2',
      '0.5: 2',
      '1: 2',
      '2.5: 2',
      '+Inf: 3',
    ])
    expect(countsOf('write').every((line) => line.endsWith(': 0'))).toBe(true)
    expect(lines).toContain('buttonwood_stage_seconds_sum{stage="read"} 5.00061')
    expect(lines).toContain('buttonwood_stage_seconds_count{stage="read"} 3')
  })

  it('prints a distribution without a label', async () => {
    const metrics = new Metrics()
    const sync = new Latency()
    metrics.latency({ name: 'sync_seconds', help: 'A sync.', of: { sync } })
    sync.record(2)

    const lines = (await metrics.text()).split('\n')
    expect(lines).toContain('buttonwood_sync_seconds_bucket{le="0.0025"} 1')
    expect(lines).toContain('buttonwood_sync_seconds_sum 0.002')
    expect(lines).toContain('buttonwood_sync_seconds_count 1')
  })

  it('prefixes what it says about the process', async () => {
    const metrics = new Metrics()
    metrics.collectProcess()

    expect(await metrics.text()).toContain('buttonwood_process_resident_memory_bytes ')
    expect(metrics.contentType).toContain('text/plain')
  })
})
