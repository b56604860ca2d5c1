import { describe, expect, it } from 'vitest'
import { RecordBuffer } from '../../src/wire/index.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { SEGMENT_1, openJournal, putCommand, putEvent, readTurns, stampOf } from './turns.ts'

const SEGMENT_BYTES = 512

/**
 * A segment of format version 1 with two turns. It changes only together with the version, and a
 * later version must go on reading it. The checksums were recomputed with Python's zlib.
 */
// prettier-ignore
const FORMAT_1 = [
  // segment: magic, version, run, id, number, base position, group, command, configuration, previous crc
  '42 57 4a 4f 55 52 4e 4c  01 00 00 00  00 00 00 00',
  '6a 6f 75 72 6e 61 6c 2d  6f 66 2d 74 68 65 2d 74  65 73 74 73 00 00 00 00  00 00 00 00 00 00 00 00',
  '01 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  01 00 00 00 00 00 00 00  01 00 00 00 00 00 00 00',
  '00 00 00 00 00 00 00 00  00 00 00 00',
  '00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00',
  '1c 98 d5 82',
  // group 1: magic, crc, length, command bytes, number, command number, run, previous crc, time, counts, feed
  '42 57 47 31  40 0a 5d 42  c8 00 00 00  18 00 00 00',
  '01 00 00 00 00 00 00 00  01 00 00 00 00 00 00 00  01 00 00 00  00 00 00 00',
  '01 d2 49 6b  01 00 00 00  01 00 00 00  02 00 00 00  0a 00 00 00 00 00 00 00',
  // SendMessage "first"
  '18 00 00 00 12 00 01 00  00 00 00 00 33 00 05 00  66 69 72 73 74 00 00 00',
  // MessageSent "one"
  '38 00 00 00 51 00 01 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00',
  '00 00 00 00 00 00 00 00  33 00 03 00 00 00 00 00  6f 6e 65 00 00 00 00 00',
  // MessageSent "two"
  '38 00 00 00 51 00 01 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00',
  '00 00 00 00 00 00 00 00  33 00 03 00 00 00 00 00  74 77 6f 00 00 00 00 00',
  // group 2
  '42 57 47 31  e8 e4 ec 57  70 00 00 00  30 00 00 00',
  '02 00 00 00 00 00 00 00  02 00 00 00 00 00 00 00  01 00 00 00  40 0a 5d 42',
  '02 d2 49 6b  02 00 00 00  02 00 00 00  00 00 00 00  14 00 00 00 00 00 00 00',
  // SendMessage "second", "third"
  '18 00 00 00 12 00 01 00  00 00 00 00 33 00 06 00  73 65 63 6f 6e 64 00 00',
  '18 00 00 00 12 00 01 00  00 00 00 00 33 00 05 00  74 68 69 72 64 00 00 00',
].join(' ')

const TURNS = [
  { commands: ['first'], events: ['one', 'two'] },
  { commands: ['second', 'third'], events: [] },
]

/** The rest of the segment is preallocated zeros. */
function goldenSegment(): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_BYTES)
  bytes.set(FORMAT_1.split(/ +/).map((byte) => Number.parseInt(byte, 16)))
  return bytes
}

describe('journal format 1', () => {
  it('is written byte for byte', () => {
    const disk = new MemoryDisk()
    const journal = openJournal(disk, { segmentBytes: SEGMENT_BYTES })
    for (const [i, turn] of TURNS.entries()) {
      const commands = new RecordBuffer(64)
      const events = new RecordBuffer(64)
      for (const body of turn.commands) putCommand(commands, body)
      for (const body of turn.events) putEvent(events, body)
      journal.append(stampOf(i + 1), commands, events)
    }
    expect(disk.bytesOf(SEGMENT_1)).toEqual(goldenSegment())
  })

  it('is read', () => {
    const disk = new MemoryDisk()
    disk.put(SEGMENT_1, goldenSegment())
    const journal = openJournal(disk, { segmentBytes: SEGMENT_BYTES })
    expect(readTurns(journal.groups())).toEqual([
      { groupNumber: 1, commandNumber: 1, run: 1, ...stampOf(1), ...TURNS[0] },
      { groupNumber: 2, commandNumber: 2, run: 1, ...stampOf(2), ...TURNS[1] },
    ])
    expect(journal.run).toBe(2)
  })
})
