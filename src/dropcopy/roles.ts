/**
 * Roles of the database for the programs around it: `buttonwood_reader` selects, `buttonwood_writer` may be
 * the reader of the journal. Made at every start where they are not, if the role that starts may make
 * roles; a role that somebody else made gets its rights at the next start.
 */
import type { Kysely } from 'kysely'
import { sql } from 'kysely'

const ROLES = ['buttonwood_reader', 'buttonwood_writer'] as const

// prettier-ignore
const GRANTS = [
  `grant usage on schema buttonwood to buttonwood_reader, buttonwood_writer`,
  `grant select on all tables in schema buttonwood to buttonwood_reader, buttonwood_writer`,
  `grant insert, update, delete on all tables in schema buttonwood to buttonwood_writer`,
]

/** Held while roles are made, so that two programs that start at once do not both make them. */
const LOCK = 4_842_024_001

interface State {
  readonly role: string
  readonly exists: boolean
  readonly mayCreate: boolean
  readonly owns: boolean
}

/** @returns why there are none, or undefined when both have their rights */
export function grantRoles<Schema>(db: Kysely<Schema>): Promise<string | undefined> {
  return db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${LOCK}::bigint)`.execute(transaction)
    const states = await statesOf(transaction)
    // Grants are the owner's to give: a writer without that right finds them given.
    if (!states.every(({ owns }) => owns)) return undefined

    for (const { role, exists, mayCreate } of states) {
      if (exists) continue
      if (!mayCreate) return `role ${role} does not exist, and this role may not create it`
      await sql.raw(`create role ${role} nologin`).execute(transaction)
    }
    if (await lacksRights(transaction)) {
      for (const grant of GRANTS) await sql.raw(grant).execute(transaction)
    }
    return undefined
  })
}

async function statesOf<Schema>(db: Kysely<Schema>): Promise<State[]> {
  const { rows } = await sql<State>`
    select role, exists (select from pg_roles where rolname = role) as exists,
      (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) as "mayCreate",
      (select pg_has_role(nspowner, 'usage') from pg_namespace where nspname = 'buttonwood') as owns
    from unnest(array[${sql.join(ROLES)}]::text[]) as role`.execute(db)
  return rows
}

/** Whether a table or view, perhaps a new one, is not granted to both. */
async function lacksRights<Schema>(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql`
    select from pg_class
    where relnamespace = 'buttonwood'::regnamespace and relkind in ('r', 'p', 'v') and not relispartition
      and not (has_table_privilege('buttonwood_reader', oid, 'select')
        and has_table_privilege('buttonwood_writer', oid, 'insert'))
    limit 1`.execute(db)
  return rows.length > 0
}
