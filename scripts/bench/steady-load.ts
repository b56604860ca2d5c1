/** Orders at a steady rate for as long as it takes, from one client beside the exchange after the other. */
import type { ChildProcess } from 'node:child_process'
import { EXCHANGE, spawnIn } from './feed-network.ts'
import type { LoadOptions } from './load-client.ts'

/** All messages of a client have the SendingTime(52) of its Logon, which may be two minutes old. */
const CLIENT_SECONDS = 100
/** Nobody measures its latency, and others need the processor. */
const EVERY_MS = 1

export class SteadyLoad {
  private readonly port: number
  private readonly rate: number
  private firstId = 1
  private child!: ChildProcess
  private isOver = false

  /** @param rate requests a second */
  constructor(port: number, rate: number) {
    this.port = port
    this.rate = rate
    this.start()
  }

  end(): void {
    this.isOver = true
    this.child.kill('SIGKILL')
  }

  private start(): void {
    const options: LoadOptions = {
      port: this.port,
      compId: 'ACME',
      password: 'acme',
      flow: 'mixed',
      requests: this.rate * CLIENT_SECONDS,
      window: 0,
      rate: this.rate,
      everyMs: EVERY_MS,
      firstId: this.firstId,
    }
    this.firstId += options.requests
    const args = ['--run', JSON.stringify(options)]
    this.child = spawnIn(EXCHANGE.namespace, 'load-client.ts', args)
    this.child.on('exit', () => {
      if (!this.isOver) this.start()
    })
  }
}
