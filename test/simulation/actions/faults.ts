/** What goes wrong with the machine that the exchange runs on. */
import { CRASH_POINTS } from '../crash.ts'
import type { CrashKind, CrashPlan } from '../crash.ts'
import { JOURNAL_DIRECTORY } from '../exchange-process.ts'
import { rotAByte } from '../rotten-byte.ts'
import type { Dice } from '../../support/dice.ts'
import type { Action } from './action.ts'

/** Jumps of the wall clock, milliseconds. */
const CLOCK_JUMPS = [-86_400_000, -120_000, -1_500, -3, 40, 1_500, 120_000, 3_600_000]
const DISK_FAULTS = ['EIO on sync', 'EIO on write', 'ENOSPC', 'short write', 'ENOSPC on prepare']

const someEnd = (dice: Dice): CrashKind => (dice.chance(0.5) ? 'kill' : 'power')

export const faultActions: readonly Action[] = [
  {
    name: 'plan a crash',
    weight: 0.3,
    can: () => true,
    run(world, dice) {
      const point = dice.pick(CRASH_POINTS)!
      const passes = point === 'disk' ? dice.below(60) : dice.below(20)
      const plan: CrashPlan = { point, passes, kind: someEnd(dice) }
      if (world.process?.state === 'running') world.process.plan = plan
      else world.plannedCrash = plan
      return `at ${plan.point} after ${plan.passes} passes, ${plan.kind}`
    },
  },
  {
    name: 'kill',
    weight: 0.1,
    can: ({ process }) => process !== undefined && process.state !== 'dead',
    run(world, dice) {
      const kind = someEnd(dice)
      world.kill(kind)
      return kind
    },
  },
  {
    name: 'disk fault',
    weight: 0.12,
    can: () => true,
    run(world, dice) {
      const fault = dice.pick(DISK_FAULTS)!
      world.isDiskFaulty = true
      if (fault === 'EIO on sync') world.disk.failNext('fdatasync', 'EIO')
      else if (fault === 'EIO on write') world.disk.failNext('writev', 'EIO')
      else if (fault === 'ENOSPC') world.disk.failNext('writev', 'ENOSPC')
      else if (fault === 'ENOSPC on prepare') world.disk.failNext('prepare', 'ENOSPC')
      else world.disk.shortenNextWrite(dice.between(1, 300))
      return fault
    },
  },
  {
    name: 'a byte rots',
    weight: 0.1,
    can: ({ disk, history }) => !disk.hasUnsynced(JOURNAL_DIRECTORY) && history.groups > 0,
    run: rotAByte,
  },
  {
    name: 'the wall clock jumps',
    weight: 0.2,
    can: ({ process }) => process?.state === 'running',
    run({ machineClock }, dice) {
      const ms = dice.pick(CLOCK_JUMPS)!
      machineClock.step(ms)
      return `${ms} ms`
    },
  },
]
