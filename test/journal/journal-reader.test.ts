import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Journal } from '../../src/journal/index.ts'
import { JournalReader } from '../../src/journal/index.ts'
import { ErrorCode } from '../../src/runtime/index.ts'
import type { VenueConfiguration } from '../../src/wire/index.ts'
import {
  CommandType,
  RecordBuffer,
  applyConfiguration,
  encodeConfiguration,
} from '../../src/wire/index.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import {
  DIRECTORY,
  SEGMENT_1,
  aJournal,
  appendTurn,
  openJournal,
  readTurns,
  stampOf,
  turnsUpTo,
} from './turns.ts'

const openReader = (disk: MemoryDisk, after?: JournalReader['point']): JournalReader =>
  JournalReader.open({ disk, directory: DIRECTORY, ...(after && { after }) })

const venue = (compId: string): VenueConfiguration => ({
  compId,
  instruments: [],
  sessions: [],
  ordersPerDayMax: 1000,
  ordersPerCommandMax: 1000,
})

function appendConfiguration(journal: Journal, configuration: VenueConfiguration): void {
  const body = encodeConfiguration(configuration)
  const commands = new RecordBuffer(64)
  const at = commands.append(
    CommandType.ApplyConfiguration,
    0,
    applyConfiguration.length + body.length,
  )
  applyConfiguration.encode(commands.view, at, { bodyLength: body.length, operationLength: 0 })
  commands.bytes.set(body, at + applyConfiguration.length)
  journal.append(stampOf(1), commands, new RecordBuffer(8))
}

describe('JournalReader', () => {
  it('reads nothing that the writer has not announced as durable', () => {
    const { disk, journal } = aJournal(3)
    const durable = journal.nextPosition
    const reader = openReader(disk)
    appendTurn(journal, 4)
    expect(readTurns(reader.read(durable))).toEqual(turnsUpTo(3))
    expect(readTurns(reader.read(durable))).toEqual([])
    expect(readTurns(reader.read(journal.nextPosition))).toEqual(turnsUpTo(4).slice(3))
  })

  it('begins at a time with the last segment that begins before it', () => {
    const { disk } = aJournal(300)
    const firstOf = new Map<number, number>()
    const segments = disk.list(DIRECTORY).filter((name) => name.endsWith('.log')).length
    for (let turn = 0; turn <= 301; turn++) {
      const sinceSeconds = stampOf(turn).epochSeconds
      const reader = JournalReader.open({ disk, directory: DIRECTORY, sinceSeconds })
      const turns = readTurns(reader.read())
      const first = turns[0]!.groupNumber

      expect(turns).toEqual(turnsUpTo(300).slice(first - 1))
      expect(first === 1 || first < turn).toBe(true)
      firstOf.set(first, turn)
    }

    expect(segments).toBeGreaterThan(3)
    expect(firstOf.size).toBe(segments)
    // One that begins with a turn is read for the times behind that turn, up to the next one's.
    const firsts = [...firstOf.keys()]
    expect([...firstOf.values()]).toEqual([...firsts.slice(1), 301])
  })

  it('follows a live writer turn by turn into new segments', () => {
    const { disk, journal } = aJournal(1)
    const reader = openReader(disk)
    const seen = readTurns(reader.read(journal.nextPosition))
    for (let turn = 2; turn <= 100; turn++) {
      appendTurn(journal, turn)
      seen.push(...readTurns(reader.read(journal.nextPosition)))
    }
    expect(seen).toEqual(turnsUpTo(100))
    expect(reader.position).toBe(journal.nextPosition)
  })

  it('reads every whole group when there is no writer, and stops before a torn tail', () => {
    const { disk, journal } = aJournal(100)
    expect(readTurns(openReader(disk).read())).toEqual(turnsUpTo(100))

    const last = `${DIRECTORY}/${disk.list(DIRECTORY).sort().at(-1)}`
    const bytes = disk.bytesOf(last)
    bytes[bytes.findLastIndex((byte) => byte !== 0)] = 0
    disk.put(last, bytes)
    expect(readTurns(openReader(disk).read())).toEqual(turnsUpTo(99))
    expect(journal.groupNumber).toBe(100)
  })

  it('takes the end for damage when the writer announced more', () => {
    const { disk, journal } = aJournal(5)
    const bytes = disk.bytesOf(SEGMENT_1)
    bytes[128 + journal.nextPosition - 16]! ^= 1
    disk.put(SEGMENT_1, bytes)
    const reader = openReader(disk)
    const code = ErrorCode.JournalDamaged
    expect(() => readTurns(reader.read(journal.nextPosition))).toThrow(
      expect.objectContaining({ code }),
    )
    expect(reader.point.groupNumber).toBe(4)
  })

  it('goes on after any group that its sink has applied', () => {
    const { disk } = aJournal(100)
    const points = [{ journalId: 'journal-of-the-tests', groupNumber: 0, crc: 0 }]
    const reader = openReader(disk)
    for (const _ of reader.read()) points.push(reader.point)
    for (const point of points) {
      expect(readTurns(openReader(disk, point).read())).toEqual(
        turnsUpTo(100).slice(point.groupNumber),
      )
    }
  })

  it('stops when what was applied is not of this history', () => {
    const { disk, journal } = aJournal(5)
    const point = { journalId: journal.journalId, groupNumber: 5, crc: journal.crc }
    const refuse = (changed: Partial<typeof point>, text: string) =>
      expect(() => openReader(disk, { ...point, ...changed })).toThrow(
        expect.objectContaining({
          code: ErrorCode.JournalMismatch,
          message: expect.stringContaining(text),
        }),
      )
    refuse({ journalId: 'another' }, 'is journal journal-of-the-tests')
    refuse({ groupNumber: 6 }, 'ends with group 5')
    refuse({ crc: point.crc ^ 1 }, 'group 5 in /data/journal is another one')
    refuse({ groupNumber: 4 }, 'group 4 in /data/journal is another one')
    expect(disk.openFiles).toBe(1)
  })

  it('says so when there is no journal', () => {
    expect(() => openReader(new MemoryDisk())).toThrow(
      expect.objectContaining({ code: ErrorCode.JournalUnreadable }),
    )
  })

  it('refuses a format that it does not know', () => {
    const { disk } = aJournal(1)
    const bytes = disk.bytesOf(SEGMENT_1)
    bytes[8] = 2
    const view = new DataView(bytes.buffer)
    view.setUint32(124, crc32(bytes.subarray(0, 124)), true)
    disk.put(SEGMENT_1, bytes)
    expect(() => openReader(disk)).toThrow('journal format 2; this program reads format 1')
  })

  it('knows the configuration in force wherever it begins', () => {
    const disk = new MemoryDisk()
    const journal = openJournal(disk)
    const expected: (string | undefined)[] = []
    const points: JournalReader['point'][] = []
    let current: string | undefined
    for (let turn = 1; turn <= 120; turn++) {
      if (turn % 25 === 0) appendConfiguration(journal, venue((current = `V${turn}`)))
      else appendTurn(journal, turn)
      expected.push(current)
      points.push({ journalId: journal.journalId, groupNumber: turn, crc: journal.crc })
    }
    expect(disk.list(DIRECTORY)).toContain('00000003.log')

    for (const [i, point] of points.entries()) {
      const reader = openReader(disk, point)
      expect(reader.configuration?.compId).toBe(expected[i])
      const seen = Array.from(reader.read(), () => reader.configuration?.compId)
      expect(seen).toEqual(expected.slice(i + 1))
    }
  })

  it('knows it too after the writer was opened again in the middle', () => {
    const disk = new MemoryDisk()
    appendConfiguration(openJournal(disk), venue('V1'))
    const journal = openJournal(disk)
    for (let turn = 2; !disk.list(DIRECTORY).includes('00000002.log'); turn++)
      appendTurn(journal, turn)
    const after = {
      journalId: journal.journalId,
      groupNumber: journal.groupNumber,
      crc: journal.crc,
    }
    expect(openReader(disk, after).configuration).toEqual(venue('V1'))
  })
})
