/** Plays a transcript: says what the counterparties say, and compares all that comes back. */
import { assert } from 'vitest'
import type { Happening, TranscriptVenue } from './transcript-venue.ts'
import type { Carrier, TranscriptWire } from './transcript-wire.ts'
import type { Conversation, Speaker, TranscriptLine } from './transcript.ts'
import { encodeLine, parseFields, readable, timestamp } from './transcript.ts'

const OURS = 'BUTTONWOOD'

/** What is left to be compared: a message that arrived, or what happened beside the messages. */
type Outcome = { readonly kind: '<'; readonly text: string } | Exclude<Happening, { kind: 'said' }>

/** One counterparty at its end of the wire. */
interface Counterparty {
  compId: string
  /** Undefined while not connected. */
  wire: TranscriptWire | undefined
  /** MsgSeqNum(34) of their next message, and of ours that the transcript expects. */
  theirNext: number
  ourNext: number
  readonly outcomes: Outcome[]
}

export class TranscriptPlayer {
  readonly #venue: TranscriptVenue
  readonly #carrier: Carrier
  readonly #counterparties: Record<Speaker, Counterparty> = {
    first: aCounterparty('ACME'),
    other: aCounterparty('ACME'),
  }
  #elapsedMs = 0
  #played = 0

  constructor(venue: TranscriptVenue, carrier: Carrier) {
    this.#venue = venue
    this.#carrier = carrier
  }

  /**
   * @returns the lines played
   * @throws AssertionError at the first line that is not as written
   */
  async play({ lines }: Conversation): Promise<number> {
    const numbers = lines[0]?.verb === 'numbers' ? lines[0] : undefined
    if (numbers !== undefined) await this.#setNumbers(numbers)
    await this.#connect('first')

    for (const line of lines) if (line !== numbers) await this.#step(line)
    this.#checkSilence('at the end')
    for (const { wire } of Object.values(this.#counterparties)) await wire?.close('counterparty')
    return this.#played
  }

  async #step(line: TranscriptLine): Promise<void> {
    this.#played++
    switch (line.verb) {
      case '<':
      case 'app':
      case 'refused':
      case 'disconnect':
        return this.#check(line)
      case 'expect':
        return assert.deepEqual(
          { in: this.#venue.expectedMsgSeqNum },
          numbersIn(line.rest),
          `line ${line.number}`,
        )
    }
    this.#checkSilence(`before line ${line.number}`)
    await this.#perform(line)
    await this.#venue.settle()
    await this.#collect()
  }

  async #perform({ verb, rest, speaker, number }: TranscriptLine): Promise<void> {
    switch (verb) {
      case '>':
        return this.#say(speaker, this.#encodeTheirs(speaker, rest))
      case 'raw':
        return this.#say(speaker, Buffer.from(rest.replaceAll('|', '\u0001'), 'latin1'))
      case 'send':
        return this.#venue.send(rest)
      case 'logout':
        return this.#venue.logout(rest)
      case 'clock':
        return this.#advance(rest)
      case 'drop':
        return this.#drop(speaker)
      case 'connect':
        return this.#connect(speaker, rest)
      default:
        throw new Error(`line ${number}: no such verb: ${verb}`)
    }
  }

  async #setNumbers({ rest }: TranscriptLine): Promise<void> {
    this.#played++
    const numbers = numbersIn(rest) as { in: number; out: number }
    await this.#venue.setNumbers(numbers)
    this.#counterparties.first.theirNext = numbers.in
    this.#counterparties.first.ourNext = numbers.out
  }

  async #connect(speaker: Speaker, compId = ''): Promise<void> {
    const counterparty = this.#counterparties[speaker]
    assert.isUndefined(counterparty.wire, `${speaker} is not connected`)
    if (compId !== '') counterparty.compId = compId
    counterparty.wire = await this.#carrier()
    this.#venue.connect(speaker, counterparty.compId)
  }

  async #drop(speaker: Speaker): Promise<void> {
    await this.#wireOf(speaker).close('counterparty')
    this.#counterparties[speaker].wire = undefined
    this.#venue.drop(speaker)
  }

  async #say(speaker: Speaker, bytes: Uint8Array): Promise<void> {
    await this.#wireOf(speaker).toVenue(bytes, (piece) => this.#venue.push(speaker, piece))
  }

  async #advance(text: string): Promise<void> {
    const ms = Number(/^\+([\d.]+)s$/.exec(text)![1]) * 1_000
    this.#elapsedMs += ms
    await this.#venue.advance(ms)
  }

  /** Carries what the venue said to the counterparties, and cuts it into messages there. */
  async #collect(): Promise<void> {
    for (const happening of this.#venue.take()) {
      const counterparty = this.#counterparties[happening.speaker]
      if (happening.kind === 'said') {
        const arrived = await this.#wireOf(happening.speaker).toCounterparty(happening.bytes)
        for (const text of readable(arrived).split(/(?<=\|10=\d{3}\|)(?=.)/)) {
          counterparty.outcomes.push({ kind: '<', text })
        }
        continue
      }
      counterparty.outcomes.push(happening)
      if (happening.kind !== 'disconnect') continue
      await this.#wireOf(happening.speaker).close('venue')
      counterparty.wire = undefined
    }
  }

  #check({ speaker, verb, rest, number }: TranscriptLine): void {
    const outcome = this.#counterparties[speaker].outcomes.shift()
    const expected = verb === '<' ? this.#encodeOurs(speaker, rest) : rest
    if (outcome?.kind !== verb || isSeen(outcome)) {
      const actual = outcome === undefined ? 'nothing' : printed(narrowed(outcome, rest))
      assert.strictEqual(actual, `${verb} ${expected}`.trim(), `line ${number}`)
    }
  }

  #checkSilence(when: string): void {
    const { first, other } = this.#counterparties
    const unsaid = [...first.outcomes, ...other.outcomes]
    assert.deepEqual(unsaid.map(printed), [], `left unsaid ${when}`)
  }

  #wireOf(speaker: Speaker): TranscriptWire {
    const { wire } = this.#counterparties[speaker]
    assert.isDefined(wire, `${speaker} is connected`)
    return wire
  }

  #encodeTheirs(speaker: Speaker, text: string): Buffer {
    const counterparty = this.#counterparties[speaker]
    const given = parseFields(text)
    const msgSeqNum = given.has(34) ? Number(given.get(34)) : counterparty.theirNext
    if (given.get(141) === 'Y') counterparty.theirNext = 1
    if (msgSeqNum >= counterparty.theirNext) counterparty.theirNext = msgSeqNum + 1
    return encodeLine(text, {
      senderCompId: counterparty.compId,
      targetCompId: OURS,
      msgSeqNum,
      sendingTime: timestamp(this.#elapsedMs / 1_000),
    })
  }

  #encodeOurs(speaker: Speaker, text: string): string {
    const counterparty = this.#counterparties[speaker]
    const given = parseFields(text)
    if (given.get(141) === 'Y') counterparty.ourNext = 1
    const msgSeqNum = given.has(34) ? Number(given.get(34)) : counterparty.ourNext++
    return readable(
      encodeLine(text, {
        senderCompId: OURS,
        targetCompId: counterparty.compId,
        msgSeqNum,
        sendingTime: timestamp(this.#elapsedMs / 1_000),
      }),
    )
  }
}

const aCounterparty = (compId: string): Counterparty => ({
  compId,
  wire: undefined,
  theirNext: 1,
  ourNext: 1,
  outcomes: [],
})

const numbersIn = (text: string): Record<string, number> =>
  Object.fromEntries([...text.matchAll(/(\w+)=(\d+)/g)].map(([, name, at]) => [name, Number(at)]))

/** Whether the venue shows more of it than that it happened. */
const isSeen = (outcome: Outcome): boolean =>
  'text' in outcome || 'fields' in outcome || 'reason' in outcome

/** Of a message that came through, the transcript names the fields that matter. */
function narrowed(outcome: Outcome, named: string): Outcome {
  if (!('fields' in outcome)) return outcome
  const tags = new Set(parseFields(named).keys())
  return { ...outcome, fields: outcome.fields.filter(([tag]) => tags.has(tag)) }
}

function printed(outcome: Outcome): string {
  switch (outcome.kind) {
    case '<':
      return `< ${outcome.text}`
    case 'disconnect':
      return `disconnect ${outcome.reason ?? ''}`.trim()
    case 'app':
    case 'refused':
      return `${outcome.kind} ${(outcome.fields ?? []).map((field) => field.join('=')).join('|')}`
  }
}
