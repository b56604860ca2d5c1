/** The end of the journal, found from behind. */
import { describe, expect, it } from 'vitest'
import { readJournalEnd } from '../../src/journal/index.ts'
import { ErrorCode } from '../../src/runtime/index.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { aJournal, appendTurn, DIRECTORY } from './turns.ts'

const endOf = (disk: MemoryDisk, until?: number) =>
  readJournalEnd({ disk, directory: DIRECTORY }, until)

const journalId = 'journal-of-the-tests'

describe('the end of a journal', () => {
  it('is its last group, in whatever segment that is', () => {
    const { disk, journal } = aJournal(0)
    expect(endOf(disk)).toEqual({
      journalId,
      groupNumber: 0,
      position: 0,
      epochSeconds: 0,
      nanoseconds: 0,
    })

    let segments = 1
    for (let turn = 1; turn <= 100; turn++) {
      appendTurn(journal, turn)
      segments = Math.max(segments, disk.list(DIRECTORY).length)
      expect(endOf(disk)).toEqual({
        journalId,
        groupNumber: turn,
        position: journal.nextPosition,
        epochSeconds: 1_800_000_000 + turn,
        nanoseconds: turn,
      })
    }
    expect(segments).toBeGreaterThan(2)
  })

  it('is no further than the writer announced, also where that is the end of a segment', () => {
    const { disk, journal } = aJournal(0)
    const ends = [0]
    for (let turn = 1; turn <= 100; turn++) {
      appendTurn(journal, turn)
      ends.push(journal.nextPosition)
    }

    for (const [groupNumber, position] of ends.entries()) {
      expect(endOf(disk, position)).toMatchObject({ groupNumber, position })
    }
  })

  it('is before a torn tail', () => {
    const { disk } = aJournal(100)
    const last = `${DIRECTORY}/${disk.list(DIRECTORY).sort().at(-1)}`
    const bytes = disk.bytesOf(last)
    bytes[bytes.findLastIndex((byte) => byte !== 0)] = 0
    disk.put(last, bytes)

    expect(endOf(disk)).toMatchObject({ groupNumber: 99 })
  })

  it('is not there where there is no journal', () => {
    expect(() => endOf(new MemoryDisk())).toThrow(
      expect.objectContaining({ code: ErrorCode.JournalUnreadable }),
    )
  })
})
