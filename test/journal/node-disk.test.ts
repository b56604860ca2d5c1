import { mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { JournalOptions } from '../../src/journal/index.ts'
import { Journal, JournalReader, NodeDisk } from '../../src/journal/index.ts'
import { ErrorCode } from '../../src/runtime/index.ts'
import { appendTurn, readTurns, turnsUpTo } from './turns.ts'

let parent = ''
let directory = ''
const disk = new NodeDisk()

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'buttonwood-journal-'))
  directory = join(parent, 'data/journal')
})

afterEach(() => rmSync(parent, { recursive: true }))

const open = (options: Partial<JournalOptions> = {}): Journal =>
  Journal.open({
    disk,
    directory,
    journalId: () => 'on-a-real-disk',
    durability: 'fsync',
    segmentBytes: 16_384,
    ...options,
  })

describe('a journal on a real disk', () => {
  it('writes, rolls, reopens and is read by another reader', async () => {
    const journal = open()
    const reader = JournalReader.open({ disk, directory })
    for (let turn = 1; turn <= 200; turn++) appendTurn(journal, turn)
    expect(readTurns(reader.read(journal.nextPosition))).toEqual(turnsUpTo(200))
    reader.close()
    await journal.close()
    expect(readdirSync(directory).filter((name) => !name.endsWith('.log'))).toEqual([])

    const reopened = open()
    expect(readTurns(reopened.groups())).toEqual(turnsUpTo(200))
    await reopened.close()
  })

  it('prepares the next segment in step with this one, without blocking', async () => {
    const segmentBytes = 3 * 1024 * 1024
    const spare = join(directory, 'spare')
    const spareBytes = () => statSync(spare, { throwIfNoEntry: false })?.size
    const journal = open({ segmentBytes })
    const body = 60_000
    for (let turn = 1; turn <= 8; turn++) appendTurn(journal, turn, body)
    // A third of the segment is used, so a sixth of the next one may be there, in whole chunks.
    const chunks = 512 * 1024
    await vi.waitFor(() => expect(spareBytes()).toBe(chunks), { timeout: 10_000 })
    for (let turn = 9; turn <= 20; turn++) appendTurn(journal, turn, body)
    await vi.waitFor(() => expect(journal.isSpareReady).toBe(true), { timeout: 10_000 })
    expect(spareBytes()).toBe(segmentBytes)
    for (let turn = 21; turn <= 30; turn++) appendTurn(journal, turn, body)
    expect(statSync(join(directory, '00000002.log')).size).toBe(segmentBytes)
    expect(readTurns(journal.groups())).toHaveLength(30)
    await journal.close()
  })

  it('leaves nothing behind when it is closed while it prepares, or after', async () => {
    for (const waitMs of [0, 500]) {
      const journal = open({ segmentBytes: 1024 * 1024 })
      for (let turn = 1; turn <= 3; turn++) appendTurn(journal, turn, 60_000)
      await setTimeout(waitMs)
      await journal.close()
      expect(readdirSync(directory)).toEqual(['00000001.log'])
    }
  })

  it('is dead once its directory is moved away', async () => {
    const journal = open()
    appendTurn(journal, 1)
    renameSync(directory, `${directory}-away`)
    const code = ErrorCode.JournalWrite
    expect(() => appendTurn(journal, 2)).toThrow(expect.objectContaining({ code }))
    renameSync(`${directory}-away`, directory)
    expect(() => appendTurn(journal, 2)).toThrow('the journal is dead')
    await journal.close()
  })
})
