/** A table in memory that takes rows as `INSERT … ON CONFLICT` does. */
import { PRICE_DECIMALS, printScaled } from '../../src/domain/index.ts'
import type { Conflict, Merge, Merges } from '../../src/dropcopy/insert-rows.ts'
import { parseScaled } from '../../src/dropcopy/print-values.ts'

type Cell = string | number | boolean | null
export type MemoryRow = Record<string, Cell>

export class MemoryTable {
  readonly rows = new Map<string, MemoryRow>()
  private readonly key: readonly string[]

  constructor(key: readonly string[]) {
    this.key = key
  }

  put(row: MemoryRow, conflict: Conflict): void {
    const key = this.key.map((column) => row[column]).join(' ')
    const earlier = this.rows.get(key)
    if (earlier === undefined) this.rows.set(key, row)
    else if (conflict !== 'do nothing') this.rows.set(key, merged(earlier, row, conflict))
  }
}

type Arithmetic = Exclude<Merge, 'keep' | 'first' | 'last'>

function merged(earlier: MemoryRow, later: MemoryRow, merges: Merges) {
  const row: MemoryRow = {}
  for (const column of Object.keys(earlier)) {
    row[column] = mergedCell(earlier[column]!, later[column]!, merges[column])
  }
  return row
}

function mergedCell(earlier: Cell, later: Cell, merge: Merge | undefined): Cell {
  if (merge === undefined) return later
  if (merge === 'keep') return earlier
  if (merge === 'last' || earlier === null) return later ?? earlier
  if (merge === 'first' || later === null) return earlier
  if (typeof earlier === 'boolean')
    return merge === 'greatest' ? earlier || later : earlier && later
  if (typeof earlier === 'number') return folded(earlier, Number(later), merge)
  const sum = folded(parseScaled(String(earlier)), parseScaled(String(later)), merge)
  return printScaled(sum, PRICE_DECIMALS)
}

function folded(earlier: number, later: number, merge: Arithmetic): number {
  if (merge === 'add') return earlier + later
  return merge === 'greatest' ? Math.max(earlier, later) : Math.min(earlier, later)
}
