/**
 * Why an order or a request is refused before the engine sees it: it names what is not here, says
 * what a record cannot hold, or wants what is not offered. docs/protocols/order-entry.md.
 */
import { OrdType, Side, TimeInForce } from '../domain/index.ts'
import type { FixMessage } from '../fix/index.ts'
import { fieldOf, legible, Tag } from '../fix/index.ts'
import { ECHO_CHARACTERS_MAX } from './echo.ts'
import { tagNotOffered } from './order-fields.ts'
import { isWellFormedId, timeInForceOf } from './order-values.ts'
import type { SymbolIndex } from './symbol-index.ts'

/** A refusal: OrdRejReason(103) or CxlRejReason(102), and Text(58). */
export interface Refusal {
  readonly fixCode: number
  readonly text: string
  /** A field is missing that another field of the message asks for. FIX 4.4 volume 2, case 14m. */
  readonly isConditional?: true
}

/** OrdRejReason(103), and CxlRejReason(102), which has no more than 99 for these. */
const UNKNOWN_SYMBOL = 1
const UNSUPPORTED = 11
const UNKNOWN_ACCOUNT = 15
const OTHER = 99

const EXCHANGE_SYMBOL = '8'.charCodeAt(0)

export class OrderRefusals {
  private readonly symbols: SymbolIndex

  constructor(symbols: SymbolIndex) {
    this.symbols = symbols
  }

  /**
   * Of a NewOrderSingle(D); undefined when there is none.
   * @param locate 0 = not listed
   * @param account number in the session's list, 0 = none; -1 = not there
   */
  ofNewOrder(message: FixMessage, locate: number, account: number): Refusal | undefined {
    if (!isWellFormedId(message, Tag.ClOrdID)) return badId(Tag.ClOrdID)
    if (locate === 0) return { fixCode: UNKNOWN_SYMBOL, text: 'Unknown symbol' }
    const contradiction = contradictionOfSecurityId(message, UNKNOWN_SYMBOL)
    if (contradiction !== undefined) return contradiction
    if (account < 0) return { fixCode: UNKNOWN_ACCOUNT, text: 'Unknown account' }
    return this.ofTerms(message, locate, UNSUPPORTED)
  }

  /** Of an OrderCancelRequest(F). */
  ofCancel(message: FixMessage): Refusal | undefined {
    if (!isWellFormedId(message, Tag.ClOrdID)) return badId(Tag.ClOrdID)
    if (!isWellFormedId(message, Tag.OrigClOrdID)) return badId(Tag.OrigClOrdID)
    return contradictionOfSecurityId(message, OTHER)
  }

  /** Of an OrderCancelReplaceRequest(G). */
  ofReplace(message: FixMessage, locate: number, account: number): Refusal | undefined {
    const refusal = this.ofCancel(message)
    if (refusal !== undefined) return refusal
    if (account < 0) return { fixCode: OTHER, text: 'Unknown account' }
    return this.ofTerms(message, locate, OTHER)
  }

  /** @param unsupported the code that says so: 103=11 for orders, 102=99 for replacements */
  private ofTerms(message: FixMessage, locate: number, unsupported: number): Refusal | undefined {
    const side = message.byte(Tag.Side)
    if (side !== Side.Buy && side !== Side.Sell) return notOffered(message, Tag.Side, unsupported)
    const ordType = message.byte(Tag.OrdType)
    if (ordType !== OrdType.Limit && ordType !== OrdType.Market) {
      return notOffered(message, Tag.OrdType, unsupported)
    }
    if (!isOfferedTimeInForce(timeInForceOf(message))) {
      return { fixCode: unsupported, text: 'Unsupported TimeInForce' }
    }
    const tag = tagNotOffered(message) || this.foreignCurrencyTag(message, locate)
    if (tag > 0) return notOffered(message, tag, unsupported)
    if (!message.has(Tag.OrderQty)) return missing(Tag.OrderQty)
    const hasPrice = message.has(Tag.Price)
    if (ordType === OrdType.Limit && !hasPrice) return missing(Tag.Price)
    if (ordType === OrdType.Market && hasPrice) return notOffered(message, Tag.Price, unsupported)
    return undefined
  }

  /** The field that names another currency than the instrument's; 0 = none, or no instrument. */
  private foreignCurrencyTag(message: FixMessage, locate: number): number {
    if (locate === 0) return 0
    for (const tag of CURRENCY_TAGS) {
      if (message.has(tag) && message.string(tag) !== this.symbols.currencyOf(locate)) return tag
    }
    return 0
  }
}

const CURRENCY_TAGS = [Tag.Currency, Tag.SettlCurrency]

/** SecurityID(48) and SecurityIDSource(22) must say Symbol(55) over again: no other id is known here. */
export function contradictionOfSecurityId(
  message: FixMessage,
  fixCode: number,
): Refusal | undefined {
  const { SecurityID, SecurityIDSource } = Tag
  if (!message.has(SecurityID) && !message.has(SecurityIDSource)) return undefined
  if (!message.has(SecurityID)) return missing(SecurityID)
  if (!message.has(SecurityIDSource)) return missing(SecurityIDSource)

  const isSymbol = message.byte(SecurityIDSource) === EXCHANGE_SYMBOL
  if (isSymbol && message.string(SecurityID) === message.string(Tag.Symbol)) return undefined
  const [id, source] = [described(message, SecurityID), described(message, SecurityIDSource)]
  return { fixCode, text: `Unknown symbol: ${id} with ${source} is not Symbol(55)` }
}

const badId = (tag: number): Refusal => ({ fixCode: OTHER, text: `${nameOf(tag)} too long` })

const missing = (tag: number): Refusal => ({
  fixCode: OTHER,
  text: `Conditionally required field missing: ${nameOf(tag)}`,
  isConditional: true,
})

const notOffered = (message: FixMessage, tag: number, fixCode: number): Refusal => ({
  fixCode,
  text: `Unsupported order characteristic: ${described(message, tag)}`,
})

/** `Side(54)=5` */
const described = (message: FixMessage, tag: number): string =>
  `${nameOf(tag)}=${legible(message.string(tag)!, ECHO_CHARACTERS_MAX)}`

/** `Side(54)`; a tag that FIX does not have is only its number. */
export const nameOf = (tag: number): string => `${fieldOf(tag)?.name ?? 'Tag'}(${tag})`

function isOfferedTimeInForce(timeInForce: number): boolean {
  return (
    timeInForce === TimeInForce.Day ||
    timeInForce === TimeInForce.GoodTillCancel ||
    timeInForce === TimeInForce.ImmediateOrCancel ||
    timeInForce === TimeInForce.FillOrKill
  )
}
