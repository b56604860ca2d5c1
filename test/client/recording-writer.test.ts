import * as fs from 'node:fs'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { RecordingWriter } from '../../src/client/index.ts'

// Spied on by one test; the others write to the disk.
vi.mock('node:fs', { spy: true })

const folder = mkdtempSync(join(tmpdir(), 'recording-writer-'))
afterEach(() => void vi.restoreAllMocks())
afterAll(() => rmSync(folder, { recursive: true }))

/** A writer of `name`, and the errors it tells. */
function writerOf(name: string) {
  const errors: string[] = []
  const path = join(folder, name)
  const writer = RecordingWriter.create(path, (error) => errors.push(String(error)))
  return { path, writer, errors }
}

describe('a recording', () => {
  it('has every record in the file when it is closed', () => {
    const { path, writer } = writerOf('many.itch')
    const records = Array.from({ length: 9 }, (_, i) => Buffer.alloc(65_000, i))
    for (const record of records) writer.append(record)
    writer.close()

    expect(readFileSync(path).equals(Buffer.concat(records))).toBe(true)
  })

  it('is on disk soon, however little there is', async () => {
    const { path, writer } = writerOf('little.itch')
    writer.append(Buffer.from('little'))
    await vi.waitFor(() => expect(readFileSync(path, 'utf8')).toBe('little'))
    writer.close()
  })

  it('is never written over another one', () => {
    const path = join(folder, 'mine.itch')
    writeFileSync(path, 'mine')

    expect(() => RecordingWriter.create(path, () => undefined)).toThrow(
      `${path}: it exists already; choose another name`,
    )
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })

  it('says once that the disk is full, and goes on without it', () => {
    const { path, writer, errors } = writerOf('full.itch')
    vi.mocked(fs.writeSync).mockImplementation(() => {
      throw new Error('ENOSPC: no space left on device')
    })
    for (let i = 0; i < 9; i++) writer.append(Buffer.alloc(65_000))
    writer.close()

    expect(errors).toEqual([`ExchangeError: ${path}: ENOSPC: no space left on device`])
  })
})
