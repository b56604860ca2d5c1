/**
 * What one person asked for and another must confirm. What is confirmed stays until it expires too, so that who
 * did not hear the outcome can ask again: it is the same request, which the engine does once.
 */
import type { OperatorCommand } from '../wire/index.ts'

export const CONFIRMATION_MS = 300_000
/** That wait for one person's requests. */
export const CONFIRMATIONS_PER_PERSON_MAX = 8

export interface Confirmation {
  readonly id: string
  /** Who asked. */
  readonly by: string
  readonly command: OperatorCommand
  readonly expiresMs: number
  /** As it was confirmed first. */
  confirmed?: OperatorCommand
}

export interface ConfirmationsOptions {
  readonly monotonicMs: () => number
  /** A name that nobody guesses. */
  readonly newId: () => string
}

export class Confirmations {
  private readonly waiting = new Map<string, Confirmation>()
  private readonly options: ConfirmationsOptions

  constructor(options: ConfirmationsOptions) {
    this.options = options
  }

  /** @returns undefined when too many of this person's wait */
  ask(by: string, command: OperatorCommand): Confirmation | undefined {
    this.forgetExpired()
    const own = [...this.waiting.values()].filter((one) => one.by === by)
    if (own.length >= CONFIRMATIONS_PER_PERSON_MAX) return undefined
    const id = this.options.newId()
    const expiresMs = this.options.monotonicMs() + CONFIRMATION_MS
    const confirmation: Confirmation = { id, by, command, expiresMs }
    this.waiting.set(id, confirmation)
    return confirmation
  }

  find(id: string): Confirmation | undefined {
    this.forgetExpired()
    return this.waiting.get(id)
  }

  /** That of a request. */
  ofRequest(requestId: string): Confirmation | undefined {
    this.forgetExpired()
    return [...this.waiting.values()].find(({ command }) => command.requestId === requestId)
  }

  /** @returns the command that is done now: both names are in it */
  confirm(confirmation: Confirmation, by: string): OperatorCommand {
    const { command } = confirmation
    confirmation.confirmed ??= { ...command, by: `${command.by}, confirmed by ${by}` }
    return confirmation.confirmed
  }

  /** Whole seconds until it expires. */
  secondsLeft({ expiresMs }: Confirmation): number {
    return Math.floor((expiresMs - this.options.monotonicMs()) / 1000)
  }

  private forgetExpired(): void {
    const nowMs = this.options.monotonicMs()
    for (const { id, expiresMs } of this.waiting.values()) {
      if (expiresMs <= nowMs) this.waiting.delete(id)
    }
  }
}
