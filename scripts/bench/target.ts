/** The built exchange, a load client and others, each in a process of its own. */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { LoadOptions, LoadResult } from './load-client.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface Target {
  readonly port: number
  readonly child: ChildProcess
}

/** Runs the client in a process of its own. */
export async function load(
  target: Target,
  options: Omit<LoadOptions, 'port' | 'compId' | 'password'>,
): Promise<LoadResult> {
  const all: LoadOptions = { ...options, port: target.port, compId: 'ACME', password: 'acme' }
  const child = runTypeScript('load-client.ts', ['--run', JSON.stringify(all)])
  return JSON.parse(await firstLine(child)) as LoadResult
}

export interface ServedTarget extends Target {
  readonly directory: string
  readonly lines: readonly { readonly group: string; readonly port: number }[]
  /** Ports of the feed. */
  readonly retransmission: number
  readonly snapshot: number
  readonly stream: number
  readonly http: number
}

/** As the line that says ready has them. */
interface ServedPorts extends Omit<ServedTarget, 'child' | 'directory' | 'lines' | 'port'> {
  readonly fix: number
}

/** Of every exchange that is started here. */
export const LINES = [
  { group: '239.192.44.3', port: 26501 },
  { group: '239.192.44.4', port: 26502 },
]

export interface ServeOptions {
  /** Sessions beyond those that are shipped; the password is the name in small letters. */
  readonly sessions?: readonly string[]
  /** Where the feed is; loopback unless it is given. */
  readonly feedAddress?: string
  /** More of exchange.yaml. */
  readonly settings?: object
  /** The command that runs it, if it is another one's. */
  readonly within?: readonly string[]
}

/** `buttonwood serve` on ports and files of its own, until `stopExchange`. */
export async function startExchange({
  sessions = [],
  feedAddress = '127.0.0.1',
  settings = {},
  within = [],
}: ServeOptions = {}): Promise<ServedTarget> {
  if (!existsSync(join(root, 'dist/cli/bin.js'))) throw new Error('npm run build comes first')
  mkdirSync(join(root, 'data-bench'), { recursive: true })
  const directory = mkdtempSync(join(root, 'data-bench/exchange-'))
  writeSessions(join(directory, 'sessions'), sessions)
  const file = join(directory, 'exchange.yaml')
  writeFileSync(
    file,
    `dataDir: data
instruments: ${join(root, 'config/instruments.yaml')}
sessions: sessions
fix: { port: 0 }
http: { port: 0 }
itch:
  interface: ${feedAddress}
  lines: ${JSON.stringify(LINES)}
  retransmission: { host: ${feedAddress}, port: 0 }
  snapshot: { host: ${feedAddress}, port: 0 }
  stream: { host: ${feedAddress}, port: 0 }
${Object.entries(settings).map(yamlLine).join('\n')}
`,
  )
  const serve = [process.execPath, join(root, 'dist/cli/bin.js'), 'serve', '--config', file]
  const [program, ...args] = [...within, ...serve]
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface(child.stdout!)) {
    const message = JSON.parse(line) as { msg: string } & Record<string, number>
    if (message.msg === 'ready') {
      child.stdout!.resume()
      const { fix, retransmission, snapshot, stream, http } = message as unknown as ServedPorts
      const feed = { lines: LINES, retransmission, snapshot, stream }
      return { child, port: fix, directory, http, ...feed }
    }
  }
  throw new Error('the exchange did not start')
}

/** JSON is YAML. */
const yamlLine = ([key, value]: [string, unknown]): string => `${key}: ${JSON.stringify(value)}`

function writeSessions(folder: string, more: readonly string[]): void {
  cpSync(join(root, 'config/sessions'), folder, { recursive: true })
  for (const name of more) {
    const settings = { senderCompId: name, firm: name, password: `plain:${name.toLowerCase()}` }
    writeFileSync(join(folder, `${name}.yaml`), JSON.stringify(settings))
  }
}

export function runTypeScript(name: string, args: string[]): ChildProcess {
  const file = fileURLToPath(new URL(name, import.meta.url))
  return spawn(process.execPath, ['--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

export async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface(child.stdout!)) return line
  throw new Error('the process ended without a word')
}

export async function stopExchange({ child, directory }: ServedTarget): Promise<void> {
  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
  rmSync(directory, { recursive: true })
}
