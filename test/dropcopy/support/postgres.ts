/** A PostgreSQL server of our own on a private port, where its binaries are installed. */
import type { ChildProcess } from 'node:child_process'
import { execFileSync, spawn } from 'node:child_process'
import { chownSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { checkPostgres } from '../../../src/dropcopy/index.ts'
import { childrenOf } from '../../support/child-processes.ts'
import { freeTcpPort } from '../../support/running-exchange.ts'
import { scratchDirectory } from './scratch.ts'

const ROOT = '/usr/lib/postgresql'
const NOBODY = 65_534
const START_TIMEOUT_MS = 20_000

/** Folder of `postgres` and `initdb`; undefined where there is none. */
export function postgresBinaries(): string | undefined {
  const versions = existsSync(ROOT) ? readdirSync(ROOT) : []
  return versions
    .map((version) => join(ROOT, version, 'bin'))
    .find((folder) => existsSync(join(folder, 'initdb')))
}

export class PostgresServer {
  readonly url: string
  private readonly binaries: string
  private readonly directory: string
  private readonly port: number
  private process: ChildProcess | undefined

  private constructor(binaries: string, directory: string, port: number) {
    this.binaries = binaries
    this.directory = directory
    this.port = port
    this.url = `postgres://postgres@127.0.0.1:${port}/postgres`
  }

  static async create(binaries: string): Promise<PostgresServer> {
    const directory = scratchDirectory()
    // PostgreSQL refuses to run as root.
    if (process.getuid?.() === 0) chownSync(directory, NOBODY, NOBODY)
    const data = join(directory, 'data')
    const options = ['-D', data, '-U', 'postgres', '-A', 'trust', '-N', '-E', 'UTF8', '--locale=C']
    execFileSync(join(binaries, 'initdb'), options, {
      ...asNobody(),
      cwd: directory,
      stdio: 'pipe',
    })
    return new PostgresServer(binaries, directory, await freeTcpPort())
  }

  async start(): Promise<void> {
    const { directory, port } = this
    const options = ['-D', join(directory, 'data'), '-p', String(port), '-k', directory]
    const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off']
    this.process = spawn(join(this.binaries, 'postgres'), [...options, ...settings], {
      ...asNobody(),
      cwd: directory,
      stdio: 'ignore',
    })
    const deadline = performance.now() + START_TIMEOUT_MS
    for (;;) {
      try {
        return await checkPostgres(this.url)
      } catch (error) {
        if (performance.now() > deadline) throw error
        await delay(100)
      }
    }
  }

  /** SIGINT: fast shutdown, connections cut. */
  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const server = this.process
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const exited = new Promise((resolve) => server.once('exit', resolve))
    server.kill(signal)
    await exited
  }

  /** SIGSTOP or SIGCONT to it and its backends. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    const { pid } = this.process!
    for (const one of [pid!, ...childrenOf(pid!)]) process.kill(one, signal)
  }

  async remove(): Promise<void> {
    await this.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }
}

const asNobody = () => (process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {})
