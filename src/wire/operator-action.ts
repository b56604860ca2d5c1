/**
 * What operations asks for, in JSON, as it stands in the journal: in the command that asks, and with the
 * outcome in the event that tells of it. docs/operations/controls.md.
 */
import type { HaltPolicy } from '../domain/index.ts'
import { applyConfiguration, operate } from './commands.ts'
import { operatorActed } from './events.ts'
import type { ReferenceAction } from './reference-action.ts'
import { REFERENCE_ACTIONS } from './reference-action.ts'
import type { KillScope, LimitChanges, ScopeName } from './risk-limits.ts'

/** Who asked, why, and by which request: the same request is done once. */
export interface OperatorRequest {
  /** 1..64 printable ASCII characters; a request that is known is answered and not done again. */
  readonly requestId: string
  /** Name of the token. */
  readonly by: string
  readonly why: string
}

/** One instrument by its symbol, or `*`. */
interface OfInstruments {
  readonly symbol: string
}

/** Nothing trades any more. */
export interface HaltAction extends OfInstruments {
  readonly action: 'halt'
  /** Of ITCH H: at most four characters. */
  readonly reason: string
  readonly orders: HaltPolicy
}

/** Orders are collected for the auction of `resume`. */
export interface CollectAction extends OfInstruments {
  readonly action: 'collect'
}

/** An auction of what was collected, and then trading. */
export interface ResumeAction extends OfInstruments {
  readonly action: 'resume'
}

/** No new orders, no replacements, and none that is live; or the end of that. */
export interface KillAction extends KillScope {
  readonly action: 'kill' | 'unkill'
}

/** The acceptor's part: the connection of a session is closed with a Logout(5). */
export interface DisconnectAction {
  readonly action: 'disconnect'
  readonly session: string
}

/** Both directions of a session begin at 1 again; only while it is not logged on. */
export interface ResetSequenceAction {
  readonly action: 'reset-sequence'
  readonly session: string
}

/** News(B) to every session that is logged on. */
export interface NewsAction {
  readonly action: 'news'
  readonly headline: string
}

/** An order as it was told last, of which the day knows nothing any more. */
export interface EndedOrder {
  /** The record of that report from the ExecID on, with its conditions; base64. */
  readonly report: string
  /** Sum of price times quantity of its executions, in 1/10,000: an integer of any size. */
  readonly notional: string
}

/** One side of a trade. */
export interface TradeSide {
  /** Index of the session. */
  readonly session: number
  readonly orderId: number
  /** ExecID(17) of its last report of the trade. */
  readonly execId: number
  readonly ended?: EndedOrder
}

/** A trade as the journal has it. */
export interface RecordedTrade {
  readonly locate: number
  /** 1/10,000 */
  readonly price: number
  readonly quantity: number
  readonly buy: TradeSide
  readonly sell: TradeSide
}

interface OfTrade {
  readonly matchNumber: number
  /** Text(58) for both sides, printable ASCII. */
  readonly reason: string
  /** Which order comes back with what it loses, if it was filled and may wait. */
  readonly restore: 'none' | 'buy' | 'sell'
  /** Left out when there is none with the number. */
  readonly trade?: RecordedTrade
}

/** A trade never was. */
export interface BustAction extends OfTrade {
  readonly action: 'bust'
}

/** A trade was another one. */
export interface CorrectAction extends OfTrade {
  readonly action: 'correct'
  /** 1/10,000 */
  readonly price: number
  readonly quantity: number
}

export type TradeAction = BustAction | CorrectAction

/** Limits of one scope in place of those of limits.yaml, until it says something else about them. */
export interface SetLimitsAction extends ScopeName {
  readonly action: 'set-limits'
  readonly limits: LimitChanges
}

export type OperatorAction =
  | HaltAction
  | CollectAction
  | ResumeAction
  | KillAction
  | DisconnectAction
  | ResetSequenceAction
  | NewsAction
  | TradeAction
  | SetLimitsAction
  | ReferenceAction

/** Every action by its name. */
export const OPERATOR_ACTIONS = [
  'halt',
  'collect',
  'resume',
  'kill',
  'unkill',
  'disconnect',
  'reset-sequence',
  'news',
  'bust',
  'correct',
  'set-limits',
  ...REFERENCE_ACTIONS,
] as const satisfies readonly OperatorAction['action'][]

export type OperatorCommand = OperatorRequest & OperatorAction

/** What became of it. */
export interface OperatorOutcome {
  /** Why nothing was done; left out when it was. */
  readonly refused?: string
  /** The request was known: this is what became of it then. */
  readonly isRepeated?: true
}

export type OperatorRecord = OperatorCommand & OperatorOutcome

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const encodeOperation = (operation: OperatorRecord): Uint8Array =>
  encoder.encode(JSON.stringify(operation))

/** What an Operate or an OperatorActed record holds; `bodyAt` is where its JSON begins. */
export function operationAt(view: DataView, bodyAt: number, bodyLength: number): OperatorRecord {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + bodyAt, bodyLength)
  return JSON.parse(decoder.decode(bytes)) as OperatorRecord
}

/** What the Operate record at `at` asks for. */
export const commandAt = (view: DataView, at: number): OperatorCommand =>
  operationAt(view, at + operate.length, view.getUint32(at + operate.offsets.bodyLength, true))

/** What operations asked for that the ApplyConfiguration record at `at` does; undefined = the files changed. */
export function operationOfConfiguration(view: DataView, at: number): OperatorCommand | undefined {
  const { bodyLength, operationLength } = applyConfiguration.decode(view, at)
  if (operationLength === 0) return undefined
  return operationAt(view, at + applyConfiguration.length + bodyLength, operationLength)
}

/** What the OperatorActed record at `at` says. */
export const operationOf = (view: DataView, at: number): OperatorRecord =>
  operationAt(
    view,
    at + operatorActed.length,
    view.getUint32(at + operatorActed.offsets.bodyLength, true),
  )
