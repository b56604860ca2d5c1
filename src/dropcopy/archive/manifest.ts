/** What stands beside the files of an archived day: enough to know them again in years, without the database. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { ErrorCode, ExchangeError } from '../../runtime/index.ts'
import { syncPath } from './archive-file.ts'

export const MANIFEST_FILE = 'manifest.json'
const FORMAT = 1

const count = z.number().int().min(0)

const file = z.strictObject({
  table: z.string(),
  file: z.string().regex(/^[a-z_]+\.csv\.gz$/),
  columns: z.array(z.string()).min(1),
  rows: count,
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const manifest = z.strictObject({
  format: z.literal(FORMAT),
  software: z.string(),
  journalId: z.string(),
  tradingDate: z.string().regex(/^\d{4}-\d\d-\d\d$/),
  /** Of `executions`; null without rows. */
  firstExecId: count.nullable(),
  lastExecId: count.nullable(),
  files: z.array(file).min(1),
})

export type ArchivedFile = z.output<typeof file>
export type Manifest = z.output<typeof manifest>
export type ManifestFacts = Omit<Manifest, 'format' | 'software'>

/** @returns its SHA-256 */
export async function writeManifest(directory: string, facts: ManifestFacts): Promise<string> {
  const text = `${JSON.stringify({ format: FORMAT, software: software(), ...facts }, null, 2)}\n`
  const path = join(directory, MANIFEST_FILE)
  await writeFile(path, text)
  await syncPath(path)
  return createHash('sha256').update(text).digest('hex')
}

/** @throws ExchangeError Archive */
export async function readManifest(directory: string): Promise<Manifest> {
  const path = join(directory, MANIFEST_FILE)
  try {
    return manifest.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined
    const why = issue ? `${issue.path.join('.')}: ${issue.message}` : (error as Error).message
    throw new ExchangeError(
      ErrorCode.Archive,
      `${path} is no manifest of an archived day: ${why}`,
      {
        cause: error,
      },
    )
  }
}

function software(): string {
  const path = new URL('../../../package.json', import.meta.url)
  const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
  return `${name} ${version}`
}
