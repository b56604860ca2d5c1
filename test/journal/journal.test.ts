import { describe, expect, it } from 'vitest'
import { RecordBuffer, messageSent, sendMessage } from '../../src/wire/index.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import {
  DIRECTORY,
  aJournal,
  appendTurn,
  bodyAt,
  openJournal,
  putCommand,
  putEvent,
  readTurns,
  stampOf,
  turnsUpTo,
} from './turns.ts'

describe('Journal', () => {
  it('gives back every turn as it was appended, after a reopening too', () => {
    const { disk, journal } = aJournal(5)
    expect(readTurns(journal.groups())).toEqual(turnsUpTo(5))

    const reopened = openJournal(disk)
    expect(readTurns(reopened.groups())).toEqual(turnsUpTo(5))
    expect(reopened.nextPosition).toBe(journal.nextPosition)
    expect(reopened.crc).toBe(journal.crc)
    expect(reopened.cut).toBeUndefined()
  })

  it('counts a run for every opening that wrote something', () => {
    const { disk, journal } = aJournal(2)
    const second = openJournal(disk)
    appendTurn(second, 3)
    const third = openJournal(disk)
    appendTurn(third, 4)

    expect([journal.run, second.run, third.run]).toEqual([1, 2, 3])
    expect(readTurns(third.groups())).toEqual(turnsUpTo(4, (turn) => (turn < 3 ? 1 : turn - 1)))
  })

  it('numbers commands over the turns', () => {
    const journal = openJournal(new MemoryDisk())
    for (const count of [1, 3, 2]) {
      const commands = new RecordBuffer(64)
      for (let i = 0; i < count; i++) putCommand(commands, 'x')
      journal.append(stampOf(1), commands, new RecordBuffer(8))
    }
    const firstCommands = readTurns(journal.groups()).map((turn) => turn.commandNumber)
    expect(firstCommands).toEqual([1, 2, 5])
    expect(journal.nextCommandNumber).toBe(7)
  })

  it('keeps its id and takes the caller only for a new one', () => {
    const { disk } = aJournal(1)
    expect(openJournal(disk, { journalId: () => 'another' }).journalId).toBe('journal-of-the-tests')
  })

  it('says before the append where the first event will stand', () => {
    const { disk, journal } = aJournal(30)
    const commands = new RecordBuffer(64)
    const events = new RecordBuffer(64)
    putCommand(commands, 'ask')
    const first = putEvent(events, 'first')
    const second = putEvent(events, 'second')
    const position = journal.eventsPosition(commands.length)
    journal.append(stampOf(31), commands, events)
    appendTurn(journal, 32)

    const { view, at } = openJournal(disk).readRecord(position + second)
    expect(bodyAt(view, at, messageSent)).toBe('second')
    const place = journal.readRecord(position + first)
    expect(bodyAt(place.view, place.at, messageSent)).toBe('first')
  })

  it('writes a group behind the 64 bytes of its header and nothing else', () => {
    const { journal } = aJournal(1)
    const commands = new RecordBuffer(64)
    putCommand(commands, 'x')
    const before = journal.nextPosition
    journal.append(stampOf(2), commands, new RecordBuffer(8))
    expect(journal.nextPosition - before).toBe(64 + commands.length)
  })

  it('reads on from any group, and from nowhere else', () => {
    const { journal } = aJournal(60)
    const positions = Array.from(journal.groups(), (group) => group.position)
    for (const [index, from] of positions.entries()) {
      expect(readTurns(journal.groups({ from }))).toEqual(turnsUpTo(60).slice(index))
    }
    expect(() => readTurns(journal.groups({ from: positions[30]! + 8 }))).toThrow(
      'from the start of one',
    )
    expect(readTurns(journal.groups({ from: journal.nextPosition }))).toEqual([])
  })

  it('reports how far the reading is', () => {
    const { journal } = aJournal(60)
    const calls: [number, number][] = []
    readTurns(journal.groups({ onProgress: (done, total) => calls.push([done, total]) }))
    expect(calls).toEqual([[journal.nextPosition, journal.nextPosition]])
  })

  it('goes on in a new segment when one is full, and names positions as if there were none', () => {
    const { disk, journal } = aJournal(100)
    expect(disk.list(DIRECTORY).length).toBeGreaterThan(3)
    expect(readTurns(openJournal(disk).groups())).toEqual(turnsUpTo(100))

    let expected = 0
    for (const group of journal.groups()) {
      expect(group.position).toBe(expected)
      expected = group.nextPosition
    }
  })

  it('fetches any record of any segment by its position', () => {
    const { disk } = aJournal(100)
    const journal = openJournal(disk)
    const wanted: [position: number, body: string][] = []
    for (const group of journal.groups()) {
      wanted.push([group.eventsPosition, bodyAt(group.view, group.eventsStart, messageSent)])
    }
    for (const [position, body] of [...wanted.toReversed(), ...wanted]) {
      const { view, at } = journal.readRecord(position)
      expect(bodyAt(view, at, messageSent)).toBe(body)
    }
  })

  it('fetches a record that was appended after its surroundings were read', () => {
    const { journal } = aJournal(3)
    const read = (position: number): string => {
      const { view, at } = journal.readRecord(position)
      return bodyAt(view, at, sendMessage)
    }
    read(64)
    const next = journal.nextPosition + 64
    expect(() => read(next)).toThrow('record position')
    appendTurn(journal, 4)
    expect(read(next)).toMatch(/^ask turn 4/)
  })

  it('gives a group that is larger than a segment a segment of its own', () => {
    const { disk, journal } = aJournal(2)
    const sizes = [30_000, 100, 2_500_000]
    for (const [i, bytes] of sizes.entries()) {
      const commands = new RecordBuffer(64)
      while (commands.length < bytes) putCommand(commands, '.'.repeat(Math.min(bytes, 50_000)))
      const events = new RecordBuffer(64)
      putEvent(events, `event ${i}`)
      journal.append(stampOf(i), commands, events)
    }
    const reopened = openJournal(disk)
    const lengths = Array.from(
      reopened.groups(),
      (group) => group.commandsEnd - group.commandsStart,
    )
    expect(lengths.slice(2)).toEqual([30_016, 120, 2_500_800])
    expect(disk.list(DIRECTORY).sort()).toEqual([
      '00000001.log',
      '00000002.log',
      '00000003.log',
      '00000004.log',
    ])
    const { view, at } = reopened.readRecord(reopened.nextPosition - messageSent.length - 8)
    expect(bodyAt(view, at, messageSent)).toBe('event 2')
  })

  it('takes the segment that was prepared in the background', async () => {
    const { disk, journal } = aJournal(10)
    expect(journal.isSpareReady).toBe(false)
    await new Promise(setImmediate)
    expect(journal.isSpareReady).toBe(true)
    expect(disk.list(DIRECTORY)).toContain('spare')

    const operations: string[] = []
    disk.beforeOperation = (operation) => operations.push(operation)
    for (let turn = 11; !operations.includes('rename'); turn++) appendTurn(journal, turn)
    expect(operations.slice(operations.indexOf('open')).join(' ')).toBe(
      // The header into the spare file, its name, and the group that did not fit any more.
      'open writev fdatasync rename fsyncDirectory writev fdatasync',
    )
    expect(disk.list(DIRECTORY)).toEqual(['00000001.log', '00000002.log'])
  })

  it('clears away a segment that was being prepared when the process ended', async () => {
    const { disk } = aJournal(10)
    await new Promise(setImmediate)
    expect(disk.list(DIRECTORY)).toContain('spare')
    openJournal(disk)
    expect(disk.list(DIRECTORY)).toEqual(['00000001.log'])
  })

  it('closes all its files', async () => {
    const { disk, journal } = aJournal(100)
    readTurns(journal.groups())
    await journal.close()
    expect(disk.openFiles).toBe(0)
    expect(() => appendTurn(journal, 101)).toThrow('the journal is closed')
  })

  it('leaves the syncing to the operating system if it is told to, but for full segments', () => {
    const { disk, journal } = aJournal(1, { durability: 'os' })
    const operations: string[] = []
    disk.beforeOperation = (operation) => operations.push(operation)
    appendTurn(journal, 2)
    expect(operations).toEqual(['writev'])
    for (let turn = 3; !operations.includes('rename'); turn++) appendTurn(journal, turn)
    expect(operations.slice(operations.indexOf('fdatasync')).join(' ')).toBe(
      'fdatasync open writev writev fdatasync rename fsyncDirectory writev',
    )
  })

  it('says early that the disk is too full for another segment, and tries again', async () => {
    const { disk, journal } = aJournal(10)
    disk.room = 1000
    await new Promise(setImmediate)
    expect(journal.isSpareReady).toBe(false)
    expect(journal.bytesReserved).toBe(8192 - 128 - journal.nextPosition)
    appendTurn(journal, 11)
    disk.room = Infinity
    appendTurn(journal, 12)
    await new Promise(setImmediate)
    appendTurn(journal, 13)
    await new Promise(setImmediate)
    expect(journal.isSpareReady).toBe(true)
  })
})
