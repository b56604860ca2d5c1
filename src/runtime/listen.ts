/** A TCP port that stays open: what its server reports later is logged, never thrown. */
import type { Server } from 'node:net'
import { ErrorCode, ExchangeError } from './errors.ts'
import type { Logger } from './logger.ts'

export interface ListenOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  /** The port as people call it. */
  readonly name: string
  /** The key that chooses another. */
  readonly setting: string
  readonly logger: Logger
}

/**
 * Listens. An error after that, such as a connection that could not be accepted, costs that
 * connection and nothing else: without a listener it would end the process.
 * @throws ExchangeError PortInUse
 */
export async function listen(server: Server, options: ListenOptions): Promise<void> {
  const { host, port, name, setting, logger } = options
  await new Promise<void>((resolve, reject) => {
    server.on('error', (cause: NodeJS.ErrnoException) => {
      if (server.listening) {
        logger.error({ port: name, reason: cause.message }, 'a connection could not be accepted')
        return
      }
      const why = cause.code === 'EADDRINUSE' ? 'is in use by another program' : cause.message
      const message = `${name} ${host}:${port} ${why}; choose another ${setting} or stop the other program`
      reject(new ExchangeError(ErrorCode.PortInUse, message, { cause }))
    })
    server.listen(port, host, resolve)
  })
}
