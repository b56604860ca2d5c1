/**
 * A TCP relay before PostgreSQL that loses the answer to a COMMIT: the database has the transaction, and
 * its client is told that the connection is gone.
 */
import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'

const COMMIT = /commit/i
/** What makes a transaction one that copies reports; those of an opening are left alone. */
const ROWS = /"executions"/

export class CommitCutter {
  /** Answers that were lost. */
  cuts = 0
  private isArmed = false
  private readonly server: Server
  private readonly target: number

  private constructor(target: number) {
    this.target = target
    this.server = createServer((client) => this.relay(client))
  }

  static async before(target: number): Promise<CommitCutter> {
    const cutter = new CommitCutter(target)
    cutter.server.listen(0, '127.0.0.1')
    await once(cutter.server, 'listening')
    return cutter
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  /** The answer to the next COMMIT of reports is lost. */
  arm(): void {
    this.isArmed = true
  }

  close(): void {
    this.server.close()
  }

  private relay(client: Socket): void {
    const database = connect(this.target, '127.0.0.1')
    let hasRows = false
    let isCommitting = false
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1')
      if (ROWS.test(text)) hasRows = true
      if (this.isArmed && hasRows && COMMIT.test(text)) {
        this.isArmed = false
        isCommitting = true
      }
      database.write(chunk)
    })
    database.on('data', (chunk) => {
      if (!isCommitting) return void client.write(chunk)
      // It is committed now.
      this.cuts++
      client.destroy()
    })
    for (const [one, other] of [
      [client, database],
      [database, client],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  }
}
