/**
 * The shadow's process: started by the server, told over IPC how far the journal is durable, gone when
 * that channel closes, after a last snapshot.
 */
import { constants, setPriority } from 'node:os'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { AssertionError } from './domain/index.ts'
import { NodeDisk } from './journal/index.ts'
import type { DurableMessage, ReaderLogLine } from './runtime/index.ts'
import { ErrorCode, ExchangeError, messageOf, serversLogger } from './runtime/index.ts'
import type { ShadowEnd, ShadowMessage, ShadowStart } from './shadow-process.ts'
import { Shadow } from './shadow.ts'

/** How often the server is told how it goes, and seals are synced. */
const STATE_MS = 1_000

const logger = serversLogger(tell)
const counts = { snapshots: 0, snapshotFailures: 0 }
let shadow: Shadow | undefined
/** The server ends in order, and has told its last position. */
let isEnding = false
/** Something is to be done: called at most once for each `news`. */
let wake = (): void => {}

process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})
// The server has died: another one, with a shadow of its own, may be about to begin.
process.on('disconnect', () => process.exit(0))
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
    // What was said is heard before the channel closes.
    tell({ type: 'state', state: stateNow() }, () => process.exit(0))
  } catch (error) {
    const code = codeOf(error)
    const reason = messageOf(error)
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
    if (isEnding) break
    if (followed.checkSome()) await turn()
    else await news
  }
  // A server that was killed meanwhile is heard of first.
  await turn()
  await turn()
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
      if (isEnding) await turn()
      else await wait(performance.now() - pieceMs)
    }
  } catch (error) {
    if (error instanceof AssertionError) throw error
    counts.snapshotFailures++
    const reason = messageOf(error)
    logger.error({ position, reason }, 'no snapshot could be written; trading goes on')
  }
}

function report(): void {
  try {
    shadow?.syncSeals()
  } catch (error) {
    logger.error({ reason: String(error) }, 'seals could not be written; trading goes on')
  }
  tell({ type: 'state', state: stateNow() })
}

const stateNow = () => ({ position: shadow?.position ?? 0, ...counts })

/** A broken invariant is a difference: the shadow's engine could not do what the exchange's did. */
function codeOf(error: unknown): ErrorCode {
  if (error instanceof ExchangeError) return error.code
  return error instanceof AssertionError ? ErrorCode.ReplayDiffers : ErrorCode.JournalUnreadable
}

function tell(message: ShadowMessage | ReaderLogLine, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, sent)
  else sent()
}
