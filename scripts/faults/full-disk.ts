/** A disk that fills up: the exchange goes on in the space it has, then stops; with room it starts again. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import type { LoadOptions } from '../bench/load-client.ts'
import type { Fault, Round } from './fault.ts'
import { whyNoMount } from './mounts.ts'
import { run } from './native.ts'
import { Stage } from './stage.ts'

/** One segment of 64 MiB and not two. */
const SMALL = 'size=80m'
const LARGE = 'size=400m'
const LINE =
  /the journal cannot be written; the exchange stops: .*(ENOSPC|disk full\?).*\[EXC_JOURNAL_WRITE\]\n$/
/** More than 64 MiB take. */
const ORDERS = 2_000_000

export const fullDisk: Fault = {
  name: 'full-disk',
  what: 'the journal on a disk with room for one segment, until that is full',
  underLoad: true,
  whyNot: whyNoMount,
  inject: (round) => Stage.play(round, (stage) => fillUp(round, stage)),
}

async function fillUp(round: Round, stage: Stage): Promise<void> {
  stage.folder.write('sessions/LOADER.yaml', LOADER)
  mkdirSync(stage.journal, { recursive: true })
  run('mount', ['-t', 'tmpfs', '-o', SMALL, 'buttonwood', stage.journal])
  try {
    await stage.start()
    const loaded = flood(stage.exchange.ports.fix)
    const outcome = await stage.tradeUntilEnd()
    await loaded
    round.injected()
    stage.checkStopped(outcome, LINE)

    run('mount', ['-o', `remount,${LARGE}`, stage.journal])
    await stage.start()
    await stage.trade(300)
    await stage.settle()
    await stage.finish()
  } finally {
    run('umount', ['-l', stage.journal])
  }
}

/** Resting orders as fast as they are taken, until the connection is lost. */
async function flood(port: number): Promise<void> {
  const load: LoadOptions = {
    port,
    compId: 'LOADER',
    password: 'loader',
    flow: 'new',
    requests: ORDERS,
    window: 1_000,
    rate: 0,
    firstId: 1,
  }
  const client = ['--import', 'tsx', 'scripts/bench/load-client.ts', '--run', JSON.stringify(load)]
  await once(spawn(process.execPath, client, { stdio: 'ignore' }), 'exit')
}

const LOADER = `senderCompId: LOADER
firm: LOADER
password: plain:loader
`
