/**
 * The demo's exchange: `buttonwood serve` as a child process with a configuration, ports and a data
 * folder of its own, so that what a person sees is the real thing and a server that runs already is
 * left alone. Its log goes to a file beside its data.
 */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { WriteStream } from 'node:fs'
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import type { ExchangeConfig } from '../runtime/index.ts'
import { ErrorCode, ExchangeError, loadConfig } from '../runtime/index.ts'

const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 20_000
/** A process that was killed just now may still make a file. */
const REMOVE_RETRIES = 5
/** Lines of its log that are kept to be shown after a failure. */
const TAIL_LINES_MAX = 20
/** What would lead the child to another exchange's files or database. */
const OTHER_PLACES = ['DATABASE_URL', 'BUTTONWOOD_CONFIG', 'BUTTONWOOD_DATA_DIR', 'LOG_LEVEL']

export interface DemoInstrument {
  readonly symbol: string
  readonly description: string
  /** As in instruments.yaml: decimal text. */
  readonly referencePrice: string
  readonly tickSize: string
  readonly lotSize: number
}

export interface DemoSession {
  readonly compId: string
  readonly password: string
}

export class DemoVenue {
  /** Holds configuration, log and data. */
  readonly folder: string
  readonly config: ExchangeConfig
  fixPort = 0
  retransmissionPort = 0
  /** Of its last log line, after `stop`. */
  stateHash: string | undefined
  /** The last lines of its log. */
  readonly tail: string[] = []
  /** Rejects when it ends without having been asked to. */
  readonly died: Promise<never>
  private readonly child: ChildProcess
  private readonly log: WriteStream
  private readonly exited: Promise<unknown>
  private becomeReady: () => void = () => {}
  private stopping = false
  private isStopped = false

  /** Starts the process; `ready` waits for it. */
  static async start(
    instruments: readonly DemoInstrument[],
    sessions: readonly DemoSession[],
  ): Promise<DemoVenue> {
    const folder = mkdtempSync(join(tmpdir(), 'buttonwood-'))
    return new DemoVenue(folder, await writeConfiguration(folder, instruments, sessions))
  }

  private constructor(folder: string, config: ExchangeConfig) {
    this.folder = folder
    this.config = config
    this.log = createWriteStream(join(folder, 'exchange.log'))
    this.child = spawnServer(config.file)
    this.exited = once(this.child, 'exit')
    this.follow(this.child.stdout!)
    this.follow(this.child.stderr!)
    this.died = new Promise((_, reject) => {
      this.child.once('exit', (code, signal) => {
        if (!this.stopping) reject(this.failure(`ended with ${signal ?? `exit code ${code}`}`))
      })
    })
    // Whoever waits for something else races it against this.
    this.died.catch(() => {})
  }

  get dataDir(): string {
    return this.config.dataDir
  }

  /** Everything accepts. @throws ExchangeError EXC_DEMO_FAILED when it does not come up */
  async ready(): Promise<void> {
    let timeout: NodeJS.Timeout | undefined
    const ready = new Promise<void>((resolve, reject) => {
      this.becomeReady = resolve
      timeout = setTimeout(() => reject(this.failure('is not ready yet')), START_TIMEOUT_MS)
    })
    await Promise.race([ready, this.died]).finally(() => clearTimeout(timeout))
  }

  /**
   * Ends it as an operator would, by SIGTERM.
   * @throws ExchangeError EXC_DEMO_FAILED when it does not end, or not with 0
   */
  async stop(): Promise<void> {
    this.stopping = true
    this.child.kill('SIGTERM')
    const timeout = setTimeout(() => this.kill(), STOP_TIMEOUT_MS)
    await this.exited
    clearTimeout(timeout)
    this.isStopped = true
    this.log.end()
    if (this.child.exitCode !== 0)
      throw this.failure(`stopped with exit code ${this.child.exitCode}`)
  }

  /** Ends it at once, with its drop copy, if it has not stopped; for the way out after an error. */
  kill(): void {
    const { pid } = this.child
    if (pid === undefined || this.isStopped) return
    this.stopping = true
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // Nobody of its process group is left.
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: REMOVE_RETRIES })
  }

  private follow(output: Readable): void {
    createInterface({ input: output }).on('line', (line) => {
      if (!this.log.writableEnded) this.log.write(`${line}\n`)
      this.tail.push(line)
      if (this.tail.length > TAIL_LINES_MAX) this.tail.shift()
      this.notice(line)
    })
  }

  private notice(line: string): void {
    if (line.includes('"msg":"ready"')) {
      const { fix, retransmission } = JSON.parse(line) as { fix: number; retransmission: number }
      this.fixPort = fix
      this.retransmissionPort = retransmission
      this.becomeReady()
    }
    if (line.includes('"msg":"stopped"')) {
      this.stateHash = (JSON.parse(line) as { stateHash: string }).stateHash
    }
  }

  private failure(what: string): ExchangeError {
    return new ExchangeError(ErrorCode.DemoFailed, `the demo's exchange ${what}`)
  }
}

/** In a process group of its own: Ctrl-C is for the demo, which ends the exchange when it is done. */
function spawnServer(config: string): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts')
  const program = fileURLToPath(new URL(isSource ? './bin.ts' : './bin.js', import.meta.url))
  const env = Object.entries(process.env).filter(([name]) => !OTHER_PLACES.includes(name))
  return spawn(process.execPath, [...process.execArgv, program, 'serve', '--config', config], {
    env: Object.fromEntries(env),
    // The channel says nothing: it breaks when the demo dies, and the exchange ends too.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  })
}

async function writeConfiguration(
  folder: string,
  instruments: readonly DemoInstrument[],
  sessions: readonly DemoSession[],
): Promise<ExchangeConfig> {
  const anyPort = () => ({ host: '127.0.0.1', port: 0 })
  const file = join(folder, 'exchange.yaml')
  mkdirSync(join(folder, 'sessions'))
  writeYaml(file, {
    dataDir: 'data',
    fix: anyPort(),
    http: anyPort(),
    itch: {
      lines: [
        { group: '239.192.44.1', port: await freePort() },
        { group: '239.192.44.2', port: await freePort() },
      ],
      retransmission: anyPort(),
      snapshot: anyPort(),
      stream: anyPort(),
    },
  })
  writeYaml(
    join(folder, 'instruments.yaml'),
    instruments.map((instrument) => ({ ...instrument, priceBandPercent: 20 })),
  )
  for (const { compId, password } of sessions) {
    const session = { senderCompId: compId, firm: compId, password: `plain:${password}` }
    writeYaml(join(folder, 'sessions', `${compId}.yaml`), session)
  }
  return loadConfig({ file, env: {} })
}

const writeYaml = (file: string, content: unknown): void => writeFileSync(file, stringify(content))

/** A UDP port that nobody has right now. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}
