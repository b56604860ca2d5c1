/**
 * The sent messages of every session, followed from the event records: at start-up out of the
 * journal, later turn by turn.
 */
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

  /** Start-up: event records `view[start, end)`, the first at journal position `position`. */
  recover(view: DataView, start: number, end: number, position: number): void {
    for (let at = start; at < end; at += recordLength(view, at)) {
      this.note(view, at, position + at - start)
    }
  }

  /**
   * Keeps where an event's message lies; a Logon with ResetSeqNumFlag(141)=Y forgets what was before.
   * @returns its MsgSeqNum(34), 0 when the event is no message
   */
  note(view: DataView, at: number, position: number): number {
    const { header } = this
    header.wrap(view, at)
    const { msgSeqNum } = header
    if (msgSeqNum === 0) return 0
    const sent = this.of(recordSession(view, at))
    if (isReset(view, at)) sent.reset()
    sent.note(msgSeqNum, position)
    return msgSeqNum
  }
}

/** A Logon that started the session's outbound numbers again. */
export const isReset = (view: DataView, at: number): boolean =>
  recordType(view, at) === EventType.MessageSent &&
  view.getUint8(at + messageSent.offsets.reset) === 1
