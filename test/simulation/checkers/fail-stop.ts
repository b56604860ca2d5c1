/** I10: after an error of the journal the exchange says nothing more, to nobody. */
import type { Checker } from '../checker.ts'
import type { ExchangeProcess } from '../exchange-process.ts'
import { Violation } from '../violation.ts'

const NAME = 'fail-stop'

export function failStop(): Checker {
  function check(from: ExchangeProcess, what: string): void {
    if (from.state !== 'running') throw new Violation(NAME, `${what} after the exchange stopped`)
  }
  return {
    fixSent: (from, line) => check(from, `bytes to ${line.client}`),
    packetSent: (from) => check(from, 'a packet'),
  }
}
