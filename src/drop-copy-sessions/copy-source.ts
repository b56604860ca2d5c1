/**
 * A drop-copy session's cursor in the journal: moves from one event that is to be copied to the next, a
 * bounded piece of journal at a time.
 */
import type { EventWalk } from '../journal/index.ts'
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
import type { VenueHistory, VenuePeriod } from './venue-history.ts'

const EXECUTION_REPORT = 0x38 // 8
const ORDER_CANCEL_REJECT = 0x39 // 9

export class CopySource {
  /** What lies before it in the journal has been looked at. */
  position: number
  private readonly walk: EventWalk
  private readonly history: VenueHistory
  private readonly firms: readonly string[]
  private entitled: Uint8Array = new Uint8Array(0)
  /** Journal that `entitled` is right for. */
  private period: VenuePeriod | undefined

  /** @param walk of its own @param position of an event or a group */
  constructor(walk: EventWalk, history: VenueHistory, firms: readonly string[], position: number) {
    this.walk = walk
    this.history = history
    this.firms = firms
    this.position = position
    walk.seek(position)
  }

  /**
   * Moves on to the next event that is to be copied, where `view`, `at` and `eventPosition` show it.
   * @param bytesMax journal to look at in this call, about
   * @returns 'more' when there was none in it, 'end' when the journal has none for now
   */
  next(bytesMax: number): 'copy' | 'more' | 'end' {
    const { walk } = this
    const limit = this.position + bytesMax
    while (walk.next()) {
      const { view, at, position } = walk
      this.position = position + recordLength(view, at)
      if (isCopied(view, at) && this.isEntitled(position, recordSession(view, at))) return 'copy'
      if (this.position >= limit) return 'more'
    }
    return 'end'
  }

  get view(): DataView {
    return this.walk.view
  }

  get at(): number {
    return this.walk.at
  }

  get eventPosition(): number {
    return this.walk.position
  }

  private isEntitled(position: number, session: number): boolean {
    if (this.period === undefined || position >= this.period.until) {
      this.period = this.history.at(position)
      this.entitled = entitledSessions(this.period.configuration, this.firms)
    }
    return this.entitled[session] === 1
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
