/** What may happen to the orders of an instrument, in the codes of ITCH Stock Trading Action(H). */
const code = (character: string): number => character.charCodeAt(0)

export const TradingState = {
  /** Orders trade as they come. */
  Trading: code('T'),
  /** Nothing trades; a policy says what is taken. */
  Halted: code('H'),
  /** A trade would have been too far from the last ones: orders are collected until the pause is over. */
  Paused: code('P'),
  /** Orders are collected for an auction. */
  Collecting: code('Q'),
} as const

/** What an instrument that is halted takes. */
export const HALT_POLICIES = ['accept', 'cancel-only', 'reject'] as const
export type HaltPolicy = (typeof HALT_POLICIES)[number]
