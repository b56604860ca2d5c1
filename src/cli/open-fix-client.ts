/**
 * Logs a user on to the exchange by the name of a configured session: address and CompIDs from the
 * configuration, the password from where it may stand, the sequence numbers from the data folder.
 */
import { join } from 'node:path'
import type { FixClientHandler } from '../client/index.ts'
import { FixClient } from '../client/index.ts'
import type { ExchangeConfig, SessionConfig } from '../runtime/index.ts'
import { ErrorCode, ExchangeError, loadConfig } from '../runtime/index.ts'

export interface FixLoginOptions {
  readonly session: string
  readonly password?: string
  readonly config?: string
  readonly dataDir?: string
  readonly host?: string
  readonly port?: number
}

const HEART_BT_INT_SECONDS = 30
const PLAIN = 'plain:'

/** @throws ExchangeError when the session is not configured, not reachable, or refused */
export async function openFixClient(
  options: FixLoginOptions,
  handler: FixClientHandler,
): Promise<FixClient> {
  const config = loadConfig({
    file: options.config,
    env: process.env,
    overrides: { dataDir: options.dataDir },
  })
  const session = findSession(config, options.session)
  const { min, max } = session.heartBtInt

  const client = new FixClient(
    {
      host: options.host ?? config.fix.host,
      port: options.port ?? config.fix.port,
      compId: session.senderCompId,
      targetCompId: config.exchange.compId,
      username: session.senderCompId,
      password: passwordOf(session, options.password),
      heartBtInt: Math.min(max, Math.max(min, HEART_BT_INT_SECONDS)),
      sequenceFile: join(config.dataDir, 'clients', `${session.senderCompId}.json`),
      resetOnLogon: session.resetOnLogon,
    },
    handler,
  )
  await client.connect()
  return client
}

function findSession({ sessions, sessionsDir }: ExchangeConfig, name: string): SessionConfig {
  const session = sessions.find(({ senderCompId }) => senderCompId === name)
  if (session !== undefined) return session

  const names = sessions.map(({ senderCompId }) => senderCompId).join(', ')
  const message = `--session ${name} is not in ${sessionsDir}; use one of ${names || '(none)'}`
  throw new ExchangeError(ErrorCode.ConfigValue, message)
}

function passwordOf(session: SessionConfig, given: string | undefined): string | undefined {
  const password = given ?? process.env['BUTTONWOOD_PASSWORD']
  if (password !== undefined) return password
  if (session.password.startsWith(PLAIN)) return session.password.slice(PLAIN.length)
  if (session.password === 'none') return undefined

  const message = `the password of ${session.senderCompId} is stored as a hash; give it in BUTTONWOOD_PASSWORD or with --password`
  throw new ExchangeError(ErrorCode.ConfigValue, message)
}
