/** The processes that read the journal, the shadow too, die or freeze under load: trading does not feel it, they catch up. */
import { setTimeout as sleep } from 'node:timers/promises'
import { fetchSnapshot } from '../../src/client/index.ts'
import { childrenOf } from '../../test/support/child-processes.ts'
import type { Fault, Round } from './fault.ts'
import { Stage, until } from './stage.ts'

const TIMES = 15
const FROZEN_MS = 1_000
const READERS = ['dropcopy/reader-main', 'feed-reader-main', 'shadow-main']

export const killedReaders: Fault = {
  name: 'killed-readers',
  what: `SIGKILL, or SIGSTOP for a second, to the drop copy, the feed reader and the shadow, ${TIMES} times each`,
  underLoad: true,
  inject: (round) => Stage.play(round, (stage) => killReaders(round, stage)),
}

async function killReaders(round: Round, stage: Stage): Promise<void> {
  await stage.start()
  for (let time = 0; time < TIMES; time++) {
    for (const reader of READERS) {
      const pid = () => childrenOf(stage.exchange.pid, reader)[0]
      await until(() => pid() !== undefined, reader)
      const ill = pid()!
      const isFrozen = round.dice.chance(0.3)
      const over = isFrozen ? freeze(ill) : killAndWait(ill, pid, reader)
      await stage.tradesOn(over, `${reader} ${isFrozen ? 'frozen' : 'killed'}`)
      round.injected()
    }
  }
  await checkSnapshot(round, stage)
  await stage.finish()
}

async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP')
  await sleep(FROZEN_MS)
  process.kill(pid, 'SIGCONT')
}

async function killAndWait(ill: number, pid: () => number | undefined, name: string) {
  process.kill(ill, 'SIGKILL')
  await until(() => ![ill, undefined].includes(pid()), `another ${name}`)
}

/** The feed over TCP is there again, once its reader is. */
async function checkSnapshot({ violations }: Round, { exchange }: Stage): Promise<void> {
  const to = {
    host: '127.0.0.1',
    port: exchange.ports.snapshot,
    username: 'demo',
    password: 'demo',
  }
  let isThere = false
  await until(async () => {
    isThere = await fetchSnapshot(to, AbortSignal.timeout(5_000)).then(
      ({ messages }) => messages.length > 0,
      () => false,
    )
    return isThere
  }, 'a snapshot').catch((error: unknown) => violations.push(String(error)))
}
