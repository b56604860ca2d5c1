/**
 * The real server, and the process that serves drop copies, killed by SIGKILL while copies flow. A back
 * office outlives it, asks for everything again after each Logon, and has in the end what the trading
 * clients were told, each execution once.
 * `SEED=… npx vitest run test/crash/drop-copy-after-crash.test.ts` repeats a run.
 */
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { Dice } from '../support/dice.ts'
import type { ServedExchange } from '../support/running-exchange.ts'
import { ExchangeFolder } from '../support/running-exchange.ts'
import { kill } from './kill.ts'
import { PersistentClient } from './persistent-client.ts'

const KILLS = 6
const TEST_MS = 240_000
const PATIENCE = { timeout: 30_000, interval: 20 }

const seed = Number(process.env['SEED'] ?? randomInt(1_000_000))

const cleanups: (() => unknown)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

/** The process of the feed over TCP and of drop copies. */
function readerPid(exchange: ServedExchange): number | undefined {
  const { pid } = exchange
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
  return children
    .map(Number)
    .find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('feed-reader-main'))
}

/** It may take a moment until the process is there, or the one before has let go of the numbers. */
const logOn = (client: PersistentClient, exchange: ServedExchange): Promise<void> =>
  vi.waitFor(() => client.logOn(exchange.ports.fix), PATIENCE)

/** What a report says, without header: of the session in 56, or in 115 of a copy. */
function saidIn(told: string, isCopy: boolean): string {
  const fields = told.split('|')
  const of = fields.find((field) => field.startsWith(isCopy ? '115=' : '56='))!.split('=')[1]
  const body = fields.filter((field) => !/^(34|49|56|115|797)=/.test(field)).join('|')
  return `${of}: ${body}`
}

function tally(messages: Iterable<string>): Map<string, number> {
  const count = new Map<string, number>()
  for (const message of messages) count.set(message, (count.get(message) ?? 0) + 1)
  return count
}

const isCopied = (told: string): boolean =>
  /(^|\|)35=9\|/.test(told) || (/(^|\|)35=8\|/.test(told) && !told.includes('|17=0|'))

describe(`killed ${KILLS} times while copies flow (SEED=${seed})`, () => {
  it(
    'sends each execution once, under one number, with one body',
    async () => {
      const dice = new Dice(seed)
      const folder = await ExchangeFolder.make({ journal: { durability: 'fsync' } })
      cleanups.push(() => folder.remove())
      const clients = ['ACME', 'GLOBEX'].map((compId) => new PersistentClient(compId, dice))
      const office = new PersistentClient('OPS', dice)
      const trade = async (): Promise<void> => {
        const rounds = dice.between(5, 40)
        for (let round = 0; round < rounds; round++) {
          for (const client of clients) for (let i = dice.below(8); i > 0; i--) client.act()
          if (dice.chance(0.7)) await sleep(1)
        }
      }

      let exchange = await folder.serve()
      cleanups.push(() => exchange.stop())
      for (const client of clients) await client.logOn(exchange.ports.fix)
      await logOn(office, exchange)
      for (let killed = 0; killed < KILLS; killed++) {
        await trade()
        const reader = dice.chance(0.5) ? readerPid(exchange) : undefined
        if (reader !== undefined) {
          process.kill(reader, 'SIGKILL')
          office.lose()
          await trade()
        } else {
          await kill(exchange)
          for (const client of [...clients, office]) client.lose()
          exchange = await folder.serve()
          for (const client of clients) await client.logOn(exchange.ports.fix)
        }
        await logOn(office, exchange)
      }
      await trade()
      for (const client of clients) client.lose()
      await sleep(0)
      for (const client of clients) await logOn(client, exchange)

      const told = clients.flatMap((client) => [...client.told.values()].filter(isCopied))
      const said = tally(told.map((message) => saidIn(message, false)))
      await vi.waitFor(() => {
        const copies = [...office.told.values()].filter(isCopied)
        if (copies.length < told.length) throw new Error('copies are on their way')
      }, PATIENCE)
      const copied = tally([...office.told.values()].map((message) => saidIn(message, true)))

      expect(clients.flatMap(({ violations }) => violations)).toEqual([])
      expect(office.violations).toEqual([])
      expect(copied).toEqual(said)
      expect(office.execIds.size).toBeGreaterThan(20 * KILLS)
      const highest = Math.max(...[...office.execIds.keys()].map(Number))
      expect(office.execIds.size).toBe(highest)
    },
    TEST_MS,
  )
})
