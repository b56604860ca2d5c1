/** What an instrument is worth as far as the exchange knows: auctions and the index of the breaker ask it. */
import type { Market } from './state.ts'

/** The last price, and before there is one that of the instrument. */
export const referenceOf = ({ lastPrice, instrument }: Market): number =>
  lastPrice || instrument.referencePrice
