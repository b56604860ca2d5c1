/**
 * I5: what one side of a match buys the other sells, at one price and so for the same money; and an
 * order's OrderQty(38) is CumQty(14) + LeavesQty(151) while it lives, where CumQty is the sum of its
 * executions that stand. Looks at what is new in the journal.
 */
import type { ExecutionRow } from '../../../src/dropcopy/tables.ts'
import type { Checker } from '../checker.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'quantity-is-conserved'
/** Executions, what is told of them anew, and what is taken back. */
const MAKES_TRADES = ['F', 'G', 'H']
const LIVE = '01679AE'
const SIDES = ['12', '21']

export function quantityIsConserved({ history }: World): Checker {
  const { executions } = history.rows
  /** One side of a match, until the other comes. */
  const halves = new Map<number, ExecutionRow>()
  /** Executed so far, by OrderID(37). */
  const executed = new Map<number, number>()
  let checked = 0

  function check(row: ExecutionRow): void {
    if (MAKES_TRADES.includes(row.exec_type)) checkMatch(row)
    if (row.order_id !== null) checkOrder(row, row.order_id)
  }

  function checkMatch(row: ExecutionRow): void {
    const other = halves.get(row.match_number!)
    if (other === undefined) {
      halves.set(row.match_number!, row)
      return
    }
    halves.delete(row.match_number!)
    const isPair =
      SIDES.includes(`${other.side}${row.side}`) &&
      other.exec_type === row.exec_type &&
      other.symbol === row.symbol &&
      other.last_qty === row.last_qty &&
      other.last_px === row.last_px
    if (!isPair) throw new Violation(NAME, `${printed(other)} against ${printed(row)}`)
  }

  function checkOrder(row: ExecutionRow, order: number): void {
    const cumQty = (executed.get(order) ?? 0) + changeOf(row)
    executed.set(order, cumQty)
    const openQty = LIVE.includes(row.ord_status) ? Number(row.order_qty) - cumQty : 0
    if (row.cum_qty === cumQty && row.leaves_qty === openQty) return
    throw new Violation(NAME, `${printed(row)}, ${cumQty} were executed`)
  }

  return {
    afterStep() {
      for (; checked < executions.length; checked++) check(executions[checked]!)
      const [half] = halves.values()
      if (half !== undefined) throw new Violation(NAME, `${printed(half)} against nobody`)
    },
  }
}

/** What of its order's CumQty(14) a report makes or, of what it busts or corrects, takes back. */
const changeOf = ({
  exec_type: type,
  last_qty: quantity,
  prior_qty: prior,
}: ExecutionRow): number => (MAKES_TRADES.includes(type) ? (quantity ?? 0) - (prior ?? 0) : 0)

const printed = (row: ExecutionRow): string =>
  `ExecID ${row.exec_id} 37=${row.order_id} 54=${row.side} 39=${row.ord_status} 38=${row.order_qty} ` +
  `14=${row.cum_qty} 151=${row.leaves_qty} 32=${row.last_qty} 31=${row.last_px}`
