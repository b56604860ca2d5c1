import { describe, expect, it } from 'vitest'
import type { ItchMessage } from '../../src/wire/index.ts'
import {
  ITCH_MESSAGE_BYTES_MAX,
  decodeItch,
  itch50,
  itchMessageBytes,
} from '../../src/wire/index.ts'

/** Hex with spaces per field, as the specification prints a message. */
const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
const decode = (hex: string): ItchMessage | undefined => {
  const bytes = bytesOf(hex)
  return decodeItch(viewOf(bytes), 0, bytes.length)
}

// 09:30:00.000000001 after midnight = 34,200,000,000,001 ns = 1F1A CED9 F001.
const header = { stockLocate: 1, trackingNumber: 0, timestampNs: 34_200_000_000_001 }
const HEADER = '0001 0000 1F1ACED9F001'
const AAPL = '4141504C20202020'

// prettier-ignore
const goldens: [hex: string, message: ItchMessage][] = [
  [`53 0000 0000 1F1ACED9F001 4F`,
    { type: 'S', ...header, stockLocate: 0, eventCode: 'O' }],
  [`52 ${HEADER} ${AAPL} 20 4E 00000064 4E 43 5A20 50 20 20 20 4E 00000000 4E`,
    { type: 'R', ...header, stock: 'AAPL', marketCategory: ' ', financialStatusIndicator: 'N', roundLotSize: 100,
      roundLotsOnly: 'N', issueClassification: 'C', issueSubType: 'Z', authenticity: 'P',
      shortSaleThresholdIndicator: ' ', ipoFlag: ' ', luldReferencePriceTier: ' ', etpFlag: 'N',
      etpLeverageFactor: 0, inverseIndicator: 'N' }],
  [`48 ${HEADER} ${AAPL} 54 20 20202020`,
    { type: 'H', ...header, stock: 'AAPL', tradingState: 'T', reserved: ' ', reason: '' }],
  [`59 ${HEADER} ${AAPL} 31`,
    { type: 'Y', ...header, stock: 'AAPL', regShoAction: '1' }],
  [`4C ${HEADER} 4D4D4B52 ${AAPL} 59 4E 41`,
    { type: 'L', ...header, mpid: 'MMKR', stock: 'AAPL', primaryMarketMaker: 'Y', marketMakerMode: 'N', marketParticipantState: 'A' }],
  [`56 ${HEADER} 0000000012A05F20 0000000012A05F21 0000000012A05F22`,
    { type: 'V', ...header, level1: 312500000, level2: 312500001, level3: 312500002 }],
  [`57 ${HEADER} 32`,
    { type: 'W', ...header, breachedLevel: '2' }],
  [`4B ${HEADER} ${AAPL} 00008598 41 000F4C04`,
    { type: 'K', ...header, stock: 'AAPL', ipoQuotationReleaseTime: 34200, ipoQuotationReleaseQualifier: 'A', ipoPrice: 1002500 }],
  [`4A ${HEADER} ${AAPL} 000F4C04 000F4C05 000F4C03 00000002`,
    { type: 'J', ...header, stock: 'AAPL', auctionCollarReferencePrice: 1002500, upperAuctionCollarPrice: 1002501,
      lowerAuctionCollarPrice: 1002499, auctionCollarExtension: 2 }],
  [`68 ${HEADER} ${AAPL} 51 48`,
    { type: 'h', ...header, stock: 'AAPL', marketCode: 'Q', operationalHaltAction: 'H' }],
  [`41 ${HEADER} 001FFFFFFFFFFFFF 42 00000064 ${AAPL} 77359400`,
    { type: 'A', ...header, orderReferenceNumber: Number.MAX_SAFE_INTEGER, side: 'B', shares: 100, stock: 'AAPL', price: 2_000_000_000 }],
  [`46 ${HEADER} 0000000000000007 53 00000064 ${AAPL} 000F4C04 41434D45`,
    { type: 'F', ...header, orderReferenceNumber: 7, side: 'S', shares: 100, stock: 'AAPL', price: 1002500, attribution: 'ACME' }],
  [`45 ${HEADER} 0000000000000007 00000019 0000000100000002`,
    { type: 'E', ...header, orderReferenceNumber: 7, executedShares: 25, matchNumber: 4294967298 }],
  [`43 ${HEADER} 0000000000000007 00000019 0000000000000003 59 000F4C04`,
    { type: 'C', ...header, orderReferenceNumber: 7, executedShares: 25, matchNumber: 3, printable: 'Y', executionPrice: 1002500 }],
  [`58 ${HEADER} 0000000000000007 0000000A`,
    { type: 'X', ...header, orderReferenceNumber: 7, canceledShares: 10 }],
  [`44 ${HEADER} 0000000000000007`,
    { type: 'D', ...header, orderReferenceNumber: 7 }],
  [`55 ${HEADER} 0000000000000007 0000000000000008 00000032 000F4C04`,
    { type: 'U', ...header, originalOrderReferenceNumber: 7, newOrderReferenceNumber: 8, shares: 50, price: 1002500 }],
  [`50 ${HEADER} 0000000000000000 42 00000064 ${AAPL} 000F4C04 0000000000000004`,
    { type: 'P', ...header, orderReferenceNumber: 0, side: 'B', shares: 100, stock: 'AAPL', price: 1002500, matchNumber: 4 }],
  [`51 ${HEADER} 0000000100000000 ${AAPL} 000F4C04 0000000000000005 4F`,
    { type: 'Q', ...header, shares: 4294967296, stock: 'AAPL', crossPrice: 1002500, matchNumber: 5, crossType: 'O' }],
  [`42 ${HEADER} 0000000000000004`,
    { type: 'B', ...header, matchNumber: 4 }],
  [`49 ${HEADER} 00000000000003E8 00000000000001F4 42 ${AAPL} 000F4C05 000F4C04 000F4C03 4F 4C`,
    { type: 'I', ...header, pairedShares: 1000, imbalanceShares: 500, imbalanceDirection: 'B', stock: 'AAPL',
      farPrice: 1002501, nearPrice: 1002500, currentReferencePrice: 1002499, crossType: 'O', priceVariationIndicator: 'L' }],
  [`4E ${HEADER} ${AAPL} 41`,
    { type: 'N', ...header, stock: 'AAPL', interestFlag: 'A' }],
  [`4F ${HEADER} ${AAPL} 59 000F4C03 000F4C05 000F4C04 00001F1ACED9F001 000F4C02 000F4C06`,
    { type: 'O', ...header, stock: 'AAPL', openEligibilityStatus: 'Y', minimumAllowablePrice: 1002499,
      maximumAllowablePrice: 1002501, nearExecutionPrice: 1002500, nearExecutionTimeNs: 34_200_000_000_001,
      lowerPriceRangeCollar: 1002498, upperPriceRangeCollar: 1002502 }],
]

const encode = (message: ItchMessage): Uint8Array => {
  const codec = Object.values(itch50).find(({ layout }) => layout.type === message.type)!
  const bytes = new Uint8Array(codec.length)
  ;(codec as { encode(view: DataView, at: number, message: object): void }).encode(
    viewOf(bytes),
    0,
    message,
  )
  return bytes
}

describe('ITCH 5.0', () => {
  it.each(goldens)('reads and prints %s', (hex, message) => {
    expect(decode(hex)).toEqual(message)
    expect(encode(message)).toEqual(bytesOf(hex))
  })

  it('has a golden message of every type, with the lengths of the specification', () => {
    const lengths =
      'S12 R39 H25 Y20 L26 V35 W12 K28 J35 h21 A36 F40 E31 C36 X23 D19 U35 P44 Q40 B19 I50 N20 O48'
    expect(goldens.map(([hex, { type }]) => `${type}${bytesOf(hex).length}`).join(' ')).toBe(
      lengths,
    )

    const known = Object.values(itch50).map(({ layout, length }) => `${layout.type}${length}`)
    expect(known.join(' ')).toBe(lengths)
    expect(Math.max(...Object.values(itch50).map(({ length }) => length))).toBe(
      ITCH_MESSAGE_BYTES_MAX,
    )
    expect(itchMessageBytes('U'.charCodeAt(0))).toBe(35)
    expect(itchMessageBytes('z'.charCodeAt(0))).toBe(0)
  })

  it('reads a message that grew new fields at its end', () => {
    expect(decode(`44 ${HEADER} 0000000000000007 DEADBEEF`)).toEqual({
      type: 'D',
      ...header,
      orderReferenceNumber: 7,
    })
  })

  it('answers undefined for an unknown type, a short message, none, and a number beyond 2^53', () => {
    expect(decode(`7A ${HEADER} 00000000`)).toBeUndefined()
    expect(decode(`44 ${HEADER} 00000000000000`)).toBeUndefined()
    expect(decode('')).toBeUndefined()
    expect(decode(`44 ${HEADER} 0020000000000000`)).toBeUndefined()
  })
})
