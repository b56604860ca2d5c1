/**
 * Numbers about the running exchange in Prometheus text, all named `buttonwood_…`. Counters and
 * gauges are read when somebody asks: the hot path counts in plain fields and never comes here.
 */
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client'
import type { Latency } from './latency.ts'
import { LATENCY_BOUNDS } from './latency.ts'

const PREFIX = 'buttonwood_'

export interface MetricOptions {
  /** Without the prefix; ends in its unit: `_total`, `_seconds`, `_bytes`, or names a plain count. */
  name: string
  help: string
  /** The value at this moment. */
  read: () => number
}

export interface LabeledOptions {
  name: string
  help: string
  /** What tells the values apart. */
  label: string
  /** Each value's number at this moment. */
  read: () => Readonly<Record<string, number>>
}

export interface TableOptions {
  name: string
  help: string
  labels: readonly [string, string]
  /** Each pair of values, and its number at this moment. */
  read: () => Iterable<readonly [string, string, number]>
}

export interface LatencyOptions {
  /** Without the prefix; ends in `_seconds`. */
  name: string
  help: string
  /** What tells several apart; left out for one. */
  label?: string
  /** By value of the label; any name for one. */
  of: Readonly<Record<string, Latency>>
}

export class Metrics {
  readonly #registry = new Registry()
  readonly #latencies: LatencyOptions[] = []

  /** A number that only rises over the life of the process. */
  counter({ name, help, read }: MetricOptions): void {
    const counter = new Counter({
      name: PREFIX + name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset()
        this.inc(read())
      },
    })
    counter.inc(0)
  }

  /** The same, named `NAME_total`. */
  readonly totals = (name: string, help: string, read: () => number): void =>
    this.counter({ name: `${name}_total`, help, read })

  /** Numbers that only rise, one for each value of a label. */
  counters({ name, help, label, read }: LabeledOptions): void {
    const counter = new Counter({
      name: PREFIX + name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        this.reset()
        for (const [value, number] of Object.entries(read())) this.inc({ [label]: value }, number)
      },
    })
    for (const value of Object.keys(read())) counter.inc({ [label]: value }, 0)
  }

  /** Numbers that only rise, one for each pair of values of two labels. */
  table({ name, help, labels, read }: TableOptions): void {
    const [row, column] = labels
    new Counter({
      name: PREFIX + name,
      help,
      labelNames: labels,
      registers: [this.#registry],
      collect() {
        this.reset()
        for (const [a, b, number] of read()) this.inc({ [row]: a, [column]: b }, number)
      },
    })
  }

  /** A number that rises and falls. */
  gauge({ name, help, read }: MetricOptions): void {
    const gauge = new Gauge({
      name: PREFIX + name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read())
      },
    })
    gauge.set(0)
  }

  /** Numbers that rise and fall, one for each value of a label. */
  gauges({ name, help, label, read }: LabeledOptions): void {
    new Gauge({
      name: PREFIX + name,
      help,
      labelNames: [label],
      registers: [this.#registry],
      collect() {
        for (const [value, number] of Object.entries(read())) this.set({ [label]: value }, number)
      },
    })
  }

  /** Distributions over the buckets of LATENCY_BOUNDS. */
  latency(options: LatencyOptions): void {
    this.#latencies.push(options)
  }

  /** Adds memory, CPU, garbage collection and event loop delay of this process. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.#registry, prefix: PREFIX })
  }

  /** The answer to GET /metrics. */
  async text(): Promise<string> {
    const counted = await this.#registry.metrics()
    return [counted, ...this.#latencies.map(printLatency)].join('\n')
  }

  get contentType(): string {
    return this.#registry.contentType
  }
}

function printLatency({ name, help, label, of }: LatencyOptions): string {
  const full = PREFIX + name
  const lines = Object.entries(of).flatMap(([value, latency]) =>
    printBuckets(full, label === undefined ? '' : `${label}="${value}"`, latency),
  )
  return [`# HELP ${full} ${help}`, `# TYPE ${full} histogram`, ...lines, ''].join('\n')
}

/** Each bucket counts those below it too. */
function printBuckets(name: string, label: string, { counts, sumMs }: Latency): string[] {
  let count = 0
  const buckets = [...LATENCY_BOUNDS, '+Inf'].map((bound, index) => {
    count += counts[index]!
    return `${name}_bucket{${label === '' ? '' : `${label},`}le="${bound}"} ${count}`
  })
  const labels = label === '' ? '' : `{${label}}`
  return [...buckets, `${name}_sum${labels} ${sumMs / 1000}`, `${name}_count${labels} ${count}`]
}
