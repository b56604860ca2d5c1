/** Every mistake in a file gives one line with file, line, key, value and what is allowed. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ExchangeError, loadConfig } from '../../src/runtime/index.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buttonwood-config-'))
  cpSync('config', folder, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text)
const load = (env: NodeJS.ProcessEnv = {}) =>
  loadConfig({ file: join(folder, 'exchange.yaml'), env })

/** Code and message of the refusal, the folder's name taken out. */
function refusal(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    return `${error.code} ${error.message.replaceAll(`${folder}/`, '')}`
  }
  return 'accepted'
}

const anInstrument = (values: string) =>
  `- { symbol: AAPL, referencePrice: 182.50, tickSize: 0.01, lotSize: 1, ${values} }\n`
const aToken = (name: string, digit: number) =>
  `{ name: ${name}, role: operator, token: "sha256:${String(digit).repeat(64)}" }`
const aSession = (values: string) => `senderCompId: ACME\nfirm: ACME\n${values}\n`

describe('the shipped configuration', () => {
  it('is the same as an empty exchange.yaml: it only says the defaults', () => {
    const shipped = load()
    write('exchange.yaml', '# everything as it comes\n')

    expect(load()).toEqual(shipped)
  })

  it('resolves paths from the file, whatever the working directory', () => {
    const { file, dataDir, sessionsDir } = load()

    expect([file, dataDir, sessionsDir]).toEqual([
      join(folder, 'exchange.yaml'),
      join(folder, '../data'),
      join(folder, 'sessions'),
    ])
  })
})

describe('the port of SQL clients', () => {
  it.each([
    ['{}', undefined],
    ['{ listen: "127.0.0.1:5433" }', { host: '127.0.0.1', port: 5433, allow: [] }],
    ['{ listen: "[::1]:0" }', { host: '::1', port: 0, allow: [] }],
    [
      '{ listen: "0.0.0.0:5433", allow: [10.1.0.0/16] }',
      { host: '0.0.0.0', port: 5433, allow: ['10.1.0.0/16'] },
    ],
  ])('of dropcopy: %s', (section, listen) => {
    write('exchange.yaml', `dropcopy: ${section}`)

    expect(load().dropcopy).toEqual({ database: 'embedded', listen })
  })
})

describe('the message log', () => {
  it('is off unless it is asked for, and then in dataDir with limits of its own', () => {
    const off = load().fix.messageLog
    write('exchange.yaml', 'dataDir: elsewhere\nfix: { messageLog: {} }')

    expect([off, load().fix.messageLog]).toEqual([
      undefined,
      { directory: join(folder, 'elsewhere/fix-log'), fileBytesMax: 67_108_864, oldFilesMax: 10 },
    ])
  })

  it('goes with the data directory of the environment, unless it has a place of its own', () => {
    write('exchange.yaml', 'fix: { messageLog: {} }')
    const moved = load({ BUTTONWOOD_DATA_DIR: '/srv/data' }).fix.messageLog?.directory
    write('exchange.yaml', 'fix: { messageLog: { directory: logs/fix, oldFilesMax: 3 } }')
    const own = load({ BUTTONWOOD_DATA_DIR: '/srv/data' }).fix.messageLog

    expect([moved, own?.directory, own?.oldFilesMax]).toEqual([
      '/srv/data/fix-log',
      join(folder, 'logs/fix'),
      3,
    ])
  })
})

describe('a session file that says everything', () => {
  it('is accepted with the values that are the defaults', () => {
    const defaults = { senderCompId: 'ACME', firm: 'ACME', password: 'plain:acme' }
    write(
      'sessions/ACME.yaml',
      Object.entries(defaults)
        .map(([key, value]) => `${key}: ${value}\n`)
        .join(''),
    )
    const short = load().sessions[0]
    write(
      'sessions/ACME.yaml',
      `senderCompId: ACME            # what the counterparty puts in 49
firm: ACME
role: order-entry             # order-entry | drop-copy | market-data
password: plain:acme
accounts: [ACME-1]            # optional
heartBtInt: { min: 5, max: 60 }
cancelOnDisconnect: off       # off | disconnect | disconnect-or-logout
cancelOnDisconnectGraceMs: 0
cancelGoodTill: false
selfTradePrevention: off
extendedCodes: false
throttle: { messagesPerSecond: 0 }   # 0 = none
dropCopyOf: [ACME]
resetOnLogon: false
`,
    )

    expect(load().sessions[0]).toEqual({ ...short, accounts: ['ACME-1'], dropCopyOf: ['ACME'] })
  })
})

describe('prices', () => {
  it.each([
    ['182.50', 1_825_000],
    ["'182.50'", 1_825_000],
    ['0.0001', 1],
    ['200000', 2_000_000_000],
    ['182.5000', 1_825_000],
    ['182.50000', 1_825_000],
  ])('%s is read digit by digit', (text, expected) => {
    write(
      'instruments.yaml',
      `- { symbol: A, referencePrice: ${text}, tickSize: 0.01, lotSize: 1 }`,
    )

    expect(load().instruments[0]!.referencePrice).toBe(expected)
  })

  it.each(['0', '0.00001', '-1', '1e2', '0x10', '200000.0001', "'1,5'", '.inf', 'NaN', '+1'])(
    '%s is refused',
    (text) => {
      write(
        'instruments.yaml',
        `- { symbol: A, referencePrice: ${text}, tickSize: 0.01, lotSize: 1 }`,
      )

      expect(refusal(load)).toMatch(
        /^EXC_CONFIG_VALUE instruments.yaml:1: \[0\].referencePrice is .*; use a decimal from 0.0001 to 200000 with at most 4 places$/,
      )
    },
  )
})

describe('a mistake in exchange.yaml', () => {
  // prettier-ignore
  it.each([
    ['journl: { durability: fsync }', 'exchange.yaml:1: journl is not a key; did you mean journal? the keys here are exchange, dataDir, instruments, sessions, limits, warmUp, fix, journal, snapshots, itch, dropcopy, http, admin, market'],
    ['fix:\n  host: 127.0.0.1\n  prot: 1', 'exchange.yaml:3: fix.prot is not a key; did you mean port? the keys here are host, port, limits, tls, messageLog'],
    ['fix:\n  port: 65536', 'exchange.yaml:2: fix.port is 65536; use 0 to 65535'],
    ['fix: { port: 9880.0 }', 'exchange.yaml:1: fix.port is 9880.0; use 0 to 65535'],
    ['fix: { port: [1] }', 'exchange.yaml:1: fix.port is a list; use 0 to 65535'],
    ['fix: 9880', 'exchange.yaml:1: fix is 9880; use a mapping with the keys host, port, limits, tls, messageLog'],
    ['fix:', 'exchange.yaml:1: fix is empty; use a mapping with the keys host, port, limits, tls, messageLog'],
    ['fix: { host: "a b" }', 'exchange.yaml:1: fix.host is "a b"; use an IP address or a host name'],
    ['fix: { tls: { port: 9881 } }', 'exchange.yaml:1: fix.tls.certFile is missing; use a path (and 1 more)'],
    ['fix: { tls: { certFile: a.crt, keyFile: a.key } }', 'exchange.yaml:1: fix.tls.certFile is a.crt; it cannot be read (ENOENT)'],
    ['fix: { tls: { certFile: exchange.yaml, keyFile: exchange.yaml } }', 'exchange.yaml:1: fix.tls has certificate files that do not work together: error:0480006C:PEM routines::no start line'],
    ['fix: { tls: { certFile: a.crt, keyFile: a.key, requireClientCert: true } }', 'exchange.yaml:1: fix.tls.requireClientCert is true; it needs fix.tls.caFile'],
    ['fix: { limits: { slowReaderMs: 0 } }', 'exchange.yaml:1: fix.limits.slowReaderMs is 0; use 1000 to 600000 milliseconds'],
    ['fix: { messageLog: { fileBytesMax: 64 MiB } }', 'exchange.yaml:1: fix.messageLog.fileBytesMax is "64 MiB"; use 1048576 to 1099511627776 bytes'],
    ['fix: { messageLog: true }', 'exchange.yaml:1: fix.messageLog is true; use a mapping with the keys directory, fileBytesMax, oldFilesMax'],
    ['fix: { messageLog: { keep: 10 } }', 'exchange.yaml:1: fix.messageLog.keep is not a key; the keys here are directory, fileBytesMax, oldFilesMax'],
    ['journal: { durability: sometimes }', 'exchange.yaml:1: journal.durability is sometimes; use fsync, os'],
    ['exchange: { mic: NASDAQ }', 'exchange.yaml:1: exchange.mic is NASDAQ; use four capital letters or digits, as in ISO 10383'],
    ['exchange: { timeZone: Mars/Olympus }', 'exchange.yaml:1: exchange.timeZone is Mars/Olympus; use an IANA time zone such as America/New_York'],
    ['itch:\n  lines:\n    - { group: 10.0.0.1, port: 26401 }', 'exchange.yaml:3: itch.lines[0].group is 10.0.0.1; use an IPv4 multicast address, 224.0.0.0 to 239.255.255.255'],
    ['itch:\n  lines:\n    - { group: 239.1.1.1 }', 'exchange.yaml:3: itch.lines[0].port is missing; use 1 to 65535'],
    ['itch: { lines: [] }', 'exchange.yaml:1: itch.lines is a list; use at least one line'],
    ['itch:\n  lines:\n    - { group: 239.1.1.1, port: 1 }\n    - { group: 239.1.1.1, port: 1 }', 'exchange.yaml:4: itch.lines[1] is 239.1.1.1:1 again; give each line its own'],
    ['itch: { subscribers: [ { username: a, password: hunter2hunter2 } ] }', 'exchange.yaml:1: itch.subscribers[0].password is not as it should be (hidden); use 1 to 10 letters or digits'],
    ['market: { schedule: nine-to-five }', 'exchange.yaml:1: market.schedule is nine-to-five; use always-open, or a mapping with the keys days, holidays, phases, halfDays, randomEndSeconds, groups'],
    ['market: { breaker: { levels: [7, 7, 20] } }', 'exchange.yaml:1: market.breaker.levels[1] is not above the one before; let the levels rise'],
    ['market: { breaker: { levels: [7, 13] } }', 'exchange.yaml:1: market.breaker.levels is a list; use three levels such as [7, 13, 20]'],
    ['market: { breaker: { index: [APPL] } }', 'exchange.yaml:1: market.breaker.index[0] is APPL; did you mean AAPL? use symbols of instruments.yaml'],
    ['market: { breaker: { index: [AAPL, AAPL] } }', 'exchange.yaml:1: market.breaker.index[1] is AAPL again; name each symbol once'],
    ["market: { dayRoll: '24:00' }", "exchange.yaml:1: market.dayRoll is 24:00; use a quoted time from '00:00' to '23:59'"],
    ['dropcopy: { database: mysql://user:hunter2@host/db }', 'exchange.yaml:1: dropcopy.database is "mysql://[hidden]@host/db"; use embedded or postgres://user:password@host:port/name'],
    ['dropcopy:\n  listen: 5433', 'exchange.yaml:2: dropcopy.listen is 5433; use an address and a port such as 127.0.0.1:5433'],
    ['dropcopy:\n  listen: 127.0.0.1:65536', 'exchange.yaml:2: dropcopy.listen is 127.0.0.1:65536; use an address and a port such as 127.0.0.1:5433'],
    ['dropcopy:\n  listen: 0.0.0.0:5433', 'exchange.yaml:2: dropcopy.listen is 0.0.0.0:5433; no password is asked for there: use a loopback address, or name dropcopy.allow'],
    ['dropcopy:\n  database: postgres://db/x\n  listen: 127.0.0.1:5433', 'exchange.yaml:3: dropcopy.listen is 127.0.0.1:5433; it is for the embedded database: clients reach a PostgreSQL at its own address'],
    ['admin: { tokens: [{ name: a b, role: admin, token: x }] }', 'exchange.yaml:1: admin.tokens[0].name is "a b"; use 1 to 24 letters, digits, dots, dashes or underscores, starting with a letter or digit (and 1 more)'],
    ['admin: { tokens: [{ name: a, role: admin, token: bw_secret }] }', 'exchange.yaml:1: admin.tokens[0].token is not as it should be (hidden); use sha256:… as `buttonwood admin token` prints it'],
    ['admin: { tokens: [{ name: a, role: root, token: x }] }', 'exchange.yaml:1: admin.tokens[0].role is root; use viewer, operator, admin (and 1 more)'],
    [`admin:\n  tokens:\n    - ${aToken('a', 1)}\n    - ${aToken('a', 2)}`, 'exchange.yaml:4: admin.tokens[1].name is a again; give each its own'],
    [`admin:\n  tokens:\n    - ${aToken('a', 1)}\n    - ${aToken('b', 1)}`, 'exchange.yaml:4: admin.tokens[1].token is that of another name; make one for each person'],
    [`admin:\n  twoPersons: [kill]\n  tokens: [${aToken('a', 1)}]`, 'exchange.yaml:2: admin.twoPersons needs two tokens with role operator or admin; there are 1'],
    [`admin:\n  twoPersons: [stop]`, 'exchange.yaml:2: admin.twoPersons[0] is stop; use halt, collect, resume, kill, unkill, disconnect, reset-sequence, news, bust, correct, set-limits, add-instrument, change-instrument, delist-instrument, split'],
    [`admin:\n  twoPersons: [split]\n  tokens:\n    - ${aToken('a', 1)}\n    - ${aToken('b', 2)}`, 'exchange.yaml:2: admin.twoPersons needs two tokens with role admin for split; there are 0'],
    ['__proto__: { polluted: true }', 'exchange.yaml:1: __proto__ is not a key; the keys here are exchange, dataDir, instruments, sessions, limits, warmUp, fix, journal, snapshots, itch, dropcopy, http, admin, market'],
    ['fix: { port: 1 }\nfix: { port: 2 }', 'exchange.yaml:2: Map keys must be unique'],
    ['fix: { port: 1', 'exchange.yaml:1: Flow map in block collection must be sufficiently indented and end with a }'],
    ['fix: *nowhere', 'exchange.yaml:1: Unresolved alias (the anchor must be set before the alias): nowhere'],
    ['- fix', 'exchange.yaml:1: is a list; use a mapping with the keys exchange, dataDir, instruments, sessions, limits, warmUp, fix, journal, snapshots, itch, dropcopy, http, admin, market'],
    ['fix: { port: x }\nhttp: { port: y }', 'exchange.yaml:1: fix.port is x; use 0 to 65535 (and 1 more)'],
  ])('%j is refused', (text, expected) => {
    write('exchange.yaml', text)

    expect(refusal(load)).toBe(`EXC_CONFIG_VALUE ${expected}`)
  })
})

describe('a mistake in instruments.yaml', () => {
  // prettier-ignore
  it.each([
    ['[]', 'instruments.yaml:1: is a list; list at least one instrument'],
    [anInstrument('lotSiz: 1'), 'instruments.yaml:1: [0].lotSiz is not a key; did you mean lotSize? the keys here are symbol, description, currency, referencePrice, tickSize, lotSize, priceBandPercent, maxOrderQty, matching, group, proRataMinimum, volatility, auction'],
    [anInstrument('') + anInstrument(''), 'instruments.yaml:2: [1].symbol is AAPL again; list each symbol once'],
    [anInstrument('matching: by-lot'), 'instruments.yaml:1: [0].matching is by-lot; use price-time, pro-rata, size-pro-rata'],
    [anInstrument('maxOrderQty: 0'), 'instruments.yaml:1: [0].maxOrderQty is 0; use 1 to 1000000000 shares'],
    [anInstrument('priceBandPercent: 7.5'), 'instruments.yaml:1: [0].priceBandPercent is 7.5; use 0 to 100 whole percent'],
    ['- { symbol: "BRK B", referencePrice: 1, tickSize: 1, lotSize: 1 }', 'instruments.yaml:1: [0].symbol is "BRK B"; use 1 to 8 printable ASCII characters without space'],
    ['- { symbol: TOOLONGER, referencePrice: 1, tickSize: 1, lotSize: 1 }', 'instruments.yaml:1: [0].symbol is TOOLONGER; use 1 to 8 printable ASCII characters without space'],
    ['- symbol: X\n  referencePrice: 1\n  tickSize: 0\n  lotSize: 1', 'instruments.yaml:3: [0].tickSize is 0; use a decimal from 0.0001 to 200000 with at most 4 places'],
    ['- symbol: X\n  referencePrice: 1\n  tickSize: 1\n  lotSize: 100\n  maxOrderQty: 50', 'instruments.yaml:5: [0].maxOrderQty is 50; use lotSize 100 or more'],
    [anInstrument('volatility: { staticPercent: 101 }'), 'instruments.yaml:1: [0].volatility.staticPercent is 101; use a decimal from 0 to 100 with at most 2 places'],
    [anInstrument('auction: { collarPercent: 0 }'), 'instruments.yaml:1: [0].auction.collarPercent is 0; use a decimal from 0.01 to 100 with at most 2 places'],
    [anInstrument('auction: { collarPercent: 5, extensionsMax: 101 }'), 'instruments.yaml:1: [0].auction.extensionsMax is 101; use 0 to 100'],
    ['- symbol: X\n  tickSize: 1\n  lotSize: 1', 'instruments.yaml:1: [0].referencePrice is missing; use a decimal from 0.0001 to 200000 with at most 4 places'],
  ])('%j is refused', (text, expected) => {
    write('instruments.yaml', text)

    expect(refusal(load)).toBe(`EXC_CONFIG_VALUE ${expected}`)
  })
})

/** `market` as JSON, which is YAML, in one line: the phases of a stock exchange, and what differs. */
function scheduleOf(values: object, dayRoll = '20:00'): string {
  const phases = {
    'pre-open': '08:00',
    continuous: '09:30',
    'closing-auction': '15:55',
    'post-close': '16:00',
    closed: '16:30',
  }
  return JSON.stringify({ market: { dayRoll, schedule: { phases, ...values } } })
}

const numbered = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, number) => [number, {}]))

describe('the schedule of trading days', () => {
  const bond = { symbol: 'BOND', referencePrice: '1', tickSize: '1', lotSize: '1', group: 'bonds' }

  it('is none where the market is always open', () => {
    write('exchange.yaml', 'market: { schedule: always-open }')
    const said = load().market
    write('exchange.yaml', '# everything as it comes')

    expect([said.schedule, load().market]).toEqual([undefined, said])
  })

  it('has every weekday, no holidays and no random end unless it says so', () => {
    write('exchange.yaml', 'market: { schedule: { phases: { continuous: 09:30 } } }')

    expect(load().market.schedule).toEqual({
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      holidays: [],
      phases: { continuous: '09:30' },
      halfDays: {},
      randomEndSeconds: 0,
      groups: {},
    })
  })

  it('says everything that the shipped comment shows', () => {
    const lines = readFileSync('config/exchange.yaml', 'utf8').split('\n')
    const from = lines.indexOf('#   schedule:')
    const example = lines.slice(from, lines.indexOf('market:')).map((line) => line.slice(1))
    write('exchange.yaml', ["market:\n   dayRoll: '20:00'", ...example].join('\n'))
    write('instruments.yaml', JSON.stringify([bond]))

    expect([load().market.schedule, load().instruments[0]!.group]).toEqual([
      {
        days: ['mon', 'tue', 'wed', 'thu', 'fri'],
        holidays: ['2026-12-25'],
        phases: {
          'pre-open': '08:00',
          continuous: '09:30',
          'closing-auction': '15:55',
          'post-close': '16:00',
          closed: '16:30',
        },
        halfDays: {
          '2026-11-27': { 'closing-auction': '12:55', 'post-close': '13:00', closed: '13:30' },
        },
        randomEndSeconds: 30,
        groups: { bonds: { 'pre-open': '07:00', continuous: '08:00' } },
      },
      'bonds',
    ])
  })

  it('may begin on the evening before its date, and hold the hours from one day roll to the next', () => {
    const night = { phases: { 'pre-open': '17:00', continuous: '18:00', closed: '16:59' } }
    write('exchange.yaml', scheduleOf({ ...night, days: ['sun', 'sat'] }, '17:00'))

    expect(refusal(load)).toBe('accepted')
  })

  // prettier-ignore
  it.each([
    [{ phases: undefined }, 'phases is missing; use a mapping with the keys pre-open, continuous, closing-auction, post-close, closed'],
    [{ phases: { closed: '16:00' } }, "phases.continuous is missing; use a quoted time from '00:00' to '23:59'"],
    [{ phases: { continuous: '9:30' } }, "phases.continuous is 9:30; use a quoted time from '00:00' to '23:59'"],
    [{ phases: { open: '09:30' } }, "phases.continuous is missing; use a quoted time from '00:00' to '23:59' (and 1 more)"],
    [{ phases: { continuous: '09:30', close: '16:00' } }, 'phases.close is not a key; did you mean closed? the keys here are pre-open, continuous, closing-auction, post-close, closed'],
    [{ holiday: [] }, 'holiday is not a key; did you mean holidays? the keys here are days, holidays, phases, halfDays, randomEndSeconds, groups'],
    [{ days: ['monday'] }, 'days[0] is monday; use sun, mon, tue, wed, thu, fri, sat'],
    [{ days: [] }, 'days is a list; use at least one day'],
    [{ days: ['mon', 'tue', 'mon'] }, 'days[2] is mon again; name each day once'],
    [{ holidays: ['2026-02-29'] }, "holidays[0] is 2026-02-29; use a quoted date such as '2026-12-25'"],
    [{ holidays: ['2026-12-25', '2026-12-25'] }, 'holidays[1] is 2026-12-25 again; name each day once'],
    [{ randomEndSeconds: '301' }, 'randomEndSeconds is 301; use 0 to 300 seconds'],
    [{ halfDays: { tomorrow: { closed: '16:20' } } }, "halfDays.tomorrow is no date; use quoted dates such as '2026-11-27'"],
    [{ halfDays: { '2026-11-28': { closed: '16:20' } } }, 'halfDays.2026-11-28 is a sat; use one of market.schedule.days: mon, tue, wed, thu, fri'],
    [{ halfDays: { '2026-11-27': {} }, holidays: ['2026-11-27'] }, 'halfDays.2026-11-27 is one of market.schedule.holidays too; leave it out of one of them'],
    [{ halfDays: ['2026-11-27'] }, 'halfDays is a list; use a mapping of dates to times'],
    [{ groups: { bonds: {}, fx: {} } }, 'groups.fx is a group of no instrument; give one `group: fx`, or leave it out'],
    [{ phases: { 'pre-open': '09:30', continuous: '09:30' } }, 'phases.continuous is 09:30; use a time after pre-open 09:30, in the day that begins at market.dayRoll 20:00'],
    [{ phases: { continuous: '19:00', closed: '21:00' } }, 'phases.closed is 21:00; use a time after continuous 19:00, in the day that begins at market.dayRoll 20:00'],
    [{ phases: { continuous: '09:30', 'post-close': '16:00', 'closing-auction': '16:00' } }, 'phases.post-close is 16:00; use a time after closing-auction 16:00, in the day that begins at market.dayRoll 20:00'],
    [{ phases: { continuous: '09:30', 'closing-auction': '16:00' } }, 'phases.closing-auction is 16:00; name the time of post-close or closed too, which ends it'],
    [{ halfDays: { '2026-11-27': { closed: '15:00' } } }, 'halfDays.2026-11-27.closed is 15:00; use a time after post-close 16:00, in the day that begins at market.dayRoll 20:00'],
    [{ groups: { bonds: { 'pre-open': '10:00' } } }, 'groups.bonds.pre-open is 10:00; use a time before continuous 09:30, in the day that begins at market.dayRoll 20:00'],
    [{ groups: { bonds: { continuous: '13:00' } }, halfDays: { '2026-11-27': { 'closing-auction': '12:55', 'post-close': '13:00', closed: '13:30' } } }, 'halfDays.2026-11-27.closing-auction is 12:55; use a time after continuous 13:00 of group bonds, in the day that begins at market.dayRoll 20:00'],
    [{ randomEndSeconds: '60', phases: { 'pre-open': '09:00', continuous: '09:30', closed: '09:31' } }, 'phases.closed is 09:31; use a time more than 60 seconds after continuous 09:30, in the day that begins at market.dayRoll 20:00'],
    [{ randomEndSeconds: '60', phases: { continuous: '09:30', 'closing-auction': '19:58', closed: '19:59' } }, 'phases.closed is 19:59; use a time more than 60 seconds before market.dayRoll 20:00'],
  ])('%j is refused', (values, expected) => {
    write('exchange.yaml', scheduleOf(values))
    write('instruments.yaml', JSON.stringify([bond]))
    if (!('groups' in values)) write('instruments.yaml', anInstrument(''))

    expect(refusal(load)).toBe(`EXC_CONFIG_VALUE exchange.yaml:1: market.schedule.${expected}`)
  })

  it.each([
    [
      'holidays',
      Array.from({ length: 1_001 }, () => '2026-12-25'),
      'is a list; use at most 1000 holidays',
    ],
    ['halfDays', numbered(1_001), 'has 1001 entries; use at most 1000'],
    ['groups', { bonds: {}, ...numbered(100) }, 'has 101 entries; use at most 100'],
  ])('has an end to its %s', (key, value, expected) => {
    write('exchange.yaml', scheduleOf({ groups: { bonds: {} }, [key]: value }))
    write('instruments.yaml', JSON.stringify([bond]))

    expect(refusal(load)).toBe(
      `EXC_CONFIG_VALUE exchange.yaml:1: market.schedule.${key} ${expected}`,
    )
  })

  it.each([
    [{}, ''],
    [{ groups: { bond: {}, fx: {} } }, 'did you mean bond? '],
  ])('an instrument of a group that is not in %j is refused', (values, near) => {
    write('exchange.yaml', scheduleOf(values))
    write('instruments.yaml', anInstrument('group: bonds'))

    expect(refusal(load)).toBe(
      `EXC_CONFIG_VALUE instruments.yaml:1: [0].group is bonds; ${near}name it in market.schedule.groups too, or leave it out`,
    )
  })

  it('needs names of groups without spaces, of 32 characters at most', () => {
    write('instruments.yaml', anInstrument('group: corporate bonds'))

    expect(refusal(load)).toBe(
      'EXC_CONFIG_VALUE instruments.yaml:1: [0].group is "corporate bonds"; use 1 to 32 printable ASCII characters without space',
    )
  })
})

/** `itch.channels` as JSON, which is YAML, in one line; ports count up from 1. */
function channelsOf(...channels: readonly object[]): string {
  const described = channels.map((channel, i) => ({
    lines: [{ group: `239.1.1.${i + 1}`, port: 1 }],
    retransmission: { port: i * 3 + 1 },
    snapshot: { port: i * 3 + 2 },
    stream: { port: i * 3 + 3 },
    ...channel,
  }))
  return JSON.stringify({ itch: { channels: described } })
}

describe('the channels of the feed', () => {
  it('are one that takes every instrument, unless the file has several', () => {
    const { channels } = load().itch

    expect(channels).toEqual([
      {
        setting: 'itch',
        symbols: undefined,
        lines: [
          { group: '239.192.44.1', port: 26_401 },
          { group: '239.192.44.2', port: 26_402 },
        ],
        retransmission: { host: '127.0.0.1', port: 26_410, allow: [] },
        snapshot: { host: '127.0.0.1', port: 26_420 },
        stream: { host: '127.0.0.1', port: 26_430 },
      },
    ])
  })

  it('have their place in the file as their number, and their own lines and ports', () => {
    write('exchange.yaml', channelsOf({ symbols: ['IBM'] }, {}, { symbols: [] }))

    const address = (port: number) => ({ host: '127.0.0.1', port })
    expect(load().itch.channels).toEqual(
      [['IBM'], undefined, []].map((symbols, i) => ({
        setting: `itch.channels[${i}]`,
        symbols,
        lines: [{ group: `239.1.1.${i + 1}`, port: 1 }],
        retransmission: { ...address(i * 3 + 1), allow: [] },
        snapshot: address(i * 3 + 2),
        stream: address(i * 3 + 3),
      })),
    )
  })

  it('may all ask for any free port', () => {
    const any = { retransmission: { port: 0 }, snapshot: { port: 0 }, stream: { port: 0 } }
    write('exchange.yaml', channelsOf(any, { ...any, symbols: ['IBM'] }))

    expect(refusal(load)).toBe('accepted')
  })

  // prettier-ignore
  it.each([
    [{ symbols: ['IBM'] }, {}, {}, 'itch.channels[2] has no symbols, as itch.channels[1] has none; leave them out of one only'],
    [{ symbols: ['IBM'] }, { symbols: [] }, { symbols: ['AAPL'] }, 'itch.channels is without a channel for all other instruments; leave symbols out of one'],
    [{}, { symbols: ['GME'] }, { symbols: [] }, 'itch.channels[1].symbols[0] is GME; list it in instruments.yaml'],
    [{}, { symbols: ['IBM'] }, { symbols: ['AAPL', 'IBM'] }, 'itch.channels[2].symbols[1] is IBM again; name each symbol once'],
    [{}, { symbols: ['IBM', 'IBM'] }, { symbols: [] }, 'itch.channels[1].symbols[1] is IBM again; name each symbol once'],
    [{}, { symbols: ['TOOLONGER'] }, { symbols: [] }, 'itch.channels[1].symbols[0] is TOOLONGER; use 1 to 8 printable ASCII characters without space'],
    [{}, { symbols: [] }, { symbols: [], lines: [{ group: '239.1.1.9', port: 1 }, { group: '239.1.1.1', port: 1 }] }, 'itch.channels[2].lines[1] is 239.1.1.1:1 again; give each line its own'],
    [{}, { symbols: [] }, { symbols: [], retransmission: { port: 4 } }, 'itch.channels[2].retransmission is 127.0.0.1:4/udp again; give each its own port'],
    [{}, { symbols: [] }, { symbols: [], stream: { port: 2 } }, 'itch.channels[2].stream is 127.0.0.1:2/tcp again; give each its own port'],
    [{}, { symbols: [] }, { symbols: [], snapshot: {} }, 'itch.channels[2].snapshot.port is missing; use 0 to 65535'],
    [{}, { symbols: [] }, { symbols: [], lines: undefined }, 'itch.channels[2].lines is missing; use a list of lines'],
  ])('%j, %j, %j are refused', (first, second, third, expected) => {
    write('exchange.yaml', channelsOf(first, second, third))

    expect(refusal(load)).toBe(`EXC_CONFIG_VALUE exchange.yaml:1: ${expected}`)
  })

  it.each(['lines', 'retransmission', 'snapshot', 'stream'])('leave no %s beside them', (key) => {
    const value = key === 'lines' ? '[{ group: 239.1.1.1, port: 1 }]' : '{ port: 1 }'
    const { itch } = JSON.parse(channelsOf({})) as { itch: { channels: object[] } }
    write(
      'exchange.yaml',
      `itch:\n  ${key}: ${value}\n  channels: ${JSON.stringify(itch.channels)}\n`,
    )

    expect(refusal(load)).toBe(
      `EXC_CONFIG_VALUE exchange.yaml:2: itch.${key} stands beside itch.channels; give it to each channel instead`,
    )
  })

  it('are as many as one character of a session name can tell apart', () => {
    const others = (count: number) => Array.from({ length: count }, () => ({ symbols: [] }))
    write('exchange.yaml', channelsOf({}, ...others(35)))
    expect(load().itch.channels).toHaveLength(36)

    write('exchange.yaml', channelsOf({}, ...others(36)))
    expect(refusal(load)).toBe(
      'EXC_CONFIG_VALUE exchange.yaml:1: itch.channels is a list; use at most 36 channels',
    )
  })
})

describe('a mistake in a session file', () => {
  // prettier-ignore
  it.each([
    [aSession(''), 'sessions/ACME.yaml:1: password is missing; use scrypt:N:r:p:salt:hash (buttonwood session new makes one), plain:…, or none'],
    [aSession('password: hunter2'), 'sessions/ACME.yaml:3: password is not as it should be (hidden); use scrypt:N:r:p:salt:hash (buttonwood session new makes one), plain:…, or none'],
    [aSession('password: scrypt:32767:8:1:AIlbKtq/AKd+lcR72AfX5A==:Q8e+rg65+uWPYTJ9FOkNLOJnl43A3NZL+6ZDKq8GNVA='), 'sessions/ACME.yaml:3: password is not as it should be (hidden); use scrypt:N:r:p:salt:hash (buttonwood session new makes one), plain:…, or none'],
    [aSession('password: none\nheartBtInt: { min: 0 }'), 'sessions/ACME.yaml:4: heartBtInt.min is 0; use 1 to 3600 seconds'],
    [aSession('password: none\nheartBtInt: { min: 30, max: 10 }'), 'sessions/ACME.yaml:4: heartBtInt.min is 30; use heartBtInt.max 10 or less'],
    [aSession('password: none\nrole: drop-copy'), "sessions/ACME.yaml:1: dropCopyOf is missing; list the firms to copy, or '*'"],
    [aSession('password: none\nresetOnLogon: yes'), 'sessions/ACME.yaml:4: resetOnLogon is yes; use true or false'],
    ['senderCompId: INITECH\nfirm: X\npassword: none', 'sessions/ACME.yaml:1: senderCompId is INITECH; name the file INITECH.yaml'],
    ['senderCompId: ../ACME\nfirm: X\npassword: none', 'sessions/ACME.yaml:1: senderCompId is ../ACME; use 1 to 32 letters, digits, dots, dashes or underscores, starting with a letter or digit'],
  ])('%j is refused', (text, expected) => {
    write('sessions/ACME.yaml', text)

    expect(refusal(load)).toBe(`EXC_CONFIG_VALUE ${expected}`)
  })

  it('is a plain password when others than this machine can log on', () => {
    write('exchange.yaml', 'fix: { host: 0.0.0.0 }')

    expect(refusal(load)).toBe(
      'EXC_CONFIG_VALUE sessions/ACME.yaml:5: password is plain: and fix.host is 0.0.0.0; use scrypt:… (buttonwood session new makes one)',
    )
  })

  it("is the exchange's own CompID", () => {
    write('exchange.yaml', 'exchange: { compId: ACME }')

    expect(refusal(load)).toBe(
      "EXC_CONFIG_VALUE sessions/ACME.yaml:2: senderCompId is ACME, the exchange's own; use another",
    )
  })
})

describe('where the configuration comes from', () => {
  it('says which file is not there', () => {
    expect(refusal(() => loadConfig({ file: join(folder, 'none.yaml'), env: {} }))).toBe(
      'EXC_CONFIG_FILE none.yaml: cannot be read (ENOENT); give an existing file with --config or BUTTONWOOD_CONFIG',
    )
  })

  it('says which folder of sessions is not there', () => {
    write('exchange.yaml', 'sessions: elsewhere/')

    expect(refusal(load)).toContain('elsewhere: cannot be read (ENOENT)')
  })

  it('takes file, data directory and database from the environment', () => {
    const config = loadConfig({
      env: {
        BUTTONWOOD_CONFIG: join(folder, 'exchange.yaml'),
        BUTTONWOOD_DATA_DIR: '/var/lib/buttonwood',
        DATABASE_URL: 'postgres://ops@db.example/drop',
      },
    })

    expect([config.file, config.dataDir, config.dropcopy.database]).toEqual([
      join(folder, 'exchange.yaml'),
      '/var/lib/buttonwood',
      'postgres://ops@db.example/drop',
    ])
  })

  it('lets the command line win over the environment', () => {
    const config = loadConfig({
      file: join(folder, 'exchange.yaml'),
      env: {
        BUTTONWOOD_CONFIG: '/nowhere',
        BUTTONWOOD_DATA_DIR: '/a',
        DATABASE_URL: 'postgres://a',
      },
      overrides: { dataDir: '/b', databaseUrl: 'postgres://b' },
    })

    expect([config.dataDir, config.dropcopy.database]).toEqual(['/b', 'postgres://b'])
  })

  it('does not repeat a DATABASE_URL that is wrong', () => {
    expect(refusal(() => load({ DATABASE_URL: 'mysql://u:hunter2@h/d' }))).toBe(
      'EXC_CONFIG_VALUE DATABASE_URL is not a database; use postgres://user:password@host:port/name, or embedded',
    )
  })

  it('reads 5,000 instruments', () => {
    const lines = Array.from({ length: 5_000 }, (_, index) =>
      anInstrument('priceBandPercent: 10').replace('AAPL', `S${index}`),
    )
    write('instruments.yaml', lines.join(''))

    expect(load().instruments.length).toBe(5_000)
  })

  it('answers any text with a configuration or a refusal, never with a crash', () => {
    const word = fc.constantFrom(
      'fix',
      'port',
      'itch',
      'lines',
      ':',
      ': ',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '"',
      '!!set ',
      '1',
      '<<',
      '|',
      '%',
      '---\n',
    )
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 20 }).map((words) => words.join('')),
    )
    fc.assert(
      fc.property(text, (source) => {
        write('exchange.yaml', source)
        expect(refusal(load)).toMatch(/^(accepted|EXC_CONFIG_VALUE|EXC_CONFIG_FILE)/)
      }),
      { numRuns: 300 },
    )
  })
})
