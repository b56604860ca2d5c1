/**
 * Accounts as tokens: HMAC-SHA-256 under a secret that only the exchange has. The same account of a firm has
 * the same token in every file that one secret made, and without the secret nobody can try names.
 */
import { createHmac } from 'node:crypto'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import type { TokenOf } from './order-fields.ts'

/** Account names are few and short: what is easy to guess would make them easy to find. */
export const SECRET_CHARACTERS_MIN = 32

/** Refused accounts may have any name: only so many tokens are kept. */
const TOKENS_KEPT_MAX = 100_000

/** What the secret is known by in the first line of a file, so that files of one secret know each other. */
const SECRET_ID_OF = 'buttonwood audit trail'
const SECRET_ID_DIGITS = 16

export const HOW_TO_MAKE_ONE =
  'make one with `(umask 077; openssl rand -hex 32 > audit.secret)`, keep it, ' +
  'and name it with --secret-file or put it into BUTTONWOOD_AUDIT_SECRET'

export class AccountTokens {
  private readonly secret: string
  private readonly tokens = new Map<string, string>()

  /** @throws ExchangeError AuditSecret when it is too short */
  constructor(secret: string) {
    if (secret.length < SECRET_CHARACTERS_MIN) {
      throw new ExchangeError(
        ErrorCode.AuditSecret,
        `the secret for the accounts has ${secret.length} characters, fewer than ${SECRET_CHARACTERS_MIN}: ${HOW_TO_MAKE_ONE}`,
      )
    }
    this.secret = secret
  }

  /** 16 hexadecimal digits, the same for the same secret. */
  get secretId(): string {
    return this.hmac(SECRET_ID_OF).slice(0, SECRET_ID_DIGITS)
  }

  /** 64 hexadecimal digits over the firm, a NUL and the account. */
  readonly tokenOf: TokenOf = (firm, account) => {
    const name = `${firm}\0${account}`
    const known = this.tokens.get(name)
    if (known !== undefined) return known
    const token = this.hmac(name)
    if (this.tokens.size < TOKENS_KEPT_MAX) this.tokens.set(name, token)
    return token
  }

  private hmac(text: string): string {
    return createHmac('sha256', this.secret).update(text).digest('hex')
  }
}
