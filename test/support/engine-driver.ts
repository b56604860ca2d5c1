/**
 * A small language to drive the engine in tests, one turn a command:
 *
 *   const market = anEngine()
 *   market.enter('GLOBEX', 'S1', 'sell 100 @ 182.50')
 *   market.enter('ACME', 'B1', 'buy 60 @ 182.50 IOC')   // gives the lines of engine-events.ts
 *
 * Terms are `buy|sell QTY [SYMBOL] @ PRICE [WORDS]`; the first instrument is meant where no symbol is
 * named. PRICE is `182.50`, `market`, `market or limit` (40=K), `stop 183` or `182.50 stop 183`; WORDS
 * are those of engine-terms.ts.
 */
import type { OrderBook } from '../../src/book/index.ts'
import type { HaltPolicy, Instrument, TradingPhase } from '../../src/domain/index.ts'
import { Side } from '../../src/domain/index.ts'
import { configurationAfter, Engine } from '../../src/engine/index.ts'
import type { Turn } from '../../src/engine/index.ts'
import { stopSideOf } from '../../src/engine/places.ts'
import type {
  BreakerRule,
  OperatorAction,
  RecordedTrade,
  RiskLimits,
  TradeAction,
  VenueConfiguration,
  VenueSession,
} from '../../src/wire/index.ts'
import { isReferenceAction, RecordBuffer, REPORT_DEFAULTS } from '../../src/wire/index.ts'
import type { EngineCommand, Operate, RecordedCommand, SessionCommand } from './engine-commands.ts'
import { writeCommand } from './engine-commands.ts'
import type { EngineEvent } from './engine-events.ts'
import { lineOf, readEvents } from './engine-events.ts'
import { parseTerms } from './engine-terms.ts'
import { ToldTrades } from './told-trades.ts'

const GROUP_HEADER_BYTES = 64
/** 2026-11-23, 14:30 UTC. */
const START_SECONDS = Date.UTC(2026, 10, 23, 14, 30) / 1000
export const FIRST_DAY = 20261123

export interface EngineOptions {
  readonly instruments?: readonly Partial<Instrument>[]
  readonly sessions?: readonly Partial<VenueSession>[]
  readonly ordersPerDayMax?: number
  readonly ordersPerCommandMax?: number
  readonly breaker?: BreakerRule
  /** Keep every turn's bytes, for replays; true unless said otherwise. */
  readonly record?: boolean
}

export interface RecordedTurn {
  readonly turn: Turn
  readonly commands: Uint8Array<ArrayBuffer>
  readonly events: Uint8Array<ArrayBuffer>
}

/** What a request may say beside its terms. */
export interface RequestOptions {
  readonly possResend?: boolean
  readonly orderId?: number
  readonly account?: number
}

/** An engine with a configuration in force, an open trading day and its sessions logged on. */
export function anEngine(options: EngineOptions = {}): EngineDriver {
  const driver = new EngineDriver(aConfiguration(options), options.record ?? true)
  driver.run({ kind: 'configure', configuration: driver.configuration })
  driver.run({ kind: 'openDay', tradingDate: FIRST_DAY })
  for (const { index } of driver.configuration.sessions) {
    driver.run({ kind: 'logOn', session: index, resetSeqNum: false })
  }
  return driver
}

/** Instruments AAPL and MSFT, sessions ACME and GLOBEX, unless said otherwise. */
export function aConfiguration(options: EngineOptions = {}): VenueConfiguration {
  const instruments = options.instruments ?? [{ symbol: 'AAPL' }, { symbol: 'MSFT' }]
  const sessions = options.sessions ?? [{ compId: 'ACME' }, { compId: 'GLOBEX' }]
  return {
    compId: 'BUTTONWOOD',
    instruments: instruments.map((given, i) => anInstrument(i + 1, given)),
    sessions: sessions.map((given, i) => aSession(i + 1, given)),
    ordersPerDayMax: options.ordersPerDayMax ?? 1_000_000,
    ordersPerCommandMax: options.ordersPerCommandMax ?? 1_000_000,
    ...(options.breaker && { breaker: options.breaker }),
  }
}

function anInstrument(locate: number, given: Partial<Instrument>): Instrument {
  return {
    locate,
    symbol: `S${locate}`,
    description: '',
    currency: 'USD',
    referencePrice: 1_825_000,
    tickSize: 100,
    lotSize: 1,
    priceBandPercent: 0,
    maxOrderQty: 1_000_000,
    matching: 'price-time',
    proRataMinimum: 1,
    channel: 0,
    listed: true,
    ...given,
  }
}

function aSession(index: number, given: Partial<VenueSession>): VenueSession {
  const compId = given.compId ?? `FIRM${index}`
  return {
    index,
    compId,
    firm: compId,
    role: 'order-entry',
    accounts: [],
    cancelOnDisconnect: 'off',
    cancelGoodTill: false,
    reports: REPORT_DEFAULTS,
    postOnly: 'reject',
    cancelOnDisconnectGraceMs: 0,
    throttle: { messagesPerSecond: 0 },
    selfTrade: { prevention: 'off', group: '' },
    active: true,
    ...given,
  }
}

export class EngineDriver {
  readonly engine = new Engine()
  configuration: VenueConfiguration
  /** Events of the last turn. */
  events: EngineEvent[] = []
  readonly recorded: RecordedTurn[] = []
  readonly told = new ToldTrades()
  private readonly isRecording: boolean
  private readonly commands = new RecordBuffer(1024)
  private readonly sides = new Map<string, number>()
  private readonly locates = new Map<string, number>()
  private position = 0
  private requests = 0
  /** Milliseconds since START_SECONDS: one more with every command. */
  private clock = 0
  /** Looks at the engine after each turn. */
  private readonly onTurn: (engine: Engine) => void

  constructor(
    configuration: VenueConfiguration,
    isRecording: boolean,
    onTurn: (engine: Engine) => void = () => {},
  ) {
    this.configuration = configuration
    this.isRecording = isRecording
    this.onTurn = onTurn
  }

  /** Seconds since 1970. */
  get now(): number {
    return START_SECONDS + Math.floor(this.clock / 1000)
  }

  /** Milliseconds since 1970. */
  get nowMs(): number {
    return START_SECONDS * 1000 + this.clock
  }

  /**
   * Executes a turn of one command, and what it leaves to do in turns of its own. As in the exchange,
   * the orders whose time has come are ended first.
   */
  run(command: EngineCommand | SessionCommand, expectedMsgSeqNum = 0): EngineEvent[] {
    this.clock += command.kind === 'wait' ? command.seconds * 1000 : 1
    const isDue = this.engine.isDue(this.now, (this.clock % 1000) * 1_000_000)
    const before = isDue ? this.runAll({ kind: 'passTime' }, 0) : []
    const recorded = command.kind === 'operate' ? this.queued(command) : command
    const events = recorded.kind === 'wait' ? [] : this.runAll(recorded, expectedMsgSeqNum)
    this.events = [...before, ...events]
    return this.events
  }

  /** What changes the list of instruments comes as the configuration after it. */
  private queued(command: Operate): RecordedCommand {
    const { operation } = command
    const { configuration, state } = this.engine
    if (!isReferenceAction(operation) || state.operations.has(operation.requestId)) return command
    const after = configurationAfter(configuration!, operation)
    if (typeof after === 'string') return command
    this.configuration = after
    return { kind: 'configure', configuration: after, operation }
  }

  private runAll(command: RecordedCommand, expectedMsgSeqNum: number): EngineEvent[] {
    const events = this.runTurn([command], expectedMsgSeqNum)
    while (this.engine.hasWork) events.push(...this.runTurn([{ kind: 'continue' }]))
    return events
  }

  /** One turn at the time that it is. */
  runTurn(commands: readonly RecordedCommand[], expectedMsgSeqNum = 0): EngineEvent[] {
    const { commands: to, engine } = this
    to.clear()
    for (const command of commands) writeCommand(to, command, expectedMsgSeqNum)
    const turn = this.nextTurn(to.length)
    engine.beginTurn(turn)
    engine.executeAll(to.view, 0, to.length)
    this.position = turn.eventsPosition + engine.events.length
    if (this.isRecording) this.record(turn)
    this.told.note(engine.events)
    this.onTurn(engine)
    this.events = readEvents(engine.events)
    return this.events
  }

  /** Lets time pass: what it ends, one line each. */
  wait(seconds: number): string[] {
    return this.lines({ kind: 'wait', seconds })
  }

  enter(compId: string, clOrdId: string, terms: string, options: RequestOptions = {}): string[] {
    const parsed = parseTerms(terms, (symbol) => this.locateOf(symbol))
    this.remember(compId, clOrdId, parsed)
    const { account = 0, possResend = false } = options
    const session = this.sessionOf(compId)
    return this.lines({ kind: 'enter', session, clOrdId, account, possResend, ...parsed })
  }

  /** Side and locate are those of the order named, unless a test says otherwise. */
  cancel(
    compId: string,
    clOrdId: string,
    origClOrdId: string,
    options: RequestOptions & { readonly side?: number; readonly locate?: number } = {},
  ): string[] {
    const key = `${compId} ${origClOrdId}`
    const side = options.side ?? this.sides.get(key) ?? Side.Buy
    const locate = options.locate ?? this.locates.get(key) ?? 1
    this.remember(compId, clOrdId, { side, locate })
    const { orderId = 0, possResend = false } = options
    const session = this.sessionOf(compId)
    const ids = { clOrdId, origClOrdId, orderId }
    return this.lines({ kind: 'cancel', session, ...ids, possResend, side, locate })
  }

  replace(
    compId: string,
    clOrdId: string,
    origClOrdId: string,
    terms: string,
    options: RequestOptions = {},
  ): string[] {
    const parsed = parseTerms(terms, (symbol) => this.locateOf(symbol))
    this.remember(compId, clOrdId, parsed)
    const { account = 0, orderId = 0, possResend = false } = options
    const session = this.sessionOf(compId)
    const ids = { clOrdId, origClOrdId, orderId }
    return this.lines({ kind: 'replace', session, ...ids, account, possResend, ...parsed })
  }

  /** OrderStatusRequest(H); an order that is not there is answered with the body `unknown|`. */
  status(compId: string, clOrdId: string, { orderId = 0, echo = '' } = {}): string[] {
    const session = this.sessionOf(compId)
    return this.lines({ kind: 'status', session, clOrdId, orderId, echo, body: 'unknown|' })
  }

  /** OrderMassStatusRequest(AF); a session without such orders is answered with the body `none|`. */
  massStatus(compId: string, { locate = 0, account = 0, side = 0, echo = '' } = {}): string[] {
    const session = this.sessionOf(compId)
    return this.lines({ kind: 'massStatus', session, locate, account, side, echo, body: 'none|' })
  }

  /** OrderMassCancelRequest(q) */
  massCancel(
    compId: string,
    clOrdId: string,
    { locate = 0, side = 0, reason = 0, body = '' } = {},
  ): string[] {
    const session = this.sessionOf(compId)
    return this.lines({ kind: 'massCancel', session, clOrdId, locate, side, reason, body })
  }

  /** DontKnowTrade(Q); one of an unknown trade is answered with the body `unknown|`. */
  dontKnow(compId: string, execId: number, orderId: number, text = ''): string[] {
    const session = this.sessionOf(compId)
    const about = { execId, orderId, dkReason: 'B'.charCodeAt(0) }
    return this.lines({ kind: 'dontKnow', session, ...about, reject: 'unknown|', text })
  }

  disconnect(compId: string, graceful = false): string[] {
    return this.lines({ kind: 'disconnect', session: this.sessionOf(compId), graceful })
  }

  closeDay(): string[] {
    return this.lines({ kind: 'closeDay' })
  }

  openDay(tradingDate: number): string[] {
    return this.lines({ kind: 'openDay', tradingDate })
  }

  /** A day with phases, each so many seconds from now: `{ 'pre-open': 0, continuous: 60 }`. */
  openPhasedDay(tradingDate: number, phases: Partial<Record<TradingPhase, number>>): string[] {
    const plan = Object.entries(phases).map(([phase, seconds]) => ({
      group: '',
      phase: phase as TradingPhase,
      seconds: this.now + seconds,
    }))
    const opened = this.lines({ kind: 'openDay', tradingDate, isPhased: true })
    return [...opened, ...this.lines({ kind: 'planDay', plan: { phases: plan } })]
  }

  /** Puts another configuration in force, changed from the one at hand. */
  configure(change: Partial<VenueConfiguration>): string[] {
    this.configuration = { ...this.configuration, ...change }
    return this.lines({ kind: 'configure', configuration: this.configuration })
  }

  /** One line an event of the turn. */
  lines(command: EngineCommand | SessionCommand): string[] {
    const compIds = ['', ...this.configuration.sessions.map(({ compId }) => compId)]
    return this.run(command).map((event) => lineOf(event, compIds))
  }

  /** Events of a recorded turn. */
  read(bytes: Uint8Array<ArrayBuffer>): EngineEvent[] {
    return readEvents({ bytes, view: new DataView(bytes.buffer), length: bytes.length })
  }

  /** What is shown of the orders on a book, in priority order: `B1 100@182.5000`. */
  bookOf(symbol: string): { bids: string[]; asks: string[] } {
    const { orders, markets } = this.engine.state
    const { book } = markets[this.locateOf(symbol)]!
    const sideOf = (side: number): string[] =>
      this.describeSlots(book, side, (order) => orders.price(order))
    return { bids: sideOf(Side.Buy), asks: sideOf(Side.Sell) }
  }

  /** Stops that are not triggered, in the order in which they would be: `B1 100@183.0000`. */
  stopsOf(symbol: string): { buys: string[]; sells: string[] } {
    const { orders, markets } = this.engine.state
    const { stops } = markets[this.locateOf(symbol)]!
    if (stops === undefined) return { buys: [], sells: [] }
    const sideOf = (side: number): string[] =>
      this.describeSlots(stops, stopSideOf(side), (order) => orders.stopPx(order))
    return { buys: sideOf(Side.Buy), sells: sideOf(Side.Sell) }
  }

  /** Puts limits of pre-trade risk in force. */
  setLimits(limits: RiskLimits): string[] {
    return this.lines({ kind: 'setLimits', limits })
  }

  /** What operations asks for, each time by a request of its own unless it is given. */
  operate(action: OperatorAction, requestId = `R${++this.requests}`): string[] {
    const operation = { requestId, by: 'ops', why: 'test', ...action }
    return this.lines({ kind: 'operate', operation })
  }

  halt(symbol = 'AAPL', orders: HaltPolicy = 'accept', reason = 'T1'): string[] {
    return this.operate({ action: 'halt', symbol, orders, reason })
  }

  collect(symbol = 'AAPL'): string[] {
    return this.operate({ action: 'collect', symbol })
  }

  resume(symbol = 'AAPL'): string[] {
    return this.operate({ action: 'resume', symbol })
  }

  /** A trade, as whoever asks has looked it up. */
  tradeOf(matchNumber: number): RecordedTrade | undefined {
    const { orders } = this.engine.state
    return this.told.find(matchNumber, (orderId) => orders.find(orderId) !== 0)
  }

  bust(matchNumber: number, restore: TradeAction['restore'] = 'none'): string[] {
    const trade = this.tradeOf(matchNumber)
    const action = { action: 'bust', matchNumber, restore, reason: 'error' } as const
    return this.operate(trade === undefined ? action : { ...action, trade })
  }

  /** @param to as `90 @ 182.50` */
  correct(matchNumber: number, to: string, restore: TradeAction['restore'] = 'none'): string[] {
    const [quantity, price] = to.split(' @ ').map(Number) as [number, number]
    const trade = this.tradeOf(matchNumber)
    const terms = { price: Math.round(price * 10_000), quantity }
    const action = { action: 'correct', matchNumber, restore, reason: 'error', ...terms } as const
    return this.operate(trade === undefined ? action : { ...action, trade })
  }

  sessionOf(compId: string): number {
    const session = this.configuration.sessions.find((one) => one.compId === compId)
    if (session === undefined) throw new Error(`no session ${compId}`)
    return session.index
  }

  locateOf(symbol: string): number {
    const instrument = this.configuration.instruments.find((one) => one.symbol === symbol)
    if (instrument === undefined) throw new Error(`no instrument ${symbol}`)
    return instrument.locate
  }

  private nextTurn(commandBytes: number): Turn {
    return {
      epochSeconds: this.now,
      nanoseconds: (this.clock % 1000) * 1_000_000,
      eventsPosition: this.position + GROUP_HEADER_BYTES + commandBytes,
    }
  }

  private record(turn: Turn): void {
    const { bytes, length } = this.engine.events
    const commands = this.commands.bytes.slice(0, this.commands.length)
    this.recorded.push({ turn, commands, events: bytes.slice(0, length) })
  }

  private describeSlots(book: OrderBook, side: number, priceOf: (order: number) => number) {
    const { orderOfSlot, orderPool } = this.engine.state
    const found: string[] = []
    book.forEachOrder(side, (slot) => {
      const order = orderOfSlot[slot]!
      const price = (priceOf(order) / 10_000).toFixed(4)
      found.push(`${this.clOrdIdOf(order)} ${orderPool.leavesQty(slot)}@${price}`)
    })
    return found
  }

  private clOrdIdOf(order: number): string {
    const { ids, orders } = this.engine.state
    const id = new DataView(new ArrayBuffer(20))
    ids.copyTo(orders.clOrdId(order), id, 0)
    return String.fromCharCode(...new Uint8Array(id.buffer)).replaceAll('\0', '')
  }

  /** What a cancel of this order will say in Side(54) and Symbol(55). */
  private remember(
    compId: string,
    clOrdId: string,
    { side, locate }: { readonly side: number; readonly locate: number },
  ): void {
    const key = `${compId} ${clOrdId}`
    if (this.sides.has(key)) return
    this.sides.set(key, side)
    this.locates.set(key, locate)
  }
}
