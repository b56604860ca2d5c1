/**
 * Names of self-trade prevention groups as numbers: orders of one group do not trade with each other.
 * Numbers are given in the order in which names come up and stay for the life of the journal.
 */
import type { StateTransfer } from '../domain/index.ts'

/** Groups that can be told apart; an order that names one more is refused. */
export const STP_GROUPS_MAX = 65_535

export class StpGroups {
  /** By number; [0] is no group. */
  readonly names: string[] = ['']
  private readonly numbers = new Map<string, number>([['', 0]])

  get isFull(): boolean {
    return this.names.length > STP_GROUPS_MAX
  }

  has(name: string): boolean {
    return this.numbers.has(name)
  }

  transfer(transfer: StateTransfer): void {
    for (const name of transfer.value('stpGroups', this.names)) this.numberOf(name)
  }

  /** Number of a name, given if it is new; 0 for the empty name. */
  numberOf(name: string): number {
    const known = this.numbers.get(name)
    if (known !== undefined) return known
    const number = this.names.push(name) - 1
    this.numbers.set(name, number)
    return number
  }
}
