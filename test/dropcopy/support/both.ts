/** The two databases that a drop copy can be kept in; PostgreSQL only where it is installed. */
import { PostgresServer, postgresBinaries } from './postgres.ts'
import type { ScratchDatabase } from './scratch.ts'
import { scratchDatabase } from './scratch.ts'

type Kind = 'PGlite' | 'PostgreSQL'

const binaries = postgresBinaries()
if (!binaries) console.log('no PostgreSQL under /usr/lib/postgresql: PGlite alone')

export const KINDS: readonly Kind[] = binaries ? ['PGlite', 'PostgreSQL'] : ['PGlite']

/** A scratch database; a PostgreSQL is a server of its own, removed with it. */
export async function scratchDatabaseIn(kind: Kind): Promise<ScratchDatabase> {
  if (kind === 'PGlite') return await scratchDatabase()
  const server = await PostgresServer.create(binaries!)
  await server.start()
  const database = await scratchDatabase(server.url)
  return {
    ...database,
    async remove() {
      await database.remove()
      await server.remove()
    },
  }
}
