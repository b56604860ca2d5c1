/**
 * Damage to a journal's segment, at every place that matters and at many by chance, on a disk in memory:
 * cut short, bits turned, sectors zeroed, sectors exchanged. What the next start finds must be the
 * history up to the damage when nothing whole stands behind it, and else an error that names the place.
 */
import { Journal } from '../../src/journal/index.ts'
import { ErrorCode, ExchangeError } from '../../src/runtime/index.ts'
import type { Dice } from '../support/dice.ts'
import { MemoryDisk } from '../support/memory-disk.ts'

const DIRECTORY = 'journal'
const SEGMENT = `${DIRECTORY}/00000001.log`
const SEGMENT_HEADER_BYTES = 128
const SECTOR_BYTES = 512
/** What stays of the zeros behind the last group. */
const ZEROS_BYTES = 4_096
/** Groups at the end that are cut at every byte, or in so many places when they are large. */
const GROUPS_CUT = 3
const CUTS_MAX = 2_000

export interface DamageOutcome {
  faults: number
  /** Starts that cleared a torn tail, and that refused. */
  cut: number
  refused: number
  readonly violations: string[]
}

/** @param perKind how often each kind of damage is done by chance */
export function damageJournal(segment: Uint8Array, dice: Dice, perKind: number): DamageOutcome {
  const history = new History(segment)
  const { outcome, ends } = history
  const from = ends.at(-1 - GROUPS_CUT) ?? SEGMENT_HEADER_BYTES
  const step = Math.ceil((ends.at(-1)! - from) / CUTS_MAX)
  for (let length = from; length <= ends.at(-1)!; length += step) {
    history.hold(history.whole.slice(0, length), `cut at ${length}`)
    const zeroed = history.whole.slice().fill(0, length)
    history.hold(zeroed, `zeros from ${length}`)
  }
  for (let i = 0; i < perKind; i++) {
    history.hold(...flipped(history.whole, dice))
    history.hold(...zeroedSector(history.whole, dice))
    history.hold(...exchangedSectors(history.whole, dice))
  }
  return outcome
}

type Damaged = readonly [bytes: Uint8Array, what: string]

function flipped(whole: Uint8Array, dice: Dice): Damaged {
  const bytes = whole.slice()
  const at = dice.below(bytes.length)
  const bit = dice.below(8)
  bytes[at]! ^= 1 << bit
  return [bytes, `bit ${bit} of ${at} turned`]
}

function zeroedSector(whole: Uint8Array, dice: Dice): Damaged {
  const bytes = whole.slice()
  const at = aSector(bytes, dice)
  bytes.fill(0, at, at + SECTOR_BYTES)
  return [bytes, `sector at ${at} zeroed`]
}

function exchangedSectors(whole: Uint8Array, dice: Dice): Damaged {
  const bytes = whole.slice()
  const [one, other] = [aSector(bytes, dice), aSector(bytes, dice)]
  bytes.set(whole.subarray(one, one + SECTOR_BYTES), other)
  bytes.set(whole.subarray(other, other + SECTOR_BYTES), one)
  return [bytes, `sectors at ${one} and ${other} exchanged`]
}

const aSector = ({ length }: Uint8Array, dice: Dice): number =>
  SECTOR_BYTES * dice.below(Math.floor(length / SECTOR_BYTES))

/** What was written, and what of it a start on damaged bytes must find. */
class History {
  readonly whole: Uint8Array
  /** Where each group ends in the file, the segment's header first. */
  readonly ends: number[]
  readonly outcome: DamageOutcome = { faults: 0, cut: 0, refused: 0, violations: [] }
  private readonly crcs: number[]

  constructor(segment: Uint8Array) {
    const groups = open(segment).map(({ crc, nextPosition }) => {
      return { crc, end: SEGMENT_HEADER_BYTES + nextPosition }
    })
    this.crcs = groups.map(({ crc }) => crc)
    this.ends = [SEGMENT_HEADER_BYTES, ...groups.map(({ end }) => end)]
    // A copy, which `slice` of a Buffer is not.
    this.whole = new Uint8Array(segment.subarray(0, this.ends.at(-1)! + ZEROS_BYTES))
  }

  hold(bytes: Uint8Array, what: string): void {
    this.outcome.faults++
    const expected = this.expectedOf(bytes)
    const found = this.foundIn(bytes)
    if (found === expected) return
    this.outcome.violations.push(`${what}: ${found}, not ${expected}`)
  }

  private expectedOf(bytes: Uint8Array): string {
    const { ends, whole } = this
    const isWhole = (group: number): boolean => same(whole, bytes, ends[group - 1]!, ends[group]!)
    if (!same(whole, bytes, 0, SEGMENT_HEADER_BYTES)) return 'refused at offset 0'
    const groups = ends.length - 1
    let first = 1
    while (first <= groups && isWhole(first)) first++
    for (let later = first + 1; later <= groups; later++) {
      if (isWhole(later)) return `refused at offset ${ends[first - 1]}`
    }
    return `${first - 1} groups`
  }

  private foundIn(bytes: Uint8Array): string {
    try {
      const groups = open(bytes)
      this.outcome.cut++
      const isHistory = groups.every(({ crc }, i) => crc === this.crcs[i])
      return isHistory ? `${groups.length} groups` : 'another history'
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error
      this.outcome.refused++
      const offset = /damaged at offset (\d+) \(position \d+, group \d+\)/.exec(error.message)?.[1]
      const isNamed = error.code === ErrorCode.JournalDamaged && offset !== undefined
      return isNamed ? `refused at offset ${offset}` : error.message
    }
  }
}

function open(bytes: Uint8Array): { crc: number; nextPosition: number }[] {
  const disk = new MemoryDisk()
  disk.put(SEGMENT, bytes)
  const journal = Journal.open({
    disk,
    directory: DIRECTORY,
    journalId: () => 'new',
    durability: 'fsync',
  })
  return Array.from(journal.groups(), ({ crc, nextPosition }) => ({ crc, nextPosition }))
}

function same(one: Uint8Array, other: Uint8Array, from: number, to: number): boolean {
  return Buffer.compare(one.subarray(from, to), other.subarray(from, to)) === 0
}
