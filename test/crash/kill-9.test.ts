/**
 * The real server killed by SIGKILL at random moments under load, twenty times, and now and then
 * while it starts, and started again on the same data each time. Two clients, a subscriber and a
 * recorder of the feed outlive it and hold it to everything that it said.
 * `SEED=… npx vitest run test/crash/kill-9.test.ts` repeats a run.
 */
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { reconcileWithJournal } from '../../src/dropcopy/index.ts'
import { verifyJournal } from '../../src/verify-journal.ts'
import { Dice } from '../support/dice.ts'
import { FeedWatcher } from '../support/feed-watcher.ts'
import type { ServedExchange } from '../support/running-exchange.ts'
import { ExchangeFolder } from '../support/running-exchange.ts'
import { FeedRecorder } from './feed-recorder.ts'
import { printFeed } from './journaled-feed.ts'
import { kill } from './kill.ts'
import { PersistentClient } from './persistent-client.ts'

const KILLS = 20
/** Chance that a life ends before the doors open, as often as that happens. */
const KILLED_WHILE_STARTING = 0.2
/** From the end of the replay to the last door, on an idle machine. */
const OPENING_MS = 600
/** Each client is told so many messages in a life before it ends, however busy the machine is. */
const TOLD_IN_A_LIFE = 20
/** Sends are microseconds before the kill: what the exchange does in that time ends anywhere. */
const AFTER_SEND_US = 4_000
const TEST_MS = 400_000

const seed = Number(process.env['SEED'] ?? randomInt(1_000_000))

const cleanups: (() => unknown)[] = []
afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup()
})

describe(`killed ${KILLS} times under load (SEED=${seed})`, () => {
  it(
    'loses nothing that was said and says nothing else under the same number',
    async () => {
      const dice = new Dice(seed)
      const folder = await ExchangeFolder.make({
        journal: { durability: 'fsync' },
        snapshots: { commands: 40 },
      })
      cleanups.push(() => folder.remove())
      const journal = join(folder.dataDir, 'journal')
      const feed = await FeedRecorder.open(folder.config().itch.channels[0]!.lines)
      cleanups.push(() => feed.close())
      const subscriber = await FeedWatcher.open(folder.config(), { attemptsMax: Infinity })
      cleanups.push(() => subscriber.close())
      const clients = ['ACME', 'GLOBEX'].map((compId) => new PersistentClient(compId, dice))

      const life = { folder }
      for (let kill = 0; kill < KILLS; kill++) {
        while (kill > 0 && dice.chance(KILLED_WHILE_STARTING)) await killWhileStarting(life, dice)
        const exchange = await start(life)
        await Promise.all(clients.map((client) => client.logOn(exchange.ports.fix)))
        await tradeUntilKilled(exchange, clients, dice)
      }

      const last = await start(life)
      await Promise.all(clients.map((client) => client.logOn(last.ports.fix)))
      const reconciliation = await reconcileWithJournal(
        { dataDir: folder.dataDir, database: 'embedded' },
        () => undefined,
      )
      const printed = printFeed(journal)
      await subscriber.reaches(printed.size)
      const { exitCode } = await last.stop()
      const stateHash = last.log.find(({ msg }) => msg === 'stopped')?.['stateHash']

      expect({
        exitCode,
        stateHash,
        said: clients.flatMap((client) => client.violations),
        shown: feed.violations,
        notInTheJournal: feed.differencesFrom(printFeed(journal)),
        feedSessions: feed.sessions.size,
        lost: subscriber.statistics['lost'],
        problems: Object.values(subscriber.market.problems),
        differences: reconciliation.differences,
      }).toEqual({
        exitCode: 0,
        stateHash: verifyJournal(folder.dataDir).stateHash,
        said: [],
        shown: [],
        notInTheJournal: [],
        feedSessions: 1,
        lost: 0,
        problems: [0, 0, 0, 0],
        differences: [],
      })
      expect(feed.messages.size).toBeGreaterThan(TOLD_IN_A_LIFE * KILLS)
    },
    TEST_MS,
  )
})

/** What one start after the other is made of. */
interface Life {
  readonly folder: ExchangeFolder
}

/**
 * Starts the exchange on what the last life left. Before anybody connects, its state is that of
 * every command executed again from the first one on, and all of them cause the recorded events.
 */
async function start({ folder }: Life): Promise<ServedExchange> {
  const exchange = folder.launch({ env: { LOG_LEVEL: 'debug' } })
  const { stateHash } = await exchange.logged('recovered')
  expect(stateHash).toBe(verifyJournal(folder.dataDir).stateHash)
  return exchange
}

/** Before, during or after its first turn, which says that the sessions are disconnected. */
async function killWhileStarting({ folder }: Life, dice: Dice): Promise<void> {
  const exchange = folder.launch()
  await exchange.logged('replaying the journal')
  await sleep(dice.below(OPENING_MS))
  await kill(exchange)
}

/** Orders from both sides as fast as the loop goes round, and SIGKILL somewhere in the middle. */
async function tradeUntilKilled(
  exchange: ServedExchange,
  clients: readonly PersistentClient[],
  dice: Dice,
): Promise<void> {
  const rounds = dice.between(5, 60)
  const enough = clients.map((client) => client.told.size + TOLD_IN_A_LIFE)
  const haveHeard = () => clients.every(({ told }, at) => told.size >= enough[at]!)
  for (let round = 0; round < rounds || !haveHeard(); round++) {
    for (const client of clients) {
      for (let i = dice.below(8); i > 0; i--) client.act()
    }
    if (round >= rounds || dice.chance(0.7)) await sleep(1)
  }
  for (const client of clients) client.act()
  spin(dice.below(AFTER_SEND_US))
  await kill(exchange)
  for (const client of clients) client.lose()
}

function spin(microseconds: number): void {
  const endMs = performance.now() + microseconds / 1000
  while (performance.now() < endMs);
}
