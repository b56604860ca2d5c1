/** A trading day of millions of commands in a journal, as the exchange would have left it: no sockets. */
import { Engine } from '../../src/engine/index.ts'
import { queueConfiguration, queueTradingDay } from '../../src/opening.ts'
import { OrdType, TimeInForce } from '../../src/domain/index.ts'
import { Journal, NodeDisk } from '../../src/journal/index.ts'
import type { ExchangeConfig } from '../../src/runtime/index.ts'
import { toVenueConfiguration, tradingDayAt } from '../../src/runtime/index.ts'
import {
  cancelOrder,
  CommandQueue,
  CommandType,
  enterOrder,
  replaceOrder,
} from '../../src/wire/index.ts'
import { FLOW_STRIDE, FlowKind, recordFlow } from './order-flow.ts'

const LIVE_ORDERS = 100_000
const COMMANDS_A_GROUP = 64
const SESSIONS = 2
const MICROSECONDS_A_GROUP = 500

/** @param commands orders, cancels and replacements, beside those that fill the books */
export async function recordDay(
  config: ExchangeConfig,
  directory: string,
  commands: number,
): Promise<{ commands: number; bytes: number }> {
  const journal = Journal.open({
    disk: new NodeDisk(),
    directory,
    journalId: () => 'a-recorded-day',
    durability: 'os',
  })
  const day = new RecordedDay(config, journal)
  day.open()
  const flow = recordFlow({
    liveOrders: LIVE_ORDERS,
    commands: commands - LIVE_ORDERS,
    instruments: config.instruments.length,
  })
  for (let at = 0; at < commands * FLOW_STRIDE; at += FLOW_STRIDE) {
    day.ask(flow.words.subarray(at, at + FLOW_STRIDE))
  }
  day.run()
  await journal.close()
  return { commands: journal.nextCommandNumber - 1, bytes: journal.nextPosition }
}

class RecordedDay {
  private readonly engine = new Engine()
  private readonly queue = new CommandQueue()
  private readonly config: ExchangeConfig
  private readonly journal: Journal
  /** Side and instrument of an order of the flow, by its number. */
  private readonly sides: number[] = [0]
  private readonly locates: number[] = [0]
  private seconds: number
  private microseconds = 0
  private readonly enter = enterOrder.flyweight()
  private readonly cancel = cancelOrder.flyweight()
  private readonly replace = replaceOrder.flyweight()

  constructor(config: ExchangeConfig, journal: Journal) {
    this.config = config
    this.journal = journal
    this.seconds = Math.floor(Date.now() / 1000) - 3600
  }

  open(): void {
    queueConfiguration(this.queue, toVenueConfiguration(this.config, undefined))
    this.run()
    const { exchange, market } = this.config
    const zone = { timeZone: exchange.timeZone, dayRoll: market.dayRoll }
    const instants = tradingDayAt(this.seconds, zone)
    queueTradingDay(this.queue, { isOpen: false, instants, feedSession: 'BENCH00000' })
    this.run()
  }

  /** A command of the flow. */
  ask(words: Int32Array): void {
    const [kind, instrument, side, price, quantity, target] = words
    if (kind === FlowKind.New) this.enterNew(instrument! + 1, side!, price!, quantity!)
    else this.change(kind!, price!, quantity!, target!)
    if (this.queue.count >= COMMANDS_A_GROUP) this.run()
  }

  /** One turn. */
  run(): void {
    const commands = this.queue.take()
    if (commands === undefined) return
    const { engine, journal } = this
    this.microseconds += MICROSECONDS_A_GROUP
    const epochSeconds = this.seconds + Math.floor(this.microseconds / 1e6)
    const nanoseconds = (this.microseconds % 1e6) * 1000
    const feedSequence = engine.feedCount + 1
    const eventsPosition = journal.eventsPosition(commands.length)
    engine.beginTurn({ epochSeconds, nanoseconds, eventsPosition })
    engine.executeAll(commands.view, 0, commands.length)
    journal.append({ epochSeconds, nanoseconds, feedSequence }, commands, engine.events)
    this.queue.release(commands)
  }

  private enterNew(locate: number, side: number, price: number, orderQty: number): void {
    const number = this.sides.push(side) - 1
    this.locates.push(locate)
    const { buffer } = this.queue
    const at = buffer.append(CommandType.EnterOrder, sessionOf(locate), enterOrder.length)
    this.enter.wrap(buffer.view, at)
    Object.assign(this.enter, { locate, side, price, orderQty, account: 0, ...LIMIT_DAY })
    this.enter.clOrdId = `N${number}`
  }

  private change(kind: number, price: number, orderQty: number, target: number): void {
    const side = this.sides[target]!
    const locate = this.locates[target]!
    const { buffer } = this.queue
    const session = sessionOf(locate)
    if (kind === FlowKind.Cancel) {
      const at = buffer.append(CommandType.CancelOrder, session, cancelOrder.length)
      this.cancel.wrap(buffer.view, at)
      Object.assign(this.cancel, { locate, side, orderId: 0 })
      this.cancel.clOrdId = `C${target}`
      this.cancel.origClOrdId = `N${target}`
      return
    }
    const number = this.sides.push(side) - 1
    this.locates.push(locate)
    const at = buffer.append(CommandType.ReplaceOrder, session, replaceOrder.length)
    this.replace.wrap(buffer.view, at)
    Object.assign(this.replace, { locate, side, price, orderQty, orderId: 0, ...LIMIT_DAY })
    this.replace.clOrdId = `N${number}`
    this.replace.origClOrdId = `N${target}`
  }
}

const LIMIT_DAY = { ordType: OrdType.Limit, timeInForce: TimeInForce.Day }

const sessionOf = (locate: number): number => 1 + (locate % SESSIONS)
