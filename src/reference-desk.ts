/**
 * Where what operations asks for becomes a command. What changes the list of instruments becomes an
 * ApplyConfiguration with all of it, judged here by what the engine will judge it by: nothing can come between,
 * because whatever else changes the configuration is queued here too, and before the doors open.
 */
import type { Engine } from './engine/index.ts'
import { configurationAfter } from './engine/index.ts'
import { queueConfiguration, queueOperation } from './opening.ts'
import type { ExchangeConfig } from './runtime/index.ts'
import { channelsBySymbol } from './runtime/index.ts'
import type {
  CommandQueue,
  OperatorCommand,
  ReferenceAction,
  VenueConfiguration,
} from './wire/index.ts'
import { isReferenceAction } from './wire/index.ts'

export interface ReferenceDeskOptions {
  readonly config: Pick<ExchangeConfig, 'itch'>
  readonly engine: Engine
  readonly queue: CommandQueue
  readonly submit: () => void
}

export class ReferenceDesk {
  private readonly options: ReferenceDeskOptions
  private readonly channelOf: (symbol: string) => number
  /** Of the last one that was queued here, executed or not. */
  private queued: VenueConfiguration | undefined
  /** Requests that were queued, until the engine knows them. */
  private underWay: string[] = []

  constructor(options: ReferenceDeskOptions) {
    this.options = options
    this.channelOf = channelsBySymbol(options.config.itch.channels)
  }

  /** What cannot be done, or was done before, is a plain request: the engine says so. */
  ask(command: OperatorCommand): void {
    const { queue, submit, engine } = this.options
    this.underWay = this.underWay.filter((requestId) => !engine.state.operations.has(requestId))
    const after = isReferenceAction(command) ? this.configurationAfter(command) : undefined
    if (after === undefined) queueOperation(queue, command)
    else {
      this.queued = after
      queueConfiguration(queue, after, command)
    }
    this.underWay.push(command.requestId)
    submit()
  }

  private configurationAfter(
    command: OperatorCommand & ReferenceAction,
  ): VenueConfiguration | undefined {
    const { engine } = this.options
    const { operations } = engine.state
    if (operations.has(command.requestId)) return undefined
    if (this.underWay.includes(command.requestId)) return undefined
    const before = this.queued ?? engine.configuration!
    const after = configurationAfter(before, command, this.channelOf)
    return typeof after === 'string' ? undefined : after
  }
}
