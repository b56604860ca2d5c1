/** What the engine says, held against what the naive one says. */
import type { NaiveEvent } from '../reference/naive-order.ts'
import type { EngineEvent } from '../support/engine-events.ts'

/** Time, journal positions and what the commands themselves bring. */
const NOT_COMPARED = new Set([
  'at',
  'body',
  'bodyLength',
  'previousPosition',
  'expectedMsgSeqNum',
  'epochSeconds',
  'nanoseconds',
  'reserved',
  'reserved2',
  'reserved3',
  'tradingDate',
  'midnightSeconds',
  'feedSession',
])

export function compareEvents(
  events: readonly EngineEvent[],
  expected: readonly NaiveEvent[],
): void {
  const names = (list: readonly { event?: string | number }[]) =>
    list.map(({ event }) => event).join(' ')
  same('events', names(events), names(expected))
  events.forEach((event, i) => compareEvent(event, expected[i]!))
}

function compareEvent(event: EngineEvent, expected: NaiveEvent): void {
  for (const [field, value] of Object.entries(event)) {
    if (NOT_COMPARED.has(field) && !(field in expected)) continue
    if (field === 'feedShares' && event.feed === '') continue
    const nothing = typeof value === 'string' ? '' : 0
    same(`${event.event} ${field}`, value, expected[field] ?? nothing)
  }
  for (const field of Object.keys(expected)) {
    if (!(field in event)) throw new Error(`${event.event} has no ${field}`)
  }
}

/** Far cheaper than expect(): it runs some ten million times. */
export function same(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, not ${String(expected)}`)
}
