/**
 * `buttonwood feed record` on the lines of a running exchange: what it wrote is sound, and replayed
 * is what a subscriber heard at the time.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunningExchange } from '../../src/main.ts'
import { builtProgram } from '../support/made-once.ts'
import { RawFix } from '../support/raw-fix.ts'
import { messagesRecorded } from '../support/recordings.ts'
import { ExchangeFolder, PROCESS_MS, buttonwood } from '../support/running-exchange.ts'

/** S O, then R and H of five instruments, S S, S Q; then A E A X D of the test. */
const MESSAGES = 13 + 5
const FEED_MS = 20_000

let folder: ExchangeFolder
let exchange: RunningExchange
let pcap: string
let itch: string
/** Lines of `subscribe --json` that are messages. */
let heard: string[]
let remarks: string[]

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  pcap = join(folder.path, 'day.pcap')
  itch = join(folder.path, 'day.itch')
  const recorders = [await startRecording(pcap), await startRecording(itch)]
  const subscriber = start('subscribe', '--json')
  let printed = ''
  subscriber.child.stdout.on('data', (part: Buffer) => (printed += part.toString()))

  exchange = await folder.start()
  await trade()
  await untilHeard(() => messageLines(printed))
  for (const file of [pcap, itch]) await untilRecorded(file)
  await Promise.all([...recorders, subscriber].map((each) => each.stop()))
  heard = messageLines(printed)
  remarks = await Promise.all(recorders.map(({ stderr }) => stderr))
}, PROCESS_MS)

afterAll(async () => {
  await exchange.stop()
  folder.remove()
})

function start(...args: string[]) {
  const command = [...builtProgram(), ...args, '--config', folder.file]
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] })
  const stderr = text(child.stderr)
  return {
    child,
    stderr,
    async stop(): Promise<void> {
      child.kill('SIGINT')
      await once(child, 'close')
    },
  }
}

/** Resolves when it has joined the lines. */
async function startRecording(file: string) {
  const recorder = start('feed', 'record', file)
  await once(recorder.child.stderr, 'data')
  return recorder
}

async function trade(): Promise<void> {
  const acme = await logOn('ACME', 'acme')
  const globex = await logOn('GLOBEX', 'globex')
  const now = '60=20261123-14:30:00'
  globex.say(`35=D|11=G1|55=AAPL|54=2|38=100|40=2|44=182.50|${now}`)
  await globex.hear()
  acme.say(`35=D|11=A1|55=AAPL|54=1|38=160|40=2|44=182.55|${now}`)
  for (let report = 0; report < 2; report++) await acme.hear()
  acme.say(`35=G|11=A2|41=A1|55=AAPL|54=1|38=130|40=2|44=182.55|${now}`)
  await acme.hear()
  acme.say(`35=F|11=A3|41=A2|55=AAPL|54=1|${now}`)
  await acme.hear()
}

async function logOn(compId: string, password: string): Promise<RawFix> {
  const session = await RawFix.connect({ port: exchange.ports.fix, compId, password })
  await session.logOn()
  return session
}

async function untilHeard(lines: () => readonly string[]): Promise<void> {
  await vi.waitFor(() => expect(lines()).toHaveLength(MESSAGES), { timeout: FEED_MS })
}

async function untilRecorded(file: string): Promise<void> {
  const check = async () => expect(await messagesRecorded(file)).toBe(MESSAGES)
  await vi.waitFor(check, { timeout: FEED_MS })
}

const messageLines = (printed: string): string[] =>
  printed.split('\n').filter((line) => line.startsWith('{"sequence"'))

describe('a recording of a running exchange', () => {
  it.each(['pcap', 'itch'] as const)('replayed is what a subscriber heard: %s', async (format) => {
    const file = format === 'pcap' ? pcap : itch
    const { exitCode, stdout } = await buttonwood(['feed', 'replay', file, '--json'])

    expect(exitCode).toBe(0)
    expect(messageLines(stdout)).toEqual(heard)
  })

  it.each(['pcap', 'itch'] as const)('is sound, and not complete: %s', async (format) => {
    const file = format === 'pcap' ? pcap : itch
    const { exitCode, stdout, stderr } = await buttonwood(['feed', 'verify', file])

    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^messages +18 · A 2 · D 1 · E 1 · H 5 · R 5 · S 3 · X 1$/m)
    expect(stdout).toMatch(/^problems +none$/m)
    expect(stdout).toMatch(/^complete +no, it ends before the end of the session$/m)
  })

  it('says what it holds', () => {
    expect(remarks).toEqual([
      expect.stringMatching(
        /^recording 2 lines to .*day.pcap; Ctrl-C stops\n.*day.pcap: \w{10} · \d+ datagrams · 18 messages\n$/,
      ),
      expect.stringMatching(
        /^recording 2 lines to .*day.itch; Ctrl-C stops\n.*day.itch: \w{10} · 18 messages\n$/,
      ),
    ])
  })

  it('is read by tshark without a complaint', ({ skip }) => {
    const { lines } = folder.config().itch.channels[0]!
    const decode = lines.flatMap(({ port }) => ['-d', `udp.port==${port},moldudp64`])
    const fields = [
      '-T',
      'fields',
      '-e',
      'ip.dst',
      '-e',
      '_ws.malformed',
      '-e',
      '_ws.expert.message',
    ]
    const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE']
    const columns = [...fields, '-e', 'moldudp64.count']
    const tshark = spawnSync('tshark', ['-r', pcap, ...decode, ...checks, ...columns], {
      encoding: 'utf8',
    })
    const reason = tshark.error && `tshark cannot be run: ${tshark.error.message}`
    if (reason !== undefined) console.warn(`skipped: ${reason}`)
    skip(reason !== undefined, reason)

    const rows = tshark.stdout
      .trimEnd()
      .split('\n')
      .map((row) => row.split('\t'))
    const complaints = rows.filter(([, malformed, message]) => malformed !== '' || message !== '')
    const messages = rows.map(([, , , count]) => Number(count)).reduce((sum, count) => sum + count)
    expect(tshark.status).toBe(0)
    expect(complaints).toEqual([])
    expect(new Set(rows.map(([group]) => group))).toEqual(new Set(lines.map(({ group }) => group)))
    expect(messages).toBe(2 * MESSAGES)
  })

  it('goes to a new file only', async () => {
    const before = readFileSync(pcap)
    const { exitCode, stderr } = await buttonwood(['feed', 'record', pcap, '--config', folder.file])

    expect([exitCode, stderr]).toEqual([
      1,
      `buttonwood: ${pcap}: it exists already; choose another name [EXC_RECORDING]\n`,
    ])
    expect(readFileSync(pcap).equals(before)).toBe(true)
  })

  it('that cannot join the lines leaves no file behind', async () => {
    const file = join(folder.path, 'none.pcap')
    folder.change({ itch: { interface: '192.0.2.1' } })
    const { exitCode, stderr } = await buttonwood(['feed', 'record', file, '--config', folder.file])

    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('[EXC_MULTICAST_UNAVAILABLE]')])
    expect(existsSync(file)).toBe(false)
  })
})
