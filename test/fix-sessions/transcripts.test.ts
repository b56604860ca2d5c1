import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { TranscriptPlayer } from '../support/transcript-player.ts'
import { parseTranscripts } from '../support/transcript.ts'

const folder = new URL('./', import.meta.url)
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .sort()

describe.each(files)('%s', (file) => {
  const cases = parseTranscripts(readFileSync(new URL(file, folder), 'utf8'))

  it('says for each case what it shows', () => {
    expect(cases).not.toEqual([])
    expect(cases.filter(({ why, lines }) => why === '' || lines.length === 0)).toEqual([])
  })

  it.each(cases.map((transcript) => [transcript.title, transcript] as const))(
    '%s',
    (_, transcript) => {
      expect(new TranscriptPlayer().play(transcript)).toBe(transcript.lines.length)
    },
  )
})
