/**
 * I2: what leaves the process is in the journal, and the journal is on the disk. At every send the
 * disk has no unsynced byte, and a reader that knows only the disk finds the message's number.
 */
import type { FixMessage } from '../../../src/fix/index.ts'
import { FixReader, Tag } from '../../../src/fix/index.ts'
import { readPacket } from '../../../src/wire/index.ts'
import type { Checker } from '../checker.ts'
import type { MemoryLine } from '../../support/memory-line.ts'
import { JOURNAL_DIRECTORY } from '../exchange-process.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'nothing-sent-before-durable'
const LIMITS = { messageBytesMax: 1 << 20, garbageBytesMax: 1 << 20 }

export function nothingSentBeforeDurable(world: World): Checker {
  /** One a client, for its latest line. */
  const readers = new Map<string, { reader: FixReader; line: MemoryLine }>()

  function checkDisk(what: string): void {
    if (world.disk.hasUnsynced(JOURNAL_DIRECTORY)) {
      throw new Violation(NAME, `${what} leaves between write and sync`)
    }
    world.catchUp()
  }

  function checkMessage(client: string, message: FixMessage): void {
    const { ledger, venueSessions } = world.history.engine.state
    const session = venueSessions.findIndex((one) => one?.compId === client)
    const newSeqNo = message.int(Tag.NewSeqNo)
    const last = newSeqNo === undefined ? message.msgSeqNum : newSeqNo - 1
    if (last < ledger.nextMsgSeqNum[session]!) return
    throw new Violation(
      NAME,
      `${client} is sent what the journal does not hold: ${String(message)}`,
    )
  }

  function makeReader(client: string): FixReader {
    return new FixReader(
      {
        onMessage: (message) => checkMessage(client, message),
        onGarbled: (reason, text) => {
          throw new Violation(NAME, `${client} is sent garbage: ${reason} in ${text}`)
        },
        onGarbageLimit: () => undefined,
      },
      LIMITS,
    )
  }

  /** What an earlier line was sent in part is over. */
  function readerOf(line: MemoryLine): FixReader {
    const known = readers.get(line.client)
    if (known?.line === line) return known.reader
    const reader = known?.reader ?? makeReader(line.client)
    reader.takeUnread()
    readers.set(line.client, { reader, line })
    return reader
  }

  return {
    fixSent(_, line, bytes) {
      checkDisk(`a message to ${line.client}`)
      readerOf(line).push(bytes)
    },
    packetSent(_, bytes) {
      checkDisk('a packet')
      const packet = readPacket(bytes)
      if (packet === undefined) throw new Violation(NAME, 'a malformed packet')
      const { session, sequence, count } = packet
      const durable = world.history.feedMessages.get(session) ?? 0
      if (sequence + count - 1 <= durable) return
      const what = `${sequence} to ${sequence + count - 1} of ${session}, durable are ${durable}`
      throw new Violation(NAME, `a packet shows messages ${what}`)
    },
  }
}
