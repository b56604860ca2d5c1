/** Counts what the exchange wrote to its journal, as far as it has come: one source of the four. */
import { join } from 'node:path'
import { LastLiquidityInd } from '../domain/index.ts'
import { JournalReader, NodeDisk } from '../journal/index.ts'
import {
  EventType,
  isOrderEvent,
  messageSent,
  orderEvent,
  recordFeed,
  recordLength,
  recordType,
} from '../wire/index.ts'

export class JournalCount {
  /** Orders accepted. */
  orders = 0
  /** Reports with an ExecID(17). */
  executions = 0
  trades = 0
  sharesTraded = 0
  cancelRejects = 0
  feedMessages = 0
  private readonly reader: JournalReader

  /** @throws ExchangeError EXC_JOURNAL_UNREADABLE */
  constructor(dataDir: string) {
    const directory = join(dataDir, 'journal')
    this.reader = JournalReader.open({ disk: new NodeDisk(), directory })
  }

  /** Counts what came since the last time. @throws ExchangeError EXC_JOURNAL_DAMAGED */
  advance(): void {
    for (const { view, eventsStart, eventsEnd } of this.reader.read()) {
      for (let at = eventsStart; at < eventsEnd; at += recordLength(view, at)) this.count(view, at)
    }
  }

  /** Bytes counted so far. */
  get position(): number {
    return this.reader.position
  }

  close(): void {
    this.reader.close()
  }

  private count(view: DataView, at: number): void {
    const type = recordType(view, at)
    if (recordFeed(view, at) !== 0) this.feedMessages++
    if (type === EventType.CancelRejected) this.cancelRejects++
    if (type === EventType.OrderAccepted) this.orders++
    if (type === EventType.MessageSent && messageSent.decode(view, at).execId > 0) this.executions++
    if (!isOrderEvent(type)) return

    const { execId, lastQty, lastLiquidityInd } = orderEvent.decode(view, at)
    if (execId > 0) this.executions++
    if (type !== EventType.OrderExecuted || lastLiquidityInd !== LastLiquidityInd.Added) return
    // The resting side: each match has one.
    this.trades++
    this.sharesTraded += lastQty
  }
}
