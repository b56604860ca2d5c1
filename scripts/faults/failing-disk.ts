/** The journal's disk fails once under load: the exchange says nothing more, and the next start knows all. */
import type { Fault, Round } from './fault.ts'
import { EIO, EROFS, whyNoCompiler, withShim } from './native.ts'
import { Stage } from './stage.ts'

const FAILURES = ['sync', 'write', 'read-only', 'short'] as const
const TIMES = 2
const LINE =
  /^buttonwood: .*00000001\.log: the journal cannot be written; the exchange stops: .* \[EXC_JOURNAL_WRITE\]\n$/

export const failingDisk: Fault = {
  name: 'failing-disk',
  what: 'EIO of a sync, EIO or EROFS of a write, a short write and ENOSPC behind it; each twice',
  underLoad: true,
  whyNot: whyNoCompiler,
  inject: (round) => Stage.play(round, (stage) => failOneAfterTheOther(round, stage)),
}

async function failOneAfterTheOther(round: Round, stage: Stage): Promise<void> {
  for (const failure of Array.from({ length: TIMES }, () => FAILURES).flat()) {
    const fault = faultOf(failure, round.dice.between(20, 150), round.dice.below(10_000))
    await stage.start(withShim(round.scratch, fault))
    const outcome = await stage.tradeUntilEnd()
    round.injected()
    stage.checkStopped(outcome, LINE)
  }
  await stage.goOn()
}

function faultOf(failure: (typeof FAILURES)[number], number: number, bytes: number): string {
  switch (failure) {
    case 'sync':
      return `sync:${number}:error:${EIO}`
    case 'write':
      return `write:${number}:error:${EIO}`
    case 'read-only':
      return `write:${number}:error:${EROFS}`
    case 'short':
      return `write:${number}:short:${bytes}`
  }
}
