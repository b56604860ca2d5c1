/** Somebody moves the journal's file away under load: the exchange stops within a second. */
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Fault, Round } from './fault.ts'
import { Stage } from './stage.ts'

const MOVES = 3
const LINE =
  /^buttonwood: .*00000001\.log: the journal cannot be written; the exchange stops: .*moved or deleted.*\[EXC_JOURNAL_WRITE\]\n$/
/** The check is once a second, with the next turn. */
const NOTICED_MS = 3_000

export const movedJournal: Fault = {
  name: 'moved-journal',
  what: `the journal's file is moved away, and put back before the next start, ${MOVES} times`,
  underLoad: true,
  inject: (round) => Stage.play(round, (stage) => moveAway(round, stage)),
}

async function moveAway(round: Round, stage: Stage): Promise<void> {
  const file = join(stage.journal, '00000001.log')
  const away = join(stage.folder.path, 'moved.log')
  for (let move = 0; move < MOVES; move++) {
    await stage.start()
    await stage.trade(round.dice.between(100, 1_000))
    renameSync(file, away)
    const startMs = performance.now()
    const outcome = await stage.tradeUntilEnd()
    const ms = performance.now() - startMs
    round.injected()
    stage.checkStopped(outcome, LINE)
    round.check(ms < NOTICED_MS, `it went on for ${ms.toFixed(0)} ms`)
    renameSync(away, file)
  }
  await stage.goOn()
}
