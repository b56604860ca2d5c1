/**
 * Which command of a turn an event answers. The journal keeps a turn's commands and behind them its
 * events, without saying which caused which. But commands are answered in their order, and each with an
 * event that none but it can begin with (`answers.ts`); what follows is its own until the next such event.
 */
import { assert } from '../domain/index.ts'
import {
  CommandType,
  EventType,
  hasStatusTail,
  recordLength,
  recordType,
  statusTail,
  orderTailAt,
} from '../wire/index.ts'
import { answers, isOfAuction } from './answers.ts'

/** One turn of the exchange as the journal keeps it: command records, then event records. */
export interface RecordedTurn {
  readonly view: DataView
  /** Of the first command. */
  readonly commandNumber: number
  readonly commandsStart: number
  readonly eventsStart: number
  readonly eventsEnd: number
  /** Journal position of the record at an offset in `view`. */
  positionOf(offset: number): number
}

/** Commands that may cause nothing. */
const MAY_BE_SILENT = new Set<number>([
  CommandType.ApplyConfiguration,
  CommandType.SetRiskLimits,
  CommandType.CloseTradingDay,
  CommandType.PlanDay,
])

export class AskedCommand {
  /** Of the command that the event last noted answers: its number in the journal, and its record type. */
  number = 0
  type = 0
  /** Where it stands; -1 = in a turn before. */
  at = -1
  /** The next command that may be answered, in the turn at hand. */
  private ahead = 0
  private aheadNumber = 0
  /** The last command that is no ContinueWork; 0 = none was read. */
  private lastNumber = 0
  private lastType = 0
  /** The answer at hand goes on with the next event, whatever that looks like. */
  private goesOn = false

  /** Work goes on directly behind its command: what a ContinueWork causes is the answer to that one. */
  beginTurn(turn: RecordedTurn): void {
    const { view, commandNumber, commandsStart, eventsStart } = turn
    this.ahead = commandsStart
    this.aheadNumber = commandNumber
    const first = commandsStart < eventsStart ? recordType(view, commandsStart) : 0
    if (first === CommandType.ContinueWork && this.lastType !== 0) {
      this.type = this.lastType
      this.number = this.lastNumber
      this.at = -1
      return
    }
    this.noteLast(turn)
    this.goesOn = false
    this.type = 0
    // Both have a turn of their own.
    const isOwn = first === CommandType.ContinueWork || first === CommandType.PassTime
    if (isOwn) this.moveTo(view, commandsStart, commandNumber)
  }

  /** Called with every event of the turn, in their order. */
  note({ view, eventsStart }: RecordedTurn, event: number): void {
    if (!this.goesOn) this.moveOn(view, eventsStart, event)
    assert(this.type !== 0, 'the first event of a turn answers one of its commands')
    this.goesOn = goesOnBehind(view, event)
  }

  private noteLast({ view, commandNumber, commandsStart, eventsStart }: RecordedTurn): void {
    this.lastNumber = commandNumber - 1
    for (let at = commandsStart; at < eventsStart; at += recordLength(view, at)) {
      this.lastNumber++
      this.lastType = recordType(view, at)
    }
  }

  private moveOn(view: DataView, end: number, event: number): void {
    // What operations resumed goes on with its auction.
    if (this.type === CommandType.Operate && isOfAuction(view, event)) return
    let number = this.aheadNumber
    for (let at = this.ahead; at < end; at += recordLength(view, at)) {
      if (answers(view, event, at)) return this.moveTo(view, at, number)
      if (!MAY_BE_SILENT.has(recordType(view, at))) return
      number++
    }
  }

  private moveTo(view: DataView, at: number, number: number): void {
    this.type = recordType(view, at)
    this.number = number
    this.at = at
    this.ahead = at + recordLength(view, at)
    this.aheadNumber = number + 1
  }
}

/** Behind an OrderPending comes its answer, and behind a status the others of its request. */
function goesOnBehind(view: DataView, at: number): boolean {
  if (recordType(view, at) === EventType.OrderPending) return true
  if (!hasStatusTail(view, at)) return false
  const { totNumReports, lastRptRequested } = statusTail.decode(view, orderTailAt(view, at))
  return totNumReports > 0 && lastRptRequested === 0
}
