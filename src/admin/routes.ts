/** The endpoints of the admin API, and who may use each. */
import type { AdminRole } from '../runtime/index.ts'
import { ADMIN_ACTIONS } from '../runtime/index.ts'
import type { OperatorAction } from '../wire/index.ts'
import { OPERATOR_ACTIONS } from '../wire/index.ts'

export const BASE = '/admin/v1/'

export const READS = ['status', 'instruments', 'sessions', 'limits', 'openapi.json'] as const
export type Read = (typeof READS)[number]

type ActionName = OperatorAction['action']

export interface Route {
  readonly name: Read | ActionName | 'confirm'
  readonly method: 'GET' | 'POST'
  /** The least role that may use it at all. */
  readonly role: AdminRole
  readonly summary: string
}

const SUMMARIES: Readonly<Record<Read | ActionName | 'confirm', string>> = {
  status: 'The trading day, every instrument and session, and what is killed',
  instruments: 'Every instrument: its state, last price and live orders',
  sessions: 'Every session: whether it is logged on, its numbers and live orders',
  limits: 'Limits of pre-trade risk in force',
  'openapi.json': 'This document',
  halt: 'Nothing trades any more',
  collect: 'Orders are collected for an auction',
  resume: 'An auction of what was collected, and then trading',
  kill: 'No new orders and no replacements of a scope, and none that is live',
  unkill: 'The end of a kill',
  disconnect: 'Log a session out and close its connection',
  'reset-sequence': 'The numbers of a session begin at 1 again',
  news: 'News(B) to every session that is logged on',
  bust: 'A trade never was: both sides, the tape and the drop copy are told',
  correct: 'A trade had another price or quantity',
  'set-limits': 'Limits of pre-trade risk of a scope, in place of those of limits.yaml',
  'add-instrument': 'An instrument is listed',
  'change-instrument': 'What is said of an instrument is something else',
  'delist-instrument': 'An instrument is not listed any more; its orders are canceled',
  split: 'A split of shares: a halt, no order outlives it, and other prices',
  confirm: 'Do what somebody else asked for and may not do alone',
}

export const ROUTES: readonly Route[] = [
  ...READS.map((name) => routeOf(name, 'GET', 'viewer')),
  ...OPERATOR_ACTIONS.map((name) =>
    routeOf(name, 'POST', ADMIN_ACTIONS.includes(name) ? 'admin' : 'operator'),
  ),
  routeOf('confirm', 'POST', 'operator'),
]

function routeOf(name: Route['name'], method: Route['method'], role: AdminRole): Route {
  return { name, method, role, summary: SUMMARIES[name] }
}

const WIDE: ReadonlySet<string> = new Set(['venue', 'symbol', 'firm'])

/** What is killed of a firm, a symbol or the whole venue needs more than what is of one session or account. */
export function roleOf(action: OperatorAction): AdminRole {
  switch (action.action) {
    case 'kill':
    case 'unkill':
      return WIDE.has(action.kind) ? 'admin' : 'operator'
    case 'reset-sequence':
    case 'set-limits':
    case 'add-instrument':
    case 'change-instrument':
    case 'delist-instrument':
    case 'split':
      return 'admin'
    case 'halt':
    case 'collect':
    case 'resume':
    case 'disconnect':
    case 'news':
    case 'bust':
    case 'correct':
      return 'operator'
  }
}

export const isRead = (name: Route['name']): name is Read => READS.some((one) => one === name)
