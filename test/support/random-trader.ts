/**
 * A FIX client that trades at random, and knows of its orders only what the exchange's reports say.
 * Prices are few, so that orders meet; requests name orders that may be gone, and now and then what
 * is not true.
 */
import { vi } from 'vitest'
import { FixClient } from '../../src/client/index.ts'
import type { ExecutionReport } from '../../src/client/index.ts'
import { oppositeSide, Side, TimeInForce } from '../../src/domain/index.ts'
import type { Dice } from './dice.ts'

const SYMBOLS = [
  { symbol: 'AAPL', middle: 1_825_000 },
  { symbol: 'MSFT', middle: 4_153_000 },
] as const
const TICK = 100
/** Prices on each side of the middle. */
const TICKS = 6
const RECENT_ORDERS = 40
const WAIT_MS = 20_000

/** What was asked under a ClOrdID. */
interface Asked {
  readonly clOrdId: string
  readonly symbol: string
  readonly side: number
}

/** An order as the last report has it. */
export interface LiveOrder {
  readonly clOrdId: string
  readonly symbol: string
  readonly side: string
  /** SecondaryOrderID(198): its reference number on the feed. */
  readonly reference: number
  readonly leavesQty: number
  readonly price: number
}

export class RandomTrader {
  readonly client: FixClient
  /** By OrderID(37). */
  readonly live = new Map<string, LiveOrder>()
  /** Reports and rejects by what they say: `8 F`, `9`. */
  readonly heard: Record<string, number> = {}
  private readonly dice: Dice
  private readonly recent: Asked[] = []
  private readonly seen = new Set<string>()
  private requests = 0

  constructor(port: number, name: string, dice: Dice) {
    this.dice = dice
    this.client = new FixClient(
      {
        host: '127.0.0.1',
        port,
        compId: name,
        targetCompId: 'BUTTONWOOD',
        username: name,
        password: name.toLowerCase(),
      },
      {
        onReport: (report) => this.hear(report),
        onCancelReject: () => this.count('9'),
        onBusinessReject: () => this.count('j'),
        onReject: () => this.count('3'),
      },
    )
  }

  /** Sends one order, cancel or replacement. */
  act(): void {
    const { dice } = this
    if (dice.chance(0.45)) return this.enter()
    const order = dice.chance(0.7) ? this.pickLive() : dice.pick(this.recent)
    if (order === undefined) return this.enter()
    if (dice.chance(0.4)) return this.cancel(order)
    return this.replace(order)
  }

  /**
   * Everything that was sent has been answered: messages of a session are answered in order.
   * @returns reference number on the feed of the order that was sent last
   */
  async settled(): Promise<number> {
    const clOrdId = this.ask(SYMBOLS[0].symbol, Side.Buy)
    const price = SYMBOLS[0].middle - 1000 * TICK
    this.client.newOrder({ clOrdId, symbol: 'AAPL', side: Side.Buy, orderQty: 1, price })
    const check = (): void => {
      if (!this.seen.has(clOrdId)) throw new Error(`${clOrdId} was not answered`)
    }
    await vi.waitFor(check, { interval: 5, timeout: WAIT_MS })
    return [...this.live.values()].find((order) => order.clOrdId === clOrdId)!.reference
  }

  /** One of those that lived when we last heard of them. */
  private pickLive(): Asked | undefined {
    const order = this.dice.pick([...this.live.values()])
    return order && { ...order, side: order.side.charCodeAt(0) }
  }

  private enter(): void {
    const { dice } = this
    const { symbol } = dice.pick(SYMBOLS)!
    const side = dice.pick([Side.Buy, Side.Sell])!
    const clOrdId = this.ask(symbol, side)
    const timeInForce = dice.chance(0.2) ? dice.pick(Object.values(TimeInForce)) : undefined
    const price = dice.chance(0.03) ? undefined : this.price(symbol)
    const orderQty = this.quantity()
    this.client.newOrder({ clOrdId, symbol, side, orderQty, price, timeInForce })
  }

  private cancel({ clOrdId: origClOrdId, symbol, side }: Asked): void {
    const isWrong = this.dice.chance(0.02)
    const wrongSide = oppositeSide(side)
    const clOrdId = this.ask(symbol, side)
    this.client.cancel({ clOrdId, origClOrdId, symbol, side: isWrong ? wrongSide : side })
  }

  private replace({ clOrdId: origClOrdId, symbol, side }: Asked): void {
    const clOrdId = this.ask(symbol, side)
    const [orderQty, price] = [this.quantity(), this.price(symbol)]
    this.client.replace({ clOrdId, origClOrdId, symbol, side, orderQty, price })
  }

  private quantity(): number {
    return 100 * this.dice.between(1, 9)
  }

  private price(symbol: string): number {
    const { middle } = SYMBOLS.find((listed) => listed.symbol === symbol)!
    const offTick = this.dice.chance(0.02) ? TICK / 2 : 0
    return middle + TICK * this.dice.between(-TICKS, TICKS) + offTick
  }

  private ask(symbol: string, side: number): string {
    const clOrdId = `${++this.requests}`
    this.recent.push({ clOrdId, symbol, side })
    if (this.recent.length > RECENT_ORDERS) this.recent.shift()
    return clOrdId
  }

  private hear(report: ExecutionReport): void {
    const { execType, orderId, clOrdId, leavesQty, symbol, side, price } = report
    this.count(`8 ${execType}`)
    this.seen.add(clOrdId)
    if (execType === '8') return
    const reference = Number(report.secondaryOrderId)
    if (leavesQty === 0) this.live.delete(orderId)
    else this.live.set(orderId, { clOrdId, symbol, side, reference, leavesQty, price })
  }

  private count(what: string): void {
    this.heard[what] = (this.heard[what] ?? 0) + 1
  }
}
