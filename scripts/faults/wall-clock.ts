/** The wall clock steps back two minutes and ahead an hour under load: sequenced time never goes back. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { JournalReader, NodeDisk } from '../../src/journal/index.ts'
import type { Fault, Round } from './fault.ts'
import { Stage, until } from './stage.ts'

const STEPS = ['-120', '+0', '+3600', '-86400', '+0']
const JUMPED = 'the wall clock jumped and is not followed'
const LIBRARIES = '/usr/lib'

export const wallClock: Fault = {
  name: 'wall-clock',
  what: `the wall clock jumps by ${STEPS.join(', ')} s against the true one, and stays back over a restart`,
  underLoad: true,
  whyNot: () => {
    return libfaketime() === undefined ? 'libfaketime is not installed' : undefined
  },
  inject: (round) => Stage.play(round, (stage) => jump(round, stage)),
}

async function jump(round: Round, stage: Stage): Promise<void> {
  const file = join(stage.folder.path, 'faketime')
  const env = {
    LD_PRELOAD: libfaketime()!,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  writeFileSync(file, '+0')
  await stage.start(env)
  await stage.trade(300)
  let jumps = 0
  const told = () => stage.exchange.log.filter(({ msg }) => msg === JUMPED).length
  for (const step of STEPS) {
    writeFileSync(file, step)
    jumps++
    await stage.tradesOn(
      until(() => told() >= jumps, `the line of jump ${step}`),
      `a jump to ${step} s`,
    )
    round.injected()
  }
  await stage.kill()
  writeFileSync(file, '-60')
  await stage.start(env)
  round.injected()
  await stage.tradesOn(sleep(300), 'a start with a clock that is behind')
  await stage.finish()
  checkTimes(round, stage.journal)
}

/** Times of the journal's turns never go back. */
function checkTimes(round: Round, directory: string): void {
  const reader = JournalReader.open({ disk: new NodeDisk(), directory })
  let last = 0
  for (const { epochSeconds, nanoseconds, groupNumber } of reader.read()) {
    const at = epochSeconds + nanoseconds / 1e9
    round.check(at >= last, `group ${groupNumber} is at ${at}, behind ${last}`)
    last = at
  }
  reader.close()
}

function libfaketime(): string | undefined {
  return readdirSync(LIBRARIES)
    .map((name) => join(LIBRARIES, name, 'faketime', 'libfaketimeMT.so.1'))
    .find((path) => existsSync(path))
}
