/** What a sample handler prints of a book, computed from the books of our own subscriber. */
import { crc32 } from 'node:zlib'
import type { BookView, MarketView } from '../../src/client/index.ts'

const sides = ['B', 'S'] as const

/** `AAPL 182.45 x 300 | 182.50 x 200` */
export function topLine(book: BookView): string {
  const [bid, ask] = sides.map((side) => {
    const best = book.levels(side)[0]
    return best === undefined ? '-' : `${priceText(best.price)} x ${best.shares}`
  })
  return `${book.symbol} ${bid} | ${ask}`
}

/** The line of each book with which a handler ends. */
export function finalLines({ books }: MarketView): string[] {
  return books.map((book) => {
    const orders = sides.flatMap((side) => book.orders(side))
    const text = orders
      .map(
        ({ orderReferenceNumber, shares, price }) => `${orderReferenceNumber} ${shares} ${price}\n`,
      )
      .join('')
    const checksum = crc32(text).toString(16).padStart(8, '0')
    return `final ${topLine(book)} orders ${orders.length} crc32 ${checksum}`
  })
}

function priceText(price: number): string {
  const digits = String(price).padStart(5, '0')
  const decimals = digits.slice(-4).replace(/0{1,2}$/, '')
  return `${digits.slice(0, -4)}.${decimals}`
}
