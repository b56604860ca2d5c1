/** The file of a trail: whole under its name or not there at all. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { chunksOf, writeTrail } from '../../src/audit/index.ts'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buttonwood-audit-'))
  file = join(folder, 'trail.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Lines whose source ends with an error behind the second; says what was there meanwhile. */
function* linesThatEnd(seen: string[][]): Generator<string> {
  yield 'one'
  yield 'x'.repeat(1 << 20)
  seen.push(readdirSync(folder))
  throw new Error('the journal is damaged')
}

describe('a file of a trail', () => {
  it('has every line with its end, for its owner alone', () => {
    writeTrail(file, ['one', 'two', 'three'])

    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\nthree\n')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['trail.jsonl'])
  })

  it('replaces the one before only when it is whole', () => {
    writeFileSync(file, 'the one before')
    const seen: string[][] = []

    expect(() => writeTrail(file, linesThatEnd(seen))).toThrow('the journal is damaged')
    expect(seen).toEqual([[`.trail.jsonl.${process.pid}.unfinished`, 'trail.jsonl']])
    expect(readFileSync(file, 'utf8')).toBe('the one before')
    expect(readdirSync(folder)).toEqual(['trail.jsonl'])
  })

  it('that cannot be written is named, and nothing is left', () => {
    const nowhere = join(folder, 'no-folder', 'trail.jsonl')

    expect(() => writeTrail(nowhere, ['one'])).toThrow(`${nowhere}: cannot be written: ENOENT`)
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('the chunks of a trail', () => {
  it('hold its lines in order, and never much more than one write takes', () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `line ${i} ${'x'.repeat(i % 300)}`)
    const chunks = [...chunksOf(lines)]

    expect(chunks.join('')).toBe(`${lines.join('\n')}\n`)
    expect(chunks.length).toBeGreaterThan(4)
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan((1 << 18) + 400)
  })
})
