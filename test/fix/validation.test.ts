import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { validate } from '../../src/fix/index.ts'
import type { Rejection, ValidationOptions } from '../../src/fix/index.ts'
import { anyText, framed, readAll, withMessage } from '../support/fix-frame.ts'

const HEAD = '34=2|49=ACME|56=BUTTONWOOD|52=20261120-14:30:00.000|'
const ORDER = '11=A1|55=AAPL|54=1|60=20261120-14:30:00.000|38=100|40=2|44=182.5|59=0|'
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

function rejection(sessionRejectReason: number, refTagId: number): Rejection {
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

describe('Reject(3)', () => {
  it.each([
    [0, 999, 'a tag that FIX does not have', () => order('999=x|')],
    [0, 4999, 'a tag below the user range', () => order('4999=x|')],
    [0, 0, 'tag 0', () => order('0=x|')],
    [0, -1, 'a negative tag', () => order('-1=x|')],
    [0, 0, 'a tag that is no number', () => order('abc=x|')],
    [1, 11, 'ClOrdID absent', () => judged(`35=D|${HEAD}${ORDER.replace('11=A1|', '')}`)],
    [1, 38, 'OrderQty absent', () => judged(`35=D|${HEAD}${ORDER.replace('38=100|', '')}`)],
    [1, 52, 'SendingTime absent', () => judged(`35=0|${HEAD.replace(/52=[^|]*\|/, '')}`)],
    [1, 108, 'HeartBtInt absent', () => judged(`35=A|${HEAD}98=0|`)],
    [1, 355, 'a length without data', () => order('354=3|58=x|')],
    [2, 434, "another message's tag", () => order('434=1|')],
    [2, 448, 'a group member outside its group', () => order('448=X|')],
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
      () => order('453=1|448=X|5001=x|', { strictUserTags: true }),
    ],
    [4, 55, 'a tag without value', () => orderWith('55=')],
    [4, 448, 'a group member without value', () => order('453=1|448=|')],
    [5, 54, 'a Side that FIX does not have', () => orderWith('54=Z')],
    [5, 40, 'an OrdType that FIX does not have', () => orderWith('40=0')],
    [5, 98, 'an EncryptMethod that FIX does not have', () => judged(`35=A|${HEAD}98=7|108=30|`)],
    [5, 18, 'one of several ExecInst', () => order('18=6 ~|')],
    [5, 452, 'a value inside a group', () => order('453=1|448=X|452=999|')],
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
  ] as const)('373=%i 371=%i: %s', (reason, refTagId, _, answer) => {
    expect(answer()).toEqual(rejection(reason, refTagId))
  })

  it('373=11: a MsgType that FIX does not have', () => {
    expect(judged(`35=ZZ|${HEAD}`)).toEqual(rejection(11, 0))
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

describe('the syntax of', () => {
  // prettier-ignore
  it.each([
    ['a quantity', '38', ['1', '100', '100.', '.5', '1.50', '007', '-1'],
      ['+100', '1e5', '1,000', ' 1', '1 ', '', '-', '.', '1.2.3', '0x1', 'abc', 'NaN']],
    ['a price', '44', ['182.5', '0', '-1.25', '182.50000000'], ['182,5', '$1', '1e-2', '--1', '1-']],
    ['a timestamp', '60',
      ['20261120-14:30:00', '20261120-14:30:00.1', '20261120-14:30:00.123456789', '20240229-00:00:00', '20161231-23:59:60'],
      ['20261120', '2026-11-20T14:30:00', '20261120-14:30', '20261320-14:30:00', '20260230-14:30:00', '20261120-25:00:00', '20261120-14:30:00.', '20261120-14:30:00Z']],
    ['a date', '64', ['20261120', '19631122'], ['2026112', '20261131', '20261120-', 'tomorrow']],
    ['a month', '200', ['202612', '20261224', '202612w1'], ['2026', '202613', '202612w6', '20261232', '202612w', '2026121']],
    ['an integer', '660', ['1', '5'], ['1.0', '+1', '-', '1 ']],
    ['a flag', '114', ['Y', 'N'], ['y', '1', 'YES', ' ']],
    ['a currency', '15', ['USD', 'EUR'], ['usd', 'US', 'USDT', 'U1D']],
    ['a country', '470', ['US'], ['us', 'USA', 'U']],
    ['an exchange', '207', ['XNYS', 'N'], ['X NYS']],
    ['multiple values', '18', ['1', '1 6 G'], [' 1', '1 ', '1  6']],
  ])('%s', (_, tag, good, bad) => {
    const judge = (value: string) =>
      ORDER.includes(`|${tag}=`) ? orderWith(`${tag}=${value}`) : order(`${tag}=${value}|`)
    for (const value of good) expect({ value, is: judge(value) }).toEqual({ value, is: null })
    for (const value of bad) {
      const expected = rejection(value === '' ? 4 : 6, Number(tag))
      expect({ value, is: judge(value) }).toEqual({ value, is: expected })
    }
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
