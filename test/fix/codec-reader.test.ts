import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FixReader, MsgSeqNumProblem } from '../../src/fix/index.ts'
import { closed, fixBytes, framed, ReaderLog, readAll, withMessage } from '../support/fix-frame.ts'

const HEARTBEAT = framed('35=0|34=2|49=ACME|56=BUTTONWOOD|52=20261120-14:30:00.000|')
const ORDER = framed(
  '35=D|34=3|49=ACME|56=BUTTONWOOD|52=20261120-14:30:00.000|11=A1|55=AAPL|54=1|60=20261120-14:30:00|38=100|40=2|44=182.50|',
)
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').replaceAll('\u0001', '|')

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts))
}

describe('a message that was read', () => {
  it('gives every field by tag', () => {
    const seen = withMessage(ORDER, (m) => ({
      msgType: m.msgType,
      msgSeqNum: m.msgSeqNum,
      fieldCount: m.fieldCount,
      side: m.byte(54),
      symbolAsByte: m.byte(55),
      orderQty: m.int(38),
      price: m.decimal(44, 4, 2_000_000_000),
      clOrdId: m.string(11),
      account: m.string(1),
      accountIndex: m.indexOf(1),
      hasSide: m.has(54),
      isBuy: m.equals(54, fixBytes('1')),
      isToUs: m.equals(56, fixBytes('BUTTONWOOD!')),
      sent: { ...m.utcTimestamp(52) },
    }))

    expect(seen).toEqual({
      msgType: 'D',
      msgSeqNum: 3,
      fieldCount: 15,
      side: 0x31,
      symbolAsByte: -1,
      orderQty: 100,
      price: 1_825_000,
      clOrdId: 'A1',
      account: undefined,
      accountIndex: -1,
      hasSide: true,
      isBuy: true,
      isToUs: false,
      sent: { epochSeconds: Date.UTC(2026, 10, 20, 14, 30) / 1000, nanoseconds: 0 },
    })
  })

  it('forgets the fields of the message before', () => {
    const accounts: (string | undefined)[] = []
    const reader = new FixReader(
      {
        onMessage: (m) => accounts.push(m.string(1)),
        onGarbled() {},
        onGarbageLimit() {},
      },
      { messageBytesMax: 1024, garbageBytesMax: 0 },
    )
    reader.push(joined(framed('35=D|1=ACME-1|'), framed('35=D|11=A1|'), framed('35=D|1=X|')))
    expect(accounts).toEqual(['ACME-1', undefined, 'X'])
  })

  it('gives the first of fields with one tag, and finds tags beyond the index', () => {
    const body = '35=D|58=first|58=second|20001=mine|99999999=far|'
    const seen = withMessage(framed(body), (m) => [
      m.string(58),
      m.string(20001),
      m.string(99_999_999),
      m.has(20002),
      m.hasRepeatedTags,
    ])
    expect(seen).toEqual(['first', 'mine', 'far', false, true])
  })

  it('reads integers strictly', () => {
    const ints = ['0', '-7', '007', '', '-', '+1', '1.5', ' 1', '9007199254740993'].map((value) =>
      withMessage(framed(`35=D|38=${value}|`), (m) => m.int(38)),
    )
    expect(ints).toEqual([0, -7, 7, ...Array.from({ length: 6 }, () => undefined)])
  })

  it('tells a MsgSeqNum(34) that is absent from one that is no number', () => {
    const seqNum = (body: string) => withMessage(framed(body), (m) => m.msgSeqNum)
    expect(seqNum('35=0|49=A|')).toBe(MsgSeqNumProblem.Absent)
    expect(seqNum('35=0|34=abc|')).toBe(MsgSeqNumProblem.NotNumeric)
    expect(seqNum('35=0|34=-1|')).toBe(MsgSeqNumProblem.NotNumeric)
    expect(seqNum('35=0|34=|')).toBe(MsgSeqNumProblem.NotNumeric)
    expect(seqNum('35=0|34=0007|')).toBe(7)
  })

  it('holds more fields than one array has at the start', () => {
    const body = `35=B|${Array.from({ length: 2000 }, (_, i) => `58=${i}|`).join('')}`
    const fields = withMessage(framed(body), (m) => m.toFields())
    expect(fields).toHaveLength(2004)
    expect(fields[2002]).toEqual([58, '1999'])
  })

  it('keeps delimiters inside data that its length covers', () => {
    const body = '35=B|354=7|355=a|b=c|d|58=x|'
    expect(withMessage(framed(body), (m) => m.toFields().slice(3, -1))).toEqual([
      [354, '7'],
      [355, 'a\u0001b=c\u0001d'],
      [58, 'x'],
    ])
  })

  it('ends data at the delimiter when its length lies', () => {
    for (const length of ['2', '99999', '-1', 'x']) {
      const body = `35=B|354=${length}|355=abc|58=x|`
      expect(withMessage(framed(body), (m) => m.string(355))).toBe('abc')
    }
  })

  it('marks fields without a proper tag', () => {
    const body = '35=D|=x|0=x|-1=x|07=x|a7=x|58=y|torn|1234567890=x|'
    expect(withMessage(framed(body), (m) => m.toFields().slice(3, -1))).toEqual([
      [0, '=x'],
      [0, '0=x'],
      [0, '-1=x'],
      [0, '07=x'],
      [0, 'a7=x'],
      [58, 'y'],
      [-1, 'torn'],
      [0, '1234567890=x'],
    ])
  })
})

describe('framing', () => {
  it('accepts leading zeros in BodyLength(9)', () => {
    const body = '35=0|34=2|'
    const message = closed(`8=FIX.4.4|9=000${body.length}|${body}`)
    expect(readAll([message]).messages).toEqual([text(message)])
  })

  it('leaves other versions of FIX to the session', () => {
    const messages = ['FIX.4.2', 'FIXT.1.1'].map((v) => closed(`8=${v}|9=10|35=0|34=2|`))
    expect(readAll(messages).messages).toEqual(messages.map(text))
  })

  it.each([
    ['bytes in front', 'xyz', 'BeginString(8) is not the first field'],
    [
      'another first field',
      '9=10|8=FIX.4.4|35=0|34=2|10=000|',
      'BeginString(8) is not the first field',
    ],
    [
      'a version that is none',
      '8=FIX.four|9=10|35=0|34=2|10=000|',
      'BeginString(8) is not the first field',
    ],
    ['no BodyLength', '8=FIX.4.4|35=0|34=2|10=000|', 'BodyLength(9) is not the second field'],
    [
      'an empty BodyLength',
      '8=FIX.4.4|9=|35=0|34=2|10=000|',
      'BodyLength(9) is not the second field',
    ],
    [
      'a negative BodyLength',
      '8=FIX.4.4|9=-10|35=0|34=2|10=000|',
      'BodyLength(9) is not the second field',
    ],
    [
      'an endless BodyLength',
      `8=FIX.4.4|9=${'9'.repeat(40)}|35=0|10=000|`,
      'BodyLength(9) is not the second field',
    ],
    ['an enormous BodyLength', '8=FIX.4.4|9=99999999|35=0|34=2|10=000|', 'BodyLength(9) too large'],
    ['a BodyLength of 0', '8=FIX.4.4|9=0|35=0|34=2|10=000|', 'BodyLength(9) too small'],
    [
      'a BodyLength one too small',
      '8=FIX.4.4|9=9|35=0|34=2|10=000|',
      'BodyLength(9) does not lead to CheckSum(10)',
    ],
    [
      'a BodyLength one too large',
      '8=FIX.4.4|9=11|35=0|34=2|10=000|',
      'BodyLength(9) does not lead to CheckSum(10)',
    ],
    ['a wrong sum', '8=FIX.4.4|9=10|35=0|34=2|10=000|', 'CheckSum(10) is wrong'],
    [
      'a sum of two digits',
      '8=FIX.4.4|9=10|35=0|34=2|10=00|',
      'BodyLength(9) does not lead to CheckSum(10)',
    ],
    ['MsgType in fourth place', text(framed('34=2|35=0|')), 'MsgType(35) is not the third field'],
    ['an empty MsgType', text(framed('35=|34=2|')), 'MsgType(35) is not the third field'],
  ])('skips %s and reads the next message', (_, garbage, reason) => {
    const log = readAll([joined(fixBytes(garbage), HEARTBEAT)])
    expect(log.garbled[0]).toBe(reason)
    expect(log.messages).toEqual([text(HEARTBEAT)])
  })

  it('finds messages again behind one whose length swallowed them', () => {
    const liar = fixBytes('8=FIX.4.4|9=200|35=0|34=2|10=000|')
    const log = readAll([joined(liar, ORDER, HEARTBEAT, ORDER)])
    expect(log.messages).toEqual([text(ORDER), text(HEARTBEAT), text(ORDER)])
    expect(log.garbled).toEqual(['BodyLength(9) does not lead to CheckSum(10)'])
  })

  it('allows larger messages once the limit is raised', () => {
    const large = framed(`35=B|58=${'x'.repeat(2000)}|`)
    const log = new ReaderLog()
    const reader = new FixReader(log, { messageBytesMax: 1024, garbageBytesMax: 65_536 })
    reader.push(large)
    expect(log.messages).toEqual([])
    expect(log.garbled[0]).toBe('BodyLength(9) too large')

    reader.messageBytesMax = 65_536
    reader.push(large)
    expect(log.messages).toEqual([text(large)])
  })

  it('delivers nothing more once it is stopped', () => {
    const log = new ReaderLog()
    const reader = new FixReader(
      {
        onMessage(message) {
          log.onMessage(message)
          reader.stop()
        },
        onGarbled: (reason) => log.onGarbled(reason),
        onGarbageLimit() {},
      },
      { messageBytesMax: 1024, garbageBytesMax: 1024 },
    )
    reader.push(joined(HEARTBEAT, ORDER))
    reader.push(ORDER)
    expect(log.messages).toEqual([text(HEARTBEAT)])
    expect(reader.stopped).toBe(true)
  })

  it('stops at the garbage limit, counted from the last good message', () => {
    const noise = fixBytes('x'.repeat(90))
    const good = readAll([noise, HEARTBEAT, noise, HEARTBEAT], { garbageBytesMax: 100 })
    expect([good.limits, good.messages.length]).toEqual([0, 2])

    const bad = readAll([noise, noise, HEARTBEAT], { garbageBytesMax: 100 })
    expect([bad.limits, bad.messages.length]).toEqual([1, 0])
  })
})

/** Messages, near misses and noise, in any order. */
const anyPiece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(HEARTBEAT, ORDER, framed('35=B|354=4|355=8=FI|')) },
  fc.constantFrom(
    ...[
      '8=FIX.4.4|9=30|35=0|34=2|10=000|',
      '8=FIX.4.4|9=10|35=0|34=2|10=000|',
      '8=FIX.4.4|9=5|',
      '8=FI',
      '|10=123|',
      '8=FIX.4.4|9=x',
    ].map(fixBytes),
  ),
  fc.uint8Array({ maxLength: 40 }),
)

describe('any bytes', () => {
  it('give the same messages however they are cut', () => {
    const pieces = fc.array(anyPiece, { maxLength: 12 })
    const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(pieces, cuts, (stream, sizes) => {
        const bytes = joined(...stream, HEARTBEAT, HEARTBEAT)
        const chunks: Uint8Array[] = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length]!
          chunks.push(bytes.slice(at, at + size))
          at += size
        }
        const whole = readAll([bytes])
        const cut = readAll(chunks)
        expect(cut.messages).toEqual(whole.messages)
        expect(cut.garbled).toEqual(whole.garbled)
      }),
      { numRuns: 1000 },
    )
  })

  it('give the same messages one byte at a time', () => {
    const bytes = joined(
      HEARTBEAT,
      fixBytes('noise8=FIX'),
      ORDER,
      framed('35=B|354=3|355=|||'),
      ORDER,
    )
    const single = readAll(Array.from(bytes, (byte) => Uint8Array.of(byte)))
    expect(single.messages).toEqual(readAll([bytes]).messages)
    expect(single.messages).toHaveLength(4)
  })

  it('never lose a good message behind them, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const log = readAll([noise, framed('35=0|58=after|'), HEARTBEAT, HEARTBEAT])
        expect(log.messages.at(-1)).toBe(text(HEARTBEAT))
      }),
      { numRuns: 500 },
    )
  })

  it('cost a time in proportion to their number, whatever lengths they claim', () => {
    // Every 18 bytes claim 60,000: reading each claim to its end would touch 14 billion bytes.
    const liars = fixBytes('8=FIX.4.4|9=60000|'.repeat(230_000))
    const chunks = Array.from({ length: 64 }, (_, i) =>
      liars.subarray(i * 65_536, (i + 1) * 65_536),
    )
    const start = performance.now()
    const log = readAll(chunks, { garbageBytesMax: Infinity })
    expect(log.messages).toEqual([])
    expect(log.garbled.length).toBeGreaterThan(200_000)
    expect(performance.now() - start).toBeLessThan(8_000)
  })

  it('are summed once when many claims end at one trailer', () => {
    const starts = 3000
    const claims = Array.from({ length: starts }, (_, i) => {
      const bodyLength = '8=FIX.4.4|9=00000|'.length * (starts - 1 - i)
      return `8=FIX.4.4|9=${String(bodyLength).padStart(5, '0')}|`
    })
    const log = readAll([fixBytes(`${claims.join('')}10=999|`)])
    expect(log.garbled).toEqual(['CheckSum(10) is wrong'])
  })

  it('allocate by what arrived, not by what a length claims', () => {
    const before = process.memoryUsage().arrayBuffers
    const readers = Array.from({ length: 200 }, () => {
      const reader = new FixReader(new ReaderLog(), {
        messageBytesMax: 1 << 20,
        garbageBytesMax: 1 << 20,
      })
      reader.push(fixBytes('8=FIX.4.4|9=1000000|35=0|'))
      return reader
    })
    // An index of tags is 32 KiB a reader; a buffer of the size claimed would be 1 MB.
    expect((process.memoryUsage().arrayBuffers - before) / readers.length).toBeLessThan(100_000)
  })
})
