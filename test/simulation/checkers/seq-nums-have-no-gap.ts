/**
 * I4: one content under one MsgSeqNum(34), whenever and however often it is sent; on a connection
 * first sendings go up by one; and when everything has been delivered, no number is missing.
 * Fields that may differ between sendings: 43, 122, 52, 9, 10.
 */
import type { FixMessage } from '../../../src/fix/index.ts'
import { isResent, Tag } from '../../../src/fix/index.ts'
import type { Checker } from '../checker.ts'
import type { Client } from '../client.ts'
import type { MemoryLine } from '../../support/memory-line.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'seq-nums-have-no-gap'
const MAY_DIFFER = new Set<number>([
  Tag.PossDupFlag,
  Tag.OrigSendingTime,
  Tag.SendingTime,
  Tag.BodyLength,
  Tag.CheckSum,
])
/** Content of a number that holds nothing to send again. */
const FILLED = 'administrative'

class SessionNumbers {
  /** As they first came: told apart only where a number comes again. */
  readonly contents = new Map<number, string>()
  /** SendingTime(52) of the first sending. */
  readonly sendingTimes = new Map<number, string>()
  highest = 0
  line: MemoryLine | undefined
  lastOnLine = 0
}

export function seqNumsHaveNoGap(world: World): Checker {
  const sessions = new Map<Client, SessionNumbers>()

  function numbersOf(client: Client): SessionNumbers {
    const numbers = sessions.get(client) ?? new SessionNumbers()
    sessions.set(client, numbers)
    return numbers
  }

  function arrived(client: Client, message: FixMessage): void {
    if (message.msgType === 'A' && message.flag(Tag.ResetSeqNumFlag)) sessions.delete(client)
    const numbers = numbersOf(client)
    const { msgSeqNum } = message
    if (message.msgType === '4') {
      const end = message.int(Tag.NewSeqNo)!
      for (let n = msgSeqNum; n < end; n++) note(client, numbers, n, FILLED)
      return
    }

    note(client, numbers, msgSeqNum, contentOf(message))
    if (message.flag(Tag.PossDupFlag)) checkSendingTime(client, numbers, message)
    else checkOrder(client, numbers, message)
  }

  function checkOrder(client: Client, numbers: SessionNumbers, message: FixMessage): void {
    const { msgSeqNum } = message
    const isContinued = numbers.line === client.line
    if (isContinued && msgSeqNum !== numbers.lastOnLine + 1) {
      const what = `34=${msgSeqNum} follows 34=${numbers.lastOnLine} on one connection`
      throw new Violation(NAME, `${client.compId}: ${what}`)
    }
    numbers.line = client.line
    numbers.lastOnLine = msgSeqNum
    numbers.sendingTimes.set(msgSeqNum, message.string(Tag.SendingTime)!)
  }

  return {
    arrived,
    whenQuiet() {
      for (const client of world.clients) {
        const { contents, highest } = numbersOf(client)
        for (let n = 1; n <= highest; n++) {
          if (!contents.has(n)) throw new Violation(NAME, `${client.compId} never got 34=${n}`)
        }
        const session = world.sessionOf(client)
        const given = world.history.engine.state.ledger.nextMsgSeqNum[session]! - 1
        if (highest === given) continue
        const what = `has 34=${highest}, the journal gave ${given} numbers`
        throw new Violation(NAME, `${client.compId} ${what}`)
      }
    },
  }
}

function note(client: Client, numbers: SessionNumbers, msgSeqNum: number, content: string): void {
  const known = numbers.contents.get(msgSeqNum)
  if (known === undefined) {
    numbers.contents.set(msgSeqNum, content)
    numbers.highest = Math.max(numbers.highest, msgSeqNum)
    return
  }
  const [was, is] = [withoutWhatMayDiffer(known), withoutWhatMayDiffer(content)]
  if (was === is) return
  throw new Violation(NAME, `${client.compId} 34=${msgSeqNum} was ${was}, now ${is}`)
}

/** OrigSendingTime(122) is the SendingTime(52) of the first sending, where that arrived. */
function checkSendingTime(client: Client, numbers: SessionNumbers, message: FixMessage): void {
  const first = numbers.sendingTimes.get(message.msgSeqNum)
  const said = message.string(Tag.OrigSendingTime)
  if (first === undefined || first === said) return
  throw new Violation(
    NAME,
    `${client.compId} 34=${message.msgSeqNum}: 122=${said}, was 52=${first}`,
  )
}

const contentOf = (message: FixMessage): string =>
  isResent(message.msgType) ? String(message) : FILLED

const withoutWhatMayDiffer = (content: string): string =>
  content
    .split('|')
    .filter((field) => !MAY_DIFFER.has(Number.parseInt(field)))
    .join('|')
