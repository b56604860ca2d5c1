/** Where the journal is that a command reads. */
import { join } from 'node:path'
import type { Command } from 'commander'

export interface JournalSource {
  readonly config?: string
  readonly dataDir?: string
}

export const addJournalSource = (command: Command): Command =>
  command
    .option('--config <file>', 'exchange.yaml (default: config/exchange.yaml)')
    .option('--data-dir <dir>', 'where the journal is')

/** Of the options, the environment or the configuration, in this order. */
export async function dataDirOf({ config: file, dataDir }: JournalSource): Promise<string> {
  const { loadConfig } = await import('../runtime/index.ts')
  return loadConfig({ file, env: process.env, overrides: { dataDir } }).dataDir
}

/** `dataDir/journal` */
export const journalDirectory = async (source: JournalSource): Promise<string> =>
  join(await dataDirOf(source), 'journal')
