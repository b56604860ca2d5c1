/**
 * One JSON object a line on standard output. Secrets never get there: fields named password and
 * FIX fields 554 Password, 925 NewPassword and 96 RawData are replaced, as properties of the logged
 * object and inside the text of a FIX message.
 */
import { pino } from 'pino'
import type { DestinationStream } from 'pino'
import { ErrorCode, ExchangeError } from './errors.ts'

type Write = (fields: object, message: string) => void

/** What the other folders know of logging. Levels as in pino; `fields` become JSON properties. */
export interface Logger {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  readonly fatal: Write
  /** A logger whose every line has these fields too. */
  child(fields: Record<string, unknown>): Logger
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const HIDDEN = '[hidden]'
const SECRET_PROPERTIES = ['password', 'newPassword', 'rawData', '["554"]', '["925"]', '["96"]']
/** 554=…, 925=… and 96=… up to the delimiter, as they look inside a JSON string. */
const SECRET_FIX_FIELDS = /(?<=\\u0001|\||")(554|925|96)=.*?(?=\\u0001|\||"|\\n)/g

/** A logger that writes to standard output, or to `destination` in tests. */
export function createLogger(level: LogLevel = 'info', destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRET_PROPERTIES.flatMap(atAnyOfTwoDepths), censor: HIDDEN },
    hooks: { streamWrite: hideSecrets },
  }
  return destination === undefined ? pino(options) : pino(options, destination)
}

/** Says nothing: for tests and for commands whose output is for people. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  fatal: () => undefined,
  child: () => silentLogger,
}

/**
 * LOG_LEVEL of the environment, `info` when it is not set.
 * @throws ExchangeError EXC_CONFIG_VALUE
 */
export function logLevelOf(env: NodeJS.ProcessEnv): LogLevel {
  const wanted = env['LOG_LEVEL'] ?? 'info'
  const level = LOG_LEVELS.find((known) => known === wanted)
  if (level !== undefined) return level

  throw new ExchangeError(
    ErrorCode.ConfigValue,
    `LOG_LEVEL is ${JSON.stringify(wanted)}; use ${LOG_LEVELS.join(', ')}`,
  )
}

/** Replaces the secrets of FIX messages in a line of JSON. */
function hideSecrets(line: string): string {
  return line.replace(SECRET_FIX_FIELDS, `$1=${HIDDEN}`)
}

function atAnyOfTwoDepths(path: string): string[] {
  return path.startsWith('[') ? [path, `*${path}`] : [path, `*.${path}`]
}
