/**
 * One input of the parser fuzzer: bytes, how they are cut into chunks, and the reader's limits. As a
 * file it is readable text: `|` for the delimiter, `\xNN` for what no editor shows.
 *
 *   limits 65536 4096       messageBytesMax and garbageBytesMax
 *   suspend 2               the reader is suspended after every second message
 *   chunk 8=FIX.4.4|9=5|    bytes that arrive together
 */
import type { FixReaderLimits } from '../../../src/fix/index.ts'

export interface ParserCase {
  /** Each character a byte. */
  readonly chunks: readonly string[]
  readonly limits: FixReaderLimits
  /** The reader is suspended after every so many messages, and resumed behind the chunk; 0 = never. */
  readonly suspendEvery: number
}

export const streamOf = ({ chunks }: ParserCase): string => chunks.join('')

export function printCase({ chunks, limits, suspendEvery }: ParserCase, why: string): string {
  return [
    ...why.split('\n').map((line) => `# ${line}`),
    `limits ${limits.messageBytesMax} ${limits.garbageBytesMax}`,
    `suspend ${suspendEvery}`,
    ...chunks.map((chunk) => `chunk ${escaped(chunk)}`),
    '',
  ].join('\n')
}

export function parseCase(text: string): ParserCase {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const restsOf = (verb: string): string[] =>
    lines.filter((line) => line.startsWith(`${verb} `)).map((line) => line.slice(verb.length + 1))
  const [messageBytesMax, garbageBytesMax] = restsOf('limits')[0]!.split(' ').map(Number)
  return {
    chunks: restsOf('chunk').map(unescaped),
    limits: { messageBytesMax: messageBytesMax!, garbageBytesMax: garbageBytesMax! },
    suspendEvery: Number(restsOf('suspend')[0]),
  }
}

function escaped(bytes: string): string {
  return bytes.replaceAll(/[^]/g, (byte) => {
    if (byte === '\u0001') return '|'
    if (byte >= '!' && byte <= '~' && byte !== '|' && byte !== '\\') return byte
    return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

const unescaped = (text: string): string =>
  text
    .replaceAll('|', '\u0001')
    .replaceAll(/\\x(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
