/**
 * Reads one stream as a whole and in chunks, and compares both with the naive reader. A well-formed
 * message follows every stream: whatever the stream was, a reader that is not stopped then either
 * waits for the same bytes or has reported every byte that it did not deliver.
 */
import type { FixMessage, FixReaderLimits } from '../../../src/fix/index.ts'
import { FixReader, textOf } from '../../../src/fix/index.ts'
import type { Heard } from '../../reference/naive-reader.ts'
import { naiveRead } from '../../reference/naive-reader.ts'
import { Finding } from './finding.ts'
import { framedText } from './frame.ts'
import { judgeMessage } from './judge-message.ts'
import type { ParserCase } from './parser-case.ts'
import { streamOf } from './parser-case.ts'

/** What follows every stream. */
export const LAST = framedText(
  '8=FIX.4.4\u0001',
  '35=0\u000149=ACME\u000156=BUTTONWOOD\u000134=7\u0001',
)

/** @throws Finding */
export function runCase(parserCase: ParserCase): void {
  const { chunks, limits, suspendEvery } = parserCase
  const stream = streamOf(parserCase) + LAST
  const expected = naiveRead(stream, limits)

  compare('whole', read([stream], limits, 0, judgeMessage), expected)
  compare('chunks', read([...chunks, LAST], limits, suspendEvery), expected)
}

type Judge = (message: FixMessage, text: string) => void

function read(
  chunks: readonly string[],
  limits: FixReaderLimits,
  suspendEvery: number,
  judge?: Judge,
): Heard[] {
  const heard: Heard[] = []
  let messages = 0
  const reader = new FixReader(
    {
      onMessage(message) {
        const { bytes, start, end } = message
        const text = textOf(bytes, start, end)
        heard.push({ kind: 'message', text })
        if (text !== LAST) judge?.(message, text)
        if (suspendEvery > 0 && ++messages % suspendEvery === 0) reader.suspend()
      },
      onGarbled: (reason, text) => void heard.push({ kind: 'garbled', reason, text }),
      onGarbageLimit: () => void heard.push({ kind: 'limit' }),
    },
    limits,
  )
  for (const chunk of chunks) {
    reader.push(Buffer.from(chunk, 'latin1'))
    resume(reader, heard)
  }
  return heard
}

/** As often as something comes of it. */
function resume(reader: FixReader, heard: readonly Heard[]): void {
  for (let before = -1; before !== heard.length;) {
    before = heard.length
    reader.resume()
  }
}

function compare(oracle: string, found: readonly Heard[], expected: readonly Heard[]): void {
  const length = Math.max(found.length, expected.length)
  for (let i = 0; i < length; i++) {
    if (isSame(found[i], expected[i])) continue
    throw new Finding(
      oracle,
      `heard ${JSON.stringify(found[i])}, not ${JSON.stringify(expected[i])}`,
    )
  }
}

/** A report shows no more than what had arrived: of chunks, a beginning. */
function isSame(found: Heard | undefined, expected: Heard | undefined): boolean {
  if (found?.kind !== expected?.kind) return false
  if (found?.kind === 'message') return found.text === (expected as typeof found).text
  if (found?.kind !== 'garbled') return true
  const { reason, text } = expected as typeof found
  return found.reason === reason && found.text.length > 0 && text.startsWith(found.text)
}
