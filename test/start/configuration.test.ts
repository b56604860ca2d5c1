/**
 * `buttonwood serve` with something wrong in what it is given: one line that says where, what and
 * what is allowed, exit code 1, or 2 when the command line itself is wrong.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buttonwood, ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'

let folder: ExchangeFolder

beforeEach(async () => {
  folder = await ExchangeFolder.make()
})
afterEach(() => folder.remove())

async function serve(args: readonly string[] = [], env = {}): Promise<[number | null, string]> {
  const { exitCode, stdout, stderr } = await buttonwood(
    ['serve', '--config', folder.file, ...args],
    env,
  )
  expect(stdout).toBe('')
  return [exitCode, stderr.replaceAll(folder.path, 'FOLDER')]
}

const failsWith = (line: string): [number, string] => [1, `buttonwood: ${line}\n`]

describe('serve refuses', { timeout: PROCESS_MS }, () => {
  // prettier-ignore
  it.each([
    [
      'a key that does not exist', { fix: { prot: 9880 } },
      'FOLDER/exchange.yaml:3: fix.prot is not a key; did you mean port? the keys here are host, port, limits, tls, messageLog [EXC_CONFIG_VALUE]',
    ],
    [
      'a value that is not allowed', { journal: { durability: 'fast' } },
      'FOLDER/exchange.yaml:3: journal.durability is fast; use fsync, os [EXC_CONFIG_VALUE]',
    ],
    [
      'a readable password where others than this machine can connect', { fix: { host: '0.0.0.0' } },
      'FOLDER/sessions/ACME.yaml:5: password is plain: and fix.host is 0.0.0.0; use scrypt:… (buttonwood session new makes one) [EXC_CONFIG_VALUE]',
    ],
    [
      'a folder of sessions that is not there', { sessions: 'clients' },
      'FOLDER/clients: cannot be read (ENOENT); set sessions to the folder of session files [EXC_CONFIG_FILE]',
    ],
    [
      'a data directory that is a file', { dataDir: 'exchange.yaml' },
      'dataDir is FOLDER/exchange.yaml; it cannot be made (EEXIST): choose another directory [EXC_CONFIG_VALUE]',
    ],
  ])('%s', async (_, settings, line) => {
    folder.configure(settings)
    expect(await serve()).toEqual(failsWith(line))
  })

  it('a file that is no YAML', async () => {
    folder.write('sessions/ACME.yaml', 'senderCompId: [ACME\n')
    expect(await serve()).toEqual(
      failsWith(
        'FOLDER/sessions/ACME.yaml:2: Flow sequence in block collection must be sufficiently indented and end with a ] [EXC_CONFIG_VALUE]',
      ),
    )
  })

  it('a configuration file that is not there', async () => {
    expect(await serve(['--config', '/nowhere/exchange.yaml'])).toEqual(
      failsWith(
        '/nowhere/exchange.yaml: cannot be read (ENOENT); give an existing file with --config or BUTTONWOOD_CONFIG [EXC_CONFIG_FILE]',
      ),
    )
  })

  it('a log level that does not exist', async () => {
    expect(await serve([], { LOG_LEVEL: 'loud' })).toEqual(
      failsWith(
        'LOG_LEVEL is "loud"; use trace, debug, info, warn, error, fatal, silent [EXC_CONFIG_VALUE]',
      ),
    )
  })

  it('a database that is none, without repeating what may hold a password', async () => {
    expect(await serve([], { DATABASE_URL: 'mysql://user:secret@host/name' })).toEqual(
      failsWith(
        'DATABASE_URL is not a database; use postgres://user:password@host:port/name, or embedded [EXC_CONFIG_VALUE]',
      ),
    )
  })

  it.each([
    [['--daemon'], "error: unknown option '--daemon'"],
    [['now'], "error: too many arguments for 'serve'. Expected 0 arguments but got 1."],
    [['--data-dir'], "error: option '--data-dir <dir>' argument missing"],
  ])('the command line %s with exit code 2', async (args, line) => {
    expect(await serve(args)).toEqual([2, `${line}\n(--help shows what is possible)\n`])
  })
})
