/** A drop-copy session's file of numbers: what a crash may leave of it, and what it may never be taken for. */
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SentNumbersOptions } from '../../src/drop-copy-sessions/sent-numbers.ts'
import { SentNumbers } from '../../src/drop-copy-sessions/sent-numbers.ts'

/** With the record of what was heard. */
const HEAD_BYTES = 64 + 24
const RECORD_BYTES = 24
const BEGINNING = 800

let folder: string
let path: string
const opened: SentNumbers[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buttonwood-numbers-'))
  path = join(folder, 'OPS.numbers')
})

afterEach(() => {
  for (const numbers of opened.splice(0)) numbers.close()
  rmSync(folder, { recursive: true })
})

function open(more: Partial<SentNumbersOptions> = {}): SentNumbers {
  const numbers = new SentNumbers({
    path,
    journalId: 'journal-a',
    journalEnd: 1_000_000,
    isSynced: true,
    beginning: BEGINNING,
    ...more,
  })
  opened.push(numbers)
  return numbers
}

/** A Logon, then copies of the events at the positions. */
function give(numbers: SentNumbers, ...places: number[]): void {
  const at = (nanoseconds: number) => ({ epochSeconds: 1_800_000_000, nanoseconds })
  numbers.expectedMsgSeqNum++
  numbers.give({ isCopy: false, place: BEGINNING }, at(1))
  for (const place of places) numbers.give({ isCopy: true, place }, at(place))
}

const commit = (numbers: SentNumbers): Promise<void> =>
  new Promise((resolve, reject) => {
    numbers.commit((error) => (error === null ? resolve() : reject(error)))
  })

/** `copy of 808`, `other at 800`: what was sent under each number. */
const print = (numbers: SentNumbers): string[] =>
  Array.from({ length: numbers.last }, (_, i) => {
    const { isCopy, place } = numbers.of(i + 1)
    return isCopy ? `copy of ${place}` : `other at ${place}`
  })

const THREE = ['other at 800', 'copy of 808', 'copy of 1000']

async function threeOnDisk(): Promise<void> {
  const numbers = open()
  give(numbers, 808, 1000)
  await commit(numbers)
}

describe("a session's numbers", () => {
  it('begin where the caller says', () => {
    const { last, newest, expectedMsgSeqNum, beganSeconds } = open()

    expect({ last, newest, expectedMsgSeqNum, beganSeconds }).toEqual({
      last: 0,
      newest: { isCopy: false, place: BEGINNING },
      expectedMsgSeqNum: 1,
      beganSeconds: 0,
    })
  })

  it('are there with their times when the file is opened again', async () => {
    await threeOnDisk()
    const numbers = open({ beginning: 5_000 })

    expect(print(numbers)).toEqual(THREE)
    expect(numbers.of(3).time).toEqual({ epochSeconds: 1_800_000_000, nanoseconds: 1000 })
    expect(numbers.expectedMsgSeqNum).toBe(2)
    expect(numbers.beganSeconds).toBe(1_800_000_000)
  })

  it('remember what the counterparty said last, unless more was sent since', async () => {
    await threeOnDisk()
    const numbers = open()
    numbers.expectedMsgSeqNum = 9
    numbers.connectionEnded()
    expect(open().expectedMsgSeqNum).toBe(9)

    numbers.expectedMsgSeqNum = 11
    numbers.give({ isCopy: true, place: 1_008 }, { epochSeconds: 1, nanoseconds: 0 })
    await commit(numbers)
    expect(open().expectedMsgSeqNum).toBe(11)
  })

  it('may be asked for before they are on disk', () => {
    const numbers = open()
    give(numbers, 808, 1000)

    expect(print(numbers)).toEqual(THREE)
    expect(numbers.unsynced).toBe(3)
  })

  it('go on after many thousands in one place of the file', async () => {
    const numbers = open()
    for (let round = 0; round < 5; round++) {
      give(numbers, ...Array.from({ length: 6_000 }, (_, i) => (round * 6_000 + i) * 8 + 808))
      await commit(numbers)
    }
    const again = open()

    expect(again.last).toBe(5 * 6_001)
    expect(again.newest).toMatchObject({ isCopy: true, place: 29_999 * 8 + 808 })
  })

  it('end with the last whole record, wherever the end was torn', async () => {
    await threeOnDisk()
    copyFileSync(path, `${path}.whole`)
    const outcomes = new Set<string>()
    for (let cut = HEAD_BYTES + RECORD_BYTES; cut < HEAD_BYTES + 3 * RECORD_BYTES; cut++) {
      copyFileSync(`${path}.whole`, path)
      truncateSync(path, cut)
      const whole = Math.floor((cut - HEAD_BYTES) / RECORD_BYTES)
      outcomes.add(`${print(open()).join(', ')}${print(open()).length === whole ? '' : ' WRONG'}`)
    }

    expect([...outcomes]).toEqual(['other at 800', 'other at 800, copy of 808'])
  })

  it('behind a torn record do not come back', async () => {
    await threeOnDisk()
    const bytes = readFileSync(path)
    bytes[HEAD_BYTES + RECORD_BYTES] = 0xff
    writeFileSync(path, bytes)
    const numbers = open()
    expect(print(numbers)).toEqual(['other at 800'])

    numbers.give({ isCopy: true, place: 816 }, { epochSeconds: 1, nanoseconds: 0 })
    await commit(numbers)
    expect(print(open())).toEqual(['other at 800', 'copy of 816'])
  })

  it('begin at 1 again with nothing of before', async () => {
    await threeOnDisk()
    const numbers = open()
    numbers.expectedMsgSeqNum = 2
    numbers.startAgain(1_040)
    expect(print(open())).toEqual([])
    expect(open().newest).toEqual({ isCopy: false, place: 1_040 })
    expect(open().expectedMsgSeqNum).toBe(2)

    give(numbers, 1_048)
    await commit(numbers)
    expect(print(open())).toEqual(['other at 800', 'copy of 1048'])
  })

  it('of an earlier run are not taken for those of a later one', async () => {
    await threeOnDisk()
    const old = readFileSync(path).subarray(HEAD_BYTES, HEAD_BYTES + 3 * RECORD_BYTES)
    open().startAgain(1_040)
    const bytes = readFileSync(path)
    bytes.set(old, HEAD_BYTES)
    writeFileSync(path, bytes)

    expect(print(open())).toEqual([])
    expect(open().expectedMsgSeqNum).toBe(2)
  })

  it('of another journal, or of one that has not come as far, are refused', async () => {
    await threeOnDisk()
    const code = 'EXC_DROP_COPY_NUMBERS'

    expect(() => open({ journalId: 'journal-b' })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining('journal journal-a') }),
    )
    expect(() => open({ journalEnd: 900 })).toThrow(expect.objectContaining({ code }))
  })

  it.each([
    ['is damaged', 20],
    ['is of somebody else', 0],
  ])('whose head %s are refused', async (_, at) => {
    await threeOnDisk()
    const bytes = readFileSync(path)
    bytes[at]! ^= 1
    writeFileSync(path, bytes)

    expect(() => open()).toThrow(expect.objectContaining({ code: 'EXC_DROP_COPY_NUMBERS' }))
  })
})
