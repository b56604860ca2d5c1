/**
 * OrderMassCancelRequest(q) → a command record, with the reason when it cannot be done: the engine gives
 * every answer, because a refused request uses up its ClOrdID(11) too.
 */
import { MassCancelRejectReason } from '../domain/index.ts'
import type { FixMessage } from '../fix/index.ts'
import { FieldWriter, Tag } from '../fix/index.ts'
import type { CommandQueue } from '../wire/index.ts'
import { CommandType, massCancel } from '../wire/index.ts'
import { echo } from './echo.ts'
import type { Origin } from './order-intake.ts'
import { isScope, locateOfScope, Scope } from './order-scope.ts'
import { copyId, isWellFormedId } from './order-values.ts'
import type { SymbolIndex } from './symbol-index.ts'

const UNKNOWN = {
  [Scope.Security]: MassCancelRejectReason.UnknownSymbol,
  [Scope.Product]: MassCancelRejectReason.UnknownProduct,
  [Scope.SecurityType]: MassCancelRejectReason.UnknownSecurityType,
  [Scope.Session]: MassCancelRejectReason.UnknownSession,
} as const
const MISSING = {
  [Scope.Security]: MassCancelRejectReason.SymbolMissing,
  [Scope.Product]: MassCancelRejectReason.ProductMissing,
  [Scope.SecurityType]: MassCancelRejectReason.SecurityTypeMissing,
  [Scope.Session]: MassCancelRejectReason.SessionMissing,
} as const

export class MassCancelIntake {
  private readonly record = massCancel.flyweight()
  private readonly body = new FieldWriter(256)
  private readonly symbols: SymbolIndex
  private readonly queue: CommandQueue

  constructor(symbols: SymbolIndex, queue: CommandQueue) {
    this.symbols = symbols
    this.queue = queue
  }

  massCancelRequest(message: FixMessage, { session, expectedMsgSeqNum }: Origin): undefined {
    const hasId = isWellFormedId(message, Tag.ClOrdID)
    const { body, record } = this
    body.clear()
    if (!hasId) echo(body, message, Tag.ClOrdID)
    for (const tag of [Tag.TradingSessionID, Tag.Symbol, Tag.Side]) echo(body, message, tag)

    const commands = this.queue.buffer
    const length = massCancel.length + body.length
    const at = commands.append(CommandType.MassCancel, session.index, length)
    record.wrap(commands.view, at)
    record.expectedMsgSeqNum = expectedMsgSeqNum
    record.bodyLength = body.length
    record.massCancelRequestType = message.byte(Tag.MassCancelRequestType)
    record.side = message.has(Tag.Side) ? message.byte(Tag.Side) : 0
    this.judge(message)
    if (hasId) copyId(message, Tag.ClOrdID, commands, at + massCancel.offsets.clOrdId)
    else record.reason = MassCancelRejectReason.BadClOrdId.code
    commands.bytes.set(body.bytes.subarray(0, body.length), at + massCancel.length)
    return undefined
  }

  /** Which orders it means, or why it can mean none. */
  private judge(message: FixMessage): void {
    const scope = message.string(Tag.MassCancelRequestType)!
    if (!isScope(scope)) {
      this.record.reason = MassCancelRejectReason.NotSupported.code
      return
    }
    const locate = locateOfScope(message, scope, this.symbols)
    if (typeof locate === 'number') this.record.locate = locate
    else if (scope !== Scope.All) {
      this.record.reason = (locate === 'missing' ? MISSING : UNKNOWN)[scope].code
    }
  }
}
