/**
 * Which of a session's orders a request about many is about. It is answered in two walks, since the
 * first answer says how many there are; nothing is executed in between.
 */
import { ordersOf } from './live-orders.ts'
import type { EngineState } from './state.ts'

export interface Selection {
  readonly session: number
  /** 0 = every instrument. */
  readonly locate: number
  /** Number in the session's list; 0 = every account. */
  readonly account: number
  /** 0 = both. */
  readonly side: number
}

/** Orders that are counted in the time that one takes of which something is said, or less. */
const COUNTED_PER_STEP = 16

/** Steps of work, each so many orders of the session; gives how many are selected. */
export function* countOrders(
  state: EngineState,
  selection: Selection,
): Generator<void, number, void> {
  let count = 0
  let seen = 0
  for (const order of ordersOf(state, selection.session)) {
    if (isSelected(state, order, selection)) count++
    if (++seen % COUNTED_PER_STEP === 0) yield
  }
  return count
}

/**
 * Steps of the second walk, up to the last order that is selected: `visit` hears each, and may end it.
 * @param count what the first walk gave
 */
export function* visitOrders(
  state: EngineState,
  selection: Selection,
  count: number,
  visit: (order: number) => void,
): Generator<void, void, void> {
  let left = count
  if (left === 0) return
  for (const order of ordersOf(state, selection.session)) {
    if (isSelected(state, order, selection)) {
      visit(order)
      if (--left === 0) return
    }
    yield
  }
}

function isSelected(
  { orders }: EngineState,
  order: number,
  { locate, account, side }: Selection,
): boolean {
  if (locate !== 0 && orders.locate(order) !== locate) return false
  if (account !== 0 && orders.account(order) !== account) return false
  return side === 0 || orders.side(order) === side
}
