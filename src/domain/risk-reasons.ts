/**
 * Why a limit of pre-trade risk refuses: one row a limit, the same for a new order, where it is an
 * OrdRejReason(103), and for a replacement, where CxlRejReason(102) is always 99. `{asked}` is what it
 * would have come to, `{limit}` what is allowed, `{scope}` whose limit it is: they may be larger than
 * a record's two values, so the Text stands behind the record in full. docs/operations/risk.md.
 */
interface RiskRow {
  readonly ordRejReason: number
  readonly text: string
}

// prettier-ignore
export const RISK_ROWS = {
  Killed:               { ordRejReason: 0,  text: 'Trading is blocked for {scope}' },
  SymbolRestricted:     { ordRejReason: 0,  text: 'Symbol {asked} is restricted for {scope}' },
  OrderQtyLimit:        { ordRejReason: 3,  text: 'Order exceeds limit: order quantity {asked} above {limit} of {scope}' },
  OrderNotionalLimit:   { ordRejReason: 3,  text: 'Order exceeds limit: order notional {asked} above {limit} of {scope}' },
  PriceCollar:          { ordRejReason: 99, text: 'Price(44) {asked} outside collar {limit} of {scope}' },
  DuplicateOrder:       { ordRejReason: 6,  text: 'Duplicate order: the same {asked} ms before, within {limit} ms of {scope}' },
  OpenOrdersLimit:      { ordRejReason: 3,  text: 'Order exceeds limit: open orders {asked} above {limit} of {scope}' },
  GrossOpenOfSymbol:    { ordRejReason: 3,  text: 'Order exceeds limit: gross open notional of the symbol {asked} above {limit} of {scope}' },
  GrossOpen:            { ordRejReason: 3,  text: 'Order exceeds limit: gross open notional {asked} above {limit} of {scope}' },
  NetOpenOfSymbol:      { ordRejReason: 3,  text: 'Order exceeds limit: net open notional of the symbol {asked} above {limit} of {scope}' },
  NetOpen:              { ordRejReason: 3,  text: 'Order exceeds limit: net open notional {asked} above {limit} of {scope}' },
  PositionLimit:        { ordRejReason: 3,  text: 'Order exceeds limit: position {asked} beyond {limit} of {scope}' },
  ShortSale:            { ordRejReason: 3,  text: 'Order exceeds limit: open sells {asked} above position {limit} of {scope}, which may not sell short' },
  BuyingPower:          { ordRejReason: 3,  text: 'Order exceeds limit: buying power used {asked} above {limit} of {scope}' },
  BuyingPowerUnbounded: { ordRejReason: 3,  text: 'Order exceeds limit: a market order to buy without a price collar, buying power {limit} of {scope}' },
} as const satisfies Record<string, RiskRow>

/** A row of the table: key of both RejectReason and CancelRejectReason. */
export type RiskProblem = keyof typeof RISK_ROWS

export interface RiskReason {
  readonly code: number
  readonly fixCode: number
  readonly text: string
  readonly values: 'behind'
}

const OTHER = 99

/** The rows as reasons whose codes rise from `firstCode`. */
function reasonsFrom(
  firstCode: number,
  fixCodeOf: (row: RiskRow) => number,
): Readonly<Record<RiskProblem, RiskReason>> {
  const reasons = Object.entries<RiskRow>(RISK_ROWS).map(([name, row], index) => [
    name,
    { code: firstCode + index, fixCode: fixCodeOf(row), text: row.text, values: 'behind' as const },
  ])
  return Object.fromEntries(reasons) as Record<RiskProblem, RiskReason>
}

export const riskRejectReasons = reasonsFrom(100, ({ ordRejReason }) => ordRejReason)
export const riskCancelRejectReasons = reasonsFrom(128, () => OTHER)
