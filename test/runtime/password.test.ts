import { describe, expect, it } from 'vitest'
import { hashPassword, verifyPassword } from '../../src/runtime/index.ts'

const elapsedMs = async (work: () => Promise<unknown>): Promise<number> => {
  const start = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(start)
  return (user + system) / 1_000
}

describe('passwords', () => {
  it('are kept as scrypt with cost, salt and hash, a fresh salt each time', async () => {
    const [first, second] = [await hashPassword('wall street'), await hashPassword('wall street')]

    expect(first).toMatch(/^scrypt:32768:8:1:[A-Za-z0-9+/]{22}==:[A-Za-z0-9+/]{43}=$/)
    expect(second).not.toBe(first)
  })

  it('fit what was hashed and nothing else', async () => {
    const stored = await hashPassword('wall street')

    expect(await verifyPassword('wall street', stored)).toBe(true)
    expect(await verifyPassword('Wall street', stored)).toBe(false)
    expect(await verifyPassword('', stored)).toBe(false)
  })

  it('may be plain', async () => {
    expect(await verifyPassword('acme', 'plain:acme')).toBe(true)
    expect(await verifyPassword('acm', 'plain:acme')).toBe(false)
    expect(await verifyPassword('plain:acme', 'plain:acme')).toBe(false)
  })

  it('may be none at all', async () => {
    expect(await verifyPassword('', 'none')).toBe(true)
    expect(await verifyPassword('anything', 'none')).toBe(true)
  })

  it('never fit a session that does not exist, and cost as much as a wrong one', async () => {
    const stored = await hashPassword('wall street')
    const wrong = await elapsedMs(() => verifyPassword('main street', stored))
    const unknown = await elapsedMs(() => verifyPassword('main street', undefined))
    const plain = await elapsedMs(() => verifyPassword('main street', 'plain:acme'))

    expect(await verifyPassword('main street', undefined)).toBe(false)
    // Processor time of one scrypt is tens of milliseconds; skipping it would cost under one.
    expect(Math.min(wrong, unknown, plain)).toBeGreaterThan(wrong / 10)
  })

  it('longer than 256 bytes are refused unseen', async () => {
    expect(await verifyPassword('x'.repeat(257), 'plain:' + 'x'.repeat(257))).toBe(false)
  })

  it('are all checked when many come at once', async () => {
    const stored = await hashPassword('wall street')
    const given = ['wall street', 'wrong', 'wall street', 'wrong', 'wall street']

    expect(await Promise.all(given.map((password) => verifyPassword(password, stored)))).toEqual([
      true,
      false,
      true,
      false,
      true,
    ])
  })
})
