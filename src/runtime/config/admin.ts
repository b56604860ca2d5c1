/** Who may use the admin API, as the `admin` section of exchange.yaml says it. docs/operations/controls.md. */
import type { OperatorAction } from '../../wire/index.ts'
import { REFERENCE_ACTIONS } from '../../wire/index.ts'
import type { YamlFile } from './yaml-file.ts'

/** Each may do what those before it may. */
export const ADMIN_ROLES = ['viewer', 'operator', 'admin'] as const
export type AdminRole = (typeof ADMIN_ROLES)[number]

/** Characters of a token's name: with a UUID behind it, it is a request's id still. */
export const TOKEN_NAME_MAX = 24

export interface AdminToken {
  /** Of the person who has it. */
  readonly name: string
  readonly role: AdminRole
  /** `sha256:` and 64 hexadecimal digits. */
  readonly token: string
}

export interface AdminConfig {
  readonly tokens: readonly AdminToken[]
  /** Actions that somebody else must confirm. */
  readonly twoPersons: readonly OperatorAction['action'][]
  readonly hosts: readonly string[]
}

/** What nobody below an admin may do, whatever it is about. */
export const ADMIN_ACTIONS: readonly OperatorAction['action'][] = [
  'reset-sequence',
  'set-limits',
  ...REFERENCE_ACTIONS,
]

/** @throws ExchangeError ConfigValue when a name or a token is there twice, or nobody could confirm */
export function checkAdmin(yaml: YamlFile, { tokens, twoPersons }: AdminConfig): void {
  const names = new Set<string>()
  const secrets = new Set<string>()
  tokens.forEach(({ name, token }, index) => {
    if (names.has(name)) {
      throw yaml.error(['admin', 'tokens', index, 'name'], `is ${name} again; give each its own`)
    }
    if (secrets.has(token)) {
      const path = ['admin', 'tokens', index, 'token']
      throw yaml.error(path, 'is that of another name; make one for each person')
    }
    names.add(name)
    secrets.add(token)
  })
  const acting = tokens.filter(({ role }) => role !== 'viewer').length
  if (twoPersons.length > 0 && acting < 2) {
    const message = `needs two tokens with role operator or admin; there are ${acting}`
    throw yaml.error(['admin', 'twoPersons'], message)
  }
  const admins = tokens.filter(({ role }) => role === 'admin').length
  const needing = twoPersons.find((action) => ADMIN_ACTIONS.includes(action))
  if (needing !== undefined && admins < 2) {
    const message = `needs two tokens with role admin for ${needing}; there are ${admins}`
    throw yaml.error(['admin', 'twoPersons'], message)
  }
}
