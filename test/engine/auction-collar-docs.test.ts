/** The example with a collar of docs/protocols/auctions.md, through the engine. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { cross } from '../../src/book/index.ts'
import { collected, priceOf, sidesOf } from '../support/auction.ts'
import { anEngine } from '../support/engine-driver.ts'

const document = readFileSync(new URL('../../docs/protocols/auctions.md', import.meta.url), 'utf8')
const TICK = 100
const [, reference = '', percent = '', low = '', high = ''] =
  /reference price ([\d.]+), `collarPercent` (\d+): from ([\d.]+) to ([\d.]+)\./.exec(document)!

const orders = tableUnder('### An example with a collar').map(
  ([, side, quantity, limit]) => `${side} ${quantity} @ ${limit}`,
)

it('finds these prices with the collar and without', () => {
  const sides = sidesOf(collected(orders.join(', ')))
  const terms = { tickSize: TICK, referencePrice: priceOf(reference) }
  const printed = [
    ['–', cross(...sides, { ...terms, low: 0, high: 0 })!] as const,
    [
      `${low} – ${high}`,
      cross(...sides, { ...terms, low: priceOf(low), high: priceOf(high) })!,
    ] as const,
  ].map(([collar, { price, volume, imbalance }]) => [
    collar,
    (price / 10_000).toFixed(2),
    String(volume),
    String(imbalance),
  ])
  expect(tableUnder('### Its result')).toEqual(printed)
})

it('leaves this book, and cancels what the text says', () => {
  const auction = { collarPercent: Number(percent) * 100, extensionSeconds: 1, extensionsMax: 0 }
  const referencePrice = priceOf(reference)
  const market = anEngine({ instruments: [{ symbol: 'AAPL', referencePrice, auction }] })
  market.collect()
  for (const [index, terms] of orders.entries()) market.enter('ACME', `O${index + 1}`, terms)

  expect(market.resume()).toEqual([
    'operator resume',
    'ACME 8 Trade O4 buy 100@market last 100@10.5000 leaves 0 cum 100 avg 10.5',
    'ACME 8 Trade O1 sell 100@10.4000 last 100@10.5000 leaves 0 cum 100 avg 10.5 | feed C #1 100 match 1',
    '| feed Q 100@10.5000 match 2',
    'ACME 8 Canceled O3 buy 300@10.8000 leaves 0 cum 0 Canceled "No more quantity inside the price collar" | feed D #3',
    '| feed H AAPL T',
  ])
  const left = tableUnder('### What is left of it')
  const shown = (side: string): string[] =>
    left
      .filter((row) => row[1] === side)
      .map(([id, , quantity, limit]) => `O${id} ${quantity}@${Number(limit).toFixed(4)}`)
  expect(market.bookOf('AAPL')).toEqual({ bids: shown('buy'), asks: shown('sell') })
})

/** Cells of the rows below the head of the first table under a heading. */
function tableUnder(heading: string): string[][] {
  const [, section = ''] = document.split(`\n${heading}\n`)
  const [table = ''] = /(?:^\|.*\n)+/m.exec(section) ?? []
  const rows = table.trimEnd().split('\n').slice(2)
  return rows.map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
}
