/**
 * A firm that trades by itself: a strategy that decides, a FixClient that does it. It looks at its
 * instruments in turn, as often as it is told, and keeps its own orders from its own reports; what
 * it knows of the market comes from outside, as it would from the feed.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { OwnOrders } from './bot-orders.ts'
import type { BotAction, BotMarket, Strategy } from './bot-strategy.ts'
import type { FixClientOptions } from './fix-client.ts'
import { FixClient } from './fix-client.ts'
import type { ExecutionReport, OrderCancelReject } from './fix-reports.ts'
import type { Random } from './random.ts'

/** Requests without an answer at which a bot waits: the exchange is slower than it is. */
export const UNANSWERED_MAX = 256
/** Requests that cancel everything leave in portions of this size. */
const CANCELS_AT_ONCE = 100
const LOOK_MS = 5

export interface BotOptions {
  readonly login: FixClientOptions
  readonly strategy: Strategy
  readonly symbols: readonly string[]
  /** Looks at one instrument, per second. */
  readonly decisionsPerSecond: number
  readonly random: Random
  readonly market: (symbol: string) => BotMarket | undefined
  readonly onReport: (report: ExecutionReport) => void
  readonly onCancelReject: (reject: OrderCancelReject) => void
  /** A message of ours was malformed, or the connection is gone: neither happens in a sound run. */
  readonly onTrouble: (what: string) => void
}

export class Bot {
  readonly orders = new OwnOrders()
  /** NewOrderSingle(D), OrderCancelRequest(F) and OrderCancelReplaceRequest(G) sent. */
  requests = 0
  /** NewOrderSingle(D) sent. */
  entered = 0
  fills = 0
  private readonly options: BotOptions
  private readonly client: FixClient
  private timer: NodeJS.Timeout | undefined
  private turn = 0
  private leaving = false

  constructor(options: BotOptions) {
    const { compId } = options.login
    this.options = options
    this.client = new FixClient(options.login, {
      onReport: (report) => {
        if (report.execType === 'F') this.fills++
        this.orders.onReport(report)
        options.onReport(report)
      },
      onCancelReject: (reject) => {
        this.orders.onCancelReject(reject)
        options.onCancelReject(reject)
      },
      onBusinessReject: ({ text }) => options.onTrouble(`${compId}: ${text ?? 'refused'}`),
      onReject: (message) => options.onTrouble(`${compId}: ${message.string(58) ?? 'rejected'}`),
      onDisconnect: (reason) => {
        if (!this.leaving) options.onTrouble(`${compId}: ${reason}`)
      },
    })
  }

  get compId(): string {
    return this.options.login.compId
  }

  get isLoggedOn(): boolean {
    return this.client.isLoggedOn
  }

  /** @throws ExchangeError EXC_FIX_CONNECT, EXC_FIX_LOGON */
  async logOn(): Promise<void> {
    await this.client.connect()
  }

  /** Trades until `stop`. */
  start(): void {
    this.plan()
  }

  /** Decides nothing more; orders stay live. */
  stop(): void {
    clearTimeout(this.timer)
  }

  /** Cancels everything that is live and waits until nothing is. */
  async cancelAll(timeoutMs: number): Promise<boolean> {
    const deadlineMs = performance.now() + timeoutMs
    while (this.isLoggedOn && this.orders.count > 0 && performance.now() < deadlineMs) {
      const idle = this.orders.all().filter(({ pending }) => pending === 0)
      for (const order of idle.slice(0, CANCELS_AT_ONCE)) this.perform({ kind: 'cancel', order })
      await delay(LOOK_MS)
    }
    return this.answered(Math.max(0, deadlineMs - performance.now()))
  }

  /** Waits for the answers to what was sent. @returns false when some did not come in time */
  async answered(timeoutMs: number): Promise<boolean> {
    const deadlineMs = performance.now() + timeoutMs
    while (this.isWaiting && performance.now() < deadlineMs) await delay(LOOK_MS)
    return this.orders.unansweredCount === 0
  }

  private get isWaiting(): boolean {
    return this.isLoggedOn && this.orders.unansweredCount > 0
  }

  async logOut(): Promise<void> {
    this.leaving = true
    await this.client.logout()
  }

  /** Leaves without a word. */
  destroy(): void {
    this.leaving = true
    this.stop()
    this.client.destroy()
  }

  /** Exponential gaps would be more natural still; this is lively enough and has no long silences. */
  private plan(): void {
    const { random, decisionsPerSecond } = this.options
    const gapMs = (1000 / decisionsPerSecond) * (0.5 + random.next())
    this.timer = setTimeout(() => {
      this.decide()
      this.plan()
    }, gapMs)
  }

  private decide(): void {
    const { symbols, market, strategy, random } = this.options
    if (!this.isLoggedOn || this.orders.unansweredCount > UNANSWERED_MAX) return
    const seen = market(symbols[this.turn++ % symbols.length]!)
    if (seen === undefined) return

    const { symbol } = seen
    const position = this.orders.holdings.get(symbol)?.position ?? 0
    const view = { ...seen, orders: this.orders.of(symbol), position }
    for (const action of strategy(view, random)) this.perform(action, symbol)
  }

  private perform(action: BotAction, symbol = ''): void {
    const clOrdId = this.client.nextClOrdId()
    this.requests++
    switch (action.kind) {
      case 'enter': {
        const { side, orderQty, price, timeInForce, conditions } = action
        const order = { ...conditions, clOrdId, symbol, side, orderQty, price, timeInForce }
        this.entered++
        this.orders.entered(order)
        return this.client.newOrder(order)
      }
      case 'replace': {
        const { orderQty, price } = action
        const request = { ...restate(action, clOrdId), orderQty, price }
        this.orders.requested(request)
        return this.client.replace(request)
      }
      case 'cancel': {
        const request = restate(action, clOrdId)
        this.orders.requested(request)
        return this.client.cancel(request)
      }
    }
  }
}

const restate = ({ order }: Exclude<BotAction, { kind: 'enter' }>, clOrdId: string) => ({
  clOrdId,
  origClOrdId: order.clOrdId,
  symbol: order.symbol,
  side: order.side,
})
