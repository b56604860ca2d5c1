/** Which tables of which days are in files, and no more in the database. */
import type { Kysely, Migration } from 'kysely'
import { sql } from 'kysely'

const table = `create table buttonwood.archived (
  trading_date    date not null,
  table_name      text not null,
  row_count       bigint not null,
  sha256          text not null,
  manifest_sha256 text not null,
  directory       text not null,
  primary key (trading_date, table_name)
)`

export const archived: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql.raw(table).execute(db)
  },
}
