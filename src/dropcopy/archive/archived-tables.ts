/** Which tables a day is archived from. Sums, sessions and configurations are small and stay. */
import type { Table } from '../tables.ts'
import { bars, executions, messages, orderChain, orders, trades } from '../tables.ts'

export interface DayTable {
  readonly table: Table
  /** Its days are partitions. */
  readonly isPartitioned: boolean
}

export const DAY_TABLES: readonly DayTable[] = [
  { table: executions, isPartitioned: true },
  { table: orders, isPartitioned: true },
  { table: orderChain, isPartitioned: false },
  { table: trades, isPartitioned: true },
  { table: bars, isPartitioned: false },
  { table: messages, isPartitioned: false },
]

export const dayTable = (name: string): DayTable | undefined =>
  DAY_TABLES.find(({ table }) => table.name === name)

export const columnsOf = (table: Table): string[] => Object.keys(table.columns)
