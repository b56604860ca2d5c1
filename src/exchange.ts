/**
 * The turn: commands that arrived since the last one are stamped with one time, executed, made
 * durable together with the events that they caused, and only then published. Nothing that any
 * callback can see is ahead of the disk. ARCHITECTURE.md, "The life of an order".
 */
import type { StateTransfer } from './domain/index.ts'
import { assert } from './domain/index.ts'
import type { Engine } from './engine/index.ts'
import type { Group, Journal } from './journal/index.ts'
import type { SequencedTime } from './runtime/index.ts'
import { ErrorCode, ExchangeError } from './runtime/index.ts'
import { TurnTimes } from './turn-times.ts'
import {
  CommandQueue,
  CommandType,
  continueWork,
  passTime,
  RecordBuffer,
  recordLength,
} from './wire/index.ts'

/** A turn whose events reach this takes no further command: its group is written and read whole. */
const TURN_EVENT_BYTES_MAX = 1 << 24
/** Turns that continue work, one after the other, before what is behind is sent on. */
const WORK_TURNS_MAX = 64

/** Where durable events go: the FIX acceptor, the feed, the drop copy's announcement. */
export interface TurnOutput {
  /** @param position journal position of the first event record */
  publish(events: RecordBuffer, position: number): void
  /**
   * The events of a turn that continues work. Everybody waits for what comes behind it, so they are
   * not printed now: they are read from the journal when there is time.
   */
  postpone(events: RecordBuffer, position: number): void
}

/** What follows the recorded events at start-up, to know where to go on. */
export interface TurnFollower {
  /** Event records `view[start, end)`, the first at `position`. */
  recover(view: DataView, start: number, end: number, position: number): void
  /** The same out of a snapshot. */
  transfer(transfer: StateTransfer): void
}

export interface ExchangeOptions {
  readonly engine: Engine
  readonly journal: Journal
  readonly clock: SequencedTime
  /** Milliseconds of a clock that never goes back: how long things take is measured by it. */
  readonly nowMs: () => number
  /** Runs a function once the callbacks of this event-loop turn are through: setImmediate. */
  readonly schedule: (run: () => void) => void
  /** A broken invariant or a journal error: the process must stop, saying nothing more. */
  readonly onFatal: (error: unknown) => void
}

export class Exchange {
  readonly queue: CommandQueue
  readonly times: TurnTimes
  private readonly options: ExchangeOptions
  private readonly continuation = new RecordBuffer(continueWork.length)
  private readonly passing = new RecordBuffer(passTime.length)
  private outputs: readonly TurnOutput[] = []
  /** Functions that wait for the end of the work, one of each who is behind. */
  private deferred: (() => void)[] = []
  /** Turns that continued work since those functions last ran. */
  private workTurns = 0
  private isScheduled = false
  /** The outputs are being told: what they defer comes behind the next turn, if commands wait. */
  private isTelling = false
  private stopped = false

  constructor(options: ExchangeOptions) {
    this.options = options
    this.queue = new CommandQueue(options.nowMs)
    this.times = new TurnTimes(options.nowMs)
    this.continuation.append(CommandType.ContinueWork, 0, continueWork.length)
    this.passing.append(CommandType.PassTime, 0, passTime.length)
  }

  /** Connects the outputs, in the order in which they are served. */
  connect(outputs: readonly TurnOutput[]): void {
    this.outputs = outputs
  }

  /** Called by whoever appended to the queue. */
  readonly submit = (): void => {
    if (this.isScheduled || this.stopped) return
    this.isScheduled = true
    this.options.schedule(this.onTurn)
  }

  /** Runs a function in an event-loop turn to come: what is under way, for which others wait, goes first. */
  readonly defer = (run: () => void): void => {
    if (this.isTelling || this.options.engine.hasWork) this.deferred.push(run)
    else this.options.schedule(run)
  }

  /** Runs turns until nothing is left to do: at start-up and before the end. */
  drain(): void {
    while (!this.stopped && this.isWaiting) this.runTurn()
    this.scheduleDeferred()
  }

  /** No turn runs any more: after `stop`, or after a failure that ended the exchange. */
  get isStopped(): boolean {
    return this.stopped
  }

  stop(): void {
    this.stopped = true
  }

  private readonly onTurn = (): void => {
    this.isScheduled = false
    if (this.stopped) return
    try {
      this.runTurn()
    } catch (error) {
      this.stopped = true
      this.options.onFatal(error)
      return
    }
    // What was asked meanwhile goes before what is behind.
    if (this.isWaiting) this.submit()
    if (!this.options.engine.hasWork || this.workTurns >= WORK_TURNS_MAX) this.scheduleDeferred()
  }

  private get isWaiting(): boolean {
    return this.options.engine.hasWork || this.queue.count > 0
  }

  private runTurn(): void {
    const { times } = this
    const { engine, journal, clock } = this.options
    clock.now()
    const { epochSeconds, nanoseconds } = clock
    const own = this.ownCommands(epochSeconds, nanoseconds)
    const commands = own ?? this.queue.take()
    if (commands === undefined) return

    times.begin(own === undefined ? commands.sinceMs : undefined)
    const feedSequence = engine.feedCount + 1
    this.execute(commands)
    times.end('engine')
    const eventsPosition = journal.eventsPosition(commands.length)
    journal.append({ epochSeconds, nanoseconds, feedSequence }, commands, engine.events)
    times.end('journal')

    const isContinued = commands === this.continuation
    this.isTelling = true
    for (const output of this.outputs) {
      if (isContinued) output.postpone(engine.events, eventsPosition)
      else output.publish(engine.events, eventsPosition)
    }
    this.isTelling = false
    times.end('publish')
    if (isContinued) this.workTurns++
    if (own === undefined) this.queue.release(commands)
  }

  private scheduleDeferred(): void {
    const { deferred } = this
    this.deferred = []
    this.workTurns = 0
    for (const run of deferred) this.options.schedule(run)
  }

  /** What goes before anything that was asked: work to continue, and what is due. */
  private ownCommands(epochSeconds: number, nanoseconds: number): RecordBuffer | undefined {
    const { engine } = this.options
    if (engine.hasWork) return this.continuation
    return engine.isDue(epochSeconds, nanoseconds) ? this.passing : undefined
  }

  /** Executes commands until the turn is full; those left over go first in the next one. */
  private execute(commands: RecordBuffer): void {
    const { engine, journal, clock } = this.options
    const { epochSeconds, nanoseconds } = clock
    const { view, length } = commands
    engine.beginTurn({
      epochSeconds,
      nanoseconds,
      eventsPosition: journal.eventsPosition(length),
    })

    let at = 0
    let count = 0
    do {
      engine.lookAhead(view, at, length, count)
      engine.execute(view, at)
      at += recordLength(view, at)
      count++
    } while (at < length && !this.isTurnFull)
    if (at === length) return
    engine.shortenTurn(length - at)
    this.queue.putBack(commands, at, count)
  }

  private get isTurnFull(): boolean {
    const { engine } = this.options
    return engine.hasWork || engine.events.length >= TURN_EVENT_BYTES_MAX
  }
}

/**
 * Executes a recorded turn again and compares what it causes with what was said.
 * @throws ExchangeError ReplayDiffers naming the position of the first event that differs
 */
export function replayGroup(engine: Engine, group: Group): void {
  const { view, commandsStart, commandsEnd, eventsStart, eventsEnd, eventsPosition } = group
  engine.beginTurn({
    epochSeconds: group.epochSeconds,
    nanoseconds: group.nanoseconds,
    eventsPosition,
  })
  engine.executeAll(view, commandsStart, commandsEnd)

  const { events } = engine
  const recorded = new Uint8Array(
    view.buffer,
    view.byteOffset + eventsStart,
    eventsEnd - eventsStart,
  )
  const differsAt = firstDifference(recorded, events.bytes, events.length)
  if (differsAt < 0) return
  throw new ExchangeError(
    ErrorCode.ReplayDiffers,
    `group ${group.groupNumber}: executing the journal again gives another event at position ` +
      `${eventsPosition + differsAt}; start this journal with the version that wrote it`,
  )
}

function firstDifference(recorded: Uint8Array, executed: Uint8Array, length: number): number {
  const same = Buffer.compare(recorded, executed.subarray(0, length)) === 0
  if (same) return -1
  for (let i = 0; i < recorded.length; i++) if (recorded[i] !== executed[i]) return i & ~7
  assert(length > recorded.length, 'buffers differ')
  return recorded.length
}
