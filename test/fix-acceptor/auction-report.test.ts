import { expect, it } from 'vitest'
import { ReportPrinter } from '../../src/fix-acceptor/index.ts'
import { FieldWriter } from '../../src/fix/index.ts'
import { recordLength } from '../../src/wire/index.ts'
import { aConfiguration, aTurn } from '../dropcopy/support/turns.ts'

it('the report of an execution in an auction says its price, and of no side that it came to the other', () => {
  const numbers = { matchNumber: 4, execId: 10, buyOrder: 1, sellOrder: 2 }
  const { view } = aTurn().auction(numbers, 1_825_500).events
  const configuration = aConfiguration()
  const printer = new ReportPrinter()
  printer.configure(configuration)
  const [acme, globex] = configuration.sessions
  const sellAt = recordLength(view, 0) + recordLength(view, recordLength(view, 0))

  const printed = [
    [0, acme!],
    [sellAt, globex!],
  ] as const
  const reports = printed.map(([at, session]) => {
    const fields = new FieldWriter(1024)
    printer.print(view, at, session, fields)
    const text = Buffer.from(fields.bytes.subarray(0, fields.length)).toString('latin1')
    return /\|(54=.*)\|60=/.exec(text.replaceAll('\x01', '|'))![1]
  })
  const terms = '38=100|40=2'
  const fill = '59=0|32=100|31=182.55|527=4|151=0|14=100|6=182.55'
  expect(reports).toEqual([`54=1|${terms}|44=182.56|${fill}`, `54=2|${terms}|44=182.54|${fill}`])
})
