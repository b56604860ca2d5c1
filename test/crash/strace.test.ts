/**
 * Nothing leaves before it is on disk, as the kernel saw it: the exchange trades under strace, and
 * between hearing a FIX message and the end of the fdatasync of its group there is no write to any
 * FIX or multicast socket. Needs Linux with strace.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawFix } from '../support/raw-fix.ts'
import { builtProgram } from '../support/made-once.ts'
import { ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'
import type { Deed, Step } from './system-calls.ts'
import { STRACE, stepsOf, whyNoStrace } from './system-calls.ts'

const SESSIONS = 2
const ROUNDS = 120
const ORDER = '55=AAPL|38=100|40=2|60=20261123-14:30:00'

let folder: ExchangeFolder

beforeAll(async () => {
  folder = await ExchangeFolder.make({ journal: { durability: 'fsync' } })
})

afterAll(() => folder.remove())

describe('under strace', { timeout: 2 * PROCESS_MS }, () => {
  it('nothing is sent between the write of a group and the end of its fdatasync', async ({
    skip,
  }) => {
    const reason = whyNoStrace()
    if (reason !== undefined) console.warn(`skipped: ${reason}`)
    skip(reason !== undefined, reason)

    const steps = await traceOf(trade)
    const times = (deed: Deed): number => steps.filter((step) => step.deed === deed).length
    expect({
      sentTooEarly: sentTooEarly(steps),
      groupsNotSynced: times('record') - times('sync'),
      enough: {
        groups: times('sync') > 100,
        heard: times('hear') > 100,
        answers: times('answer') > 100,
        packets: times('publish') > 100,
      },
    }).toEqual({
      sentTooEarly: [],
      groupsNotSynced: 0,
      enough: { groups: true, heard: true, answers: true, packets: true },
    })
  })
})

/**
 * Sends after something was heard or recorded and before it was on disk, with what they overtook.
 * Hearing a Logon does not count: while its password is checked, the feed's heartbeat may go out.
 */
function sentTooEarly(steps: readonly Step[]): string[] {
  const logons = steps.filter(({ deed }) => deed === 'hear').slice(0, SESSIONS)
  let pending: Step | undefined
  const found: string[] = []
  for (const step of steps) {
    if (logons.includes(step)) continue
    if (step.deed === 'hear' || step.deed === 'record') pending = step
    else if (step.deed === 'sync') pending = undefined
    else if (pending !== undefined) found.push(`${step.line}\n  not synced: ${pending.line}`)
  }
  return found
}

/** Runs `act` with the port of an exchange under strace. @returns steps since the first FIX message */
async function traceOf(act: (port: number) => Promise<void>): Promise<Step[]> {
  const file = join(folder.path, 'trace')
  const command = [process.execPath, ...builtProgram(), ...folder.serving()]
  const { PATH, HOME } = process.env
  const child = spawn('strace', [...STRACE, '-o', file, ...command], {
    env: { PATH, HOME },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(child, 'close')
  let fixPort = 0
  for await (const text of createInterface({ input: child.stdout })) {
    const { msg, pid, fix } = JSON.parse(text) as { msg: string; pid: number; fix: number }
    if (msg !== 'ready') continue
    fixPort = fix
    try {
      await act(fix)
    } finally {
      process.kill(pid, 'SIGTERM')
    }
  }
  expect(await closed).toEqual([0, null])
  const steps = stepsOf(readFileSync(file, 'latin1'), fixPort)
  return steps.slice(steps.findIndex(({ deed }) => deed === 'hear'))
}

/** Two firms; in every round two orders meet and a third one rests. */
async function trade(port: number): Promise<void> {
  const acme = await RawFix.connect({ port, compId: 'ACME', password: 'acme' })
  const globex = await RawFix.connect({ port, compId: 'GLOBEX', password: 'globex' })
  await acme.logOn()
  await globex.logOn()
  for (let round = 1; round <= ROUNDS; round++) {
    acme.say(`35=D|11=A${round}|54=1|44=182.50|${ORDER}`)
    globex.say(`35=D|11=G${round}|54=2|44=182.50|${ORDER}`)
    globex.say(`35=D|11=H${round}|54=2|44=183.00|${ORDER}`)
    for (let report = 1; report <= 2; report++) await acme.hear()
    for (let report = 1; report <= 3; report++) await globex.hear()
  }
  await acme.logOut()
  await globex.logOut()
}
