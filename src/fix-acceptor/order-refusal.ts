/**
 * Why an order or a request is refused before the engine sees it: it names what is not here, says
 * what a record cannot hold, or wants what is not offered. docs/protocols/order-entry.md.
 */
import { isForAuction, OrdType, Side, TimeInForce } from '../domain/index.ts'
import type { FixMessage } from '../fix/index.ts'
import { fieldOf, legible, MsgType, Tag } from '../fix/index.ts'
import { ECHO_CHARACTERS_MAX } from './echo.ts'
import { contradictoryCondition, missingCondition } from './order-conditions.ts'
import { OrderFields } from './order-fields.ts'
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

const OFFERED_TYPES: readonly number[] = Object.values(OrdType)
const OFFERED_TIMES_IN_FORCE: readonly number[] = Object.values(TimeInForce)
/** Of orders for one auction. */
const AUCTION_TYPES: readonly number[] = [OrdType.Market, OrdType.Limit]

export class OrderRefusals {
  /** Of the order that was judged last. */
  readonly fields = new OrderFields()
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
    const { fields } = this
    fields.read(message)
    const side = message.byte(Tag.Side)
    if (side !== Side.Buy && side !== Side.Sell) return notOffered(message, Tag.Side, unsupported)
    const ordType = message.byte(Tag.OrdType)
    if (!OFFERED_TYPES.includes(ordType)) return notOffered(message, Tag.OrdType, unsupported)
    const timeInForce = timeInForceOf(message)
    if (!OFFERED_TIMES_IN_FORCE.includes(timeInForce)) {
      return { fixCode: unsupported, text: 'Unsupported TimeInForce' }
    }
    if (isForAuction(timeInForce) && !AUCTION_TYPES.includes(ordType)) {
      return typeNotForAuction(message, unsupported)
    }
    const tag =
      fields.notOffered ||
      this.foreignCurrencyTag(message, locate) ||
      (fields.hasConditions ? contradictoryCondition(message) : 0)
    if (tag > 0) return notOffered(message, tag, unsupported)
    if (!message.has(Tag.OrderQty)) return missing(Tag.OrderQty)
    return this.ofPrice(message, ordType, unsupported) ?? missingConditionOf(message)
  }

  private ofPrice(message: FixMessage, ordType: number, unsupported: number): Refusal | undefined {
    const isLimited = ordType === OrdType.Limit || ordType === OrdType.StopLimit
    if (isLimited) return message.has(Tag.Price) ? undefined : missing(Tag.Price)
    // What was left over has a price that a replacement may change.
    const isLeftOver =
      ordType === OrdType.MarketWithLeftOverAsLimit &&
      message.msgType === MsgType.OrderCancelReplaceRequest
    if (!message.has(Tag.Price) || isLeftOver) return undefined
    return notOffered(message, Tag.Price, unsupported)
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

function missingConditionOf(message: FixMessage): Refusal | undefined {
  const tag = missingCondition(message)
  return tag === 0 ? undefined : missing(tag)
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

const typeNotForAuction = (message: FixMessage, fixCode: number): Refusal => ({
  fixCode,
  text: `Unsupported order characteristic: ${described(message, Tag.OrdType)} with ${described(message, Tag.TimeInForce)}`,
})

/** `Side(54)=5` */
const described = (message: FixMessage, tag: number): string =>
  `${nameOf(tag)}=${legible(message.string(tag)!, ECHO_CHARACTERS_MAX)}`

/** `Side(54)`; a tag that FIX does not have is only its number. */
export const nameOf = (tag: number): string => `${fieldOf(tag)?.name ?? 'Tag'}(${tag})`
