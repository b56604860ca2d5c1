/** The secret behind the tokens of accounts: from a file or the environment, never from the command line. */
import { readFileSync } from 'node:fs'
import { HOW_TO_MAKE_ONE } from '../audit/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'

/**
 * White space at both ends is none of it. A file goes before BUTTONWOOD_AUDIT_SECRET.
 * @throws ExchangeError AuditSecret when there is none
 */
export function auditSecret(file: string | undefined, env: NodeJS.ProcessEnv): string {
  const text = file === undefined ? (env['BUTTONWOOD_AUDIT_SECRET'] ?? '') : readSecret(file)
  const secret = text.trim()
  if (secret !== '') return secret
  const none = file === undefined ? 'there is no secret for the accounts' : `${file} is empty`
  throw new ExchangeError(ErrorCode.AuditSecret, `${none}: ${HOW_TO_MAKE_ONE}`)
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const message = `${file}: the secret cannot be read: ${why}`
    throw new ExchangeError(ErrorCode.AuditSecret, message, { cause: error })
  }
}
