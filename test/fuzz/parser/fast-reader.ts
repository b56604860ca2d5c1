/**
 * The quick look at a stream: read as a whole by a reader that has read others before, every message
 * validated, every byte accounted for. A reader costs more than a stream of usual length; one that
 * has delivered the last message of a stream is as good as new, or that is a finding too.
 */
import type { FixMessage, FixReaderLimits } from '../../../src/fix/index.ts'
import { FixReader, validate } from '../../../src/fix/index.ts'
import { Finding } from './finding.ts'
import { LAST } from './run-case.ts'

/** Streams of one reader: as many must be read again to repeat what the last one shows. */
const STREAMS_MAX = 200
const LAST_BYTES = Buffer.from(LAST, 'latin1')

export class FastReader {
  /** What the reader has read, the stream at hand last. */
  history: string[] = []
  readonly limits: FixReaderLimits
  private reader: FixReader | undefined
  private bytes: Uint8Array = new Uint8Array(0)
  /** Every byte before was delivered or reported. */
  private accounted = 0
  private hasReport = false

  constructor(limits: FixReaderLimits) {
    this.limits = limits
  }

  /** @throws Finding, and what the code under test throws */
  read(stream: string): void {
    this.reader ??= this.make()
    this.history.push(stream)
    this.bytes = Buffer.from(stream + LAST, 'latin1')
    this.accounted = 0
    this.hasReport = false
    this.reader.push(this.bytes)
    const isAsNew = this.accounted === this.bytes.length
    if (!isAsNew || this.history.length === STREAMS_MAX) this.forget()
  }

  /** The next stream has a new reader. */
  forget(): void {
    this.reader = undefined
    this.history = []
  }

  private make(): FixReader {
    return new FixReader(
      {
        onMessage: (message) => this.take(message),
        onGarbled: () => (this.hasReport = true),
        onGarbageLimit: () => undefined,
      },
      this.limits,
    )
  }

  private take(message: FixMessage): void {
    const { start, end } = message
    if (message.bytes !== this.bytes || start < this.accounted || end <= start) {
      throw new Finding('bytes', `a message at ${start} to ${end} behind ${this.accounted}`)
    }
    if (start > this.accounted && !this.hasReport) {
      throw new Finding(
        'bytes',
        `${this.accounted} to ${start} were neither delivered nor reported`,
      )
    }
    this.accounted = end
    this.hasReport = false
    const isLast = end === this.bytes.length && end - start === LAST_BYTES.length
    if (!isLast && validate(message, { strictUserTags: false }) === undefined) {
      throw new Finding('validation', 'undefined')
    }
  }
}
