/**
 * The fills of a session, a symbol and an account from one time to another, and all that a sum of them
 * is made of: read without their rows.
 */
import type { Kysely, Migration } from 'kysely'
import { indexPartitions } from './index-partitions.ts'

const columns = `(session, symbol, account, exec_id)
  include (trading_date, firm, side, last_qty, last_px) where exec_type = 'F'`

export const fills: Migration = {
  up: (db: Kysely<unknown>): Promise<void> => indexPartitions(db, { name: 'fills', columns }),
}
