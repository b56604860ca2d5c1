/** The tables of docs/protocols/auctions.md say what the auction does. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { AuctionTerms, Cross } from '../../src/book/index.ts'
import { cross } from '../../src/book/index.ts'
import type { CollectedOrder } from '../reference/naive-auction.ts'
import { leftByRules, referenceUncross } from '../reference/naive-auction.ts'
import { collected, priceOf, sidesOf } from '../support/auction.ts'

const document = readFileSync(new URL('../../docs/protocols/auctions.md', import.meta.url), 'utf8')

const RULES = ['volume', 'imbalance', 'pressure', 'reference'] as const

it('the rules have these names, in this order', () => {
  expect(tableUnder('## The price').map(([number, name]) => [number, name])).toEqual(
    RULES.map((name, index) => [String(index + 1), name]),
  )
})

describe('the example', () => {
  const [, tick, reference] = /^Tick ([\d.]+), reference price ([\d.]+), no collar\./m.exec(
    document,
  )!
  const terms = termsOf({ tick: tick!, reference: reference!, collar: '–' })
  const rows = tableUnder('## An example')
  const orders = collected(
    rows.map(([, side, quantity, limit]) => `${side} ${quantity} @ ${limit}`).join(', '),
  )

  it('has OrderIDs in the order of arrival', () => {
    expect(rows.map(([id]) => Number(id))).toEqual(orders.map(({ id }) => id))
  })

  it('shows each price, highest first, and the rule that drops it', () => {
    const left = leftByRules(orders, terms)
    const expected = left.range.toReversed().map((one) => {
      const droppedBy = RULES.find((rule) => !left[rule].includes(one))
      const numbers = [one.buying, one.selling, one.volume, one.imbalance].map(String)
      return [printed(one.price), ...numbers, droppedBy ?? '–']
    })

    expect(tableUnder('### Each price')).toEqual(expected)
  })

  it('shows the result', () => {
    const [buys, sells] = sidesOf(orders)

    expect(tableUnder('### Result')).toEqual([resultCells(cross(buys, sells, terms))])
  })

  it('shows the executions', () => {
    const { price, fills } = referenceUncross(orders, terms)

    expect(document).toContain(`\n### Executions\n\nAll at ${printed(price)}:\n`)
    expect(tableUnder('### Executions')).toEqual(fills.map((fill) => fill.map(String)))
  })
})

describe('more cases', () => {
  it.each(tableUnder('## More cases'))('%s, reference %s, collar %s', (...cells) => {
    const [text, reference, collar, ...result] = cells
    const orders = collected(text!)
    const terms = termsOf({ tick: '0.01', reference: reference!, collar: collar! })
    const found = cross(...sidesOf(orders), terms)

    expect(result).toEqual([...resultCells(found), decidedBy(orders, terms, found)])
  })
})

function termsOf(words: { tick: string; reference: string; collar: string }): AuctionTerms {
  const [low, high] = words.collar === '–' ? [0, 0] : words.collar.split(' – ').map(priceOf)
  return {
    tickSize: priceOf(words.tick),
    referencePrice: priceOf(words.reference),
    low: low!,
    high: high!,
  }
}

/** The first of range and rules that leaves one price, or none. */
function decidedBy(
  orders: readonly CollectedOrder[],
  terms: AuctionTerms,
  found: Cross | undefined,
): string {
  if (found === undefined) return 'volume'
  const left = leftByRules(orders, terms)
  return (['range', ...RULES] as const).find((rule) => left[rule].length === 1)!
}

const resultCells = (found: Cross | undefined): string[] =>
  found === undefined
    ? ['–', '0', '–']
    : [printed(found.price), String(found.volume), String(found.imbalance)]

const printed = (price: number): string => (price / 10_000).toFixed(2)

/** Cells of the rows below the head of the first table under a heading. */
function tableUnder(heading: string): string[][] {
  const section = document.split(`\n${heading}\n`)[1]!
  const lines = section.slice(section.indexOf('\n|') + 1).split('\n')
  const end = lines.findIndex((line) => !line.startsWith('|'))
  return lines.slice(2, end < 0 ? lines.length : end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
