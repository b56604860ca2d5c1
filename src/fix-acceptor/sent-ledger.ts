/**
 * The sent messages of every session, followed from the event records: at start-up out of the
 * journal, later turn by turn.
 */
import type { StateTransfer } from '../domain/index.ts'
import {
  eventHeader,
  EventType,
  messageSent,
  recordLength,
  recordSession,
  recordType,
} from '../wire/index.ts'
import type { RecordSource } from './sent-messages.ts'
import { SentMessages } from './sent-messages.ts'

export class SentLedger {
  private readonly sessions: SentMessages[] = []
  private readonly header = eventHeader.flyweight()
  private readonly source: RecordSource

  constructor(source: RecordSource) {
    this.source = source
  }

  /** @param session its index in the configuration in force */
  of(session: number): SentMessages {
    return (this.sessions[session] ??= new SentMessages(this.source))
  }

  transfer(transfer: StateTransfer): void {
    const length = transfer.value('sent.sessions', this.sessions.length)
    for (let session = 1; session < length; session++) {
      this.of(session).transfer(`sent.${session}`, transfer)
    }
  }

  /** Start-up: event records `view[start, end)`, the first at journal position `position`. */
  recover(view: DataView, start: number, end: number, position: number): void {
    for (let at = start; at < end; at += recordLength(view, at)) {
      this.note(view, at, position + at - start)
    }
  }

  /**
   * Keeps where an event's message lies. A Logon with ResetSeqNumFlag(141)=Y, and a SequenceReset
   * ahead of it, which may be the last that a crash leaves, forget what was before.
   * @returns its MsgSeqNum(34), 0 when the event is no message
   */
  note(view: DataView, at: number, position: number): number {
    const { header } = this
    header.wrap(view, at)
    const { msgSeqNum, epochSeconds } = header
    if (isReset(view, at)) this.of(recordSession(view, at)).reset()
    if (msgSeqNum > 0) this.of(recordSession(view, at)).note(msgSeqNum, position, epochSeconds)
    return msgSeqNum
  }
}

/** An event that started the session's outbound numbers again. */
export function isReset(view: DataView, at: number): boolean {
  const type = recordType(view, at)
  if (type === EventType.SequenceReset) return true
  return type === EventType.MessageSent && view.getUint8(at + messageSent.offsets.reset) === 1
}
