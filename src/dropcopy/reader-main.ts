/**
 * The reader's process: started by DropCopySupervisor, told what to do over IPC, gone when that
 * channel closes. Signals of the terminal reach the server, which then closes the channel.
 */
import { createLogger, logLevelOf } from '../runtime/index.ts'
import type { FromReader, ToReader } from './messages.ts'
import { EXIT_STOPPED, ReaderState } from './messages.ts'
import { DropCopyReader } from './reader.ts'

let reader: DropCopyReader | undefined

process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', () => {
  if (reader) reader.stop()
  else process.exit(0)
})
process.on('message', (message: ToReader) => {
  if (message.type === 'start') void start(message)
  else reader?.announce(message.position)
})

async function start(options: Extract<ToReader, { type: 'start' }>): Promise<void> {
  const level = logLevelOf({ LOG_LEVEL: options.logLevel })
  const logger = createLogger(level).child({ part: 'dropcopy' })
  reader = new DropCopyReader({ ...options, logger, report })
  try {
    await reader.run()
    process.exit(0)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    logger.error({ reason }, 'drop copy stops')
    const stopped: FromReader = {
      type: 'state',
      state: ReaderState.Stopped,
      appliedPosition: 0,
      groupNumber: 0,
      reason,
    }
    report(stopped, () => process.exit(EXIT_STOPPED))
  }
}

function report(state: FromReader, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(state, undefined, undefined, sent)
  else sent()
}
