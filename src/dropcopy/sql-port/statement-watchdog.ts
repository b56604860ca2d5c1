/**
 * The end of a statement that does not end. PGlite runs a statement on the reader's own thread and
 * cannot be interrupted, so another thread looks at the clock, and ends the process: the reader
 * is started again and goes on where the database is. SIGALRM in the server's log says what happened.
 */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** For a piece of a statement that nothing can interrupt; docs/operations/drop-copy.md. */
export const STATEMENT_MS_MAX = 10_000

// A thread of its own without a file: it has no import, and is the same under tsx and compiled. The count is
// odd while a statement runs; it waits for the next change without using the processor.
const watch = `
  const { count, limitMs } = require('node:worker_threads').workerData
  for (;;) {
    const seen = Atomics.load(count, 0)
    const wait = seen % 2 === 1 ? limitMs : Infinity
    if (Atomics.wait(count, 0, seen, wait) === 'timed-out') process.kill(process.pid, 'SIGALRM')
  }`

export class StatementWatchdog {
  private readonly count: Int32Array
  private readonly worker: Worker

  /** Resolves when the other thread looks. */
  static async start(limitMs = STATEMENT_MS_MAX): Promise<StatementWatchdog> {
    const count = new Int32Array(new SharedArrayBuffer(4))
    // Without the loader that runs sources: that one waits for our thread.
    const worker = new Worker(watch, { eval: true, execArgv: [], workerData: { count, limitMs } })
    await once(worker, 'online')
    worker.unref()
    return new StatementWatchdog(count, worker)
  }

  private constructor(count: Int32Array, worker: Worker) {
    this.count = count
    this.worker = worker
  }

  /** While `work` runs the clock does. */
  async guard<Result>(work: () => Promise<Result>): Promise<Result> {
    this.change()
    try {
      return await work()
    } finally {
      this.change()
    }
  }

  async close(): Promise<void> {
    await this.worker.terminate()
  }

  private change(): void {
    Atomics.add(this.count, 0, 1)
    Atomics.notify(this.count, 0)
  }
}
