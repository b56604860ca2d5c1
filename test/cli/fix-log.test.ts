/** The FIX log for people: names, groups, merged files, what is followed, one order's story. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { printJson, printRaw, printText } from '../../src/cli/fix-log-print.ts'
import { FixLogReader } from '../../src/cli/fix-log-reader.ts'
import { OrderStory } from '../../src/cli/fix-log-story.ts'
import { LineKind } from '../../src/fix-acceptor/index.ts'
import { fixBytes } from '../support/fix-frame.ts'
import { FixLogFiles } from '../support/fix-log-files.ts'
import { builtProgram } from '../support/made-once.ts'
import { buttonwood, PROCESS_MS } from '../support/running-exchange.ts'

let files: FixLogFiles
beforeEach(() => {
  files = new FixLogFiles()
})
afterEach(() => files.remove())

const plain = { sessionColumns: 4, color: false }

/** What is in the files, printed. */
function printed(print: typeof printRaw = (line) => printText(line, plain)): string[] {
  const reader = new FixLogReader(files)
  const lines = Array.from(reader.read(), print)
  reader.close()
  return lines
}

describe('a message', () => {
  it('has names for tags and values, and leaves out what is the same in all', () => {
    files.write(
      'ACME.log',
      '14:30:01.000000007 < 35=D|49=ACME|56=BUTTONWOOD|34=2|52=20261123-14:30:00|11=A1|55=AAPL|54=1|38=100|40=2|44=182.5|59=0|18=1 G|9000=x',
      '14:30:02 > 35=9|49=BUTTONWOOD|56=ACME|34=3|11=A2|41=A1|434=1|102=1|58=Unknown order',
    )

    expect(printed()).toEqual([
      '2026-11-23T14:30:01.000000007Z ACME in  35=D NewOrderSingle | 34=2 MsgSeqNum | 52=20261123-14:30:00 SendingTime | 11=A1 ClOrdID | 55=AAPL Symbol | 54=1 Buy | 38=100 OrderQty | 40=2 Limit | 44=182.5 Price | 59=0 Day | 18="1 G" NotHeld AllOrNone | 9000=x',
      '2026-11-23T14:30:02.000000000Z ACME out 35=9 OrderCancelReject | 34=3 MsgSeqNum | 11=A2 ClOrdID | 41=A1 OrigClOrdID | 434=1 OrderCancelRequest | 102=1 UnknownOrder | 58="Unknown order" Text',
    ])
  })

  it('has the entries of its groups on lines of their own', () => {
    files.write(
      'ACME.log',
      '14:30:01 < 35=D|34=2|11=A1|453=2|448=TRADER|447=D|452=12|448=DESK|452=1|802=2|523=a|803=1|523=b|55=AAPL|54=1',
    )

    expect(printed().join('\n').split('\n')).toEqual([
      '2026-11-23T14:30:01.000000000Z ACME in  35=D NewOrderSingle | 34=2 MsgSeqNum | 11=A1 ClOrdID | 453=2 NoPartyIDs',
      '    448=TRADER PartyID | 447=D ProprietaryCustomCode | 452=12 ExecutingTrader',
      '    448=DESK PartyID | 452=1 ExecutingFirm | 802=2 NoPartySubIDs',
      '        523=a PartySubID | 803=1 Firm',
      '        523=b PartySubID',
      '  55=AAPL Symbol | 54=1 Buy',
    ])
  })

  it('is shown as far as it can be read, and moves no cursor', () => {
    files.write(
      'ACME.log',
      '14:30:01 < 35=ZZ|no tag|0=x|58=\u001b[2J\nx|453=1|448=X',
      '14:30:02 ! CheckSum(10) is wrong: 8=FIX.4.4|\u001b[2J',
      '14:30:03 # connected from 127.0.0.1',
    )

    expect(printed()).toEqual([
      '2026-11-23T14:30:01.000000000Z ACME in  35=ZZ MsgType | no tag | 0=x | 58="\\u001b[2J\\nx" Text | 453=1 NoPartyIDs | 448=X PartyID',
      '2026-11-23T14:30:02.000000000Z ACME bad CheckSum(10) is wrong: 8=FIX.4.4|?[2J',
      '2026-11-23T14:30:03.000000000Z ACME --  connected from 127.0.0.1',
    ])
  })

  it('is an object with everything for programs', () => {
    files.write('ACME.log', '14:30:01 < 35=D|453=1|448=X|54=1', '14:30:02 # hello')

    expect(printed(printJson).map((text) => JSON.parse(text) as unknown)).toEqual([
      {
        time: '2026-11-23T14:30:01.000000000Z',
        session: 'ACME',
        kind: 'in',
        message: 'NewOrderSingle',
        fields: [
          { tag: 8, value: 'FIX.4.4', name: 'BeginString' },
          { tag: 9, value: '1', name: 'BodyLength' },
          { tag: 35, value: 'D', name: 'MsgType', meaning: 'NewOrderSingle' },
          {
            tag: 453,
            value: '1',
            name: 'NoPartyIDs',
            entries: [[{ tag: 448, value: 'X', name: 'PartyID' }]],
          },
          { tag: 54, value: '1', name: 'Side', meaning: 'Buy' },
          { tag: 10, value: '000', name: 'CheckSum' },
        ],
      },
      { time: '2026-11-23T14:30:02.000000000Z', session: 'ACME', kind: 'note', text: 'hello' },
    ])
  })

  it('of any bytes is printed, in lines that have no control characters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (noise) => {
        for (const begin of ['', '8=FIX.4.4|9=5|35=D|453=2|448=', '35=D|95=3|96=']) {
          const bytes = Uint8Array.of(...fixBytes(begin), ...noise, 1)
          const line = { session: 'ACME', time: '', kind: LineKind.In, bytes }
          for (const text of [printText(line, plain), printRaw(line)]) {
            expect(text).toMatch(/^[^\p{Cc}]*(\n {4}[^\p{Cc}]*)*(\n {2}[^\p{Cc}]*)*$/u)
          }
          expect(() => JSON.parse(printJson(line)) as unknown).not.toThrow()
        }
      }),
    )
  })

  it('is what it was, if that is asked for', () => {
    files.write('ACME.log', '14:30:01 > 35=0|58=a\nb')

    expect(printed(printRaw)).toEqual([
      '2026-11-23T14:30:01.000000000Z ACME > 8=FIX.4.4|9=1|35=0|58=a?b|10=000|',
    ])
  })

  it('has colours where they are wanted, and the same text', () => {
    files.write('ACME.log', '14:30:01 < 35=D|54=1')
    const [colored] = printed((line) => printText(line, { ...plain, color: true }))

    expect(colored).toContain('\u001b[1m NewOrderSingle\u001b[0m')
    // oxlint-disable-next-line no-control-regex
    expect([colored!.replace(/\u001b\[[\d;]*m/g, '')]).toEqual(printed())
  })
})

describe('many files', () => {
  it('are read as one, in the order in which things happened', () => {
    files.write('ACME.log.10', '14:30:01 # a1')
    files.write('ACME.log.2', '14:30:03 # a3', '14:30:06 # a6')
    files.write('ACME.log', '14:30:07 # a7')
    files.write('ACME.log.1.log', '14:30:02 # b2', '14:30:08 # b8')
    files.write('_before-logon.log', '14:30:04 # c4')
    files.append('notes.txt', 'nothing of ours')

    expect(printed((line) => `${line.session} ${Buffer.from(line.bytes).toString()}`)).toEqual([
      'ACME a1',
      'ACME.log.1 b2',
      'ACME a3',
      '_before-logon c4',
      'ACME a6',
      'ACME a7',
      'ACME.log.1 b8',
    ])
  })

  it('of any size are read, whatever the lines', () => {
    const long = 'x'.repeat(3_000_000)
    files.write('ACME.log', '14:30:01 # a', `14:30:02 # ${long}`, '14:30:03 # b')

    expect(printed((line) => String(line.bytes.length))).toEqual(['1', '3000000', '1'])
  })
})

describe('a log that is followed', () => {
  const texts = (reader: FixLogReader): string[] =>
    Array.from(reader.read(), ({ bytes }) => Buffer.from(bytes).toString())

  it('gives what comes, and a line only when all of it is there', () => {
    files.write('ACME.log', '14:30:01 # old')
    const reader = new FixLogReader(files, { isOld: true })
    expect(texts(reader)).toEqual([])

    files.append('ACME.log', '2026-11-23T14:30:02.000000000Z # 5 he')
    expect(texts(reader)).toEqual([])
    files.append('ACME.log', 'llo\n')
    files.write('GLOBEX.log', '14:30:01 # a session that is new')
    expect(texts(reader)).toEqual(['a session that is new', 'hello'])
    expect(texts(reader)).toEqual([])
    reader.close()
  })

  it('goes on in the next file, and loses nothing when several were filled meanwhile', () => {
    files.write('ACME.log', '14:30:01 # 1')
    const reader = new FixLogReader(files)
    expect(texts(reader)).toEqual(['1'])

    files.write('ACME.log', '14:30:02 # 2')
    for (const second of [3, 4, 5]) {
      files.rotate('ACME', 4)
      files.write('ACME.log', `14:30:0${second} # ${second}`)
    }
    expect(texts(reader)).toEqual(['2', '3', '4', '5'])
    files.rotate('ACME', 4)
    expect(texts(reader)).toEqual([])
    files.write('ACME.log', '14:30:06 # 6')
    expect(texts(reader)).toEqual(['6'])
    reader.close()
  })

  it('goes on with the oldest file that is left when it came too late', () => {
    files.write('ACME.log', '14:30:01 # 1')
    const reader = new FixLogReader(files)
    expect(texts(reader)).toEqual(['1'])

    for (const second of [2, 3, 4, 5]) {
      files.rotate('ACME', 2)
      files.write('ACME.log', `14:30:0${second} # ${second}`)
    }
    expect(texts(reader)).toEqual(['3', '4', '5'])
    reader.close()
  })
})

describe('the story of an order', () => {
  /** Lines that belong, by the text of their Text(58). */
  function story(clOrdId: string, session?: string): string {
    const told = new OrderStory(clOrdId, session)
    const through = (use: (line: Parameters<OrderStory['has']>[0]) => void): void => {
      const reader = new FixLogReader(files)
      for (const line of reader.read()) use(line)
      reader.close()
    }
    let found = ''
    through((line) => told.find(line))
    through((line) => told.learn(line))
    through((line) => {
      if (told.has(line)) found += /58=(\w+)/.exec(Buffer.from(line.bytes).toString())?.[1]
    })
    return found
  }

  it('does not take in another order that had one of its ClOrdIDs on another day', () => {
    files.write(
      'ACME.log',
      '14:30:01 < 35=D|34=2|11=B1|58=x',
      '14:30:02 > 35=8|37=1|11=B1|58=x',
      '14:30:03 < 35=G|34=3|11=A2|41=B1|58=x',
      '14:30:04 > 35=8|37=1|11=A2|41=B1|58=x',
      '14:30:05 < 35=F|34=4|11=B3|41=A2|58=x',
      '14:30:06 > 35=8|37=1|11=B3|41=A2|58=x',
      '2026-11-24T14:30:01 < 35=D|34=2|11=A1|58=a',
      '2026-11-24T14:30:02 > 35=8|37=7|11=A1|58=b',
      '2026-11-24T14:30:03 < 35=G|34=3|11=A2|41=A1|58=c',
      '2026-11-24T14:30:04 > 35=8|37=7|11=A2|41=A1|58=d',
      '2026-11-25T14:30:01 < 35=D|34=2|11=A2|58=x',
      '2026-11-25T14:30:02 > 35=8|37=9|11=A2|58=x',
      '2026-11-25T14:30:03 < 35=F|34=3|11=C3|41=A2|58=x',
      '2026-11-25T14:30:04 > 35=8|37=9|11=C3|41=A2|58=x',
    )

    expect(story('A1')).toBe('abcd')
    expect(story('B3')).toBe('xxxxxx')
  })

  it('has what was refused, by whatever message, and what was never answered', () => {
    files.write(
      'ACME.log',
      '14:30:01 < 35=D|34=2|11=A1|58=a',
      '14:30:02 > 35=8|37=7|11=A1|58=b',
      '14:30:03 < 35=F|34=3|11=A2|41=A1|58=c',
      '14:30:04 > 35=3|45=3|58=d',
      '14:30:05 < 35=0|34=4|58=x',
      '14:30:06 > 35=3|45=4|58=x',
      '14:30:07 < 35=F|34=5|11=A2|41=A1|58=e',
      '14:30:08 > 35=j|45=5|58=f',
      '14:30:09 < 35=G|34=6|11=A3|41=A1|58=g',
      '14:30:10 > 35=9|37=NONE|11=A3|41=A1|58=h',
      '14:30:11 < 35=G|34=7|11=A5|41=A1|58=i',
      '14:30:12 > 35=8|37=7|11=A5|41=A1|58=j',
      '14:30:13 < 35=F|34=8|11=A4|41=A1|58=k',
    )

    expect(story('A1')).toBe('abcdefghijk')
    expect(story('A5')).toBe('abcdefghijk')
  })

  it('has questions about it, the mass cancel that ended it, and trades that were doubted', () => {
    files.write(
      'ACME.log',
      '14:30:01 < 35=D|34=2|11=A1|58=a',
      '14:30:02 > 35=8|37=7|11=A1|58=b',
      '14:30:03 < 35=G|34=3|11=A2|41=A1|58=c',
      '14:30:04 > 35=8|37=7|11=A2|41=A1|58=d',
      '14:30:05 < 35=H|34=4|11=A2|58=e',
      '14:30:06 > 35=8|37=7|11=A2|150=I|58=f',
      '14:30:07 < 35=H|34=5|11=A1|58=g',
      '14:30:08 > 35=8|37=7|11=A2|41=A1|150=I|58=h',
      '14:30:09 < 35=H|34=6|11=B1|58=x',
      '14:30:10 > 35=8|37=8|11=B1|150=I|58=x',
      '14:30:11 < 35=Q|34=7|37=7|17=1|58=i',
      '14:30:12 < 35=Q|34=8|37=8|17=2|58=x',
      '14:30:13 > 35=j|45=7|58=j',
      '14:30:14 < 35=q|34=9|11=C0|58=x',
      '14:30:15 > 35=r|37=NONE|11=C0|531=0|58=x',
      '14:30:16 < 35=q|34=10|11=C1|58=k',
      '14:30:17 > 35=r|37=9|11=C1|531=7|58=l',
      '14:30:18 > 35=8|37=8|11=C1|41=B1|150=4|58=x',
      '14:30:19 > 35=8|37=7|11=C1|41=A2|150=4|58=m',
      '2026-11-24T14:30:01 < 35=q|34=2|11=C1|58=x',
      '2026-11-24T14:30:02 > 35=r|37=12|11=C1|531=7|58=x',
    )

    expect(story('A2', 'ACME')).toBe('abcdefghijklm')
  })

  it('has the other side of its trades, whichever was told first, and no more of that side', () => {
    files.write(
      'ACME.log',
      '14:30:01 < 35=D|34=2|11=A1|58=a',
      '14:30:02 > 35=8|37=7|11=A1|150=0|58=b',
      '14:30:04.2 > 35=8|37=7|11=A1|150=F|527=1|58=d',
      '14:30:05.2 > 35=8|37=7|11=A1|150=F|527=2|58=f',
    )
    files.write(
      'GLOBEX.log',
      '14:30:03 < 35=D|34=2|11=A1|58=x',
      '14:30:04 > 35=8|37=8|11=B1|150=0|58=x',
      '14:30:04.1 > 35=8|37=8|11=B1|150=F|527=1|58=c',
      '14:30:05.1 > 35=8|37=8|11=B1|150=F|527=2|58=e',
      '14:30:06 > 35=8|37=8|11=B1|150=F|527=3|58=x',
    )

    expect(story('A1', 'ACME')).toBe('abcdef')
  })
})

describe('fix log', { timeout: PROCESS_MS }, () => {
  const fixLog = (...args: string[]) =>
    buttonwood(['fix', 'log', '--directory', files.directory, '--raw', ...args])

  it('shows a span of time', async () => {
    files.write('ACME.log', ...['01', '02', '03', '04'].map((s) => `14:30:${s} # ${s}`))

    const since = '2026-11-23 14:30:02'
    const until = '2026-11-23T09:30:03.000000001-05:00'
    const { stdout } = await fixLog('--since', since, '--until', until)
    expect(stdout.split('\n').map((line) => line.slice(31))).toEqual(['ACME # 02', 'ACME # 03', ''])
  })

  it('follows the log until Ctrl-C', async () => {
    files.write('ACME.log', '14:30:01 < 35=D|11=A1', '14:30:02 > 35=8|11=A1|37=1')
    const args = [
      'fix',
      'log',
      '--directory',
      files.directory,
      '--raw',
      '--follow',
      '--order',
      'A1',
    ]
    const child = spawn(process.execPath, [...builtProgram(), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async (): Promise<string> => {
      const { value } = (await lines.next()) as IteratorResult<string, undefined>
      return value!.slice(31)
    }
    const first = [await next(), await next()]
    files.rotate('ACME', 2)
    files.write('ACME.log', '14:30:03 < 35=D|11=B1', '14:30:04 < 35=F|11=A2|41=A1')
    files.write('ACME.log', '14:30:05 > 35=8|11=A2|37=1')
    const second = [await next(), await next()]
    child.kill('SIGINT')
    await once(child, 'close')

    expect([...first, ...second].map((line) => line.replace(/8=.*?\|35/, '35'))).toEqual([
      'ACME < 35=D|11=A1|10=000|',
      'ACME > 35=8|11=A1|37=1|10=000|',
      'ACME < 35=F|11=A2|41=A1|10=000|',
      'ACME > 35=8|11=A2|37=1|10=000|',
    ])
  })

  it('says which sessions there are, and where there is no log', async () => {
    files.write('ACME.log', '14:30:01 # hello')
    expect(await fixLog('--session', 'ACNE')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `buttonwood: ${files.directory}: there is no log of session ACNE; there are ACME [EXC_FIX_LOG]\n`,
    })
    expect(await fixLog('--directory', `${files.directory}/none`)).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `buttonwood: ${files.directory}/none: there is no FIX log; set fix.messageLog in exchange.yaml, or use --directory [EXC_FIX_LOG]\n`,
    })
    expect((await fixLog('--until', '1d', '--follow')).exitCode).toBe(2)
  })
})
