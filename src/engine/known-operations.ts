/** What operations asked for last: the same request is done once. */
import type { OperatorRecord } from '../wire/index.ts'
import type { EngineState } from './state.ts'

/** Requests whose outcome is known, the latest. */
export const OPERATIONS_KEPT_MAX = 1_024

/** The outcome of a request, told and remembered. */
export function recordOperation({ operations, events }: EngineState, record: OperatorRecord): void {
  operations.set(record.requestId, record)
  if (operations.size > OPERATIONS_KEPT_MAX) {
    const [oldest] = operations.keys()
    operations.delete(oldest!)
  }
  events.tellOperation(record)
}
