/**
 * A refused order or request uses up its ClOrdID(11) too: FIX 4.4 volume 4, matrix B.1.f, note. Refused
 * ids cost memory that no order limit bounds, so a day remembers only so many.
 */
import type { EngineState } from './state.ts'

/** ClOrdIDs of a day in all, per order allowed; beyond it refused ids are not remembered. */
const IDS_PER_ORDER_MAX = 3

/**
 * Remembers the id of a refused order or of a request not judged yet.
 * @param order that the request is about; 0 = none
 * @returns its entry; 0 when the day is full of ids
 */
export function useUpId(
  state: EngineState,
  session: number,
  view: DataView,
  clOrdIdAt: number,
  order: number,
): number {
  if (state.ids.count >= state.ordersPerDayMax * IDS_PER_ORDER_MAX) return 0
  return state.ids.add(session, view, clOrdIdAt, order)
}
