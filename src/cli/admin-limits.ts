/** `buttonwood admin limits`: limits of pre-trade risk, as they are and as operations sets them. */
import type { Command } from 'commander'
import { Argument } from 'commander'
import type { ActOptions } from './admin-options.ts'
import { act, acting, examples } from './admin-options.ts'
import type { ScopeOptions } from './admin-kills.ts'
import { SCOPES, scopeOf } from './admin-kills.ts'

/** In place of a value: what limits.yaml says. */
const OF_FILE = 'file'

type SetOptions = ActOptions & ScopeOptions

/** @param limits the command that shows them */
export function registerLimits(limits: Command): void {
  acting(limits.command('set'))
    .description('set limits of a scope, until limits.yaml says something else about them')
    .addArgument(new Argument('<KIND>', 'whose orders').choices(SCOPES))
    .argument('[NAME]', 'of the firm, session or account')
    .argument('[LIMITS...]', `KEY=VALUE as in limits.yaml; KEY=${OF_FILE} ends what was set`)
    .option('--firm <firm>', 'of an account')
    .addHelpText(
      'after',
      examples(
        "buttonwood admin limits set firm ACME maxOrderQty=5000 --why 'asked by phone'",
        "buttonwood admin limits set venue restrictedSymbols=IBM,AAPL --why 'news pending'",
        `buttonwood admin limits set firm ACME maxOrderQty=${OF_FILE} --why 'back to normal'`,
      ),
    )
    .action(setLimits)
}

async function setLimits(
  kind: string,
  name: string | undefined,
  more: readonly string[],
  _: SetOptions,
  command: Command,
): Promise<void> {
  // `limits` itself takes --url, --token-file and --json, wherever they stand.
  const options: SetOptions = command.optsWithGlobals()
  // The venue has no name: what stands there is its first limit.
  const isNamed = kind !== 'venue'
  const words = isNamed || name === undefined ? more : [name, ...more]
  const scope = scopeOf(kind, isNamed ? name : undefined, options, command)
  if (words.length === 0) command.error('error: which limits? add KEY=VALUE')
  const limits = Object.fromEntries(words.map((word) => limitOf(word, command)))
  await act('set-limits', options, { ...scope, limits })
}

function limitOf(word: string, command: Command): [key: string, value: unknown] {
  const at = word.indexOf('=')
  if (at < 1) command.error(`error: ${word} is no limit; use KEY=VALUE`)
  const [key, value] = [word.slice(0, at), word.slice(at + 1)]
  return [key, value === OF_FILE ? null : valueOf(key, value)]
}

/** `IBM,AAPL` of a list, `IBM:100,AAPL:-20` of a mapping. */
function valueOf(key: string, value: string): unknown {
  if (key === 'restrictedSymbols') return value === '' ? [] : value.split(',')
  if (key !== 'positions') return value
  return Object.fromEntries(value.split(',').map((pair) => pair.split(':')) as [string, string][])
}
