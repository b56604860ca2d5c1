/**
 * Everything of the demo that stands outside of the exchange: the bots on their FIX sessions, the
 * subscriber on both multicast lines, the eye on the database, and the record of what each was told.
 */
import { Bot, FeedSubscriber, Random } from '../client/index.ts'
import { DemoDatabase } from './demo-database.ts'
import { firms, instruments } from './demo-firms.ts'
import type { Firm } from './demo-firms.ts'
import { DemoMarket } from './demo-market.ts'
import { DemoRecord } from './demo-record.ts'
import type { DemoVenue } from './demo-venue.ts'
import type { Counter, DemoState, FirmState } from './demo-view.ts'
import { grouped } from './demo-view.ts'
import { RateMeter } from './rate-meter.ts'

const STEP_MS = 100
/** Reports after which a demo without --duration ends by itself: some hours, and some gigabytes. */
export const REPORTS_MAX = 5_000_000

export class DemoTrading {
  readonly record = new DemoRecord()
  readonly market: DemoMarket
  readonly bots: readonly Bot[]
  readonly database: DemoDatabase
  /** Called when there is no more room, or a session broke. */
  onEnd: () => void = () => {}
  /** Milliseconds since the process started at which the first trade was on the feed. */
  firstTradeMs: number | undefined
  private readonly venue: DemoVenue
  private readonly seed: number
  private readonly rates = new RateMeter()
  private feed: FeedSubscriber | undefined
  private timer: NodeJS.Timeout | undefined
  private startMs = 0

  constructor(venue: DemoVenue, seed: number) {
    const random = new Random(seed)
    this.venue = venue
    this.seed = seed
    this.database = new DemoDatabase(venue.dataDir)
    this.market = new DemoMarket(instruments, random, (trade) => {
      this.firstTradeMs ??= performance.now()
      this.record.onTrade(trade)
    })
    this.bots = firms.map((firm) => this.employ(firm, random.fork(firm.compId)))
  }

  /** Joins the feed, logs the firms on and lets them trade. */
  async start(): Promise<void> {
    const { itch } = this.venue.config
    const { lines, retransmission } = itch.channels[0]!
    this.feed = await FeedSubscriber.open({
      lines,
      interface: itch.interface,
      retransmission: { host: retransmission.host, port: this.venue.retransmissionPort },
      nowMs: () => performance.now(),
      listener: this.market.listener,
    })
    await Promise.all(this.bots.map((bot) => bot.logOn()))
    this.database.follow()
    this.startMs = performance.now()
    this.timer = setInterval(() => this.step(), STEP_MS)
    for (const bot of this.bots) bot.start()
  }

  /** The bots decide nothing more; their orders stay. */
  async stop(): Promise<void> {
    for (const bot of this.bots) bot.stop()
    clearInterval(this.timer)
    await this.database.stop()
  }

  /** Drops whatever is still there. */
  async close(): Promise<void> {
    for (const bot of this.bots) bot.destroy()
    await this.stop()
    this.database.close()
    await this.feed?.close()
    this.feed = undefined
  }

  get elapsedMs(): number {
    return this.startMs === 0 ? 0 : performance.now() - this.startMs
  }

  /** Messages of the feed in sequence so far. */
  get feedMessages(): number {
    return this.feed?.arbiter.statistics.messages ?? 0
  }

  /** Messages of the feed that nobody could deliver. */
  get feedLost(): number {
    return this.feed?.arbiter.statistics.lost ?? 0
  }

  get requests(): number {
    return this.bots.reduce((sum, { requests }) => sum + requests, 0)
  }

  /** What the screen shows of it. */
  state(symbol: string, durationMs: number | undefined): DemoState {
    const book = this.market.view.book(symbol)
    const line = this.venue.config.itch.channels[0]!.lines[0]!
    return {
      seed: this.seed,
      elapsedMs: this.elapsedMs,
      durationMs,
      days: this.market.days,
      chosen: { symbol, bids: book?.levels('B') ?? [], asks: book?.levels('S') ?? [] },
      tape: this.market.tape,
      firms: this.firms(),
      counters: this.counters(),
      place: `FIX ${this.venue.fixPort} · feed ${line.group}:${line.port}`,
    }
  }

  firms(): FirmState[] {
    const last = new Map(this.market.days.map((day) => [day.instrument.symbol, day.last ?? 0]))
    return this.bots.map((bot, i) => {
      let profit = 0
      for (const [symbol, { cash, position }] of bot.orders.holdings) {
        profit += cash + position * last.get(symbol)!
      }
      return {
        compId: bot.compId,
        strategyName: firms[i]!.strategyName,
        isLoggedOn: bot.isLoggedOn,
        openOrders: bot.orders.count,
        fills: bot.fills,
        profit,
      }
    })
  }

  counters(): Counter[] {
    const behind = Math.max(0, this.record.reports.last - this.database.lastExecId)
    const lost = this.feedLost
    return [
      this.counter('orders', this.requests, ''),
      this.counter('trades', this.market.trades, ''),
      this.counter('feed', this.feedMessages, lost === 0 ? 'none lost' : `${lost} lost`),
      this.counter('rows', this.database.lastExecId, `${grouped(behind)} behind`),
    ]
  }

  private counter(name: string, total: number, remark: string): Counter {
    return { name, perSecond: this.rates.rate(name), total, remark }
  }

  private step(): void {
    this.market.step()
    this.rates.sample(performance.now(), {
      orders: this.requests,
      trades: this.market.trades,
      feed: this.feedMessages,
      rows: this.database.lastExecId,
    })
    if (this.record.reports.count >= REPORTS_MAX) this.onEnd()
  }

  private employ({ compId, password, strategy, decisionsPerSecond }: Firm, random: Random): Bot {
    const { config, fixPort } = this.venue
    return new Bot({
      login: {
        host: config.fix.host,
        port: fixPort,
        compId,
        targetCompId: config.exchange.compId,
        username: compId,
        password,
      },
      strategy,
      decisionsPerSecond,
      random,
      symbols: instruments.map(({ symbol }) => symbol),
      market: (symbol) => this.market.botMarket(symbol),
      onReport: (report) => this.record.onReport(compId, report),
      onCancelReject: () => this.record.cancelRejects++,
      onTrouble: (what) => {
        this.record.contradict(what)
        this.onEnd()
      },
    })
  }
}
