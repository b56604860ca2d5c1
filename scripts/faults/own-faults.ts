/** Mistakes in our own code and what the operating system does to a process: it ends at once, and starts again. */
import type { Fault, Round } from './fault.ts'
import { Stage } from './stage.ts'

/** From the sources, of which the fault changes one. */
const FAULTY = '--import tsx --import ./test/start/faulty-callbacks.ts src/cli/bin.ts'.split(' ')
const LINE =
  /^buttonwood: the exchange stops, its own code is at fault: TypeError: nobody thought of this, at .*\n$/
const SIGNALS = ['SIGABRT', 'SIGSEGV', 'SIGQUIT', 'SIGKILL'] as const
const TIMES = 2

export const uncaughtException: Fault = {
  name: 'uncaught-exception',
  what: 'our own code throws in the middle of a turn, between its sync and its answers',
  underLoad: true,
  inject: (round) => Stage.play(round, (stage) => throwInTurn(round, stage)),
}

async function throwInTurn(round: Round, stage: Stage): Promise<void> {
  await stage.start({ FAULT: 'in a turn under load' }, FAULTY)
  const outcome = await stage.tradeUntilEnd()
  round.injected()
  stage.checkStopped(outcome, LINE)
  await stage.goOn()
}

export const killedBySignal: Fault = {
  name: 'killed-by-signal',
  what: `${SIGNALS.join(', ')} at any moment under load, as an abort, a crash of the runtime or the OOM killer, each twice`,
  underLoad: true,
  inject: (round) => Stage.play(round, (stage) => signalAll(round, stage)),
}

async function signalAll(round: Round, stage: Stage): Promise<void> {
  for (const signal of Array.from({ length: TIMES }, () => SIGNALS).flat()) {
    await stage.start()
    await stage.trade(round.dice.between(50, 500))
    stage.act()
    stage.exchange.kill(signal)
    const { exitCode } = await stage.tradeUntilEnd()
    round.injected()
    round.check(exitCode === null, `${signal}: ended with ${exitCode}`)
  }
  await stage.goOn()
}
