/**
 * `buttonwood serve` on a journal that is not what was written: one line that names the file and the
 * place, exit code 1, nothing served and nothing changed.
 */
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { enterOrders } from '../support/enter-orders.ts'
import { buttonwood, ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'

/** ARCHITECTURE.md, "Journal". */
const SEGMENT_HEADER_BYTES = 128

/** Where a day of a few orders was written, and a copy for each test to spoil. */
let written: ExchangeFolder
let folder: ExchangeFolder

beforeAll(async () => {
  written = await ExchangeFolder.make()
  const exchange = await written.start()
  await enterOrders(exchange.ports.fix, ['A1', 'A2', 'A3'])
  await exchange.stop()
})
afterAll(() => written.remove())

beforeEach(async () => {
  folder = await ExchangeFolder.make()
  cpSync(join(written.dataDir, 'journal'), join(folder.dataDir, 'journal'), { recursive: true })
})
afterEach(() => folder.remove())

const segment = (name = '00000001.log'): string => join(folder.dataDir, 'journal', name)

/** Changes the first segment's bytes. */
function spoil(change: (bytes: Buffer, groups: readonly number[]) => void): void {
  const bytes = readFileSync(segment())
  change(bytes, groupsOf(bytes))
  writeFileSync(segment(), bytes)
}

/** Offsets of the groups. */
function groupsOf(bytes: Buffer): number[] {
  const offsets: number[] = []
  let at = SEGMENT_HEADER_BYTES
  while (bytes.toString('latin1', at, at + 4) === 'BWG1') {
    offsets.push(at)
    at += bytes.readUInt32LE(at + 8)
  }
  return offsets
}

async function command(...args: string[]): Promise<[number | null, string]> {
  const { exitCode, stderr } = await buttonwood(args)
  return [exitCode, stderr.replaceAll(folder.path, 'FOLDER')]
}

const serve = () => command('serve', '--config', folder.file)
const verify = () => command('journal', 'verify', '--data-dir', folder.dataDir)

describe('serve refuses a journal', { timeout: PROCESS_MS }, () => {
  it('with a changed byte in an early turn, as verify does, and leaves the file as it is', async () => {
    spoil((bytes, groups) =>
      bytes.writeUInt8(bytes.readUInt8(groups[1]! + 70) ^ 1, groups[1]! + 70),
    )
    const before = readFileSync(segment())
    const [exitCode, line] = await serve()

    expect(exitCode).toBe(1)
    expect(line).toMatch(
      /^buttonwood: FOLDER\/data\/journal\/00000001\.log: damaged at offset \d+ \(position \d+, group 2\): the checksum does not fit, and a valid group follows at offset \d+\. Nothing was changed; restore the file from a copy \[EXC_JOURNAL_DAMAGED\]\n$/,
    )
    expect(readFileSync(segment()).equals(before)).toBe(true)
    expect(await verify()).toEqual([1, line])
  })

  it('whose events are not what its commands cause, as verify does', async () => {
    let differsAt = 0
    spoil((bytes, groups) => {
      const last = groups.at(-1)!
      const length = bytes.readUInt32LE(last + 8)
      // The session's last event, said otherwise, under a checksum that fits.
      differsAt = last + length - 8
      bytes.writeUInt8(bytes.readUInt8(differsAt) ^ 1, differsAt)
      const journalId = bytes.toString('latin1', 16, 48).replaceAll('\0', '')
      const crc = crc32(bytes.subarray(last + 8, last + length), crc32(journalId))
      bytes.writeUInt32LE(crc, last + 4)
    })
    const position = differsAt - SEGMENT_HEADER_BYTES
    const line = new RegExp(
      `^buttonwood: group \\d+: executing the journal again gives another event at position ${position}; ` +
        'start this journal with the version that wrote it \\[EXC_REPLAY_DIFFERS\\]\n$',
    )

    expect(await serve()).toEqual([1, expect.stringMatching(line)])
    expect(await verify()).toEqual([1, expect.stringMatching(line)])
  })

  // prettier-ignore
  it.each([
    [
      'whose file cannot be read',
      () => { rmSync(segment()); mkdirSync(segment()) },
      'FOLDER/data/journal/00000001.log: cannot be read: EISDIR: illegal operation on a directory, read [EXC_JOURNAL_UNREADABLE]',
    ],
    [
      'of a version that this program does not know',
      () => spoil((bytes) => {
        bytes.writeUInt32LE(2, 8)
        bytes.writeUInt32LE(crc32(bytes.subarray(0, 124)), 124)
      }),
      'FOLDER/data/journal/00000001.log: journal format 2; this program reads format 1. Start the version that wrote it [EXC_JOURNAL_UNREADABLE]',
    ],
    [
      'with a changed byte in the header of a file',
      () => spoil((bytes) => bytes.writeUInt8(0xff, 20)),
      'FOLDER/data/journal/00000001.log: damaged at offset 0 (position 0, group 1): the checksum of the segment header does not fit. Nothing was changed; restore the file from a copy [EXC_JOURNAL_DAMAGED]',
    ],
    [
      'whose first file is missing',
      () => renameSync(segment(), segment('00000002.log')),
      'FOLDER/data/journal/00000001.log: damaged at offset 0 (position 0, group 1): the file is missing, the next one there is 00000002.log. Nothing was changed; restore the file from a copy [EXC_JOURNAL_DAMAGED]',
    ],
  ])('%s', async (_, change, line) => {
    change()
    expect(await serve()).toEqual([1, `buttonwood: ${line}\n`])
  })
})
