/** The tables of docs/protocols/order-entry.md say what src/domain/reasons.ts says. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Reason } from '../../src/domain/index.ts'
import {
  CancelReason,
  CancelRejectReason,
  MassCancelRejectReason,
  RejectReason,
  RestateReason,
} from '../../src/domain/index.ts'

const document = readFileSync(
  new URL('../../docs/protocols/order-entry.md', import.meta.url),
  'utf8',
)

it.each<[string, Readonly<Record<string, Reason>>]>([
  ['Why a new order is refused', RejectReason],
  ['Why a request is refused', CancelRejectReason],
  ['Why a mass cancel is refused', MassCancelRejectReason],
  ['Why an order ends without a request', CancelReason],
  ['What changes a live order without a request', RestateReason],
])('%s: every reason with its code and Text(58), in its order', (heading, reasons) => {
  const expected = Object.values(reasons).map(({ fixCode, text }) => [
    fixCode < 0 ? '–' : String(fixCode),
    text,
  ])

  expect(firstTableUnder(heading).map(([code, text]) => [code, text])).toEqual(expected)
})

/** Cells of the rows below the head of the first table under a heading. */
function firstTableUnder(heading: string): string[][] {
  const section = document.split(`\n## ${heading}\n`)[1]!
  const lines = section.slice(section.indexOf('\n|') + 1).split('\n')
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
