/**
 * The power goes: the journal is on an ext4 of its own in a file, which is told to forget what is not on
 * its disk, and is mounted again. What a sync has not returned for is lost; nobody was told of it.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Fault, Round } from './fault.ts'
import { whyNoMount } from './mounts.ts'
import { cutPower, run, whyNoCompiler } from './native.ts'
import { Stage, until } from './stage.ts'

const CUTS = 8
const LINE = /the journal cannot be written; the exchange stops: .*EIO.*\[EXC_JOURNAL_WRITE\]\n$/

export const powerCut: Fault = {
  name: 'power-cut',
  what: `the journal's file system loses what was not synced, ${CUTS} times under load`,
  underLoad: true,
  whyNot: () => whyNoCompiler() ?? whyNoMount() ?? whyNoExt4(),
  inject: (round) => Stage.play(round, (stage) => cutAgainAndAgain(round, stage)),
}

async function cutAgainAndAgain(round: Round, stage: Stage): Promise<void> {
  const { scratch, dice } = round
  const image = join(scratch, 'disk.img')
  const mount = () => run('mount', ['-o', 'loop', image, stage.journal])
  run('truncate', ['-s', '256M', image])
  run('mkfs.ext4', ['-q', '-F', image])
  mkdirSync(stage.journal, { recursive: true })
  mount()
  try {
    for (let cut = 0; cut < CUTS; cut++) {
      await stage.start()
      await stage.trade(dice.between(20, 600))
      stage.act()
      cutPower(scratch, stage.journal)
      round.injected()
      if (dice.chance(0.5)) stage.checkStopped(await stage.tradeUntilEnd(), LINE)
      else await stage.kill()
      await until(() => isUnmounted(stage.journal), 'the readers to let go of the disk')
      mount()
    }
    await stage.goOn()
  } finally {
    spawnSync('umount', ['-l', stage.journal])
    rmSync(image)
  }
}

const isUnmounted = (directory: string): boolean => spawnSync('umount', [directory]).status === 0

function whyNoExt4(): string | undefined {
  const { error } = spawnSync('mkfs.ext4', ['-V'])
  return error === undefined ? undefined : `there is no mkfs.ext4: ${error.message}`
}
