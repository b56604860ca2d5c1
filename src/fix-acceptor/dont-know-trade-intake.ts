/** DontKnowTrade(Q) → a command record, with the answer of an unknown trade. */
import type { FixMessage } from '../fix/index.ts'
import { FieldWriter, legible, Tag, writeBusinessReject } from '../fix/index.ts'
import type { CommandQueue } from '../wire/index.ts'
import { CommandType, noteDontKnowTrade } from '../wire/index.ts'
import { ECHO_CHARACTERS_MAX } from './echo.ts'
import type { Origin } from './order-intake.ts'
import { orderIdOf } from './order-values.ts'

const UNKNOWN_ID = 1
/** Longest Text(58) of the counterparty that is kept. */
const TEXT_CHARACTERS_MAX = 200

export class DontKnowTradeIntake {
  private readonly record = noteDontKnowTrade.flyweight()
  private readonly body = new FieldWriter(512)
  private readonly queue: CommandQueue

  constructor(queue: CommandQueue) {
    this.queue = queue
  }

  dontKnowTrade(message: FixMessage, { session, expectedMsgSeqNum }: Origin): undefined {
    const { body, record } = this
    body.clear()
    writeBusinessReject(body, message, {
      reason: UNKNOWN_ID,
      text: 'Unknown ExecID(17) or OrderID(37)',
      refId: legible(message.string(Tag.ExecID)!, ECHO_CHARACTERS_MAX),
    })
    const text = Buffer.from(legible(message.string(Tag.Text) ?? '', TEXT_CHARACTERS_MAX), 'latin1')

    const commands = this.queue.buffer
    const bodyLength = body.length + text.length
    const length = noteDontKnowTrade.length + bodyLength
    const at = commands.append(CommandType.NoteDontKnowTrade, session.index, length)
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = expectedMsgSeqNum
    record.rejectLength = body.length
    record.bodyLength = bodyLength
    record.execId = Math.max(0, message.int(Tag.ExecID) ?? 0)
    record.orderId = orderIdOf(message)
    record.dkReason = message.byte(Tag.DKReason)
    const bodyAt = at + noteDontKnowTrade.length
    commands.bytes.set(body.bytes.subarray(0, body.length), bodyAt)
    commands.bytes.set(text, bodyAt + body.length)
    return undefined
  }
}
