/** That a file which is not as it was written is found, wherever it was changed. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkTrail, LINE_BYTES_MAX, readLines, writeTrail } from '../../src/audit/index.ts'
import { ErrorCode, ExchangeError } from '../../src/runtime/index.ts'
import { aTradingDay, linesOfDay } from './a-trading-day.ts'

let folder: string
let file: string
let whole: Buffer
let lines: string[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'buttonwood-audit-'))
  file = join(folder, 'trail.jsonl')
  lines = linesOfDay((await aTradingDay()).disk)
  writeTrail(file, lines)
  whole = readFileSync(file)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The message about a file of these bytes; '' when nothing is wrong with it. */
function problemOf(bytes: Uint8Array | string): string {
  const changed = join(folder, 'changed.jsonl')
  writeFileSync(changed, bytes)
  try {
    checkTrail('FILE', readLines(changed))
    return ''
  } catch (error) {
    if (!(error instanceof ExchangeError && error.code === ErrorCode.AuditTrail)) throw error
    return error.message.replace(changed, 'FILE')
  }
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex')

const withLine = (index: number, line: string): string => `${lines.with(index, line).join('\n')}\n`

describe('a file that was not changed', () => {
  it('is sound', () => {
    expect(checkTrail(file, readLines(file))).toEqual({
      tradingDate: '2026-11-23',
      lines: lines.length,
      sha256: sha256Of(`${lines.slice(0, -1).join('\n')}\n`),
      isComplete: true,
    })
  })
})

describe('a file that was changed', () => {
  it('in any one byte is not sound', () => {
    const place = fc.nat(whole.length - 1)
    const difference = fc.integer({ min: 1, max: 255 })
    fc.assert(
      fc.property(place, difference, (at, bits) => {
        const bytes = Buffer.from(whole)
        bytes[at]! ^= bits
        expect(problemOf(bytes)).not.toBe('')
      }),
      { numRuns: 400 },
    )
  })

  it('in any one byte of its summary is not sound', () => {
    const start = whole.length - lines.at(-1)!.length - 1
    const unnoticed: number[] = []
    for (let at = start; at < whole.length; at++) {
      const bytes = Buffer.from(whole)
      bytes[at]! ^= 1
      if (problemOf(bytes) === '') unnoticed.push(at)
    }

    expect(unnoticed).toEqual([])
  })

  it('by a line that goes, comes or changes its place is not sound', () => {
    const without = lines.toSpliced(5, 1)
    const doubled = lines.toSpliced(5, 0, lines[5]!)
    const exchanged = lines.with(5, lines[6]!).with(6, lines[5]!)

    for (const changed of [without, doubled, exchanged]) {
      expect(problemOf(`${changed.join('\n')}\n`)).toMatch(/^FILE: the checksum does not fit: /)
    }
  })

  it('by being cut anywhere is not sound', () => {
    const cuts = Array.from({ length: 200 }, (_, i) => Math.floor((whole.length * i) / 200))

    expect(cuts.filter((cut) => problemOf(whole.subarray(0, cut)) === '')).toEqual([])
  })
})

describe('the message', () => {
  it('names the first line that does not parse', () => {
    expect(problemOf(withLine(4, '{"type":"OrderAccepted"'))).toBe(
      'FILE: line 5 does not parse: it is not JSON',
    )
    expect(problemOf(withLine(4, '{"type":"Order"}'))).toBe(
      'FILE: line 5 does not parse: it has no type of an audit trail',
    )
    expect(problemOf(Buffer.from(withLine(4, '"\u00ff"'), 'latin1'))).toBe(
      'FILE: line 5 does not parse: it is not UTF-8',
    )
    expect(problemOf(withLine(4, 'x'.repeat(LINE_BYTES_MAX + 1)))).toMatch(
      /^FILE: line 5 does not parse: it is /,
    )
  })

  it('says both checksums when all lines parse', () => {
    const at = lines.findIndex((line) => line.includes('"lastQty":60'))
    const changed = withLine(at, lines[at]!.replace('"lastQty":60', '"lastQty":61'))

    expect(problemOf(changed)).toMatch(
      /^FILE: the checksum does not fit: the SHA-256 of lines 1 to \d+ is [0-9a-f]{64}, the summary says [0-9a-f]{64}$/,
    )
  })

  it('says that the summary is missing, is not the last, or says something else', () => {
    const number = lines.length
    expect(problemOf(`${lines.slice(0, -1).join('\n')}\n`)).toBe(
      `FILE: the file ends behind line ${number - 1} without its summary: it was cut short`,
    )
    expect(problemOf(`${lines.join('\n')}\n${lines[1]!}\n`)).toBe(
      `FILE: line ${number + 1} stands behind the summary`,
    )
    expect(problemOf(withLine(number - 1, lines.at(-1)!.replace('"lines":', '"lines":1')))).toBe(
      `FILE: line ${number} is a summary that does not say what the lines before it give`,
    )
    expect(problemOf(lines.join('\n'))).toBe(
      `FILE: line ${number} has no end: the file was cut short`,
    )
    expect(problemOf('')).toBe(
      'FILE: the file ends behind line 0 without its summary: it was cut short',
    )
  })
})
