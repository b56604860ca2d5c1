/** What a fault is to `npm run faults`, and what one round of it is given and has to say. */
import type { Dice } from '../../test/support/dice.ts'

export interface Fault {
  readonly name: string
  /** What is done to the exchange, in a line. */
  readonly what: string
  /** Faults that meet a serving exchange under load; the others meet a copy of what one left behind. */
  readonly underLoad: boolean
  /** Why it cannot be done on this machine; undefined where it can. */
  readonly whyNot?: () => string | undefined
  /** One round. */
  readonly inject: (round: Round) => Promise<void>
}

export class Round {
  readonly dice: Dice
  /** A folder that is removed after the run. */
  readonly scratch: string
  /** How long something that takes minutes in the worst of days is to take. */
  readonly longMs: number
  faults = 0
  readonly violations: string[] = []

  constructor(options: { dice: Dice; scratch: string; longMs: number }) {
    this.dice = options.dice
    this.scratch = options.scratch
    this.longMs = options.longMs
  }

  /** A fault was injected. */
  injected(count = 1): void {
    this.faults += count
  }

  /** What must hold; `what` says it with the values. */
  check(holds: boolean, what: string): void {
    if (!holds) this.violations.push(what)
  }
}
