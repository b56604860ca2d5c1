/**
 * Operations in a flood: while a client sends 50,000 requests a second, the instrument is halted and resumed, and the
 * client's session is killed. What the journal says of it: from the command on nothing trades and nothing is
 * accepted, and cancels are.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import { newToken } from '../../src/admin/index.ts'
import { JournalReader, NodeDisk } from '../../src/journal/index.ts'
import { EventType, operationOf, recordLength, recordType } from '../../src/wire/index.ts'
import type { ServedTarget } from './target.ts'
import { load, startExchange, stopExchange } from './target.ts'

type Print = (line: string) => void

const RATE = 50_000
const REQUESTS = RATE * 12
const HALTED_MS = 2_000
const { token, stored } = newToken()

export async function benchControls(print: Print): Promise<void> {
  const tokens = [{ name: 'bench', role: 'admin', token: stored }]
  const target = await startExchange({ settings: { admin: { tokens } } })
  try {
    const flood = load(target, {
      flow: 'mixed',
      requests: REQUESTS,
      window: 0,
      rate: RATE,
      firstId: 1,
    })
    // The client takes cancels that it did not ask for as too many answers, and ends.
    const over = flood.catch(() => undefined)
    await delay(4_000)
    const halt = { symbol: 'AAPL', reason: 'T1', orders: 'cancel-only' }
    print(`halt answered after      ${(await ask(target, 'halt', halt)).toFixed(1)} ms`)
    await delay(HALTED_MS)
    print(
      `resume answered after    ${(await ask(target, 'resume', { symbol: 'AAPL' })).toFixed(1)} ms`,
    )
    await delay(HALTED_MS)
    const acme = { kind: 'session', name: 'ACME' }
    print(`kill answered after      ${(await ask(target, 'kill', acme)).toFixed(1)} ms`)
    await over
    await delay(1_000)
    printJournal(join(target.directory, 'data/journal'), print)
  } finally {
    await stopExchange(target)
  }
}

/** @returns milliseconds to the answer */
async function ask({ http }: ServedTarget, action: string, body: object): Promise<number> {
  const began = performance.now()
  const response = await fetch(`http://127.0.0.1:${http}/admin/v1/${action}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'idempotency-key': action,
    },
    body: JSON.stringify({ ...body, why: 'bench' }),
  })
  if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`)
  return performance.now() - began
}

/** What happened behind the last action of operations. */
interface Stretch {
  readonly action: string
  seconds: number
  commands: number
  executions: number
  accepted: number
  rejected: number
  canceled: number
}

function printJournal(directory: string, print: Print): void {
  const stretches: Stretch[] = [stretchOf('before')]
  const reader = JournalReader.open({ disk: new NodeDisk(), directory })
  let began = 0
  for (const group of reader.read(Infinity)) {
    const { view, eventsStart, eventsEnd, epochSeconds, nanoseconds } = group
    const seconds = epochSeconds + nanoseconds / 1e9
    for (let at = eventsStart; at < eventsEnd; at += recordLength(view, at)) {
      const type = recordType(view, at)
      if (type === EventType.OperatorActed) {
        stretches.push(stretchOf(operationOf(view, at).action))
        began = seconds
      }
      note(stretches.at(-1)!, type)
    }
    stretches.at(-1)!.commands += group.commandCount
    stretches.at(-1)!.seconds = seconds - began
  }
  reader.close()
  for (const { action, seconds, commands, ...counts } of stretches.slice(1)) {
    const rate = Math.round(commands / seconds).toLocaleString('en')
    print(`behind ${action.padEnd(8)} ${rate.padStart(8)} commands/s  ${JSON.stringify(counts)}`)
  }
}

const stretchOf = (action: string): Stretch => ({
  action,
  seconds: 0,
  commands: 0,
  executions: 0,
  accepted: 0,
  rejected: 0,
  canceled: 0,
})

function note(stretch: Stretch, type: number): void {
  if (type === EventType.OrderExecuted) stretch.executions++
  if (type === EventType.OrderAccepted) stretch.accepted++
  if (type === EventType.OrderRejected) stretch.rejected++
  if (type === EventType.OrderCanceled) stretch.canceled++
}
