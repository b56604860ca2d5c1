/**
 * The tables of schema `buttonwood`, column by column: bulk inserts, queries, the comparison with
 * the journal and the TypeScript types follow from these lists. A column's type ends in `?` when it
 * may be null. FIX enumerations are stored as FIX spells them (side '1', exec_type 'F'); prices are
 * numeric, written from scaled integers as text; a time is `timestamptz` (microseconds, all that
 * PostgreSQL holds) with the nanoseconds of its second beside it.
 */
export type ColumnType =
  'bigint' | 'integer' | 'boolean' | 'numeric' | 'text' | 'timestamptz' | 'date' | 'json'

type Column = ColumnType | `${ColumnType}?`

export interface Table {
  readonly name: string
  readonly key: readonly string[]
  /** Columns of the unique index where they are more than the key: a partition's column is in it. */
  readonly unique?: readonly string[]
  readonly columns: Readonly<Record<string, Column>>
}

type Value<C extends Column> = C extends `${infer Type}?`
  ? Value<Type & ColumnType> | null
  : C extends 'bigint' | 'integer'
    ? number
    : C extends 'boolean'
      ? boolean
      : string

/** A row as it is written and read back; property names are the column names. */
export type RowOf<T extends Table> = { -readonly [C in keyof T['columns']]: Value<T['columns'][C]> }

// One row per ExecutionReport(8) that has an ExecID(17).
// prettier-ignore
export const executions = {
  name: 'executions', key: ['exec_id'],
  columns: {
    exec_id:                 'bigint',
    time:                    'timestamptz',  // TransactTime(60)
    nanoseconds:             'integer',      // of the second of `time`, 0..999,999,999
    trading_date:            'date?',
    session:                 'text',
    firm:                    'text',
    account:                 'text?',
    msg_seq_num:             'bigint',       // outbound MsgSeqNum(34)
    order_id:                'bigint?',      // null where OrderID(37) is NONE
    order_reference:         'bigint?',      // SecondaryOrderID(198), the feed's order reference
    symbol:                  'text?',
    side:                    'text?',
    ord_type:                'text?',
    time_in_force:           'text?',
    exec_type:               'text',
    ord_status:              'text',
    order_qty:               'numeric?',     // whole shares; a refusal keeps what was asked
    price:                   'numeric?',
    last_qty:                'bigint?',
    last_px:                 'numeric?',
    cum_qty:                 'bigint',
    leaves_qty:              'bigint',
    avg_px:                  'numeric',
    cl_ord_id:               'text?',
    orig_cl_ord_id:          'text?',
    match_number:            'bigint?',      // SecondaryExecID(527), the feed's match number
    last_liquidity_ind:      'text?',
    reason:                  'integer?',     // the exchange's own code
    ord_rej_reason:          'integer?',
    exec_restatement_reason: 'integer?',
    text:                    'text?',
    stop_px:                 'numeric?',
    exec_inst:               'text?',        // values of ExecInst(18), a space between them
    min_qty:                 'numeric?',
    max_floor:               'numeric?',
    expire_date:             'date?',
    expire_time:             'timestamptz?',
    working:                 'boolean?',     // WorkingIndicator(636) of a stop, or at the close; false while it is in line
    exec_ref_id:             'bigint?',      // ExecRefID(19) of a bust or a correction
    prior_qty:               'bigint?',      // LastQty(32) that the execution had before it
    prior_px:                'numeric?',
    prior_match:             'bigint?',      // match number that it had
  },
} as const satisfies Table

// The latest state of every order that was accepted, in the partition of the day of its entry.
// prettier-ignore
export const orders = {
  name: 'orders', key: ['order_id'], unique: ['order_id', 'trading_date'],
  columns: {
    order_id:          'bigint',
    order_reference:   'bigint',
    trading_date:      'date?',       // of its entry
    session:           'text',
    firm:              'text',
    account:           'text?',
    symbol:            'text?',
    side:              'text?',
    ord_type:          'text?',
    time_in_force:     'text?',
    ord_status:        'text',
    order_qty:         'numeric?',
    price:             'numeric?',
    cum_qty:           'bigint',
    leaves_qty:        'bigint',
    avg_px:            'numeric',
    cl_ord_id:         'text?',       // the last accepted one
    first_time:        'timestamptz',
    first_nanoseconds: 'integer',
    last_time:         'timestamptz',
    last_nanoseconds:  'integer',
    last_exec_id:      'bigint',
    stop_px:           'numeric?',
    exec_inst:         'text?',
    min_qty:           'numeric?',
    max_floor:         'numeric?',
    expire_date:       'date?',
    expire_time:       'timestamptz?',
    working:           'boolean?',
  },
} as const satisfies Table

// Each ClOrdID(11) that an order took: of its entry, its replacements, and the request that canceled it.
// prettier-ignore
export const orderChain = {
  name: 'order_chain', key: ['exec_id'],
  columns: {
    exec_id:        'bigint',       // of the report that accepted it
    order_id:       'bigint',
    cl_ord_id:      'text',
    orig_cl_ord_id: 'text?',
    session:        'text',
    time:           'timestamptz',
    nanoseconds:    'integer',
    trading_date:   'date?',
  },
} as const satisfies Table

// One row per match.
// prettier-ignore
export const trades = {
  name: 'trades', key: ['match_number'],
  columns: {
    match_number:   'bigint',
    time:           'timestamptz',
    nanoseconds:    'integer',
    trading_date:   'date?',
    symbol:         'text?',
    price:          'numeric',
    quantity:       'bigint',
    aggressor_side: 'text?',          // side of the order that removed liquidity; null in an auction
    buy_order_id:   'bigint',
    buy_exec_id:    'bigint',
    buy_session:    'text',
    buy_firm:       'text',
    buy_account:    'text?',
    buy_cl_ord_id:  'text?',
    sell_order_id:  'bigint',
    sell_exec_id:   'bigint',
    sell_session:   'text',
    sell_firm:      'text',
    sell_account:   'text?',
    sell_cl_ord_id: 'text?',
  },
} as const satisfies Table

// One row per trade that was busted or corrected: it is no more, or has another match number now.
// prettier-ignore
export const tradeCorrections = {
  name: 'trade_corrections', key: ['exec_id'],
  columns: {
    exec_id:      'bigint',       // of the buyer's report
    match_number: 'bigint',       // of the trade as it was
    becomes:      'bigint?',      // match number that it has now; null = busted
    time:         'timestamptz',
    nanoseconds:  'integer',
    trading_date: 'date?',        // of the correction
    symbol:       'text?',
    text:         'text?',        // Text(58) of both reports
  },
} as const satisfies Table

// What each instrument traded in a second (1s) or a minute (1m); none where it did not trade.
// prettier-ignore
export const bars = {
  name: 'bars', key: ['symbol', 'width', 'start'],
  columns: {
    symbol:            'text',
    width:             'text',        // 1s, 1m
    start:             'timestamptz', // a whole second or minute of UTC, by the time of the trades
    trading_date:      'date?',       // of its first trade
    open:              'numeric',
    high:              'numeric',
    low:               'numeric',
    close:             'numeric',
    volume:            'bigint',
    trades:            'bigint',      // each match once
    notional:          'numeric',     // sum of price × quantity, exact
    last_match_number: 'bigint',
  },
} as const satisfies Table

// What each instrument came to on a trading day, whether it traded or not.
// prettier-ignore
export const daySummaries = {
  name: 'day_summaries', key: ['trading_date', 'symbol'],
  columns: {
    trading_date:      'date',
    symbol:            'text',
    open:              'numeric?',   // of its trades; null while there is none
    high:              'numeric?',
    low:               'numeric?',
    close:             'numeric?',
    opening_price:     'numeric?',   // of the opening auction; null when nothing crossed, or there was none
    opening_volume:    'bigint?',    // null when there was none
    closing_price:     'numeric?',
    closing_volume:    'bigint?',
    volume:            'bigint',
    trades:            'bigint',     // each match once
    turnover:          'numeric',    // sum of price × quantity, exact
    orders_carried:    'bigint',     // of earlier days, alive when the day opened
    orders_entered:    'bigint',     // accepted
    orders_canceled:   'bigint',
    orders_expired:    'bigint',
    closed:            'boolean',    // the day is over
    last_group_number: 'bigint',     // of its last change
  },
} as const satisfies Table

// What a session bought and sold for an account on a day: sums of its fills.
// prettier-ignore
export const positionSums = {
  name: 'position_sums', key: ['trading_date', 'session', 'firm', 'account', 'symbol'],
  columns: {
    trading_date: 'date?',
    session:      'text',
    firm:         'text',
    account:      'text?',
    symbol:       'text?',
    bought:       'bigint',
    sold:         'bigint',
    bought_value: 'numeric',  // sum of price × quantity, exact
    sold_value:   'numeric',
    last_exec_id: 'bigint',   // of its last fill
  },
} as const satisfies Table

// Every FIX message to a counterparty that is not a row of executions; the key is the place in the
// journal.
// prettier-ignore
export const messages = {
  name: 'messages', key: ['group_number', 'event_index'],
  columns: {
    group_number:   'bigint',
    event_index:    'integer',
    time:           'timestamptz',
    nanoseconds:    'integer',
    trading_date:   'date?',
    session:        'text',
    firm:           'text',
    msg_seq_num:    'bigint',    // outbound MsgSeqNum(34)
    msg_type:       'text',      // MsgType(35)
    order_id:       'bigint?',   // null where OrderID(37) is NONE
    cl_ord_id:      'text?',
    orig_cl_ord_id: 'text?',
    ref_seq_num:    'bigint?',   // RefSeqNum(45)
    ref_msg_type:   'text?',     // RefMsgType(372)
    request_id:     'text?',     // of the request it answers: 379, 112, 790, 584, 320, 324, 335 or 262
    reason:         'integer?',  // 373, 380, 102, 532 or 103
    text:           'text?',
  },
} as const satisfies Table

// What happened to the FIX sessions; the key is the place in the journal.
// prettier-ignore
export const sessions = {
  name: 'sessions', key: ['group_number', 'event_index'],
  columns: {
    group_number:         'bigint',
    event_index:          'integer',
    time:                 'timestamptz',
    nanoseconds:          'integer',
    session:              'text',
    firm:                 'text',
    event:                'text',      // logon, logout, disconnect, reset
    sequence_reset:       'boolean',   // numbers start again at 1
    graceful:             'boolean?',  // a disconnect after a Logout handshake
    msg_seq_num:          'bigint?',   // outbound MsgSeqNum(34) of the Logon or Logout
    expected_msg_seq_num: 'bigint',    // inbound MsgSeqNum(34) expected next
    reason:               'text?',
  },
} as const satisfies Table

// The days that opened; a partition of executions, orders and trades each.
// prettier-ignore
export const tradingDays = {
  name: 'trading_days', key: ['trading_date'],
  columns: {
    trading_date:   'date',
    after_order_id: 'bigint',   // highest OrderID(37) accepted before it opened; 0 = none
  },
} as const satisfies Table

// Every configuration that came into force, as the journal holds it.
// prettier-ignore
export const configuration = {
  name: 'configuration', key: ['group_number'],
  columns: {
    group_number:  'bigint',
    time:          'timestamptz',
    nanoseconds:   'integer',
    configuration: 'json',
  },
} as const satisfies Table

// What `dropcopy archive` put into files and took out of the database.
// prettier-ignore
export const archived = {
  name: 'archived', key: ['trading_date', 'table_name'],
  columns: {
    trading_date:    'date',
    table_name:      'text',
    row_count:       'bigint',
    sha256:          'text',    // of its file
    manifest_sha256: 'text',
    directory:       'text',    // where the day was written
  },
} as const satisfies Table

// How far a reader came; written in the transaction of the rows that brought it there.
// prettier-ignore
export const applied = {
  name: 'applied', key: ['reader'],
  columns: {
    reader:       'text',
    journal_id:   'text',
    group_number: 'bigint',
    crc:          'bigint',
    position:     'bigint',       // journal bytes applied
    time:         'timestamptz',  // of the last group applied
    trading_date: 'date?',
    messages_after: 'bigint',   // `messages` has nothing of the groups up to this one
    summaries_after: 'date?',   // `day_summaries` has no day up to this one
  },
} as const satisfies Table

export const SCHEMA = 'buttonwood'
export const tables = {
  executions,
  orders,
  order_chain: orderChain,
  trades,
  trade_corrections: tradeCorrections,
  position_sums: positionSums,
  bars,
  day_summaries: daySummaries,
  messages,
  sessions,
  trading_days: tradingDays,
  configuration,
  archived,
  applied,
} as const
export type TableName = keyof typeof tables

export type ExecutionRow = RowOf<typeof executions>
export type OrderRow = RowOf<typeof orders>
export type OrderChainRow = RowOf<typeof orderChain>
export type TradeRow = RowOf<typeof trades>
export type TradeCorrectionRow = RowOf<typeof tradeCorrections>
export type PositionSumRow = RowOf<typeof positionSums>
export type BarRow = RowOf<typeof bars>
export type DaySummaryRow = RowOf<typeof daySummaries>
export type MessageRow = RowOf<typeof messages>
export type SessionRow = RowOf<typeof sessions>
export type TradingDayRow = RowOf<typeof tradingDays>
export type ConfigurationRow = RowOf<typeof configuration>
export type ArchivedRow = RowOf<typeof archived>
export type AppliedRow = RowOf<typeof applied>

/** What kysely knows of the schema. */
export interface DropCopySchema {
  executions: ExecutionRow
  orders: OrderRow
  order_chain: OrderChainRow
  trades: TradeRow
  trade_corrections: TradeCorrectionRow
  position_sums: PositionSumRow
  bars: BarRow
  day_summaries: DaySummaryRow
  messages: MessageRow
  sessions: SessionRow
  trading_days: TradingDayRow
  configuration: ConfigurationRow
  archived: ArchivedRow
  applied: AppliedRow
}
