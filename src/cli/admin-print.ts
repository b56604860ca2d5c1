/** Answers of the admin API as lines for people. */
import type {
  BreakerStanding,
  DoneAnswer,
  InstrumentRow,
  PreviewAnswer,
  SessionRow,
  WaitingAnswer,
} from '../admin/index.ts'
import { formatPrice } from '../domain/index.ts'
import { printable } from './printable.ts'

interface StatusAnswer {
  readonly tradingDate?: string
  readonly isOpen: boolean
  readonly liveOrders: number
  readonly kills: readonly Scope[]
  readonly breaker?: BreakerStanding
  readonly instruments: readonly InstrumentRow[]
  readonly sessions: readonly SessionRow[]
}

interface Scope {
  readonly kind: string
  readonly firm: string
  readonly name: string
}

interface LimitsAnswer {
  readonly scopes: readonly (Scope & {
    readonly limits: object
    readonly byOperations?: readonly string[]
  })[]
}

export function printStatus(answer: object): string[] {
  const { tradingDate, isOpen, liveOrders, kills, breaker, instruments, sessions } =
    answer as StatusAnswer
  const day = tradingDate === undefined ? 'no trading day yet' : `trading day ${tradingDate}`
  const first = `${day}, ${isOpen ? 'open' : 'closed'}; live orders: ${liveOrders}`
  const killed = kills.map((scope) => `killed: ${scopeName(scope)}`)
  return [
    ...[first, ...killed, ...printBreaker(breaker), ''].map(printable),
    ...printInstruments(instruments),
    '',
    ...printSessions({ sessions }),
  ]
}

function printBreaker(breaker: BreakerStanding | undefined): string[] {
  if (breaker === undefined) return []
  const { index, base, levels, reached, halt } = breaker
  const inForce = halt === 0 ? 'no halt' : `halted by level ${halt}`
  const state = reached === 0 ? 'no level reached' : `level ${reached} reached, ${inForce}`
  return [`breaker: index ${index}, opened at ${base}, levels ${levels.join(' ')}; ${state}`]
}

function printInstruments(instruments: readonly InstrumentRow[]): string[] {
  return printTable(
    ['symbol', 'state', 'reason', 'last', 'orders'],
    instruments.map(({ symbol, state, reason, lastPrice = '', liveOrders }) => {
      return [symbol, state, reason, lastPrice, liveOrders]
    }),
  )
}

export function printSessions(answer: object): string[] {
  const { sessions } = answer as Pick<StatusAnswer, 'sessions'>
  return printTable(
    ['session', 'firm', 'role', 'logged on', 'next in', 'next out', 'orders'],
    sessions.map(({ session, firm, role, isLoggedOn, nextInbound, nextOutbound, liveOrders }) => {
      const loggedOn = isLoggedOn ? 'yes' : 'no'
      return [session, firm, role, loggedOn, nextInbound, nextOutbound, liveOrders]
    }),
  )
}

export function printLimits(answer: object): string[] {
  const { scopes } = answer as LimitsAnswer
  if (scopes.length === 0) return ['no limits']
  return scopes.map(({ limits, byOperations = [], ...scope }) => {
    const source = byOperations.length === 0 ? '' : ` (by operations: ${byOperations.join(', ')})`
    return printable(`${scopeName(scope)}: ${JSON.stringify(limits)}${source}`)
  })
}

/** @param answer to an action or its preview */
export function printOutcome(answer: object): string[] {
  const outcome = answer as DoneAnswer | WaitingAnswer | PreviewAnswer
  switch (outcome.outcome) {
    case 'preview':
      return [`live orders that it would cancel: ${outcome.orders}`]
    case 'waiting':
      return [
        printable(`waits for another person: ${describe(outcome.operation)}`),
        printable(
          `buttonwood admin confirm ${outcome.confirmation} (within ${outcome.expiresInSeconds} s)`,
        ),
      ]
    case 'done': {
      const { requestId, by } = outcome.operation
      const done = outcome.repeated ? 'was done before' : 'done'
      return [printable(`${done}: ${describe(outcome.operation)}, by ${by} as ${requestId}`)]
    }
  }
}

/** Said elsewhere, or looked up by the exchange. */
const NOT_ASKED: readonly string[] = ['requestId', 'by', 'why', 'trade']
/** In 1/10,000. */
const PRICES: readonly string[] = ['price', 'referencePrice', 'tickSize']

/** `halt AAPL T1 accept` */
function describe(operation: DoneAnswer['operation']): string {
  const asked = Object.entries(operation).filter(([name]) => !NOT_ASKED.includes(name))
  const words = asked.map(([name, value]) => {
    const word = inDecimals(name, value)
    return typeof word === 'string' ? word : JSON.stringify(word, inDecimals)
  })
  return words.filter((word) => word !== '').join(' ')
}

const inDecimals = (name: string, value: unknown): unknown =>
  PRICES.includes(name) && typeof value === 'number' ? formatPrice(value) : value

const scopeName = ({ kind, firm, name }: Scope): string =>
  [kind, firm, name].filter((word) => word !== '').join(' ')

function printTable(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string[] {
  const table = [header, ...rows.map((row) => row.map((cell) => printable(String(cell))))]
  const widths = header.map((_, column) => {
    return table.reduce((width, row) => Math.max(width, row[column]!.length), 0)
  })
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}
