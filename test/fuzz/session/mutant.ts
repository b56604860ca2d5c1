/**
 * A counterparty that says one changed message after the other and holds the exchange to its rules:
 * every well-formed message in sequence is answered and counted, and whatever it said before, the
 * session goes on, if need be on a new connection. docs/protocols/fix-session.md.
 */
import type { Dice } from '../../support/dice.ts'
import type { ExchangeStage, StageClient } from '../../support/exchange-stage.ts'
import type { Field } from '../../support/transcript.ts'
import { readable } from '../../support/transcript.ts'
import { naiveFields, naiveRead } from '../../reference/naive-reader.ts'
import { Finding } from '../parser/finding.ts'
import { framedText } from '../parser/frame.ts'
import { mutate } from '../parser/mutate.ts'
import { LAST } from '../parser/run-case.ts'
import type { HeardMessage } from './heard.ts'
import { HeardMessages, parseHeard } from './heard.ts'
import type { Standing } from './mutant-message.ts'
import { goodMessage, mutateFields } from './mutant-message.ts'

const LOGON = '35=A|98=0|108=60'
const LOGONS_MAX = 5
/** Numbers beyond these are not filled up; a new connection does without. */
const NUMBERS_AHEAD_MAX = 50
const NUMBER_MAX = 4_000_000_000
/** Taken without a word. */
const SILENT = new Set(['0', '3', 'j'])
/** What changes numbers, or ends the session. */
const UNTIDY = new Set(['A', '4', '5'])
const LIMITS = { messageBytesMax: 65_536, garbageBytesMax: 4_096 }

export class Mutant {
  readonly heard: HeardMessages
  /** Messages by what came of them. */
  readonly counts: Record<string, number> = {}
  private readonly stage: ExchangeStage
  private readonly dice: Dice
  private readonly compId: string
  private client: StageClient | undefined
  /** MsgSeqNum(34) that the exchange expects. */
  private expected = 1
  private readonly clOrdIds: string[] = []
  private ids = 0
  /** What was said last, for a finding. */
  private said: string[] = []

  constructor(stage: ExchangeStage, compId: string, dice: Dice) {
    this.stage = stage
    this.compId = compId
    this.dice = dice
    this.heard = new HeardMessages(compId)
  }

  /** Says one message, hears what comes of it, and sees that the session goes on. */
  async step(): Promise<void> {
    const client = this.client ?? (await this.logOn())
    const stream = this.someStream()
    const tidy = this.tidyType(stream)
    this.say(client, stream)
    const answers = await this.hear(client)
    this.judgeRejects(answers, tidy)
    if (tidy !== undefined) this.judgeTidy(tidy, answers)
    this.judgeEnd(client, answers, stream)

    const goesOn = !client.line.isOver && answers.every(({ msgType }) => msgType !== '5')
    if (!goesOn) return this.leave('ended')
    if (!isWhole(stream) || this.isFarAhead(stream)) return this.leave('cut off')
    const gapAt = tidy === undefined ? gapOf(answers) : undefined
    const number = this.expected + (tidy === undefined ? NUMBERS_AHEAD_MAX : 1)
    await this.probe(client, number, gapAt)
  }

  /** What was said last. */
  get story(): string {
    return this.said.join('\n')
  }

  /** Everything that was missed is asked for, and the session is logged on. */
  async catchUp(): Promise<void> {
    this.client ??= await this.logOn()
  }

  // What it says

  private someStream(): string {
    const { dice } = this
    const standing = this.standing()
    const fields = mutateFields(goodMessage(standing, dice), dice, standing)
    const clOrdId = fields.find(([tag]) => tag === 11)?.[1]
    if (clOrdId !== undefined) this.clOrdIds.push(clOrdId)
    const begin = dice.chance(0.01) ? '8=FIX.4.2\u0001' : '8=FIX.4.4\u0001'
    const stream = framedText(begin, fields.map(([tag, value]) => `${tag}=${value}\u0001`).join(''))
    if (!dice.chance(0.15)) return stream
    return mutate(stream, dice, () => stream).slice(0, LIMITS.garbageBytesMax)
  }

  private standing(): Standing {
    return {
      compId: this.compId,
      msgSeqNum: this.expected,
      lastHeard: Math.max(1, this.heard.last),
      sendingTime: this.now(),
      clOrdIds: this.clOrdIds.slice(-20),
      nextClOrdId: `${this.compId[0]}${++this.ids}`,
    }
  }

  private now(): string {
    const at = new Date(this.stage.clock.epochMs()).toISOString()
    return at.replaceAll('-', '').replace('T', '-').replace('Z', '')
  }

  private say(client: StageClient, stream: string): void {
    const bytes = Buffer.from(stream, 'latin1')
    this.note(`> ${readable(bytes).slice(0, 400)}`)
    client.line.send(bytes)
  }

  private async hear(client: StageClient): Promise<HeardMessage[]> {
    await this.stage.settle()
    const messages = client.hear().map(parseHeard)
    for (const message of messages) {
      this.note(`< ${message.msgSeqNum}: ${message.text.slice(0, 400)}`)
      this.heard.take(message)
    }
    return messages
  }

  private note(line: string): void {
    this.said.push(line)
    if (this.said.length > 30) this.said.shift()
  }

  private count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1
  }

  // What must hold

  /** MsgType(35) of one message that is ours, in sequence and in time, so that it must be answered. */
  private tidyType(stream: string): string | undefined {
    const [only, ...others] = naiveRead(stream, LIMITS)
    if (only?.kind !== 'message' || others.length > 0 || only.text !== stream) return undefined
    const fields = naiveFields(stream)
    const first = (tag: number): string | undefined => fields.find((field) => field[0] === tag)?.[1]
    const isOurs = first(49) === this.compId && first(56) === 'BUTTONWOOD'
    const isInTime = first(52) === this.now() && first(8) === 'FIX.4.4'
    const isInSequence = first(34) === String(this.expected) && first(43) === undefined
    const msgType = first(35)!
    return isOurs && isInTime && isInSequence && !UNTIDY.has(msgType) ? msgType : undefined
  }

  private judgeTidy(msgType: string, answers: readonly HeardMessage[]): void {
    this.count(`${SILENT.has(msgType) ? 'silent' : 'answered'} tidy`)
    if (answers.length > 0 || SILENT.has(msgType)) return
    throw new Finding('answer', `35=${msgType} in sequence was not answered`)
  }

  /** A Reject says which message and, unless none is to blame, which tag. */
  private judgeRejects(answers: readonly HeardMessage[], tidy: string | undefined): void {
    for (const { msgType, isDuplicate, value, text } of answers) {
      if (msgType !== '3' || isDuplicate) continue
      this.count('rejected')
      const isNameless = ['0', '99'].includes(value(373)!)
      const hasTag = Number(value(371)) !== 0 && value(371) !== undefined
      const isOfThis = tidy === undefined || value(45) === String(this.expected)
      if ((hasTag || isNameless) && value(58) !== undefined && isOfThis) continue
      throw new Finding('reject', text)
    }
  }

  /** Who is disconnected hears why, unless it was noise that ended it. */
  private judgeEnd(client: StageClient, answers: readonly HeardMessage[], stream: string): void {
    const isToldWhy = answers.some(({ msgType }) => msgType === '5')
    if (!client.line.isOver || isToldWhy || stream.length > LIMITS.garbageBytesMax / 4) return
    throw new Finding('end', 'disconnected without a Logout')
  }

  /**
   * A TestRequest is answered; what is missing before it is filled up first.
   * @param askedFrom the number from which on the exchange has asked for what is missing
   */
  private async probe(client: StageClient, number: number, askedFrom?: number): Promise<void> {
    const id = `probe${this.ids}`
    this.sayFields(client, number, '1', [[112, id]])
    let answers = await this.hear(client)
    const gapAt = askedFrom ?? gapOf(answers)
    if (gapAt !== undefined) {
      const isCounted = number === this.expected + 1
      if (isCounted) throw new Finding('count', `${this.expected} in sequence was not counted`)
      this.count('filled up')
      this.fill(client, gapAt, number)
      answers = [...answers, ...(await this.hear(client))]
    }
    const isAnswered = answers.some((one) => one.msgType === '0' && one.value(112) === id)
    if (isAnswered) {
      this.expected = number + 1
      return
    }
    const isEnded = answers.some(({ msgType }) => msgType === '5')
    if (!isEnded || number === this.expected + 1)
      throw new Finding('probe', `${id} was not answered`)
    return this.leave('ended')
  }

  private fill(client: StageClient, from: number, to: number): void {
    this.sayFields(client, from, '4', [[43, 'Y'], [122, this.now()], [123, 'Y'], [36, String(to)]]) // prettier-ignore
  }

  private sayFields(client: StageClient, number: number, msgType: string, fields: Field[]): void {
    const { compId } = this
    const head: Field[] = [[35, msgType], [49, compId], [56, 'BUTTONWOOD'], [34, String(number)], [52, this.now()]] // prettier-ignore
    const body = [...head, ...fields].map(([tag, value]) => `${tag}=${value}\u0001`).join('')
    this.say(client, framedText('8=FIX.4.4\u0001', body))
  }

  // How it comes back

  private isFarAhead(stream: string): boolean {
    return naiveRead(stream, LIMITS).some((one) => {
      if (one.kind !== 'message') return false
      const number = Number(naiveFields(one.text).find(([tag]) => tag === 34)?.[1])
      return number > this.expected + NUMBERS_AHEAD_MAX - 1
    })
  }

  private async leave(how: string): Promise<void> {
    this.count(how)
    const { client } = this
    this.client = undefined
    if (client === undefined) return
    if (this.dice.chance(0.5)) client.line.hangUp()
    else client.line.break()
    await this.stage.settle()
    if (!client.line.isOver) throw new Finding('end', 'the connection is still open')
  }

  private async logOn(): Promise<StageClient> {
    let number = this.expected
    for (let i = 0; i < LOGONS_MAX; i++) {
      const client = this.stage.connect(this.compId)
      this.heard.connected()
      const isReset = number > NUMBER_MAX || this.dice.chance(0.02)
      if (isReset) number = 1
      client.say(`${LOGON}${isReset ? '|141=Y' : ''}|34=${number}`)
      this.note(`> Logon ${number}`)
      const answers = await this.hear(client)
      if (answers[0]?.msgType === 'A') return this.loggedOn(client, number, answers)

      const expecting = /expecting (\d+)/.exec(answers.at(-1)?.text ?? '')?.[1]
      if (expecting === undefined) break
      number = Number(expecting)
      this.client = client
      await this.leave('told the number')
    }
    throw new Finding('logon', 'the session cannot log on again')
  }

  private async loggedOn(
    client: StageClient,
    number: number,
    answers: readonly HeardMessage[],
  ): Promise<StageClient> {
    this.client = client
    this.expected = number + 1
    const gapAt = gapOf(answers)
    if (gapAt !== undefined) this.fill(client, gapAt, number + 1)
    const first = answers[0]!
    if (first.msgSeqNum > this.heard.last) {
      this.sayFields(client, this.expected++, '2', [[7, String(this.heard.last + 1)], [16, '0']]) // prettier-ignore
    }
    await this.hear(client)
    if (this.heard.last < first.msgSeqNum) throw new Finding('resend', 'not everything came again')
    return client
  }
}

/** BeginSeqNo(7) of a ResendRequest. */
function gapOf(answers: readonly HeardMessage[]): number | undefined {
  const asked = answers.find(({ msgType }) => msgType === '2')
  return asked && Number(asked.value(7))
}

/** Whether a message behind the stream would be heard at once. */
const isWhole = (stream: string): boolean => {
  const last = naiveRead(stream + LAST, LIMITS).at(-1)
  return last?.kind === 'message' && last.text === LAST
}
