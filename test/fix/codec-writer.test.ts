import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDecimal } from '../../src/domain/index.ts'
import { bytesOf, FieldWriter, MessageWriter, MsgType, Tag } from '../../src/fix/index.ts'
import type { MessageHeader } from '../../src/fix/index.ts'
import { anyText, closed, readAll } from '../support/fix-frame.ts'

const SECONDS = Date.UTC(2026, 10, 20, 14, 30, 0) / 1000
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').replaceAll('\u0001', '|')
const written = (writer: { bytes: Uint8Array; length: number }) =>
  text(writer.bytes.subarray(0, writer.length))

function fields(write: (fields: FieldWriter) => void): string {
  const writer = new FieldWriter(1)
  write(writer)
  return written(writer)
}

const aWriter = () => new MessageWriter({ senderCompId: 'BUTTONWOOD', targetCompId: 'ACME' })

const aHeader = (more: Partial<MessageHeader> = {}): MessageHeader => ({
  msgType: MsgType.Heartbeat,
  msgSeqNum: 7,
  sendingSeconds: SECONDS,
  sendingNanoseconds: 123_456_789,
  ...more,
})

describe('a field', () => {
  it.each([
    ['an integer', (f: FieldWriter) => f.int(38, 100), '38=100|'],
    ['zero', (f: FieldWriter) => f.int(14, 0), '14=0|'],
    ['a negative integer', (f: FieldWriter) => f.int(371, -12), '371=-12|'],
    ['an integer of 53 bits', (f: FieldWriter) => f.int(37, 2 ** 53 - 1), '37=9007199254740991|'],
    ['a tag of one digit', (f: FieldWriter) => f.int(1, 5), '1=5|'],
    ['a user tag', (f: FieldWriter) => f.int(20_001, 5), '20001=5|'],
    ['a character', (f: FieldWriter) => f.char(54, 0x31), '54=1|'],
    ['yes', (f: FieldWriter) => f.boolean(43, true), '43=Y|'],
    ['no', (f: FieldWriter) => f.boolean(43, false), '43=N|'],
    ['text', (f: FieldWriter) => f.string(58, 'Unknown symbol'), '58=Unknown symbol|'],
    [
      'bytes up to the padding',
      (f: FieldWriter) => f.ascii(11, bytesOf('xA1\0\0'), 1, 5),
      '11=A1|',
    ],
    ['a price', (f: FieldWriter) => f.decimal(44, 1_825_000, 4), '44=182.5|'],
    ['a whole price', (f: FieldWriter) => f.decimal(44, 1_820_000, 4), '44=182|'],
    ['a small price', (f: FieldWriter) => f.decimal(44, 1, 4), '44=0.0001|'],
    ['a negative decimal', (f: FieldWriter) => f.decimal(211, -25_500, 4), '211=-2.55|'],
    ['an average price', (f: FieldWriter) => f.decimal(6, 199_999_999_999, 6), '6=199999.999999|'],
    [
      'a timestamp',
      (f: FieldWriter) => f.utcTimestamp(60, SECONDS, 7_999_999),
      '60=20261120-14:30:00.007|',
    ],
    ['fields written before', (f: FieldWriter) => f.raw(bytesOf('1=A\u0001'), 0, 4), '1=A|'],
  ])('of %s', (_, write, expected) => {
    expect(fields(write)).toBe(expected)
  })

  it('of any integer is what String makes of it', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(fields((f) => f.int(37, value))).toBe(`37=${value}|`)
      }),
    )
  })

  it('of any decimal is what the domain makes of it', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 9 }), (value, decimals) => {
        const expected = `44=${formatDecimal(value, decimals)}|`
        expect(fields((f) => f.decimal(44, value, decimals))).toBe(expected)
      }),
    )
  })

  it('of any instant is what Date makes of it', () => {
    const writer = new FieldWriter()
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (epochMs) => {
        writer.clear()
        const seconds = Math.floor(epochMs / 1000)
        writer.utcTimestamp(52, seconds, (epochMs - seconds * 1000) * 1_000_000)
        const expected = new Date(epochMs).toISOString().replaceAll('-', '').replace('T', '-')
        expect(written(writer)).toBe(`52=${expected.slice(0, -1)}|`)
      }),
    )
  })

  it('makes the buffer grow when there is no room', () => {
    const long = 'x'.repeat(100_000)
    expect(fields((f) => f.string(58, long))).toBe(`58=${long}|`)
  })
})

describe('a message', () => {
  it('has header, body and trailer in the order of the standard', () => {
    const writer = aWriter()
    writer.begin(aHeader({ msgType: MsgType.TestRequest })).string(Tag.TestReqID, 'hello')
    writer.end()
    const head = '35=1|49=BUTTONWOOD|56=ACME|34=7|52=20261120-14:30:00.123|112=hello|'
    expect(written(writer)).toBe(text(closed(`8=FIX.4.4|9=${head.length}|${head}`)))
  })

  it('says whose and how often it was sent', () => {
    const writer = aWriter()
    writer.begin(
      aHeader({
        possDup: true,
        possResend: true,
        origSendingSeconds: SECONDS - 60,
        origSendingNanoseconds: 0,
        onBehalfOfCompId: 'GLOBEX',
      }),
    )
    writer.end()
    expect(written(writer)).toContain(
      '|34=7|43=Y|97=Y|52=20261120-14:30:00.123|122=20261120-14:29:00.000|115=GLOBEX|10=',
    )
  })

  it('has a BodyLength(9) without leading zeros, however long it is', () => {
    const writer = aWriter()
    const lengths = [0, 1, 30, 31, 32, 920, 930, 940, 9_900, 9_990, 20_000]
    for (const length of lengths) {
      writer.begin(aHeader({ msgType: MsgType.News })).string(58, 'x'.repeat(length))
      writer.end()
    }
    const whole = written(writer)
    const log = readAll([writer.bytes.subarray(0, writer.length)])
    expect(log.garbled).toEqual([])
    expect(log.messages.join('')).toBe(whole)
    expect(log.messages).toHaveLength(lengths.length)
    expect(whole).not.toMatch(/\|9=0/)
  })

  it('shorter than a hundred bytes of body keeps what was written before', () => {
    const writer = new MessageWriter({ senderCompId: 'B', targetCompId: 'A' })
    for (let i = 1; i <= 3; i++) {
      writer.begin(aHeader({ msgSeqNum: i }))
      writer.end()
    }
    expect(readAll([writer.bytes.subarray(0, writer.length)]).messages).toEqual(
      [1, 2, 3].map((i) =>
        text(closed(`8=FIX.4.4|9=45|35=0|49=B|56=A|34=${i}|52=20261120-14:30:00.123|`)),
      ),
    )
  })

  it('sent again with a stored body differs in header and trailer only', () => {
    const body = bytesOf('37=1\u000117=2\u0001150=0\u0001')
    const first = aWriter()
    first.begin(aHeader({ msgType: '8' })).raw(body, 0, body.length)
    first.end()
    const again = aWriter()
    again
      .begin(aHeader({ msgType: '8', possDup: true, origSendingSeconds: SECONDS }))
      .raw(body, 0, body.length)
    again.end()

    const bodyOf = (message: string) =>
      message.slice(message.indexOf('37='), message.indexOf('|10='))
    expect(bodyOf(written(again))).toBe(bodyOf(written(first)))
  })

  it('that is written can be read', () => {
    const value = anyText(2, { minLength: 1, maxLength: 60 })
    const field = fc.tuple(fc.integer({ min: 100, max: 30_000 }), value)
    // Data fields are read by length and need their own rules.
    const plain = fc
      .array(field, { maxLength: 20 })
      .filter((list) => list.every(([tag]) => tag > 700))
    fc.assert(
      fc.property(plain, fc.nat(), (list, msgSeqNum) => {
        const writer = aWriter()
        const body = writer.begin(aHeader({ msgSeqNum }))
        for (const [tag, content] of list) body.string(tag, content)
        writer.end()

        const log = readAll([writer.bytes.subarray(0, writer.length)])
        expect(log.garbled).toEqual([])
        expect(log.messages).toEqual([written(writer)])
      }),
    )
  })
})
