/** What `dropcopy` of exchange.yaml says, once it is known which database it is about. */
import type { z } from 'zod'
import { isLoopback } from './loopback.ts'
import type { exchangeFile } from './schema.ts'
import type { YamlFile } from './yaml-file.ts'

export interface DropCopyConfig {
  /** `embedded` or the URL of a PostgreSQL. */
  readonly database: string
  /** Where SQL clients may read the embedded database; undefined = nowhere. */
  readonly listen: SqlListenConfig | undefined
}

export interface SqlListenConfig {
  readonly host: string
  readonly port: number
  /** Networks that clients may come from; empty = every one that reaches the address. */
  readonly allow: readonly string[]
}

/** @throws ExchangeError ConfigValue */
export function resolveDropCopy(
  yaml: YamlFile,
  { listen, allow }: z.output<typeof exchangeFile>['dropcopy'],
  database: string,
): DropCopyConfig {
  if (listen === undefined) return { database, listen: undefined }
  const { host, port } = listen
  const path = ['dropcopy', 'listen']
  if (database !== 'embedded') {
    throw yaml.error(
      path,
      `is ${host}:${port}; it is for the embedded database: clients reach a PostgreSQL at its own address`,
    )
  }
  if (!isLoopback(host) && allow.length === 0) {
    throw yaml.error(
      path,
      `is ${host}:${port}; no password is asked for there: use a loopback address, or name dropcopy.allow`,
    )
  }
  return { database, listen: { host, port, allow } }
}
