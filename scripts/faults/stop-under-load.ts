/** SIGTERM while everybody sends: everyone is logged out, what was taken is kept, exit code 0. */
import type { Fault, Round } from './fault.ts'
import { Stage } from './stage.ts'

const STOPS = 3
/** Two seconds for Logouts that nobody answers, and what a loaded machine takes for the rest. */
const STOP_MS = 10_000

export const stopUnderLoad: Fault = {
  name: 'stop-under-load',
  what: `SIGTERM under load, ${STOPS} times`,
  underLoad: true,
  inject: (round) => Stage.play(round, (stage) => stopAgainAndAgain(round, stage)),
}

async function stopAgainAndAgain(round: Round, stage: Stage): Promise<void> {
  for (let stop = 0; stop < STOPS; stop++) {
    await stage.start()
    await stage.trade(round.dice.between(50, 400))
    const startMs = performance.now()
    stage.exchange.kill('SIGTERM')
    const { exitCode, stderr } = await stage.tradeUntilEnd()
    const ms = performance.now() - startMs
    round.injected()
    const last = stage.exchange.log.at(-1)
    round.check(exitCode === 0 && stderr === '', `SIGTERM: exit code ${exitCode}, ${stderr}`)
    round.check(last?.['msg'] === 'stopped', `last line: ${JSON.stringify(last)}`)
    round.check(ms < STOP_MS, `SIGTERM: it took ${ms.toFixed(0)} ms`)
  }
  await stage.goOn()
}
