/**
 * What holds on every report holds too when four sessions say anything at once: orders of all kinds,
 * requests that name any ClOrdID of theirs, wrong ones, the same ones again with PossResend(97), a lost
 * connection, and a night in between.
 */
import { describe, expect, it } from 'vitest'
import type { SessionConfig } from '../../src/runtime/index.ts'
import { Dice } from '../support/dice.ts'
import type { StageClient } from '../support/exchange-stage.ts'
import { ExchangeStage } from '../support/exchange-stage.ts'
import { ReportWatch } from '../support/report-invariants.ts'
import { parseFields } from '../support/transcript.ts'
import type { Said } from './scenario-messages.ts'
import { requestOf } from './scenario-messages.ts'

const SEEDS = 10
const ROUNDS = 150
const PACKET_MAX = 6
const RECENT = 8
const START = '2026-11-20T04:59:30.000Z'
const TRANSACT_TIME = '20261120-04:59:30.000'
const UNTIL_NEXT_DAY_MS = 40_000
const LOGON = '35=A|98=0|108=60'

const sessions: Partial<SessionConfig>[] = [
  { senderCompId: 'ACME' },
  { senderCompId: 'GLOBEX' },
  { senderCompId: 'INITECH', includePendings: true },
  { senderCompId: 'HOOLI', cancelOnDisconnect: 'disconnect', expiredAs: 'expired' },
]

/** Says at random; knows of its orders only what it said itself. */
class Desk {
  readonly compId: string
  client: StageClient
  /** MsgSeqNum(34) of the exchange's next message. */
  expected = 1
  readonly #dice: Dice
  readonly #said = new Map<string, Said>()
  #requests = 0

  constructor(compId: string, client: StageClient, dice: Dice) {
    this.compId = compId
    this.client = client
    this.#dice = dice
  }

  say(): void {
    const count = this.#dice.between(1, PACKET_MAX)
    this.client.say(...Array.from({ length: count }, () => this.#next()))
  }

  #next(): string {
    const dice = this.#dice
    const recent = [...this.#said.values()].slice(-RECENT)
    const earlier = dice.pick(recent)
    if (earlier !== undefined && dice.chance(0.06)) return earlier.text.replace('|', '|97=Y|')

    if (earlier !== undefined && dice.chance(0.06)) return this.#ask(earlier.clOrdId)
    const isUsed = earlier !== undefined && dice.chance(0.04)
    const clOrdId = isUsed ? earlier.clOrdId : `R${++this.#requests}`
    const request = requestOf(this.#words(clOrdId, earlier), this.#said, TRANSACT_TIME)
    if (!isUsed) this.#said.set(clOrdId, request)
    return request.text
  }

  /** For the state of an order, or of all, or for an end of all of them. */
  #ask(clOrdId: string): string {
    const isForAll = this.#dice.chance(0.4)
    const isForTheEnd = isForAll && this.#dice.chance(0.2)
    const all = `Mass ${isForTheEnd ? 'Cancel' : 'Status'} Request(M${++this.#requests})`
    const question = isForAll ? all : `Status Request(${clOrdId})`
    return requestOf(question, this.#said, TRANSACT_TIME).text
  }

  #words(clOrdId: string, about: Said | undefined): string {
    const dice = this.#dice
    const side = this.#side(about)
    const order = `${side} ${dice.between(1, 9) * 100} ${this.#price(side)}`
    if (about === undefined || dice.chance(0.5)) {
      const timeInForce = dice.pick(['', '', '', ' GTC', ' IOC', ' FOK'])
      return `New Order(${clOrdId}) ${order}${timeInForce}`
    }
    const origClOrdId = dice.chance(0.03) ? 'NOBODY' : about.clOrdId
    if (dice.chance(0.4)) return `Cancel Request(${clOrdId},${origClOrdId})`
    return `Replace Request(${clOrdId},${origClOrdId}) ${order}`
  }

  /** Mostly the side of the order that a replacement is about. */
  #side(about: Said | undefined): string {
    const isBuy = about === undefined ? this.#dice.chance(0.5) : about.terms.get(54) === '1'
    return isBuy === this.#dice.chance(0.8) ? 'buy' : 'sell'
  }

  /** Bids and offers overlap a little, so that most orders wait and some are executed. */
  #price(side: string): string {
    if (this.#dice.chance(0.04)) return 'market'
    const offTick = this.#dice.chance(0.05) ? '5' : ''
    return `@ 100.${this.#dice.between(1, 6) + (side === 'buy' ? 10 : 14)}${offTick}`
  }
}

class RandomMarket {
  readonly wrong: string[] = []
  /** What was heard: `8 150=F 39=1`, `9 102=0`. */
  readonly heard = new Set<string>()
  readonly #dice: Dice
  readonly #watch = new ReportWatch()
  readonly #stage = new ExchangeStage({
    start: START,
    sessions: sessions.map((session) => ({ ...session, accounts: [session.senderCompId!] })),
  })
  readonly #desks: Desk[]

  constructor(seed: number) {
    this.#dice = new Dice(seed)
    this.#desks = sessions.map(({ senderCompId }) => {
      const client = this.#stage.connect(senderCompId!)
      client.say(LOGON)
      return new Desk(senderCompId!, client, this.#dice)
    })
  }

  async run(): Promise<void> {
    await this.#settle()
    for (let round = 0; round < ROUNDS; round++) {
      for (const desk of this.#desks) if (this.#dice.chance(0.6)) desk.say()
      await this.#stage.settle()
      if (this.#dice.chance(0.05)) this.#reconnect(this.#dice.pick(this.#desks)!)
      await this.#settle()
      if (round === ROUNDS / 2) await this.#stage.advance(UNTIL_NEXT_DAY_MS)
    }
    if (this.#stage.fatal.length > 0) this.wrong.push(String(this.#stage.fatal[0]))
  }

  /** The answers that were on their way are lost, and come again. */
  #reconnect(desk: Desk): void {
    desk.client.line.break()
    this.#stage.runLoopTurn()
    const { next } = desk.client
    desk.client = this.#stage.connect(desk.compId)
    desk.client.next = next
    desk.client.say(`${LOGON}|789=${desk.expected}`)
  }

  async #settle(): Promise<void> {
    await this.#stage.settle()
    for (const desk of this.#desks)
      for (const message of desk.client.hear()) this.#hear(desk, message)
  }

  #hear(desk: Desk, message: string): void {
    const [, msgSeqNum, text] = /^(\d+): (.*)$/.exec(message)!
    desk.expected = Math.max(desk.expected, Number(msgSeqNum) + 1)
    const fields = parseFields(text!)
    const kind = fields.get(35) === '9' ? `102=${fields.get(102)}` : `150=${fields.get(150)}`
    this.heard.add(`${fields.get(35)} ${kind}`)
    for (const rule of this.#watch.see(text!)) this.wrong.push(`${desk.compId}: ${rule}: ${text}`)
  }
}

const REPORTS = ['0', '4', '5', '6', '8', 'A', 'C', 'E', 'F', 'I'].map((type) => `8 150=${type}`)
const REJECTS = ['0', '1', '2', '6', '99'].map((reason) => `9 102=${reason}`)

describe('every report of a random market', () => {
  it.each(Array.from({ length: SEEDS }, (_, index) => index + 1))(
    'holds, seed %i',
    async (seed) => {
      const market = new RandomMarket(seed)
      await market.run()

      expect(market.wrong).toEqual([])
      expect([...REPORTS, ...REJECTS].filter((kind) => !market.heard.has(kind))).toEqual([])
    },
  )
})
