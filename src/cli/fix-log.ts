/**
 * `buttonwood fix log`: the FIX messages that the exchange logged, with names for tags and values, of
 * all sessions in the order in which they passed, or of one order.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as setTimeoutPromise } from 'node:timers/promises'
import { ErrorCode, ExchangeError, loadConfig, MESSAGE_LOG_FOLDER } from '../runtime/index.ts'
import { printJson, printRaw, printText } from './fix-log-print.ts'
import type { FixLogSource, SessionLine } from './fix-log-reader.ts'
import { FixLogReader } from './fix-log-reader.ts'
import { sessionsIn } from './fix-log-session.ts'
import { OrderStory } from './fix-log-story.ts'
import { printLine } from './print-line.ts'

export interface FixLogOptions {
  session?: string
  order?: string
  since?: string
  until?: string
  follow?: boolean
  raw?: boolean
  json?: boolean
  config?: string
  dataDir?: string
  directory?: string
}

/** How often a log that is followed is looked at. */
const FOLLOW_MS = 200

type Print = (line: SessionLine) => Promise<void>

export async function showFixLog(options: FixLogOptions): Promise<void> {
  const directory = directoryOf(options)
  const sessions = sessionsToShow(directory, options)
  let printed = 0
  const format = formatOf(options, Math.max(0, ...sessions.map(({ length }) => length)))
  const print: Print = async (line) => {
    if (!isWithin(line, options)) return
    printed++
    await printLine(format(line))
  }

  const { order, session } = options
  if (order === undefined) await showAll({ directory, session }, options, print)
  else await showOrder(order, directory, options, print)
  if (printed === 0) process.stderr.write('no messages\n')
}

async function showAll(source: FixLogSource, options: FixLogOptions, print: Print): Promise<void> {
  // Who follows without a time to begin at wants to know what comes, not what was.
  const isOld = options.follow === true && options.since === undefined
  const reader = new FixLogReader(source, { isOld })
  for (const line of reader.read()) await print(line)
  while (options.follow) {
    await setTimeoutPromise(FOLLOW_MS)
    for (const line of reader.read()) await print(line)
  }
  reader.close()
}

async function showOrder(
  clOrdId: string,
  directory: string,
  options: FixLogOptions,
  print: Print,
): Promise<void> {
  const story = new OrderStory(clOrdId, options.session)
  readThrough(directory, options, (line) => story.find(line))
  if (story.found.length > 1) tellApart(clOrdId, story)
  readThrough(directory, options, (line) => story.learn(line))

  const reader = new FixLogReader({ directory })
  for (const line of reader.read()) {
    // What came since the readings before.
    if (options.follow) story.find(line)
    if (options.follow) story.learn(line)
    if (story.has(line)) await print(line)
  }
  // Until Ctrl-C, which ends the process: nothing has to be put in order.
  while (options.follow) {
    await setTimeoutPromise(FOLLOW_MS)
    const lines = Array.from(reader.read(), (line) => ({ ...line, bytes: line.bytes.slice() }))
    for (const line of lines) story.find(line)
    for (const line of lines) story.learn(line)
    for (const line of lines) if (story.has(line)) await print(line)
  }
  reader.close()
}

function readThrough(directory: string, options: FixLogOptions, use: (line: SessionLine) => void) {
  const reader = new FixLogReader({ directory })
  for (const line of reader.read()) if (isWithin(line, options)) use(line)
  reader.close()
}

function tellApart(clOrdId: string, { found }: OrderStory): void {
  const orders = found.map(([orderId, session]) => `${orderId} of ${session}`).join(', ')
  process.stderr.write(
    `${clOrdId} is a ClOrdID of the orders ${orders}; --session and --since tell them apart\n`,
  )
}

function directoryOf({ directory, config: file, dataDir }: FixLogOptions): string {
  if (directory !== undefined) return existing(directory)
  const config = loadConfig({ file, env: process.env, overrides: { dataDir } })
  return existing(config.fix.messageLog?.directory ?? join(config.dataDir, MESSAGE_LOG_FOLDER))
}

function existing(directory: string): string {
  if (existsSync(directory)) return directory
  throw new ExchangeError(
    ErrorCode.FixLog,
    `${directory}: there is no FIX log; set fix.messageLog in exchange.yaml, or use --directory`,
  )
}

/** @throws ExchangeError EXC_FIX_LOG when a session is asked for that has no log */
function sessionsToShow(directory: string, { session, order }: FixLogOptions): string[] {
  const sessions = sessionsIn(directory)
  if (session === undefined) return sessions
  if (!sessions.includes(session)) {
    const known = sessions.length === 0 ? 'none' : sessions.join(', ')
    throw new ExchangeError(
      ErrorCode.FixLog,
      `${directory}: there is no log of session ${session}; there are ${known}`,
    )
  }
  return order === undefined ? [session] : sessions
}

function formatOf({ raw, json }: FixLogOptions, sessionColumns: number) {
  if (raw) return printRaw
  if (json) return printJson
  // Colours on a terminal, unless NO_COLOR(https://no-color.org) asks for none.
  const color = process.stdout.isTTY && !process.env['NO_COLOR']
  return (line: SessionLine) => printText(line, { sessionColumns, color })
}

/** Times of the log have one form, so they compare as text. */
function isWithin({ time }: SessionLine, { since, until }: FixLogOptions): boolean {
  return (since === undefined || time >= since) && (until === undefined || time < until)
}
