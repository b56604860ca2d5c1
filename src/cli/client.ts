/** `buttonwood client`: an interactive FIX client for one session. */
import type { Command } from 'commander'
import { CLIENT_HELP } from './client-command.ts'
import { addFixLoginOptions } from './fix-login-options.ts'
import type { FixLoginOptions } from './open-fix-client.ts'

const EXAMPLES = `
Commands:
${CLIENT_HELP.replace(/^/gm, '  ')}

Examples:
  $ buttonwood client --session ACME
  $ echo 'buy AAPL 100 182.50' | buttonwood client --session ACME
`

export function registerClient(program: Command): void {
  const command = program.command('client').description('trade by hand: an interactive FIX client')
  addFixLoginOptions(command).addHelpText('after', EXAMPLES).action(client)
}

async function client(options: FixLoginOptions): Promise<void> {
  const { tradeByHand } = await import('./trade-by-hand.ts')
  await tradeByHand(options)
}
