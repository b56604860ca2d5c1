/**
 * What a value read from either driver becomes: counts are numbers (all stay below 2^53), and money,
 * times, dates and JSON stay the text that PostgreSQL printed, so that nothing is rounded.
 */
const OID = {
  boolean: 16,
  bigint: 20,
  smallint: 21,
  integer: 23,
  json: 114,
  real: 700,
  double: 701,
  date: 1082,
  timestamptz: 1184,
  numeric: 1700,
} as const

export const PARSED_TYPES = Object.values(OID)

type Parser = (text: string) => unknown

const asNumber: Parser = (text) => {
  const value = Number(text)
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return text
  return value
}

/** @param type oid of a PostgreSQL type; the text itself for types not listed */
export function parserOf(type: number): Parser {
  switch (type) {
    case OID.boolean:
      return (text) => text === 't'
    case OID.bigint:
    case OID.smallint:
    case OID.integer:
    case OID.real:
    case OID.double:
      return asNumber
    default:
      return (text) => text
  }
}
