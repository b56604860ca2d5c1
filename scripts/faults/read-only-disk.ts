/** A disk that takes no writes: the start says so in one line, and on the same disk writable it goes on. */
import { mkdirSync } from 'node:fs'
import type { Fault, Round } from './fault.ts'
import { whyNoMount } from './mounts.ts'
import { run } from './native.ts'
import { Stage } from './stage.ts'

const LINE = /^buttonwood: .*EROFS.*\[EXC_JOURNAL_WRITE\]\n$/

export const readOnlyDisk: Fault = {
  name: 'read-only-disk',
  what: 'a start with the journal on a disk that is mounted read-only',
  underLoad: true,
  whyNot: whyNoMount,
  inject: (round) => Stage.play(round, (stage) => startReadOnly(round, stage)),
}

async function startReadOnly(round: Round, stage: Stage): Promise<void> {
  mkdirSync(stage.journal, { recursive: true })
  await stage.start()
  await stage.trade(300)
  await stage.kill()
  run('mount', ['--bind', stage.journal, stage.journal])
  try {
    run('mount', ['-o', 'remount,bind,ro', stage.journal])
    const { exitCode, stderr } = await stage.launch({ LOG_LEVEL: 'info' }).gone()
    round.injected()
    round.check(exitCode === 1 && LINE.test(stderr), `read-only: ${exitCode}, ${stderr}`)
  } finally {
    run('umount', ['-l', stage.journal])
  }
  await stage.goOn()
}
