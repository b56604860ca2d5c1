/**
 * The drop copy as the demo asks for it while it runs: the newest row, again and again, over the
 * socket of the reader that writes them.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Question, QuestionSocket, Row } from '../dropcopy/index.ts'
import { connectToReader } from '../dropcopy/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'

const POLL_MS = 250

export class DemoDatabase {
  /** Largest ExecID(17) in `executions`: ExecIDs rise by one, so it is the count of rows as well. */
  lastExecId = 0
  private readonly dataDir: string
  private socket: QuestionSocket | undefined
  private following = false
  private followed: Promise<void> = Promise.resolve()

  constructor(dataDir: string) {
    this.dataDir = dataDir
  }

  /** Keeps `lastExecId` up to date until `stop`; an embedded database takes seconds to come up. */
  follow(): void {
    this.following = true
    this.followed = this.poll()
  }

  async stop(): Promise<void> {
    this.following = false
    await this.followed
  }

  /** @throws ExchangeError EXC_DATABASE_UNREACHABLE when no reader runs */
  async ask(question: Question): Promise<Row[]> {
    this.socket ??= await connectToReader(this.dataDir)
    if (this.socket === undefined) {
      throw new ExchangeError(ErrorCode.DatabaseUnreachable, 'the drop copy does not answer')
    }
    return this.socket.ask(question)
  }

  /** Asks once how far the copy is. */
  async look(): Promise<void> {
    const filter = { limit: 1 }
    const [newest] = await this.ask({ ask: 'list', listing: 'executions', filter })
    this.lastExecId = Number(newest?.['exec_id'] ?? 0)
  }

  close(): void {
    this.socket?.close()
    this.socket = undefined
  }

  private async poll(): Promise<void> {
    while (this.following) {
      // Not there yet, or starting again: the exchange's log says why.
      await this.look().catch(() => this.close())
      await delay(POLL_MS)
    }
  }
}
