import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Journal } from '../../src/journal/index.ts'
import { ErrorCode, ExchangeError } from '../../src/runtime/index.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import type { Turn } from './turns.ts'
import {
  DIRECTORY,
  SEGMENT_1,
  SEGMENT_2,
  aJournal,
  appendTurn,
  openJournal,
  randomFrom,
  readTurns,
  turnsUpTo,
} from './turns.ts'

/** Where each group of the first segment stands in its file, and where the last one ends. */
function offsetsOf(journal: Journal): number[] {
  return [
    ...Array.from(journal.groups(), (group) => 128 + group.position),
    128 + journal.nextPosition,
  ]
}

function errorOf(action: () => unknown): ExchangeError {
  try {
    action()
  } catch (error) {
    if (error instanceof ExchangeError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

const readAll = (disk: MemoryDisk): Turn[] => readTurns(openJournal(disk).groups())

describe('a torn tail', () => {
  it('is cut wherever the file ends inside the last three groups', () => {
    const { disk, journal } = aJournal(12)
    const offsets = offsetsOf(journal)
    const whole = disk.bytesOf(SEGMENT_1)
    for (let end = offsets[9]!; end <= offsets[12]!; end++) {
      const torn = new MemoryDisk()
      torn.put(SEGMENT_1, whole.subarray(0, end))
      expect(readAll(torn)).toEqual(turnsUpTo(offsets.filter((offset) => offset <= end).length - 1))
    }
  })

  it('is cut wherever the written bytes end in preallocated space, and writing goes on there', () => {
    const { disk, journal } = aJournal(12)
    const offsets = offsetsOf(journal)
    const whole = disk.bytesOf(SEGMENT_1)
    for (let end = offsets[10]!; end < offsets[12]!; end++) {
      const torn = new MemoryDisk()
      torn.put(
        SEGMENT_1,
        whole.map((byte, offset) => (offset < end ? byte : 0)),
      )
      // A group that lacks nothing but the zeros that fill up its last record is whole.
      const isWhole = (next: number): boolean =>
        whole.subarray(end, next).every((byte) => byte === 0)
      const kept = offsets.filter(isWhole).length - 1
      const reopened = openJournal(torn)
      appendTurn(reopened, kept + 1)
      expect(readAll(torn)).toEqual(turnsUpTo(kept + 1, (turn) => (turn > kept ? 2 : 1)))
    }
  })

  it('is named, cleared and synced before anything else is written', () => {
    const { disk, journal } = aJournal(12)
    const [start, end] = offsetsOf(journal).slice(-2)
    const bytes = disk.bytesOf(SEGMENT_1)
    bytes[start! + 20]! ^= 1
    disk.put(SEGMENT_1, bytes)

    const { cut } = openJournal(disk)
    expect(cut?.file).toBe(SEGMENT_1)
    expect(cut?.offset).toBe(start)
    expect(cut?.bytes).toBeGreaterThan(end! - start! - 8)
    disk.crash(() => 0)
    expect(
      disk
        .bytesOf(SEGMENT_1)
        .subarray(start)
        .every((byte) => byte === 0),
    ).toBe(true)
    expect(openJournal(disk).cut).toBeUndefined()
  })

  it('may be an empty new segment', () => {
    const { disk } = aJournal(100)
    const names = disk.list(DIRECTORY).sort()
    const last = `${DIRECTORY}/${names.at(-1)}`
    disk.put(last, disk.bytesOf(last).fill(0, 128))
    const reopened = openJournal(disk)
    const kept = reopened.groupNumber
    expect(kept).toBeLessThan(100)
    expect(readTurns(reopened.groups())).toEqual(turnsUpTo(kept))
    appendTurn(reopened, kept + 1)
    expect(readAll(disk)).toHaveLength(kept + 1)
  })
})

describe('a power cut', () => {
  // A process appends turns and counts those whose append returned: these were acknowledged.
  function runUntilPowerCut(disk: MemoryDisk, operations: number): number {
    let left = operations
    disk.beforeOperation = () => {
      if (left-- === 0) throw new Error('the power is gone')
    }
    let acknowledged = 0
    try {
      const journal = openJournal(disk, { segmentBytes: 2048 })
      acknowledged = journal.groupNumber
      for (;;) {
        appendTurn(journal, acknowledged + 1)
        acknowledged++
      }
    } catch (error) {
      const codes: unknown[] = [ErrorCode.JournalWrite, ErrorCode.JournalUnreadable]
      if (!(error instanceof ExchangeError) || !codes.includes(error.code)) throw error
    }
    return acknowledged
  }

  const withoutRun = (turns: Turn[]) => turns.map((turn) => ({ ...turn, run: 0 }))

  it('loses no acknowledged turn and invents none, at any operation, with any sectors lost', () => {
    for (let operations = 0; operations < 120; operations++) {
      for (let seed = 0; seed < 8; seed++) {
        const disk = new MemoryDisk()
        const acknowledged = runUntilPowerCut(disk, operations)
        disk.crash(randomFrom(operations * 8 + seed))
        const turns = readTurns(openJournal(disk, { segmentBytes: 2048 }).groups())
        expect(turns.length).toBeGreaterThanOrEqual(acknowledged)
        expect(turns.length).toBeLessThanOrEqual(acknowledged + 1)
        expect(turns).toEqual(turnsUpTo(turns.length))
      }
    }
  })

  it('may strike again and again, in the middle of a recovery too', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(40), { minLength: 2, maxLength: 6 }),
        fc.integer(),
        (cuts, seed) => {
          const disk = new MemoryDisk()
          const random = randomFrom(seed)
          let acknowledged = 0
          for (const operations of cuts) {
            acknowledged = Math.max(acknowledged, runUntilPowerCut(disk, operations))
            disk.crash(random)
          }
          const turns = readTurns(openJournal(disk, { segmentBytes: 2048 }).groups())
          expect(turns.length).toBeGreaterThanOrEqual(acknowledged)
          expect(withoutRun(turns)).toEqual(withoutRun(turnsUpTo(turns.length)))
        },
      ),
      { numRuns: 200 },
    )
  })

  it('loses nothing either that a start after a kill went on with', () => {
    for (let operations = 0; operations < 80; operations++) {
      const disk = new MemoryDisk()
      runUntilPowerCut(disk, operations)
      disk.beforeOperation = () => {}
      const journal = openJournal(disk, { segmentBytes: 2048 })
      appendTurn(journal, journal.groupNumber + 1)
      disk.crash(() => 0)
      const turns = readTurns(openJournal(disk, { segmentBytes: 2048 }).groups())
      expect(withoutRun(turns)).toEqual(withoutRun(turnsUpTo(journal.groupNumber)))
    }
  })

  it('takes nothing back that a second start has spoken of', () => {
    const disk = new MemoryDisk()
    const journal = openJournal(disk)
    appendTurn(journal, 1)
    disk.beforeOperation = (operation) => {
      if (operation === 'fdatasync') throw new Error('killed between write and sync')
    }
    expect(errorOf(() => appendTurn(journal, 2)).code).toBe(ErrorCode.JournalWrite)
    disk.beforeOperation = () => {}

    expect(openJournal(disk).groupNumber).toBe(2)
    disk.crash(() => 0)
    expect(openJournal(disk).groupNumber).toBe(2)
  })
})

describe('damage', () => {
  /** Opens a copy with changed bytes and reads it all. */
  function change(disk: MemoryDisk, path: string, edit: (bytes: Uint8Array) => void): MemoryDisk {
    const copy = disk.copy()
    const bytes = copy.bytesOf(path)
    edit(bytes)
    copy.put(path, bytes)
    return copy
  }

  it('before the last group is refused with its place, whichever bit it is', () => {
    const { disk, journal } = aJournal(12)
    const offsets = offsetsOf(journal)
    for (let offset = 128; offset < offsets[11]!; offset++) {
      const damaged = change(disk, SEGMENT_1, (bytes) => (bytes[offset]! ^= 1 << (offset % 8)))
      const group = offsets.findLastIndex((start) => start <= offset)
      const error = errorOf(() => openJournal(damaged))
      expect(error.code).toBe(ErrorCode.JournalDamaged)
      expect(error.message).toContain(
        `${SEGMENT_1}: damaged at offset ${offsets[group]} (position ${offsets[group]! - 128}, group ${group + 1})`,
      )
      expect(damaged.bytesOf(SEGMENT_1)[offset]).not.toBe(disk.bytesOf(SEGMENT_1)[offset])
    }
  })

  it('in the last group is a tail: cut, never half believed', () => {
    const { disk, journal } = aJournal(12)
    const offsets = offsetsOf(journal)
    for (let offset = offsets[11]!; offset < offsets[12]!; offset++) {
      const damaged = change(disk, SEGMENT_1, (bytes) => (bytes[offset]! ^= 1 << (offset % 8)))
      expect(readAll(damaged)).toEqual(turnsUpTo(11))
    }
  })

  it('in the header of a segment is refused', () => {
    const { disk } = aJournal(100)
    for (const path of [SEGMENT_1, SEGMENT_2]) {
      for (let offset = 0; offset < 128; offset++) {
        const damaged = change(disk, path, (bytes) => (bytes[offset]! ^= 0x10))
        const error = errorOf(() => openJournal(damaged))
        expect(error.code).toBe(ErrorCode.JournalDamaged)
        expect(error.message).toContain(`${path}: damaged at offset 0`)
      }
    }
  })

  it('in an earlier segment is refused when the reading comes by, before any later group', () => {
    const { disk, journal } = aJournal(100)
    const inFirst = Array.from(journal.groups()).length
    expect(inFirst).toBe(100)
    fc.assert(
      fc.property(fc.nat(8000), fc.nat(7), (distance, bit) => {
        const used =
          128 + Array.from(journal.groups(), (g) => g.nextPosition).findLast((p) => p < 8064)!
        const offset = 128 + (distance % (used - 128))
        const damaged = change(disk, SEGMENT_1, (bytes) => (bytes[offset]! ^= 1 << bit))
        const reopened = openJournal(damaged)
        const seen: number[] = []
        const error = errorOf(() => {
          for (const group of reopened.groups()) seen.push(128 + group.nextPosition)
        })
        expect(error.code).toBe(ErrorCode.JournalDamaged)
        expect(error.message).toContain(`damaged at offset ${seen.at(-1) ?? 128} `)
        expect(offset).toBeGreaterThanOrEqual(seen.at(-1) ?? 128)
      }),
      { numRuns: 100 },
    )
  })

  it('by a zeroed sector or by exchanged groups is refused', () => {
    const { disk, journal } = aJournal(14)
    const offsets = offsetsOf(journal)
    const zeroed = change(disk, SEGMENT_1, (bytes) => bytes.fill(0, 1024, 1536))
    expect(errorOf(() => openJournal(zeroed)).code).toBe(ErrorCode.JournalDamaged)

    // Turns 8 and 12 have the same length.
    const length = offsets[8]! - offsets[7]!
    expect(offsets[12]! - offsets[11]!).toBe(length)
    const exchanged = change(disk, SEGMENT_1, (bytes) => {
      const eighth = bytes.slice(offsets[7], offsets[8])
      bytes.copyWithin(offsets[7]!, offsets[11]!, offsets[12])
      bytes.set(eighth, offsets[11])
    })
    const { message } = errorOf(() => openJournal(exchanged))
    expect(message).toContain(
      `offset ${offsets[7]} (position ${offsets[7]! - 128}, group 8): group 12 stands where`,
    )
  })

  it('by a missing, foreign or exchanged segment is refused', () => {
    const { disk } = aJournal(200)
    const missing = disk.copy()
    missing.unlink(SEGMENT_2)
    expect(errorOf(() => openJournal(missing)).message).toContain(
      `${SEGMENT_2}: damaged at offset 0`,
    )
    expect(errorOf(() => openJournal(missing)).message).toContain('the file is missing')

    const foreign = disk.copy()
    foreign.put(SEGMENT_2, aJournal(200, { journalId: () => 'foreign' }).disk.bytesOf(SEGMENT_2))
    expect(errorOf(() => openJournal(foreign)).message).toContain('it belongs to journal foreign')

    const exchanged = disk.copy()
    exchanged.put(SEGMENT_2, disk.bytesOf(`${DIRECTORY}/00000003.log`))
    expect(errorOf(() => openJournal(exchanged)).message).toContain('its header says segment 3')
  })

  it('by a segment of another history of the same journal is refused', () => {
    const { disk } = aJournal(100)
    const other = new MemoryDisk()
    const journal = openJournal(other)
    for (let turn = 1; turn <= 100; turn++) appendTurn(journal, turn === 7 ? 11 : turn)
    const mixed = disk.copy()
    mixed.put(SEGMENT_1, other.bytesOf(SEGMENT_1))
    const error = errorOf(() => readAll(mixed))
    expect(error.code).toBe(ErrorCode.JournalDamaged)
    expect(error.message).toContain('does not continue this group')
  })
})

describe('old groups in reused space', () => {
  it('of an earlier run never come back behind the tail', () => {
    // Run 1 wrote 12 turns; the file was then restored to 5 turns, but its space not cleared.
    const { disk, journal } = aJournal(12)
    const offsets = offsetsOf(journal)
    const old = disk.bytesOf(SEGMENT_1)
    const { disk: shorter } = aJournal(4)
    appendTurn(openJournal(shorter), 5)
    const bytes = shorter.bytesOf(SEGMENT_1)
    bytes.set(old.subarray(offsets[5]), offsets[5])
    shorter.put(SEGMENT_1, bytes)

    const reopened = openJournal(shorter)
    expect(readTurns(reopened.groups())).toEqual(turnsUpTo(5, (turn) => (turn === 5 ? 2 : 1)))
    expect(reopened.cut?.offset).toBe(offsets[5])
  })

  it('of another journal never come back, even with fitting numbers', () => {
    const { disk: other, journal } = aJournal(12, { journalId: () => 'another' })
    const offsets = offsetsOf(journal)
    const { disk } = aJournal(5)
    const bytes = disk.bytesOf(SEGMENT_1)
    bytes.set(other.bytesOf(SEGMENT_1).subarray(offsets[5]), offsets[5])
    disk.put(SEGMENT_1, bytes)
    expect(readAll(disk)).toEqual(turnsUpTo(5))
  })

  it('that continue another group than the one before them never come back', () => {
    // Both journals have the same id and run; turn 4 differs, in content but not in length.
    const { disk, journal } = aJournal(5)
    const offsets = offsetsOf(journal)
    const other = new MemoryDisk()
    const otherJournal = openJournal(other)
    for (const turn of [1, 2, 3, 8, 5]) appendTurn(otherJournal, turn)
    expect(offsetsOf(otherJournal)).toEqual(offsets)

    const bytes = disk.bytesOf(SEGMENT_1)
    bytes.set(other.bytesOf(SEGMENT_1).subarray(offsets[4], offsets[5]), offsets[4])
    disk.put(SEGMENT_1, bytes)
    expect(readAll(disk)).toEqual(turnsUpTo(4))
  })
})

describe('a failing disk', () => {
  const failures: [what: string, spoil: (disk: MemoryDisk) => void, text: string][] = [
    ['a failed fdatasync', (disk) => disk.failNext('fdatasync', 'EIO'), 'EIO'],
    ['a failed write', (disk) => disk.failNext('writev', 'EIO'), 'EIO'],
    ['a full disk', (disk) => disk.failNext('writev', 'ENOSPC'), 'ENOSPC'],
    ['a short write', (disk) => disk.shortenNextWrite(100), 'short write: 100 of'],
  ]
  it.each(failures)('is final for the journal: %s', (_, spoil, text) => {
    const { disk, journal } = aJournal(3)
    spoil(disk)
    const error = errorOf(() => appendTurn(journal, 4))
    expect(error.code).toBe(ErrorCode.JournalWrite)
    expect(error.message).toContain(
      `${SEGMENT_1}: the journal cannot be written; the exchange stops: `,
    )
    expect(error.message).toContain(text)
    expect(() => appendTurn(journal, 4)).toThrow('the journal is dead')
    expect(readTurns(journal.groups())).toEqual(turnsUpTo(3))

    disk.crash(() => 0)
    expect(readAll(disk)).toEqual(turnsUpTo(3))
  })

  it.each(['open', 'writev', 'fdatasync', 'rename', 'fsyncDirectory'] as const)(
    'is final when a new segment is made: %s',
    (operation) => {
      const { disk, journal } = aJournal(3)
      let turns = 3
      disk.beforeOperation = (next) => {
        if (next === 'open') disk.failNext(operation, 'EIO')
      }
      const error = errorOf(() => {
        for (;;) {
          appendTurn(journal, turns + 1)
          turns++
        }
      })
      expect(error.code).toBe(ErrorCode.JournalWrite)
      expect(() => appendTurn(journal, turns + 1)).toThrow('the journal is dead')
      disk.crash(() => 0)
      expect(readAll(disk)).toEqual(turnsUpTo(turns))
    },
  )

  it('is noticed within a second when the file was moved or deleted', () => {
    const { disk, journal } = aJournal(3)
    disk.rename(SEGMENT_1, '/data/away.log')
    expect(errorOf(() => appendTurn(journal, 4)).message).toContain('the file was moved or deleted')
  })

  it('cannot be opened when it cannot be made', () => {
    const disk = new MemoryDisk()
    disk.room = 4000
    const error = errorOf(() => openJournal(disk))
    expect(error.code).toBe(ErrorCode.JournalWrite)
    expect(error.message).toContain('cannot open the journal: short write')
  })
})
