/** Snapshots of the state cut short, with turned bits, or from the future: a start passes them over. */
import { copyFileSync, readFileSync, readdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fault, Round } from './fault.ts'
import { Stage } from './stage.ts'

const DAMAGES = ['cut', 'turned', 'future', 'all'] as const
const PASSED_OVER = 'a snapshot was passed over'

export const damagedSnapshot: Fault = {
  name: 'damaged-snapshot',
  what: 'the newest snapshot cut short, with a turned bit, from the future; both with turned bits',
  underLoad: true,
  inject: (round) => Stage.play(round, (stage) => damageAll(round, stage)),
}

async function damageAll(round: Round, stage: Stage): Promise<void> {
  const directory = join(stage.folder.dataDir, 'snapshots')
  const snapshots = (): string[] =>
    readdirSync(directory)
      .filter((name) => name.endsWith('.snapshot'))
      .sort()
      .reverse()
      .map((name) => join(directory, name))
  await stage.start()
  for (const damage of DAMAGES) {
    await stage.trade(300)
    while ((await stage.metric('snapshots_total')) < 2) await stage.trade(100)
    await stage.kill()
    const files = snapshots()
    const [newest] = files as [string]
    if (damage === 'cut') truncateSync(newest, round.dice.below(readFileSync(newest).length))
    if (damage === 'turned') turnBit(newest, round)
    if (damage === 'future') copyFileSync(newest, join(directory, `${'9'.repeat(16)}.snapshot`))
    if (damage === 'future') turnBit(join(directory, `${'9'.repeat(16)}.snapshot`), round)
    if (damage === 'all') for (const file of files) turnBit(file, round)
    await stage.start()
    round.injected()
    await stage.logs(PASSED_OVER)
  }
  await stage.trade(200)
  await stage.settle()
  await stage.finish()
}

function turnBit(file: string, { dice }: Round): void {
  const bytes = readFileSync(file)
  bytes[dice.below(bytes.length)]! ^= 1 << dice.below(8)
  writeFileSync(file, bytes)
}
