/**
 * What an order asks for beyond side, quantity, price and time in force. Rows from before have nulls:
 * no order could have any of it.
 */
import type { Kysely, Migration } from 'kysely'
import { sql } from 'kysely'

const columns = [
  'stop_px numeric',
  'exec_inst text',
  'min_qty numeric',
  'max_floor numeric',
  'expire_date date',
  'expire_time timestamptz',
  'working boolean',
]

export const conditions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const additions = columns.map((column) => `add column ${column}`).join(', ')
    for (const table of ['executions', 'orders']) {
      await sql.raw(`alter table buttonwood.${table} ${additions}`).execute(db)
    }
  },
}
