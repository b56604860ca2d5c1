/** Every sync takes 50 ms longer: more waits for each, and all of it is answered. */
import type { Fault, Round } from './fault.ts'
import { whyNoCompiler, withShim } from './native.ts'
import { Stage } from './stage.ts'
import { setTimeout as sleep } from 'node:timers/promises'

const SLOW_MS = 50
const DURING_MS = 3_000

export const slowDisk: Fault = {
  name: 'slow-disk',
  what: `every sync takes ${SLOW_MS} ms longer for ${DURING_MS / 1000} s`,
  underLoad: true,
  whyNot: whyNoCompiler,
  inject: (round) => Stage.play(round, (stage) => slowDown(round, stage)),
}

async function slowDown(round: Round, stage: Stage): Promise<void> {
  await stage.start(withShim(round.scratch, `sync:30:slow:${SLOW_MS}`))
  await stage.tradesOn(sleep(DURING_MS), 'a slow disk')
  round.injected()
  await stage.finish()
}
