/**
 * What one connection of a market-data session is told: numbered from 1, written at once, kept nowhere.
 * Whoever asks for any of it again gets a gap fill.
 */
import type { FieldWriter, MessageHeader } from '../fix/index.ts'
import { MessageWriter, MsgType, writeGapFill } from '../fix/index.ts'
import type { SequencedTime } from '../runtime/index.ts'

export interface OutboundParties {
  readonly senderCompId: string
  readonly targetCompId: string
  readonly timestampDecimals: number
}

export class Outbound {
  /** MsgSeqNum(34) given last. */
  last = 0
  private readonly writer: MessageWriter
  private readonly clock: SequencedTime
  private readonly header = {
    msgType: '',
    msgSeqNum: 0,
    sendingSeconds: 0,
    sendingNanoseconds: 0,
  } satisfies MessageHeader

  constructor(parties: OutboundParties, fields: FieldWriter, clock: SequencedTime) {
    this.writer = new MessageWriter(parties, fields)
    this.clock = clock
  }

  /** @param body the fields behind the header */
  send(msgType: string, body: FieldWriter): void {
    this.stamp(msgType, ++this.last)
    const fields = this.writer.begin(this.header)
    fields.raw(body.bytes, 0, body.length)
    this.writer.end()
  }

  /** Covers the numbers begin..end. */
  fillGap(begin: number, end: number): void {
    this.stamp(MsgType.SequenceReset, begin)
    writeGapFill(this.writer, this.header, end + 1)
  }

  private stamp(msgType: string, msgSeqNum: number): void {
    const { header, clock } = this
    clock.now()
    header.msgType = msgType
    header.msgSeqNum = msgSeqNum
    header.sendingSeconds = clock.epochSeconds
    header.sendingNanoseconds = clock.nanoseconds
  }
}
