/**
 * What each field of NewOrderSingle(D) and OrderCancelReplaceRequest(G) is to this venue. A field
 * that changes what the order does, or what a trade of it means, and that is not offered, is refused:
 * ignoring it would do something that nobody asked for. docs/protocols/order-entry.md lists the same.
 */
import type { FixMessage } from '../fix/index.ts'
import { Tag, textOf } from '../fix/index.ts'
import { CONDITION_TAGS, STP_TAGS } from './order-conditions.ts'

/** Fields that the order is made of. */
export const READ: readonly number[] = [
  Tag.ClOrdID,
  Tag.OrigClOrdID,
  Tag.OrderID,
  Tag.Account,
  Tag.Symbol,
  Tag.SecurityID,
  Tag.SecurityIDSource,
  Tag.Side,
  Tag.OrderQty,
  Tag.OrdType,
  Tag.Price,
  Tag.TimeInForce,
  ...CONDITION_TAGS,
  Tag.Currency,
  Tag.SettlCurrency,
]

/** Refused whatever they say. */
// prettier-ignore
export const REFUSED: readonly number[] = [
  // How it executes and when.
  Tag.ExDestination, Tag.EffectiveTime, Tag.OrigOrdModTime,
  Tag.TargetStrategy, Tag.TargetStrategyParameters, Tag.ParticipationRate,
  // Pegged and discretionary prices.
  Tag.PegOffsetValue, Tag.PegMoveType, Tag.PegOffsetType, Tag.PegLimitType, Tag.PegRoundDirection,
  Tag.PegScope, Tag.DiscretionInst, Tag.DiscretionOffsetValue, Tag.DiscretionMoveType,
  Tag.DiscretionOffsetType, Tag.DiscretionLimitType, Tag.DiscretionRoundDirection,
  Tag.DiscretionScope,
  // Prices as spread or yield.
  Tag.Spread, Tag.BenchmarkCurveCurrency, Tag.BenchmarkCurveName, Tag.BenchmarkCurvePoint,
  Tag.BenchmarkPrice, Tag.BenchmarkPriceType, Tag.BenchmarkSecurityID, Tag.BenchmarkSecurityIDSource,
  Tag.YieldType, Tag.Yield, Tag.YieldCalcDate, Tag.YieldRedemptionDate, Tag.YieldRedemptionPrice,
  Tag.YieldRedemptionPriceType,
  // Quantities in money or percent, and the second leg of a swap.
  Tag.CashOrderQty, Tag.OrderPercent, Tag.RoundingDirection, Tag.RoundingModulus,
  Tag.SettlDate2, Tag.OrderQty2, Tag.Price2,
  // Another settlement than the market's.
  Tag.SettlDate,
  // An instrument that only shares the symbol: a derivative, a bond, when issued.
  Tag.SymbolSfx, Tag.MaturityMonthYear, Tag.MaturityDate, Tag.PutOrCall, Tag.StrikePrice,
  Tag.StrikeCurrency, Tag.OptAttribute, Tag.ContractMultiplier, Tag.ContractSettlMonth,
  Tag.CouponRate, Tag.RepoCollateralSecurityType, Tag.RepurchaseTerm, Tag.RepurchaseRate,
  // A repurchase agreement.
  Tag.AgreementDesc, Tag.AgreementID, Tag.AgreementDate, Tag.AgreementCurrency, Tag.TerminationType,
  Tag.StartDate, Tag.EndDate, Tag.DeliveryType, Tag.MarginRatio,
]

/** Refused unless they say what is done anyway. */
export const REFUSED_UNLESS: ReadonlyMap<number, RegExp> = new Map([
  [Tag.HandlInst, /^[12]$/], // automated
  [Tag.SettlType, /^0$/], // regular
  [Tag.CashMargin, /^1$/], // cash
  [Tag.PriceType, /^0*2$/], // per share
  [Tag.QtyType, /^0+$/], // units
  [Tag.BookingType, /^0+$/], // regular
  [Tag.GTBookingInst, /^0+$/], // on the day of execution
  [Tag.ForexReq, /^N$/],
  [Tag.CancellationRights, /^[NMO]$/], // no
  [Tag.SecurityType, /^(?:CS|PS)$/], // shares
  [Tag.Product, /^0*5$/], // equity
  [Tag.CFICode, /^E/], // equity
  [Tag.NoTradingSessions, /^0+$/],
  [Tag.NoUnderlyings, /^0+$/],
  [Tag.NoStipulations, /^0+$/],
])

/** Left unread: who, for whom, why, at which cost, and what the instrument is besides its symbol. */
// prettier-ignore
export const UNREAD: readonly number[] = [
  Tag.TransactTime, Tag.SecondaryClOrdID, Tag.ClOrdLinkID, Tag.ListID, Tag.IOIID, Tag.QuoteID,
  Tag.NoPartyIDs, Tag.TradeOriginationDate, Tag.TradeDate, Tag.AcctIDSource, Tag.AccountType,
  Tag.DayBookingInst, Tag.BookingUnit, Tag.PreallocMethod, Tag.AllocID, Tag.NoAllocs,
  Tag.ClearingFeeIndicator, Tag.ProcessCode, Tag.PrevClosePx, Tag.LocateReqd, Tag.ComplianceID,
  Tag.SolicitedFlag, Tag.Commission, Tag.CommType, Tag.CommCurrency, Tag.FundRenewWaiv,
  Tag.OrderCapacity, Tag.OrderRestrictions, Tag.CustOrderCapacity, Tag.Text, Tag.EncodedTextLen,
  Tag.EncodedText, Tag.PositionEffect, Tag.CoveredOrUncovered, Tag.MoneyLaunderingStatus,
  Tag.RegistID, Tag.Designation,
  Tag.NoSecurityAltID, Tag.SecuritySubType, Tag.CouponPaymentDate, Tag.IssueDate, Tag.Factor,
  Tag.CreditRating, Tag.InstrRegistry, Tag.CountryOfIssue, Tag.StateOrProvinceOfIssue,
  Tag.LocaleOfIssue, Tag.RedemptionDate, Tag.SecurityExchange, Tag.Issuer, Tag.EncodedIssuerLen,
  Tag.EncodedIssuer, Tag.SecurityDesc, Tag.EncodedSecurityDescLen, Tag.EncodedSecurityDesc,
  Tag.Pool, Tag.CPProgram, Tag.CPRegType, Tag.NoEvents, Tag.DatedDate, Tag.InterestAccrualDate,
]

const TAGS = 8192
const REFUSED_KIND = 1
const CONDITION_KIND = 2
const kinds = new Uint8Array(TAGS)
for (const tag of [...REFUSED, ...REFUSED_UNLESS.keys()]) kinds[tag] = REFUSED_KIND
for (const tag of [...CONDITION_TAGS, ...STP_TAGS]) kinds[tag] = CONDITION_KIND

/** What the fields of an order say at a glance. */
export class OrderFields {
  /** The first field that is not offered; 0 = none. */
  notOffered = 0
  hasConditions = false

  read({ tags, fieldCount, bytes, valueStarts, valueEnds }: FixMessage): void {
    this.notOffered = 0
    this.hasConditions = false
    for (let index = 0; index < fieldCount; index++) {
      const tag = tags[index]!
      const kind = tag < TAGS ? kinds[tag] : 0
      if (kind === 0) continue
      if (kind === CONDITION_KIND) this.hasConditions = true
      else if (this.notOffered === 0) {
        const value = textOf(bytes, valueStarts[index]!, valueEnds[index]!)
        if (REFUSED_UNLESS.get(tag)?.test(value) !== true) this.notOffered = tag
      }
    }
  }
}
