/** ExecIDs as an operator types them: `4711`, `4711..4800`, or `4711..` for all from there on. */
import { InvalidArgumentError } from 'commander'
import type { ExecIdRange } from '../dropcopy/index.ts'

/** @throws InvalidArgumentError that says what is wrong with it */
export function execIdRange(text: string): ExecIdRange {
  const parts = /^(\d+)(?:(\.\.)(\d*))?$/.exec(text)
  if (!parts) {
    throw new InvalidArgumentError('Use an ExecID such as 4711, or a range: 4711..4800, 4711..')
  }
  const first = Number(parts[1])
  const last = parts[2] === undefined ? first : Number(parts[3] || Number.MAX_SAFE_INTEGER)
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) {
    throw new InvalidArgumentError(`No ExecID is above ${Number.MAX_SAFE_INTEGER}.`)
  }
  if (last < first) throw new InvalidArgumentError(`${last} is before ${first}: turn them round.`)
  if (last === 0) throw new InvalidArgumentError('ExecIDs begin with 1.')
  return { first, last }
}
