/**
 * The lines of one trading day: a function of the journal's turns, read in order from before the day's
 * first, and of the secret behind the accounts' tokens. A date may be opened twice; both days are in it.
 */
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { printTime, recordName } from '../journal/index.ts'
import type { VenueConfiguration } from '../wire/index.ts'
import {
  EventType,
  eventHeader,
  recordLength,
  recordType,
  tradingDayOpened,
} from '../wire/index.ts'
import type { RecordedTurn } from './asked-command.ts'
import { AskedCommand } from './asked-command.ts'
import type { AuditLine, LineType } from './line-types.ts'
import type { EventPlace } from './lines-of-events.ts'
import { isEventCode, LinesOfEvents } from './lines-of-events.ts'
import type { TokenOf } from './order-fields.ts'
import { printDate } from './order-fields.ts'

export class AuditTrail {
  /** The day was found. */
  isFound = false
  /** A later day has begun: nothing of this one can follow. */
  isOver = false
  /** yyyymmdd of the day that was read last; 0 before the first. */
  tradingDate = 0
  private readonly wanted: number
  private readonly tokenOf: TokenOf
  private readonly asked = new AskedCommand()
  private readonly lines = new LinesOfEvents()

  /** @param wanted yyyymmdd */
  constructor(wanted: number, tokenOf: TokenOf) {
    this.wanted = wanted
    this.tokenOf = tokenOf
  }

  /**
   * Lines of the day that a turn gives, one after the other: the turn must stay as it is meanwhile.
   * @param configuration in force after the turn; what it names is never renumbered
   * @throws ExchangeError AuditTrail for a record of a newer version
   */
  *linesOf(
    turn: RecordedTurn,
    configuration: VenueConfiguration,
  ): Generator<AuditLine, void, undefined> {
    const { view, eventsStart, eventsEnd } = turn
    const context = { configuration, tokenOf: this.tokenOf }
    this.asked.beginTurn(turn)
    for (let at = eventsStart; at < eventsEnd && !this.isOver; at += recordLength(view, at)) {
      this.asked.note(turn, at)
      const type = recordType(view, at)
      if (type === EventType.TradingDayOpened) {
        this.openDay(tradingDayOpened.decode(view, at).tradingDate)
      }
      if (this.tradingDate !== this.wanted && !this.isOver) continue

      const position = turn.positionOf(at)
      if (!isEventCode(type)) throw unknownRecord(type, position)
      const head = (lineType: LineType): AuditLine => this.head(lineType, view, at, position)
      const { type: commandType, at: commandAt } = this.asked
      const event = { view, at, position, commandType, commandAt, context, head }
      const line = this.isOver ? this.nextDay(event) : this.lines.lineOf(type, event)
      if (line !== undefined) yield line
    }
  }

  private openDay(tradingDate: number): void {
    this.tradingDate = tradingDate
    this.isFound ||= tradingDate === this.wanted
    this.isOver = tradingDate > this.wanted
  }

  /** The line that says that the day is whole. */
  private nextDay(event: EventPlace): AuditLine | undefined {
    if (!this.isFound) return undefined
    return { ...event.head('NextDayOpened'), nextTradingDate: printDate(this.tradingDate) }
  }

  private head(type: LineType, view: DataView, at: number, position: number): AuditLine {
    const { epochSeconds, nanoseconds } = eventHeader.decode(view, at)
    return {
      type,
      command: this.asked.number,
      commandType: recordName(this.asked.type),
      position,
      tradingDate: printDate(this.wanted),
      time: printTime(epochSeconds, nanoseconds),
    }
  }
}

const unknownRecord = (type: number, position: number): ExchangeError =>
  new ExchangeError(
    ErrorCode.AuditTrail,
    `the journal has a record of type ${type} at position ${position}, which this program does not know; ` +
      'export with the version that wrote it',
  )
