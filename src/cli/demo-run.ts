/**
 * The demo from start to end: exchange, trading, something to look at, the comparison, the way out.
 * Whatever happens, the exchange is gone and the terminal is as it was when this returns.
 */
import { closeDemo } from './demo-closing.ts'
import { agrees, tableOf } from './demo-findings.ts'
import { firms, instruments, listingOf } from './demo-firms.ts'
import type { DemoOutput } from './demo-output.ts'
import { PlainOutput, ScreenOutput } from './demo-output.ts'
import { summaryOf } from './demo-summary.ts'
import { DemoTrading } from './demo-trading.ts'
import { DemoVenue } from './demo-venue.ts'

export interface DemoOptions {
  /** Seconds of trading; undefined = until somebody ends it. */
  readonly duration?: number
  readonly seed?: number
  readonly plain?: boolean
  /** Leave its folder in place. */
  readonly keep?: boolean
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const INTERRUPTED = 130
const SEEDS = 1_000_000

/** @returns whether FIX, feed, journal and database agree; @throws ExchangeError */
export async function runDemo(options: DemoOptions): Promise<boolean> {
  const output = outputFor(options)
  const signals = new Signals()
  output.say('starting an exchange')
  const venue = await DemoVenue.start(instruments.map(listingOf), firms)
  let keep = options.keep ?? false
  const clean = (): void => {
    venue.kill()
    if (keep) output.print([[[`journal, database and log are in ${venue.folder}`]]])
    else venue.remove()
  }
  process.once('exit', clean)

  try {
    await venue.ready()
    const isSound = await tradeAndCompare(venue, { options, output, signals })
    keep ||= !isSound
    return isSound
  } catch (error) {
    // What went wrong is in there.
    keep = true
    for (const line of venue.tail) process.stderr.write(`  ${line}\n`)
    throw error
  } finally {
    process.off('exit', clean)
    clean()
    signals.forget()
  }
}

interface Surroundings {
  readonly options: DemoOptions
  readonly output: DemoOutput
  readonly signals: Signals
}

async function tradeAndCompare(
  venue: DemoVenue,
  { options, output, signals }: Surroundings,
): Promise<boolean> {
  const seed = options.seed ?? Date.now() % SEEDS
  const trading = new DemoTrading(venue, seed)
  const durationMs = options.duration === undefined ? undefined : options.duration * 1000
  try {
    await trading.start()
    output.show(trading, durationMs, () => trading.onEnd())
    await Promise.race([endOf(trading, { durationMs, signals }), venue.died])
    const { elapsedMs } = trading
    output.hide()

    const closing = closeDemo({ trading, venue, say: (line) => output.say(line) })
    const findings = await Promise.race([closing, venue.died])
    output.print([...summaryOf(trading, { seed, elapsedMs }), ...tableOf(findings)])
    return findings.every(agrees)
  } finally {
    output.hide()
    await trading.close()
  }
}

/** Resolves when the time is over or somebody ends it. */
async function endOf(
  trading: DemoTrading,
  { durationMs, signals }: { durationMs: number | undefined; signals: Signals },
): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await new Promise<void>((resolve) => {
    if (durationMs !== undefined) timer = setTimeout(resolve, durationMs)
    trading.onEnd = resolve
    signals.onFirst = resolve
    if (signals.came) resolve()
  })
  clearTimeout(timer)
}

/** The first signal ends trading, so that the comparison is still made; a second one ends it all. */
class Signals {
  came = false
  onFirst: () => void = () => {}
  private readonly receive = (): void => {
    if (this.came) process.exit(INTERRUPTED)
    this.came = true
    this.onFirst()
  }

  constructor() {
    for (const signal of SIGNALS) process.on(signal, this.receive)
  }

  forget(): void {
    for (const signal of SIGNALS) process.off(signal, this.receive)
  }
}

function outputFor({ plain }: DemoOptions): DemoOutput {
  const { stdout: output, stdin: input } = process
  return plain || !output.isTTY ? new PlainOutput() : new ScreenOutput({ output, input })
}
