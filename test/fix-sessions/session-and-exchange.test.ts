/**
 * Whatever a counterparty says, the exchange answers what its FixSession alone would, byte for byte,
 * and expects the same number next: what stands around the session adds nothing and loses nothing.
 */
import { describe, expect, it } from 'vitest'
import { Dice } from '../support/dice.ts'
import type { Whim } from '../support/random-counterparty.ts'
import { RandomCounterparty } from '../support/random-counterparty.ts'
import { ExchangeVenue } from '../support/transcript-exchange.ts'
import { SessionVenue } from '../support/transcript-session.ts'
import type { TranscriptVenue } from '../support/transcript-venue.ts'
import { encodeLine, parseFields, readable, timestamp } from '../support/transcript.ts'

const CONVERSATIONS = 100
const WHIMS = 40

/** One of the two, and how long it has been at it. */
class Listener {
  readonly venue: TranscriptVenue
  #elapsedSeconds = 0

  constructor(venue: TranscriptVenue) {
    this.venue = venue
  }

  /** @returns what came back, and the number expected next */
  async hear(whim: Whim): Promise<string[]> {
    await this.#perform(whim)
    await this.venue.settle()
    const answers = this.venue.take().flatMap((happening) => {
      // When the exchange noted a Reject(3) is not to be seen.
      if (happening.kind === 'refused') return []
      return happening.kind === 'said' ? messagesIn(happening.bytes) : [happening.kind]
    })
    return [...answers, `expects ${this.venue.expectedMsgSeqNum}`]
  }

  async #perform(whim: Whim): Promise<void> {
    switch (whim.kind) {
      case 'connect':
        return this.venue.connect('first', 'ACME')
      case 'drop':
        return this.venue.drop('first')
      case 'wait':
        this.#elapsedSeconds += whim.seconds
        return this.venue.advance(Math.round(whim.seconds * 1_000))
      case 'say':
        return this.venue.push('first', this.#encode(whim.text, whim.msgSeqNum))
    }
  }

  #encode(text: string, msgSeqNum: number): Buffer {
    const sendingTime = timestamp(this.#elapsedSeconds)
    const parties = { senderCompId: 'ACME', targetCompId: 'BUTTONWOOD' }
    return encodeLine(text, { ...parties, msgSeqNum, sendingTime })
  }
}

describe('a session alone and the exchange around it', () => {
  const seeds = Array.from({ length: CONVERSATIONS }, (_, index) => index + 1)

  it.each(seeds)('say the same in a random conversation, seed %i', async (seed) => {
    const counterparty = new RandomCounterparty(new Dice(seed))
    const session = new Listener(new SessionVenue())
    const exchange = new Listener(new ExchangeVenue())
    const alone: string[] = []
    const assembled: string[] = []

    for (let i = 0; i < WHIMS; i++) {
      const whim = counterparty.next()
      const answers = await session.hear(whim)
      alone.push(JSON.stringify(whim), ...answers)
      assembled.push(JSON.stringify(whim), ...(await exchange.hear(whim)))
      expect(assembled).toEqual(alone)
      noteAnswers(counterparty, session.venue, answers)
    }
  })
})

function noteAnswers(
  counterparty: RandomCounterparty,
  { expectedMsgSeqNum }: TranscriptVenue,
  answers: readonly string[],
): void {
  counterparty.expected = expectedMsgSeqNum
  if (answers.includes('disconnect')) counterparty.isConnected = false
  for (const answer of answers) {
    const fields = parseFields(answer)
    if (fields.has(34) && !fields.has(43)) counterparty.heard = Number(fields.get(34))
  }
}

const messagesIn = (bytes: Uint8Array): string[] =>
  readable(bytes).split(/(?<=\|10=\d{3}\|)(?=.)/)
