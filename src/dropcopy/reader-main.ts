/**
 * The reader's process: started by DropCopySupervisor, told what to do over IPC, gone when that
 * channel closes. Signals of the terminal reach the server, which then closes the channel.
 */
import { constants, setPriority } from 'node:os'
import { messageOf, serversLogger } from '../runtime/index.ts'
import type { FromReader, ReaderReport, ToReader } from './supervisor/messages.ts'
import { EXIT_STOPPED, ReaderState } from './supervisor/messages.ts'
import { DropCopyReader } from './reader.ts'

let reader: DropCopyReader | undefined
let hasYielded = false

process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', () => {
  // Before its first report it has written nothing, and opening takes seconds that nobody waits for.
  if (reader && hasYielded) reader.stop()
  else process.exit(0)
})
process.on('message', (message: ToReader) => {
  if (message.type === 'start') void start(message)
  else reader?.announce(message.position)
})

async function start(options: Extract<ToReader, { type: 'start' }>): Promise<void> {
  const report = (state: ReaderReport): void => {
    yieldToTrading()
    tell(state)
  }
  reader = new DropCopyReader({ ...options, logger: serversLogger(tell), report })
  try {
    await reader.run()
    process.exit(0)
  } catch (error) {
    const reason = messageOf(error)
    const state = ReaderState.Stopped
    tell({ type: 'state', state, appliedPosition: 0, groupNumber: 0, reason }, () =>
      process.exit(EXIT_STOPPED),
    )
  }
}

/**
 * Trading goes first where cores are few: what the copy falls behind waits in the journal. Not
 * before the first report, though: until the database is open nobody can ask it anything, and the
 * last in the queue for a busy processor takes minutes for that.
 */
function yieldToTrading(): void {
  if (!hasYielded) setPriority(constants.priority.PRIORITY_LOW)
  hasYielded = true
}

function tell(message: FromReader, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, sent)
  else sent()
}
