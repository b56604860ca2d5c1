/** A subscriber in a process of its own (feed-follower.ts), as the benchmark sees it. */
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import type { FollowerLine, FollowerOptions } from './feed-follower.ts'
import type { Place } from './feed-network.ts'
import { EXCHANGE, spawnIn } from './feed-network.ts'
import type { ServedTarget } from './target.ts'

const RECOVERY_WAIT_MS = 10_000
const LOOK_AGAIN_MS = 5

export type Status = Extract<FollowerLine, { next: number }>

export class FollowerProcess {
  readonly pictures = new Map<number, number>()
  status: Status = { next: 1, isLive: false, requests: 0, snapshots: 0, lost: 0, problems: 0 }
  private readonly child: ChildProcess
  private joinedMs: number | undefined
  private isClosed = false

  constructor({ namespace, address }: Place, { lines, retransmission, snapshot }: ServedTarget) {
    const options: FollowerOptions = {
      lines,
      interface: address,
      retransmission: { host: EXCHANGE.address, port: retransmission },
      snapshot: { host: EXCHANGE.address, port: snapshot, username: 'demo', password: 'demo' },
    }
    this.child = spawnIn(namespace, 'feed-follower.ts', [JSON.stringify(options)])
    createInterface({ input: this.child.stdout! })
      .on('line', (text) => {
        this.joinedMs ??= performance.now()
        const line = JSON.parse(text) as FollowerLine
        if ('picture' in line) this.pictures.set(line.picture, line.hash)
        else this.status = line
      })
      .on('close', () => (this.isClosed = true))
  }

  /** Waits until it has joined the lines. @returns when that was */
  async hasJoined(): Promise<number> {
    while (this.joinedMs === undefined) await delay(LOOK_AGAIN_MS)
    return this.joinedMs
  }

  /** Milliseconds from a moment until it has everything up to a message; Infinity when it takes too long. */
  async has(next: number, sinceMs: number): Promise<number> {
    while (!this.status.isLive || this.status.next < next) {
      if (performance.now() - sinceMs > RECOVERY_WAIT_MS) return Infinity
      await delay(LOOK_AGAIN_MS)
    }
    return performance.now() - sinceMs
  }

  /** Ends it, with a last picture. */
  async end(): Promise<void> {
    this.child.stdin!.end()
    while (!this.isClosed) await delay(LOOK_AGAIN_MS)
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }
}
