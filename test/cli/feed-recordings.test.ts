/** `buttonwood feed replay` and `feed verify` on files that are sound, unfinished and damaged. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { SESSION, binaryFileOf, bothLines, feedPackets, pcapOf } from '../support/recordings.ts'
import { builtProgram } from '../support/made-once.ts'
import { buttonwood } from '../support/running-exchange.ts'

const folder = mkdtempSync(join(tmpdir(), 'feed-recordings-'))
afterAll(() => rmSync(folder, { recursive: true }))

const packets = feedPackets()

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

/** Bytes with one of them changed. */
function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = bytes.slice()
  copy[at] = value
  return copy
}

/** What verify says of a file, the folder left out. */
async function verify(name: string, bytes: Uint8Array) {
  const { exitCode, stdout, stderr } = await buttonwood(['feed', 'verify', write(name, bytes)])
  const report = Object.fromEntries(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => [line.slice(0, 20).trim(), line.slice(20)]),
  )
  return { exitCode, report, stderr: stderr.replaceAll(`${folder}/`, '') }
}

interface JsonLine {
  readonly sequence?: number
  readonly type?: string
  readonly event?: string
}

const linesOf = (stdout: string): JsonLine[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as JsonLine)

const MESSAGES = '15 · A 1 · D 1 · E 1 · H 3 · R 3 · S 6'

describe('feed verify', () => {
  it('reports a whole day of both lines and ends with 0', async () => {
    expect(await verify('day.pcap', pcapOf(bothLines(packets)))).toEqual({
      exitCode: 0,
      stderr: '',
      report: {
        format: 'pcap',
        session: `${SESSION} · messages 1 to 15 · complete`,
        messages: MESSAGES,
        packets: '12 · 0 skipped',
        datagrams: '12',
        duplicates: '15',
        gaps: '0',
        lost: '0',
        malformed: '0',
        problems: 'none',
        'last system event': 'C',
        complete: 'yes',
      },
    })
  })

  it('reports a whole BinaryFILE, which has no datagrams', async () => {
    expect(await verify('day.itch', binaryFileOf(packets))).toEqual({
      exitCode: 0,
      stderr: '',
      report: {
        format: 'BinaryFILE',
        session: 'not named · messages 1 to 15 · complete',
        messages: MESSAGES,
        lost: '0',
        malformed: '0',
        problems: 'none',
        'last system event': 'C',
        complete: 'yes',
      },
    })
  })

  it.each([
    [
      'ends early',
      'early.bin',
      binaryFileOf(packets).slice(0, -2),
      'no, it ends before the end of the session',
    ],
    [
      'begins late',
      'late.pcap',
      pcapOf(bothLines(packets.slice(2))),
      'no, it begins with message 11',
    ],
  ])('accepts a recording that %s, and says so', async (_, name, bytes, complete) => {
    const { exitCode, report, stderr } = await verify(name, bytes)

    expect([exitCode, report['complete'], stderr]).toEqual([0, complete, ''])
  })

  const binaryFile = binaryFileOf(packets)
  const lengthOfOpening = binaryFileOf(packets.slice(0, 1)).length - 2
  const addOrder = lengthOfOpening + 2
  it.each([
    [
      'cut off',
      'cut.itch',
      binaryFile.slice(0, -3),
      /^cut.itch: message 15 is cut off, offset \d+$/,
    ],
    ['empty', 'empty.pcap', new Uint8Array(0), /^empty.pcap: the header of the file is cut off/],
    ['without messages', 'none.itch', new Uint8Array(2), /^none.itch: no messages of the feed$/],
    [
      'with a hole',
      'hole.pcap',
      pcapOf(bothLines([packets[0]!, packets[2]!])),
      /^hole.pcap: 1 messages lost$/,
    ],
    [
      'with an unknown message',
      'unknown.itch',
      changed(binaryFile, addOrder, 0x7a),
      /^unknown.itch: 1 malformed packets or messages, 2 references to orders that are not on/,
    ],
    [
      'with a fragment',
      'fragment.pcap',
      changed(pcapOf(bothLines(packets)), 24 + 16 + 6, 0x20),
      /^fragment.pcap: 1 malformed packets or messages$/,
    ],
    [
      'with the same order twice',
      'twice.itch',
      Buffer.concat([
        binaryFileOf(packets.slice(0, 2)).slice(0, -2),
        binaryFile.slice(addOrder - 2),
      ]),
      /^twice.itch: 1 orders added twice$/,
    ],
  ])('ends with 1 and one line for a file %s', async (_, name, bytes, line) => {
    const { exitCode, stderr } = await verify(name, bytes)

    const said = /^buttonwood: (.*) \[EXC_RECORDING\]\n$/.exec(stderr)?.[1]
    expect([exitCode, said]).toEqual([1, expect.stringMatching(line)])
  })

  it('reports what stands before the damage', async () => {
    const { report } = await verify('damage.itch', binaryFile.slice(0, -3))

    expect([report['messages'], report['last system event']]).toEqual([
      '14 · A 1 · D 1 · E 1 · H 3 · R 3 · S 5',
      'E',
    ])
  })

  it('ends with 1 for a file that is not there', async () => {
    const { exitCode, stderr } = await buttonwood(['feed', 'verify', join(folder, 'no.itch')])

    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/^buttonwood: .*no.itch: ENOENT.* \[EXC_RECORDING\]\n$/),
    ])
  })
})

describe('feed replay', () => {
  const pcap = write('replay.pcap', pcapOf(bothLines(packets)))

  it('prints every message once, the session and its end', async () => {
    const { exitCode, stdout, stderr } = await buttonwood(['feed', 'replay', pcap, '--json'])
    const lines = linesOf(stdout)

    expect(exitCode).toBe(0)
    expect(lines[0]).toEqual({ event: 'session', session: SESSION })
    expect(lines.slice(1, -1).map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 15 }, (_, i) => i + 1),
    )
    expect(lines.at(-1)).toEqual({ event: 'end-of-session', session: SESSION })
    expect(stderr).toBe(`${SESSION} · 15 messages · 0 gaps · 0 recovered · 0 lost\n`)
  })

  it('prints the messages of the symbols that are asked for', async () => {
    const args = ['feed', 'replay', pcap, '--json', '--symbol', 'X', '--symbol', 'NOPE']
    const { stdout, stderr } = await buttonwood(args)

    expect(linesOf(stdout).map(({ type }) => type)).toEqual([
      undefined,
      'S',
      'R',
      'H',
      'S',
      'S',
      'S',
      'S',
      'S',
      undefined,
    ])
    expect(stderr).toContain('replay.pcap: there is no NOPE in it\n')
  })

  it('draws the book at its end', async () => {
    const file = write('ladder.itch', binaryFileOf(packets.slice(0, 3)).slice(0, -2))
    const { stdout, stderr } = await buttonwood(['feed', 'replay', file, '--symbol', 'AAPL'])

    expect(stdout).toContain('200 │      182.50')
    expect(stdout).toContain('no session name · 11 messages')
    expect(stderr).toContain('ladder.itch ends before the end of the session\n')
  })

  it('says what is lost, as subscribe does', async () => {
    const file = write('lost.pcap', pcapOf(bothLines([packets[0]!, packets[2]!])))
    const { stdout, stderr } = await buttonwood(['feed', 'replay', file, '--json'])

    expect(linesOf(stdout).slice(-3)).toEqual([
      { event: 'gap', first: 10, last: 10 },
      { event: 'lost', first: 10, last: 10 },
      expect.objectContaining({ sequence: 11, type: 'E' }),
    ])
    expect(stderr).toContain('messages 10 to 10 are not available: books are stale')
  })

  it('takes half of the five recorded seconds at --speed 2', async () => {
    const args = [...builtProgram(), 'feed', 'replay', pcap, '--json', '--speed', '2']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    await once(child.stdout, 'data')
    const startMs = performance.now()
    await once(child, 'exit')

    // The first line may have been read late, by as much as this allows.
    expect(performance.now() - startMs).toBeGreaterThan(1500)
  })

  it.each(['0', '-1', 'fast', '1e9'])('refuses --speed %s as wrong usage', async (speed) => {
    const { exitCode, stderr } = await buttonwood(['feed', 'replay', pcap, `--speed=${speed}`])

    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('use a number above 0')])
  })
})

describe('feed replay --bars', () => {
  const BAR =
    'AAPL        182.5000    182.5000    182.5000    182.5000        100  182.500000      1'
  const bars = (name: string, bytes: Uint8Array, ...args: string[]) =>
    buttonwood(['feed', 'replay', write(name, bytes), '--bars', '1s', ...args])

  it('prints a line for each second with a trade', async () => {
    const { exitCode, stdout } = await bars('bars.pcap', pcapOf(bothLines(packets)))

    expect([exitCode, stdout]).toEqual([0, `2026-11-20T09:30:00Z ${BAR}\n`])
  })

  it('prints the time of the day where nobody says the date', async () => {
    const { stdout } = await bars('bars.itch', binaryFileOf(packets))

    expect(stdout).toBe(`09:30:00Z ${BAR}\n`)
  })

  it('marks a bar that may lack trades and says why', async () => {
    const withoutTheCancel = packets.filter((_, index) => index !== 3)
    const file = pcapOf(bothLines(withoutTheCancel))
    const { stdout, stderr } = await bars('lossy-bars.pcap', file)

    expect(stdout).toBe(`2026-11-20T09:30:00Z ${BAR} ?\n`)
    expect(stderr).toMatch(
      /^messages 12 to 12 are not available: bars may lack trades until the next session\n/,
    )
  })

  it('shows the instruments that are asked for, and no best bid and ask beside bars', async () => {
    const file = pcapOf(bothLines(packets))
    const other = await bars('msft.pcap', file, '--symbol', 'MSFT')
    const both = await bars('both.pcap', file, '--l1')

    expect([other.exitCode, other.stdout]).toEqual([0, ''])
    expect(both.exitCode).toBe(2)
  })
})
