/** A second server on a data directory that is in use: it refuses in one line, the first one trades on. */
import type { Fault, Round } from './fault.ts'
import { PROGRAM, Stage } from './stage.ts'

const SECOND_STARTS = 10

export const twoServers: Fault = {
  name: 'two-servers',
  what: `a second server on the same data directory, ${SECOND_STARTS} times`,
  underLoad: true,
  inject: (round) => Stage.play(round, (stage) => startTwice(round, stage)),
}

async function startTwice(round: Round, stage: Stage): Promise<void> {
  await stage.start()
  for (let start = 0; start < SECOND_STARTS; start++) {
    const second = stage.folder.launch({ bin: [PROGRAM] })
    await stage.tradesOn(second.gone(), 'a second server')
    const { exitCode, stderr } = await second.ended()
    round.injected()
    const isRefused = exitCode === 1 && /^buttonwood: .*\[EXC_DIRECTORY_LOCKED\]\n$/.test(stderr)
    const namesFirst = stderr.includes(String(stage.exchange.pid))
    round.check(isRefused && namesFirst, `the second server: ${exitCode}, ${stderr}`)
  }
  await stage.finish()
}
