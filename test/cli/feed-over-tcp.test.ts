/**
 * The feed by `--line tcp` and as bars, as commands print it while an exchange trades, ends and begins
 * again: the stream is what the lines say, and the bars are those of the drop copy.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunningExchange } from '../../src/main.ts'
import type { ItchMessage } from '../../src/wire/index.ts'
import { Dice } from '../support/dice.ts'
import { FeedWatcher } from '../support/feed-watcher.ts'
import { builtProgram } from '../support/made-once.ts'
import { RandomTrader } from '../support/random-trader.ts'
import { messagesRecorded } from '../support/recordings.ts'
import { buttonwood, ExchangeFolder, freeTcpPort, PROCESS_MS } from '../support/running-exchange.ts'

const HOST = '127.0.0.1'
const SYMBOLS = ['AAPL', 'MSFT']
const ACTIONS = 200
const WAIT_MS = 20_000

let folder: ExchangeFolder
let exchange: RunningExchange
/** On the lines from the beginning. */
let watcher: FeedWatcher
let recording: string
/** What the commands printed. */
let messages: Printed
let bars: Printed[]
let recorded: Printed

beforeAll(async () => {
  const port = await freeTcpPort()
  folder = await ExchangeFolder.make()
  folder.change({ itch: { stream: { host: HOST, port } } })
  recording = join(folder.path, 'day.itch')
  watcher = await FeedWatcher.open(folder.config())
  exchange = await folder.start()
  const following = follow('subscribe', '--json', '--line', 'tcp')
  const summingUp = [
    follow('subscribe', '--bars', '1s', '--json', '--line', 'tcp'),
    follow('subscribe', '--bars', '1s', '--json'),
  ]
  const recorder = follow('feed', 'record', recording, '--line', 'tcp')

  await trade('ACME', 1)
  await following.prints(() => watcher.messages.length)
  await exchange.stop()
  exchange = await folder.start()
  await trade('GLOBEX', 2)
  await following.prints(() => watcher.messages.length)
  for (const command of summingUp) await command.sumsUp(lastTrade())
  const check = async () => expect(await messagesRecorded(recording)).toBe(watcher.messages.length)
  await vi.waitFor(check, { timeout: WAIT_MS })
  messages = await following.stop()
  bars = await Promise.all(summingUp.map((command) => command.stop()))
  recorded = await recorder.stop()
}, PROCESS_MS)

afterAll(async () => {
  await watcher.close()
  await exchange.stop()
  folder.remove()
})

interface Printed {
  readonly exitCode: number | null
  readonly lines: readonly object[]
  readonly stderr: string
}

/** A command that follows the feed until it is stopped. */
function follow(...args: string[]) {
  const command = [...builtProgram(), ...args, '--config', folder.file]
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
  const stderr = text(child.stderr)
  let printed = ''
  child.stdout.on('data', (part: Buffer) => (printed += part.toString()))
  const lines = (): object[] =>
    printed
      .split('\n')
      .filter((line) => line.startsWith('{') && !line.includes('"event"'))
      .map((line) => JSON.parse(line) as object)
  return {
    async prints(count: () => number): Promise<void> {
      await vi.waitFor(() => expect(lines()).toHaveLength(count()), { timeout: WAIT_MS })
    },
    /** Until the interval of that second is over, by our clock: nobody trades any more. */
    async sumsUp(start: string): Promise<void> {
      const check = () => expect(lines().at(-1)).toMatchObject({ start })
      await vi.waitFor(check, { timeout: WAIT_MS })
    },
    async stop(): Promise<Printed> {
      child.kill('SIGINT')
      const [exitCode] = (await once(child, 'close')) as [number | null]
      return { exitCode, lines: lines(), stderr: await stderr }
    },
  }
}

/** Random orders, until the feed has the last of them. */
async function trade(compId: string, seed: number): Promise<void> {
  const trader = new RandomTrader(exchange.ports.fix, compId, new Dice(seed))
  await trader.client.connect()
  for (let i = 0; i < ACTIONS; i++) trader.act()
  await watcher.adds(await trader.settled())
  await trader.client.logout()
}

/** Its second. */
function lastTrade(): string {
  const { timestampNs } = watcher.messages.findLast(({ type }) => type === 'E')!
  const midnight = new Date().setUTCHours(0, 0, 0, 0)
  const second = new Date(midnight + Math.floor(timestampNs / 1e9) * 1000)
  return second.toISOString().replace('.000', '')
}

interface BarLine {
  readonly start: string
  readonly symbol: string
}

interface DropCopyBar extends BarLine {
  readonly trading_date: string
  readonly notional: string
  readonly last_match_number: number
}

async function dropCopyBars(width: string): Promise<BarLine[]> {
  const listed: DropCopyBar[] = []
  for (const symbol of SYMBOLS) {
    const args = ['--symbol', symbol, '--bars', width, '--json', '--config', folder.file]
    const { stdout } = await buttonwood(['dropcopy', 'bars', ...args])
    const lines = stdout.split('\n').filter((line) => line !== '')
    listed.push(...lines.map((line) => JSON.parse(line) as DropCopyBar))
  }
  const inOrder = listed.toSorted((a, b) => compare(orderOf(a), orderOf(b)))
  return inOrder.map(
    ({ trading_date: _date, notional: _notional, last_match_number: _number, ...bar }) => bar,
  )
}

const orderOf = ({ start, symbol }: BarLine): string => `${start} ${symbol}`
const compare = (a: string, b: string): number => (a < b ? -1 : 1)

describe('the feed over TCP, through a restart of the exchange,', () => {
  it('has each message of the lines once', () => {
    const numbered = watcher.messages.map((message, index) => ({ sequence: index + 1, ...message }))
    const withoutSymbol = messages.lines.map((line) => {
      const { symbol: _symbol, ...message } = line as ItchMessage & { symbol?: string }
      return message
    })

    expect(watcher.sessionsStarted).toBe(1)
    expect(withoutSymbol).toEqual(numbered)
    expect(messages.exitCode).toBe(0)
    expect(messages.stderr).toMatch(
      new RegExp(`^(stream .*: trying again\n)+.* ${numbered.length} messages .* 0 lost\n$`),
    )
  })

  it('is recorded as it is from the lines', async () => {
    const { exitCode, stdout, stderr } = await buttonwood(['feed', 'verify', recording])

    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(new RegExp(`^messages +${watcher.messages.length} `, 'm'))
    expect(stdout).toMatch(/^problems +none$/m)
    expect(recorded.stderr).toMatch(/^recording the stream to .*day.itch; Ctrl-C stops\n/)
  })

  it('has no datagrams to record', async () => {
    const args = ['feed', 'record', 'day.pcap', '--line', 'tcp', '--config', folder.file]
    const { exitCode, stderr } = await buttonwood(args)

    expect(exitCode).toBe(2)
    expect(stderr).toContain('--line tcp has no datagrams for day.pcap')
  })
})

describe('bars of the feed', () => {
  it('are those of the drop copy, by TCP and on the lines', async () => {
    const [byTcp, onTheLines] = bars
    // What is durable reaches the database a little later.
    const check = async () => expect(await dropCopyBars('1s')).toEqual(byTcp!.lines)
    await vi.waitFor(check, { timeout: WAIT_MS })

    expect(onTheLines!.lines).toEqual(byTcp!.lines)
    expect(byTcp!.lines.length).toBeGreaterThanOrEqual(2 * SYMBOLS.length)
    expect(bars.map(({ exitCode }) => exitCode)).toEqual([0, 0])
  })

  it('are those of the drop copy from a recording too', async () => {
    const args = ['feed', 'replay', recording, '--bars', '1m', '--json']
    const { stdout, stderr } = await buttonwood(args)
    const lines = stdout.split('\n').filter((line) => line !== '')

    const expected = await dropCopyBars('1m')
    const newest = expected.at(-1)!.start
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual(
      expected.map(({ start, ...bar }) => ({
        ...bar,
        start: start.slice('2026-11-21T'.length),
        // The file ends before its last minute does.
        ...(start === newest ? { stale: true } : {}),
      })),
    )
    expect(stderr).toContain('ends before the end of the session')
  })
})
