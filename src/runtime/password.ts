/**
 * Passwords of FIX sessions. What a session file keeps is one of
 *
 *   scrypt:N:r:p:salt:hash   salt and hash in base64
 *   plain:…                  for loopback only
 *   none                     any password, or none, is right
 *
 * An unknown user costs as much time as a wrong password, and comparing takes constant time.
 */
import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { assert } from '../domain/index.ts'

interface Cost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** About 60 ms and 32 MiB a check. */
const COST: Cost = { N: 32_768, r: 8, p: 1 }
const COST_N_MAX = 131_072
const COST_R_MAX = 16
const COST_P_MAX = 4
const SALT_BYTES = 16
const HASH_BYTES = 32
/** Longest password that is looked at, in UTF-8 bytes. */
const PASSWORD_BYTES_MAX = 256
/** Checks at a time: scrypt runs on the threads that also serve files, of which there are four. */
const CHECKS_AT_ONCE_MAX = 2
/** Checks that wait for their turn; beyond it a check fails at once. */
const CHECKS_WAITING_MAX = 256

/** Salt and hash that no password fits: what an unknown user is compared with. */
const nobody = { cost: COST, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) }

let running = 0
const waiting: (() => void)[] = []

/** `scrypt:…` for a session file, with a fresh salt. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, { cost: COST, salt })
  return `scrypt:${COST.N}:${COST.r}:${COST.p}:${salt.toString('base64')}:${hash.toString('base64')}`
}

/**
 * Is `given` the password of a session?
 * @param stored what its file keeps; undefined = there is no such session: false, as slowly
 */
export async function verifyPassword(given: string, stored: string | undefined): Promise<boolean> {
  if (stored === 'none') return true
  if (Buffer.byteLength(given) > PASSWORD_BYTES_MAX) return false
  if (stored?.startsWith('plain:') && sameText(given, stored.slice('plain:'.length))) return true

  const { cost, salt, hash } = parseScrypt(stored ?? '') ?? nobody
  if (!(await takeTurn())) return false
  try {
    return timingSafeEqual(await derive(given, { cost, salt }), hash)
  } finally {
    giveTurn()
  }
}

/** Is this what a session file may keep? */
export function isStoredPassword(stored: string): boolean {
  if (stored === 'none') return true
  if (stored.startsWith('plain:')) return /^plain:[^\p{Cc}]{1,128}$/u.test(stored)
  return parseScrypt(stored) !== undefined
}

function parseScrypt(stored: string): typeof nobody | undefined {
  const base64 = '([A-Za-z0-9+/]+={0,2})'
  const match = new RegExp(`^scrypt:(\\d{1,6}):(\\d{1,2}):(\\d):${base64}:${base64}$`).exec(stored)
  if (match === null) return undefined

  const cost = { N: Number(match[1]), r: Number(match[2]), p: Number(match[3]) }
  const salt = Buffer.from(match[4]!, 'base64')
  const hash = Buffer.from(match[5]!, 'base64')
  if (!isAffordable(cost) || salt.length < SALT_BYTES || hash.length !== HASH_BYTES)
    return undefined
  return { cost, salt, hash }
}

function isAffordable({ N, r, p }: Cost): boolean {
  const powerOfTwo = N > 1 && (N & (N - 1)) === 0
  return powerOfTwo && N <= COST_N_MAX && r >= 1 && r <= COST_R_MAX && p >= 1 && p <= COST_P_MAX
}

function derive(password: string, { cost, salt }: { cost: Cost; salt: Buffer }): Promise<Buffer> {
  const maxmem = 256 * cost.N * cost.r
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, { ...cost, maxmem }, (error, hash) => {
      if (error === null) resolve(hash)
      else reject(error)
    })
  })
}

/** Compares digests: equal length whatever was given, and no early end. */
function sameText(a: string, b: string): boolean {
  const digest = (value: string) => createHash('sha256').update(value).digest()
  return timingSafeEqual(digest(a), digest(b))
}

async function takeTurn(): Promise<boolean> {
  if (running < CHECKS_AT_ONCE_MAX) {
    running++
    return true
  }
  if (waiting.length >= CHECKS_WAITING_MAX) return false
  // The one that ends hands its turn over, so `running` stays as it is.
  await new Promise<void>((resolve) => waiting.push(resolve))
  return true
}

function giveTurn(): void {
  const next = waiting.shift()
  if (next !== undefined) return next()

  running--
  assert(running >= 0, 'password checks running')
}
