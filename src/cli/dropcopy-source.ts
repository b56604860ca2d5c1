/** Which drop copy a command is about: options, and where they lead. */
import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import type { DatabaseLocation, Format, Standing } from '../dropcopy/index.ts'

export interface SourceOptions {
  config?: string
  dataDir?: string
  databaseUrl?: string
}

export interface FormatOptions {
  json?: boolean
  csv?: boolean
}

export const addSourceOptions = (command: Command): Command =>
  command
    .option('--config <file>', 'exchange.yaml (default: config/exchange.yaml)')
    .option('--data-dir <dir>', 'where journal and embedded database are')
    .option('--database-url <url>', 'the PostgreSQL that holds the copy')

export const addFormatOptions = (command: Command): Command =>
  command
    .addOption(new Option('--json', 'one JSON object a line').conflicts('csv'))
    .option('--csv', 'comma-separated values with a header')

export function formatOf({ json, csv }: FormatOptions): Format {
  if (json) return 'json'
  return csv ? 'csv' : 'table'
}

export async function locate(options: SourceOptions): Promise<DatabaseLocation> {
  const { loadConfig } = await import('../runtime/index.ts')
  const { config: file, dataDir, databaseUrl } = options
  const config = loadConfig({ file, env: process.env, overrides: { dataDir, databaseUrl } })
  return { dataDir: config.dataDir, database: config.dropcopy.database }
}

/** A remark: never among the rows. */
export const note = (line: string): void => void process.stderr.write(`${line}\n`)

/** Says how far the database is behind; nothing when it is level, or when nobody can know. */
export async function noteStanding(standing: Standing | undefined): Promise<void> {
  if (!standing) return
  const { describeStanding } = await import('../dropcopy/index.ts')
  const line = describeStanding(standing)
  if (line !== undefined) note(line)
}

export function wholeNumber(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('It must be a whole number.')
}
