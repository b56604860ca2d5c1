/** The message log: what a line is, what is never in it, and that nobody waits for its disk. */
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { LogLine } from '../../src/fix-acceptor/index.ts'
import { INCOMPLETE, LineKind, MessageLog, readLine } from '../../src/fix-acceptor/index.ts'
import type { Logger } from '../../src/runtime/index.ts'
import { silentLogger } from '../../src/runtime/index.ts'
import { fixBytes, framed, withMessage } from '../support/fix-frame.ts'
import { MemoryLogDisk } from '../support/memory-log-disk.ts'

const SECONDS = Date.UTC(2026, 10, 23, 14, 30) / 1000

/** A clock that stands at the opening. */
const clock = () => ({ epochSeconds: SECONDS, nanoseconds: 500_000_000, now() {} })

let disk: MemoryLogDisk
let told: string[]
beforeEach(() => {
  disk = new MemoryLogDisk()
  told = []
})

const logger = (): Logger => ({
  ...silentLogger,
  error: (about, message) => told.push(`${message}: ${JSON.stringify(about)}`),
  info: (about, message) => told.push(`${message}: ${JSON.stringify(about)}`),
})

interface Limits {
  fileBytesMax?: number
  oldFilesMax?: number
  bufferedBytesMax?: number
}

const open = ({ fileBytesMax = 1 << 20, oldFilesMax = 3, bufferedBytesMax }: Limits = {}) =>
  new MessageLog({
    directory: '/fix-log',
    fileBytesMax,
    oldFilesMax,
    bufferedBytesMax,
    clock: clock(),
    logger: logger(),
    disk,
  })

/** What is waiting is on the disk. */
async function written(log: MessageLog): Promise<void> {
  log.flush()
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

const sentText = (text: string) => {
  const bytes = fixBytes(text)
  return [bytes, 0, bytes.length] as const
}

describe('the message log of a session', () => {
  it('has a line for each message, with a time that no other line has', async () => {
    const log = open()
    const acme = log.of('ACME')
    const globex = log.of('GLOBEX')
    acme.connected('10.0.0.7')
    withMessage(framed('35=0|49=ACME|'), (message) => acme.received(message))
    globex.sent(...sentText('35=8|'))
    acme.sent(...sentText('35=8|11=A1|'))
    acme.garbled('CheckSum(10) is wrong', '8=FIX.4.4|9=5|35=0|10=000|')
    acme.disconnected('closed by the exchange')
    await log.close()

    expect(disk.lines('ACME.log')).toEqual([
      '2026-11-23T14:30:00.500000000Z # connected from 10.0.0.7',
      '2026-11-23T14:30:00.500000001Z < 8=FIX.4.4|9=13|35=0|49=ACME|10=147|',
      '2026-11-23T14:30:00.500000003Z > 35=8|11=A1|',
      '2026-11-23T14:30:00.500000004Z ! CheckSum(10) is wrong: 8=FIX.4.4|9=5|35=0|10=000|',
      '2026-11-23T14:30:00.500000005Z # disconnected: closed by the exchange',
    ])
    expect(disk.lines('GLOBEX.log')).toEqual(['2026-11-23T14:30:00.500000002Z > 35=8|'])
    expect(log.counts).toEqual({ lines: 6, dropped: 0 })
  })

  it('never holds a secret', async () => {
    const log = open()
    const acme = log.of('ACME')
    const logons = [
      '35=A|553=ACME|554=secret|925=secret2|98=0|',
      '35=A|95=10|96=secret|4=5|98=0|',
      '35=A|95=2|96=secret|12=secret|98=0|',
      '35=A|96=secret|more secret|98=0|',
      '35=A|0554=secret|98=0|',
      '35=D|11=A1|554=secret|554=secret2|55=AAPL|',
      '35=BE|923=1|924=1|553=ACME|554=secret|',
    ]
    for (const text of logons) withMessage(framed(text), (message) => acme.received(message))
    acme.garbled('BodyLength(9) too small', '8=FIX.4.4|9=1|35=A|554=secret|98=0|')
    acme.garbled('BeginString(8) is not the first field', '96=secret|98=0|')
    acme.garbled('BeginString(8) is not the first field', '8=FIX.4.4|1554=open|')
    await log.close()

    expect(disk.lines('ACME.log').map((line) => line.slice(31).replace(/\|10=\d+/, ''))).toEqual([
      '< 8=FIX.4.4|9=42|35=A|553=ACME|554=[hidden]|925=[hidden]|98=0|',
      '< 8=FIX.4.4|9=30|35=A|95=10|96=[hidden]|98=0|',
      '< 8=FIX.4.4|9=35|35=A|95=2|96=[hidden]|',
      '< 8=FIX.4.4|9=32|35=A|96=[hidden]|',
      '< 8=FIX.4.4|9=22|35=A|[hidden]|98=0|',
      '< 8=FIX.4.4|9=42|35=D|11=A1|554=[hidden]|554=[hidden]|55=AAPL|',
      '< 8=FIX.4.4|9=38|35=BE|923=1|924=1|553=ACME|554=[hidden]|',
      '! BodyLength(9) too small: 8=FIX.4.4|9=1|35=A|554=[hidden]',
      '! BeginString(8) is not the first field: 96=[hidden]',
      '! BeginString(8) is not the first field: 8=FIX.4.4|1554=open|',
    ])
  })

  it('goes on in the next file when one is full, and keeps as many as were asked for', async () => {
    const log = open({ fileBytesMax: 200, oldFilesMax: 2 })
    const acme = log.of('ACME')
    for (let i = 1; i <= 9; i++) {
      acme.sent(...sentText(`35=8|17=${i}|58=${'x'.repeat(30)}|`))
      await written(log)
    }
    const execIds = (name: string) =>
      disk.lines(name).map((line) => Number(/17=(\d+)/.exec(line)?.[1]))

    expect([...disk.files.keys()].sort()).toEqual(['ACME.log', 'ACME.log.1', 'ACME.log.2'])
    expect(['ACME.log.2', 'ACME.log.1', 'ACME.log'].map(execIds)).toEqual([[5, 6], [7, 8], [9]])
  })

  it('begins a line of its own behind one that a crash cut short', async () => {
    disk.files.set('ACME.log', '2026-11-23T14:29:59.000000000Z < 212 8=FIX.4.4|9=1')
    const log = open()
    log.of('ACME').note('hello')
    await log.close()

    expect(disk.lines('ACME.log')).toEqual([
      '2026-11-23T14:29:59.000000000Z < 8=FIX.4.4|9=1',
      '2026-11-23T14:30:00.500000000Z # hello',
    ])
  })

  it('is on the disk as a whole when it is closed', async () => {
    const log = open()
    const names = Array.from({ length: 20 }, (_, i) => `FIRM${i}`)
    const sessions = names.map((name) => log.of(name))
    for (let i = 0; i < 1_000; i++) for (const one of sessions) one.sent(...sentText(`34=${i}|`))
    await log.close()

    const counts = names.map((name) => disk.lines(`${name}.log`).length)
    expect(counts).toEqual(names.map(() => 1_000))
  })
})

describe('a disk that is slower than the traffic', () => {
  it('costs whole messages, which the log counts and says', async () => {
    const log = open({ bufferedBytesMax: 64 * 1024 })
    const acme = log.of('ACME')
    disk.stall()
    log.flush()
    const text = `58=${'x'.repeat(1000 - 4)}|`
    for (let i = 0; i < 100; i++) {
      acme.sent(...sentText(text))
      log.flush()
    }
    const { lines, dropped } = log.counts
    expect([lines + dropped, dropped > 30]).toEqual([100, true])

    disk.resume()
    await written(log)
    acme.sent(...sentText('35=0|'))
    await log.close()

    const found = disk.lines('ACME.log').map((line) => line.slice(31))
    const note = `# messages missing here: ${dropped}; the disk was slower than the traffic, or failed`
    expect(found).toEqual([...Array.from({ length: lines }, () => `> ${text}`), note, '> 35=0|'])
    expect(log.counts).toEqual({ lines: lines + 1, dropped })
  })

  it('has one call of the log at a time, however many sessions there are', async () => {
    const log = open()
    for (let i = 0; i < 10; i++) log.of(`FIRM${i}`).note('hello')
    await log.close()

    expect([disk.files.size, disk.callsMax]).toEqual([10, 1])
  })
})

describe('a disk that fails', () => {
  it('is told once, and the log goes on when it works again', async () => {
    const log = open()
    const acme = log.of('ACME')
    acme.note('before')
    await written(log)
    disk.error = new Error('ENOSPC: no space left on device')
    for (let i = 0; i < 3; i++) {
      acme.sent(...sentText(`34=${i}|`))
      await written(log)
    }
    disk.error = undefined
    acme.sent(...sentText('34=3|'))
    await log.close()

    expect(disk.lines('ACME.log').map((line) => line.slice(31))).toEqual([
      '# before',
      '# messages missing here: 3; the disk was slower than the traffic, or failed',
      '> 34=3|',
    ])
    expect(log.counts).toEqual({ lines: 5, dropped: 3 })
    expect(told).toEqual([
      'the FIX message log cannot be written; trading goes on: ' +
        '{"file":"/fix-log/ACME.log","reason":"Error: ENOSPC: no space left on device"}',
      'the FIX message log is written again: {"dropped":3}',
    ])
  })

  it('does not keep the exchange from stopping', async () => {
    const log = open()
    disk.error = new Error('EIO')
    log.of('ACME').note('hello')
    await log.close()

    expect(log.counts).toEqual({ lines: 1, dropped: 1 })
  })
})

describe('a disk that never answers', () => {
  it('keeps nobody from stopping for long, and it is told', async () => {
    const log = open()
    disk.stall()
    log.of('ACME').note('hello')
    await log.close(1)

    expect(told).toEqual(['the end of the FIX message log is not on disk: {}'])
  })
})

describe('a line', () => {
  const anyLine = fc.record({
    kind: fc.constantFrom(...Object.values(LineKind)),
    bytes: fc.uint8Array({ maxLength: 60 }),
  })
  const written = async (given: readonly { kind: LineKind; bytes: Uint8Array }[]) => {
    const memory = new MemoryLogDisk()
    const log = new MessageLog({
      directory: '/fix-log',
      fileBytesMax: 1 << 20,
      oldFilesMax: 1,
      clock: clock(),
      logger: silentLogger,
      disk: memory,
    })
    const session = log.of('ACME')
    for (const { kind, bytes } of given) {
      if (kind === LineKind.Out) session.sent(bytes, 0, bytes.length)
      else session.note(Buffer.from(bytes).toString('latin1'))
    }
    await log.close()
    return Buffer.from(memory.files.get('ACME.log') ?? '', 'latin1')
  }
  const read = (bytes: Buffer, end = bytes.length): LogLine[] => {
    const lines: LogLine[] = []
    for (let at = 0; at < end;) {
      const result = readLine(bytes, at, end)
      if (result === INCOMPLETE) break
      if (result.line !== undefined) lines.push(result.line)
      at = result.next
    }
    return lines
  }

  it('is read as it was written, whatever bytes it has', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyLine, { maxLength: 10 }), async (given) => {
        const lines = read(await written(given))
        expect(lines.map(({ bytes }) => [...bytes])).toEqual(given.map(({ bytes }) => [...bytes]))
      }),
    )
  })

  it('is there only when all of it is, and what a crash tore is passed over', async () => {
    const whole = await written([
      { kind: LineKind.Out, bytes: fixBytes('34=1|58=a\nb|') },
      { kind: LineKind.Out, bytes: fixBytes('34=2|') },
    ])
    const second = read(whole)[1]!
    for (let end = 0; end < whole.length; end++) {
      expect(read(whole, end).length).toBe(
        end < whole.length - second.bytes.length - 37 + 1 ? 0 : 1,
      )
    }

    const torn = Buffer.concat([whole.subarray(0, 45), Buffer.from('\n'), whole])
    expect(read(torn).map(({ bytes }) => Buffer.from(bytes).toString('latin1'))).toEqual([
      '34=1\u000158=a\nb\u0001',
      '34=2\u0001',
    ])
  })
})
