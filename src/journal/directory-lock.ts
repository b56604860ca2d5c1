/**
 * Keeps a second process out of a directory. Node has no flock, so the lock is a file that says who
 * holds it: process id, that process's start time and the machine's boot id, because in a container
 * the process id is always the same. A lock whose holder is gone is taken over.
 *
 * A limit: a process in another container that shares the volume is not seen and counts as gone.
 */
import { linkSync, readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { ErrorCode, ExchangeError, messageOf } from '../runtime/index.ts'

interface Holder {
  readonly pid: number
  /** Clock ticks between boot and the start of the process; '' where the system does not say. */
  readonly startTime: string
  readonly bootId: string
}

/** Attempts at taking over while others try the same. */
const ATTEMPTS_MAX = 100
const ATTEMPT_PAUSE_MS = 10

export class DirectoryLock {
  readonly path: string
  private readonly text: string

  private constructor(path: string, text: string) {
    this.path = path
    this.text = text
  }

  /**
   * @param path of the lock file, for example `dataDir/lock`; its directory must exist
   * @throws ExchangeError DirectoryLocked saying who holds it
   */
  static acquire(path: string): DirectoryLock {
    const text = `${JSON.stringify(holderOf(process.pid))}\n`
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      if (createWhole(path, text)) return new DirectoryLock(path, text)
      const found = read(path)
      if (found === undefined) continue
      if (isAlive(found)) throw locked(path, found)
      if (!removeStale(path, found)) pause(ATTEMPT_PAUSE_MS)
    }
    throw new ExchangeError(
      ErrorCode.DirectoryLocked,
      `${path}: other processes are taking over the lock of one that is gone; try again`,
    )
  }

  /** Whether a process that lives has the lock. */
  static isHeld(path: string): boolean {
    const found = read(path)
    return found !== undefined && isAlive(found)
  }

  /** Gives the lock back; does nothing if the file is not ours any more. */
  release(): void {
    if (read(this.path) === this.text) unlinkSync(this.path)
  }
}

/** Creates the file with its content in one step, so that nobody ever reads half of it. */
function createWhole(path: string, text: string): boolean {
  const own = `${path}.${process.pid}`
  try {
    writeFileSync(own, text)
    linkSync(own, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw new ExchangeError(
      ErrorCode.DirectoryLocked,
      `${path}: cannot be made: ${messageOf(error)}`,
      {
        cause: error,
      },
    )
  } finally {
    unlinkQuietly(own)
  }
}

/**
 * Removes a lock whose holder is gone. Two processes may find it at once, and the slower one must
 * not remove the lock that the faster one made meanwhile: only the holder of a second lock may
 * remove, and only what it still finds there.
 * @returns false when another process is at it
 */
function removeStale(path: string, stale: string): boolean {
  let guard: DirectoryLock
  try {
    guard = DirectoryLock.acquire(`${path}.takeover`)
  } catch (error) {
    if (error instanceof ExchangeError) return false
    throw error
  }
  try {
    if (read(path) === stale) renameSync(path, `${path}.stale`)
    return true
  } finally {
    guard.release()
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** A power cut can leave a lock without content: nobody's. */
function parse(text: string): Holder | undefined {
  try {
    const { pid, startTime, bootId } = JSON.parse(text) as Partial<Holder>
    if (typeof pid !== 'number' || typeof startTime !== 'string' || typeof bootId !== 'string')
      return undefined
    return { pid, startTime, bootId }
  } catch {
    return undefined
  }
}

function isAlive(text: string): boolean {
  const holder = parse(text)
  if (holder === undefined || !processExists(holder.pid)) return false
  const now = holderOf(holder.pid)
  return (
    holder.bootId === now.bootId && (holder.startTime === now.startTime || now.startTime === '')
  )
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
  return stateOf(pid)?.[0] !== 'Z'
}

function holderOf(pid: number): Holder {
  return { pid, startTime: stateOf(pid)?.[START_TIME] ?? '', bootId: bootId() }
}

/** Field 22 of /proc/PID/stat, counted from field 3, the first one behind the name in parentheses. */
const START_TIME = 19

function stateOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    // No /proc here, or it hides other users' processes: the process id has to do.
    return undefined
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return ''
  }
}

function locked(path: string, text: string): ExchangeError {
  const since = statSync(path, { throwIfNoEntry: false })?.mtime.toISOString() ?? 'a moment ago'
  return new ExchangeError(
    ErrorCode.DirectoryLocked,
    `${path}: process ${parse(text)?.pid} holds the directory since ${since}; stop it first, or use another directory`,
  )
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It was never made, or the disk refuses everything: the lock itself is what counts.
  }
}

/** Start-up has nothing else to do meanwhile. */
function pause(durationMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, durationMs)
}
