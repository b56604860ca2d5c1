/** What the fuzzer begins with: the conversations of test/fix-sessions, and every message of FIX. */
import { readdirSync, readFileSync } from 'node:fs'
import { messageDefinitions } from '../../../src/fix/index.ts'
import { sampleBody } from '../../support/sample-message.ts'
import { encodeLine, parseTranscript, timestamp } from '../../support/transcript.ts'
import type { TranscriptLine } from '../../support/transcript.ts'
import { framedText } from './frame.ts'

const TRANSCRIPTS = new URL('../../fix-sessions/', import.meta.url)
const HEADER = '49=ACME|56=BUTTONWOOD|34=2|52=20261120-14:30:00.000|'.replaceAll('|', '\u0001')

export function seeds(): string[] {
  return [...transcriptStreams(), ...sampleMessages()]
}

/** What they say, a stream for each conversation. */
function transcriptStreams(): string[] {
  return readdirSync(TRANSCRIPTS)
    .filter((file) => file.endsWith('.md'))
    .flatMap(
      (file) => parseTranscript(readFileSync(new URL(file, TRANSCRIPTS), 'utf8')).conversations,
    )
    .map(({ lines }) => lines.map(bytesOfLine).join(''))
    .filter((stream) => stream !== '')
}

function bytesOfLine({ verb, rest }: TranscriptLine, index: number): string {
  if (verb === 'raw') return rest.replaceAll('|', '\u0001')
  if (verb !== '>') return ''
  const header = {
    senderCompId: 'ACME',
    targetCompId: 'BUTTONWOOD',
    msgSeqNum: index + 1,
    sendingTime: timestamp(0),
  }
  return encodeLine(rest, header).toString('latin1')
}

/** Each type with what it must have, and with all that it may have. */
function sampleMessages(): string[] {
  const options = [
    { full: false, entries: 1 },
    { full: true, entries: 0 },
    { full: true, entries: 2 },
  ]
  return [...messageDefinitions()].flatMap((definition) =>
    options.map((option) => {
      const fields = sampleBody(definition, option)
      const body = fields.map(([tag, value]) => `${tag}=${value}\u0001`).join('')
      return framedText('8=FIX.4.4\u0001', `35=${definition.msgType}\u0001${HEADER}${body}`)
    }),
  )
}
