/**
 * A file that exists whole or not at all: written under another name beside it, synced, and renamed, so
 * that nobody ever reads half a day under its name.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'

/** Written at once. */
const CHUNK_CHARACTERS = 1 << 18
/** Who trades what: for its owner to pass on. */
const MODE = 0o600

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
    attempt(file, () => {
      renameSync(unfinished, file)
      syncDirectory(dirname(file))
    })
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

function writeSynced(file: string, unfinished: string, lines: Iterable<string>): void {
  const fd = attempt(file, () => openSync(unfinished, 'w', MODE))
  try {
    for (const chunk of chunksOf(lines)) attempt(file, () => writeWhole(fd, Buffer.from(chunk)))
    attempt(file, () => fsyncSync(fd))
  } finally {
    closeSync(fd)
  }
}

function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
}

/** The name is durable with its directory. */
function syncDirectory(directory: string): void {
  const fd = openSync(directory, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

function attempt<Result>(file: string, act: () => Result): Result {
  try {
    return act()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ExchangeError(ErrorCode.AuditTrail, `${file}: cannot be written: ${why}`, {
      cause: error,
    })
  }
}
