/**
 * The feed handlers of `examples/` as programs: compiled where they must be, run beside an exchange, and
 * what they printed.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import { madeOnce } from '../support/made-once.ts'

const SOURCE = 'examples/cpp/feed_handler.cpp'
const COMPILE = ['-std=c++17', '-Wall', '-Wextra', '-Werror', SOURCE, '-o']
const SANITIZE = ['-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all']
/** A handler ends at a heartbeat behind so long a silence. */
const IDLE_SECONDS = 2
const WAIT_MS = 30_000

/** How to run a handler. */
export type Program = readonly [command: string, ...args: string[]]

/** Where a handler listens and asks; what is left out is the shipped default. */
export interface Wiring {
  readonly groups: readonly { readonly group: string; readonly port: number }[]
  readonly request: number
  readonly snapshot: number
}

/** What this system has not; tests are skipped then, and the reason is printed. */
export const missing = ['g++', 'python3'].filter(
  (command) => spawnSync(command, ['--version']).error !== undefined,
)
if (missing.length > 0) console.warn(`skipped: cannot run ${missing.join(' and ')}`)

/**
 * The handlers by name: in Python, in C++ as examples/README.md builds it, warnings being errors, and
 * where this compiler can with checks of addresses and undefined behaviour.
 */
export function prepare(): ReadonlyMap<string, Program> {
  const folder = madeOnce('feed-handlers', compile)
  const compiled = readdirSync(folder).map((name) => [name, [join(folder, name)]] as const)
  return new Map<string, Program>([
    ['Python', ['python3', 'examples/python/feed_handler.py']],
    ...compiled,
  ])
}

function compile(folder: string): void {
  mkdirSync(folder)
  gcc('-O2', ...COMPILE, join(folder, 'C++'))
  const probe = join(folder, 'probe')
  const options = [...SANITIZE, '-x', 'c++', '-', '-o', probe]
  const { status } = spawnSync('g++', options, { input: 'int main() {}' })
  rmSync(probe, { force: true })
  if (status === 0) gcc(...SANITIZE, ...COMPILE, join(folder, 'C++ with sanitizers'))
}

function gcc(...args: string[]): void {
  const { status, stderr } = spawnSync('g++', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`g++ ended with ${status}: ${stderr}`)
}

/** What came of it. */
export interface Ended {
  readonly code: unknown
  /** Lines of stdout before the final ones. */
  readonly tops: readonly string[]
  /** One for each book. */
  readonly final: readonly string[]
  /** Last line of stderr. */
  readonly last: string
}

/** A handler that runs until the feed says nothing more. */
export class RunningHandler {
  private stdout = ''
  private stderr = ''
  private readonly child
  private readonly closed: Promise<unknown[]>

  constructor([command, ...args]: Program, { groups, request, snapshot }: Wiring) {
    const lines = groups.flatMap(({ group, port }) => ['--group', `${group}:${port}`])
    const servers = ['--request', `127.0.0.1:${request}`, '--snapshot', `127.0.0.1:${snapshot}`]
    const end = ['--until-idle', `${IDLE_SECONDS}`]
    this.child = spawn(command, [...args, ...lines, ...servers, ...end], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout.on('data', (part: Buffer) => (this.stdout += part.toString()))
    this.child.stderr.on('data', (part: Buffer) => (this.stderr += part.toString()))
    this.closed = once(this.child, 'close')
  }

  /** Waits until it has said something on stderr that starts a line. */
  async says(start: string): Promise<void> {
    const check = () => {
      const isSaid = this.told.some((line) => line.startsWith(start))
      if (!isSaid) throw new Error(`no ${start} in: ${this.stderr}`)
    }
    await vi.waitFor(check, { timeout: WAIT_MS, interval: 5 })
  }

  /** Lines of stderr. */
  get told(): string[] {
    return this.stderr.split('\n').slice(0, -1)
  }

  /** How often it has told something that starts so. */
  count(start: string): number {
    return this.told.filter((line) => line.startsWith(start)).length
  }

  async ended(): Promise<Ended> {
    const [code] = await this.closed
    const lines = this.stdout.split('\n').slice(0, -1)
    const isFinal = (line: string) => line.startsWith('final ')
    return {
      code,
      tops: lines.filter((line) => !isFinal(line)),
      final: lines.filter(isFinal),
      last: this.told.at(-1) ?? '',
    }
  }

  /** Ends it, when a test has failed before it did. */
  kill(): void {
    this.child.kill('SIGKILL')
  }
}
