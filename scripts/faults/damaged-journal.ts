/** What a killed exchange left behind, cut, flipped, zeroed and exchanged anywhere; and two of it served. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyJournal } from '../../src/verify-journal.ts'
import { damageJournal } from '../../test/crash/damage-journal.ts'
import type { Fault, Round } from './fault.ts'
import { PROGRAM, Stage } from './stage.ts'

const DAMAGES_PER_KIND = 300
const REFUSED =
  /^buttonwood: .*00000001\.log: damaged at offset \d+ \(position \d+, group \d+\): .*\[EXC_JOURNAL_DAMAGED\]\n$/
const CUT = 'a torn write at the end of the journal was cut'
const SEGMENT_HEADER_BYTES = 128

export const damagedJournal: Fault = {
  name: 'damaged-journal',
  what: 'the journal of a killed exchange cut at each byte of its last groups, and damaged anywhere',
  underLoad: false,
  inject: (round) => Stage.play(round, (stage) => damage(round, stage)),
}

async function damage(round: Round, stage: Stage): Promise<void> {
  await stage.start()
  await stage.trade(800)
  await stage.kill()
  const file = join(stage.journal, '00000001.log')
  const segment = readFileSync(file)
  const { faults, violations } = damageJournal(segment, round.dice, DAMAGES_PER_KIND)
  round.injected(faults)
  round.violations.push(...violations)

  const { position } = verifyJournal(stage.folder.dataDir)
  await refusesEarlyDamage(round, stage, file, position)
  await cutsTheTail(round, stage, file, position)
}

/** A bit of the first half: one line that names the place, and nothing is changed. */
async function refusesEarlyDamage(
  round: Round,
  { folder }: Stage,
  file: string,
  position: number,
): Promise<void> {
  const segment = readFileSync(file)
  const at = SEGMENT_HEADER_BYTES + round.dice.below(position / 2)
  const damaged = Buffer.from(segment)
  damaged[at]! ^= 1
  writeFileSync(file, damaged)
  const { exitCode, stderr } = await folder.launch({ bin: [PROGRAM] }).ended()
  round.injected()
  round.check(exitCode === 1 && REFUSED.test(stderr), `bit of ${at}: ${exitCode}, ${stderr}`)
  round.check(readFileSync(file).equals(damaged), `bit of ${at}: the file was changed`)
  writeFileSync(file, segment)
}

/** A bit of the last byte: the last turn, not sealed yet, is taken for a torn write, and the log says so. */
async function cutsTheTail(
  round: Round,
  { folder }: Stage,
  file: string,
  position: number,
): Promise<void> {
  rmSync(join(folder.dataDir, 'seals'), { recursive: true, force: true })
  const segment = readFileSync(file)
  segment[SEGMENT_HEADER_BYTES + position - 1]! ^= 1
  writeFileSync(file, segment)
  const exchange = await folder.serve({ bin: [PROGRAM] })
  round.injected()
  const { exitCode } = await exchange.stop()
  round.check(exitCode === 0, `a torn tail: exit code ${exitCode}`)
  round.check(
    exchange.log.some(({ msg, level }) => msg === CUT && level === 'warn'),
    'a torn tail: the log does not say so',
  )
  const { stateHash } = verifyJournal(folder.dataDir)
  const last = exchange.log.at(-1)?.['stateHash']
  round.check(last === stateHash, `a torn tail: state ${String(last)}, journal ${stateHash}`)
}
