/** `buttonwood session new COMPID`: a counterparty's session file and its QuickFIX settings. */
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'

const ROLES = ['order-entry', 'drop-copy', 'market-data'] as const
type Role = (typeof ROLES)[number]

const EVERY_ADDRESS = ['0.0.0.0', '::']

/** Random bytes of a new password: 24 characters of base64url. */
const PASSWORD_BYTES = 18

interface NewSessionOptions {
  role: Role
  config?: string
}

export function registerSession(program: Command): void {
  const session = program
    .command('session')
    .description('manage the sessions of counterparties')
    .addHelpText('after', '\nExample:\n  $ buttonwood session new INITECH\n')

  session
    .command('new')
    .description('write a session file with a fresh password and print the QuickFIX settings')
    .argument('<COMPID>', 'SenderCompID(49) of the counterparty')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('order-entry'))
    .option('--config <file>', 'exchange.yaml (default: config/exchange.yaml)')
    .addHelpText('after', '\nExample:\n  $ buttonwood session new INITECH > initech.cfg\n')
    .action(newSession)
}

async function newSession(
  compId: string,
  { role, config: file }: NewSessionOptions,
): Promise<void> {
  const { checkCompId, loadConfig } = await import('../runtime/index.ts')
  checkCompId(compId)
  const config = loadConfig({ file, env: process.env })
  const password = randomBytes(PASSWORD_BYTES).toString('base64url')

  const path = await writeSessionFile(config.sessionsDir, { compId, role, password })

  process.stderr.write(
    `wrote ${path}; it counts from the next start. The password is shown once, here:\n`,
  )
  process.stdout.write(quickFixSettings({ compId, password, config }))
}

interface NewSession {
  readonly compId: string
  readonly role: Role
  readonly password: string
}

async function writeSessionFile(folder: string, session: NewSession): Promise<string> {
  const { ErrorCode, ExchangeError, hashPassword } = await import('../runtime/index.ts')
  const path = join(folder, `${session.compId}.yaml`)
  const text = sessionFileText(session, await hashPassword(session.password))

  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o640 })
    return path
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    const why = exists ? 'exists already; remove it first to make a new password' : String(cause)
    throw new ExchangeError(ErrorCode.ConfigFile, `${path}: ${why}`, { cause })
  }
}

function sessionFileText({ compId, role }: NewSession, password: string): string {
  const lines = [
    `senderCompId: ${compId}`,
    `firm: ${compId}`,
    `role: ${role}`,
    `password: ${password}`,
    role === 'drop-copy' ? `dropCopyOf: [${compId}]` : '',
  ]
  return lines.filter((line) => line !== '').join('\n') + '\n'
}

interface SettingsSource {
  readonly compId: string
  readonly password: string
  readonly config: {
    readonly exchange: { readonly compId: string }
    readonly fix: { readonly host: string; readonly port: number }
  }
}

/** The client's side, as QuickFIX reads it: test/interop/quickfix trades with it unchanged. */
function quickFixSettings({ compId, password, config }: SettingsSource): string {
  return `# QuickFIX settings of ${compId}. The application copies Username and Password into
# Username(553) and Password(554) of its Logon(A): docs/protocols/quickfix.md.
[DEFAULT]
ConnectionType=initiator
BeginString=FIX.4.4
HeartBtInt=30
ReconnectInterval=5
SocketNodelay=Y
# The exchange never starts the numbers again by itself, and a week is the longest that QuickFIX C++
# and Python go without. QuickFIX/J and /n: NonStopSession=Y instead of the four; /Go: none of them.
StartDay=Sunday
StartTime=00:00:00
EndDay=Sunday
EndTime=00:00:00
UseDataDictionary=Y
DataDictionary=FIX44.xml
FileStorePath=store
FileLogPath=log

[SESSION]
SenderCompID=${compId}
TargetCompID=${config.exchange.compId}
SocketConnectHost=${reachable(config.fix.host)}
SocketConnectPort=${config.fix.port}
Username=${compId}
Password=${password}
`
}

/** Who listens on every address is reached by name. */
const reachable = (host: string): string => (EVERY_ADDRESS.includes(host) ? hostname() : host)
