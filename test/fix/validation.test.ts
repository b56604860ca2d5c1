import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldDefinitions, fieldOf, validate } from '../../src/fix/index.ts'
import type { FieldType, Rejection, ValidationOptions } from '../../src/fix/index.ts'
import { anyText, framed, readAll, withMessage } from '../support/fix-frame.ts'

const HEAD = '34=2|49=ACME|56=BUTTONWOOD|52=20261120-14:30:00.000|'
const ORDER = '11=A1|55=AAPL|54=1|60=20261120-14:30:00.000|38=100|40=2|44=182.5|59=0|'
const REPORT = '37=1|17=1|150=0|39=0|55=AAPL|54=1|151=1|14=0|6=0|'
const TEXTS: Readonly<Record<number, string>> = {
  0: 'Invalid tag number',
  1: 'Required tag missing',
  2: 'Tag not defined for this message type',
  3: 'Undefined tag',
  4: 'Tag specified without a value',
  5: 'Value is incorrect (out of range) for this tag',
  6: 'Incorrect data format for value',
  11: 'Invalid MsgType',
  13: 'Tag appears more than once',
  14: 'Tag specified out of required order',
  15: 'Repeating group fields out of order',
  16: 'Incorrect NumInGroup count for repeating group',
  17: 'Non "data" value includes field delimiter (SOH character)',
}

function judged(body: string, options: Partial<ValidationOptions> = {}): Rejection | null {
  return withMessage(framed(body), (message) =>
    validate(message, { strictUserTags: false, ...options }),
  )
}

/** A NewOrderSingle with more fields behind its own. */
const order = (more: string, options: Partial<ValidationOptions> = {}) =>
  judged(`35=D|${HEAD}${ORDER}${more}`, options)

/** A NewOrderSingle with this field in place of its own. */
const orderWith = (field: string) => {
  const tag = field.slice(0, field.indexOf('='))
  return judged(`35=D|${HEAD}${ORDER.replace(new RegExp(`(?<=\\||^)${tag}=[^|]*`), field)}`)
}

function rejection(sessionRejectReason: number, refTagId: number | undefined): Rejection {
  return { sessionRejectReason, refTagId, text: TEXTS[sessionRejectReason]! }
}

describe('a message of the right structure', () => {
  it.each([
    ['NewOrderSingle', `35=D|${HEAD}${ORDER}`],
    [
      'body fields in another order',
      `35=D|${HEAD}44=1|40=2|38=1|60=20261120-14:30:00|54=2|55=A|11=x|`,
    ],
    ['header fields in another order', `35=D|52=20261120-14:30:00|56=B|34=2|49=A|${ORDER}`],
    ['HandlInst(21)', `35=D|${HEAD}${ORDER}21=1|`],
    [
      'OrderCancelRequest with OrderQty',
      `35=F|${HEAD}41=A1|11=A2|55=AAPL|54=1|60=20261120-14:30:00|38=1|`,
    ],
    [
      'OrderCancelRequest without OrderQty',
      `35=F|${HEAD}41=A1|11=A2|55=AAPL|54=1|60=20261120-14:30:00|`,
    ],
    ['Logon with credentials', `35=A|${HEAD}98=0|108=30|553=acme|554=secret|141=Y|`],
    ['Heartbeat', `35=0|${HEAD}`],
    ['a tag of the counterparty', `35=D|${HEAD}${ORDER}5001=x|20001=y|`],
    ['a counterparty tag in front of the header', `35=D|5001=x|${HEAD}${ORDER}`],
    ['several ExecInst', `35=D|${HEAD}${ORDER}18=6 G|`],
    ['an integer with leading zeros', `35=D|${HEAD}${ORDER}660=01|`],
    ['text with any byte but the delimiter', `35=D|${HEAD}${ORDER}58=\u0000\t\u007f\u00ff|`],
    ['a group', `35=D|${HEAD}${ORDER}453=2|448=X|447=D|452=1|448=Y|452=12|`],
    [
      'a group in a group',
      `35=D|${HEAD}${ORDER}453=2|448=X|802=2|523=a|803=1|523=b|448=Y|452=1|58=t|`,
    ],
    ['a group without entries', `35=D|${HEAD}${ORDER}453=0|58=x|`],
    ['a counterparty tag in a group', `35=D|${HEAD}${ORDER}453=1|448=X|5001=x|452=1|`],
    ['data with delimiters inside', `35=D|${HEAD}${ORDER}354=5|355=a|10=|`],
    ['a signature', `35=D|${HEAD}${ORDER}93=3|89=a|b|`],
    ['hops in the header', `35=D|${HEAD}627=1|628=HUB|630=4|${ORDER}`],
  ])('%s is accepted', (_, body) => {
    expect(judged(body)).toBeNull()
  })
})

describe('docs/protocols/fix-session.md', () => {
  it('has every SessionRejectReason(373) of the structure with its Text(58)', () => {
    const document = readFileSync(
      new URL('../../docs/protocols/fix-session.md', import.meta.url),
      'utf8',
    )
    const table = document.split('| 373 | Text(58)')[1]!.split('\n\n')[0]!
    const rows = [...table.matchAll(/^\| (\d+) +\| (.+?) +\|/gm)].map(([, reason, text]) => [
      reason,
      text,
    ])
    expect(rows).toEqual(Object.entries(TEXTS))
  })
})

describe('Reject(3)', () => {
  it.each([
    [0, 999, 'a tag that FIX does not have', () => order('999=x|')],
    [0, 4999, 'a tag below the user range', () => order('4999=x|')],
    [0, 0, 'tag 0', () => order('0=x|')],
    [0, -1, 'a negative tag', () => order('-1=x|')],
    [0, 1, 'a tag with a leading zero', () => order('01=x|')],
    [0, 123456789012, 'a tag beyond every number', () => order('123456789012=x|')],
    [0, undefined, 'a tag that is no number', () => order('abc=x|')],
    [0, undefined, 'no tag in front of the value', () => order('=x|')],
    [0, 999, 'a tag that FIX does not have, in a group', () => order('453=2|448=X|999=x|448=Y|')],
    [1, 11, 'ClOrdID absent', () => judged(`35=D|${HEAD}${ORDER.replace('11=A1|', '')}`)],
    [1, 38, 'OrderQty absent', () => judged(`35=D|${HEAD}${ORDER.replace('38=100|', '')}`)],
    [1, 52, 'SendingTime absent', () => judged(`35=0|${HEAD.replace(/52=[^|]*\|/, '')}`)],
    [1, 108, 'HeartBtInt absent', () => judged(`35=A|${HEAD}98=0|`)],
    [1, 355, 'a length without data', () => order('354=3|58=x|')],
    [2, 434, "another message's tag", () => order('434=1|')],
    [2, 448, 'a group member outside its group', () => order('448=X|')],
    [2, 434, "another message's tag in a group", () => order('453=2|448=X|434=1|448=Y|')],
    [
      3,
      5001,
      'a user tag of no dialect, when strict',
      () => order('5001=x|', { strictUserTags: true }),
    ],
    [
      3,
      5001,
      'a user tag in a group, when strict',
      () => order('453=2|448=X|5001=x|448=Y|', { strictUserTags: true }),
    ],
    [4, 55, 'a tag without value', () => orderWith('55=')],
    [4, 448, 'a group member without value', () => order('453=1|448=|')],
    [4, 453, 'a count without value', () => order('453=|448=X|')],
    [4, 5001, "a counterparty's tag without value", () => order('5001=|')],
    [4, 999, 'a tag that FIX does not have, without value', () => order('999=|')],
    [5, 54, 'a Side that FIX does not have', () => orderWith('54=Z')],
    [5, 40, 'an OrdType that FIX does not have', () => orderWith('40=0')],
    [5, 98, 'an EncryptMethod that FIX does not have', () => judged(`35=A|${HEAD}98=7|108=30|`)],
    [5, 18, 'one of several ExecInst', () => order('18=6 ~|')],
    [5, 452, 'a value inside a group', () => order('453=1|448=X|452=999|')],
    [5, 660, 'an integer that is not listed, with leading zeros', () => order('660=0042|')],
    [6, 54, 'a Side of two characters', () => orderWith('54=11')],
    [6, 34, 'a MsgSeqNum with a sign', () => judged(`35=0|${HEAD.replace('34=2', '34=+2')}`)],
    [6, 354, 'a length that is not that of the data', () => order('354=2|355=abc|')],
    [13, 55, 'a tag twice', () => order('55=IBM|')],
    [13, 453, 'a group twice', () => order('453=1|448=X|453=1|448=Y|')],
    [13, 34, 'a header tag twice', () => judged(`35=0|34=2|${HEAD}`)],
    [13, 35, 'MsgType twice', () => judged(`35=0|${HEAD}35=0|`)],
    [13, 10, 'CheckSum twice', () => judged(`35=0|${HEAD}10=000|`)],
    [
      14,
      49,
      'a header field in the body',
      () => judged(`35=0|34=2|56=B|52=20261120-14:30:00|112=x|49=A|`),
    ],
    [14, 58, 'a body field behind the trailer', () => order('93=1|89=x|58=late|')],
    [14, 355, 'data in front of its length', () => order('355=abc|354=3|')],
    [15, 447, 'a group without its first member', () => order('453=1|447=D|448=X|')],
    [15, 447, 'group members out of order', () => order('453=1|448=X|452=1|447=D|')],
    [15, 447, 'a group member twice', () => order('453=1|448=X|447=D|447=D|')],
    [
      15,
      803,
      'members of a nested group out of order',
      () => order('453=1|448=X|802=1|803=1|523=a|'),
    ],
    [16, 453, 'more entries than counted', () => order('453=1|448=X|448=Y|')],
    [16, 453, 'fewer entries than counted', () => order('453=2|448=X|58=x|')],
    [16, 453, 'entries behind a count of none', () => order('453=0|448=X|')],
    [16, 802, 'a nested group with too few entries', () => order('453=1|448=X|802=2|523=a|')],
    [17, 58, 'a delimiter inside text', () => order('58=torn|apart|')],
    [17, 58, 'two delimiters inside text', () => order('58=torn||apart|')],
    [17, 448, 'a delimiter inside a group', () => order('453=2|448=torn|apart|448=Y|')],
    [17, 44, 'a delimiter inside a price', () => orderWith('44=182|5')],
  ] as const)('373=%s 371=%s: %s', (reason, refTagId, _, answer) => {
    expect(answer()).toEqual(rejection(reason, refTagId))
  })

  it('373=11: a MsgType that FIX does not have', () => {
    expect(judged(`35=ZZ|${HEAD}`)).toEqual(rejection(11, 35))
  })

  it('names a required member that an entry of a group lacks', () => {
    // NewOrderList(E): ClOrdID, ListSeqNo, Symbol, Side and OrderQty in every entry.
    const entry = '11=A|67=1|55=AAPL|54=1|38=100|'
    const list = (entries: string) => judged(`35=E|${HEAD}66=L|394=3|68=2|73=2|${entries}`)
    expect(list(entry + entry)).toBeNull()
    expect(list(entry + entry.replace('67=1|', ''))).toEqual(rejection(1, 67))
    expect(list(entry.replace('54=1|', '') + entry)).toEqual(rejection(1, 54))
  })
})

/** A message with one field of each type, and values of it that are and are not well formed. */
// prettier-ignore
const TYPES: readonly (readonly [type: FieldType, tag: number, good: string[], bad: string[]])[] = [
  ['AMT',                 12, ['0', '-1.5', '12.50'], ['1,5', 'USD 1', '1e2']],
  ['BOOLEAN',            114, ['Y', 'N'], ['y', 'n', '1', '0', 'YES', ' ']],
  ['CHAR',               206, ['A', '7', '~', '#'], ['AB', ' ', '\u0000', '\u007f', '\u00e9']],
  ['COUNTRY',            470, ['US', 'DE'], ['us', 'USA', 'U', 'U1']],
  ['CURRENCY',            15, ['USD', 'EUR'], ['usd', 'US', 'USDT', 'U1D', ' USD']],
  ['EXCHANGE',           207, ['XNYS', 'N', 'XN-1'], ['X NYS', ' ', '\u00e9', 'X\tN']],
  ['FLOAT',              211, ['1', '-0.05', '00023.23', '23.0'], ['+1', '1e5', '-', '.', '1.2.3', '', '0x1', 'NaN', 'Infinity']],
  ['INT',                660, ['1', '5', '02'], ['1.0', '+1', '-', '--1', '1-', '1 ', ' 1', '0x1', '']],
  ['LOCALMKTDATE',        64, ['20261120', '19631122', '20240229'], ['2026112', '202611200', '20261131', '20260229', '20261301', '20260001', '20261100', '00000101', 'tomorrow', '2026-1-1']],
  ['MONTHYEAR',          200, ['202612', '20261224', '202612w1', '202612w5'], ['2026', '202600', '202613', '202612w0', '202612w6', '20261232', '202612w', '2026121', '202612W1', '20x612', '202612w1 ']],
  ['MULTIPLEVALUESTRING', 18, ['1', '1 6 G'], [' 1', '1 ', '1  6', ' ']],
  ['NUMINGROUP',         453, ['0', '000'], ['-1', '+1', '1.0', 'x', ' 0', '']],
  ['PERCENTAGE',         158, ['.05', '5', '-0.1'], ['5%', '5 ', '1/2']],
  ['PRICE',               44, ['182.5', '0', '-1.25', '182.50000000', '100.', '.5'], ['182,5', '$1', '1e-2', '--1', '1-', '.', '-.', '']],
  ['PRICEOFFSET',        218, ['-0.5', '25'], ['+0.5', '1 1/2']],
  ['QTY',                 38, ['1', '100', '100.', '1.50', '007', '-1'], ['+100', '1e5', '1,000', ' 1', '1 ', '', '-', 'abc', '\u00b2']],
  ['SEQNUM',             369, ['1', '007', '0'], ['-1', '+1', '1.0', 'x', '']],
  ['STRING',              58, ['x', ' ', '\u0000', 'a=b', '\u00ff'], ['']],
  ['UTCDATEONLY',        272, ['20261120', '20240229'], ['2026112', '20261131', '20230229', 'today']],
  ['UTCTIMEONLY',        273, ['14:30:00', '14:30:00.123', '14:30:00.123456', '14:30:00.123456789', '23:59:60'], ['14:30', '24:00:00', '14:60:00', '14:30:60', '14:30:00.', '14:30:00.1', '14:30:00.12', '14:30:00.1234', '14-30-00', '14:30:0x', '1430:00:00']],
  ['UTCTIMESTAMP',        60, ['20261120-14:30:00', '20261120-14:30:00.123', '20261120-14:30:00.123456', '20261120-14:30:00.123456789', '20240229-00:00:00', '20161231-23:59:60'],
    ['20261120', '2026-11-20T14:30:00', '20261120-14:30', '20261320-14:30:00', '20260230-14:30:00', '20261120-24:00:00', '20261120-25:00:00', '20261120-14:60:00', '20261120-14:30:60', '20261120-14:30:00.',
     '20261120-14:30:00.1', '20261120-14:30:00.12', '20261120-14:30:00.1234', '20261120-14:30:00.12345', '20261120-14:30:00.1234567890', '20261120-14:30:00Z', '20261120 14:30:00', '20261120-14:30:00,123', '20261120-14:30:00.12x']],
]

describe('the syntax of', () => {
  const judge = (tag: number, value: string): Rejection | null => {
    if (tag === 272 || tag === 273) {
      return judged(`35=W|${HEAD}55=AAPL|268=1|269=0|${tag}=${value}|`)
    }
    if (tag === 158) return judged(`35=8|${HEAD}${REPORT}158=${value}|`)
    if (tag === 369) return judged(`35=D|${HEAD}369=${value}|${ORDER}`)
    return ORDER.includes(`|${tag}=`) ? orderWith(`${tag}=${value}`) : order(`${tag}=${value}|`)
  }

  it.each(TYPES)('%s, such as tag %i', (type, tag, good, bad) => {
    expect(fieldOf(tag)?.type).toBe(type)
    for (const value of good) expect({ value, is: judge(tag, value) }).toEqual({ value, is: null })
    for (const value of bad) {
      const expected = rejection(value === '' ? 4 : 6, tag)
      expect({ value, is: judge(tag, value) }).toEqual({ value, is: expected })
    }
  })

  it('LENGTH and DATA, such as tags 354 and 355', () => {
    for (const [fields, expected] of [
      ['354=3|355=abc|', null],
      ['354=003|355=a|b|', null],
      ['354=0|355=|', rejection(4, 355)],
      ['354=|355=abc|', rejection(4, 354)],
      ['354=-3|355=abc|', rejection(6, 354)],
      ['354=3.0|355=abc|', rejection(6, 354)],
      ['354=2|355=abc|', rejection(6, 354)],
      ['354=4|355=abc|', rejection(6, 354)],
      ['354=99999999999999999999|355=abc|', rejection(6, 354)],
      ['354=3|', rejection(1, 355)],
      ['355=abc|', rejection(14, 355)],
    ] as const) {
      expect({ fields, is: order(fields) }).toEqual({ fields, is: expected })
    }
  })

  it('every type of the dictionary', () => {
    const types = new Set([...fieldDefinitions()].map((field) => field.type))
    const tested = [...TYPES.map(([type]) => type), 'LENGTH', 'DATA']
    expect([...types].sort()).toEqual(tested.sort())
  })
})

describe('what a message claims costs nothing:', () => {
  // A loop over any but the first would not end.
  it.each([1_000_000, 2 ** 32, 10 ** 15])('a count of %i with one entry', (count) => {
    expect(order(`78=${count}|79=A|80=1|`)).toEqual(rejection(16, 78))
    expect(order(`453=1|448=X|802=${count}|523=a|`)).toEqual(rejection(16, 802))
  })

  it('a thousand entries, each with a group inside', () => {
    const entries = '448=X|447=D|452=1|802=2|523=a|803=1|523=b|803=2|'.repeat(1000)
    expect(order(`453=1000|${entries}`)).toBeNull()
    expect(order(`453=1001|${entries}`)).toEqual(rejection(16, 453))
  })

  it('counters a hundred deep: FIX has no group that counts itself', () => {
    expect(order('453=1|448=X|'.repeat(100))).toEqual(rejection(13, 453))
    expect(order('453=1|448=X|802=1|523=a|'.repeat(100))).toEqual(rejection(13, 453))
    expect(order('453=1|'.repeat(100))).toEqual(rejection(16, 453))
  })

  it('nine thousand tags of the counterparty', () => {
    expect(order('5001=x|'.repeat(9_000))).toBeNull()
  })
})

describe('any fields', () => {
  const tag = fc.oneof(
    fc.constantFrom(453, 448, 447, 452, 802, 523, 803, 354, 355, 58, 11, 34, 49, 10, 93, 89, 5001),
    fc.integer({ min: -2, max: 1100 }),
  )
  const value = fc.oneof(
    fc.constantFrom('0', '1', '2', 'X', '', 'Y'),
    anyText(2, { maxLength: 12 }),
  )
  const field = fc.tuple(tag, value).map(([t, v]) => `${t}=${v}|`)

  it('get an answer, and one with a Text of the table', () => {
    fc.assert(
      fc.property(
        fc.array(field, { maxLength: 25 }),
        fc.constantFrom('D', '8', 'F', 'G', 'A', 'E'),
        (more, msgType) => {
          const answer = judged(`35=${msgType}|${HEAD}${more.join('')}`)
          expect(answer === null || answer.text === TEXTS[answer.sessionRejectReason]).toBe(true)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('do not throw when they are no fields at all', () => {
    fc.assert(
      fc.property(anyText(1, { maxLength: 80 }), (noise) => {
        expect(readAll([framed(`35=D|${noise}|`)]).garbled).toEqual([])
        expect(judged(`35=D|${noise}|`)).not.toBeNull()
      }),
      { numRuns: 500 },
    )
  })
})
