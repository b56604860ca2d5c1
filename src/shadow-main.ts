/**
 * The shadow's process: started by the server, told over IPC how far the journal is durable, gone when
 * that channel closes, after a last snapshot.
 */
import { constants, setPriority } from 'node:os'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { NodeDisk } from './journal/index.ts'
import type { DurableMessage, ReaderLogLine } from './runtime/index.ts'
import { ErrorCode, ExchangeError, serversLogger } from './runtime/index.ts'
import type { ShadowEnd, ShadowMessage, ShadowStart } from './shadow-process.ts'
import { Shadow } from './shadow.ts'

/** How often the server is told how it goes, and seals are synced. */
const STATE_MS = 1_000

const logger = serversLogger(tell)
const counts = { snapshots: 0, snapshotFailures: 0 }
let shadow: Shadow | undefined
/** The server ends in order; its last position comes before the channel closes. */
let isEnding = false
let isClosed = false
/** Something is to be done: called at most once for each `news`. */
let wake = (): void => {}

process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
process.on('disconnect', () => {
  if (!isEnding || shadow === undefined) process.exit(0)
  isClosed = true
  wake()
})
process.on('message', (message: ShadowStart | DurableMessage | ShadowEnd) => {
  if (message.type === 'start') void start(message)
  else if (message.type === 'durable') shadow?.announce(message.position)
  else isEnding = true
  wake()
})

async function start({ type: _type, ...options }: ShadowStart): Promise<void> {
  try {
    setPriority(constants.priority.PRIORITY_LOW)
    const disk = new NodeDisk()
    shadow = new Shadow({
      ...options,
      disk,
      onPassedOver: (file, reason) => logger.warn({ file, reason }, 'a snapshot was passed over'),
    })
    const timer = setInterval(report, STATE_MS)
    await run(shadow)
    clearInterval(timer)
    shadow.close()
    process.exit(0)
  } catch (error) {
    const code = error instanceof ExchangeError ? error.code : ErrorCode.JournalUnreadable
    const reason = error instanceof Error ? error.message : String(error)
    tell({ type: 'failed', code, reason }, () => process.exit(1))
  }
}

async function run(followed: Shadow): Promise<void> {
  for (;;) {
    const news = new Promise<void>((resolve) => (wake = resolve))
    while (followed.followSome()) {
      if (followed.isSnapshotDue) await writeSnapshot(followed)
      await turn()
    }
    if (isClosed) break
    if (followed.checkSome()) await turn()
    else await news
  }
  if (followed.canTakeSnapshot) await writeSnapshot(followed)
}

/** Pieces wait as long as they took: the journal's own syncs go on between them. */
async function writeSnapshot(followed: Shadow): Promise<void> {
  const beganMs = performance.now()
  const { position } = followed
  try {
    const steps = followed.takeSnapshot()
    for (;;) {
      const pieceMs = performance.now()
      const { done, value: bytes } = steps.next()
      if (done) {
        counts.snapshots++
        const ms = Math.round(performance.now() - beganMs)
        logger.info({ position, bytes, ms, seal: followed.sealText }, 'snapshot written')
        return
      }
      if (!isEnding) await wait(performance.now() - pieceMs)
    }
  } catch (error) {
    counts.snapshotFailures++
    const reason = error instanceof Error ? error.message : String(error)
    logger.error({ position, reason }, 'no snapshot could be written; trading goes on')
  }
}

function report(): void {
  shadow?.syncSeals()
  tell({ type: 'state', state: { position: shadow?.position ?? 0, ...counts } })
}

function tell(message: ShadowMessage | ReaderLogLine, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, sent)
  else sent()
}
