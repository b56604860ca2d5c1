/**
 * Plays every transcript of this folder with its bytes whole, one by one, in random pieces and
 * through TLS: against a FixSession alone, or the assembled exchange where it takes that. What both
 * can play, the exchange plays too, in whole messages and in random pieces.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificate } from '../support/certificates.ts'
import { Dice } from '../support/dice.ts'
import { ExchangeVenue } from '../support/transcript-exchange.ts'
import { TranscriptPlayer } from '../support/transcript-player.ts'
import { SessionVenue } from '../support/transcript-session.ts'
import { TlsCarrier } from '../support/transcript-tls.ts'
import type { Carrier } from '../support/transcript-wire.ts'
import { byteByByte, inPieces, inWholeMessages } from '../support/transcript-wire.ts'
import type { VenueName } from '../support/transcript.ts'
import { parseTranscript, venuesOf } from '../support/transcript.ts'

const folder = new URL('./', import.meta.url)
const RULES = new URL('../../docs/protocols/fix-session.md', folder)
const SEED = 44
const PIECE_BYTES_MAX = 40

const transcripts = readdirSync(folder)
  .filter((name) => name.endsWith('.md') && name !== 'README.md')
  .sort()
  .map((file) => ({ file, ...parseTranscript(readFileSync(new URL(file, folder), 'utf8')) }))

const venues = { session: () => new SessionVenue(), exchange: () => new ExchangeVenue() }

const RANDOM_PIECES = `in random pieces, seed ${SEED}`
const carriers: Record<string, Carrier> = {
  'in whole messages': inWholeMessages,
  [RANDOM_PIECES]: () => {
    const dice = new Dice(SEED)
    return inPieces(() => dice.between(1, PIECE_BYTES_MAX))
  },
  'byte by byte': byteByByte,
  'over TLS': () => tls.connect(),
}
const AGAIN = ['in whole messages', RANDOM_PIECES]

let certificates: string
let tls: TlsCarrier

beforeAll(async () => {
  certificates = mkdtempSync(join(tmpdir(), 'transcripts-'))
  tls = await TlsCarrier.listen(makeCertificate(certificates, 'server'))
})
afterAll(() => {
  tls.close()
  rmSync(certificates, { recursive: true })
})

describe.each(transcripts.map((one) => [one.file, one] as const))('%s', (file, transcript) => {
  const { title, why, conversations } = transcript

  it('is named by its case, and says of each conversation what it shows', () => {
    expect(title).toMatch(/^[^:]+: ./)
    expect(file).toBe(file.toLowerCase())
    expect([why, ...conversations.map((one) => one.why)]).not.toContain('')
    expect(conversations.filter(({ lines }) => lines.length === 0)).toEqual([])
    expect(new Set(conversations.map((one) => one.title)).size).toBe(conversations.length)
  })

  describe.each(conversations.map((one) => [one.title, one] as const))('%s', (_, conversation) => {
    const plays = venuesOf(conversation).flatMap((venue, index) =>
      (index === 0 ? Object.keys(carriers) : AGAIN).map((carrier) => [venue, carrier] as const),
    )

    it.each(plays)('%s, %s', async (venue, carrier) => {
      const player = new TranscriptPlayer(venues[venue](), carriers[carrier]!)

      expect(await player.play(conversation)).toBe(conversation.lines.length)
    })
  })
})

describe('docs/protocols/fix-session.md', () => {
  it('has a row for each transcript, with its case, its title and how it is played, and no other', () => {
    const rows = [
      ...readFileSync(RULES, 'utf8').matchAll(
        /^\| (.+?) +\| (.+?) +\| \[([\w-]+\.md)\]\(\.\.\/\.\.\/test\/fix-sessions\/\3\) +\| +(\d+) +\| +(\d+) +\|$/gm,
      ),
    ].map((row) => row.slice(1).join(' | '))

    const wanted = transcripts.map(({ file, title, conversations }) => {
      const [name, shown] = title.split(/: (.*)/)
      const played = conversations.map(venuesOf)
      const count = (venue: VenueName) => played.filter((names) => names.includes(venue)).length
      return [name, shown, file, count('session'), count('exchange')].join(' | ')
    })
    expect(rows.toSorted()).toEqual(wanted.toSorted())
  })
})
