import { describe, expect, it } from 'vitest'
import type { Journal } from '../../src/journal/index.ts'
import { ErrorCode } from '../../src/runtime/index.ts'
import { RecordBuffer, messageSent } from '../../src/wire/index.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import {
  SEGMENT_1,
  aJournal,
  appendTurn,
  bodyAt,
  openJournal,
  putCommand,
  putEvent,
  stampOf,
} from './turns.ts'

type Walk = ReturnType<Journal['walkEvents']>

/** Texts of the events from the position on, as many as there are. */
function follow(walk: Walk, position: number): string[] {
  walk.seek(position)
  return rest(walk)
}

function rest(walk: Walk): string[] {
  const found: string[] = []
  while (walk.next()) found.push(bodyAt(walk.view, walk.at, messageSent))
  return found
}

/** Appends a turn of so many commands and events. @returns position of its first event */
function append(journal: Journal, commandCount: number, texts: readonly string[]): number {
  const commands = new RecordBuffer(64)
  const events = new RecordBuffer(64)
  for (let i = 0; i < commandCount; i++) putCommand(commands, `command ${i}`)
  for (const text of texts) putEvent(events, text)
  const position = journal.eventsPosition(commands.length)
  journal.append(stampOf(1), commands, events)
  return position
}

describe('a walk through the events of a journal', () => {
  it('passes over commands, and over groups that have no event', () => {
    const journal = openJournal(new MemoryDisk())
    const first = append(journal, 2, ['one', 'two'])
    append(journal, 3, [])
    append(journal, 1, [])
    append(journal, 0, ['three'])

    expect(follow(journal.walkEvents(), first)).toEqual(['one', 'two', 'three'])
  })

  it('begins at any event, knows its position, and comes back to it', () => {
    const journal = openJournal(new MemoryDisk())
    const first = append(journal, 1, ['one', 'two', 'three'])
    append(journal, 1, ['four'])
    const walk = journal.walkEvents()
    const positions: number[] = []
    walk.seek(first)
    while (walk.next()) positions.push(walk.position)

    expect(positions.map((position) => follow(walk, position)[0])).toEqual([
      'one',
      'two',
      'three',
      'four',
    ])
  })

  it('goes through all segments, and on in those that come later', () => {
    const { journal } = aJournal(1)
    const walk = journal.walkEvents()
    const first = append(journal, 0, ['first'])
    expect(follow(walk, first)).toEqual(['first'])

    for (let turn = 1; turn <= 100; turn++) appendTurn(journal, turn)
    expect(rest(walk)).toHaveLength(100)
    expect(follow(walk, first)).toHaveLength(101)
  })

  it('takes events that are larger than it reads at once together', () => {
    const journal = openJournal(new MemoryDisk())
    const texts = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(60_000))
    const first = append(journal, 1, texts)

    expect(follow(journal.walkEvents(), first)).toEqual(texts)
  })

  it('stops at bytes that are no event, and names the place', () => {
    const { disk, journal } = aJournal(1)
    const position = append(journal, 0, ['one', 'two'])
    const damaged = disk.bytesOf(SEGMENT_1)
    damaged[128 + position] = 12
    disk.put(SEGMENT_1, damaged)
    const walk = journal.walkEvents()
    walk.seek(position)

    expect(() => walk.next()).toThrow(
      expect.objectContaining({ code: ErrorCode.JournalDamaged }) as Error,
    )
  })
})
