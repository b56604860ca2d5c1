/** What the commands of `buttonwood admin` have in common: where the exchange is, who asks, why, and the answer. */
import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import type { AdminAccess } from './admin-client.ts'
import { printLine as print } from './print-line.ts'

const DEFAULT_URL = 'http://127.0.0.1:8044'

export interface AccessOptions extends AdminAccess {
  readonly json?: boolean
}

export interface ActOptions extends AccessOptions {
  readonly why: string
  readonly key?: string
}

export const examples = (...lines: string[]): string =>
  `\nExample${lines.length === 1 ? '' : 's'}:\n${lines.map((line) => `  $ ${line}\n`).join('')}`

export const access = (command: Command): Command =>
  command
    .option('--url <url>', 'where the HTTP port of the exchange is', DEFAULT_URL)
    .option('--token-file <file>', 'who asks (or BUTTONWOOD_ADMIN_TOKEN)')
    .option('--json', 'the answer as one JSON object')

export const acting = (command: Command): Command =>
  access(command)
    .requiredOption('--why <text>', 'stands in the journal for ever')
    .option('--key <key>', 'of a request that is repeated (default: a new one)')

/** One action; a new key makes it a new request. */
export async function act(name: string, options: ActOptions, fields: object): Promise<void> {
  const { why, key = randomUUID() } = options
  await perform(
    name,
    { ...options, key, again: `--key ${key} repeats the request` },
    { why, ...fields },
  )
}

/** @param options with the key of the request, and what repeats it */
export async function perform(
  name: string,
  options: AccessOptions & { readonly key: string; readonly again: string },
  body: object,
): Promise<void> {
  const { AdminClient } = await import('./admin-client.ts')
  const { printOutcome } = await import('./admin-print.ts')
  const answer = await new AdminClient(options, process.env).act(name, {
    body,
    key: options.key,
    again: options.again,
    onAnswer(whole) {
      if (options.json) process.stdout.write(`${JSON.stringify(whole)}\n`)
    },
  })
  if (options.json) return
  for (const line of printOutcome(answer)) await print(line)
}
