/**
 * A file that exists whole or not at all: written under another name beside it, synced, and renamed, so
 * that nobody ever reads half a day under its name.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { NodeDisk } from '../journal/index.ts'
import { attempt } from './attempt-file.ts'

/** Written at once. */
const CHUNK_CHARACTERS = 1 << 18
/** Who trades what: for its owner to pass on. */
const MODE = 0o600
const UNWRITABLE = 'cannot be written'

const disk = new NodeDisk()

/** Lines put together to chunks that are worth a write, each line with its end. */
export function* chunksOf(lines: Iterable<string>): Generator<string, void, undefined> {
  let chunk = ''
  for (const line of lines) {
    chunk += `${line}\n`
    if (chunk.length < CHUNK_CHARACTERS) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}

/**
 * Replaces what has the name, if anything does; when it fails, that stays as it is.
 * @throws ExchangeError AuditTrail when the file cannot be written, and what `lines` throws
 */
export function writeTrail(file: string, lines: Iterable<string>): void {
  const unfinished = join(dirname(file), `.${basename(file)}.${process.pid}.unfinished`)
  try {
    writeSynced(file, unfinished, lines)
    attempt(file, UNWRITABLE, () => {
      renameSync(unfinished, file)
      // The name is durable with its directory.
      disk.fsyncDirectory(dirname(file))
    })
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

function writeSynced(file: string, unfinished: string, lines: Iterable<string>): void {
  const fd = attempt(file, UNWRITABLE, () => openSync(unfinished, 'w', MODE))
  try {
    for (const chunk of chunksOf(lines))
      attempt(file, UNWRITABLE, () => writeWhole(fd, Buffer.from(chunk)))
    attempt(file, UNWRITABLE, () => fsyncSync(fd))
  } finally {
    closeSync(fd)
  }
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
}
