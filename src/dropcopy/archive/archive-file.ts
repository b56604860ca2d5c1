/** A table's rows of one day in a compressed file: written and synced, and read again to the last byte. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type { Row } from '../queries.ts'
import { CsvReader, csvLine } from './csv.ts'

/** What a file holds, as its manifest says. */
export interface FileFacts {
  readonly rows: number
  readonly bytes: number
  /** Of the file as it is, in hexadecimal digits. */
  readonly sha256: string
}

/** @param pages rows in the order of their key */
export async function writeArchiveFile(
  path: string,
  columns: readonly string[],
  pages: AsyncIterable<readonly Row[]>,
): Promise<FileFacts> {
  let rows = 0
  async function* lines(): AsyncGenerator<string> {
    yield `${columns.join(',')}\n`
    for await (const page of pages) {
      rows += page.length
      yield page.map((row) => csvLine(row, columns)).join('')
    }
  }

  const sum = summing()
  await pipeline(Readable.from(lines()), createGzip(), sum.stream, createWriteStream(path))
  await syncPath(path)
  return { rows, ...sum.facts() }
}

/** Also of a folder: the names in it are on disk then. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** @throws Error that says what is wrong with the file's content */
export async function readArchiveFile(
  path: string,
  columns: readonly string[],
  take: (rows: readonly Row[]) => Promise<void>,
): Promise<FileFacts> {
  const sum = summing()
  const reader = new CsvReader()
  let rows = 0
  let hasHeader = false

  await pipeline(createReadStream(path), sum.stream, createGunzip(), async (chunks) => {
    const decoder = new TextDecoder('utf-8', { fatal: true })
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      const records = reader.push(decoder.decode(chunk, { stream: true }))
      if (!hasHeader && records.length > 0) {
        hasHeader = true
        if (records.shift()!.join() !== columns.join()) throw new Error('its columns are others')
      }
      if (records.some((record) => record.length !== columns.length)) {
        throw new Error('a line has more or fewer cells than there are columns')
      }
      rows += records.length
      await take(
        records.map((record) => Object.fromEntries(columns.map((c, i) => [c, record[i]!]))),
      )
    }
    reader.end()
  })
  if (!hasHeader) throw new Error('it has no header')
  return { rows, ...sum.facts() }
}

/** Passes bytes on, and counts and digests them. */
function summing(): { stream: Transform; facts: () => Pick<FileFacts, 'bytes' | 'sha256'> } {
  const hash = createHash('sha256')
  let bytes = 0
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  return { stream, facts: () => ({ bytes, sha256: hash.digest('hex') }) }
}
