/** Snapshots of the state cut short, with turned bits, or from the future: a start passes them over. */
import {
  copyFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { childrenOf } from '../../test/support/child-processes.ts'
import type { Fault, Round } from './fault.ts'
import { Stage, until } from './stage.ts'

/** What is done to the snapshots that there are, the newest first. */
const DAMAGES: readonly ((files: readonly string[], round: Round) => void)[] = [
  ([newest], { dice }) => truncateSync(newest!, dice.below(readFileSync(newest!).length)),
  ([newest], round) => turnBit(newest!, round),
  ([newest], round) => {
    const future = join(dirname(newest!), FUTURE)
    copyFileSync(newest!, future)
    turnBit(future, round)
  },
  (files, round) => files.forEach((file) => turnBit(file, round)),
]
/** Of a group that no journal has. */
const FUTURE = `${'9'.repeat(16)}.snapshot`
const PASSED_OVER = 'a snapshot was passed over'

export const damagedSnapshot: Fault = {
  name: 'damaged-snapshot',
  what: 'the newest snapshot cut short, with a turned bit, from the future; both with turned bits',
  underLoad: true,
  inject: (round) => Stage.play(round, (stage) => damageAll(round, stage)),
}

async function damageAll(round: Round, stage: Stage): Promise<void> {
  await stage.start()
  for (const damage of DAMAGES) {
    await stage.trade(300)
    while ((await stage.metric('snapshots_total')) < 2) await stage.trade(100)
    await killWithShadow(stage)
    damage(snapshotsOf(stage), round)
    await stage.start()
    round.injected()
    await stage.logs(PASSED_OVER)
  }
  await stage.trade(200)
  await stage.settle()
  await stage.finish()
}

/** A shadow outlives its exchange for a moment, in which it may yet write a snapshot. */
async function killWithShadow(stage: Stage): Promise<void> {
  const shadows = childrenOf(stage.exchange.pid, 'shadow-main')
  await stage.kill()
  await until(() => !shadows.some((pid) => existsSync(`/proc/${pid}`)), 'the end of the shadow')
}

function snapshotsOf({ folder }: Stage): string[] {
  const directory = join(folder.dataDir, 'snapshots')
  const names = readdirSync(directory).filter((name) => name.endsWith('.snapshot'))
  return names
    .sort()
    .reverse()
    .map((name) => join(directory, name))
}

function turnBit(file: string, { dice }: Round): void {
  const bytes = readFileSync(file)
  bytes[dice.below(bytes.length)]! ^= 1 << dice.below(8)
  writeFileSync(file, bytes)
}
