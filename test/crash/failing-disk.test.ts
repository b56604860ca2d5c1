/**
 * The real exchange on a disk whose fdatasync fails once, by strace: it stops, says nothing more and
 * exits with an error; the next start knows everything that was said. Needs Linux with strace.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Dice } from '../support/dice.ts'
import { builtProgram } from '../support/made-once.ts'
import { ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'
import { PersistentClient } from './persistent-client.ts'
import { whyNoStrace } from './system-calls.ts'

/** Syncs of the journal before the one that fails: those of a first start, and some turns. */
const SYNCS = 25
const ORDERS_MAX = 10_000

let folder: ExchangeFolder

beforeAll(async () => {
  folder = await ExchangeFolder.make({ journal: { durability: 'fsync' } })
})

afterAll(() => folder.remove())

describe('with a disk that fails to sync', { timeout: 2 * PROCESS_MS }, () => {
  it('stops with one line, and nothing that it said is gone', async ({ skip }) => {
    const reason = whyNoStrace()
    if (reason !== undefined) console.warn(`skipped: ${reason}`)
    skip(reason !== undefined, reason)

    const client = new PersistentClient('ACME', new Dice(7))
    const { exitCode, stderr } = await failWhileTrading(client)
    const next = await folder.serve()
    await client.logOn(next.ports.fix)
    await next.stop()

    expect({ exitCode, lines: stderr.trim().split('\n').length }).toEqual({ exitCode: 1, lines: 1 })
    expect(stderr).toMatch(/journal cannot be written; the exchange stops.*EIO/)
    expect(client.violations).toEqual([])
    expect(client.told.size).toBeGreaterThan(SYNCS / 2)
  })
})

async function failWhileTrading(
  client: PersistentClient,
): Promise<{ exitCode: number; stderr: string }> {
  // Counted for each thread: the turn's syncs are on the main thread, the first journal's too.
  const inject = ['-e', 'trace=fdatasync', '-e', `inject=fdatasync:error=EIO:when=${SYNCS}`]
  const command = [process.execPath, ...builtProgram(), ...folder.serving()]
  const { PATH, HOME } = process.env
  const child = spawn('strace', ['-f', '-qq', '-o', '/dev/null', ...inject, ...command], {
    env: { PATH, HOME },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString()))
  let isOver = false
  const closed = once(child, 'close').finally(() => (isOver = true))

  for await (const text of createInterface({ input: child.stdout })) {
    const { msg, fix } = JSON.parse(text) as { msg: string; fix: number }
    if (msg !== 'ready') continue
    await client.logOn(fix)
    for (let i = 0; i < ORDERS_MAX && !isOver; i++) {
      client.act()
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  const [exitCode] = (await closed) as [number]
  client.lose()
  return { exitCode, stderr }
}
