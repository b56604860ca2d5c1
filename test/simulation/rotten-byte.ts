/**
 * What a start makes of a journal in which one bit has turned over: it refuses, or it cuts the last
 * group and says so, or its shadow finds what lies before the snapshot; that it goes on as if nothing were wrong is allowed only where nothing was.
 * Tried on a copy of the disk, beside the run.
 */
import type { JournalPoint } from '../../src/journal/index.ts'
import { JournalReader } from '../../src/journal/index.ts'
import { ErrorCode, ExchangeError } from '../../src/runtime/index.ts'
import type { Dice } from '../support/dice.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'
import { Shadow } from '../../src/shadow.ts'
import { ExchangeProcess, JOURNAL_DIRECTORY, SNAPSHOT_DIRECTORY } from './exchange-process.ts'
import { SEAL_DIRECTORY } from './shadow-life.ts'
import { Violation } from './violation.ts'
import type { World } from './world.ts'

const NAME = 'damage-is-not-passed-over'
const REFUSALS: readonly string[] = [ErrorCode.JournalDamaged, ErrorCode.JournalUnreadable]

const nothing = (): void => {}
/** Nobody hears what is said beside the run. */
const UNHEARD = {
  fixSent: nothing,
  packetSent: nothing,
  answerSent: nothing,
  announced: nothing,
  operationFailed: nothing,
  ended: nothing,
}

export function rotAByte({ config, machineClock, history, disk: original }: World, dice: Dice) {
  const disk = original.copy()
  const where = disk.rot(dice.next, JOURNAL_DIRECTORY)
  let started: ExchangeProcess
  try {
    started = new ExchangeProcess({ config, machineClock, disk, ...UNHEARD }, dice, undefined)
  } catch (error) {
    if (!(error instanceof ExchangeError) || !REFUSALS.includes(error.code)) throw error
    return `${where}: refused`
  }

  if (isBehindSnapshot(disk)) {
    if (shadowFinds(disk, started.journal.nextPosition)) return `${where}: found by the shadow`
    throw new Violation(NAME, `a bit turned over in ${where}, and the shadow does not find it`)
  }
  if (history.point === undefined || holds(disk, history.point)) return `${where}: harmless`
  const isTail = history.before === undefined || holds(disk, history.before)
  if (isTail && started.journal.cut !== undefined) return `${where}: cut`
  const what = `a bit turned over in ${where}, and the exchange starts without what it had said`
  throw new Violation(NAME, what)
}

/** A start from a snapshot does not read what lies before it. */
function isBehindSnapshot(disk: MemoryDisk): boolean {
  try {
    const journal = JournalReader.open({ disk, directory: JOURNAL_DIRECTORY })
    for (const _ of journal.read());
    return false
  } catch (error) {
    if (error instanceof ExchangeError && REFUSALS.includes(error.code)) return true
    throw error
  }
}

function shadowFinds(disk: MemoryDisk, durablePosition: number): boolean {
  try {
    const shadow = new Shadow({
      disk,
      journalDirectory: JOURNAL_DIRECTORY,
      snapshotDirectory: SNAPSHOT_DIRECTORY,
      sealDirectory: SEAL_DIRECTORY,
      channels: 1,
      snapshotCommands: Infinity,
      durablePosition,
    })
    while (shadow.followSome() || shadow.checkSome());
    return false
  } catch (error) {
    if (error instanceof ExchangeError && REFUSALS.includes(error.code)) return true
    throw error
  }
}

function holds(disk: MemoryDisk, after: JournalPoint): boolean {
  try {
    JournalReader.open({ disk, directory: JOURNAL_DIRECTORY, after }).close()
    return true
  } catch (error) {
    if (error instanceof ExchangeError && error.code === ErrorCode.JournalMismatch) return false
    throw error
  }
}
