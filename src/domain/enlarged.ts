import type { Column } from './state-transfer.ts'

/** A larger array of the same kind with the same values in front, zeros behind them. */
export function enlarged<C extends Column>(column: C, length: number): C {
  const larger = new (column.constructor as new (length: number) => C)(length)
  larger.set(column)
  return larger
}
