/**
 * Plays a scenario on the assembled exchange: says what was received, with everything on its way before
 * anybody hears an answer, and compares every message of every session with the rows, to the last.
 */
import { assert } from 'vitest'
import type { SessionConfig } from '../../src/runtime/index.ts'
import type { OperatorAction } from '../../src/wire/index.ts'
import type { StageClient } from '../support/exchange-stage.ts'
import { ExchangeStage } from '../support/exchange-stage.ts'
import type { Execution } from '../support/average-px.ts'
import { averagePx } from '../support/average-px.ts'
import { ReportWatch } from '../support/report-invariants.ts'
import { parseFields } from '../support/transcript.ts'
import type { Said } from './scenario-messages.ts'
import {
  actualOf,
  expectedOf,
  forgottenTerms,
  requestOf,
  sessionOf,
  withoutSession,
} from './scenario-messages.ts'
import type { Row, Scenario, Step } from './scenario.ts'
import { stepsOf } from './scenario.ts'

/** Thirty seconds before the trading day of New York ends, so that a scenario can wait for it. */
const START = '2026-11-20T04:59:30.000Z'
const UNTIL_NEXT_DAY_MS = 40_000
/** Ten seconds before a day of one minute for each phase. */
const START_OF_PHASES = '2026-11-20T12:59:50.000Z'
const MINUTE_MS = 60_000
const schedule = {
  days: ['fri' as const],
  holidays: [],
  phases: {
    'pre-open': '08:00',
    continuous: '08:01',
    'closing-auction': '08:02',
    'post-close': '08:03',
    closed: '08:04',
  },
  halfDays: {},
  randomEndSeconds: 0,
  groups: {},
}
/** What brings the next phase about. */
const PHASE_BEGINS = /^(pre-open|continuous trading|the closing auction|post-close) begins$/
const TRANSACT_TIME = '20261120-04:59:30.000'
/** Long enough for no Heartbeat to come in between. */
const LOGON = '35=A|98=0|108=60'
const SESSION_MESSAGES = ['A', '0', '4']
const HEARTBEAT = ['0']

/** Each with an option that a scenario is about; their rows begin with their name. */
const sessions: Partial<SessionConfig>[] = [
  { senderCompId: 'ACME' },
  { senderCompId: 'GLOBEX' },
  { senderCompId: 'WAYNE', cancelOnDisconnect: 'disconnect' },
  { senderCompId: 'INITECH', includePendings: true },
  {
    senderCompId: 'HOOLI',
    cancelOnDisconnect: 'disconnect',
    extendedCodes: true,
    expiredAs: 'expired',
  },
  { senderCompId: 'STARK', restateGoodTill: true, doneForDay: true },
]

interface Party {
  readonly compId: string
  client: StageClient
  /** MsgSeqNum(34) of the exchange's next message. */
  expected: number
  /** What each ClOrdID was used for first. */
  readonly said: Map<string, Said>
  /** MsgType(35) of the last request with each ClOrdID. */
  readonly asked: Map<string, string>
}

/** An order that GLOBEX sends so that another is executed: filled at once, and nothing else. */
interface CounterOrder {
  readonly clOrdId: string
  readonly orderQty: number
  readonly executions: Execution[]
}

export class ScenarioPlayer {
  readonly #scenario: Scenario
  readonly #stage: ExchangeStage
  readonly #watch = new ReportWatch()
  readonly #parties = new Map<string, Party>()
  #counterOrders: CounterOrder[] = []
  #counterOrderCount = 0
  #operationCount = 0

  constructor(scenario: Scenario) {
    this.#scenario = scenario
    const hasPhases = scenario.rows.some(({ Received }) => PHASE_BEGINS.test(Received))
    this.#stage = new ExchangeStage({
      start: hasPhases ? START_OF_PHASES : START,
      ...(hasPhases && { market: { schedule } }),
      sessions: sessions.map((session) => ({
        ...session,
        firm: session.senderCompId!,
        accounts: [`${session.senderCompId}-1`],
      })),
    })
  }

  /**
   * @returns the rows played
   * @throws AssertionError at the first step with an outcome that is not as written
   */
  async play(): Promise<number> {
    for (const { senderCompId } of sessions) await this.#logOn(senderCompId!)

    let played = 0
    for (const step of stepsOf(this.#scenario)) {
      for (const said of packetsOf(step)) await this.#receive(said)
      await this.#stage.settle()
      this.#compare(step)
      played += step.received.length + step.sent.length
    }
    assert.deepEqual(this.#stage.fatal, [])
    return played
  }

  async #logOn(compId: string): Promise<void> {
    const client = this.#stage.connect(compId)
    client.say(LOGON)
    await this.#stage.settle()
    assert.lengthOf(client.hear(), 1)
    this.#parties.set(compId, { compId, client, expected: 2, said: new Map(), asked: new Map() })
  }

  /** @param texts of one session, in one packet */
  async #receive({ compId, texts }: Packet): Promise<void> {
    const party = this.#parties.get(compId)!
    switch (texts[0]) {
      case 'the day ends':
        return this.#stage.advance(UNTIL_NEXT_DAY_MS)
      case 'trading is halted':
        return this.#operate({ action: 'halt', symbol: 'NVDA', orders: 'accept', reason: 'T1' })
      case 'trading is resumed':
        return this.#operate({ action: 'resume', symbol: 'NVDA' })
      case 'loses its connection':
        party.client.line.break()
        return this.#stage.settle()
      case 'logs on again':
        return this.#logOnAgain(party)
      case 'pre-open begins':
      case 'continuous trading begins':
      case 'the closing auction begins':
      case 'post-close begins':
        return this.#enterNextPhase()
      default:
        if (isOfTrade(texts[0]!)) return this.#correct(texts[0]!)
        assert.isTrue(texts.every(isMessage), `nobody can bring about: ${texts.join()}`)
    }
    party.client.say(...texts.map((text) => this.#encode(party, text)))
    this.#stage.runLoopTurn()
  }

  /** At the next whole minute; until then everybody is heard of. */
  #enterNextPhase(): Promise<void> {
    for (const { client } of this.#parties.values()) client.say('35=0')
    return this.#stage.advance(MINUTE_MS - (this.#stage.clock.epochMs() % MINUTE_MS))
  }

  async #operate(action: OperatorAction): Promise<void> {
    const requestId = `ops/${++this.#operationCount}`
    const done = this.#stage.exchange.desk.perform({ requestId, by: 'ops', why: 'test', ...action })
    await this.#stage.settle()
    const { trade: _trade, ...outcome } = { trade: undefined, ...((await done) as object) }
    assert.deepEqual(outcome, { requestId, by: 'ops', why: 'test', ...action })
  }

  /** `trade 2 is corrected to 9000 @ 100`, `trade 1 is busted, and the buyer's order comes back` */
  #correct(text: string): Promise<void> {
    const [, number, quantity, price] =
      /^trade (\d+) is (?:busted|corrected to (\d+) @ (\d+))/.exec(text)!
    const restore = text.endsWith("buyer's order comes back") ? 'buy' : 'none'
    const common = { matchNumber: Number(number), restore, reason: 'error' } as const
    if (quantity === undefined) return this.#operate({ action: 'bust', ...common })
    const terms = { quantity: Number(quantity), price: Number(price) * 10_000 }
    return this.#operate({ action: 'correct', ...common, ...terms })
  }

  /** What was missed comes unasked: NextExpectedMsgSeqNum(789). */
  #logOnAgain(party: Party): void {
    const client = this.#stage.connect(party.compId)
    client.next = party.client.next
    party.client = client
    client.say(`${LOGON}|789=${party.expected}`)
  }

  #encode(party: Party, text: string): string {
    const [, does, orderQty, price] = /^(buys|sells) (\d+) @ ([\d.]+)$/.exec(text) ?? []
    if (does === undefined) return this.#note(party, requestOf(text, party.said, TRANSACT_TIME))

    const clOrdId = `G${++this.#counterOrderCount}`
    this.#counterOrders.push({ clOrdId, orderQty: Number(orderQty), executions: [] })
    const order = `New Order(${clOrdId}) ${does.slice(0, -1)} ${orderQty} @ ${price}`
    return this.#note(party, requestOf(order, party.said, TRANSACT_TIME))
  }

  #note(party: Party, request: Said): string {
    if (!party.said.has(request.clOrdId)) party.said.set(request.clOrdId, request)
    party.asked.set(request.clOrdId, request.msgType)
    return request.text
  }

  #compare(step: Step): void {
    const wanted = new Map(sessions.map(({ senderCompId }) => [senderCompId!, [] as string[]]))
    for (const row of step.sent) {
      const compId = sessionOf(row.Sent)
      wanted.get(compId)!.push(expectedOf(row, this.#parties.get(compId)!.asked))
    }
    wanted.get('GLOBEX')!.push(...this.#counterReports(step.sent))

    const isReconnect = step.received.some((text) => text.endsWith('logs on again'))
    for (const [compId, expected] of wanted) {
      const heard = this.#hear(this.#parties.get(compId)!, isReconnect)
      const actual = heard.map((message, index) => actualOf(message, expected[index]))
      assert.deepEqual(actual, expected, `${compId}, after: ${step.received.join(' · ')}`)
    }
  }

  #hear(party: Party, isReconnect: boolean): string[] {
    const messages = party.client.hear().map((message) => {
      const [, msgSeqNum, text] = /^(\d+): (.*)$/.exec(message)!
      party.expected = Math.max(party.expected, Number(msgSeqNum) + 1)
      return text!
    })
    for (const message of messages) {
      const wrong = [...this.#watch.see(message), ...forgottenTerms(message, party.said)]
      assert.deepEqual(wrong, [], `what holds for every report: ${message}`)
    }
    const unnamed = isReconnect ? SESSION_MESSAGES : HEARTBEAT
    return messages.filter((text) => !unnamed.includes(parseFields(text).get(35)!))
  }

  /** What one side buys the other sells: New, and an execution for each of the other's. */
  #counterReports(sent: readonly Row[]): string[] {
    const reports: string[] = []
    const trades = sent.filter(
      ({ Sent, ExecType }) => ExecType === 'Trade' && sessionOf(Sent) !== 'GLOBEX',
    )
    for (const { clOrdId, orderQty, executions } of this.#counterOrders) {
      reports.push(`35=8|11=${clOrdId}|150=0|39=0|38=${orderQty}|14=0|151=${orderQty}|6=0`)
      let cumQty = 0
      while (cumQty < orderQty) {
        const trade = trades.shift()
        assert.isDefined(trade, `no execution for the ${orderQty} of GLOBEX`)
        const lastQty = Number(trade.LastQty)
        cumQty += lastQty
        executions.push({ lastQty, lastPx: trade.LastPx })
        const state = `150=F|39=${cumQty < orderQty ? 1 : 2}`
        const amounts = `38=${orderQty}|14=${cumQty}|151=${orderQty - cumQty}`
        const last = `32=${lastQty}|31=${trade.LastPx}|6=${averagePx(executions)}`
        reports.push(`35=8|11=${clOrdId}|${state}|${amounts}|${last}`)
      }
    }
    this.#counterOrders = []
    return reports
  }
}

interface Packet {
  readonly compId: string
  readonly texts: string[]
}

const HAPPENING = /^([A-Z]+) (buys .*|sells .*|loses its connection|logs on again)$/
const isOfTrade = (text: string): boolean => text.startsWith('trade ') && text.includes(' is ')
const isMessage = (text: string): boolean => /^[A-Z][A-Za-z ]+\(|^buys |^sells /.test(text)

/** What a session says in a row is one packet. */
function packetsOf({ received }: Step): Packet[] {
  const packets: Packet[] = []
  for (const cell of received) {
    const [, who = sessionOf(cell), text = withoutSession(cell)] = HAPPENING.exec(cell) ?? []
    const last = packets.at(-1)
    if (last?.compId === who && last.texts.every(isMessage) && isMessage(text))
      last.texts.push(text)
    else packets.push({ compId: who, texts: [text] })
  }
  return packets
}
