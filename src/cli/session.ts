/** `buttonwood session new COMPID`: a counterparty's session file and its QuickFIX settings. */
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from 'commander'
import { Option } from 'commander'
import { jspurefixSettings, quickFixSettings } from './client-settings.ts'

const ROLES = ['order-entry', 'drop-copy', 'market-data'] as const
type Role = (typeof ROLES)[number]

/** Random bytes of a new password: 24 characters of base64url. */
const PASSWORD_BYTES = 18

interface NewSessionOptions {
  role: Role
  copyOf?: string[]
  config?: string
  jspurefix?: string
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
    .option(
      '--copy-of <firms...>',
      "firms whose reports a drop-copy session gets, '*' = all (default: the firm of its name)",
    )
    .option('--config <file>', 'exchange.yaml (default: config/exchange.yaml)')
    .option('--jspurefix <file>', 'write the settings of jspurefix there too')
    .addHelpText(
      'after',
      '\nExamples:\n  $ buttonwood session new INITECH > initech.cfg\n' +
        '  $ buttonwood session new INITECH-BO --role drop-copy --copy-of INITECH > office.cfg\n',
    )
    .action(newSession)
}

async function newSession(
  compId: string,
  { role, copyOf = [compId], config: file, jspurefix }: NewSessionOptions,
): Promise<void> {
  const { checkCompId, loadConfig } = await import('../runtime/index.ts')
  checkCompId(compId)
  const config = loadConfig({ file, env: process.env })
  const password = randomBytes(PASSWORD_BYTES).toString('base64url')

  const path = await writeSessionFile(config.sessionsDir, {
    compId,
    role,
    copyOf,
    password,
  })

  process.stderr.write(
    `wrote ${path}; it counts from the next start. The password is shown once, here:\n`,
  )
  process.stdout.write(quickFixSettings({ compId, password, config }))
  if (jspurefix === undefined) return
  const settings = jspurefixSettings({ compId, password, config })
  await writeFile(jspurefix, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 })
}

interface NewSession {
  readonly compId: string
  readonly role: Role
  readonly copyOf: readonly string[]
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

function sessionFileText({ compId, role, copyOf }: NewSession, password: string): string {
  const lines = [
    `senderCompId: ${compId}`,
    `firm: ${compId}`,
    `role: ${role}`,
    `password: ${password}`,
    role === 'drop-copy' ? `dropCopyOf: [${copyOf.map((firm) => `'${firm}'`).join(', ')}]` : '',
  ]
  return lines.filter((line) => line !== '').join('\n') + '\n'
}
