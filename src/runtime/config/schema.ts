/**
 * What the three kinds of configuration file may say, with the defaults. What is not known is
 * refused, because a setting that is silently ignored is worse than none.
 */
import { isIP, isIPv4 } from 'node:net'
import { z } from 'zod'
import { CHANNELS_MAX, PRICE_DECIMALS, PRICE_MAX, QUANTITY_MAX } from '../../domain/index.ts'
import type { InstrumentTerms } from '../../wire/index.ts'
import { OPERATOR_ACTIONS, TIMESTAMP_PRECISIONS } from '../../wire/index.ts'
import { ADMIN_ROLES, TOKEN_NAME_MAX } from './admin.ts'
import { isStoredPassword } from '../password.ts'
import { WEEKDAYS } from '../wall-clock.ts'
import { decimal, flag, integer, list, oneOf, section, text, textThat } from './scalars.ts'

export const INSTRUMENTS_MAX = 65_535
export const SESSIONS_MAX = 65_535
const ACCOUNTS_MAX = 1_000
const SUBSCRIBERS_MAX = 1_000
const LINES_MAX = 8
const HOLIDAYS_MAX = 1_000
const RANDOM_END_SECONDS_MAX = 300
const AUCTION_EXTENSIONS_MAX = 100
const ADMIN_TOKENS_MAX = 100
const ADMIN_HOSTS_MAX = 20

/** CompIDs are file names too, so they are stricter than FIX. */
export const compId = () =>
  text(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/,
    '1 to 32 letters, digits, dots, dashes or underscores, starting with a letter or digit',
  )
/** It begins the ids of its requests. */
export const tokenName = () =>
  text(
    new RegExp(`^[A-Za-z0-9][A-Za-z0-9._-]{0,${TOKEN_NAME_MAX - 1}}$`),
    `1 to ${TOKEN_NAME_MAX} letters, digits, dots, dashes or underscores, starting with a letter or digit`,
  )
const identifier = (max: number) =>
  text(new RegExp(`^[!-~]{1,${max}}$`), `1 to ${max} printable ASCII characters without space`)
const symbol = () => identifier(8)
const phrase = (max: number) =>
  text(new RegExp(`^[^\\p{Cc}]{1,${max}}$`, 'u'), `1 to ${max} characters`)
/** In hundredths. */
const percent = () => decimal({ min: 0, max: 10_000, decimals: 2 })
const clockTime = () => text(/^([01]\d|2[0-3]):[0-5]\d$/, "a quoted time from '00:00' to '23:59'")
const path = () => text(/^[^\0]+$/, 'a path')
const host = () => textThat(isHost, 'an IP address or a host name')
const port = () => integer({ min: 0, max: 65_535 })
const networks = () =>
  list(textThat(isNetwork, 'a network such as 10.1.0.0/16'), {
    what: 'networks',
    max: 100,
  }).default([])

const address = (defaultPort: number) =>
  section({ host: host().default('127.0.0.1'), port: port().default(defaultPort) })
const endpoint = (defaultPort: number) => address(defaultPort).prefault({})

/** What one counterparty may cost the FIX port; docs/operations/limits.md. */
const fixLimits = section({
  /** Connections in all; one more is closed at once. */
  connectionsMax: integer({ min: 1, max: 65_535 }).default(1_024),
  /** Connections without a Logon yet: in all, and from one address. */
  pendingLogonsMax: integer({ min: 1, max: 65_535 }).default(256),
  pendingLogonsPerAddressMax: integer({ min: 1, max: 65_535 }).default(64),
  /** From connect to an authenticated Logon. */
  logonMs: integer({ min: 100, max: 600_000, unit: 'milliseconds' }).default(5_000),
  /** Largest message before Logon, and of a logged-on session. */
  logonBytesMax: integer({ min: 256, max: 65_536, unit: 'bytes' }).default(1_024),
  messageBytesMax: integer({ min: 1_024, max: 1_048_576, unit: 'bytes' }).default(65_536),
  /** Bytes without a well-framed message after which a connection is closed. */
  garbageBytesMax: integer({ min: 256, max: 16_777_216, unit: 'bytes' }).default(4_096),
  /** Messages of one connection in a turn of the event loop while others are active too. */
  messagesPerTurnMax: integer({ min: 1, max: 1_000_000, unit: 'messages' }).default(128),
  /** Messages of one connection in a second; what it sends beyond waits unread for the next. */
  messagesPerSecondMax: integer({ min: 1, max: 10_000_000, unit: 'messages' }).default(500_000),
  /** Bytes waiting for one counterparty above which its session stops writing. */
  outboundBytesMax: integer({ min: 65_536, max: 268_435_456, unit: 'bytes' }).default(1_048_576),
  /** How long a counterparty may take nothing of what waits for it. */
  slowReaderMs: integer({ min: 1_000, max: 600_000, unit: 'milliseconds' }).default(10_000),
}).prefault({})

/** A copy of every FIX message for people; docs/operations/fix-log.md. */
const messageLog = section({
  /** Relative to this file; default: fix-log in dataDir. */
  directory: path().optional(),
  /** A session's file that would become larger is put away, and the next begins. */
  fileBytesMax: integer({ min: 1_048_576, max: 1_099_511_627_776, unit: 'bytes' }).default(
    67_108_864,
  ),
  /** Files of a session that are kept besides the one that is written. */
  oldFilesMax: integer({ min: 1, max: 1_000, unit: 'files' }).default(10),
})

const line = section({
  group: textThat(isMulticast, 'an IPv4 multicast address, 224.0.0.0 to 239.255.255.255'),
  port: integer({ min: 1, max: 65_535 }),
})

const lines = list(line, { what: 'lines', max: LINES_MAX }).min(1, {
  error: 'use at least one line',
})

const endpointOfChannel = section({ host: host().default('127.0.0.1'), port: port() })
/** `allow`: networks whose requests are answered; empty = every one. */
const requests = <Port extends z.ZodType>(port: Port) =>
  section({ host: host().default('127.0.0.1'), port, allow: networks() })

/** One of several channels; docs/protocols/itch-feed.md#channels. */
const channel = section({
  /** Left out in one of them, which takes every instrument that no other names. */
  symbols: list(symbol(), { what: 'symbols', max: INSTRUMENTS_MAX }).optional(),
  lines,
  retransmission: requests(port()),
  snapshot: endpointOfChannel,
  stream: endpointOfChannel,
})

const subscriber = section({
  username: text(/^[A-Za-z0-9]{1,6}$/, '1 to 6 letters or digits'),
  password: text(/^[A-Za-z0-9]{1,10}$/, '1 to 10 letters or digits'),
  /** Networks that may log in; empty = every one. */
  allow: networks(),
})

const defaultLines = [
  { group: '239.192.44.1', port: '26401' },
  { group: '239.192.44.2', port: '26402' },
]

/** The only channel, as `itch` has it. */
const onlyChannel = {
  lines,
  retransmission: requests(port().default(26_410)),
  snapshot: address(26_420),
  stream: address(26_430),
}

/** What `itch` leaves out of it. */
export const channelDefaults = section({
  lines: onlyChannel.lines.prefault(defaultLines),
  retransmission: onlyChannel.retransmission.prefault({}),
  snapshot: onlyChannel.snapshot.prefault({}),
  stream: onlyChannel.stream.prefault({}),
})

const groupTimes = section({
  'pre-open': clockTime().optional(),
  continuous: clockTime().optional(),
  'closing-auction': clockTime().optional(),
  'post-close': clockTime().optional(),
  closed: clockTime().optional(),
})

const timesBy = (what: string) =>
  z.record(z.string(), groupTimes, { error: `use a mapping of ${what} to times` }).default({})

/** Phases with times, in exchange.timeZone; docs/operations/trading-day.md. */
const tradingSchedule = section(
  {
    /** Of the week, on which there are phases at all. */
    days: list(oneOf(...WEEKDAYS), { what: 'days', max: WEEKDAYS.length })
      .min(1, { error: 'use at least one day' })
      .default(['mon', 'tue', 'wed', 'thu', 'fri']),
    /** Trading dates without phases. */
    holidays: list(textThat(isDate, "a quoted date such as '2026-12-25'"), {
      what: 'holidays',
      max: HOLIDAYS_MAX,
    }).default([]),
    phases: groupTimes.extend({ continuous: clockTime() }),
    /** By trading date: what is named replaces the usual time, of every group. */
    halfDays: timesBy('dates'),
    /** Auctions end so many seconds later at most; drawn once for each. */
    randomEndSeconds: integer({ min: 0, max: RANDOM_END_SECONDS_MAX, unit: 'seconds' }).default(0),
    /** Of instruments that name one: what differs from `phases`. */
    groups: timesBy('groups'),
  },
  'always-open',
)

/** Who may act on the admin API; docs/operations/controls.md. */
const adminToken = section({
  name: tokenName(),
  role: oneOf(...ADMIN_ROLES),
  token: text(/^sha256:[0-9a-f]{64}$/, 'sha256:… as `buttonwood admin token` prints it'),
})

/** config/exchange.yaml */
export const exchangeFile = section({
  exchange: section({
    name: phrase(40).default('Buttonwood'),
    compId: compId().default('BUTTONWOOD'),
    mic: text(/^[A-Z0-9]{4}$/, 'four capital letters or digits, as in ISO 10383').default('BTWD'),
    timeZone: textThat(isTimeZone, 'an IANA time zone such as America/New_York').default(
      'America/New_York',
    ),
  }).prefault({}),
  dataDir: path().default('../data'),
  instruments: path().default('instruments.yaml'),
  sessions: path().default('sessions/'),
  /** Limits of pre-trade risk; without the key the file may be missing. */
  limits: path().optional(),
  /** Trade on a scratch exchange before the doors open: no client pays for a process that is cold. */
  warmUp: flag().default(true),
  fix: section({
    host: host().default('127.0.0.1'),
    port: port().default(9880),
    limits: fixLimits,
    /** FIX over TLS 1.2 or later, beside the plain port. Files are PEM, relative to this file. */
    tls: section({
      port: port().default(9881),
      certFile: path(),
      keyFile: path(),
      /** Who signs clients' certificates; without it none is asked for. */
      caFile: path().optional(),
      /** Refuse clients without a certificate of caFile. */
      requireClientCert: flag().default(false),
    }).optional(),
    /** Left out = no message is logged; `{}` = with the defaults. */
    messageLog: messageLog.optional(),
  }).prefault({}),
  journal: section({ durability: oneOf('fsync', 'os').default('fsync') }).prefault({}),
  /** The shadow writes one after so many commands; 0 = there is no shadow, and no snapshot. */
  snapshots: section({
    commands: integer({ min: 0, max: 1_000_000_000, unit: 'commands' }).default(1_000_000),
  }).prefault({}),
  itch: section({
    interface: textThat(isIPv4, 'the IPv4 address of a network interface').default('127.0.0.1'),
    ttl: integer({ min: 0, max: 255 }).default(1),
    /** Bytes of UDP payload in a MoldUDP64 packet, header included. */
    maxPayload: integer({ min: 1_200, max: 1_472, unit: 'bytes' }).default(1_400),
    lines: onlyChannel.lines.optional(),
    retransmission: onlyChannel.retransmission.optional(),
    snapshot: onlyChannel.snapshot.optional(),
    stream: onlyChannel.stream.optional(),
    /** Several of them; what is one's own is then said there and not here. */
    channels: list(channel, { what: 'channels', max: CHANNELS_MAX })
      .min(1, { error: 'use at least one channel' })
      .optional(),
    subscribers: list(subscriber, { what: 'subscribers', max: SUBSCRIBERS_MAX }).prefault([
      { username: 'demo', password: 'demo' },
    ]),
  }).prefault({}),
  dropcopy: section({
    database: textThat(isDatabase, 'embedded or postgres://user:password@host:port/name').default(
      'embedded',
    ),
    /** Where SQL clients such as psql may read the embedded database. */
    listen: textThat(
      (given) => addressOf(given) !== undefined,
      'an address and a port such as 127.0.0.1:5433',
    )
      .transform((given) => addressOf(given)!)
      .optional(),
    /** Networks that they may come from; needed where the address is not loopback. */
    allow: networks(),
  }).prefault({}),
  http: endpoint(8_044),
  admin: section({
    /** Empty = the admin API refuses everything. */
    tokens: list(adminToken, { what: 'tokens', max: ADMIN_TOKENS_MAX }).default([]),
    /** Actions that a second person must confirm. */
    twoPersons: list(oneOf(...OPERATOR_ACTIONS), {
      what: 'actions',
      max: OPERATOR_ACTIONS.length,
    }).default([]),
    /** Names of this machine in requests, beside http.host and loopback. */
    hosts: list(host(), { what: 'host names', max: ADMIN_HOSTS_MAX }).default([]),
  }).prefault({}),
  market: section({
    /** Left out or always-open = undefined: continuous trading from one day roll to the next. */
    schedule: z
      .preprocess(
        (given) => (given === 'always-open' ? undefined : given),
        tradingSchedule.optional(),
      )
      .optional(),
    /** Wall time in exchange.timeZone at which a trading day ends and the next begins. */
    dayRoll: clockTime().default('00:00'),
    /** What halts the whole market; docs/operations/breaker.md. Left out = nothing does. */
    breaker: section({
      /** Percents by which the index falls in a day. */
      levels: list(decimal({ min: 1, max: 9_999, decimals: 2 }), { what: 'levels', max: 3 })
        .min(3, { error: 'use three levels such as [7, 13, 20]' })
        .prefault(['7', '13', '20']),
      /** Of levels 1 and 2; level 3 ends the trading of the day. */
      pauseSeconds: integer({ min: 1, max: 86_400, unit: 'seconds' }).default(900),
      /** Left out = every instrument. */
      index: list(symbol(), { what: 'symbols', max: INSTRUMENTS_MAX })
        .min(1, { error: 'use at least one symbol, or leave it out' })
        .optional(),
    }).optional(),
    /** Beyond it new orders are refused with OrdRejReason(103)=0. */
    ordersPerDayMax: integer({ min: 1, max: 20_000_000, unit: 'orders' }).default(20_000_000),
    /** What touches more orders, such as the end of the day, takes several turns. */
    ordersPerCommandMax: integer({ min: 1_000, max: 100_000, unit: 'orders' }).default(2_000),
  }).prefault({}),
})

const price = decimal({ min: 1, max: PRICE_MAX, decimals: PRICE_DECIMALS })

/** What an instrument may say of itself, without what it is when it says nothing. */
const instrumentKeys = {
  description: phrase(80),
  currency: text(/^[A-Z]{3}$/, 'three capital letters such as USD'),
  referencePrice: price,
  tickSize: price,
  lotSize: integer({ min: 1, max: QUANTITY_MAX, unit: 'shares' }),
  priceBandPercent: integer({ min: 0, max: 100, unit: 'whole percent' }),
  maxOrderQty: integer({ min: 1, max: QUANTITY_MAX, unit: 'shares' }),
  matching: oneOf('price-time', 'pro-rata', 'size-pro-rata'),
  /** Of market.schedule.groups: whose phases it has. */
  group: identifier(32),
  /** Least share of an order when quantity is shared pro rata; default: one lot. */
  proRataMinimum: integer({ min: 1, max: QUANTITY_MAX, unit: 'shares' }),
  /** What would trade farther away pauses the instrument; docs/protocols/auctions.md#pauses. */
  volatility: section({
    /** Of the last auction's price; 0 = any distance. */
    staticPercent: percent().default(0),
    /** Of the last price. */
    dynamicPercent: percent().default(0),
    pauseSeconds: integer({ min: 1, max: 86_400, unit: 'seconds' }).default(300),
  }),
  /** Auctions whose price would be farther from the reference price go on; docs/protocols/auctions.md#collars. */
  auction: section({
    collarPercent: decimal({ min: 1, max: 10_000, decimals: 2 }),
    extensionSeconds: integer({ min: 1, max: 86_400, unit: 'seconds' }).default(120),
    extensionsMax: integer({ min: 0, max: AUCTION_EXTENSIONS_MAX }).default(2),
  }),
}

const termsKeys = {
  description: instrumentKeys.description.default(''),
  currency: instrumentKeys.currency.default('USD'),
  referencePrice: instrumentKeys.referencePrice,
  tickSize: instrumentKeys.tickSize,
  lotSize: instrumentKeys.lotSize,
  priceBandPercent: instrumentKeys.priceBandPercent.default(0),
  maxOrderQty: instrumentKeys.maxOrderQty.default(QUANTITY_MAX),
  matching: instrumentKeys.matching.default('price-time'),
  group: instrumentKeys.group.optional(),
  proRataMinimum: instrumentKeys.proRataMinimum.optional(),
  volatility: instrumentKeys.volatility.optional(),
  auction: instrumentKeys.auction.optional(),
}

const instrument = section({ symbol: symbol(), ...termsKeys })

/** What operations says of an instrument that is to be listed. */
export const instrumentTerms = section(termsKeys).transform((terms): InstrumentTerms => {
  const { group, volatility, auction, proRataMinimum = terms.lotSize, ...rest } = terms
  return {
    ...rest,
    proRataMinimum,
    ...(volatility && { volatility }),
    ...(auction && { auction }),
    ...(group && { group }),
  }
})

/** The same of one that is listed: what is not named stays. */
export const instrumentChanges = section(instrumentKeys).partial()

/** config/instruments.yaml */
export const instrumentsFile = list(instrument, {
  what: 'instruments',
  max: INSTRUMENTS_MAX,
}).min(1, { error: 'list at least one instrument' })

const sessionTime = () =>
  text(
    new RegExp(`^((${WEEKDAYS.join('|')}) )?([01]\\d|2[0-3]):[0-5]\\d$`),
    "a quoted time such as '08:00', or 'sun 18:00' for hours of the week",
  )

/** When a session may be used; its numbers start again with each period. */
const schedule = section({
  start: sessionTime(),
  end: sessionTime(),
  /** On which a daily period starts; empty = on all. */
  days: list(oneOf(...WEEKDAYS), { what: 'days', max: 7 }).default([]),
  /** Default: that of the exchange. */
  timeZone: textThat(isTimeZone, 'an IANA time zone such as America/New_York').optional(),
})

const seconds = integer({ min: 1, max: 3_600, unit: 'seconds' })

/** config/sessions/NAME.yaml */
export const sessionFile = section({
  senderCompId: compId(),
  firm: identifier(32),
  role: oneOf('order-entry', 'drop-copy', 'market-data').default('order-entry'),
  password: textThat(
    isStoredPassword,
    'scrypt:N:r:p:salt:hash (buttonwood session new makes one), plain:…, or none',
  ),
  accounts: list(identifier(32), { what: 'accounts', max: ACCOUNTS_MAX }).default([]),
  heartBtInt: section({ min: seconds.default(5), max: seconds.default(60) }).prefault({}),
  cancelOnDisconnect: oneOf('off', 'disconnect', 'disconnect-or-logout').default('off'),
  /** A Logon within it keeps the orders. */
  cancelOnDisconnectGraceMs: integer({ min: 0, max: 3_600_000, unit: 'milliseconds' }).default(0),
  cancelGoodTill: flag().default(false),
  /** What is canceled when orders of one group would trade with each other. */
  selfTradePrevention: oneOf('off', 'newest', 'oldest', 'both', 'decrement').default('off'),
  /** Default: the firm. */
  stpGroup: identifier(16).optional(),
  /** Values of later versions of FIX and of other venues, such as 378 from 100 on. */
  extendedCodes: flag().default(false),
  /** Of the timestamps that we send. */
  timestampPrecision: oneOf(...TIMESTAMP_PRECISIONS).default('milliseconds'),
  /** A post-only order that would trade is refused, or its price is moved so that it does not. */
  postOnly: oneOf('reject', 'slide').default('reject'),
  /** How what an IOC, FOK or market order could not trade ends. */
  expiredAs: oneOf('canceled', 'expired').default('canceled'),
  /** Pending New, Pending Cancel and Pending Replace before the answers. */
  includePendings: flag().default(false),
  /** Each morning an ExecutionReport for every order that was carried into the day. */
  restateGoodTill: flag().default(false),
  /** A day order that ends with its day is Done for Day, not Expired. */
  doneForDay: flag().default(false),
  /** An order without its Price(44): refused by an ExecutionReport, or by a BusinessMessageReject. */
  conditionalRequired: oneOf('report', 'bmr').default('report'),
  throttle: section({
    /** Orders and replacements, by sequenced time; 0 = as many as it likes. */
    messagesPerSecond: integer({ min: 0, max: 1_000_000, unit: 'messages' }).default(0),
  }).prefault({}),
  /** Firms whose reports a drop-copy session gets; `*` = all. Other roles may leave it in. */
  dropCopyOf: z
    .preprocess(
      (given) => (typeof given === 'string' ? [given] : given),
      list(identifier(32), { what: 'firms', max: ACCOUNTS_MAX }),
    )
    .default([]),
  resetOnLogon: flag().default(false),
  /** Largest difference between SendingTime(52) and our clock. */
  checkLatency: integer({ min: 1, max: 86_400, unit: 'seconds' }).default(120),
  /** Refuse tags from 5000 on, which FIX leaves to counterparties, instead of ignoring them. */
  validateUserTags: flag().default(false),
  schedule: schedule.optional(),
  /** Networks that it may come from; empty = every one. */
  allow: networks(),
  /** What TLS must prove: openssl x509 -noout -fingerprint -sha256. */
  clientCertificate: text(
    /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/,
    'a SHA-256 fingerprint, AB:CD:… with 32 pairs',
  ).optional(),
  /** A new connection while the session has one: refused, or taken when the old one is silent. */
  duplicateLogon: oneOf('reject', 'takeover').default('reject'),
})

function isMulticast(given: string): boolean {
  const first = Number(given.split('.')[0])
  return isIPv4(given) && first >= 224 && first <= 239
}

function isHost(given: string): boolean {
  return isIP(given) !== 0 || /^[A-Za-z][A-Za-z0-9.-]*$/.test(given)
}

/** `127.0.0.1:5433`, `[::1]:5433`; undefined when it is no address with a port. */
function addressOf(given: string): { host: string; port: number } | undefined {
  const [, host = '', port] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(given) ?? []
  return isHost(host) && Number(port) <= 65_535 ? { host, port: Number(port) } : undefined
}

function isNetwork(given: string): boolean {
  const [address = '', bits, ...rest] = given.split('/')
  const most = isIPv4(address) ? 32 : 128
  if (isIP(address) === 0 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
}

function isTimeZone(given: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: given })
    return true
  } catch {
    return false // RangeError: an unknown zone
  }
}

/** A day of the calendar, `2026-12-25`. */
export function isDate(given: string): boolean {
  if (!/^20\d\d-\d\d-\d\d$/.test(given)) return false
  const date = new Date(given)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(given)
}

function isDatabase(given: string): boolean {
  return given === 'embedded' || (/^postgres(ql)?:\/\//.test(given) && URL.canParse(given))
}
