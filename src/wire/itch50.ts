/**
 * ITCH 5.0: the layouts of all 23 messages in wire order, big-endian, as Nasdaq prints them
 * (docs/protocols/itch-feed.md has the same tables and a test compares the two). The venue sends
 * S R H V W A E C X D U Q I; a decoder knows the rest too. Integers are unsigned, prices have four implied
 * decimals unless the comment says otherwise.
 */
import { compileCodec } from './compile-codec.ts'
import type { FieldType, Layout, MessageOf } from './layout.ts'
import { alpha, char, price4, u16, u32, u48, u64 } from './layout.ts'

const ITCH = { byteOrder: 'big', start: 1, typeAt: 0 } as const

// prettier-ignore
const header = [
  ['stockLocate',    u16],
  ['trackingNumber', u16],
  ['timestampNs',    u48],  // nanoseconds since the trading date's midnight
] as const satisfies readonly (readonly [string, FieldType])[]

// prettier-ignore
export const itch50 = {
  systemEvent: compileCodec({
    name: 'System Event', type: 'S',
    fields: [
      ...header,
      ['eventCode',            char],  // O S Q M E C
    ],
  } as const satisfies Layout, ITCH),

  stockDirectory: compileCodec({
    name: 'Stock Directory', type: 'R',
    fields: [
      ...header,
      ['stock',                       alpha(8)],
      ['marketCategory',              char],
      ['financialStatusIndicator',    char],
      ['roundLotSize',                u32],
      ['roundLotsOnly',               char],
      ['issueClassification',         char],
      ['issueSubType',                alpha(2)],
      ['authenticity',                char],
      ['shortSaleThresholdIndicator', char],
      ['ipoFlag',                     char],
      ['luldReferencePriceTier',      char],
      ['etpFlag',                     char],
      ['etpLeverageFactor',           u32],
      ['inverseIndicator',            char],
    ],
  } as const satisfies Layout, ITCH),

  stockTradingAction: compileCodec({
    name: 'Stock Trading Action', type: 'H',
    fields: [
      ...header,
      ['stock',                alpha(8)],
      ['tradingState',         char],  // H P Q T
      ['reserved',             char],
      ['reason',               alpha(4)],
    ],
  } as const satisfies Layout, ITCH),

  regShoRestriction: compileCodec({
    name: 'Reg SHO Restriction', type: 'Y',
    fields: [
      ...header,
      ['stock',                alpha(8)],
      ['regShoAction',         char],
    ],
  } as const satisfies Layout, ITCH),

  marketParticipantPosition: compileCodec({
    name: 'Market Participant Position', type: 'L',
    fields: [
      ...header,
      ['mpid',                   alpha(4)],
      ['stock',                  alpha(8)],
      ['primaryMarketMaker',     char],
      ['marketMakerMode',        char],
      ['marketParticipantState', char],
    ],
  } as const satisfies Layout, ITCH),

  mwcbDeclineLevel: compileCodec({
    name: 'MWCB Decline Level', type: 'V',
    fields: [
      ...header,
      ['level1',               u64],  // eight implied decimals
      ['level2',               u64],
      ['level3',               u64],
    ],
  } as const satisfies Layout, ITCH),

  mwcbStatus: compileCodec({
    name: 'MWCB Status', type: 'W',
    fields: [
      ...header,
      ['breachedLevel',        char],
    ],
  } as const satisfies Layout, ITCH),

  ipoQuotingPeriodUpdate: compileCodec({
    name: 'IPO Quoting Period Update', type: 'K',
    fields: [
      ...header,
      ['stock',                        alpha(8)],
      ['ipoQuotationReleaseTime',      u32],  // seconds since midnight
      ['ipoQuotationReleaseQualifier', char],
      ['ipoPrice',                     price4],
    ],
  } as const satisfies Layout, ITCH),

  luldAuctionCollar: compileCodec({
    name: 'LULD Auction Collar', type: 'J',
    fields: [
      ...header,
      ['stock',                       alpha(8)],
      ['auctionCollarReferencePrice', price4],
      ['upperAuctionCollarPrice',     price4],
      ['lowerAuctionCollarPrice',     price4],
      ['auctionCollarExtension',      u32],
    ],
  } as const satisfies Layout, ITCH),

  operationalHalt: compileCodec({
    name: 'Operational Halt', type: 'h',
    fields: [
      ...header,
      ['stock',                 alpha(8)],
      ['marketCode',            char],
      ['operationalHaltAction', char],
    ],
  } as const satisfies Layout, ITCH),

  addOrder: compileCodec({
    name: 'Add Order', type: 'A',
    fields: [
      ...header,
      ['orderReferenceNumber', u64],
      ['side',                 char],  // B S
      ['shares',               u32],
      ['stock',                alpha(8)],
      ['price',                price4],
    ],
  } as const satisfies Layout, ITCH),

  addOrderWithMpid: compileCodec({
    name: 'Add Order with MPID', type: 'F',
    fields: [
      ...header,
      ['orderReferenceNumber', u64],
      ['side',                 char],
      ['shares',               u32],
      ['stock',                alpha(8)],
      ['price',                price4],
      ['attribution',          alpha(4)],
    ],
  } as const satisfies Layout, ITCH),

  orderExecuted: compileCodec({
    name: 'Order Executed', type: 'E',
    fields: [
      ...header,
      ['orderReferenceNumber', u64],
      ['executedShares',       u32],
      ['matchNumber',          u64],
    ],
  } as const satisfies Layout, ITCH),

  orderExecutedWithPrice: compileCodec({
    name: 'Order Executed With Price', type: 'C',
    fields: [
      ...header,
      ['orderReferenceNumber', u64],
      ['executedShares',       u32],
      ['matchNumber',          u64],
      ['printable',            char],  // Y N
      ['executionPrice',       price4],
    ],
  } as const satisfies Layout, ITCH),

  orderCancel: compileCodec({
    name: 'Order Cancel', type: 'X',
    fields: [
      ...header,
      ['orderReferenceNumber', u64],
      ['canceledShares',       u32],
    ],
  } as const satisfies Layout, ITCH),

  orderDelete: compileCodec({
    name: 'Order Delete', type: 'D',
    fields: [
      ...header,
      ['orderReferenceNumber', u64],
    ],
  } as const satisfies Layout, ITCH),

  orderReplace: compileCodec({
    name: 'Order Replace', type: 'U',
    fields: [
      ...header,
      ['originalOrderReferenceNumber', u64],
      ['newOrderReferenceNumber',      u64],
      ['shares',                       u32],
      ['price',                        price4],
    ],
  } as const satisfies Layout, ITCH),

  trade: compileCodec({
    name: 'Trade', type: 'P',
    fields: [
      ...header,
      ['orderReferenceNumber', u64],
      ['side',                 char],
      ['shares',               u32],
      ['stock',                alpha(8)],
      ['price',                price4],
      ['matchNumber',          u64],
    ],
  } as const satisfies Layout, ITCH),

  crossTrade: compileCodec({
    name: 'Cross Trade', type: 'Q',
    fields: [
      ...header,
      ['shares',               u64],  // 64 bits here, 32 everywhere else
      ['stock',                alpha(8)],
      ['crossPrice',           price4],
      ['matchNumber',          u64],
      ['crossType',            char],
    ],
  } as const satisfies Layout, ITCH),

  brokenTrade: compileCodec({
    name: 'Broken Trade', type: 'B',
    fields: [
      ...header,
      ['matchNumber',          u64],
    ],
  } as const satisfies Layout, ITCH),

  netOrderImbalance: compileCodec({
    name: 'Net Order Imbalance', type: 'I',
    fields: [
      ...header,
      ['pairedShares',            u64],
      ['imbalanceShares',         u64],
      ['imbalanceDirection',      char],
      ['stock',                   alpha(8)],
      ['farPrice',                price4],
      ['nearPrice',               price4],
      ['currentReferencePrice',   price4],
      ['crossType',               char],
      ['priceVariationIndicator', char],
    ],
  } as const satisfies Layout, ITCH),

  retailInterest: compileCodec({
    name: 'Retail Price Improvement Indicator', type: 'N',
    fields: [
      ...header,
      ['stock',                alpha(8)],
      ['interestFlag',         char],
    ],
  } as const satisfies Layout, ITCH),

  directListing: compileCodec({
    name: 'Direct Listing Price Discovery', type: 'O',
    fields: [
      ...header,
      ['stock',                   alpha(8)],
      ['openEligibilityStatus',   char],
      ['minimumAllowablePrice',   price4],
      ['maximumAllowablePrice',   price4],
      ['nearExecutionPrice',      price4],
      ['nearExecutionTimeNs',     u64],
      ['lowerPriceRangeCollar',   price4],
      ['upperPriceRangeCollar',   price4],
    ],
  } as const satisfies Layout, ITCH),
} as const

type Itch50 = typeof itch50
type MessageWithType<L extends Layout> = { readonly type: L['type'] } & MessageOf<L>

/** A decoded message: its type character and its fields; `type` tells which. */
export type ItchMessage = {
  [Name in keyof Itch50]: MessageWithType<Itch50[Name]['layout']>
}[keyof Itch50]

/** Bytes of the longest message, Net Order Imbalance. */
export const ITCH_MESSAGE_BYTES_MAX = 50

const messageBytes = new Uint8Array(128)
for (const { layout, length } of Object.values(itch50))
  messageBytes[layout.type.charCodeAt(0)] = length

/** Bytes of a message by the character code of its type, 0..127; 0 for an unknown type. */
export const itchMessageBytes = (type: number): number => messageBytes[type]!
