/**
 * The configuration that one start of the exchange runs with: exchange.yaml, the instruments and
 * the sessions it points to, the environment and the command line, checked as a whole. Anything
 * wrong stops the start with file, line, key, value and what is allowed.
 */
import { readdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { z } from 'zod'
import { ErrorCode, ExchangeError } from '../errors.ts'
import { isWeekly } from '../session-calendar.ts'
import { checkAdmin } from './admin.ts'
import { checkBreaker } from './breaker.ts'
import type { ItchConfig } from './channels.ts'
import { resolveItch } from './channels.ts'
import type { DropCopyConfig } from './drop-copy.ts'
import { resolveDropCopy } from './drop-copy.ts'
import { isLoopback } from './loopback.ts'
import type { LimitsFilePlace } from './risk-limits.ts'
import {
  SESSIONS_MAX,
  compId,
  exchangeFile,
  instrumentsFile,
  sessionFile,
  tokenName,
} from './schema.ts'
import type { TlsConfig } from './tls-files.ts'
import { loadTls } from './tls-files.ts'
import { checkGroup, checkTradingSchedule } from './trading-schedule.ts'
import { YamlFile } from './yaml-file.ts'

type ExchangeFile = z.output<typeof exchangeFile>

/** One entry of instruments.yaml; prices in 1/10,000, quantities in shares. */
export type InstrumentConfig = Readonly<z.output<typeof instrumentsFile>[number]>
/** One file of sessions/, with its defaults. `password` is as the file has it. */
export type SessionConfig = Readonly<z.output<typeof sessionFile>>

/** Everything resolved: absolute paths, numbers as numbers, prices scaled. */
export interface ExchangeConfig extends Readonly<
  Omit<
    ExchangeFile,
    'instruments' | 'sessions' | 'limits' | 'dataDir' | 'fix' | 'itch' | 'dropcopy'
  >
> {
  /** Absolute path of exchange.yaml. */
  readonly file: string
  /** Absolute path. */
  readonly dataDir: string
  /** Absolute path of the folder of session files. */
  readonly sessionsDir: string
  readonly fix: Readonly<Omit<ExchangeFile['fix'], 'tls' | 'messageLog'>> & {
    readonly tls: TlsConfig | undefined
    /** undefined = no message is logged. */
    readonly messageLog: MessageLogConfig | undefined
  }
  readonly itch: ItchConfig
  readonly dropcopy: DropCopyConfig
  /** In the order of the file. */
  readonly instruments: readonly InstrumentConfig[]
  /** In the order of their names. */
  readonly sessions: readonly SessionConfig[]
  /** Read by `serve` only: whoever asks it something needs no limits. */
  readonly limitsFile: LimitsFilePlace
}

type MessageLogFile = NonNullable<ExchangeFile['fix']['messageLog']>

export interface MessageLogConfig extends Readonly<MessageLogFile> {
  /** Absolute path. */
  readonly directory: string
}

export interface ConfigSource {
  /** exchange.yaml; wins over BUTTONWOOD_CONFIG. Default config/exchange.yaml. */
  file?: string | undefined
  env: NodeJS.ProcessEnv
  /** From the command line; they win over environment and file. */
  overrides?: { dataDir?: string | undefined; databaseUrl?: string | undefined }
}

const DEFAULT_FILE = 'config/exchange.yaml'
const DEFAULT_LIMITS_FILE = 'limits.yaml'
/** Where messages are logged in dataDir, unless the file says otherwise. */
export const MESSAGE_LOG_FOLDER = 'fix-log'

/** @throws ExchangeError EXC_CONFIG_FILE or EXC_CONFIG_VALUE */
export function loadConfig({ file, env, overrides = {} }: ConfigSource): ExchangeConfig {
  const yaml = new YamlFile(file ?? env['BUTTONWOOD_CONFIG'] ?? DEFAULT_FILE)
  const { instruments, sessions, limits, dataDir, fix, itch, ...parsed } = yaml.parse(
    exchangeFile,
    {},
  )
  checkSubscribers(yaml, itch.subscribers)
  checkAdmin(yaml, parsed.admin)

  const here = dirname(yaml.path)
  const sessionsDir = resolve(here, sessions)
  const givenDataDir = overrides.dataDir ?? env['BUTTONWOOD_DATA_DIR']
  const folders = {
    here,
    dataDir: givenDataDir === undefined ? resolve(here, dataDir) : resolve(givenDataDir),
  }
  const listed = loadInstruments(resolve(here, instruments), parsed.market.schedule)
  checkTradingSchedule(yaml, parsed.market, new Set(listed.map(({ group }) => group)))
  checkBreaker(yaml, parsed.market.breaker, new Set(listed.map(({ symbol }) => symbol)))
  return {
    ...parsed,
    file: yaml.path,
    dataDir: folders.dataDir,
    sessionsDir,
    fix: {
      ...fix,
      tls: loadTls(yaml, fix.tls),
      messageLog: fix.messageLog && locateMessageLog(fix.messageLog, folders),
    },
    itch: resolveItch(yaml, itch, new Set(listed.map(({ symbol }) => symbol))),
    dropcopy: resolveDropCopy(
      yaml,
      parsed.dropcopy,
      chooseDatabase(parsed.dropcopy.database, env, overrides),
    ),
    limitsFile: {
      path: resolve(here, limits ?? DEFAULT_LIMITS_FILE),
      isOptional: limits === undefined,
    },
    instruments: listed,
    sessions: loadSessions(sessionsDir, {
      exchangeCompId: parsed.exchange.compId,
      fixHost: fix.host,
    }),
  }
}

function locateMessageLog(
  given: MessageLogFile,
  { here, dataDir }: { here: string; dataDir: string },
): MessageLogConfig {
  const { directory } = given
  const path =
    directory === undefined ? join(dataDir, MESSAGE_LOG_FOLDER) : resolve(here, directory)
  return { ...given, directory: path }
}

function chooseDatabase(
  database: string,
  env: NodeJS.ProcessEnv,
  { databaseUrl }: { databaseUrl?: string | undefined },
): string {
  const [name, url] =
    databaseUrl === undefined
      ? ['DATABASE_URL', env['DATABASE_URL']]
      : ['--database-url', databaseUrl]
  if (url === undefined || url === '') return database
  if (exchangeFile.shape.dropcopy.safeParse({ database: url }).success) return url

  // The value may hold a password: it is not repeated.
  throw new ExchangeError(
    ErrorCode.ConfigValue,
    `${name} is not a database; use postgres://user:password@host:port/name, or embedded`,
  )
}

function checkSubscribers(yaml: YamlFile, subscribers: ExchangeFile['itch']['subscribers']): void {
  const seen = new Set<string>()
  subscribers.forEach(({ username }, index) => {
    // Upper and lower case are the same at a login.
    if (seen.has(username.toLowerCase())) {
      const path = ['itch', 'subscribers', index, 'username']
      throw yaml.error(path, `is ${username} again; give each subscriber its own`)
    }
    seen.add(username.toLowerCase())
  })
}

function loadInstruments(
  path: string,
  schedule: ExchangeFile['market']['schedule'],
): InstrumentConfig[] {
  const yaml = new YamlFile(path)
  const instruments = yaml.parse(instrumentsFile, [])

  const seen = new Set<string>()
  instruments.forEach((instrument, index) => {
    const { symbol, lotSize, maxOrderQty, group } = instrument
    if (seen.has(symbol)) {
      throw yaml.error([index, 'symbol'], `is ${symbol} again; list each symbol once`)
    }
    if (maxOrderQty < lotSize) {
      throw yaml.error([index, 'maxOrderQty'], `is ${maxOrderQty}; use lotSize ${lotSize} or more`)
    }
    checkGroup(yaml, [index, 'group'], group, schedule)
    seen.add(symbol)
  })
  return instruments
}

interface SessionsContext {
  readonly exchangeCompId: string
  readonly fixHost: string
}

function loadSessions(folder: string, context: SessionsContext): SessionConfig[] {
  const names = listFolder(folder).filter((name) => /\.ya?ml$/i.test(name) && !name.startsWith('.'))
  if (names.length > SESSIONS_MAX) {
    throw new ExchangeError(ErrorCode.ConfigFile, `${folder}: use at most ${SESSIONS_MAX} sessions`)
  }
  return names.sort(compareText).map((name) => loadSession(join(folder, name), context))
}

function loadSession(path: string, { exchangeCompId, fixHost }: SessionsContext): SessionConfig {
  const yaml = new YamlFile(path)
  const session = yaml.parse(sessionFile, {})
  const { senderCompId, heartBtInt, password, role, dropCopyOf } = session

  if (basename(path) !== `${senderCompId}.yaml`) {
    throw yaml.error(['senderCompId'], `is ${senderCompId}; name the file ${senderCompId}.yaml`)
  }
  if (senderCompId === exchangeCompId) {
    throw yaml.error(['senderCompId'], `is ${senderCompId}, the exchange's own; use another`)
  }
  if (heartBtInt.min > heartBtInt.max) {
    const { min, max } = heartBtInt
    throw yaml.error(['heartBtInt', 'min'], `is ${min}; use heartBtInt.max ${max} or less`)
  }
  if (password.startsWith('plain:') && !isLoopback(fixHost)) {
    throw yaml.error(
      ['password'],
      `is plain: and fix.host is ${fixHost}; use scrypt:… (buttonwood session new makes one)`,
    )
  }
  checkSchedule(yaml, session.schedule)
  if (role === 'drop-copy' && dropCopyOf.length === 0) {
    throw yaml.error(['dropCopyOf'], "is missing; list the firms to copy, or '*'")
  }
  return session
}

function checkSchedule(yaml: YamlFile, schedule: SessionConfig['schedule']): void {
  if (schedule === undefined) return
  const { start, end, days } = schedule
  if (isWeekly(start) !== isWeekly(end)) {
    throw yaml.error(['schedule', 'end'], `is ${end}; name a day in both start and end, or in none`)
  }
  if (isWeekly(start) && days.length > 0) {
    throw yaml.error(['schedule', 'days'], 'is a list; leave it out where start and end name days')
  }
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable'
    const message = `${folder}: cannot be read (${code}); set sessions to the folder of session files`
    throw new ExchangeError(ErrorCode.ConfigFile, message, { cause })
  }
}

/** @throws ExchangeError EXC_CONFIG_VALUE unless `given` can name a session and its file */
export function checkCompId(given: string): void {
  const result = compId().safeParse(given)
  if (result.success) return

  const message = `COMPID is ${JSON.stringify(given)}; ${result.error.issues[0]!.message}`
  throw new ExchangeError(ErrorCode.ConfigValue, message)
}

/** @throws ExchangeError EXC_CONFIG_VALUE unless `given` can name a token of the admin API */
export function checkTokenName(given: string): void {
  const result = tokenName().safeParse(given)
  if (result.success) return

  const message = `NAME is ${JSON.stringify(given)}; ${result.error.issues[0]!.message}`
  throw new ExchangeError(ErrorCode.ConfigValue, message)
}

/** By code unit: the same order on every machine, whatever its locale. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
