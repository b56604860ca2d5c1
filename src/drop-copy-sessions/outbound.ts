/**
 * What one connection of a drop-copy session is told, in order: messages wait here until their numbers
 * are on disk, and only then reach the connection.
 */
import type { Connection } from '../fix-acceptor/index.ts'
import type { MessageHeader } from '../fix/index.ts'
import { FieldWriter, MessageWriter, writeGapFill } from '../fix/index.ts'
import type { SequencedTime } from '../runtime/index.ts'
import { decimalsOf } from '../wire/index.ts'
import type { DropCopyContext, DropCopyLogin } from './drop-copy-context.ts'
import type { SendingTime, SentNumber, SentNumbers } from './sent-numbers.ts'

/** Writes the fields behind the header. */
type WriteBody = (fields: FieldWriter) => void

export interface OutboundListener {
  /** Bytes have left, or were found to wait for the kernel. */
  onReleased(): void
  /** The numbers cannot be kept: nothing more may be said. */
  onFailed(error: Error): void
}

export class Outbound {
  private readonly staged = new FieldWriter(8192)
  private readonly writer: MessageWriter
  private readonly connection: Connection
  private readonly numbers: SentNumbers
  private readonly clock: SequencedTime
  private readonly listener: OutboundListener
  private isCommitting = false

  constructor(
    login: DropCopyLogin,
    connection: Connection,
    numbers: SentNumbers,
    { compId, clock }: DropCopyContext,
    listener: OutboundListener,
  ) {
    const timestampDecimals = decimalsOf(login.dialect)
    const parties = { senderCompId: compId, targetCompId: login.compId, timestampDecimals }
    this.writer = new MessageWriter(parties, this.staged)
    this.connection = connection
    this.numbers = numbers
    this.clock = clock
    this.listener = listener
  }

  /** Bytes that wait for their numbers or for the counterparty. */
  get bytes(): number {
    return this.staged.length + this.connection.fields.length
  }

  /** Says something new under the next number. @param of whom it tells: OnBehalfOfCompID(115) */
  say(msgType: string, sent: SentNumber, of: string | undefined, write: WriteBody): void {
    const time = this.now()
    const msgSeqNum = this.numbers.give(sent, time)
    this.print({ msgType, msgSeqNum, ...sendingTime(time), ...onBehalfOf(of) }, write)
  }

  /** The same body under the same number; SendingTime(52) is now, 122 is what it was. */
  sayAgain(msgType: string, msgSeqNum: number, of: string, write: WriteBody): void {
    const { epochSeconds, nanoseconds } = this.numbers.of(msgSeqNum).time
    this.print(
      {
        msgType,
        msgSeqNum,
        ...sendingTime(this.now()),
        possDup: true,
        origSendingSeconds: epochSeconds,
        origSendingNanoseconds: nanoseconds,
        onBehalfOfCompId: of,
      },
      write,
    )
  }

  /** Covers the numbers from msgSeqNum up to the one before newSeqNo. */
  fillGap(msgSeqNum: number, newSeqNo: number): void {
    writeGapFill(this.writer, { msgType: '', msgSeqNum, ...sendingTime(this.now()) }, newSeqNo)
  }

  /** Puts on disk what needs it and lets go of what was said before this call. */
  release(): void {
    if (this.isCommitting || this.staged.length === 0) return
    const covered = this.staged.length
    if (this.numbers.unsynced === 0) return this.letGo(covered)
    this.isCommitting = true
    this.numbers.commit((error) => {
      this.isCommitting = false
      if (this.connection.isClosed) return
      if (error === null) this.letGo(covered)
      else this.listener.onFailed(error)
    })
  }

  /** Nothing is left that waits for its number. */
  get isReleased(): boolean {
    return this.staged.length === 0
  }

  private letGo(bytes: number): void {
    const { staged, connection } = this
    connection.fields.raw(staged.bytes, 0, bytes)
    staged.bytes.copyWithin(0, bytes, staged.length)
    staged.length -= bytes
    this.listener.onReleased()
  }

  private print(header: MessageHeader, write: WriteBody): void {
    write(this.writer.begin(header))
    this.writer.end()
  }

  private now(): SendingTime {
    this.clock.now()
    const { epochSeconds, nanoseconds } = this.clock
    return { epochSeconds, nanoseconds }
  }
}

const sendingTime = ({ epochSeconds, nanoseconds }: SendingTime) => ({
  sendingSeconds: epochSeconds,
  sendingNanoseconds: nanoseconds,
})

const onBehalfOf = (compId: string | undefined) =>
  compId === undefined ? {} : { onBehalfOfCompId: compId }
