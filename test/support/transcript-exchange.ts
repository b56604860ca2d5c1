/**
 * The assembled exchange for transcripts, seen from outside: bytes and the end of a connection. Why
 * it closes one is not to be seen, nor which fields of a Reject(3) it noted.
 */
import { assert } from 'vitest'
import type { Logger } from '../../src/runtime/index.ts'
import { silentLogger } from '../../src/runtime/index.ts'
import { ExchangeStage } from './exchange-stage.ts'
import type { MemoryLine } from './memory-line.ts'
import type { Happening, SessionNumbers, TranscriptVenue } from './transcript-venue.ts'
import type { Speaker } from './transcript.ts'
import { TRANSCRIPT_START_SECONDS } from './transcript.ts'

const REFUSED = 'counterparty rejected a message of ours'
const TICK_MS = 100

export class ExchangeVenue implements TranscriptVenue {
  readonly #stage: ExchangeStage
  readonly #lines = new Map<Speaker, MemoryLine>()
  #refused: Happening[] = []

  constructor() {
    const logger: Logger = { ...silentLogger, warn: (_, message) => this.#onWarning(message) }
    this.#stage = new ExchangeStage({
      start: new Date(TRANSCRIPT_START_SECONDS * 1_000).toISOString(),
      sessions: [
        { senderCompId: 'ACME', firm: 'ACME', accounts: ['ACME-1'] },
        { senderCompId: 'GLOBEX', firm: 'GLOBEX', accounts: ['GLOBEX-1'] },
      ],
      logger,
    })
  }

  /** The only thing that no counterparty can see: a Heartbeat changes it and is not answered. */
  get expectedMsgSeqNum(): number {
    return this.#stage.exchange.acceptor['sessions'][1]!.fix.expectedMsgSeqNum
  }

  /** By an earlier connection: TestRequests, whose answers count for us, and a gap fill. */
  async setNumbers(numbers: SessionNumbers): Promise<void> {
    const client = this.#stage.connect('ACME')
    const testRequests = Array.from({ length: numbers.out - 2 }, () => '35=1|112=BEFORE')
    client.say('35=A|98=0|108=30', ...testRequests, `35=4|123=Y|36=${numbers.in}`)
    await this.#stage.settle()
    assert.lengthOf(client.hear(), numbers.out - 1)
    client.line.break()
    await this.#stage.settle()
    assert.strictEqual(this.expectedMsgSeqNum, numbers.in)
  }

  connect(speaker: Speaker, compId: string): void {
    this.#lines.set(speaker, this.#stage.connect(compId).line)
  }

  push(speaker: Speaker, chunk: Uint8Array): void {
    this.#lines.get(speaker)!.send(chunk)
    this.#stage.runLoopTurn()
  }

  drop(speaker: Speaker): void {
    this.#lines.get(speaker)!.break()
    this.#lines.delete(speaker)
  }

  async advance(ms: number): Promise<void> {
    assert.strictEqual(ms % TICK_MS, 0, 'the exchange looks at its clock ten times a second')
    await this.#stage.advance(ms)
  }

  async settle(): Promise<void> {
    await this.#stage.settle()
    if (this.#stage.fatal.length > 0) throw this.#stage.fatal[0]
  }

  send(): void {
    assert.fail('the exchange is its own application')
  }

  logout(text: string): void {
    this.#stage.exchange.acceptor.logOutAll(text)
  }

  take(): Happening[] {
    const happenings = this.#refused.splice(0)
    for (const [speaker, line] of this.#lines) {
      const bytes = line.receive(Infinity)
      if (bytes.length > 0) happenings.push({ speaker, kind: 'said', bytes })
      if (!line.isOver) continue
      happenings.push({ speaker, kind: 'disconnect' })
      this.#lines.delete(speaker)
    }
    return happenings
  }

  #onWarning(message: string): void {
    if (message === REFUSED) this.#refused.push({ speaker: 'first', kind: 'refused' })
  }
}
