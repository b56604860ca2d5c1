/**
 * The real server killed by SIGKILL at random moments under load, twenty times, and started again on
 * the same data each time. Two clients and a recorder of the feed outlive it and hold it to
 * everything that it said. `SEED=… npx vitest run test/crash/kill-9.test.ts` repeats a run.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { reconcileWithJournal } from '../../src/dropcopy/index.ts'
import { verifyJournal } from '../../src/verify-journal.ts'
import { Dice } from '../support/dice.ts'
import type { ServedExchange } from '../support/running-exchange.ts'
import { ExchangeFolder } from '../support/running-exchange.ts'
import { FeedRecorder } from './feed-recorder.ts'
import { PersistentClient } from './persistent-client.ts'

const KILLS = 20
const TEST_MS = 240_000
const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)

const cleanups: (() => unknown)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

describe(`killed ${KILLS} times under load (SEED=${seed})`, () => {
  it(
    'loses nothing that was said and says nothing else under the same number',
    async () => {
      const dice = new Dice(seed)
      const folder = await ExchangeFolder.make({ journal: { durability: 'fsync' } })
      cleanups.push(() => folder.remove())
      const journal = join(folder.dataDir, 'journal')
      const feed = await FeedRecorder.open(folder.config().itch.lines)
      cleanups.push(() => feed.close())
      const clients = ['ACME', 'GLOBEX'].map((compId) => new PersistentClient(compId, dice))

      for (let kill = 0; kill < KILLS; kill++) {
        const exchange = await folder.serve()
        await Promise.all(clients.map((client) => client.logOn(exchange.ports.fix)))
        await tradeUntilKilled(exchange, clients, dice)

        // The journal is one history: every command executed again gives the recorded events.
        expect(verifyJournal(journal).events).toBeGreaterThan(0)
      }

      const last = await folder.serve()
      await Promise.all(clients.map((client) => client.logOn(last.ports.fix)))
      const reconciliation = await reconcileWithJournal(
        { dataDir: folder.dataDir, database: 'embedded' },
        () => undefined,
      )
      const { exitCode } = await last.stop()
      const stateHash = last.log.find(({ msg }) => msg === 'stopped')?.['stateHash']

      expect({
        exitCode,
        stateHash,
        said: clients.flatMap((client) => client.violations),
        shown: feed.violations,
        feedSessions: feed.sessions.size,
        differences: reconciliation.differences,
      }).toEqual({
        exitCode: 0,
        stateHash: verifyJournal(journal).stateHash,
        said: [],
        shown: [],
        feedSessions: 1,
        differences: [],
      })
      for (const client of clients) expect(client.told.size).toBeGreaterThan(20 * KILLS)
      expect(feed.messages.size).toBeGreaterThan(20 * KILLS)
    },
    TEST_MS,
  )
})

/** Orders from both sides as fast as the loop goes round, and SIGKILL somewhere in the middle. */
async function tradeUntilKilled(
  exchange: ServedExchange,
  clients: readonly PersistentClient[],
  dice: Dice,
): Promise<void> {
  const rounds = dice.between(5, 60)
  for (let round = 0; round < rounds; round++) {
    for (const client of clients) {
      for (let i = dice.below(8); i > 0; i--) client.act()
    }
    if (dice.chance(0.7)) await sleep(1)
  }
  exchange.kill('SIGKILL')
  // Its end, not that of its drop copy reader, which the next one's reader waits for.
  while (isAlive(exchange.pid)) await sleep(1)
  for (const client of clients) client.lose()
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false // ESRCH: nobody has this id any more.
  }
}
