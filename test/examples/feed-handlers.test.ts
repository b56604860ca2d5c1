/**
 * The sample feed handlers of `examples/` beside a running exchange: whatever they lose or miss, they end
 * with the books of our own subscriber, order by order.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Side } from '../../src/domain/index.ts'
import type { RunningExchange } from '../../src/main.ts'
import { Dice } from '../support/dice.ts'
import { FeedWatcher } from '../support/feed-watcher.ts'
import { RandomTrader } from '../support/random-trader.ts'
import { ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'
import { finalLines, topLine } from './book-lines.ts'
import { LossyRelay } from './lossy-relay.ts'
import type { Ended, Program, Wiring } from './sample-program.ts'
import { missing, prepare, RunningHandler } from './sample-program.ts'

const ACTIONS = 800
/** Each line loses more than half: a third of the packets is on neither. */
const LINE_LOSS = 0.6
/** Four in a row, which would be a snapshot, are rare. */
const ANSWER_LOSS = 0.3
/** A port that nobody answers at: that of the discard service. */
const NOBODY = 9
const FINE_ORDERS = [
  [Side.Buy, 1_781_234],
  [Side.Buy, 1_781_250],
  [Side.Sell, 1_782_000],
] as const
/** The second is one whose prices can have four decimals. */
const INSTRUMENTS = [
  ['AAPL', '182.50', '0.01'],
  ['AMZN', '178.20', '0.0001'],
  ['MSFT', '415.30', '0.01'],
].map(([symbol, referencePrice, tickSize]) => ({
  symbol,
  description: symbol,
  currency: 'USD',
  referencePrice,
  tickSize,
  lotSize: 1,
  priceBandPercent: 20,
}))

let programs: ReadonlyMap<string, Program>
let folder: ExchangeFolder
let exchange: RunningExchange
let watcher: FeedWatcher
let trader: RandomTrader
/** Has the instrument with fine prices to itself. */
let fine: RandomTrader
/** Brings the lines from their first packet on to who comes later. */
let slow: LossyRelay
let handlers = new Map<string, RunningHandler>()
/** Every change of a best bid or ask, as a handler prints it. */
const tops: string[] = []

describe.skipIf(missing.length > 0)('the sample feed handlers', { timeout: PROCESS_MS }, () => {
  beforeAll(async () => {
    programs = prepare()
    folder = await ExchangeFolder.make()
    folder.write('instruments.yaml', JSON.stringify(INSTRUMENTS))
    const { lines } = folder.config().itch.channels[0]!
    slow = await LossyRelay.open(lines, new Dice(1), { line: 0, answer: 0 })
    slow.hold()

    exchange = await folder.start()
    watcher = await FeedWatcher.open(folder.config())
    watchTops()
    trader = new RandomTrader(exchange.ports.fix, 'ACME', new Dice(1792))
    fine = new RandomTrader(exchange.ports.fix, 'GLOBEX', new Dice(1792))
    await Promise.all([trader.client.connect(), fine.client.connect()])
    await trade()
  }, 2 * PROCESS_MS)

  afterEach(() => {
    for (const handler of handlers.values()) handler.kill()
  })

  afterAll(async () => {
    await slow.close()
    await watcher.close()
    await exchange.stop()
    folder.remove()
  })

  it('print each best bid and ask from the first message on', async () => {
    start(() => ({ groups: slow.groups, request: NOBODY, snapshot: NOBODY }))
    await allSay('joined')
    slow.release()
    for (const ended of await allEndAlike()) expect(ended.tops).toEqual(tops)
    for (const { told } of handlers.values()) expect(told).toHaveLength(3)
  })

  it('join late from a snapshot', async () => {
    start(servedBy)
    await allSay('session')
    await trade()
    for (const ended of await allEndAlike()) expect(tops).toContain(ended.tops.at(-1))
    for (const handler of handlers.values()) expect(handler.count('snapshot:')).toBe(1)
  })

  it('ask for what both lines lost', async () => {
    await startBehindRelays(ANSWER_LOSS)
    await trade()
    await allEndAlike()
    for (const handler of handlers.values()) {
      expect(handler.count('gap:')).toBeGreaterThan(handler.count('snapshot:'))
    }
  })

  it('fetch a snapshot where nobody answers for what both lines lost', async () => {
    await startBehindRelays(1)
    await trade()
    await allEndAlike()
    for (const handler of handlers.values()) expect(handler.count('snapshot:')).toBeGreaterThan(1)
  })
})

const servedBy = (): Wiring => ({
  groups: folder.config().itch.channels[0]!.lines,
  request: exchange.ports.retransmission,
  snapshot: exchange.ports.snapshot,
})

function start(wire: (name: string) => Wiring): void {
  handlers = new Map()
  for (const [name, program] of programs) {
    handlers.set(name, new RunningHandler(program, wire(name)))
  }
}

/** Each behind a bad network of its own; resolves when they have joined late. */
async function startBehindRelays(answerLoss: number): Promise<void> {
  const wirings = new Map<string, Wiring>()
  for (const name of programs.keys()) {
    const losses = { line: LINE_LOSS, answer: answerLoss }
    const relay = await LossyRelay.open(servedBy().groups, new Dice(5), losses)
    onTestFinished(() => relay.close())
    const request = await relay.carryRequests(exchange.ports.retransmission)
    wirings.set(name, { ...servedBy(), groups: relay.groups, request })
  }
  start((name) => wirings.get(name)!)
  await allSay('snapshot:')
}

async function allSay(what: string): Promise<void> {
  for (const handler of handlers.values()) await handler.says(what)
}

/** Waits for their ends, which must be that of our own subscriber. */
async function allEndAlike(): Promise<Ended[]> {
  const ends: Ended[] = []
  for (const [name, handler] of handlers) {
    const end = await handler.ended()
    const { code, final, last } = end
    expect({ name, code, final, last }).toEqual({
      name,
      code: 0,
      final: finalLines(watcher.market),
      last: `stopped before message ${watcher.messages.length + 1}, 0 problems`,
    })
    ends.push(end)
  }
  return ends
}

function watchTops(): void {
  const shown = new Map<string, string>()
  watcher.onMessage = (_, message) => {
    const book = watcher.market.bookOf(message)
    if (book === undefined) return
    const line = topLine(book)
    if (line === (shown.get(book.symbol) ?? `${book.symbol} - | -`)) return
    shown.set(book.symbol, line)
    tops.push(line)
  }
}

/** Random orders on two instruments and fine prices on the third, until the feed has the last. */
async function trade(): Promise<void> {
  for (let i = 0; i < ACTIONS; i++) trader.act()
  for (const [side, price] of FINE_ORDERS) {
    const clOrdId = `${watcher.messages.length}/${price}`
    fine.client.newOrder({ clOrdId, symbol: 'AMZN', side, orderQty: 7, price })
  }
  await watcher.adds(await fine.settled())
  await watcher.adds(await trader.settled())
}
