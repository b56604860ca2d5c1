/** SIGKILL while the exchange starts: in the writes and syncs that a start makes before anybody can connect. */
import type { Fault, Round } from './fault.ts'
import { whyNoCompiler, withShim } from './native.ts'
import { Stage } from './stage.ts'

const KILLS = 8
/** A start on a journal that is there writes its last group again, its turns, and syncs each. */
const CALLS_OF_A_START = 4
const BYTES = 1 << 20

export const killInStart: Fault = {
  name: 'kill-in-start',
  what: `SIGKILL in a write or sync of a start, ${KILLS} times one after the other`,
  underLoad: true,
  whyNot: whyNoCompiler,
  inject: (round) => Stage.play(round, (stage) => killStarts(round, stage)),
}

async function killStarts(round: Round, stage: Stage): Promise<void> {
  const { dice } = round
  await stage.start()
  await stage.trade(300)
  await stage.kill()
  for (let kill = 0; kill < KILLS; kill++) {
    const number = dice.between(1, CALLS_OF_A_START)
    const call = dice.chance(0.5) ? 'write' : 'sync'
    const fault = `${call}:${number}:kill:${dice.below(BYTES)}`
    const exchange = stage.launch(withShim(round.scratch, fault))
    const isReady = exchange.untilReady().then(
      () => exchange.kill('SIGKILL'),
      () => undefined,
    )
    const { exitCode } = await exchange.gone()
    await isReady
    round.check(exitCode === null, `${fault}: ended with ${exitCode}`)
    round.injected()
  }
  await stage.goOn()
}
