/**
 * A trade is busted once, and a corrected one under the number that it has by then. Both sides are told in
 * the same turn, each with the ExecID(17) of its report that stood until now and what that said; a correction
 * brings a new match number, a bust none; and AvgPx(6) is of the executions that stand.
 */
import { parseScaled } from '../../../src/dropcopy/print-values.ts'
import type { ExecutionRow } from '../../../src/dropcopy/tables.ts'
import type { Checker } from '../checker.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'busts-are-of-standing-trades'
const BUST = 'H'
const CORRECTION = 'G'
/** Decimals of AvgPx beyond those of a price. */
const FINER = 100

export function bustsAreOfStandingTrades({ history }: World): Checker {
  const { executions } = history.rows
  /** Reports of executions that stand, by ExecID(17). */
  const standing = new Map<number, ExecutionRow>()
  /** Price × quantity of the executions of an order that stand, by OrderID(37). */
  const value = new Map<number, number>()
  /** One side of what is busted or corrected, by the match number that it had, until the other comes. */
  const halves = new Map<number, ExecutionRow>()
  let highestMatch = 0
  let checked = 0

  function check(row: ExecutionRow): void {
    if (row.exec_ref_id !== null) checkReference(row, row.exec_ref_id)
    if (row.last_qty !== null) standing.set(row.exec_id, row)
    if (row.order_id !== null) checkAverage(row, row.order_id)
  }

  function checkReference(row: ExecutionRow, execRefId: number): void {
    const meant = standing.get(execRefId)
    if (meant === undefined) throw new Violation(NAME, `${printed(row)}, which does not stand`)
    standing.delete(execRefId)
    const isMeant =
      meant.order_id === row.order_id &&
      meant.session === row.session &&
      meant.last_qty === row.prior_qty &&
      meant.last_px === row.prior_px &&
      meant.match_number === row.prior_match
    if (!isMeant) throw new Violation(NAME, `${printed(row)}, which was ${printed(meant)}`)
    checkSides(row, row.prior_match!)
  }

  function checkSides(row: ExecutionRow, priorMatch: number): void {
    const other = halves.get(priorMatch)
    if (other === undefined) {
      halves.set(priorMatch, row)
      checkNumber(row)
      return
    }
    halves.delete(priorMatch)
    if (other.match_number === row.match_number && other.side !== row.side) return
    throw new Violation(NAME, `${printed(other)} beside ${printed(row)}`)
  }

  function checkNumber(row: ExecutionRow): void {
    const isBust = row.exec_type === BUST && row.match_number === row.prior_match
    const isCorrection = row.exec_type === CORRECTION && row.match_number! > highestMatch
    if (!isBust && !isCorrection) throw new Violation(NAME, `${printed(row)} after ${highestMatch}`)
  }

  function checkAverage(row: ExecutionRow, order: number): void {
    const { last_px: price, last_qty: quantity, prior_px: priorPrice, prior_qty: prior } = row
    const change = worth(price, quantity) - worth(priorPrice, prior)
    const sum = (value.get(order) ?? 0) + change
    value.set(order, sum)
    if (change === 0) return
    const average = row.cum_qty === 0 ? 0 : Math.floor((sum * FINER) / row.cum_qty + 0.5)
    if (average === Math.round(Number(row.avg_px) * 1e6)) return
    throw new Violation(NAME, `${printed(row)} has an average of ${row.avg_px}, not ${average}`)
  }

  return {
    afterStep() {
      for (; checked < executions.length; checked++) {
        const row = executions[checked]!
        check(row)
        highestMatch = Math.max(highestMatch, row.match_number ?? 0)
      }
      const [half] = halves.values()
      if (half !== undefined) throw new Violation(NAME, `${printed(half)} on one side alone`)
    },
  }
}

const worth = (price: string | null, quantity: number | null): number =>
  price === null || quantity === null ? 0 : parseScaled(price) * quantity

const printed = (row: ExecutionRow): string =>
  `ExecID ${row.exec_id} 37=${row.order_id} 150=${row.exec_type} 19=${row.exec_ref_id} ` +
  `527=${row.match_number} of ${row.prior_match}, ${row.last_qty}@${row.last_px} of ${row.prior_qty}@${row.prior_px}`
