/**
 * `buttonwood admin …`: operations of a running exchange over its admin API. docs/operations/controls.md.
 */
import type { Command } from 'commander'
import { Option } from 'commander'
import { registerHalts } from './admin-halts.ts'
import { registerInstruments } from './admin-instruments.ts'
import { registerKills } from './admin-kills.ts'
import { registerLimits } from './admin-limits.ts'
import type { AccessOptions, ActOptions } from './admin-options.ts'
import { access, act, acting, examples, perform } from './admin-options.ts'
import { registerTrades } from './admin-trades.ts'
import { printLine as print } from './print-line.ts'

const ROLES = ['viewer', 'operator', 'admin'] as const

export function registerAdmin(program: Command): void {
  const admin = program
    .command('admin')
    .description('halts, kills and sessions of a running exchange')
    .addHelpText('after', examples('buttonwood admin status', 'buttonwood admin halt --help'))

  registerReads(admin)
  registerHalts(admin)
  registerKills(admin)
  registerTrades(admin)
  registerInstruments(admin)
  registerSessions(admin)
  registerConfirm(admin)
  registerToken(admin)
}

function registerReads(admin: Command): void {
  access(admin.command('status'))
    .description('the trading day, every instrument and session, and what is killed')
    .addHelpText('after', examples('buttonwood admin status --token-file oscar.token'))
    .action(async (options: AccessOptions) => {
      const { printStatus } = await import('./admin-print.ts')
      await show('status', options, printStatus)
    })
  access(admin.command('sessions'))
    .description('every session: whether it is logged on, its numbers and live orders')
    .addHelpText('after', examples('buttonwood admin sessions --json'))
    .action(async (options: AccessOptions) => {
      const { printSessions } = await import('./admin-print.ts')
      await show('sessions', options, printSessions)
    })
  const limits = access(admin.command('limits'))
    .description('limits of pre-trade risk in force; money in 1/10,000')
    .addHelpText('after', examples('buttonwood admin limits'))
    .action(async (options: AccessOptions) => {
      const { printLimits } = await import('./admin-print.ts')
      await show('limits', options, printLimits)
    })
  registerLimits(limits)
}

function registerSessions(admin: Command): void {
  acting(admin.command('disconnect'))
    .description('log a session out and close its connection')
    .argument('<SESSION>', 'SenderCompID(49) of the counterparty')
    .addHelpText('after', examples("buttonwood admin disconnect ACME --why 'asked by phone'"))
    .action((session: string, options: ActOptions) => act('disconnect', options, { session }))
  acting(admin.command('reset-sequence'))
    .description('begin the numbers of a session at 1 again; only while it is not logged on')
    .argument('<SESSION>', 'SenderCompID(49) of the counterparty')
    .addHelpText('after', examples("buttonwood admin reset-sequence ACME --why 'new system'"))
    .action((session: string, options: ActOptions) => act('reset-sequence', options, { session }))
  acting(admin.command('news'))
    .description('send News(B) to every session that is logged on')
    .argument('<HEADLINE>', 'Headline(148), at most 200 characters')
    .addHelpText('after', examples("buttonwood admin news 'Early close at 13:00' --why 'holiday'"))
    .action((headline: string, options: ActOptions) => act('news', options, { headline }))
}

function registerConfirm(admin: Command): void {
  access(admin.command('confirm'))
    .description('do what another person asked for and may not do alone')
    .argument('<CONFIRMATION>', 'what the other person was told')
    .addHelpText('after', examples('buttonwood admin confirm 2f1c8e1a-6f0e-4c6e-9a43-8a2f5b0c7d11'))
    .action(async (confirmation: string, options: AccessOptions) => {
      // A confirmation is its own key: asked again, it is the same request.
      const again = 'the same command repeats the request'
      await perform('confirm', { ...options, key: confirmation, again }, { confirmation })
    })
}

function registerToken(admin: Command): void {
  admin
    .command('token')
    .description('make a token: itself on standard output, its line of exchange.yaml on the other')
    .argument('<NAME>', 'of the person who will have it')
    .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .addHelpText('after', examples('buttonwood admin token oscar --role operator > oscar.token'))
    .action(makeToken)
}

async function show(
  name: string,
  options: AccessOptions,
  printed: (answer: object) => string[],
): Promise<void> {
  const { AdminClient } = await import('./admin-client.ts')
  const answer = await new AdminClient(options, process.env).read(name)
  const lines = options.json ? [JSON.stringify(answer)] : printed(answer)
  for (const line of lines) await print(line)
}

async function makeToken(
  name: string,
  { role }: { readonly role: (typeof ROLES)[number] },
): Promise<void> {
  const { newToken } = await import('../admin/index.ts')
  const { checkTokenName } = await import('../runtime/index.ts')
  checkTokenName(name)
  const { token, stored } = newToken()
  process.stderr.write(
    'admin.tokens of exchange.yaml, from the next start; the token is shown once:\n' +
      `    - { name: ${name}, role: ${role}, token: '${stored}' }\n`,
  )
  await print(token)
}
