/**
 * The instruments as SecurityList(y) tells them, in fragments that every client's buffer takes: written
 * once for a configuration, copied into each answer.
 */
import type { Instrument } from '../domain/index.ts'
import { formatPrice } from '../domain/index.ts'
import { FieldWriter, Tag } from '../fix/index.ts'
import { ECHO_CHARACTERS_MAX } from './echo.ts'

const FRAGMENT_INSTRUMENTS_MAX = 100
/** InstrAttribType(871): the value is text. */
const ATTRIBUTE_IS_TEXT = 99
const COMMON_STOCK = 'CS'
const EQUITY = 5

export interface Fragment {
  /** NoRelatedSym(146) and its entries. */
  readonly fields: Uint8Array
  readonly isLast: boolean
}

/** @param mic SecurityExchange(207); undefined where the journal has no market */
export function fragmentsOf(instruments: readonly Instrument[], mic?: string): Fragment[] {
  const fragments: Fragment[] = []
  for (let from = 0; from < instruments.length; from += FRAGMENT_INSTRUMENTS_MAX) {
    const to = from + FRAGMENT_INSTRUMENTS_MAX
    const fields = fieldsOf(instruments.slice(from, to), mic)
    fragments.push({ fields, isLast: to >= instruments.length })
  }
  return fragments
}

function fieldsOf(instruments: readonly Instrument[], mic: string | undefined): Uint8Array {
  const fields = new FieldWriter()
  fields.int(Tag.NoRelatedSym, instruments.length)
  for (const instrument of instruments) writeEntry(fields, instrument, mic)
  return fields.bytes.slice(0, fields.length)
}

function writeEntry(fields: FieldWriter, instrument: Instrument, mic: string | undefined): void {
  const { symbol, description, currency, tickSize, lotSize } = instrument
  fields.string(Tag.Symbol, symbol)
  fields.int(Tag.Product, EQUITY)
  fields.string(Tag.SecurityType, COMMON_STOCK)
  if (mic !== undefined) fields.string(Tag.SecurityExchange, mic)
  if (description !== '') fields.string(Tag.SecurityDesc, printableAscii(description))
  // FIX 4.4 has no field for the tick. A tag of our own inside the group, or a later version's, ends
  // the group for a client that reads it by the standard's dictionary; an attribute in text does not.
  fields.int(Tag.NoInstrAttrib, 1)
  fields.int(Tag.InstrAttribType, ATTRIBUTE_IS_TEXT)
  fields.string(Tag.InstrAttribValue, `MinPriceIncrement=${formatPrice(tickSize)}`)
  fields.string(Tag.Currency, currency)
  fields.int(Tag.RoundLot, lotSize)
  fields.int(Tag.MinTradeVol, lotSize)
}

/** An operator may describe an instrument in any language; a FIX text is bytes. */
const printableAscii = (text: string): string =>
  text.slice(0, ECHO_CHARACTERS_MAX).replaceAll(/[^\u0020-\u007e]/g, '?')
