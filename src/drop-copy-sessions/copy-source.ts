/**
 * A drop-copy session's cursor in the journal: moves from one event that is to be copied to the next, a
 * bounded piece of journal at a time. It reads groups, not events alone, because what a session was when
 * something happened stands in the commands.
 */
import type { Group, JournalReader } from '../journal/index.ts'
import type { VenueConfiguration } from '../wire/index.ts'
import {
  EventType,
  isOrderEvent,
  messageSent,
  orderEvent,
  recordLength,
  recordSession,
  recordType,
} from '../wire/index.ts'
import { entitledSessions } from './entitlement.ts'

const EXECUTION_REPORT = 0x38 // 8
const ORDER_CANCEL_REJECT = 0x39 // 9

export class CopySource {
  /** What lies before it in the journal has been looked at. */
  position: number
  /** Where in `view` the event is that the last `next` moved onto. */
  at = 0
  private readonly journal: JournalReader
  private readonly firms: readonly string[]
  /** What is read, and where in it the next event is. */
  private group: Group | undefined
  private ahead = 0
  private configuration: VenueConfiguration | undefined
  /** By session, in that configuration. */
  private entitled: Uint8Array = new Uint8Array(0)

  /** @param journal of its own, not yet behind the position @param position of an event or a group */
  constructor(journal: JournalReader, firms: readonly string[], position: number) {
    this.journal = journal
    this.firms = firms
    this.position = position
  }

  /**
   * Moves on to the next event that is to be copied, where `view`, `at` and `eventPosition` show it.
   * @param until how far the journal is durable
   * @param limit position at which it may stop: `reached` by then
   * @returns 'more' when there was none before the limit, 'end' when the journal has none for now
   */
  next(until: number, limit: number): 'copy' | 'more' | 'end' {
    for (;;) {
      if (this.nextInGroup()) return 'copy'
      if (this.journal.position >= limit) return 'more'
      this.group = this.journal.next(until)
      if (this.group === undefined) return 'end'
      this.ahead = this.group.eventsStart
      this.configure(this.journal.configuration)
    }
  }

  /** End of what was read. */
  get reached(): number {
    return this.journal.position
  }

  get view(): DataView {
    return this.group!.view
  }

  get eventPosition(): number {
    return this.group!.positionOf(this.at)
  }

  close(): void {
    this.journal.close()
  }

  private nextInGroup(): boolean {
    const { group } = this
    if (group === undefined) return false
    const { view, eventsEnd } = group
    while (this.ahead < eventsEnd) {
      const at = (this.at = this.ahead)
      this.ahead += recordLength(view, at)
      if (group.positionOf(at) < this.position) continue
      this.position = group.positionOf(this.ahead)
      if (this.entitled[recordSession(view, at)] === 1 && isCopied(view, at)) return true
    }
    this.position = Math.max(this.position, group.nextPosition)
    return false
  }

  private configure(configuration: VenueConfiguration | undefined): void {
    if (configuration === undefined || configuration === this.configuration) return
    this.configuration = configuration
    this.entitled = entitledSessions(configuration, this.firms)
  }
}

/** An ExecutionReport(8) with an ExecID(17), or an OrderCancelReject(9). */
function isCopied(view: DataView, at: number): boolean {
  const type = recordType(view, at)
  if (isOrderEvent(type)) return isNotZero(view, at + orderEvent.offsets.execId)
  if (type === EventType.CancelRejected) return true
  if (type !== EventType.MessageSent) return false
  const msgType = view.getUint8(at + messageSent.offsets.msgType)
  if (msgType === EXECUTION_REPORT) return isNotZero(view, at + messageSent.offsets.execId)
  return msgType === ORDER_CANCEL_REJECT
}

/** Of a u64, without making a number of it. */
const isNotZero = (view: DataView, at: number): boolean =>
  view.getUint32(at, true) !== 0 || view.getUint32(at + 4, true) !== 0
