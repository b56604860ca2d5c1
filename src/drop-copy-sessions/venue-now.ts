/**
 * The configuration in force at the journal's end, and what prints with it: names that a journal has given
 * once never mean anything else later, so it prints what is old too.
 */
import { ReportPrinter, SymbolIndex } from '../fix-acceptor/index.ts'
import type { VenueConfiguration } from '../wire/index.ts'

export class VenueNow {
  /** Undefined before the first one. */
  configuration: VenueConfiguration | undefined
  readonly printer = new ReportPrinter()
  readonly symbols = new SymbolIndex()

  configure(configuration: VenueConfiguration | undefined): void {
    if (configuration === undefined || configuration === this.configuration) return
    this.configuration = configuration
    this.printer.configure(configuration)
    this.symbols.list(configuration.instruments.filter(({ listed }) => listed))
  }
}
