/** The watch over all reports: silent over a right story, and heard at every way of getting it wrong. */
import { describe, expect, it } from 'vitest'
import { averagePx } from '../support/average-px.ts'
import { ReportWatch } from '../support/report-invariants.ts'

const ORDER = '37=1|1=ACME-1|55=NVDA|54=1|40=2|44=100|59=0|38=10000'
const NEW = `35=8|${ORDER}|11=X|17=1|150=0|39=0|14=0|151=10000|6=0`
const TRADE = `35=8|${ORDER}|11=X|17=2|150=F|39=1|14=2000|151=8000|32=2000|31=100|6=100`
const REPLACED = `35=8|${ORDER.replace('38=10000', '38=7000')}|11=Y|41=X|17=3|150=5|39=1|14=2000|151=5000|6=100`
const LAST = `35=8|${ORDER.replace('38=10000', '38=7000')}|11=Y|17=4|150=F|39=2|14=7000|151=0|32=5000|31=100.01|6=100.007143`
const TOO_LATE = '35=9|37=1|11=Z|41=Y|39=2|434=1|102=0|58=Too late'
const STORY = [NEW, TRADE, REPLACED, LAST, TOO_LATE]

/** What is broken at the message in question, after all that came before it. */
function brokenBy(message: string, change: (text: string) => string): string[] {
  const watch = new ReportWatch()
  for (const before of STORY.slice(0, STORY.indexOf(message))) watch.see(before)
  return watch.see(change(message))
}

describe('ReportWatch', () => {
  it('has nothing to say about a right story', () => {
    const watch = new ReportWatch()

    expect(STORY.flatMap((message) => watch.see(message))).toEqual([])
  })

  it('hears a resent report once', () => {
    const watch = new ReportWatch()
    watch.see(NEW)

    expect(watch.see(`43=Y|${NEW}`)).toEqual([])
    expect(watch.see(`43=Y|${TRADE}`)).toEqual([])
    expect(watch.see(`43=Y|${TRADE}`)).toEqual([])
    expect(watch.see(REPLACED)).toEqual([])
  })

  it('follows busts and corrections in CumQty and AvgPx', () => {
    const watch = new ReportWatch()
    const state = `35=8|${ORDER}|11=X`
    const messages = [
      NEW,
      `${state}|17=2|150=F|39=1|14=1000|151=9000|32=1000|31=100|6=100`,
      `${state}|17=3|150=F|39=2|14=10000|151=0|32=9000|31=110|6=109`,
      `${state}|17=4|19=2|150=H|39=1|14=9000|151=1000|6=110`,
      `${state}|17=5|19=3|150=G|39=1|14=9000|151=1000|32=9000|31=100|6=100`,
      `${state}|17=6|150=F|39=2|14=10000|151=0|32=1000|31=120|6=102`,
    ]

    expect(messages.flatMap((message) => watch.see(message))).toEqual([])
  })

  it('lets an order keep its ClOrdID through a mass cancel', () => {
    const watch = new ReportWatch()
    const messages = [
      NEW,
      '35=r|37=M1|11=M|530=7|531=7|533=1',
      `35=8|${ORDER}|11=M|41=X|17=2|150=4|39=4|14=0|151=0|6=0`,
      '35=9|37=1|11=Z|41=X|39=4|434=1|102=0|58=Too late',
    ]

    expect(messages.flatMap((message) => watch.see(message))).toEqual([])
  })

  it.each([
    ['an ExecType of FIX 4.2', TRADE, '150=F', '150=1', 'ExecType(150) is one of FIX 4.4'],
    ['OrdStatus Replaced', REPLACED, '39=1', '39=5', 'OrdStatus(39) is one of FIX 4.4'],
    ['shares that are neither done nor open', TRADE, '151=8000', '151=8001', 'OrderQty(38) = '],
    ['open shares of a filled order', LAST, '151=0', '151=1', 'OrderQty(38) = '],
    ['New with shares done', TRADE, '39=1', '39=0', 'OrdStatus(39) says'],
    ['Filled with shares open', TRADE, '39=1', '39=2', 'OrdStatus(39) says'],
    [
      'LastQty in a Replaced',
      REPLACED,
      '150=5',
      '32=500|31=100|150=5',
      'LastQty(32) and LastPx(31)',
    ],
    ['an execution without LastPx', TRADE, '|31=100|', '|', 'LastQty(32) and LastPx(31)'],
    [
      'an execution in a Replaced',
      REPLACED,
      '14=2000|151=5000',
      '14=2500|151=4500',
      'CumQty(14) is',
    ],
    ['AvgPx of the last execution', LAST, '6=100.007143', '6=100.01', 'AvgPx(6) is exact'],
    ['AvgPx cut, not rounded', LAST, '6=100.007143', '6=100.007142', 'AvgPx(6) is exact'],
    ['an ExecID for the second time', TRADE, '17=2', '17=1', 'ExecID(17) is new'],
    ['ExecID 0 on an execution', TRADE, '17=2', '17=0', 'ExecID(17) is new'],
    ['another side under the same OrderID', REPLACED, '54=1', '54=2', 'OrderID(37) stands for'],
    ['an order that is none', TRADE, '37=1', '37=NONE', 'OrderID(37) is NONE'],
    ['a new price without a replacement', TRADE, '44=100', '44=101', 'OrderQty(38), Price(44)'],
    ['OrigClOrdID of what was never accepted', REPLACED, '41=X', '41=W', 'OrigClOrdID(41) is on'],
    ['OrigClOrdID on an execution', LAST, '11=Y', '11=Y|41=X', 'OrigClOrdID(41) is on'],
    ['a Replaced without OrigClOrdID', REPLACED, '41=X|', '', 'OrigClOrdID(41) is on'],
    ['an execution under the old ClOrdID', LAST, '11=Y', '11=X', 'ClOrdID(11) of what nobody'],
    ['a reject without a reason', NEW, '150=0', '150=8', 'OrdRejReason(103) and Text(58)'],
    ['378 on an execution', TRADE, '6=100', '6=100|378=99', 'ExecRestatementReason(378)'],
    ['a correction of nothing', TRADE, '150=F', '150=G', 'ExecRefID(19)'],
    [
      'a cancel reject with another status',
      TOO_LATE,
      '39=2',
      '39=8',
      'OrdStatus(39) is the order’s',
    ],
    [
      'a cancel reject that names a rejected id',
      TOO_LATE,
      '41=Y',
      '41=X',
      'OrigClOrdID(41) is the',
    ],
    ['an unknown order with a status', TOO_LATE, '37=1', '37=NONE', 'an unknown order has'],
    ['a cancel reject without a reason', TOO_LATE, '102=0|', '', 'CxlRejReason(102)'],
  ])('hears %s', (_, message, right, wrong, rule) => {
    expect(message).toContain(right)

    expect(brokenBy(message, (text) => text.replace(right, wrong))).toContainEqual(
      expect.stringContaining(rule),
    )
  })
})

describe('averagePx', () => {
  it('is divided once and rounded half up at the sixth place', () => {
    const at = (lastQty: number, lastPx: string) => ({ lastQty, lastPx })

    expect(averagePx([])).toBe('0')
    expect(averagePx([at(1, '0.0001'), at(1, '0.0002')])).toBe('0.00015')
    expect(averagePx([at(2, '100'), at(1, '100.0001')])).toBe('100.000033')
    expect(averagePx([at(127, '100'), at(1, '100.0064')])).toBe('100.00005')
    expect(averagePx([at(63, '1'), at(1, '1.0032')])).toBe('1.00005')
    expect(averagePx([at(199, '1'), at(1, '1.0001')])).toBe('1.000001')
  })
})
