/**
 * The order book alone, with its events, against the textbook's book, in one run: the same
 * recorded flow into both. `npm run bench -- book`, or `npx tsx scripts/bench/book.ts`.
 */
import { PerformanceObserver, performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { LevelPool, OrderBook, OrderPool } from '../../src/book/index.ts'
import { FLOW_STRIDE, FLOW_TICK, FlowKind, recordFlow } from './order-flow.ts'
import type { Flow, FlowOptions } from './order-flow.ts'
import { TextbookBook } from './textbook-book.ts'
import type { TextbookEvent } from './textbook-book.ts'

const COMMANDS = 1_000_000
const RUNS = 5
/** Collections are reported some turns of the event loop after they happened. */
const GC_REPORT_MS = 5
/** Events that a ring holds before it starts again. */
const RING_EVENTS = 65_536

const SCENES: readonly FlowOptions[] = [
  { liveOrders: 1_000, commands: COMMANDS, instruments: 1 },
  { liveOrders: 10_000, commands: COMMANDS, instruments: 1 },
  { liveOrders: 100_000, commands: COMMANDS, instruments: 1 },
  { liveOrders: 1_000_000, commands: COMMANDS, instruments: 1 },
  { liveOrders: 100_000, commands: COMMANDS, instruments: 5_000 },
]

/** What both contenders offer the clock. */
interface Contender {
  /** Applies the commands from..to - 1 of the flow. */
  run(from: number, to: number): void
  readonly eventCount: number
}

interface Result {
  readonly opsPerSecond: number
  readonly eventCount: number
  readonly gcMs: number
}

/** Prints operations per second of both books at several sizes, and their ratio. */
export async function benchBook(print: (line: string) => void): Promise<void> {
  print(`mixed flow: 55 % new, 40 % cancel, 5 % replace; events written; median of ${RUNS} runs`)
  print('   live  books   M ops/s    GC ms   textbook    GC ms   ratio')
  for (const scene of SCENES) {
    const flow = recordFlow(scene)
    const ours = await measure(flow, () => new SlabContender(flow))
    const textbook = await measure(flow, () => new TextbookContender(flow))
    if (ours.eventCount !== textbook.eventCount) throw new Error('the books differ in their events')
    print(
      [
        String(scene.liveOrders).padStart(7),
        String(scene.instruments).padStart(6),
        inMillions(ours.opsPerSecond).padStart(9),
        ours.gcMs.toFixed(1).padStart(8),
        inMillions(textbook.opsPerSecond).padStart(10),
        textbook.gcMs.toFixed(1).padStart(8),
        `${(ours.opsPerSecond / textbook.opsPerSecond).toFixed(1)}x`.padStart(7),
      ].join(' '),
    )
  }
}

const inMillions = (value: number) => (value / 1e6).toFixed(1)

/** Median of several runs, each with a fresh book that is filled before the clock starts. */
async function measure(flow: Flow, start: () => Contender): Promise<Result> {
  const results: Result[] = []
  for (let run = 0; run < RUNS; run++) results.push(await measureOnce(flow, start()))
  results.sort((one, other) => one.opsPerSecond - other.opsPerSecond)
  return results[RUNS >> 1]!
}

async function measureOnce(flow: Flow, contender: Contender): Promise<Result> {
  contender.run(0, flow.preload)
  await setTimeout(GC_REPORT_MS)

  let gcMs = 0
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) gcMs += entry.duration
  })
  observer.observe({ entryTypes: ['gc'] })
  const start = performance.now()
  contender.run(flow.preload, flow.preload + flow.commands)
  const elapsedMs = performance.now() - start
  await setTimeout(GC_REPORT_MS)
  observer.disconnect()

  return {
    opsPerSecond: flow.commands / (elapsedMs / 1000),
    eventCount: contender.eventCount,
    gcMs,
  }
}

const EventKind = { Accepted: 1, Executed: 2, Canceled: 3 } as const
const EVENT_STRIDE = 8

/** Our book; order numbers are kept beside it by slot, as the engine keeps its orders. */
class SlabContender implements Contender {
  eventCount = 0
  private readonly ring = new Int32Array(RING_EVENTS * EVENT_STRIDE)
  private readonly words: Int32Array
  private readonly books: OrderBook[]
  private readonly slotOf: Int32Array
  private readonly numberOf: Int32Array
  private lastNumber = 0

  constructor({ words, instruments, liveOrders, orderCount }: Flow) {
    const capacity = liveOrders * 2
    const levels = new LevelPool()
    const orders = new OrderPool(levels, capacity)
    this.words = words
    this.books = Array.from({ length: instruments }, () => new OrderBook(orders, levels, FLOW_TICK))
    this.slotOf = new Int32Array(orderCount + 1)
    this.numberOf = new Int32Array(capacity + 1)
  }

  run(from: number, to: number): void {
    const { words } = this
    for (let at = from * FLOW_STRIDE; at < to * FLOW_STRIDE; at += FLOW_STRIDE) {
      const kind = words[at]!
      const book = this.books[words[at + 1]!]!
      if (kind !== FlowKind.New) this.cancel(book, words[at + 5]!)
      if (kind !== FlowKind.Cancel) this.enter(book, words[at + 2]!, words[at + 3]!, words[at + 4]!)
    }
  }

  /** As a MatchListener. */
  onExecution(slot: number, price: number, quantity: number, leavesQty: number): number {
    this.write(EventKind.Executed, this.numberOf[slot]!, price, quantity, leavesQty)
    return 0
  }

  private enter(book: OrderBook, side: number, price: number, quantity: number): void {
    const number = ++this.lastNumber
    this.write(EventKind.Accepted, number, price, quantity, quantity)
    const remaining = book.match(side, price, quantity, this)
    if (remaining === 0) return
    const slot = book.add(side, price, remaining)
    this.slotOf[number] = slot
    this.numberOf[slot] = number
  }

  private cancel(book: OrderBook, number: number): void {
    const leavesQty = book.remove(this.slotOf[number]!)
    this.write(EventKind.Canceled, number, 0, leavesQty, 0)
  }

  private write(kind: number, number: number, price: number, quantity: number, leavesQty: number) {
    const { ring } = this
    const at = (this.eventCount++ % RING_EVENTS) * EVENT_STRIDE
    ring[at] = kind
    ring[at + 1] = number
    ring[at + 2] = price
    ring[at + 3] = quantity
    ring[at + 4] = leavesQty
  }
}

class TextbookContender implements Contender {
  eventCount = 0
  private readonly ring: TextbookEvent[] = []
  private readonly words: Int32Array
  private readonly books: TextbookBook[]
  private lastNumber = 0

  constructor({ words, instruments }: Flow) {
    const orders = new Map()
    const emit = (event: TextbookEvent) => {
      this.ring[this.eventCount++ % RING_EVENTS] = event
    }
    this.words = words
    this.books = Array.from({ length: instruments }, () => new TextbookBook(orders, emit))
  }

  run(from: number, to: number): void {
    const { words } = this
    for (let at = from * FLOW_STRIDE; at < to * FLOW_STRIDE; at += FLOW_STRIDE) {
      const kind = words[at]!
      const book = this.books[words[at + 1]!]!
      if (kind !== FlowKind.New) book.cancel(words[at + 5]!)
      if (kind === FlowKind.Cancel) continue
      book.enter(++this.lastNumber, words[at + 2]!, words[at + 3]!, words[at + 4]!)
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await benchBook((line) => console.log(line))
}
