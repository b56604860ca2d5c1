/**
 * Any bytes past the FIX reader and the validation. Coverage leads `npm run fuzz` on; here a fixed
 * seed tries what one change away from good messages is. What it once found is in cases/.
 * docs/operations/fuzzing.md.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { instrument } from './edges/instrument.ts'
import { ParserFuzzer } from './parser/fuzz-parser.ts'
import { minimise } from './parser/minimise.ts'
import { parseCase, printCase, streamOf } from './parser/parser-case.ts'
import { runCase } from './parser/run-case.ts'
import { seeds } from './parser/seeds.ts'

const CASES = new URL('cases/', import.meta.url)
const EXECUTIONS = 20_000
const LIMITS = { messageBytesMax: 65_536, garbageBytesMax: 65_536 }

const cases = readdirSync(CASES).filter((file) => file.startsWith('parser-'))

describe('the FIX reader and the validation', () => {
  it('do with every message of FIX and every transcript what the naive reader does', () => {
    for (const stream of seeds()) {
      for (const chunks of [[stream], stream.split('')]) {
        expect(() => runCase({ chunks, limits: LIMITS, suspendEvery: 0 })).not.toThrow()
      }
    }
  })

  it(`stand ${EXECUTIONS} changed streams`, () => {
    const fuzzer = new ParserFuzzer(1)
    while (fuzzer.executions < EXECUTIONS) {
      const failure = fuzzer.step()
      if (failure !== undefined)
        throw new Error(printCase(failure.parserCase, String(failure.finding)))
    }
    expect(fuzzer.executions).toBe(EXECUTIONS)
  })

  it.each(cases)('stand what was found once: %s', (file) => {
    const parserCase = parseCase(readFileSync(new URL(file, CASES), 'utf8'))
    expect(() => runCase(parserCase)).not.toThrow()
  })
})

describe('the fuzzer', () => {
  it('writes an input as text that it can read', () => {
    const bytes = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('')
    const parserCase = { chunks: [bytes, '8=FIX.4.4\u0001'], limits: LIMITS, suspendEvery: 2 }
    expect(parseCase(printCase(parserCase, 'why\nin two lines'))).toEqual(parserCase)
  })

  it('makes an input short as long as the same oracle objects', () => {
    const isBad = (stream: string): boolean => stream.includes('41=\u0001') && stream.includes('7')
    const run = (parserCase: Parameters<typeof runCase>[0]): void => {
      if (isBad(streamOf(parserCase))) throw new Error('bad')
    }
    const stream = '8=FIX.4.4\u00019=20\u000135=D\u000141=\u000137=7\u000155=AAPL\u000110=000\u0001'
    const shortest = minimise({ chunks: stream.split(''), limits: LIMITS, suspendEvery: 1 }, run)
    expect(shortest).toEqual({ chunks: ['41=\u00017'], limits: LIMITS, suspendEvery: 0 })
  })

  it('counts every branch of a module', () => {
    const code = [
      'export function f(a, b) {',
      '  if (a) return b && a',
      '  else for (const c of b) a ||= c ? 1 : (2)',
      '  switch (b) { case 1: a++; break; default: return () => a ?? b }',
      '}',
    ].join('\n')
    expect(instrument(code, 7)).toMatchInlineSnapshot(`
      {
        "code": "export function f(a, b) {fuzzCounters[7]++;
        if (a) {fuzzCounters[8]++;return b && (fuzzCounters[10]++,a)}
        else {fuzzCounters[9]++;for (const c of b) {fuzzCounters[11]++;a ||= c ? (fuzzCounters[12]++,1) : (fuzzCounters[13]++,(2))}}
        switch (b) { case 1: fuzzCounters[14]++;a++; break; default: fuzzCounters[15]++;return () => a ?? (fuzzCounters[16]++,b) }
      }",
        "next": 17,
      }
    `)
  })
})
