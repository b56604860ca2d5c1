/**
 * The real exchange for tests that meet it as outsiders do: a folder with its own configuration, data
 * and multicast ports, and two ways to run it there, inside the test's process or as the command
 * `buttonwood serve` in a process of its own.
 *
 *   const folder = await ExchangeFolder.make()
 *   const exchange = await folder.start()
 *   … exchange.ports.fix …
 *   await exchange.stop()
 *   folder.remove()
 */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { ChannelPorts, RunningExchange } from '../../src/main.ts'
import { startExchange } from '../../src/main.ts'
import type { ExchangeConfig } from '../../src/runtime/index.ts'
import { loadConfig, silentLogger } from '../../src/runtime/index.ts'
import { builtProgram, builtPrograms, provideDatabase } from './made-once.ts'

const HOST = '127.0.0.1'
/** What a test with processes of its own may take where others work too. */
export const PROCESS_MS = 60_000
/** No command that ends by itself takes this long; one that should have failed may be serving. */
const COMMAND_MS = 30_000

/** How `serve` is run. */
export interface ServeOptions {
  /** Arguments of node up to the program; left out: the program as it ships. */
  readonly bin?: readonly string[]
  /** Environment beside PATH, HOME and TMPDIR. */
  readonly env?: Readonly<Record<string, string>>
}

/** Sections of exchange.yaml. */
type Settings = Readonly<Record<string, unknown>>

export class ExchangeFolder {
  readonly path: string
  /** Its exchange.yaml. */
  readonly file: string
  readonly dataDir: string
  private settings: Settings = {}
  /** Where each channel of the feed is, however many there are at a time. */
  private readonly channels: object[] = []

  private constructor(path: string) {
    this.path = path
    this.file = join(path, 'exchange.yaml')
    this.dataDir = join(path, 'data')
  }

  /**
   * The shipped configuration with ports of its own, a journal that the system writes when it
   * likes, no shadow, no warm-up, and a trading day that does not end during the test; `settings` change
   * values of its sections.
   */
  static async make(settings: Readonly<Record<string, object>> = {}): Promise<ExchangeFolder> {
    const folder = new ExchangeFolder(mkdtempSync(join(tmpdir(), 'buttonwood-exchange-')))
    cpSync('config/sessions', join(folder.path, 'sessions'), { recursive: true })
    cpSync('config/instruments.yaml', join(folder.path, 'instruments.yaml'))
    folder.channels.push(await aChannel())
    folder.settings = {
      dataDir: 'data',
      warmUp: false,
      fix: { host: HOST, port: 0 },
      http: { host: HOST, port: 0 },
      journal: { durability: 'os' },
      snapshots: { commands: 0 },
      exchange: { timeZone: 'UTC' },
      market: { dayRoll: halfADayFromNow() },
      itch: folder.channels[0],
    }
    folder.change(settings)
    return folder
  }

  /** Writes exchange.yaml as it was made, with some values of its sections changed. */
  change(settings: Readonly<Record<string, object>>): void {
    const changed = Object.entries(settings).map(([section, values]) => {
      return [section, { ...(this.settings[section] as object | undefined), ...values }]
    })
    this.configure({ ...this.settings, ...Object.fromEntries(changed) })
  }

  /** Writes exchange.yaml with channels that name these symbols; undefined takes all others. */
  async split(...symbols: (readonly string[] | undefined)[]): Promise<void> {
    while (this.channels.length < symbols.length) this.channels.push(await aChannel())
    const channels = symbols.map((named, i) => ({ ...this.channels[i], symbols: named }))
    this.configure({ ...this.settings, itch: { channels } })
  }

  /** Writes exchange.yaml; JSON is YAML. */
  configure(settings: Settings): void {
    writeFileSync(this.file, JSON.stringify(settings, null, 2))
  }

  /** Writes another file of the configuration, such as `sessions/ACME.yaml`. */
  write(name: string, text: string): void {
    writeFileSync(join(this.path, name), text)
  }

  config(): ExchangeConfig {
    return loadConfig({ file: this.file, env: {} })
  }

  /** Inside this process. */
  start(): Promise<RunningExchange> {
    const onFatal = (error: unknown): never => {
      throw error
    }
    provideDatabase(this.dataDir)
    const options = { logger: silentLogger, onFatal, programs: builtPrograms() }
    return startExchange(this.config(), options)
  }

  /** `buttonwood serve`; resolves when it is ready. */
  async serve(options: ServeOptions = {}): Promise<ServedExchange> {
    const served = this.launch(options)
    await served.untilReady()
    return served
  }

  /** `buttonwood serve`, however far it comes. */
  launch({ bin = builtProgram(), env = {} }: ServeOptions = {}): ServedExchange {
    return new ServedExchange(spawnCommand([...bin, ...this.serving()], env))
  }

  /** Arguments of the program that serve here, and what makes the start quick. */
  serving(): string[] {
    provideDatabase(this.dataDir)
    return ['serve', '--config', this.file]
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

export interface Outcome {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command to its end. */
export async function buttonwood(args: readonly string[], env = {}): Promise<Outcome> {
  const child = spawnCommand([...builtProgram(), ...args], env)
  const timer = setTimeout(() => child.kill('SIGKILL'), COMMAND_MS)
  const output = collect(child)
  const [exitCode] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  return { exitCode, ...output() }
}

/** A line of the server's log. */
export type LogLine = Readonly<Record<string, unknown>>

export class ServedExchange {
  readonly log: LogLine[] = []
  private readonly child: ChildProcess
  private readonly output: () => { stdout: string; stderr: string }
  private readonly closed: Promise<unknown[]>
  private readonly exited: Promise<unknown[]>
  /** Called after each line of the log. */
  private readonly watchers = new Set<() => void>()

  constructor(child: ChildProcess) {
    this.child = child
    this.output = collect(child)
    this.closed = once(child, 'close')
    this.exited = once(child, 'exit')
    createInterface({ input: child.stdout! }).on('line', (text) => {
      this.log.push(JSON.parse(text) as LogLine)
      for (const look of this.watchers) look()
    })
  }

  get ports(): RunningExchange['ports'] {
    const { fix, fixTls, retransmission, snapshot, stream, http, channels } = this.log.find(
      ({ msg }) => msg === 'ready',
    )!
    return {
      fix: Number(fix),
      ...(fixTls === undefined ? {} : { fixTls: Number(fixTls) }),
      retransmission: Number(retransmission),
      snapshot: Number(snapshot),
      stream: Number(stream),
      http: Number(http),
      ...(channels === undefined ? {} : { channels: channels as ChannelPorts[] }),
    }
  }

  get pid(): number {
    return this.child.pid!
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  /** SIGTERM, and what came of it. */
  stop(): Promise<Outcome> {
    this.kill('SIGTERM')
    return this.ended()
  }

  async ended(): Promise<Outcome> {
    const [exitCode] = (await this.closed) as [number | null]
    return { exitCode, ...this.output() }
  }

  /** Its own end; its readers, which share its standard error, may take longer. */
  async gone(): Promise<Outcome> {
    const [exitCode] = (await this.exited) as [number | null]
    return { exitCode, ...this.output() }
  }

  untilReady(): Promise<LogLine> {
    return this.logged('ready')
  }

  /** Waits for the first line with this `msg`. */
  async logged(msg: string): Promise<LogLine> {
    const found = new Promise<LogLine>((resolve) => {
      const look = (): void => {
        const line = this.log.find((one) => one['msg'] === msg)
        if (line !== undefined) resolve(line)
      }
      this.watchers.add(look)
      look()
    })
    const ended = this.ended().then(({ exitCode, stderr }) => {
      throw new Error(`serve ended with ${exitCode}: ${stderr}`)
    })
    // Its end after this is somebody else's matter.
    ended.catch(() => undefined)
    return Promise.race([found, ended])
  }
}

function spawnCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const { PATH = '', HOME = '', TMPDIR = tmpdir() } = process.env
  return spawn(process.execPath, args, {
    env: { PATH, HOME, TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function collect(child: ChildProcess): () => { stdout: string; stderr: string } {
  let stdout = ''
  let stderr = ''
  child.stdout!.on('data', (part: Buffer) => (stdout += part.toString()))
  child.stderr!.on('data', (part: Buffer) => (stderr += part.toString()))
  return () => ({ stdout, stderr })
}

/** What exchange.yaml says of a channel of the feed: lines and ports of its own. */
async function aChannel(): Promise<object> {
  const [lineA, lineB, retransmission] = await freeUdpPorts(3)
  return {
    lines: [
      { group: '239.192.44.1', port: lineA },
      { group: '239.192.44.2', port: lineB },
    ],
    retransmission: { host: HOST, port: retransmission },
    snapshot: { host: HOST, port: 0 },
    stream: { host: HOST, port: 0 },
  }
}

function halfADayFromNow(): string {
  const hour = (new Date().getUTCHours() + 12) % 24
  return `${String(hour).padStart(2, '0')}:00`
}

/** UDP ports that nobody uses: multicast lines cannot ask for port 0. */
export async function freeUdpPorts(count: number): Promise<number[]> {
  const sockets = Array.from({ length: count }, () => createSocket('udp4'))
  for (const socket of sockets) {
    socket.bind(0, HOST)
    await once(socket, 'listening')
  }
  const ports = sockets.map((socket) => socket.address().port)
  for (const socket of sockets) {
    socket.close()
    await once(socket, 'close')
  }
  return ports
}

/**
 * A TCP port that nobody uses, for what must have the same one again after a restart: below those that Linux
 * gives to connections, of which one could have it by then.
 */
export async function freeTcpPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    const server = createServer().listen(port, HOST)
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
