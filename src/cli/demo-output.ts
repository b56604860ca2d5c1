/**
 * Where the demo shows itself: a terminal that it takes over while there is trading, or lines, one
 * a second. Before and after, both print.
 */
import { instruments } from './demo-firms.ts'
import type { DemoTrading } from './demo-trading.ts'
import type { DemoState } from './demo-view.ts'
import { drawDemo, grouped, minutes, priceText } from './demo-view.ts'
import type { Terminal } from './full-screen.ts'
import { FullScreen } from './full-screen.ts'
import type { Span } from './styled-line.ts'
import { printSpans } from './styled-line.ts'

const FRAME_MS = 100
/** The screen goes on to the next instrument this often, until somebody chooses. */
const ROTATE_MS = 6_000
const PLAIN_LINE_MS = 1_000
const CLEAR_LINE = '\r\x1b[K'

export interface DemoOutput {
  /** What is going on now; the next one may take its place. */
  say(line: string): void
  print(lines: readonly Span[][]): void
  /** Shows trading until `hide`. @param onQuit somebody wants it to end */
  show(trading: DemoTrading, durationMs: number | undefined, onQuit: () => void): void
  hide(): void
}

/** For pipes, files and people who read. */
export class PlainOutput implements DemoOutput {
  private timer: NodeJS.Timeout | undefined
  private sayMs = 0
  private said = ''

  /** Not more than a line a second for the same work. */
  say(line: string): void {
    const work = line.replaceAll(/[\d,]+/g, '')
    if (work === this.said && performance.now() - this.sayMs < PLAIN_LINE_MS) return
    this.said = work
    this.sayMs = performance.now()
    process.stdout.write(`${line}\n`)
  }

  print(lines: readonly Span[][]): void {
    for (const line of lines) {
      process.stdout.write(`${printSpans(line, { columns: Infinity, color: false })}\n`)
    }
  }

  show(trading: DemoTrading, durationMs: number | undefined): void {
    let hasTraded = false
    this.timer = setInterval(() => {
      const { firstTradeMs } = trading
      if (!hasTraded && firstTradeMs !== undefined) {
        hasTraded = true
        this.say(`first trade ${(firstTradeMs / 1000).toFixed(2)} s after the start`)
      }
      process.stdout.write(`${plainLine(trading.state('', durationMs))}\n`)
    }, PLAIN_LINE_MS)
  }

  hide(): void {
    clearInterval(this.timer)
  }
}

/** ` 0:03  orders 301/s 912 · trades 21/s 61 · … · AAPL 182.53 …` */
function plainLine({ elapsedMs, counters, days }: DemoState): string {
  const rates = counters.map(
    ({ name, perSecond, total }) => `${name} ${grouped(perSecond)}/s ${grouped(total)}`,
  )
  const prices = days.map(({ instrument, last }) => {
    return `${instrument.symbol} ${last === undefined ? '-' : priceText(last)}`
  })
  return `${minutes(elapsedMs).padStart(5)}  ${rates.join(' · ')} | ${prices.join(' ')}`
}

/** Keys as terminals send them. */
const KEYS = {
  quit: ['q', 'Q', '\x03'],
  next: ['\x1b[C', '\x1bOC', '\t', ' '],
  previous: ['\x1b[D', '\x1bOD'],
}

export class ScreenOutput implements DemoOutput {
  private readonly terminal: Terminal
  private readonly color = !process.env['NO_COLOR']
  private screen: FullScreen | undefined
  private frames: NodeJS.Timeout | undefined
  private rotation: NodeJS.Timeout | undefined
  private chosen = 0

  constructor(terminal: Terminal) {
    this.terminal = terminal
  }

  say(line: string): void {
    this.terminal.output.write(`${CLEAR_LINE}${line.slice(0, this.terminal.output.columns - 1)}`)
  }

  print(lines: readonly Span[][]): void {
    const columns = this.terminal.output.columns
    const text = lines.map((line) => `${printSpans(line, { columns, color: this.color })}\n`)
    this.terminal.output.write(CLEAR_LINE + text.join(''))
  }

  show(trading: DemoTrading, durationMs: number | undefined, onQuit: () => void): void {
    const screen = new FullScreen(this.terminal, (key) => {
      this.press(key, onQuit)
      draw()
    })
    const draw = (): void => {
      const { columns, rows } = screen
      const { symbol } = instruments[this.chosen]!
      const state = trading.state(symbol, durationMs)
      screen.draw(drawDemo(state, { columns, rows, color: this.color }))
    }
    this.screen = screen
    this.say('')
    screen.open()
    draw()
    this.frames = setInterval(draw, FRAME_MS)
    this.rotation = setInterval(() => this.move(1), ROTATE_MS)
  }

  hide(): void {
    clearInterval(this.frames)
    clearInterval(this.rotation)
    this.screen?.close()
  }

  private press(key: string, onQuit: () => void): void {
    if (KEYS.quit.includes(key)) return onQuit()
    const number = Number(key)
    const isNumber = number >= 1 && number <= instruments.length
    if (!isNumber && !KEYS.next.includes(key) && !KEYS.previous.includes(key)) return

    clearInterval(this.rotation)
    if (isNumber) this.chosen = number - 1
    else this.move(KEYS.next.includes(key) ? 1 : -1)
  }

  private move(by: number): void {
    this.chosen = (this.chosen + instruments.length + by) % instruments.length
  }
}
