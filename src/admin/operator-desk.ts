/**
 * The desk of operations beside the turn: a command goes into the exchange's queue, and its outcome comes back
 * once the turn that executed it is durable and published. It decides nothing: the engine does, in sequence.
 */
import type { EngineState } from '../engine/index.ts'
import type {
  KillScope,
  OperatorCommand,
  OperatorRecord,
  RecordBuffer,
  RecordedTrade,
  TradeAction,
} from '../wire/index.ts'
import { EventType, operationAt, operatorActed, recordLength, recordType } from '../wire/index.ts'
import type { LimitsInForce } from './controls-in-force.ts'
import type { VenueStatus } from './venue-status.ts'
import { VenueView } from './venue-status.ts'

/** Commands whose outcome is not known yet; one more is not taken. */
export const OPERATIONS_UNDER_WAY_MAX = 16

/**
 * Why there is no outcome. `too many`: nothing was asked. `not known`: the exchange stopped; only asking again,
 * with the same request id, tells whether it was done.
 */
export type NoOutcome = 'too many' | 'not known'

interface Waiting {
  readonly requestId: string
  readonly resolve: (outcome: OperatorRecord | NoOutcome) => void
}

export interface OperatorDeskOptions {
  /** Appends an Operate command to the queue and has the turn run. */
  readonly ask: (command: OperatorCommand) => void
  /** A trade as the journal has it; undefined when there is none. */
  readonly findTrade: (matchNumber: number) => Promise<RecordedTrade | undefined>
  /** Of the engine, to look at. */
  readonly state: EngineState
  /** Lets others have their turn of the event loop. */
  readonly rest: () => Promise<void>
}

/** Implements TurnOutput of src/exchange.ts; connect it behind all others. */
export class OperatorDesk {
  /** In the order of their commands, which is that of the answers. */
  private readonly underWay: Waiting[] = []
  private readonly ask: OperatorDeskOptions['ask']
  private readonly findTrade: OperatorDeskOptions['findTrade']
  private readonly view: VenueView
  private isStopped = false
  /** Ends when the last bust or correction has its outcome. */
  private corrected: Promise<unknown> = Promise.resolve()
  private correctionsWaiting = 0

  constructor({ ask, findTrade, state, rest }: OperatorDeskOptions) {
    this.ask = ask
    this.findTrade = findTrade
    this.view = new VenueView(state, rest)
  }

  /** @returns what the engine recorded of it, or why that is not known */
  perform(command: OperatorCommand): Promise<OperatorRecord | NoOutcome> {
    const isOfTrade = command.action === 'bust' || command.action === 'correct'
    return isOfTrade ? this.performInTurn(command) : this.pass(command)
  }

  /** One after the other: what one changes, the next one must be told with its trade. */
  private performInTurn(
    command: OperatorCommand & TradeAction,
  ): ReturnType<OperatorDesk['perform']> {
    if (this.correctionsWaiting >= OPERATIONS_UNDER_WAY_MAX) return Promise.resolve('too many')
    this.correctionsWaiting++
    const outcome = this.corrected.then(async () => {
      if (this.isStopped) return 'not known'
      const trade = await this.findTrade(command.matchNumber)
      return this.pass(trade === undefined ? command : { ...command, trade })
    })
    this.corrected = outcome.then(
      () => this.correctionsWaiting--,
      () => this.correctionsWaiting--,
    )
    return outcome
  }

  private pass(command: OperatorCommand): Promise<OperatorRecord | NoOutcome> {
    if (this.isStopped) return Promise.resolve('not known')
    if (this.underWay.length >= OPERATIONS_UNDER_WAY_MAX) return Promise.resolve('too many')
    return new Promise((resolve) => {
      this.underWay.push({ requestId: command.requestId, resolve })
      this.ask(command)
    })
  }

  status(): Promise<VenueStatus> {
    return this.view.status()
  }

  limits(): LimitsInForce {
    return this.view.limits()
  }

  /** Live orders that a kill would cancel; undefined when the scope is nobody's. */
  countOrders(scope: KillScope): Promise<number | undefined> {
    return this.view.countOrders(scope)
  }

  publish({ view, length }: RecordBuffer): void {
    for (let at = 0; at < length && this.underWay.length > 0; at += recordLength(view, at)) {
      if (recordType(view, at) === EventType.OperatorActed) this.tell(recordAt(view, at))
    }
  }

  postpone(events: RecordBuffer): void {
    this.publish(events)
  }

  /** No turn runs any more: what was not answered never will be. */
  stop(): void {
    this.isStopped = true
    for (const { resolve } of this.underWay.splice(0)) resolve('not known')
  }

  private tell(record: OperatorRecord): void {
    const index = this.underWay.findIndex(({ requestId }) => requestId === record.requestId)
    if (index >= 0) this.underWay.splice(index, 1)[0]!.resolve(record)
  }
}

const { bodyLength: BODY_LENGTH } = operatorActed.offsets

const recordAt = (view: DataView, at: number): OperatorRecord =>
  operationAt(view, at + operatorActed.length, view.getUint32(at + BODY_LENGTH, true))
