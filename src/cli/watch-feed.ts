/**
 * What `buttonwood subscribe` does until it is stopped: one subscriber, one market, and an output
 * that is either lines of JSON or the books drawn again and again.
 */
import type { Command } from 'commander'
import type { FeedListener, SequenceRange } from '../client/index.ts'
import { FeedSubscriber, MarketView } from '../client/index.ts'
import type { ExchangeConfig } from '../runtime/index.ts'
import { loadConfig } from '../runtime/index.ts'
import type { ItchMessage } from '../wire/index.ts'
import { decodeItch } from '../wire/index.ts'
import { drawBook } from './ladder-view.ts'
import { Screen } from './screen.ts'

const FRAME_MS = 100
/** Where nobody redraws, a frame a second is enough. */
const PLAIN_FRAME_MS = 1000

export interface SubscribeOptions {
  readonly symbol: string[]
  readonly line: 'a' | 'b' | 'both'
  readonly json?: boolean
  readonly depth: number
  readonly duration?: number
  readonly config?: string
}

/** Resolves when the duration is over or the process is asked to stop. */
export async function watchFeed(options: SubscribeOptions, command: Command): Promise<void> {
  const config = loadConfig({ file: options.config, env: process.env })
  checkSymbols(options, config, command)

  const market = new MarketView()
  const output = options.json ? jsonOutput(market, options) : ladderOutput(market, options)
  const { itch } = config
  const subscriber = await FeedSubscriber.open({
    lines: chooseLines(options, config, command),
    interface: itch.interface,
    retransmission: itch.retransmission,
    nowMs: () => performance.now(),
    listener: output.listener,
  })

  output.start(subscriber)
  await stopSignal(options.duration)
  output.stop()
  await subscriber.close()
  process.stderr.write(`${summary(subscriber, market)}\n`)
}

interface Output {
  readonly listener: Omit<FeedListener, 'request'>
  start(subscriber: FeedSubscriber): void
  stop(): void
}

/** Each message with its sequence number and symbol; gaps, losses and sessions as events. */
function jsonOutput(market: MarketView, { symbol: symbols }: SubscribeOptions): Output {
  const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)
  const follow = followMarket(market, (sequence, message) => {
    const symbol = message && market.bookOf(message)?.symbol
    if (symbol !== undefined && symbols.length > 0 && !symbols.includes(symbol)) return
    print(message ? { sequence, symbol, ...message } : { sequence, event: 'unknown-message' })
  })
  return {
    listener: {
      ...follow,
      sessionStarted(session) {
        follow.sessionStarted()
        print({ event: 'session', session })
      },
      gapOpened: (gap) => print({ event: 'gap', ...gap }),
      messagesLost(lost) {
        follow.messagesLost(lost)
        print({ event: 'lost', ...lost })
      },
      sessionEnded: (session) => print({ event: 'end-of-session', session }),
    },
    start() {},
    stop() {},
  }
}

/** The books and their tapes, drawn again and again. */
function ladderOutput(market: MarketView, options: SubscribeOptions): Output {
  const screen = new Screen(process.stdout)
  const follow = followMarket(market)
  const view = { depth: options.depth, color: screen.color }
  const frameLines = 2 * options.depth + 2
  let timer: NodeJS.Timeout | undefined
  let draw = (): void => {}

  return {
    listener: { ...follow, gapOpened() {}, sessionEnded() {} },
    start(subscriber) {
      draw = () => {
        const books = market.books.filter(
          ({ symbol }) => options.symbol.length === 0 || options.symbol.includes(symbol),
        )
        const shown = books.slice(0, Math.max(1, Math.floor((screen.rows - 3) / frameLines)))
        const lines = shown.flatMap((book) => [...drawBook(book, view), ''])
        const more = books.length - shown.length
        if (more > 0) lines.push(`${more} more; choose with --symbol`)
        screen.draw([...lines, summary(subscriber, market)])
      }
      timer = setInterval(draw, screen.interactive ? FRAME_MS : PLAIN_FRAME_MS)
    },
    stop() {
      clearInterval(timer)
      draw()
      screen.close()
    },
  }
}

/** Keeps the market up to date; a loss is said plainly, once each. */
function followMarket(
  market: MarketView,
  seen: (sequence: number, message: ItchMessage | undefined) => void = () => {},
) {
  return {
    sessionStarted: () => market.reset(),
    message(sequence: number, view: DataView, at: number, length: number) {
      const message = decodeItch(view, at, length)
      if (message !== undefined) market.apply(message)
      seen(sequence, message)
    },
    messagesLost({ first, last }: SequenceRange) {
      market.markStale()
      process.stderr.write(
        `messages ${first} to ${last} are not available: books are stale until the next session\n`,
      )
    },
  }
}

function summary({ arbiter }: FeedSubscriber, { problems }: MarketView): string {
  const { messages, gaps, recovered, lost } = arbiter.statistics
  const found = Object.entries(problems).filter(([, count]) => count > 0)
  const wrong = found.map(([name, count]) => ` · ${name} ${count}`).join('')
  const session = arbiter.session ?? 'no session yet'
  return `${session} · ${messages} messages · ${gaps} gaps · ${recovered} recovered · ${lost} lost${wrong}`
}

function checkSymbols(
  { symbol }: SubscribeOptions,
  config: ExchangeConfig,
  command: Command,
): void {
  const known = config.instruments.map((instrument) => instrument.symbol)
  const unknown = symbol.find((each) => !known.includes(each))
  if (unknown !== undefined) {
    command.error(`error: --symbol ${unknown} is not listed; use one of ${known.join(', ')}`)
  }
}

function chooseLines({ line }: SubscribeOptions, config: ExchangeConfig, command: Command) {
  const { lines } = config.itch
  if (line === 'both') return lines
  const chosen = lines[line === 'a' ? 0 : 1]
  if (chosen === undefined) command.error(`error: --line b: ${config.file} has only one line`)
  return [chosen]
}

/** Resolves on SIGINT, SIGTERM or after `seconds`. */
async function stopSignal(seconds: number | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = seconds === undefined ? undefined : setTimeout(stop, seconds * 1000)
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
    function stop(): void {
      clearTimeout(timer)
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
      resolve()
    }
  })
}
