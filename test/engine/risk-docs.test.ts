/** docs/operations/risk.md says what the table of reasons and the schema of limits.yaml say. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CancelReason, RISK_ROWS } from '../../src/domain/index.ts'
import { LIMIT_KEYS } from '../../src/runtime/index.ts'

const document = readFileSync(new URL('../../docs/operations/risk.md', import.meta.url), 'utf8')

/** Cells of the rows of the table whose head begins with `| key` and has so many columns. */
function tableOf(columns: number): string[][] {
  return document
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(({ length }) => length === columns)
}

const limits = tableOf(4)
const begins = tableOf(3)
const keysIn = (rows: readonly string[][]): string[] =>
  rows.flatMap(([cell]) => [...cell!.matchAll(/`(\w+)`/g)].map(([, key]) => key!))

describe('docs/operations/risk.md', () => {
  it('has every limit with its OrdRejReason(103) and Text(58), in the order of judgement', () => {
    const expected = Object.values(RISK_ROWS).map(({ ordRejReason, text }) => [
      String(ordRejReason),
      text,
    ])

    expect(limits.map(([, , code, text]) => [code, text])).toEqual(expected)
  })

  it('has every key of limits.yaml, in the order of the schema', () => {
    expect([...new Set(keysIn(limits)), ...keysIn(begins)]).toEqual(LIMIT_KEYS)
  })

  it('tells the Texts of orders that end by a limit', () => {
    expect(document).toContain(`\`${CancelReason.Killed.text}\``)
    expect(document).toContain(`\`${CancelReason.OutsideCollar.text}\``)
  })
})
