/**
 * AvgPx(6) is the exact sum of price × quantity, divided once: no fill leaves a rounding behind.
 */
import { expect, it } from 'vitest'
import { formatPrice, PRICE_MAX, QUANTITY_MAX } from '../../src/domain/index.ts'
import { anEngine } from '../support/engine-driver.ts'
import { isOrder } from '../support/engine-events.ts'
import { seeded } from '../support/engine-intents.ts'

it.each([
  ['small', 9],
  ['of some thousands', 9_000],
  ['as large as an order can be', 99_000],
])('is exact after every one of 10,000 fills: %s', (_, quantityMax) => {
  const instruments = [{ symbol: 'AAPL', tickSize: 1, maxOrderQty: QUANTITY_MAX }]
  const market = anEngine({ instruments, record: false })
  const random = seeded(quantityMax)
  for (let i = 0; i < 10_000; i++) {
    const quantity = 1 + Math.floor(random() * quantityMax)
    const price = formatPrice(1 + Math.floor(random() * PRICE_MAX))
    market.enter('GLOBEX', `S${i}`, `sell ${quantity} @ ${price}`)
  }
  market.enter('ACME', 'B1', `buy ${QUANTITY_MAX} @ market`)

  const fills = market.events.filter(isOrder).filter(({ session }) => session === 1)
  let notional = 0n
  let cumQty = 0n
  const expected = fills.map(({ lastPx, lastQty }) => {
    notional += BigInt(lastPx) * BigInt(lastQty)
    cumQty += BigInt(lastQty)
    // Prices count 1/10,000, AvgPx 1/1,000,000; half a unit rounds up.
    return cumQty === 0n ? 0 : Number((notional * 200n + cumQty) / (2n * cumQty))
  })

  expect(fills).toHaveLength(10_002)
  expect(fills.map(({ avgPx }) => avgPx)).toEqual(expected)
})
