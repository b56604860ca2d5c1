/**
 * The configurations that were in force, by journal position, and where the trading day began: what a
 * cursor somewhere in the journal needs to know. Who follows the journal from its start tells them.
 */
import { assert } from '../domain/index.ts'
import { ReportPrinter } from '../fix-acceptor/index.ts'
import type { VenueConfiguration } from '../wire/index.ts'

/** A configuration, from the group of its command on. */
export interface VenuePeriod {
  readonly from: number
  /** Where the next one begins; Infinity while this one is the last. */
  until: number
  readonly configuration: VenueConfiguration
}

export class VenueHistory {
  /** Journal position of the last TradingDayOpened; 0 = none. */
  dayPosition = 0
  /** Of all configurations: what they name is never named otherwise later. */
  readonly printer = new ReportPrinter()
  private readonly periods: VenuePeriod[] = []

  /** @param configuration in force in the group at `position`; undefined before the first */
  note(position: number, configuration: VenueConfiguration | undefined): void {
    const last = this.periods.at(-1)
    if (configuration === undefined || configuration === last?.configuration) return
    if (last !== undefined) last.until = position
    this.periods.push({ from: position, until: Infinity, configuration })
    this.printer.configure(configuration)
  }

  dayOpened(position: number): void {
    this.dayPosition = position
  }

  /** The last one; undefined before the first. */
  get newest(): VenueConfiguration | undefined {
    return this.periods.at(-1)?.configuration
  }

  /** The period of an event. */
  at(position: number): VenuePeriod {
    const period = this.periods.findLast(({ from }) => from <= position)
    assert(period !== undefined, 'events follow a configuration')
    return period
  }
}
