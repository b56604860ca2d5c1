/**
 * kysely on node-postgres, with COPY: a statement whose only parameter is `CopyData` sends it. The
 * driver has the protocol's messages but no query that uses them.
 */
import type { DialectAdapter, Kysely, PostgresPoolClient } from 'kysely'
import { PostgresAdapter, PostgresDialect } from 'kysely'
import type { Connection, Pool, PoolClient } from 'pg'
import { CopyData } from './copy-rows.ts'

class CopyingAdapter extends PostgresAdapter {}

class CopyingDialect extends PostgresDialect {
  override createAdapter(): DialectAdapter {
    return new CopyingAdapter()
  }
}

/** Whether it is a PostgreSQL of its own, not the embedded one. */
export const isServer = (db: Pick<Kysely<unknown>, 'getExecutor'>): boolean =>
  db.getExecutor().adapter instanceof CopyingAdapter

export function copyingDialect(pool: Pool): PostgresDialect {
  // kysely knows its connections by their clients: one wrapper for each.
  const wrapped = new WeakMap<PoolClient, PostgresPoolClient>()
  const connect = async (): Promise<PostgresPoolClient> => {
    const client = await pool.connect()
    const known = wrapped.get(client) ?? withCopy(client)
    wrapped.set(client, known)
    return known
  }
  return new CopyingDialect({ pool: { connect, end: () => pool.end() } })
}

function withCopy(client: PoolClient): PostgresPoolClient {
  const query = (text: string, parameters: readonly unknown[]): Promise<unknown> => {
    const [data] = parameters
    return data instanceof CopyData
      ? copyIn(client, text, data)
      : client.query(text, [...parameters])
  }
  return { query: query as PostgresPoolClient['query'], release: () => client.release() }
}

/** The result of a COPY, as kysely takes it. */
interface Copied {
  readonly command: 'COPY'
  readonly rowCount: null
  readonly rows: readonly never[]
}

function copyIn(client: PoolClient, text: string, data: CopyData): Promise<Copied> {
  return new Promise((resolve, reject) => {
    client.query(
      new CopyIn(text, data, (error) => {
        if (error) reject(error)
        else resolve({ command: 'COPY', rowCount: null, rows: [] })
      }),
    )
  })
}

/** What pg's connection offers besides what its types say. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
}

/** A query as pg drives it: it calls back on each message of the server. */
class CopyIn {
  private readonly text: string
  private readonly data: CopyData
  /** Wrapped by pg, which gives the statement a time limit. */
  callback: (error: Error | null) => void

  constructor(text: string, data: CopyData, callback: (error: Error | null) => void) {
    this.text = text
    this.data = data
    this.callback = callback
  }

  submit(connection: Connection): void {
    connection.query(`${this.text} from stdin`)
  }

  handleCopyInResponse(connection: CopyConnection): void {
    for (const chunk of this.data.chunks) connection.sendCopyFromChunk(chunk)
    connection.endCopyFrom()
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.callback(error)
  }

  handleReadyForQuery(): void {
    this.callback(null)
  }
}
