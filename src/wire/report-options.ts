/**
 * How a session wants to be told. Part of the configuration in force: the engine puts what the print
 * depends on into every record as one byte, the dialect, so that a message sent again a year later
 * has the body that it had. 0 is what journals from before the options have.
 */
export const TIMESTAMP_PRECISIONS = [
  'milliseconds',
  'seconds',
  'microseconds',
  'nanoseconds',
] as const
/** By code of the precision. */
const DECIMALS = [3, 0, 6, 9] as const

export interface ReportOptions {
  /** Of every UTCTimestamp. */
  readonly timestampPrecision: (typeof TIMESTAMP_PRECISIONS)[number]
  /** Values of later versions of FIX and of other venues, such as 378 from 100 on. */
  readonly extendedCodes: boolean
  /** ExecType(150) and OrdStatus(39) of what an IOC, FOK or market order could not trade. */
  readonly expiredAs: 'canceled' | 'expired'
  /** ExecType(150) A, 6 and E before the reports that follow at once anyway. */
  readonly includePendings: boolean
  /** ExecType(150) D with 378=1 for each order that is carried into a day. */
  readonly restateGoodTill?: boolean
  /** ExecType(150) and OrdStatus(39) 3 of a day order that ends with its day, in place of C. */
  readonly doneForDay?: boolean
  /** 424, 425 and 426 in the reports of an order from its second day on; journals from before have none. */
  readonly dayQuantities?: boolean
}

export const REPORT_DEFAULTS: ReportOptions = {
  timestampPrecision: 'milliseconds',
  extendedCodes: false,
  expiredAs: 'canceled',
  includePendings: false,
  dayQuantities: true,
}

/**
 * bits 0-1 precision · bit 2 extended codes · of an order event: bit 3, its order has conditions; bit 4,
 * `dayQuantities` follow
 */
const PRECISION_BITS = 3
const EXTENDED_BIT = 4
export const CONDITIONS_BIT = 8
export const DAY_BIT = 16

export const dialectOf = ({ timestampPrecision, extendedCodes }: ReportOptions): number =>
  TIMESTAMP_PRECISIONS.indexOf(timestampPrecision) | (extendedCodes ? EXTENDED_BIT : 0)

/** Decimals of a second in a dialect's timestamps. */
export const decimalsOf = (dialect: number): number => DECIMALS[dialect & PRECISION_BITS]!

export const hasExtendedCodes = (dialect: number): boolean => (dialect & EXTENDED_BIT) !== 0

export const hasConditions = (dialect: number): boolean => (dialect & CONDITIONS_BIT) !== 0

export const hasDayQuantities = (dialect: number): boolean => (dialect & DAY_BIT) !== 0
