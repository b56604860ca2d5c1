/**
 * `buttonwood dropcopy …`: what operations asks of the drop copy. While the server runs with the
 * embedded database its reader answers over `dataDir/dropcopy.sock`; otherwise the command opens
 * the database itself.
 */
import type { Command } from 'commander'
import { registerArchive } from './dropcopy-archive.ts'
import { registerListings } from './dropcopy-list.ts'
import { registerReconcile } from './dropcopy-reconcile.ts'
import { registerStatus } from './dropcopy-status.ts'

export function registerDropcopy(program: Command): void {
  const dropcopy = program
    .command('dropcopy')
    .description('what the drop copy knows of orders, trades and sessions')
    .addHelpText(
      'after',
      '\nExample:\n  $ buttonwood dropcopy executions --session ACME --since 1h\n',
    )

  registerListings(dropcopy)
  registerStatus(dropcopy)
  registerReconcile(dropcopy)
  registerArchive(dropcopy)
}
