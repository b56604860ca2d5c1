/**
 * Numbers about the running exchange in Prometheus text, all named `buttonwood_…`. Counters and
 * gauges are read when somebody asks: the hot path counts in plain fields and never comes here.
 */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

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

export interface HistogramOptions {
  name: string
  help: string
  /** Upper bounds, ascending, in the unit of the name. */
  buckets: number[]
}

export class Metrics {
  readonly #registry = new Registry()

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

  /** A distribution; `observe` costs about a microsecond, so call it per turn, not per order. */
  histogram({ name, help, buckets }: HistogramOptions): { observe(value: number): void } {
    return new Histogram({ name: PREFIX + name, help, buckets, registers: [this.#registry] })
  }

  /** Adds memory, CPU, garbage collection and event loop delay of this process. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.#registry, prefix: PREFIX })
  }

  /** The answer to GET /metrics. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }

  get contentType(): string {
    return this.#registry.contentType
  }
}
