/** `buttonwood admin kill|unkill`: whose orders are taken. */
import type { Command } from 'commander'
import { Argument } from 'commander'
import type { ActOptions } from './admin-options.ts'
import { act, acting, examples } from './admin-options.ts'

export const SCOPES = ['venue', 'firm', 'session', 'account'] as const

export interface ScopeOptions extends ActOptions {
  readonly firm?: string
}

interface KillOptions extends ScopeOptions {
  readonly yes?: boolean
}

export function registerKills(admin: Command): void {
  ofScope(admin.command('kill'))
    .description('refuse new orders and replacements of a scope, and cancel what is live')
    .option('--yes', 'do it; without, only the number of orders is shown')
    .addHelpText(
      'after',
      examples(
        "buttonwood admin kill firm ACME --why 'runaway algorithm'",
        "buttonwood admin kill symbol AAPL --why 'wrong reference data' --yes",
        "buttonwood admin kill account A1 --firm ACME --why 'asked by phone' --yes",
      ),
    )
    .action(kill)
  ofScope(admin.command('unkill'))
    .description('the end of a kill')
    .addHelpText('after', examples("buttonwood admin unkill firm ACME --why 'fixed'"))
    .action(async (kind: string, name: string | undefined, options: ScopeOptions, command) => {
      await act('unkill', options, scopeOf(kind, name, options, command as Command))
    })
}

const ofScope = (command: Command): Command =>
  acting(command)
    .addArgument(new Argument('<KIND>', 'whose orders').choices([...SCOPES, 'symbol']))
    .argument('[NAME]', 'of the firm, session, account or symbol')
    .option('--firm <firm>', 'of an account')

export function scopeOf(
  kind: string,
  name: string | undefined,
  { firm }: ScopeOptions,
  command: Command,
): object {
  if ((kind === 'venue') !== (name === undefined)) {
    command.error(
      `error: ${kind === 'venue' ? 'the venue has no NAME' : `which ${kind}? add its NAME`}`,
    )
  }
  if ((kind === 'account') !== (firm !== undefined)) {
    command.error("error: '--firm' is for an account, and an account needs it")
  }
  return { kind, ...(name === undefined ? {} : { name }), ...(firm === undefined ? {} : { firm }) }
}

async function kill(
  kind: string,
  name: string | undefined,
  options: KillOptions,
  command: Command,
): Promise<void> {
  const scope = scopeOf(kind, name, options, command)
  if (options.yes) return act('kill', options, scope)

  await act('kill', options, { ...scope, dryRun: true })
  const { ErrorCode, ExchangeError } = await import('../runtime/index.ts')
  throw new ExchangeError(ErrorCode.AdminRefused, 'nothing was done: --yes does it')
}
