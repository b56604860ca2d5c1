/**
 * An order that is replaced at another price, with more shares or with another kind of display has
 * lost its place: the feed knows it by a new order reference. With fewer shares at its price it has
 * kept it.
 */
import type { ExecutionRow } from '../../../src/dropcopy/tables.ts'
import type { Checker } from '../checker.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'replaced-orders-queue-up'
const REPLACED = '5'
/** Sent before the answer, with the state before it. */
const PENDING = '6E'

export function replacedOrdersQueueUp({ history }: World): Checker {
  const { executions } = history.rows
  /** The latest report of each order, by OrderID(37). */
  const latest = new Map<number | null, ExecutionRow>()
  let checked = 0

  function check(row: ExecutionRow): void {
    const before = latest.get(row.order_id)
    if (row.exec_type === REPLACED && before !== undefined) checkReference(before, row)
    if (!PENDING.includes(row.exec_type)) latest.set(row.order_id, row)
  }

  return {
    afterStep() {
      for (; checked < executions.length; checked++) check(executions[checked]!)
    },
  }
}

function checkReference(before: ExecutionRow, after: ExecutionRow): void {
  if (after.working === false || after.leaves_qty === 0) return
  const isNew = before.order_reference !== after.order_reference
  const isDue = losesPlace(before, after)
  // The slices of an iceberg have references of their own.
  if (isNew === isDue || (isNew && after.max_floor !== null)) return
  const what = isDue ? 'keeps its place' : 'loses its place'
  throw new Violation(NAME, `${printed(after)} ${what}, it was ${printed(before)}`)
}

function losesPlace(before: ExecutionRow, after: ExecutionRow): boolean {
  const floorComesOrGoes = (before.max_floor === null) !== (after.max_floor === null)
  return floorComesOrGoes || before.price !== after.price || after.leaves_qty > before.leaves_qty
}

const printed = (row: ExecutionRow): string =>
  `ExecID ${row.exec_id} 37=${row.order_id} 198=${row.order_reference} ${row.leaves_qty} @ ${row.price}`
