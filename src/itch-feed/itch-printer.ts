/**
 * Event record to ITCH message: a function of the record, the trading day's midnight and the
 * symbols, so that a retransmission prints the bytes that were sent first. The record's feed byte
 * says which message (ARCHITECTURE.md, "Which event prints which ITCH message"). Windows over both
 * buffers: nothing is allocated per message.
 */
import { assert, Side } from '../domain/index.ts'
import {
  auctionCollarTold,
  breakerLevelsTold,
  breakerSignaled,
  crossExecuted,
  EventType,
  eventHeader,
  imbalanceTold,
  instrumentListed,
  itch50,
  orderEvent,
  recordFeed,
  recordType,
  systemEventSignaled,
  tradeBroken,
  tradeTold,
  tradingStateChanged,
} from '../wire/index.ts'
import { SymbolTable } from './symbol-table.ts'

const code = (character: string): number => character.charCodeAt(0)
const SPACE = code(' ')
const ZERO = code('0')
/** A u48 holds 78 hours; a trading day that stays open longer stops at the last of them. */
const TIMESTAMP_NS_MAX = 2 ** 48 - 1

const A = code('A')
const E = code('E')
const C = code('C')
const X = code('X')
const D = code('D')
const U = code('U')
const S = code('S')
const R = code('R')
const H = code('H')
const I = code('I')
const J = code('J')
const B = code('B')
const P = code('P')
const Q = code('Q')
const V = code('V')
const W = code('W')
/** Cross Trade has the volume of an auction: its executions are no part of it. */
const NOT_PRINTABLE = code('N')

/** What Stock Directory says of every instrument; docs/protocols/itch-feed.md#stock-directory. */
const DIRECTORY = {
  marketCategory: SPACE,
  financialStatusIndicator: code('N'),
  roundLotsOnly: code('N'),
  issueClassification: code('C'),
  issueSubType: 'Z',
  authenticity: code('P'),
  shortSaleThresholdIndicator: SPACE,
  ipoFlag: SPACE,
  luldReferencePriceTier: SPACE,
  etpFlag: code('N'),
  etpLeverageFactor: 0,
  inverseIndicator: code('N'),
}

export class ItchPrinter {
  /** UTC midnight that timestamps count from, of the session whose events are printed. */
  midnightSeconds = 0
  private readonly symbols: SymbolTable

  private readonly event = eventHeader.flyweight()
  private readonly order = orderEvent.flyweight()
  private readonly signaled = systemEventSignaled.flyweight()
  private readonly listed = instrumentListed.flyweight()
  private readonly stateChanged = tradingStateChanged.flyweight()
  private readonly crossed = crossExecuted.flyweight()
  private readonly told = imbalanceTold.flyweight()
  private readonly broken = tradeBroken.flyweight()
  private readonly corrected = tradeTold.flyweight()
  private readonly collarTold = auctionCollarTold.flyweight()
  private readonly levelsTold = breakerLevelsTold.flyweight()
  private readonly breaker = breakerSignaled.flyweight()

  private readonly addOrder = itch50.addOrder.flyweight()
  private readonly orderExecuted = itch50.orderExecuted.flyweight()
  private readonly executedWithPrice = itch50.orderExecutedWithPrice.flyweight()
  private readonly orderCancel = itch50.orderCancel.flyweight()
  private readonly orderDelete = itch50.orderDelete.flyweight()
  private readonly orderReplace = itch50.orderReplace.flyweight()
  private readonly systemEvent = itch50.systemEvent.flyweight()
  private readonly stockDirectory = itch50.stockDirectory.flyweight()
  private readonly tradingAction = itch50.stockTradingAction.flyweight()
  private readonly crossTrade = itch50.crossTrade.flyweight()
  private readonly imbalance = itch50.netOrderImbalance.flyweight()
  private readonly brokenTrade = itch50.brokenTrade.flyweight()
  private readonly trade = itch50.trade.flyweight()
  private readonly auctionCollar = itch50.luldAuctionCollar.flyweight()
  private readonly declineLevels = itch50.mwcbDeclineLevel.flyweight()
  private readonly mwcbStatus = itch50.mwcbStatus.flyweight()

  constructor(symbols: SymbolTable) {
    this.symbols = symbols
  }

  /**
   * Prints the record's message at `outAt`, where itchMessageBytes(its type) must be free.
   * @returns bytes of the message; 0 for a record that prints none
   */
  print(record: DataView, at: number, out: DataView, outAt: number): number {
    const type = recordFeed(record, at)
    switch (type) {
      case 0:
        return 0
      case A:
        return this.printAddOrder(record, at, out, outAt)
      case E:
        return this.printOrderExecuted(record, at, out, outAt)
      case C:
        return this.printExecutedWithPrice(record, at, out, outAt)
      case X:
        return this.printOrderCancel(record, at, out, outAt)
      case D:
        return this.printOrderDelete(record, at, out, outAt)
      case U:
        return this.printOrderReplace(record, at, out, outAt)
      case S:
        return this.printSystemEvent(record, at, out, outAt)
      case R:
        return this.printStockDirectory(record, at, out, outAt)
      case H:
        return this.printTradingAction(record, at, out, outAt)
      case Q:
        return this.printCrossTrade(record, at, out, outAt)
      case I:
        return this.printImbalance(record, at, out, outAt)
      case J:
        return this.printAuctionCollar(record, at, out, outAt)
      case B:
        return this.printBrokenTrade(record, at, out, outAt)
      case P:
        return this.printTrade(record, at, out, outAt)
      case V:
        return this.printDeclineLevels(record, at, out, outAt)
      case W:
        return this.printMwcbStatus(record, at, out, outAt)
      default:
        assert(false, 'feed byte is an ITCH type that the venue sends')
    }
  }

  private printAddOrder(record: DataView, at: number, out: DataView, outAt: number): number {
    const { order, addOrder } = this
    order.wrap(record, at)
    addOrder.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, A, order.locate)
    addOrder.orderReferenceNumber = order.orderReference
    addOrder.side = order.side === Side.Buy ? code('B') : S
    addOrder.shares = order.feedShares
    this.symbols.print(order.locate, out, outAt + itch50.addOrder.offsets.stock)
    addOrder.price = order.price
    return itch50.addOrder.length
  }

  private printOrderExecuted(record: DataView, at: number, out: DataView, outAt: number): number {
    const { order, orderExecuted } = this
    order.wrap(record, at)
    orderExecuted.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, E, order.locate)
    orderExecuted.orderReferenceNumber = order.orderReference
    orderExecuted.executedShares = order.lastQty
    orderExecuted.matchNumber = order.matchNumber
    return itch50.orderExecuted.length
  }

  /** An execution of an auction, which has one price for all. */
  private printExecutedWithPrice(
    record: DataView,
    at: number,
    out: DataView,
    outAt: number,
  ): number {
    const { order, executedWithPrice } = this
    order.wrap(record, at)
    executedWithPrice.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, C, order.locate)
    executedWithPrice.orderReferenceNumber = order.orderReference
    executedWithPrice.executedShares = order.feedShares
    executedWithPrice.matchNumber = order.matchNumber
    executedWithPrice.printable = NOT_PRINTABLE
    executedWithPrice.executionPrice = order.lastPx
    return itch50.orderExecutedWithPrice.length
  }

  private printOrderCancel(record: DataView, at: number, out: DataView, outAt: number): number {
    const { order, orderCancel } = this
    order.wrap(record, at)
    orderCancel.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, X, order.locate)
    orderCancel.orderReferenceNumber = order.orderReference
    orderCancel.canceledShares = order.feedShares
    return itch50.orderCancel.length
  }

  /** A replacement that leaves the book deletes the reference that it had before. */
  private printOrderDelete(record: DataView, at: number, out: DataView, outAt: number): number {
    const { order, orderDelete } = this
    order.wrap(record, at)
    orderDelete.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, D, order.locate)
    const replaced = recordType(record, at) === EventType.OrderReplaced
    orderDelete.orderReferenceNumber = replaced ? order.originalReference : order.orderReference
    return itch50.orderDelete.length
  }

  private printOrderReplace(record: DataView, at: number, out: DataView, outAt: number): number {
    const { order, orderReplace } = this
    order.wrap(record, at)
    orderReplace.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, U, order.locate)
    orderReplace.originalOrderReferenceNumber = order.originalReference
    orderReplace.newOrderReferenceNumber = order.orderReference
    orderReplace.shares = order.feedShares
    orderReplace.price = order.price
    return itch50.orderReplace.length
  }

  private printSystemEvent(record: DataView, at: number, out: DataView, outAt: number): number {
    this.signaled.wrap(record, at)
    this.printHeader(record, at, out, outAt, S, 0)
    this.systemEvent.eventCode = this.signaled.eventCode
    return itch50.systemEvent.length
  }

  /** The only record that tells a symbol: what it says holds for the messages after it. */
  private printStockDirectory(record: DataView, at: number, out: DataView, outAt: number): number {
    const { listed, stockDirectory, symbols } = this
    listed.wrap(record, at)
    stockDirectory.wrap(out, outAt)
    symbols.learn(record, at)
    this.printHeader(record, at, out, outAt, R, listed.locate)
    symbols.print(listed.locate, out, outAt + itch50.stockDirectory.offsets.stock)
    stockDirectory.marketCategory = DIRECTORY.marketCategory
    stockDirectory.financialStatusIndicator = DIRECTORY.financialStatusIndicator
    stockDirectory.roundLotSize = listed.lotSize
    stockDirectory.roundLotsOnly = DIRECTORY.roundLotsOnly
    stockDirectory.issueClassification = DIRECTORY.issueClassification
    stockDirectory.issueSubType = DIRECTORY.issueSubType
    stockDirectory.authenticity = DIRECTORY.authenticity
    stockDirectory.shortSaleThresholdIndicator = DIRECTORY.shortSaleThresholdIndicator
    stockDirectory.ipoFlag = DIRECTORY.ipoFlag
    stockDirectory.luldReferencePriceTier = DIRECTORY.luldReferencePriceTier
    stockDirectory.etpFlag = DIRECTORY.etpFlag
    stockDirectory.etpLeverageFactor = DIRECTORY.etpLeverageFactor
    stockDirectory.inverseIndicator = DIRECTORY.inverseIndicator
    return itch50.stockDirectory.length
  }

  private printTradingAction(record: DataView, at: number, out: DataView, outAt: number): number {
    const { stateChanged, tradingAction } = this
    stateChanged.wrap(record, at)
    tradingAction.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, H, stateChanged.locate)
    this.symbols.print(stateChanged.locate, out, outAt + itch50.stockTradingAction.offsets.stock)
    tradingAction.tradingState = stateChanged.tradingState
    tradingAction.reserved = SPACE
    tradingAction.reason = stateChanged.reason
    return itch50.stockTradingAction.length
  }

  private printCrossTrade(record: DataView, at: number, out: DataView, outAt: number): number {
    const { crossed, crossTrade } = this
    crossed.wrap(record, at)
    crossTrade.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, Q, crossed.locate)
    crossTrade.shares = crossed.shares
    this.symbols.print(crossed.locate, out, outAt + itch50.crossTrade.offsets.stock)
    crossTrade.crossPrice = crossed.price
    crossTrade.matchNumber = crossed.matchNumber
    crossTrade.crossType = crossed.crossType
    return itch50.crossTrade.length
  }

  /** Far and near price are one: no orders are for the auction alone. */
  private printImbalance(record: DataView, at: number, out: DataView, outAt: number): number {
    const { told, imbalance } = this
    told.wrap(record, at)
    imbalance.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, I, told.locate)
    imbalance.pairedShares = told.pairedShares
    imbalance.imbalanceShares = told.imbalanceShares
    imbalance.imbalanceDirection = told.direction
    this.symbols.print(told.locate, out, outAt + itch50.netOrderImbalance.offsets.stock)
    imbalance.farPrice = told.price
    imbalance.nearPrice = told.price
    imbalance.currentReferencePrice = told.referencePrice
    imbalance.crossType = told.crossType
    imbalance.priceVariationIndicator = told.priceVariation
    return itch50.netOrderImbalance.length
  }

  private printAuctionCollar(record: DataView, at: number, out: DataView, outAt: number): number {
    const { collarTold, auctionCollar } = this
    collarTold.wrap(record, at)
    auctionCollar.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, J, collarTold.locate)
    this.symbols.print(collarTold.locate, out, outAt + itch50.luldAuctionCollar.offsets.stock)
    auctionCollar.auctionCollarReferencePrice = collarTold.referencePrice
    auctionCollar.upperAuctionCollarPrice = collarTold.high
    auctionCollar.lowerAuctionCollarPrice = collarTold.low
    auctionCollar.auctionCollarExtension = collarTold.extensions
    return itch50.luldAuctionCollar.length
  }

  private printBrokenTrade(record: DataView, at: number, out: DataView, outAt: number): number {
    const { broken, brokenTrade } = this
    broken.wrap(record, at)
    brokenTrade.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, B, broken.locate)
    brokenTrade.matchNumber = broken.matchNumber
    return itch50.brokenTrade.length
  }

  /** A corrected trade: it is of no order on the feed, and by convention a buy. */
  private printTrade(record: DataView, at: number, out: DataView, outAt: number): number {
    const { corrected, trade } = this
    corrected.wrap(record, at)
    trade.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, P, corrected.locate)
    trade.orderReferenceNumber = 0
    trade.side = B
    trade.shares = corrected.shares
    this.symbols.print(corrected.locate, out, outAt + itch50.trade.offsets.stock)
    trade.price = corrected.price
    trade.matchNumber = corrected.matchNumber
    return itch50.trade.length
  }

  private printDeclineLevels(record: DataView, at: number, out: DataView, outAt: number): number {
    const { levelsTold, declineLevels } = this
    levelsTold.wrap(record, at)
    declineLevels.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, V, 0)
    declineLevels.level1 = levelsTold.level1
    declineLevels.level2 = levelsTold.level2
    declineLevels.level3 = levelsTold.level3
    return itch50.mwcbDeclineLevel.length
  }

  private printMwcbStatus(record: DataView, at: number, out: DataView, outAt: number): number {
    const { breaker, mwcbStatus } = this
    breaker.wrap(record, at)
    mwcbStatus.wrap(out, outAt)
    this.printHeader(record, at, out, outAt, W, 0)
    mwcbStatus.breachedLevel = ZERO + breaker.level
    return itch50.mwcbStatus.length
  }

  /** The common header: every layout has it at the same place. */
  private printHeader(
    record: DataView,
    at: number,
    out: DataView,
    outAt: number,
    type: number,
    locate: number,
  ): void {
    const { event, systemEvent } = this
    event.wrap(record, at)
    systemEvent.wrap(out, outAt)
    out.setUint8(outAt, type)
    systemEvent.stockLocate = locate
    systemEvent.trackingNumber = 0
    const sinceMidnight = (event.epochSeconds - this.midnightSeconds) * 1e9 + event.nanoseconds
    systemEvent.timestampNs = Math.min(sinceMidnight, TIMESTAMP_NS_MAX)
  }
}
