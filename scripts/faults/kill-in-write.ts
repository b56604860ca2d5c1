/** SIGKILL in the middle of the write of a group, at any byte of it, and before and after its sync. */
import type { Fault, Round } from './fault.ts'
import { whyNoCompiler, withShim } from './native.ts'
import { Stage } from './stage.ts'

const KILLS = 25
/** More than any group has bytes: what is above its length is taken modulo that. */
const BYTES = 1 << 20

export const killInWrite: Fault = {
  name: 'kill-in-write',
  what: `SIGKILL at a byte of a group's write, before its sync or behind it, ${KILLS} times`,
  underLoad: true,
  whyNot: whyNoCompiler,
  inject: (round) => Stage.play(round, (stage) => killAgainAndAgain(round, stage)),
}

async function killAgainAndAgain(round: Round, stage: Stage): Promise<void> {
  const { dice, scratch } = round
  for (let kill = 0; kill < KILLS; kill++) {
    // Those of a start are among the first ten.
    const number = dice.between(12, 200)
    const fault = dice.chance(0.8)
      ? `write:${number}:kill:${dice.below(BYTES)}`
      : `sync:${number}:${dice.pick(['kill', 'killed-after'])}:0`
    await stage.start(withShim(scratch, fault))
    const { exitCode } = await stage.tradeUntilEnd()
    round.injected()
    round.check(exitCode === null, `${fault}: ended with ${exitCode}, not by SIGKILL`)
  }
  await stage.goOn()
}
