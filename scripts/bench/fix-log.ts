/**
 * What the message log costs the thread that trades, per message: reading orders and writing reports,
 * with the log off and on, files being written meanwhile.
 * `npm run bench -- fix-log`, or `npx tsx scripts/bench/fix-log.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { MessageLog, NodeLogDisk } from '../../src/fix-acceptor/index.ts'
import { FixReader, MessageWriter, MsgType } from '../../src/fix/index.ts'
import { NodeClock, SequencedClock, silentLogger } from '../../src/runtime/index.ts'
import { MESSAGES_PER_CHUNK, newOrders, SECONDS, writeExecutionReport } from './fix-codec.ts'

/** A run is short, some files' writes long, and there are many: some fall between what else is going on. */
const TURNS = 20
const RUNS = 300

type Print = (line: string) => void
type SessionLog = ReturnType<MessageLog['of']>
/** Handles MESSAGES_PER_CHUNK messages. */
type Turn = () => void

/** Prints nanoseconds per message. */
export async function benchFixLog(print: Print): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'buttonwood-fix-log-'))
  const log = new MessageLog({
    directory,
    fileBytesMax: 64 << 20,
    oldFilesMax: 1,
    clock: new SequencedClock(new NodeClock()),
    logger: silentLogger,
    disk: new NodeLogDisk(),
  })
  try {
    await compare(print, log, 'read NewOrderSingle', readTurn)
    await compare(print, log, 'write ExecutionReport', writeTurn)
    const { lines, dropped } = log.counts
    print(`${lines} lines, ${dropped} dropped`)
  } finally {
    await log.close()
    rmSync(directory, { recursive: true })
  }
}

async function compare(
  print: Print,
  log: MessageLog,
  what: string,
  makeTurn: (log?: SessionLog) => Turn,
): Promise<void> {
  const turns = { off: makeTurn(), on: makeTurn(log.of(what.replace(' ', '-'))) }
  const best = { off: Infinity, on: Infinity }
  // One after the other, so that a busy moment of the machine hits both.
  for (let run = 0; run < RUNS; run++) {
    best.off = Math.min(best.off, await nanoseconds(turns.off))
    best.on = Math.min(best.on, await nanoseconds(turns.on))
  }
  const [off, on] = [best.off, best.on].map(Math.round) as [number, number]
  print(`${what.padEnd(24)} off ${off} ns   on ${on} ns   +${on - off} ns a message`)
}

/** Time of this thread for one message; the event loop goes round, so that files are written. */
async function nanoseconds(turn: Turn): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < TURNS; i++) {
    turn()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return ((performance.now() - start) / TURNS / MESSAGES_PER_CHUNK) * 1e6
}

function readTurn(log?: SessionLog): Turn {
  const chunk = newOrders()
  const reader = new FixReader(
    {
      onMessage: (message) => log?.received(message),
      onGarbled(reason) {
        throw new Error(reason)
      },
      onGarbageLimit() {},
    },
    { messageBytesMax: 65_536, garbageBytesMax: 65_536 },
  )
  return () => reader.push(chunk)
}

function writeTurn(log?: SessionLog): Turn {
  const writer = new MessageWriter({ senderCompId: 'BUTTONWOOD', targetCompId: 'ACME' })
  const msgType = MsgType.ExecutionReport
  const header = { msgType, msgSeqNum: 1, sendingSeconds: SECONDS, sendingNanoseconds: 0 }
  const clOrdId = Uint8Array.from(Buffer.from('ORD-00000001'))
  return () => {
    writer.clear()
    for (let i = 0; i < MESSAGES_PER_CHUNK; i++) {
      const start = writer.length
      header.msgSeqNum = i + 1
      writeExecutionReport(writer, header, clOrdId, i)
      log?.sent(writer.bytes, start, writer.length)
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await benchFixLog((text) => console.log(text))
}
