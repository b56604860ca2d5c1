/** The whole process stands still for ten seconds, as a virtual machine does: nobody is logged out for it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Round } from './fault.ts'
import { Stage } from './stage.ts'

const PAUSE_MS = 10_000

export const paused: Fault = {
  name: 'paused',
  what: `SIGSTOP for ${PAUSE_MS / 1000} s under load, then SIGCONT`,
  underLoad: true,
  inject: (round) => Stage.play(round, (stage) => pause(round, stage)),
}

async function pause(round: Round, stage: Stage): Promise<void> {
  const { dice } = round
  await stage.start()
  await stage.trade(dice.between(100, 600))
  stage.exchange.kill('SIGSTOP')
  const paused = sleep(PAUSE_MS).then(() => stage.exchange.kill('SIGCONT'))
  await stage.tradesOn(paused, 'a pause')
  round.injected()
  await stage.tradesOn(sleep(300), 'behind a pause')
  await stage.finish()
}
