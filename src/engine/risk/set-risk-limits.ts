/**
 * Limits come into force by a command, so they do from one number of the sequence on. What they need
 * is counted from the live orders, and the orders of killed scopes are canceled, both as work that may
 * take several turns.
 */
import { CancelReason } from '../../domain/index.ts'
import type { KillScope, RiskScope } from '../../wire/index.ts'
import { riskLimitsAt } from '../../wire/index.ts'
import { cancelUnasked } from '../end-order.ts'
import { ordersOf, ordersOn } from '../live-orders.ts'
import type { EngineState } from '../state.ts'
import { beginWork } from '../work.ts'
import { Risk } from './risk.ts'
import type { Scope } from './scope.ts'

export function setRiskLimits(state: EngineState, view: DataView, at: number): void {
  const risk = (state.risk ??= new Risk(state))
  const uncounted = risk.setLimits(riskLimitsAt(view, at))
  beginWork(state, 'risk limits', enforce(state, risk, uncounted))
}

/** What operations has killed is killed from here on, or is not any more. */
export function setKills(state: EngineState, kills: readonly KillScope[]): void {
  const risk = (state.risk ??= new Risk(state))
  const uncounted = risk.setKills(kills)
  const { code } = CancelReason.KillSwitch
  beginWork(state, 'kills', enforce(state, risk, uncounted, code))
}

/** What operations has set in place of the limits of the file, from here on. */
export function setLimitChanges(state: EngineState, changes: readonly RiskScope[]): void {
  const risk = (state.risk ??= new Risk(state))
  const uncounted = risk.setChanges(changes)
  beginWork(state, 'risk limits', enforce(state, risk, uncounted))
}

/** Another configuration is in force: firms and accounts of sessions may be others. */
export function* reassignRisk(state: EngineState): Generator<void, void, void> {
  const { risk } = state
  if (risk !== undefined) yield* enforce(state, risk, risk.reassign())
}

function* enforce(
  state: EngineState,
  risk: Risk,
  uncounted: readonly Scope[],
  reason: number = CancelReason.Killed.code,
): Generator<void, void, void> {
  for (const scope of uncounted) {
    yield* forOrdersUnder(state, risk, scope, (order) => risk.count(scope, order))
  }
  for (const scope of risk.scopes) {
    for (const locate of scope.killedSymbols.keys()) yield* cancelAll(state, locate, reason)
    if (scope.limits.killed !== true) continue
    yield* forOrdersUnder(state, risk, scope, (order) => cancelUnasked(state, order, reason))
  }
}

function* cancelAll(
  state: EngineState,
  locate: number,
  reason: number,
): Generator<void, void, void> {
  for (const order of ordersOn(state, state.markets[locate]!)) {
    cancelUnasked(state, order, reason)
    yield
  }
}

/** Every live order that a scope judges; each that is looked at is a step. */
function* forOrdersUnder(
  state: EngineState,
  { assignment }: Risk,
  scope: Scope,
  act: (order: number) => void,
): Generator<void, void, void> {
  for (let session = 1; session < state.venueSessions.length; session++) {
    if (!assignment.concerns(scope, session)) continue
    for (const order of ordersOf(state, session)) {
      const scopes = assignment.scopesOf(session, state.orders.account(order))
      if (scopes.includes(scope)) act(order)
      yield
    }
  }
}
