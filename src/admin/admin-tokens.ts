/**
 * Who asks. A token is 256 random bits, and what is kept is its SHA-256: nobody can guess such a token, so there
 * is nothing for a slow hash, which passwords of people need, to protect; and one that is asked for at every
 * request would cost the exchange processor time whenever a stranger likes.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { AdminRole, AdminToken } from '../runtime/index.ts'
import { ADMIN_ROLES } from '../runtime/index.ts'

const TOKEN_BYTES = 32
const TOKEN_PREFIX = 'bw_'
const STORED_PREFIX = 'sha256:'
const BEARER = /^Bearer ([!-~]{1,200})$/i

export type Person = Pick<AdminToken, 'name' | 'role'>

interface KnownToken extends Person {
  readonly digest: Buffer
}

export class AdminTokens {
  private readonly known: readonly KnownToken[]

  constructor(tokens: readonly AdminToken[]) {
    this.known = tokens.map(({ name, role, token }) => {
      return { name, role, digest: Buffer.from(token.slice(STORED_PREFIX.length), 'hex') }
    })
  }

  /** Nobody can be let in. */
  get isEmpty(): boolean {
    return this.known.length === 0
  }

  /** @param authorization header; the time it takes does not depend on which token fits, or how much of one */
  personOf(authorization: string | undefined): Person | undefined {
    const given = BEARER.exec(authorization ?? '')?.[1]
    const digest = digestOf(given ?? '')
    let person: Person | undefined
    for (const one of this.known) if (timingSafeEqual(one.digest, digest)) person = one
    return given === undefined ? undefined : person
  }
}

/** @returns the token, for its owner, and what the configuration keeps of it */
export function newToken(): { token: string; stored: string } {
  const token = TOKEN_PREFIX + randomBytes(TOKEN_BYTES).toString('base64url')
  return { token, stored: STORED_PREFIX + digestOf(token).toString('hex') }
}

/** Whether somebody with `role` may do what needs `needed`. */
export const mayAct = (role: AdminRole, needed: AdminRole): boolean =>
  ADMIN_ROLES.indexOf(role) >= ADMIN_ROLES.indexOf(needed)

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest()
