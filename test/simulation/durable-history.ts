/**
 * What the journal on the disk says, as an independent reader finds it: a second engine that
 * executes every group again, the drop copy's rows, and how far each feed session has come. It
 * believes the bytes on the disk, never the process that wrote them.
 */
import { Engine } from '../../src/engine/index.ts'
import { emptyVenue, RowBatch } from '../../src/dropcopy/index.ts'
import type { ExecutionRow } from '../../src/dropcopy/tables.ts'
import { replayGroup } from '../../src/exchange.ts'
import type { Group, JournalPoint } from '../../src/journal/index.ts'
import { JournalReader } from '../../src/journal/index.ts'
import type { OperatorRecord } from '../../src/wire/index.ts'
import {
  EventType,
  operationOf,
  recordFeed,
  recordLength,
  recordType,
  tradingDayOpened,
} from '../../src/wire/index.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'
import { JOURNAL_DIRECTORY, ORDERS_EXPECTED } from './exchange-process.ts'
import { Violation } from './violation.ts'

const NAME = 'drop-copy-equals-executions'

export class DurableHistory {
  readonly engine = new Engine(ORDERS_EXPECTED)
  /** By ExecID(17). */
  readonly executions = new Map<number, ExecutionRow>()
  /** By group number: executions in the journal up to it. */
  private readonly executionCounts = [0]
  /** Messages of each feed session so far, by its name. */
  readonly feedMessages = new Map<string, number>()
  /** What operations did, in order. */
  readonly operations: OperatorRecord[] = []
  groups = 0
  /** The newest time of a turn, whole milliseconds since 1970. */
  newestMs = 0
  /** Commands of the largest turn. */
  commandsMost = 0
  private readonly disk: MemoryDisk
  /** Everything that the drop copy must hold in the end. */
  readonly rows = new RowBatch()
  private readonly venue = emptyVenue()
  private reader: JournalReader | undefined
  /** The last group read, and the one before it. */
  point: JournalPoint | undefined
  before: JournalPoint | undefined
  private feedSession = ''
  /** The disk as it was last read, and how far. */
  private read = { changes: -1, until: 0 }

  constructor(disk: MemoryDisk) {
    this.disk = disk
  }

  /**
   * Reads every whole group that has come.
   * @param until what a running exchange says is durable: it must be there; left out = to the tail
   */
  catchUp(until = Infinity): void {
    const { changes } = this.disk
    if (this.read.changes === changes && this.read.until === until) return
    this.reader ??= this.openReader()
    for (const group of this.reader.read(until)) {
      this.take(group)
      this.before = this.point
      this.point = this.reader.point
    }
    this.read = { changes, until }
  }

  /** Executions in the journal up to a group. */
  executionsAt(groupNumber: number): number {
    return this.executionCounts[groupNumber]!
  }

  /** The files were closed under the reader: the next reading begins where this one stopped. */
  forgetFiles(): void {
    this.reader = undefined
  }

  private openReader(): JournalReader {
    const { disk, point } = this
    const place = { disk, directory: JOURNAL_DIRECTORY }
    return JournalReader.open(point === undefined ? place : { ...place, after: point })
  }

  private take(group: Group): void {
    this.replay(group)
    this.groups = group.groupNumber
    this.noteTime(group)
    this.commandsMost = Math.max(this.commandsMost, group.commandCount)
    this.noteEvents(group)

    const { executions } = this.rows
    const before = executions.length
    this.rows.add(group, this.venue)
    this.executionCounts.push(executions.length)
    for (let i = before; i < executions.length; i++) {
      const row = executions[i]!
      if (this.executions.has(row.exec_id)) {
        throw new Violation(NAME, `ExecID ${row.exec_id} stands in the journal twice`)
      }
      this.executions.set(row.exec_id, row)
    }
  }

  private noteTime({ groupNumber, epochSeconds, nanoseconds }: Group): void {
    const ms = epochSeconds * 1000 + Math.floor(nanoseconds / 1e6)
    if (ms < this.newestMs) {
      throw new Violation('time-is-steady', `group ${groupNumber} is before the one before it`)
    }
    this.newestMs = ms
  }

  /** Commands are executed again, and nothing but what they cause stands behind them. */
  private replay(group: Group): void {
    try {
      replayGroup(this.engine, group)
    } catch (error) {
      throw new Violation('no-event-without-its-command', String(error))
    }
  }

  private noteEvents({ view, eventsStart, eventsEnd }: Group): void {
    for (let at = eventsStart; at < eventsEnd; at += recordLength(view, at)) {
      if (recordType(view, at) === EventType.TradingDayOpened) {
        this.feedSession = tradingDayOpened.decode(view, at).feedSession
      }
      if (recordType(view, at) === EventType.OperatorActed) {
        this.operations.push(operationOf(view, at))
      }
      if (recordFeed(view, at) === 0) continue
      this.feedMessages.set(this.feedSession, (this.feedMessages.get(this.feedSession) ?? 0) + 1)
    }
  }
}
