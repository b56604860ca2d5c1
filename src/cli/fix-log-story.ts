/**
 * One order's story in the FIX log: every request about it, every report on it under whatever ClOrdID,
 * and what the other sides of its trades were told. The exchange's own word ties it together: an order
 * has one OrderID(37) for life, so a story is found by what was answered, not by what was asked.
 *
 * Three readings: `find` learns which orders the ClOrdID named, `learn` which requests and trades are
 * theirs, and then `has` says of each line whether it belongs.
 */
import { ExecType } from '../domain/index.ts'
import { LineKind } from '../fix-acceptor/index.ts'
import type { FixMessage } from '../fix/index.ts'
import { MsgType, Tag } from '../fix/index.ts'
import { scanMessage } from './fix-log-message.ts'
import type { SessionLine } from './fix-log-reader.ts'

/** OrderID(37) of an answer about no order. */
const NONE = 'NONE'

export class OrderStory {
  private readonly session: string | undefined
  /** OrderID(37) to the session that has the order. */
  private readonly orders = new Map<string, string>()
  /** SecondaryExecID(527) of their trades. */
  private readonly matches = new Set<string>()
  /** Session and ClOrdID(11) that reports on them had. */
  private readonly names = new Set<string>()
  /**
   * Session and time of the requests that were answered with a report on one of them, or name one in
   * OrigClOrdID(41) and were never answered so: a Reject(3) does not say what it rejects.
   */
  private readonly requests = new Set<string>()
  /** By session and ClOrdID(11): the latest mass cancel, answered with reports on many orders. */
  private readonly massCancels = new Map<string, string>()
  /** By session and ClOrdID(11): requests without an answer yet. */
  private readonly unanswered = new Map<string, string[]>()
  /** Session and MsgSeqNum(34) of what came in and belongs: a Reject names no more. */
  private readonly numbers = new Set<string>()
  private readonly needles: readonly Buffer[]

  /** @param session whose ClOrdID it is; undefined = of each that used it */
  constructor(clOrdId: string, session?: string) {
    this.session = session
    this.needles = [Tag.ClOrdID, Tag.OrigClOrdID].map((tag) =>
      Buffer.from(`\u0001${tag}=${clOrdId}\u0001`, 'latin1'),
    )
  }

  /** Orders found so far: OrderID(37) and session. */
  get found(): readonly (readonly [orderId: string, session: string])[] {
    return [...this.orders]
  }

  find(line: SessionLine): void {
    if (line.kind !== LineKind.Out || !this.isNamedIn(line)) return
    const message = scanMessage(line.bytes)
    const orderId = message && orderOf(message)
    if (orderId !== undefined) this.orders.set(orderId, line.session)
  }

  learn(line: SessionLine): void {
    const message = isMessage(line) ? scanMessage(line.bytes) : undefined
    if (message?.has(Tag.ClOrdID) !== true) return
    if (line.kind === LineKind.In) this.learnRequest(line, message)
    else this.learnAnswer(line, message)
  }

  has(line: SessionLine): boolean {
    const message = isMessage(line) ? scanMessage(line.bytes) : undefined
    if (message === undefined) return false
    if (line.kind === LineKind.Out) return this.hasAnswer(line, message)
    if (message.msgType === MsgType.OrderMassCancelRequest) {
      this.massCancels.set(nameIn(line.session, message, Tag.ClOrdID), placeOf(line))
    }
    const belongs =
      this.requests.has(placeOf(line)) || this.isNamedIn(line) || this.isDoubted(line, message)
    const number = `${line.session} ${message.msgSeqNum}`
    if (belongs) this.numbers.add(number)
    else this.numbers.delete(number)
    return belongs
  }

  private learnRequest(line: SessionLine, message: FixMessage): void {
    const name = nameIn(line.session, message, Tag.ClOrdID)
    const place = placeOf(line)
    if (message.msgType === MsgType.OrderMassCancelRequest) {
      this.massCancels.set(name, place)
      return
    }
    this.unanswered.set(name, [...(this.unanswered.get(name) ?? []), place])
    if (this.names.has(nameIn(line.session, message, Tag.OrigClOrdID))) this.requests.add(place)
  }

  private learnAnswer({ session }: SessionLine, message: FixMessage): void {
    const name = nameIn(session, message, Tag.ClOrdID)
    const isReport = this.isReport(session, message)
    const massCancel = isReport ? this.massCancels.get(name) : undefined
    if (massCancel !== undefined) this.requests.add(massCancel)
    this.answer(name, isReport)
    // A question may name the order as it was called before.
    if (message.byte(Tag.ExecType) === ExecType.OrderStatus) {
      this.answer(nameIn(session, message, Tag.OrigClOrdID), isReport)
    }
    if (!isReport) return
    this.names.add(name)
    const match = message.string(Tag.SecondaryExecID)
    if (match !== undefined) this.matches.add(match)
  }

  /** The requests of that name without an answer belong, or do not. */
  private answer(name: string, isReport: boolean): void {
    for (const place of this.unanswered.get(name) ?? []) {
      if (isReport) this.requests.add(place)
      else this.requests.delete(place)
    }
    this.unanswered.delete(name)
  }

  /** DontKnowTrade(Q) names no ClOrdID. */
  private isDoubted({ session }: SessionLine, message: FixMessage): boolean {
    if (message.msgType !== MsgType.DontKnowTrade) return false
    return this.orders.get(message.string(Tag.OrderID) ?? '') === session
  }

  private hasAnswer(line: SessionLine, message: FixMessage): boolean {
    const isTrade = this.matches.has(message.string(Tag.SecondaryExecID) ?? '')
    if (isTrade || this.isReport(line.session, message) || this.isNamedIn(line)) return true
    if (message.msgType === MsgType.OrderMassCancelReport) {
      const massCancel = this.massCancels.get(nameIn(line.session, message, Tag.ClOrdID))
      return massCancel !== undefined && this.requests.has(massCancel)
    }
    const isReject =
      message.msgType === MsgType.Reject || message.msgType === MsgType.BusinessMessageReject
    return isReject && this.numbers.has(`${line.session} ${message.int(Tag.RefSeqNum)}`)
  }

  /** What could not be a request to any order is refused with OrderID(37)=NONE. */
  private isReport(session: string, message: FixMessage): boolean {
    const orderId = orderOf(message)
    if (orderId !== undefined) return this.orders.has(orderId)
    const isReject = message.msgType === MsgType.OrderCancelReject
    return isReject && this.names.has(nameIn(session, message, Tag.OrigClOrdID))
  }

  /** Whether ClOrdID(11) or OrigClOrdID(41) is the one that was asked for. */
  private isNamedIn({ session, bytes }: SessionLine): boolean {
    if (this.session !== undefined && session !== this.session) return false
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    return this.needles.some((needle) => buffer.includes(needle))
  }
}

const isMessage = ({ kind }: SessionLine): boolean => kind === LineKind.In || kind === LineKind.Out

const placeOf = ({ session, time }: SessionLine): string => `${session} ${time}`

const nameIn = (session: string, message: FixMessage, tag: number): string =>
  `${session} ${message.string(tag)}`

/** OrderID(37) of an answer of the exchange, if it is about an order. */
function orderOf(message: FixMessage): string | undefined {
  const { msgType } = message
  if (msgType !== MsgType.ExecutionReport && msgType !== MsgType.OrderCancelReject) return undefined
  const orderId = message.string(Tag.OrderID)
  return orderId === NONE ? undefined : orderId
}
