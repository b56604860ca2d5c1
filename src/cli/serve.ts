/**
 * `buttonwood serve`: runs the exchange until SIGTERM or SIGINT; SIGHUP reads the risk limits again.
 * Standard output is the log, one JSON object a line; the line with `"msg":"ready"` says that everything
 * accepts.
 */
import { writeSync } from 'node:fs'
import type { Command } from 'commander'
import type { Logger } from '../runtime/index.ts'
import { fatalLine } from './error-line.ts'

interface ServeOptions {
  config?: string
  dataDir?: string
  databaseUrl?: string
}

export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('run the exchange until SIGTERM or SIGINT')
    .option('--config <file>', 'exchange.yaml (default: config/exchange.yaml)')
    .option('--data-dir <dir>', 'where journal and embedded database are kept')
    .option('--database-url <url>', 'PostgreSQL for the drop copy')
    .addHelpText('after', '\nExample:\n  $ buttonwood serve --data-dir ./data\n')
    .action(serve)
}

async function serve({ config: file, dataDir, databaseUrl }: ServeOptions): Promise<void> {
  const { createLogger, loadConfig, logLevelOf } = await import('../runtime/index.ts')
  const config = loadConfig({ file, env: process.env, overrides: { dataDir, databaseUrl } })
  const level = logLevelOf(process.env)
  const logger = createLogger(level)
  const onFatal = (error: unknown): never => stopAtOnce(error, logger)
  // The turn has its own way there; this is for every other callback: sockets, timers, promises.
  process.on('uncaughtException', onFatal)

  // Only now, so that a wrong configuration is told at once.
  const { startExchange } = await import('../main.ts')
  let reloadLimits = (): void => logger.warn({}, 'SIGHUP before the exchange is ready: ignored')
  process.on('SIGHUP', () => reloadLimits())
  const exchange = await startExchange(config, {
    logger,
    onFatal,
    onProgress(bytesDone, bytesTotal) {
      logger.info({ bytesDone, bytesTotal }, 'replaying the journal')
    },
  })
  reloadLimits = exchange.reloadLimits
  // Before anybody is told that it is ready, and may want it to stop.
  const stopped = stopSignal()
  logger.info({ pid: process.pid, ...exchange.ports }, 'ready')
  // A hash over every order of the day: only for those who look for details.
  if (level === 'debug') logger.debug({ stateHash: exchange.stateHash() }, 'recovered')

  await stopped
  logger.info({}, 'stopping')
  await exchange.stop()
  logger.info({ stateHash: exchange.stateHash() }, 'stopped')
}

/**
 * Ends the process within this call, so that no callback runs any more: nothing may be said, a
 * Logout neither, because its number could not be stored. The journal brings the exchange back.
 */
function stopAtOnce(error: unknown, logger: Logger): never {
  try {
    const { stack } = error instanceof Error ? error : {}
    logger.fatal({ reason: String(error), stack }, 'the exchange stops')
    writeSync(process.stderr.fd, fatalLine(error))
  } finally {
    process.exit(1)
  }
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/**
 * Resolves at the first SIGTERM or SIGINT; a second one, of either kind, ends the process at once. A
 * parent that started it with a channel, as the demo does, takes it along when it dies.
 */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const onSignal = (): void => {
      for (const signal of SIGNALS) process.off(signal, onSignal)
      resolve()
    }
    for (const signal of SIGNALS) process.on(signal, onSignal)
    process.once('disconnect', () => resolve())
    process.channel?.unref()
  })
}
