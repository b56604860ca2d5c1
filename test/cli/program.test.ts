/** The command line as a stranger meets it: help, version, exit codes, one line of error. */
import { execFile, spawn } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildProgram } from '../../src/cli/program.ts'
import { loadConfig, verifyPassword } from '../../src/runtime/index.ts'
import { builtProgram } from '../support/made-once.ts'

interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

function buttonwood(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...builtProgram(), ...args], (_, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr })
    })
  })
}

/** Every command and subcommand with its full name. */
function allCommands(command: Command, name = command.name()): [string, Command][] {
  const below = command.commands.flatMap((child) => allCommands(child, `${name} ${child.name()}`))
  return [[name, command], ...below]
}

/** What --help prints, the texts added before and after included. */
function helpOf(command: Command): string {
  let text = ''
  const write = (part: string): void => void (text += part)
  command.configureOutput({ writeOut: write, writeErr: write }).outputHelp()
  return text
}

describe('help', () => {
  it.each(allCommands(buildProgram()))('of %s shows an example', (name, command) => {
    expect(helpOf(command)).toMatch(new RegExp(`Examples?:\\n +\\$ ${name.split(' ')[0]} `))
  })
})

describe('exit codes', () => {
  it('0 with the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

    expect(await buttonwood('--version')).toEqual({
      exitCode: 0,
      stdout: `${version}\n`,
      stderr: '',
    })
  })

  it('2 with a suggestion for a command that does not exist', async () => {
    const { exitCode, stdout, stderr } = await buttonwood('sesion')

    expect([exitCode, stdout]).toEqual([2, ''])
    expect(stderr).toContain("unknown command 'sesion'\n(Did you mean session?)")
  })

  it('1 with one line and no stack when something is refused', async () => {
    expect(await buttonwood('session', 'new', '../ACME')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr:
        'buttonwood: COMPID is "../ACME"; use 1 to 32 letters, digits, dots, dashes or underscores, starting with a letter or digit [EXC_CONFIG_VALUE]\n',
    })
  })
})

describe('a reader that goes away', () => {
  it('ends the output without a word', async () => {
    const child = spawn(process.execPath, [...builtProgram(), '--help'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout.destroy()
    let stderr = ''
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
    const exitCode = await new Promise((resolve) => child.on('close', resolve))

    expect([exitCode, stderr]).toEqual([0, ''])
  })
})

/** `Key=value` lines of QuickFIX settings. */
const settingsOf = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, key, value]) => [key!, value!]))

describe('session new', () => {
  let folder: string
  let file: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'buttonwood-session-'))
    cpSync('config', folder, { recursive: true })
    file = join(folder, 'exchange.yaml')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('writes a session whose password fits the QuickFIX settings it prints', async () => {
    const { exitCode, stdout } = await buttonwood('session', 'new', 'INITECH', '--config', file)
    const settings = settingsOf(stdout)
    const session = loadConfig({ file, env: {} }).sessions.find(
      ({ senderCompId }) => senderCompId === 'INITECH',
    )

    expect(exitCode).toBe(0)
    expect(session).toMatchObject({ firm: 'INITECH', role: 'order-entry' })
    expect(await verifyPassword(settings.get('Password')!, session!.password)).toBe(true)
    expect([settings.get('SenderCompID'), settings.get('TargetCompID')]).toEqual([
      'INITECH',
      'BUTTONWOOD',
    ])
    expect([settings.get('SocketConnectHost'), settings.get('SocketConnectPort')]).toEqual([
      '127.0.0.1',
      '9880',
    ])
  })

  it('writes the same for jspurefix, for its owner alone to read', async () => {
    const json = join(folder, 'vandelay.json')
    const more = ['--config', file, '--jspurefix', json]
    const { stdout } = await buttonwood('session', 'new', 'VANDELAY', ...more)
    const settings = settingsOf(stdout)

    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
      application: { type: 'initiator', tcp: { host: '127.0.0.1', port: 9880 } },
      SenderCompId: 'VANDELAY',
      TargetCompID: 'BUTTONWOOD',
      Username: 'VANDELAY',
      Password: settings.get('Password'),
    })
    expect(statSync(json).mode & 0o777).toBe(0o600)
  })

  it('prints a schedule that starts the numbers again once a week, and not every night', async () => {
    const { stdout } = await buttonwood('session', 'new', 'NIGHTLY', '--config', file)
    const schedule = ['StartDay', 'StartTime', 'EndDay', 'EndTime']

    expect(schedule.map((key) => settingsOf(stdout).get(key))).toEqual([
      'Sunday',
      '00:00:00',
      'Sunday',
      '00:00:00',
    ])
  })

  it('prints the name of the machine when the exchange listens on every address', async () => {
    const open = join(folder, 'open.yaml')
    const hashed = { instruments: 'instruments.yaml', sessions: 'hashed/' }
    mkdirSync(join(folder, 'hashed'))
    writeFileSync(open, JSON.stringify({ ...hashed, fix: { host: '0.0.0.0' } }))
    const { stdout } = await buttonwood('session', 'new', 'INITECH', '--config', open)

    expect(settingsOf(stdout).get('SocketConnectHost')).toBe(hostname())
  })

  it('never overwrites a session', async () => {
    const before = readFileSync(join(folder, 'sessions/ACME.yaml'), 'utf8')
    const { exitCode, stdout, stderr } = await buttonwood(
      'session',
      'new',
      'ACME',
      '--config',
      file,
    )

    expect([exitCode, stdout]).toEqual([1, ''])
    expect(stderr).toContain('ACME.yaml: exists already; remove it first to make a new password')
    expect(readFileSync(join(folder, 'sessions/ACME.yaml'), 'utf8')).toBe(before)
  })

  it('makes a drop copy of the own firm', async () => {
    const args = ['session', 'new', 'HOOLI', '--role', 'drop-copy', '--config', file]
    const { exitCode } = await buttonwood(...args)

    expect(exitCode).toBe(0)
    expect(
      loadConfig({ file, env: {} }).sessions.find(({ senderCompId }) => senderCompId === 'HOOLI'),
    ).toMatchObject({ role: 'drop-copy', dropCopyOf: ['HOOLI'] })
  })

  it.each([
    [['*'], 'ALL'],
    [['ACME', 'GLOBEX'], 'TWO'],
  ])('makes a drop copy of %s', async (firms, compId) => {
    const of = ['--role', 'drop-copy', '--copy-of', ...firms]
    const { exitCode } = await buttonwood('session', 'new', compId, ...of, '--config', file)

    expect(exitCode).toBe(0)
    const { sessions } = loadConfig({ file, env: {} })
    expect(sessions.find(({ senderCompId }) => senderCompId === compId)).toMatchObject({
      role: 'drop-copy',
      dropCopyOf: firms,
    })
  })
})
