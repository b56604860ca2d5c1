/** The journal of an older version, served: the state that it had, load and kills on it, and on it goes. */
import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { verifyJournal } from '../../src/verify-journal.ts'
import type { Fault, Round } from './fault.ts'
import { Stage } from './stage.ts'

const GOLDEN = 'test/golden'
const KILLS = 3

export const olderVersion: Fault = {
  name: 'older-version',
  what: `the golden journal of each version, killed under load ${KILLS} times`,
  underLoad: true,
  async inject(round) {
    const versions = readdirSync(GOLDEN).filter((name) => name.startsWith('journal-'))
    for (const version of versions) {
      const settings = { market: { dayRoll: '00:00' } }
      await Stage.play(round, (stage) => goOn(round, stage, join(GOLDEN, version)), settings)
    }
  },
}

async function goOn(round: Round, stage: Stage, golden: string): Promise<void> {
  for (const files of ['configuration', 'next-day']) {
    cpSync(join(GOLDEN, files), stage.folder.path, { recursive: true })
  }
  mkdirSync(stage.journal, { recursive: true })
  const segment = gunzipSync(readFileSync(join(golden, '00000001.log.gz')))
  writeFileSync(join(stage.journal, '00000001.log'), segment)
  const facts = JSON.parse(readFileSync(join(golden, 'facts.json'), 'utf8')) as Facts
  const { stateHash } = verifyJournal(stage.folder.dataDir)
  round.check(stateHash === facts.stateHash, `state ${stateHash}, not ${facts.stateHash}`)
  for (const client of stage.clients) client.continueAt(facts.next[client.compId]!)

  for (let kill = 0; kill < KILLS; kill++) {
    await stage.start()
    await stage.trade(round.dice.between(100, 500))
    await stage.kill()
    round.injected()
  }
  await stage.start()
  await stage.trade(200)
  await stage.settle()
  // The end of the day that it was recorded on, and today.
  await stage.finish({ feedSessions: 2 })
}

interface Facts {
  readonly stateHash: string
  readonly next: Readonly<Record<string, number>>
}
