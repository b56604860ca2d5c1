/**
 * SequenceReset-GapFill as it stands in a resend: instead of messages that are not sent again.
 * FIX 4.4 volume 2, cases 8.
 */
import type { MessageHeader, MessageWriter } from '../codec/index.ts'
import { MsgType, Tag } from '../dictionary/index.ts'

/** Covers the numbers from that of the header up to the one before `newSeqNo`; never sent before. */
export function writeGapFill(writer: MessageWriter, header: MessageHeader, newSeqNo: number): void {
  const fields = writer.begin({
    ...header,
    msgType: MsgType.SequenceReset,
    possDup: true,
    origSendingSeconds: header.sendingSeconds,
    origSendingNanoseconds: header.sendingNanoseconds,
  })
  fields.boolean(Tag.GapFillFlag, true)
  fields.int(Tag.NewSeqNo, newSeqNo)
  writer.end()
}
