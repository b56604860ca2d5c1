/**
 * The integers that an exchange counts in. A flavour keeps a Price from being passed as a Quantity
 * while plain integers from typed arrays still fit without a cast.
 */
declare const flavour: unique symbol
type Flavoured<Name extends string> = number & { readonly [flavour]?: Name }

/** Integer in 1/10,000 of the currency, 1..PRICE_MAX; 0 where an order has none (ITCH Price(4)). */
export type Price = Flavoured<'Price'>
/** Integer count of shares, 0..QUANTITY_MAX. */
export type Quantity = Flavoured<'Quantity'>
/** OrderID(37): rises over the exchange's whole life; also the order's first ITCH order reference. */
export type OrderId = Flavoured<'OrderId'>
/** ITCH order reference number; a replacement that loses priority gets a new one. */
export type OrderReference = Flavoured<'OrderReference'>
/** ExecID(17): rises by one per ExecutionReport over the exchange's whole life. */
export type ExecId = Flavoured<'ExecId'>
/** ITCH match number, SecondaryExecID(527): one per execution, shared by both sides. */
export type MatchNumber = Flavoured<'MatchNumber'>
/** Index of a session in the configuration in force, 1..; 0 means none. */
export type SessionIndex = Flavoured<'SessionIndex'>
/** ITCH stock locate: index of an instrument in the configuration in force, 1..65535. */
export type StockLocate = Flavoured<'StockLocate'>
/** Logical offset in the journal: the bytes of all groups before it. */
export type JournalPosition = Flavoured<'JournalPosition'>

/** Implied decimals of a Price. */
export const PRICE_DECIMALS = 4
/** 200,000.0000: the largest price that ITCH and an Int32 hold. */
export const PRICE_MAX = 2_000_000_000
export const QUANTITY_MAX = 1_000_000_000
/** Longest ClOrdID(11) accepted, in printable ASCII characters. */
export const CL_ORD_ID_MAX = 20
/** Longest symbol: ITCH alpha(8). */
export const SYMBOL_MAX = 8
