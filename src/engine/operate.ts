/**
 * What operations asks for. It takes effect at its place in the sequence, like everything else; each
 * request is done once, however often it is asked for. docs/operations/controls.md
 */
import { TradingState } from '../domain/index.ts'
import type {
  CollectAction,
  HaltAction,
  KillAction,
  KillScope,
  OperatorCommand,
  OperatorRequest,
  ReferenceAction,
  ResumeAction,
} from '../wire/index.ts'
import { commandAt } from '../wire/index.ts'
import { correctTrade } from './correct-trade.ts'
import { changeLimits, refusalOfLimits } from './change-limits.ts'
import { endBreak } from './breaker.ts'
import { collect, halt, resume } from './halt.ts'
import { refusalOfCorrection } from './judge-correction.ts'
import { recordOperation } from './known-operations.ts'
import { setKills } from './risk/index.ts'
import type { EngineState, Market } from './state.ts'
import { configurationAfter } from './reference-data.ts'
import { beginWork } from './work.ts'

/** In place of a symbol: every listed instrument. */
const ALL = '*'

export function operate(state: EngineState, view: DataView, at: number): void {
  const command = commandAt(view, at)
  const { events, operations } = state
  const known = operations.get(command.requestId)
  if (known !== undefined) return events.tellOperation({ ...known, isRepeated: true })

  const refused = refusalOf(state, command)
  const record = refused === undefined ? command : { ...command, refused }
  recordOperation(state, record)
  if (refused === undefined) act(state, command)
}

/** Why it cannot be done, in words; undefined = it can. */
function refusalOf(state: EngineState, command: OperatorCommand): string | undefined {
  switch (command.action) {
    case 'halt':
    case 'collect':
    case 'resume':
      return refusalOfState(state, command.symbol, command.action)
    case 'kill':
    case 'unkill':
      return refusalOfKill(state, command)
    case 'disconnect':
    case 'reset-sequence':
      return refusalOfSession(state, command.session, command.action)
    case 'bust':
    case 'correct':
      return refusalOfCorrection(state, command)
    case 'news':
      return undefined
    case 'set-limits':
      return refusalOfScope(state, command) ?? refusalOfLimits(state, command)
    case 'add-instrument':
    case 'change-instrument':
    case 'delist-instrument':
    case 'split':
      return refusalOfReference(state, command)
  }
}

function act(state: EngineState, command: OperatorCommand): void {
  switch (command.action) {
    case 'halt':
    case 'collect':
    case 'resume':
      return beginWork(state, `${command.action} ${command.symbol}`, change(state, command))
    case 'kill':
    case 'unkill':
      return setKills(state, killsAfter(state, command))
    case 'reset-sequence':
      return resetSequence(state, command.session)
    case 'bust':
    case 'correct':
      return beginWork(state, `correct ${command.matchNumber}`, correctTrade(state, command))
    case 'set-limits':
      return changeLimits(state, command)
    // They come by ApplyConfiguration when they can be done.
    case 'add-instrument':
    case 'change-instrument':
    case 'delist-instrument':
    case 'split':
    // The acceptor's part.
    case 'disconnect':
    case 'news':
      return undefined
  }
}

type StateCommand = OperatorRequest & (HaltAction | CollectAction | ResumeAction)

function* change(state: EngineState, command: StateCommand): Generator<void, void, void> {
  const before = levelOf(state)
  for (const market of marketsOf(state, command.symbol)) {
    if (!changes(market, command.action)) continue
    if (command.action === 'halt') yield* halt(state, market, command.reason, command.orders)
    else if (command.action === 'resume') yield* resume(state, market)
    else collect(state, market)
    // Its auction has broken the market again: nothing else is resumed.
    if (levelOf(state) > before) return
    yield
  }
  if (command.action === 'resume' && command.symbol === ALL) endBreak(state)
}

/** Level of the breaker that the day has reached. */
const levelOf = ({ day }: EngineState): number => day.breaker?.reached ?? 0

/** Whether the action has something to do; a halt may always have another reason. */
function changes(market: Market, action: StateCommand['action']): boolean {
  if (action === 'halt') return true
  if (action === 'resume') {
    return market.isHeld || market.breakerLevel !== 0 || market.extension !== undefined
  }
  return market.tradingState !== TradingState.Collecting
}

const WHY_NOT = {
  halt: 'nothing is listed',
  collect: 'orders are collected already',
  resume: 'it is not halted',
} as const

function refusalOfState(
  state: EngineState,
  symbol: string,
  action: StateCommand['action'],
): string | undefined {
  const markets = marketsOf(state, symbol)
  if (symbol !== ALL && markets.length === 0) return `${symbol} is not listed`
  if (action === 'resume' && !state.day.isOpen) return 'no trading day is open'
  return markets.some((market) => changes(market, action)) ? undefined : WHY_NOT[action]
}

const marketsOf = ({ markets }: EngineState, symbol: string): Market[] =>
  markets.filter(
    (market): market is Market =>
      market?.instrument.listed === true && (symbol === ALL || market.instrument.symbol === symbol),
  )

function refusalOfKill(state: EngineState, { action, ...scope }: KillAction): string | undefined {
  const unknown = refusalOfScope(state, scope)
  if (unknown !== undefined) return unknown
  const isKilled = state.risk?.kills.some((one) => isSame(one, scope)) ?? false
  if (action === 'kill') return isKilled ? 'it is killed already' : undefined
  return isKilled ? undefined : 'operations has not killed it'
}

const refusalOfScope = (state: EngineState, scope: KillScope): string | undefined =>
  isKnown(state, scope) ? undefined : `there is no ${scope.kind} ${scope.name}`

function isKnown(state: EngineState, { kind, firm, name }: KillScope): boolean {
  if (kind === 'venue') return true
  if (kind === 'symbol') return marketsOf(state, name).length > 0 && name !== ALL
  return state.venueSessions.some((session) => {
    if (session === undefined) return false
    if (kind === 'session') return session.compId === name
    if (kind === 'firm') return session.firm === name
    return session.firm === firm && session.accounts.includes(name)
  })
}

const isSame = (one: KillScope, other: KillScope): boolean =>
  one.kind === other.kind && one.firm === other.firm && one.name === other.name

function killsAfter({ risk }: EngineState, { action, kind, firm, name }: KillAction): KillScope[] {
  const scope = { kind, firm, name }
  const others = (risk?.kills ?? []).filter((one) => !isSame(one, scope))
  return action === 'kill' ? [...others, scope] : others
}

function refusalOfSession(
  state: EngineState,
  compId: string,
  action: 'disconnect' | 'reset-sequence',
): string | undefined {
  const session = indexOf(state, compId)
  if (session < 1) return `there is no session ${compId}`
  const isLoggedOn = state.ledger.loggedOn[session] === 1
  if (action === 'disconnect') return isLoggedOn ? undefined : `${compId} is not logged on`
  return isLoggedOn ? `${compId} is logged on: disconnect it first` : undefined
}

/** What could be done was queued as the configuration after it, which is the one to ask for again. */
function refusalOfReference({ configuration }: EngineState, action: ReferenceAction): string {
  const after = configuration && configurationAfter(configuration, action)
  return typeof after === 'string' ? after : 'the instruments have changed meanwhile: ask again'
}

const indexOf = ({ venueSessions }: EngineState, compId: string): number =>
  venueSessions.findIndex((session) => session?.compId === compId)

/** Both directions begin at 1 with the next Logon. */
function resetSequence(state: EngineState, compId: string): void {
  const session = indexOf(state, compId)
  state.ledger.reset(session)
  state.ledger.expectedMsgSeqNum[session] = 1
  state.events.resetSequence(session)
}
