/** Journal turns built by hand: what the engine would have recorded. */
import { join } from 'node:path'
import {
  ExecType,
  LastLiquidityInd,
  OrdStatus,
  OrdType,
  Side,
  TimeInForce,
} from '../../../src/domain/index.ts'
import type { CopiedTurn, TurnSource } from '../../../src/dropcopy/index.ts'
import { Journal, NodeDisk } from '../../../src/journal/index.ts'
import type { MessageOf, OperatorRecord, VenueConfiguration } from '../../../src/wire/index.ts'
import {
  applyConfiguration,
  CommandType,
  CONDITIONS_BIT,
  crossExecuted,
  encodeConfiguration,
  encodeOperation,
  EventType,
  executionRef,
  instrumentListed,
  messageSent,
  operate,
  operatorActed,
  orderConditions,
  orderEvent,
  RecordBuffer,
  REPORT_DEFAULTS,
  sequenceReset,
  sessionDisconnected,
  setRecordFeed,
  systemEventSignaled,
  tradingDayOpened,
  tradingStateChanged,
  tradeBroken,
  tradeTold,
} from '../../../src/wire/index.ts'

export const JOURNAL_ID = '0123456789abcdef'
/** 2026-11-21 14:30:00 UTC */
export const START_SECONDS = Date.UTC(2026, 10, 21, 14, 30) / 1000

export type OrderEvent = MessageOf<typeof orderEvent.layout>
type OrderConditions = MessageOf<typeof orderConditions.layout>

const NO_CONDITIONS: OrderConditions = {
  stopPx: 0,
  minQty: 0,
  maxFloor: 0,
  expireDate: 0,
  expireSeconds: 0,
  execInst: 0,
  stpInstruction: 0,
  isWaiting: 0,
  stpGroup: '',
}

export const aConfiguration = (): VenueConfiguration => ({
  compId: 'BUTTONWOOD',
  ordersPerDayMax: 1_000_000,
  ordersPerCommandMax: 1000,
  instruments: ['AAPL', 'MSFT'].map((symbol, i) => ({
    locate: i + 1,
    symbol,
    description: '',
    currency: 'USD',
    referencePrice: 1_820_000,
    tickSize: 100,
    lotSize: 1,
    priceBandPercent: 0,
    maxOrderQty: 1_000_000,
    matching: 'price-time',
    proRataMinimum: 1,
    channel: 0,
    listed: true,
  })),
  sessions: ['ACME', 'GLOBEX'].map((compId, i) => ({
    index: i + 1,
    compId,
    firm: `${compId} Ltd`,
    role: 'order-entry',
    accounts: [`${compId}-1`],
    cancelOnDisconnect: 'off',
    cancelGoodTill: false,
    reports: REPORT_DEFAULTS,
    postOnly: 'reject',
    cancelOnDisconnectGraceMs: 0,
    throttle: { messagesPerSecond: 0 },
    selfTrade: { prevention: 'off', group: '' },
    active: true,
  })),
})

/** A new limit order to buy 100 AAPL at 182.50, session ACME. */
export const anOrderEvent = (changes: Partial<OrderEvent> = {}): OrderEvent => ({
  msgSeqNum: 2,
  expectedMsgSeqNum: 3,
  previousPosition: 0,
  epochSeconds: START_SECONDS,
  nanoseconds: 123_456_789,
  execId: 1,
  orderId: 1,
  orderReference: 1,
  originalReference: 0,
  matchNumber: 0,
  avgPx: 0,
  price: 1_825_000,
  orderQty: 100,
  cumQty: 0,
  leavesQty: 100,
  lastQty: 0,
  lastPx: 0,
  feedShares: 0,
  textValueA: 0,
  textValueB: 0,
  locate: 1,
  account: 1,
  side: Side.Buy,
  ordType: OrdType.Limit,
  timeInForce: TimeInForce.Day,
  execType: ExecType.New,
  ordStatus: OrdStatus.New,
  reason: 0,
  lastLiquidityInd: 0,
  dialect: 0,
  clOrdId: 'A1',
  origClOrdId: '',
  ...changes,
})

interface MatchNumbers {
  readonly matchNumber: number
  /** Of the first side; the other has the next. */
  readonly execId: number
  readonly buyOrder: number
  readonly sellOrder: number
}

/** What a busted or corrected trade was. */
interface Prior {
  readonly priorQty?: number
  /** 1/10,000 */
  readonly priorPx?: number
  /** Of the buyer's report. */
  readonly execRefId?: number
  /** When it is told. */
  readonly epochSeconds?: number
  /** That the buyer's order was told with last. */
  readonly clOrdId?: string
}

const FILLED = {
  execType: ExecType.Trade,
  ordStatus: OrdStatus.Filled,
  cumQty: 100,
  leavesQty: 0,
  lastQty: 100,
}

/** Collects the records of one turn. */
export class TurnBuilder {
  readonly commands = new RecordBuffer(1024)
  readonly events = new RecordBuffer(1024)

  configure(configuration: VenueConfiguration): this {
    const body = encodeConfiguration(configuration)
    const length = applyConfiguration.length + body.length
    const at = this.commands.append(CommandType.ApplyConfiguration, 0, length)
    applyConfiguration.encode(this.commands.view, at, {
      bodyLength: body.length,
      operationLength: 0,
    })
    this.commands.bytes.set(body, at + applyConfiguration.length)
    return this
  }

  openDay(tradingDate: number): this {
    const at = this.events.append(EventType.TradingDayOpened, 0, tradingDayOpened.length)
    tradingDayOpened.encode(this.events.view, at, {
      ...this.header(0),
      tradingDate,
      midnightSeconds: START_SECONDS - 52_200,
      feedSession: '261121ABC1',
      reserved: 0,
      reserved2: 0,
    })
    return this
  }

  /** @param conditions what it asks for beyond the event's own fields, if anything */
  order(
    type: number,
    session: number,
    event: OrderEvent,
    conditions?: Partial<OrderConditions>,
  ): this {
    const length = orderEvent.length + (conditions ? orderConditions.length : 0)
    const at = this.events.append(type, session, length)
    const dialect = event.dialect | (conditions ? CONDITIONS_BIT : 0)
    orderEvent.encode(this.events.view, at, { ...event, dialect })
    if (conditions) {
      const all = { ...NO_CONDITIONS, ...conditions }
      orderConditions.encode(this.events.view, at + orderEvent.length, all)
    }
    return this
  }

  message(session: number, msgType: string, body: string | Uint8Array, execId = 0): this {
    const bytes = typeof body === 'string' ? Buffer.from(body.replaceAll('|', '\u0001')) : body
    const at = this.events.append(EventType.MessageSent, session, messageSent.length + bytes.length)
    messageSent.encode(this.events.view, at, {
      ...this.header(7),
      execId,
      msgType: msgType.charCodeAt(0),
      reset: msgType === 'A' ? 1 : 0,
      bodyLength: bytes.length,
      dialect: 0,
      reserved: 0,
      reserved2: 0,
    })
    this.events.bytes.set(bytes, at + messageSent.length)
    return this
  }

  disconnect(session: number, reason: string): this {
    const length = sessionDisconnected.length + reason.length
    const at = this.events.append(EventType.SessionDisconnected, session, length)
    sessionDisconnected.encode(this.events.view, at, {
      ...this.header(0),
      graceful: 0,
      reserved: 0,
      bodyLength: reason.length,
      reserved2: 0,
    })
    this.events.bytes.set(Buffer.from(reason), at + sessionDisconnected.length)
    return this
  }

  reset(session: number): this {
    const at = this.events.append(EventType.SequenceReset, session, sequenceReset.length)
    sequenceReset.encode(this.events.view, at, this.header(0))
    return this
  }

  /**
   * A match between ACME's resting order to buy and GLOBEX's incoming order to sell.
   * @param changes of both sides
   */
  match(numbers: MatchNumbers, changes: Partial<OrderEvent> = {}): this {
    const { matchNumber, execId, buyOrder, sellOrder } = numbers
    const fill = { ...FILLED, matchNumber, lastPx: 1_825_000, avgPx: 182_500_000, ...changes }
    const resting = {
      execId,
      orderId: buyOrder,
      orderReference: buyOrder,
      lastLiquidityInd: LastLiquidityInd.Added,
    }
    const incoming = {
      execId: execId + 1,
      orderId: sellOrder,
      orderReference: sellOrder,
      lastLiquidityInd: LastLiquidityInd.Removed,
      side: Side.Sell,
      clOrdId: `S${sellOrder}`,
    }
    return this.order(EventType.OrderExecuted, 1, anOrderEvent({ ...fill, ...resting })).order(
      EventType.OrderExecuted,
      2,
      anOrderEvent({ ...fill, ...incoming }),
    )
  }

  /** A command of which nothing but its type and its session is looked at. */
  command(type: number, session: number, length: number): this {
    this.commands.append(type, session, length)
    return this
  }

  /** Operations asks for it, and it is done or refused. */
  operate({ refused, isRepeated, ...command }: OperatorRecord): this {
    const asked = encodeOperation(command)
    const at = this.commands.append(CommandType.Operate, 0, operate.length + asked.length)
    operate.encode(this.commands.view, at, { bodyLength: asked.length, reserved: 0 })
    this.commands.bytes.set(asked, at + operate.length)

    const outcome = { ...(refused && { refused }), ...(isRepeated && { isRepeated }) }
    const acted = encodeOperation({ ...command, ...outcome })
    const to = this.events.append(EventType.OperatorActed, 0, operatorActed.length + acted.length)
    const body = { bodyLength: acted.length, reserved: 0 }
    operatorActed.encode(this.events.view, to, { ...this.header(0), ...body })
    this.events.bytes.set(acted, to + operatorActed.length)
    return this
  }

  /** AAPL is in another state. */
  state(tradingState: number, reason = ''): this {
    const at = this.events.append(EventType.TradingStateChanged, 0, tradingStateChanged.length)
    const state = { symbol: 'AAPL', reason, locate: 1, tradingState, reserved: 0 }
    tradingStateChanged.encode(this.events.view, at, { ...this.header(0), ...state })
    setRecordFeed(this.events.view, at, 'H'.charCodeAt(0))
    return this
  }

  /** Both orders rest, ACME's to buy and GLOBEX's to sell; what the first shows next stands between. */
  auction(numbers: MatchNumbers, lastPx: number): this {
    const { matchNumber, execId, buyOrder, sellOrder } = numbers
    const fill = { ...FILLED, matchNumber, lastPx, avgPx: lastPx * 100, feedShares: 100 }
    const buy = { execId, orderId: buyOrder, orderReference: buyOrder, price: lastPx + 100 }
    const sell = {
      execId: execId + 1,
      orderId: sellOrder,
      orderReference: sellOrder,
      price: lastPx - 100,
      side: Side.Sell,
      clOrdId: `S${sellOrder}`,
    }
    this.order(EventType.OrderExecuted, 1, anOrderEvent({ ...fill, ...buy }))
    const next = { ...buy, execId: 0, msgSeqNum: 0, orderReference: 90 }
    this.order(EventType.OrderDisplayed, 1, anOrderEvent(next))
    return this.order(EventType.OrderExecuted, 2, anOrderEvent({ ...fill, ...sell }))
  }

  /**
   * What both sides of an `auction` are told of a trade that was busted or corrected, and the tape.
   * @param lastQty that it has now; 0 = busted
   * @param was what it was, and its first ExecID
   */
  correction(
    numbers: MatchNumbers & { readonly originalMatch: number },
    lastQty: number,
    was: Prior = {},
  ): this {
    const { matchNumber, execId, buyOrder, sellOrder, originalMatch } = numbers
    const { priorQty = 100, priorPx = 1_825_500, execRefId = execId - 2 } = was
    const { epochSeconds = START_SECONDS, clOrdId = 'A1' } = was
    const isBusted = lastQty === 0
    const type = isBusted ? EventType.ExecutionBusted : EventType.ExecutionCorrected
    const lastPx = isBusted ? 0 : 1_825_000
    const now = { lastQty, lastPx, matchNumber, cumQty: lastQty, leavesQty: 0, avgPx: lastPx * 100 }
    const execType = (isBusted ? 'H' : 'G').charCodeAt(0)
    const told = { ...now, execType, ordStatus: '4'.charCodeAt(0), epochSeconds }
    const prior = { originalMatch, priorQty, priorPx }
    const buy = { execId, orderId: buyOrder, orderReference: buyOrder, clOrdId }
    const sell = {
      execId: execId + 1,
      orderId: sellOrder,
      orderReference: sellOrder,
      side: Side.Sell,
      clOrdId: `S${sellOrder}`,
    }
    this.corrected(type, 1, anOrderEvent({ ...told, ...buy }), { ...prior, execRefId })
    const ofSeller = { ...prior, execRefId: execRefId + 1 }
    this.corrected(type, 2, anOrderEvent({ ...told, ...sell }), ofSeller)
    const at = this.events.append(EventType.TradeBroken, 0, tradeBroken.length)
    const broken = { matchNumber: originalMatch, locate: 1, reserved: 0, reserved2: 0 }
    tradeBroken.encode(this.events.view, at, { ...this.header(0), ...broken })
    if (isBusted) return this
    const toldAt = this.events.append(EventType.TradeTold, 0, tradeTold.length)
    const trade = { ...broken, matchNumber, shares: lastQty, price: lastPx }
    tradeTold.encode(this.events.view, toldAt, { ...this.header(0), ...trade })
    return this
  }

  private corrected(
    type: number,
    session: number,
    event: OrderEvent,
    reference: MessageOf<typeof executionRef.layout>,
  ): void {
    const text = 'clearly erroneous'
    const at = this.events.append(
      type,
      session,
      orderEvent.length + executionRef.length + text.length,
    )
    orderEvent.encode(this.events.view, at, event)
    executionRef.encode(this.events.view, at + orderEvent.length, reference)
    this.events.bytes.set(Buffer.from(text), at + orderEvent.length + executionRef.length)
  }

  /** What an auction of AAPL came to. */
  cross(matchNumber: number, shares: number, price: number, type = 'H'): this {
    const at = this.events.append(EventType.CrossExecuted, 0, crossExecuted.length)
    const crossType = type.charCodeAt(0)
    const cross = { shares, matchNumber, price, locate: 1, crossType, reserved: 0 }
    crossExecuted.encode(this.events.view, at, { ...this.header(0), ...cross })
    setRecordFeed(this.events.view, at, 'Q'.charCodeAt(0))
    return this
  }

  /** The feed's directory has an instrument of the day. */
  list(symbol: string): this {
    const at = this.events.append(EventType.InstrumentListed, 0, instrumentListed.length)
    const listed = { symbol, lotSize: 1, locate: 1, channel: 0 }
    instrumentListed.encode(this.events.view, at, { ...this.header(0), ...listed })
    return this
  }

  /** The feed says nothing more of the day. */
  endDay(): this {
    const at = this.events.append(EventType.SystemEventSignaled, 0, systemEventSignaled.length)
    const end = { eventCode: 'C'.charCodeAt(0), reserved: 0, reserved2: 0, reserved3: 0 }
    systemEventSignaled.encode(this.events.view, at, { ...this.header(0), ...end })
    return this
  }

  /** As a group of the journal looks to its readers. */
  build(groupNumber = 1): CopiedTurn {
    const { commands, events } = this
    const bytes = new Uint8Array(commands.length + events.length)
    bytes.set(commands.bytes.subarray(0, commands.length))
    bytes.set(events.bytes.subarray(0, events.length), commands.length)
    return {
      groupNumber,
      crc: 4_000_000_000 + groupNumber,
      nextPosition: groupNumber * 1_000,
      epochSeconds: START_SECONDS,
      nanoseconds: 123_456_789,
      view: new DataView(bytes.buffer),
      commandsStart: 0,
      eventsStart: commands.length,
      eventsEnd: bytes.length,
    }
  }

  private header(msgSeqNum: number) {
    return {
      msgSeqNum,
      expectedMsgSeqNum: 9,
      previousPosition: 0,
      epochSeconds: START_SECONDS,
      nanoseconds: 5,
    }
  }
}

export const aTurn = (): TurnBuilder => new TurnBuilder()

/** A source of turns held in memory, from the one after `after`. */
export function turnsFrom(turns: readonly CopiedTurn[], after = 0): TurnSource {
  let next = after
  return { journalId: JOURNAL_ID, next: () => turns[next++] }
}

/** A day of `pairs` crossing orders: configuration and day first, then one match a turn. */
export function aDay(pairs: number): TurnBuilder[] {
  const start = aTurn()
    .configure(aConfiguration())
    .openDay(20261121)
    .message(1, 'A', '98=0|108=30|')
  const turns = [start]
  for (let i = 0; i < pairs; i++) {
    const [buyOrder, sellOrder, execId] = [2 * i + 1, 2 * i + 2, 4 * i + 1]
    const buy = { execId, orderId: buyOrder, orderReference: buyOrder }
    const sell = {
      execId: execId + 1,
      orderId: sellOrder,
      orderReference: sellOrder,
      side: Side.Sell,
      clOrdId: `S${sellOrder}`,
    }
    const turn = aTurn()
      .order(EventType.OrderAccepted, 1, anOrderEvent(buy))
      .order(EventType.OrderAccepted, 2, anOrderEvent(sell))
      .match({ matchNumber: i + 1, execId: execId + 2, buyOrder, sellOrder })
    turns.push(turn)
  }
  return turns
}

export const aHistory = (pairs: number): CopiedTurn[] =>
  aDay(pairs).map((turn, i) => turn.build(i + 1))

/** Appends turns to the journal of a data directory, as the exchange would. */
export function openJournal(dataDir: string, journalId = JOURNAL_ID): Journal {
  return Journal.open({
    disk: new NodeDisk(),
    directory: join(dataDir, 'journal'),
    journalId: () => journalId,
    durability: 'os',
    segmentBytes: 4 * 1024 * 1024,
  })
}

export function appendTurns(journal: Journal, turns: readonly TurnBuilder[]): void {
  const stamp = { epochSeconds: START_SECONDS, nanoseconds: 123_456_789, feedSequence: 1 }
  for (const { commands, events } of turns) journal.append(stamp, commands, events)
}
